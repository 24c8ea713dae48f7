//! tidb-pe connects an application in an Alibaba Cloud VPC to TiDB Cloud over a private endpoint.

pub mod check;
pub mod cloud;
pub mod connection;
pub mod event;
pub mod net;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod secret;
pub mod tls;
pub mod ui;
