//! The command as a user runs it, one module a command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod adopt;
mod broken_worlds;
mod check;
mod check_all;
mod common;
mod connection_string;
mod crash;
mod credentials;
mod delete;
mod failures;
mod fake;
mod hostile;
mod house;
mod interrupts;
mod list;
mod metadata;
mod network;
mod place;
mod policy;
mod readme;
mod secrets;
mod setup;
mod surface;
mod terminal;
mod tidb_cloud;
mod traces;
mod transport;
mod typed;
mod wizard;
