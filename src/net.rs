//! How names resolve and where a connection really goes.
//!
//! In life: the system's resolver and plain TCP. For rehearsals `TIDB_PE_RESOLVE` and `TIDB_PE_DIAL`, or the
//! embedded sandbox, answer instead, so that an endpoint domain and its private addresses work on loopback.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Answers that replace DNS and routing in a rehearsal.
pub trait Names: Send + Sync {
    /// The addresses of `name`, or `None` to ask the system.
    fn resolve(&self, name: &str) -> Option<Vec<IpAddr>>;
    /// Where a connection to `addr` goes instead, or `None` for `addr` itself.
    fn dial(&self, addr: SocketAddr) -> Option<SocketAddr>;
}

/// The network as this process sees it.
#[derive(Clone, Default)]
pub struct Net {
    names: Vec<Arc<dyn Names>>,
}
