//! The command as a user runs it, one module a command.

mod common;
mod credentials;
mod fake;
mod policy;
mod secrets;
mod setup;
mod terminal;
mod tidb_cloud;
