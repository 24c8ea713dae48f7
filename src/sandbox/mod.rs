//! A simulated Alibaba Cloud and a TiDB gateway over real sockets on loopback.

pub mod certificate;
pub mod gateway;
mod wire;
