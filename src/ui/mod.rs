//! The only place that prints or prompts, and the only one that writes sentences.

pub mod check_item;
pub mod words;
