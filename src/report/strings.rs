//! The document of `connection-string`.

use serde::Serialize;

use super::Document;
use crate::connection::clients::{Note, Snippet};

/// The document of `connection-string`.
#[derive(Debug, Default, Clone, Serialize)]
pub struct StringsReport {
    /// One client or all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_strings: Option<Vec<ClientReport>>,
    /// Sentences worth reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One client's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientReport {
    /// The client.
    pub client: &'static str,
    /// What to paste.
    pub text: String,
    /// What is worth knowing about it, as a code.
    pub note: Option<Note>,
}

impl Document for StringsReport {
    fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}

impl From<Snippet> for ClientReport {
    fn from(snippet: Snippet) -> Self {
        Self { client: snippet.client.name(), text: snippet.text, note: snippet.note }
    }
}
