//! A client for Alibaba Cloud's RPC APIs: signing, transport, typed errors, typed operations.
//!
//! Knows nothing of answers, plans or terminals; what it has to say while it works goes to an [`Observer`].

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
mod notice;
mod operation;
mod pages;
pub mod policy;
pub mod privatelink;
pub mod sign;
mod signer;
pub mod sts;
mod transport;
pub mod vpc;

pub(crate) use backoff::random;
pub use client::{Client, Tuning};
pub(crate) use de::one_line;
pub use error::{AccessDenied, Error, ErrorKind, SignatureMismatch, Unusable};
pub use notice::{Notice, Observer};
pub use operation::{Access, Feature, Grant, Operation, Product};
pub(crate) use transport::{http_client, root_cause};
