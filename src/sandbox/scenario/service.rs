//! The endpoint service of the TiDB Cloud side.

use serde::Deserialize;

/// The endpoint service.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the scenario's text")]
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Its id, `epsrv-` and 20 characters.
    pub id: String,
    /// Its full name; left out: built from region and id.
    pub name: Option<String>,
    /// Its zones; left out: a, b and c of the region.
    pub zones: Option<Vec<String>>,
    /// Zones it names but has no load balancer in.
    pub empty_zones: Vec<String>,
    /// Whether connections are accepted without anybody's doing.
    pub auto_accept: bool,
    /// When the provider accepts, counted from the creation; left out: never. Only without `auto_accept`.
    pub accepted_after_ms: Option<u64>,
    /// Whether the service exists at all.
    pub exists: bool,
    /// Whether it is listed for this account.
    pub listed: bool,
    /// Whether this account may connect.
    pub whitelisted: bool,
    /// Whether a VPC may have several endpoints for it. When the cloud refuses that is uncertain (facts d).
    pub duplicates: bool,
    /// Who pays.
    pub payer: Payer,
    /// The provider's side of its life.
    pub status: ServiceStatus,
    /// `nlb`, `alb` or `slb`.
    pub resource_type: String,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            id: "epsrv-t4nsandbox0000000001".into(),
            name: None,
            zones: None,
            empty_zones: Vec::new(),
            auto_accept: true,
            accepted_after_ms: None,
            exists: true,
            listed: true,
            whitelisted: true,
            duplicates: false,
            payer: Payer::Endpoint,
            status: ServiceStatus::Active,
            resource_type: "nlb".into(),
        }
    }
}

/// Who pays for the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// The account with the endpoint.
    Endpoint,
    /// The provider.
    EndpointService,
}

impl Payer {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Endpoint => "Endpoint",
            Self::EndpointService => "EndpointService",
        }
    }
}

/// The provider's side of the service's life (facts c, `ServiceStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceStatus {
    /// Being created.
    Creating,
    /// Being modified.
    Pending,
    /// In service.
    Active,
    /// Being deleted.
    Deleting,
    /// Gone: `EndpointServiceDeleted`.
    Deleted,
}
