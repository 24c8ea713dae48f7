//! The document of `delete`.

use serde::Serialize;

use super::{Created, Document, EndpointReport, PlanReport, kind_of};
use crate::error::{Error, Signal};
use crate::event::Thing;
use crate::plan::Warning;

/// The document of `delete`.
#[derive(Debug, Default, Clone, Serialize)]
pub struct DeleteReport {
    /// The endpoint as it was, once looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<EndpointReport>,
    /// Whether this run made a mutating call; set once the plan was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// What this run removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Vec<Created>>,
    /// The plan, where it was only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanReport>,
    /// Sentences worth reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Warnings that are no sentences yet.
    #[serde(skip)]
    pub noted: Vec<Warning>,
}

impl DeleteReport {
    /// This run removed something.
    pub fn removed(&mut self, thing: Thing, id: &str) {
        self.changed = Some(true);
        let deleted = self.deleted.get_or_insert_default();
        deleted.extend(kind_of(thing).map(|kind| Created { kind, id: id.to_owned() }));
    }
}

impl Document for DeleteReport {
    fn endpoint_id(&self) -> Option<String> {
        self.endpoint.as_ref().map(|endpoint| endpoint.id.clone())
    }

    fn cancelled(&self, signal: Signal) -> Error {
        let changed = self.changed == Some(true);
        Error::DeletionCancelled { signal, endpoint_id: self.endpoint_id(), changed }
    }

    fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}
