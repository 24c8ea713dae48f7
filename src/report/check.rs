//! The documents of `check` and `connection-string`.

use serde::Serialize;

use super::{Document, EndpointReport};
use crate::check::{CheckId, CheckItem, Sheet, root_cause};
use crate::connection::clients::{Note, Snippet};

/// The document of `check`.
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    /// The endpoint, once known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<EndpointReport>,
    /// The ten layers; absent with `--all`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckItem>,
    /// The first layer that failed; absent with `--all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<Option<CheckId>>,
    /// With `--all`: one result an endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<ResultReport>>,
    /// Sentences worth reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Whether the text on standard output says already what failed.
    #[serde(skip)]
    pub told: bool,
}

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

/// One endpoint of `check --all`.
#[derive(Debug, Clone, Serialize)]
pub struct ResultReport {
    /// Whether nothing failed.
    pub ok: bool,
    /// The endpoint.
    pub endpoint: Option<EndpointReport>,
    /// The ten layers.
    pub checks: Vec<CheckItem>,
    /// The first layer that failed.
    pub root_cause: Option<CheckId>,
}

impl Default for CheckReport {
    fn default() -> Self {
        let mut report = Self {
            endpoint: None,
            checks: Vec::new(),
            root_cause: None,
            results: None,
            warnings: Vec::new(),
            told: false,
        };
        report.fill(&Sheet::default());
        report
    }
}

impl CheckReport {
    /// Takes over the layers.
    pub fn fill(&mut self, sheet: &Sheet) {
        self.checks = sheet.findings().iter().map(CheckItem::from).collect();
        self.root_cause = Some(root_cause(sheet.findings()).map(|finding| finding.id));
    }

    /// Turns this into the document of many endpoints.
    pub fn begin_results(&mut self) {
        (self.checks, self.root_cause, self.results) = (Vec::new(), None, Some(Vec::new()));
    }

    /// Adds an endpoint.
    pub fn push_result(&mut self, result: ResultReport) {
        self.results.get_or_insert_default().push(result);
    }
}

impl ResultReport {
    /// From the layers of an endpoint.
    pub fn new(endpoint: Option<EndpointReport>, sheet: &Sheet) -> Self {
        let cause = root_cause(sheet.findings()).map(|finding| finding.id);
        let checks = sheet.findings().iter().map(CheckItem::from).collect();
        Self { ok: cause.is_none(), endpoint, checks, root_cause: cause }
    }
}

impl Document for CheckReport {
    fn endpoint_id(&self) -> Option<String> {
        self.endpoint.as_ref().map(|endpoint| endpoint.id.clone())
    }

    fn has_told(&self) -> bool {
        self.told
    }

    fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}
