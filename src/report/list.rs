//! The document of `list`.

use serde::Serialize;

use super::{Document, present};
use crate::cloud::privatelink::Endpoint;

/// The document of `list`.
#[derive(Debug, Default, Clone, Serialize)]
pub struct ListReport {
    /// The endpoints, once listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Vec<EndpointRow>>,
    /// The regions that failed, with `--all-regions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<RegionError>>,
    /// Sentences worth reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Document for ListReport {
    fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}

/// One endpoint of a list: what one call a region tells. Zones and groups take a call each, so they are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndpointRow {
    /// `ep-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region_id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The endpoint service's name.
    pub service_name: String,
    /// The host to connect to; null until the cloud names it.
    pub domain: Option<String>,
    /// `EndpointStatus`.
    pub status: String,
    /// `ConnectionStatus`.
    pub connection_status: String,
    /// Whether its tags say that this tool made it.
    pub created_by_tidb_pe: bool,
    /// True where a tag or this machine's record says so; null where nothing is known.
    pub tidb_cloud: Option<bool>,
}

impl EndpointRow {
    /// From what the API says, without what this tool knows.
    pub fn new(region_id: &str, endpoint: &Endpoint) -> Self {
        Self {
            id: endpoint.endpoint_id.clone(),
            name: endpoint.endpoint_name.clone(),
            region_id: region_id.to_owned(),
            vpc_id: endpoint.vpc_id.clone(),
            service_name: endpoint.service_name.clone(),
            domain: present(&endpoint.endpoint_domain),
            status: endpoint.endpoint_status.as_str().to_owned(),
            connection_status: endpoint.connection_status.as_str().to_owned(),
            created_by_tidb_pe: false,
            tidb_cloud: None,
        }
    }
}

/// A region that could not be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionError {
    /// The region.
    pub region_id: String,
    /// The kind of the failure.
    pub kind: crate::error::Kind,
    /// The cloud's code.
    pub code: Option<String>,
    /// What happened.
    pub message: String,
    /// The id to quote.
    pub request_id: Option<String>,
}
