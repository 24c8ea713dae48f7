//! One file a subcommand, each a recipe over the modules below it.

pub mod places;
pub mod setup;
mod world;

pub use world::{Notices, World};
