//! One file a subcommand, each a recipe over the modules below it.

pub mod check;
pub mod connection_string;
mod find;
pub mod setup;
mod target;
mod world;

pub use world::{Notices, World};
