//! The only place that prints or prompts, and the only one that writes sentences.

pub mod ask;
pub mod check_item;
pub mod clean;
pub mod help;
pub mod human;
pub mod keyboard;
pub mod keys;
pub mod modes;
pub mod path;
pub mod plain;
pub mod prompt;
pub mod render;
pub mod sheet;
pub mod stir;
pub mod style;
pub mod term;
pub mod topic;
pub mod wizard;
pub mod words;
pub mod wrap;
