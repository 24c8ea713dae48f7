//! The command as a user runs it, one module a command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod crash;
mod delete;
mod failures;
mod house;
mod list;
mod readme;
mod setup;
mod terminal;
mod transport;
