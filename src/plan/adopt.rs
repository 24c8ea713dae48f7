//! Using an endpoint that is there, and what it still needs to be as asked.

use super::{Adoption, Desk, Warning, groups, network};
use crate::answers::Answers;
use crate::cloud::privatelink::{BusinessStatus, ConnectionStatus, Endpoint, EndpointStatus};
use crate::inventory::{Inventory, Present};

/// The endpoint to use instead of a second one: the ready one, then the oldest; ties by id. One that is being deleted
/// only if there is no other. `--new` adopts nothing but what it made itself when it was cut off.
pub fn to_adopt<'a>(answers: &Answers, inventory: &'a Inventory, vpc_id: &str) -> Option<&'a Endpoint> {
    if answers.new {
        let resumed = |endpoint: &&Endpoint| answers.resumed.contains(&endpoint.endpoint_id);
        return inventory.endpoints.iter().filter(resumed).find(|endpoint| endpoint.vpc_id == vpc_id);
    }
    best_of(&inventory.endpoints, vpc_id)
}

/// The one to use of several endpoints to a service.
pub fn best_of<'a>(endpoints: &'a [Endpoint], vpc_id: &str) -> Option<&'a Endpoint> {
    let rank = |endpoint: &&Endpoint| {
        let age = (endpoint.create_time.clone(), endpoint.endpoint_id.clone());
        (is_going(endpoint), !is_ready(endpoint), age)
    };
    endpoints.iter().filter(|endpoint| endpoint.vpc_id == vpc_id).min_by_key(rank)
}

/// Whether the answers name zones, vSwitches or groups, so that an adopted endpoint may need some of them.
pub fn wants_more(answers: &Answers) -> bool {
    answers.az_ids.is_some() || answers.vswitch_ids.is_some() || answers.security_group_ids.is_some()
}

/// Whether nothing can be added to it: it is going, its service is gone, or it is not paid for (facts section c).
pub fn is_broken(endpoint: &Endpoint) -> bool {
    let cut = matches!(
        endpoint.connection_status,
        ConnectionStatus::ServiceDeleted
            | ConnectionStatus::Deleting
            | ConnectionStatus::Deleted
            | ConnectionStatus::Disconnecting
    );
    cut || is_going(endpoint) || endpoint.endpoint_business_status == BusinessStatus::FinancialLocked
}

fn is_going(endpoint: &Endpoint) -> bool {
    matches!(endpoint.endpoint_status, EndpointStatus::Deleting | EndpointStatus::Deleted)
}

fn is_ready(endpoint: &Endpoint) -> bool {
    endpoint.endpoint_status == EndpointStatus::Active
        && endpoint.connection_status == ConnectionStatus::Connected
        && endpoint.endpoint_business_status != BusinessStatus::FinancialLocked
}

/// What using it takes: only what was named and is not there is added.
pub(super) fn adoption(desk: &mut Desk, endpoint: &Endpoint, inventory: &Inventory) -> Adoption {
    desk.warnings.extend(ignored(desk.answers, endpoint));
    let mut adoption = Adoption::as_it_is(endpoint.clone());
    let nothing = Present::default();
    if is_broken(endpoint) || !wants_more(desk.answers) {
        return adoption;
    }
    let present = inventory.present.as_ref().unwrap_or(&nothing);
    adoption.present_zones = present.zones.iter().map(|zone| zone.zone_id.clone()).collect();
    adoption.zones = network::further_zones(desk, &present.zones);
    adoption.groups = groups::further_groups(desk, &present.groups);
    adoption
}

fn ignored(answers: &Answers, endpoint: &Endpoint) -> Option<Warning> {
    let given = |sourced: bool, flag| sourced.then_some(flag);
    let renamed = answers.endpoint_name.as_ref().is_some_and(|name| *name != endpoint.endpoint_name);
    let flags: Vec<&str> = [
        given(renamed, "--endpoint-name"),
        given(!answers.tags.is_empty(), "--tag"),
        given(answers.resource_group_id.is_some(), "--resource-group-id"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!flags.is_empty()).then(|| Warning::Ignored { flags, endpoint_id: endpoint.endpoint_id.clone() })
}
