//! One file a subcommand, each a recipe over the modules below it.

mod instance;
pub mod places;
pub mod policy;
pub mod setup;
mod world;

pub use world::{Notices, World};
