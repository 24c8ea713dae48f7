//! The command as a user runs it, one module a command.

mod broken_worlds;
mod check;
mod check_all;
mod common;
mod connection_string;
mod metadata;
mod place;
mod setup;
mod surface;
