//! tidb-pe connects an application in an Alibaba Cloud VPC to TiDB Cloud over a private endpoint.

pub mod answers;
pub mod apply;
pub mod check;
pub mod cli;
pub mod cloud;
pub mod commands;
pub mod connection;
pub mod env;
pub mod error;
pub mod event;
pub mod inventory;
pub mod net;
pub mod plan;
pub mod problem;
pub mod report;
mod run;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod secret;
pub mod security_group;
pub mod service_name;
pub mod shell;
pub mod tidb_cloud;
pub mod tls;
pub mod ui;
pub mod wait;
pub mod zone;

pub use run::run;
