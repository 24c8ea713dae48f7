//! Sentences of the layers that ask the cloud: *credentials*, *endpoint*, *connection*, *zones*.

use super::{Words, alone, with};
use crate::check::connection::{Age, Verdict as Connection};
use crate::check::credentials::Verdict as Credentials;
use crate::check::endpoint::Verdict as Endpoint;
use crate::check::zones::{At, Verdict as Zones};
use crate::check::{Unanswered, answer::Why};
use crate::shell;
use crate::ui::words::pieces::{called, first, list_command};
use crate::ui::words::{credentials_en, errors_en, events_en, seconds};

pub(super) fn unanswered(failure: &Unanswered) -> Words {
    let (what, remedy) = errors_en::cloud_error(&failure.error);
    let id = failure.request_id.as_ref().map(|id| format!(" [request id {id}]")).unwrap_or_default();
    let remedy = remedy.unwrap_or_else(|| match failure.why {
        Why::KeyRefused => "Check the AccessKey ID and its secret.".to_owned(),
        Why::NotPermitted => format!("Allow {} in RAM.", failure.error.operation.ram_action()),
        Why::NoAnswer => "Try again in a minute.".to_owned(),
        Why::Refused => "The cloud's message says why.".to_owned(),
    });
    with(format!("{what}{id}"), &remedy)
}

pub(super) fn credentials(verdict: &Credentials) -> Words {
    match verdict {
        Credentials::Identified { identity, from, .. } => alone(events_en::identity(identity, from)),
        Credentials::NoCredentials { misses } => credentials_en::none(misses),
    }
}

pub(super) fn endpoint(verdict: &Endpoint) -> Words {
    match verdict {
        Endpoint::Active { at } => {
            alone(format!("{} is Active in {}.", called(&at.endpoint_id, &at.name), at.vpc_id))
        }
        Endpoint::NotActive { at, status } => with(
            format!("{} is {status} in {}, not Active.", called(&at.endpoint_id, &at.name), at.vpc_id),
            "Creating and Pending pass by themselves; --wait waits for that.",
        ),
        Endpoint::Deleting { at } => with(
            format!("{} is being deleted.", called(&at.endpoint_id, &at.name)),
            "Create another one with tidb-pe setup, and use its domain.",
        ),
        Endpoint::FinancialLocked { at } => with(
            format!("{} is locked: the account is in arrears.", called(&at.endpoint_id, &at.name)),
            "Pay the overdue amount (console: Expenses and Costs > Bills). The endpoint is unlocked by that.",
        ),
        Endpoint::NotFound { endpoint_id, region_id } => with(
            format!("There is no endpoint {endpoint_id} in {region_id}, for this account."),
            &format!(
                "Compare id, region and account with the console (VPC > Endpoints), or list what there is: {}",
                list_command(region_id)
            ),
        ),
        Endpoint::NoneFound { region_id, service_name: Some(service), vpc_id } => with(
            format!("No endpoint leads to {service} in {}.", place(region_id, vpc_id.as_deref())),
            &format!("Create one: {}", shell::join(["tidb-pe", "setup", "--service-name", service])),
        ),
        Endpoint::NoneFound { region_id, service_name: None, vpc_id } => with(
            format!("There is no endpoint in {}.", place(region_id, vpc_id.as_deref())),
            "Check the region, or create one: tidb-pe setup",
        ),
        Endpoint::Several { endpoint_ids } => with(
            format!("There are {} endpoints to choose from.", endpoint_ids.len()),
            &format!("Name one, such as: tidb-pe check {}", first(endpoint_ids)),
        ),
    }
}

pub(super) fn connection(verdict: &Connection) -> Words {
    match verdict {
        Connection::Connected => alone("Connected to the endpoint service.".to_owned()),
        Connection::NotReady { at, endpoint_status, connection_status } => with(
            format!(
                "Not ready yet: endpoint {} is {endpoint_status}, its connection {connection_status}{}.",
                at.endpoint_id,
                old(at)
            ),
            &format!(
                "This usually takes under two minutes: tidb-pe check {} --wait. If it stays so, delete the endpoint \
                 (console: VPC > Endpoints) and create it again.",
                at.endpoint_id
            ),
        ),
        Connection::WaitingForAcceptance { at, auto_accept, account_id } => with(
            format!(
                "The provider has not accepted the connection of {}{}{}.",
                at.endpoint_id,
                old(at),
                if auto_accept.is_some() { "" } else { ", and it is not known whether it does so by itself" }
            ),
            &format!("Ask TiDB Cloud support to accept endpoint {} of account {account_id}.", at.endpoint_id),
        ),
        Connection::Rejected { at, account_id } => with(
            format!("The provider rejected the connection of {}{}.", at.endpoint_id, old(at)),
            &format!(
                "Ask TiDB Cloud support why, naming endpoint {} of account {account_id}. It costs money while it \
                 exists: delete it (console: VPC > Endpoints) if it is not needed.",
                at.endpoint_id
            ),
        ),
        Connection::Disconnecting { at } => with(
            format!("The connection of {} is being cut.", at.endpoint_id),
            &format!(
                "Somebody disconnects it, here or at TiDB Cloud: ActionTrail shows who. Then look again: tidb-pe check {}",
                at.endpoint_id
            ),
        ),
        Connection::Deleting { at } => with(
            format!("The connection of {} is being removed.", at.endpoint_id),
            "Create another endpoint with tidb-pe setup, and use its domain.",
        ),
        Connection::ServiceDeleted { at, service_name } => with(
            format!("The provider deleted the endpoint service {service_name}."),
            &format!(
                "Take the present Service Name from the TiDB Cloud console (Connect > Private Endpoint) and run \
                 tidb-pe setup with it; delete {} (console: VPC > Endpoints).",
                at.endpoint_id
            ),
        ),
    }
}

pub(super) fn zones(verdict: &Zones) -> Words {
    match verdict {
        Zones::Connected { zones } => alone(format!("Connected: {}.", each(zones))),
        Zones::NotCovered { zones, missing, endpoint_id } => with(
            format!("Connected: {}; not covered: {}.", each(zones), missing.join(", ")),
            &format!(
                "It works without. For a way that stays open when a zone fails, add one to {endpoint_id} (console: VPC > \
                 Endpoints > {endpoint_id} > Zones), or run tidb-pe setup with --az-id {}.",
                first(missing)
            ),
        ),
        Zones::NotConnected { zones, pending, endpoint_id } => with(
            format!("Not connected: {}. All zones: {}.", pending.join(", "), each(zones)),
            &format!(
                "A new zone takes a minute: tidb-pe check {endpoint_id} --wait. If it stays so, remove the zone and \
                 add it again (console: VPC > Endpoints > {endpoint_id} > Zones)."
            ),
        ),
        Zones::NoAddress { pending, endpoint_id, .. } => with(
            format!("Connected but without an address: {}.", pending.join(", ")),
            &format!(
                "Remove the zone and add it again with a vSwitch that has free addresses (console: VPC > Endpoints > \
                 {endpoint_id} > Zones)."
            ),
        ),
        Zones::NoZones { endpoint_id, offered } => with(
            format!("Endpoint {endpoint_id} has no zone, so no address."),
            &format!(
                "Add one of the service's zones ({}): console: VPC > Endpoints > {endpoint_id} > Zones, or aliyun \
                 privatelink AddZoneToVpcEndpoint --EndpointId {endpoint_id} --ZoneId {} --VSwitchId VSWITCH.",
                offered.join(", "),
                offered.first().map_or("ZONE", String::as_str)
            ),
        ),
    }
}

fn place(region_id: &str, vpc_id: Option<&str>) -> String {
    vpc_id.map_or_else(|| region_id.to_owned(), |vpc| format!("{vpc} ({region_id})"))
}

fn old(at: &Age) -> String {
    let age = at.age_s.map(|age| seconds(std::time::Duration::from_secs(age)));
    age.map(|age| format!(", {age} after its creation")).unwrap_or_default()
}

fn each(zones: &[At]) -> String {
    let zone = |zone: &At| {
        let address = if zone.address.is_empty() { "no address" } else { &zone.address };
        let status =
            if zone.zone_status == "Connected" { String::new() } else { format!(", {}", zone.zone_status) };
        format!("{} ({address}{status})", zone.zone_id)
    };
    zones.iter().map(zone).collect::<Vec<_>>().join(", ")
}
