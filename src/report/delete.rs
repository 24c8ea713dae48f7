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
    /// Whether a removing call is under way, whose fate an interruption leaves open.
    #[serde(skip)]
    pub removing: bool,
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
        let deleted = self.deleted.as_deref().unwrap_or_default();
        let known = self.endpoint.as_ref().map(|endpoint| endpoint.id.clone());
        known.filter(|id| deleted.iter().all(|gone| gone.kind != "endpoint" || gone.id != *id))
    }

    fn cancelled(&mut self, signal: Signal) -> Error {
        if self.removing {
            self.changed = Some(true);
        }
        let gone = self.deleted.iter().flatten().map(|gone| format!("{} {}", gone.kind, gone.id));
        Error::DeletionCancelled {
            signal,
            endpoint_id: self.endpoint_id(),
            changed: self.changed == Some(true),
            removed: gone.collect(),
        }
    }

    fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}
