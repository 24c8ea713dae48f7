//! The document of `check`.

use serde::Serialize;

use super::{Document, EndpointReport, Packed};
use crate::check::{CheckId, CheckItem, Sheet, root_cause};

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
    pub results: Option<Vec<Packed>>,
    /// Sentences worth reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Whether the text on standard output says already what failed.
    #[serde(skip)]
    pub told: bool,
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
    pub fn push_result(&mut self, result: &ResultReport) {
        self.results.get_or_insert_default().push(Packed::of(result));
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
