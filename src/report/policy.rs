//! The document of `policy`.

use serde::Serialize;

use crate::cloud::Feature;
use crate::cloud::policy::Policy;

/// The document of `policy`.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyReport {
    /// What it allows.
    pub features: Vec<Feature>,
    /// The RAM policy document.
    pub policy: Policy,
}
