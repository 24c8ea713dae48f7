//! The document of `sandbox`.

use serde::Serialize;

/// How to use a simulated world, or which there are.
#[derive(Debug, Default, Clone, Serialize)]
pub struct SandboxReport {
    /// The scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The base URL of the Alibaba Cloud APIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_url: Option<String>,
    /// The base URL of the TiDB Cloud API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tidb_cloud_url: Option<String>,
    /// Where the TiDB gateway really listens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// A file for a POSIX shell to source: it holds the simulated keys and the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_file: Option<String>,
    /// The CA of the gateway's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// A TiDB Cloud dialog to paste.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialog: Option<String>,
    /// Every scenario, with `--list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenarios: Option<Vec<ScenarioReport>>,
}

/// A scenario.
#[derive(Debug, Clone, Serialize)]
pub struct ScenarioReport {
    /// Its name.
    pub name: &'static str,
    /// What is special about it.
    pub description: String,
}
