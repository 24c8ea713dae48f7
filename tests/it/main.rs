//! The command as a user runs it, one module a command.

mod adopt;
mod common;
mod crash;
mod delete;
mod list;
mod network;
mod setup;
mod wizard;
