//! A client for Alibaba Cloud's RPC APIs: signing, transport, typed errors, typed operations.
//!
//! Knows nothing of answers, plans or terminals; what it has to say while it works goes to an [`Observer`].

mod attempt;
mod backoff;
mod body;
mod classify;
mod client;
mod clock;
pub mod credentials;
mod de;
pub mod ecs;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod hostile;
pub mod hosts;
mod limiter;
mod notice;
mod operation;
mod pages;
pub mod policy;
pub mod privatelink;
mod schedule;
pub mod sign;
mod signer;
pub mod sts;
mod transport;
mod tuning;
pub mod vpc;

pub(crate) use backoff::random;
pub(crate) use classify::Class;
pub use client::Client;
pub(crate) use de::one_line;
pub use error::{AccessDenied, Error, ErrorKind, SignatureMismatch, Unusable};
pub use notice::{Notice, Observer, Service};
pub use operation::{Access, Feature, Grant, Operation, Product};
pub(crate) use schedule::Schedule;
pub(crate) use transport::{http_client, root_cause};
pub use tuning::Tuning;
