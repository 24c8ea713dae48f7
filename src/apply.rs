//! Runs the plan: creates the endpoint, and makes sure that a lost answer does not lead to a second one.

use crate::cloud::privatelink::{self, CreateEndpoint, Endpoint};
use crate::cloud::{Client, Error};
use crate::plan::Plan;
use crate::wait::Look;

/// An endpoint that exists now.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Whether this run made it.
    pub created: bool,
}

/// A token of its own for one create call and its repetitions: at most 64 ASCII characters.
pub fn client_token() -> String {
    format!("tidb-pe-{}", uuid::Uuid::new_v4())
}

/// Creates the endpoint. If the cloud says that one exists, or no answer comes, the one that is there is used.
pub async fn create(cloud: &Client, request: &CreateEndpoint) -> Result<Applied, Error> {
    let error = match privatelink::create_vpc_endpoint(cloud, request).await {
        Ok(endpoint) => return Ok(Applied { endpoint, created: true }),
        Err(error) => error,
    };
    // Facts section b1: a duplicate is refused with one of these.
    let duplicate = error.is("EndpointDuplicated") || error.is("EndpointExist");
    if !duplicate && !error.is_ambiguous() {
        return Err(error);
    }
    let (service, vpc) = (&request.service_name, &request.vpc_id);
    let found = privatelink::endpoints_to_service(cloud, &request.region_id, service, Some(vpc)).await;
    let mine = found
        .unwrap_or_default()
        .into_iter()
        .find(|endpoint| duplicate || endpoint.endpoint_name == request.endpoint_name);
    mine.map(|endpoint| Applied { endpoint, created: !duplicate }).ok_or(error)
}

/// Asks the cloud whether the plan's create call would be accepted.
pub async fn dry_run(cloud: &Client, plan: &Plan) -> Result<(), Error> {
    match plan.request(client_token()) {
        Some(request) => privatelink::dry_run_create(cloud, &request).await,
        None => Ok(()),
    }
}

/// One look at an endpoint; its zones only once it is Active and Connected.
pub async fn look(cloud: &Client, region: &str, endpoint_id: &str) -> Result<Look, Error> {
    let endpoint = privatelink::get_vpc_endpoint(cloud, region, endpoint_id).await?;
    let zones = if crate::wait::is_connected(&endpoint) {
        Some(privatelink::zones_of(cloud, region, endpoint_id).await?)
    } else {
        None
    };
    Ok(Look { endpoint, zones })
}
