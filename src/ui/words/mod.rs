//! Every sentence, one file a subject and language.

pub mod checks_en;
