//! The *endpoint* layer: does it exist, is it made, is it paid, is it about to go?
//!
//! The states are those of Alibaba Cloud facts, section c. *Active* says nothing about the connection.

use serde::Serialize;

use super::{CheckId, Finding, Status};
use crate::cloud::privatelink::{self, BusinessStatus, Endpoint, EndpointStatus};
use crate::cloud::{Client, Error};

/// What the endpoint itself looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// Made and paid.
    Active {
        /// Which endpoint.
        #[serde(flatten)]
        at: Place,
    },
    /// Being made, being changed, or in a state this tool does not know: the connection decides.
    NotActive {
        /// Which endpoint.
        #[serde(flatten)]
        at: Place,
        /// `EndpointStatus`.
        status: String,
    },
    /// Being deleted.
    Deleting {
        /// Which endpoint.
        #[serde(flatten)]
        at: Place,
    },
    /// Locked for an overdue payment.
    FinancialLocked {
        /// Which endpoint.
        #[serde(flatten)]
        at: Place,
    },
    /// The cloud knows no endpoint of this id in this region.
    NotFound {
        /// The id.
        endpoint_id: String,
        /// The region.
        region_id: String,
    },
    /// No endpoint fits what was asked for.
    NoneFound {
        /// The region.
        region_id: String,
        /// The service asked for; null: an endpoint of this tool.
        service_name: Option<String>,
        /// The VPC asked for.
        vpc_id: Option<String>,
    },
    /// Several endpoints fit, and none was chosen.
    Several {
        /// Their ids.
        endpoint_ids: Vec<String>,
    },
}

/// Which endpoint a verdict speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its id.
    pub endpoint_id: String,
    /// Its name.
    pub name: String,
    /// Its VPC.
    pub vpc_id: String,
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The id asked for.
    pub endpoint_id: String,
    /// The region asked.
    pub region_id: String,
    /// The answer of `GetVpcEndpointAttribute`.
    pub answer: Result<Endpoint, Error>,
}

/// Asks for the endpoint.
pub async fn gather(cloud: &Client, region: &str, endpoint_id: &str) -> Facts {
    Facts {
        endpoint_id: endpoint_id.to_owned(),
        region_id: region.to_owned(),
        answer: privatelink::get_vpc_endpoint(cloud, region, endpoint_id).await,
    }
}

/// Judges the answer.
pub fn judge(facts: &Facts) -> Finding {
    let Facts { endpoint_id, region_id, answer } = facts;
    match answer {
        Ok(endpoint) => judge_endpoint(endpoint),
        Err(error) if error.is_not_found() => {
            let (endpoint_id, region_id) = (endpoint_id.clone(), region_id.clone());
            finding(Status::Fail, Verdict::NotFound { endpoint_id, region_id })
        }
        Err(error) => Finding::unanswered(CheckId::Endpoint, error.clone()),
    }
}

/// The outcome where no endpoint fits.
pub fn none_found(region_id: &str, service_name: Option<&str>, vpc_id: Option<&str>) -> Finding {
    let verdict = Verdict::NoneFound {
        region_id: region_id.to_owned(),
        service_name: service_name.map(ToOwned::to_owned),
        vpc_id: vpc_id.map(ToOwned::to_owned),
    };
    finding(Status::Fail, verdict)
}

/// The outcome where several fit.
pub fn several(endpoints: &[Endpoint]) -> Finding {
    let endpoint_ids = endpoints.iter().map(|endpoint| endpoint.endpoint_id.clone()).collect();
    finding(Status::Fail, Verdict::Several { endpoint_ids })
}

fn judge_endpoint(endpoint: &Endpoint) -> Finding {
    let at = Place {
        endpoint_id: endpoint.endpoint_id.clone(),
        name: super::capped(&endpoint.endpoint_name),
        vpc_id: endpoint.vpc_id.clone(),
    };
    match &endpoint.endpoint_status {
        EndpointStatus::Deleting | EndpointStatus::Deleted => finding(Status::Fail, Verdict::Deleting { at }),
        _ if endpoint.endpoint_business_status == BusinessStatus::FinancialLocked => {
            finding(Status::Fail, Verdict::FinancialLocked { at })
        }
        EndpointStatus::Active => finding(Status::Pass, Verdict::Active { at }),
        status => {
            let status = super::capped(status.as_str());
            finding(Status::Warn, Verdict::NotActive { at, status })
        }
    }
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Endpoint, status, verdict: super::Verdict::Endpoint(verdict) }
}
