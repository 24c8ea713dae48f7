//! Every sentence, one file a subject and language.
