//! One file a subcommand, each a recipe over the modules below it.

pub mod check;
pub mod connection_string;
pub mod delete;
mod find;
mod instance;
pub mod list;
pub mod places;
pub mod policy;
mod region;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod setup;
mod target;
mod turn;
mod world;

pub use world::{Notices, Search, World};
