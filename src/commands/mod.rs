//! One file a subcommand, each a recipe over the modules below it.

pub mod delete;
pub mod list;
mod region;
pub mod setup;
mod turn;
mod world;

pub use world::{Notices, World};
