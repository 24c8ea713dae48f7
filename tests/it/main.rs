//! The command as a user runs it, one module a command.

mod common;
mod credentials;
mod fake;
mod setup;
