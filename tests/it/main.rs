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
mod deadlines;
mod delete;
mod failures;
mod fake;
mod foreground;
mod hostile;
mod house;
mod interrupts;
mod interview;
mod job_control;
mod language;
mod list;
mod log_file;
mod matrix;
mod metadata;
mod network;
mod odd_servers;
mod one_endpoint;
mod place;
mod policy;
mod readme;
mod real_time;
mod rehearsal;
mod secrets;
mod setup;
mod storm;
mod surface;
mod terminal;
mod tidb_cloud;
mod traces;
mod transport;
mod typed;
mod wizard;
