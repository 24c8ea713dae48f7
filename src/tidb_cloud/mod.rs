//! The TiDB Cloud API: from an instance's id to what its private endpoint is called (TiDB Cloud facts, section 4).
//!
//! - [`keys`]: where API keys live
//! - [`Api`]: requests with HTTP digest
//! - [`Cluster`]: what the API says of an instance, and whether this tool can connect it
//!
//! Knows nothing of answers, plans, terminals, nor of Alibaba Cloud's APIs.

mod api;
mod cluster;
mod error;
pub mod keys;

pub use api::{Api, BASE, base_url};
pub use cluster::{Cluster, Facts, Unfit};
pub use error::Error;
