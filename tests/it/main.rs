//! The command as a user runs it, one module a command.

mod common;
mod failures;
mod house;
mod readme;
mod setup;
mod terminal;
mod transport;
