//! One file a subcommand, each a recipe over the modules below it.

pub mod check;
pub mod connection_string;
pub mod delete;
mod find;
pub mod list;
mod region;
pub mod setup;
mod target;
mod turn;
mod world;

pub use world::{Notices, World};
