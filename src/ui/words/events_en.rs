//! What is happening, in English.

use std::time::Duration;

use super::pieces::who;
use super::{credentials_en, errors_en};
use crate::cloud::Notice;
use crate::cloud::credentials::Source;
use crate::cloud::privatelink::Service;
use crate::cloud::sts::Identity;
use crate::error::Error;
use crate::event::{Closing, Phase, Thing};

/// The spinner's text.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Looking => "Looking at the account, the service and the network",
        Phase::Creating => "Creating the endpoint",
        Phase::Preparing => "Creating what is missing",
        Phase::Queueing => "Waiting for the other run",
        Phase::Waiting => "Waiting for the endpoint (usually under two minutes; Ctrl-C is safe)",
        Phase::Testing => "Testing the connection",
        Phase::Deleting => "Deleting",
        Phase::Listing => "Listing endpoints",
    }
}

/// The simulated cloud is running.
pub fn sandbox(scenario: &str) -> String {
    format!(
        "Sandbox {scenario:?}: a simulated cloud on this machine. Nothing real is asked, changed or paid."
    )
}

/// Whose key it is.
pub fn identity(identity: &Identity, source: &Source) -> String {
    let from = credentials_en::source(source);
    format!("Account {} as {}, key from {from}.", identity.account_id, who(identity))
}

/// The console's green tick.
pub fn verified(service: &Service) -> String {
    let accept = match service.auto_accept_enabled {
        Some(true) => ", connections are accepted automatically",
        Some(false) => ", the provider accepts connections by hand",
        None => "",
    };
    format!("Service verified: {} in zones {}{accept}.", service.service_id, service.zones.join(", "))
}

/// Made by this run.
pub fn made(thing: Thing, id: &str) -> String {
    match thing {
        Thing::Service => "PrivateLink activated for the account.".to_owned(),
        Thing::VSwitch => format!("vSwitch {id} created."),
        Thing::SecurityGroup => format!("Security group {id} created."),
        Thing::SecurityGroupRule => format!("Rule {id} added."),
        Thing::Endpoint => format!("Endpoint {id} created."),
        Thing::Zone => format!("Zone {id} added."),
        Thing::Attachment => format!("Security group {id} attached."),
    }
}

/// Removed by this run.
pub fn removed(thing: Thing, id: &str) -> String {
    match thing {
        Thing::Service => "PrivateLink deactivated.".to_owned(),
        Thing::VSwitch => format!("vSwitch {id} deleted."),
        Thing::SecurityGroup => format!("Security group {id} deleted."),
        Thing::SecurityGroupRule => format!("Rule {id} removed."),
        Thing::Endpoint => format!("Endpoint {id} is gone."),
        Thing::Zone => format!("Zone {id} removed."),
        Thing::Attachment => format!("Security group {id} detached."),
    }
}

/// What was to be deleted is not there.
pub fn absent(endpoint_id: &str) -> String {
    format!("Endpoint {endpoint_id} does not exist; nothing to delete.")
}

/// There is nothing to list.
pub fn no_endpoints(unread: &[String]) -> String {
    if unread.is_empty() {
        return "No endpoints.".to_owned();
    }
    format!(
        "No endpoints in the regions that could be read. There may be some in {}: run the same command again, or ask for \
         one with --region-id.",
        unread.join(", ")
    )
}

/// A region of several could not be read.
pub fn region_failed(region_id: &str, error: &Error) -> String {
    format!("{region_id} could not be read: {}", errors_en::error(error).0)
}

/// Another run is at it.
pub fn queued() -> &'static str {
    "Another tidb-pe on this machine is setting up the same endpoint: waiting for it, then using what it made."
}

/// One that was there is used.
pub fn adopted(endpoint_id: &str) -> String {
    format!("Endpoint {endpoint_id} exists already and is used.")
}

/// The provider has to accept by hand.
pub fn needs_acceptance(endpoint_id: &str, account_id: &str) -> String {
    format!(
        "The provider has to accept the connection: give it endpoint {endpoint_id} and account {account_id}."
    )
}

/// Nobody waited.
pub fn not_waited(endpoint_id: &str) -> String {
    format!(
        "Endpoint {endpoint_id} may not be ready yet, and was not tested: without --no-wait, setup goes on with it."
    )
}

/// How a dry run ended.
pub fn dry_run(asked: bool) -> &'static str {
    if asked {
        "Alibaba Cloud's own dry run accepts the create call. Nothing was changed."
    } else {
        "This is what would be done. Nothing was changed."
    }
}

/// The connection was not tested.
pub fn not_tested() -> &'static str {
    "Connection not tested (--skip-test)."
}

/// Above the command that repeats the run.
pub fn next(elsewhere: Option<&str>) -> String {
    match elsewhere {
        None => "To run this again without questions:".to_owned(),
        Some(vpc_id) => format!("On a machine in {vpc_id}, this goes on and tests the connection:"),
    }
}

/// Above the command that tests again.
pub fn test_again(lacks_password: bool) -> String {
    let with = if lacks_password { ", with the password in TIDB_PE_PASSWORD" } else { "" };
    format!("The endpoint stays. To test it again without setting up anew{with}:")
}

/// What was made, how it is undone, who else may use it. The table of Authorized Networks: TiDB Cloud facts, section 3.
pub fn closing(closing: &Closing) -> Vec<String> {
    let Closing { endpoint_id, service_name, region_id, made, .. } = closing;
    let each = |(thing, id): &(Thing, String)| format!("{} {id}", named(*thing));
    let made = made.iter().map(each).collect::<Vec<_>>().join(", ");
    let made = if made.is_empty() { "nothing, all of it was there".to_owned() } else { made };
    vec![
        format!("Made by this run: {made}"),
        format!(
            "One endpoint serves every Starter and Essential instance of {region_id}: the user's prefix tells them apart."
        ),
        format!(
            "Only if TiDB Cloud restricts private endpoints (your instance > Settings > Networking > Private Endpoint > \
             Authorized Networks is not empty): Add Rule with Endpoint Service Name {service_name} and Your Endpoint ID \
             {endpoint_id}"
        ),
    ]
}

/// Before the command that takes it away again.
pub fn undo() -> &'static str {
    "Undo: "
}

fn named(thing: Thing) -> &'static str {
    match thing {
        Thing::Service => "PrivateLink",
        Thing::VSwitch => "vSwitch",
        Thing::SecurityGroup => "security group",
        Thing::SecurityGroupRule => "rule",
        Thing::Endpoint => "endpoint",
        Thing::Zone => "zone",
        Thing::Attachment => "attached group",
    }
}

/// A state of the endpoint.
pub fn state(endpoint: &str, connection: &str, zones: Option<(usize, usize)>) -> String {
    let zones = zones.map(|(ready, all)| format!(", zones {ready} of {all}")).unwrap_or_default();
    format!("Endpoint {endpoint}, connection {connection}{zones}")
}

/// How long getting ready takes, behind its state.
pub fn typical() -> &'static str {
    " (usually under two minutes)"
}

/// Ready.
pub fn ready(elapsed: Duration) -> String {
    format!("Endpoint is Active and Connected ({}).", super::seconds(elapsed))
}

/// What the client says; `None` for what only a verbose log shows.
pub fn notice(notice: &Notice) -> Option<String> {
    match notice {
        Notice::ClockSkew { seconds } => Some(clock_skew(*seconds)),
        Notice::NoVpcHost { product, region } => Some(format!(
            "Alibaba Cloud has no {} host inside the VPC in {region}: its public host is asked, which needs internet \
             access.",
            product.code()
        )),
        Notice::Skipped(miss) if !miss.is_absent() => Some(credentials_en::skipped(miss)),
        Notice::LooseFile(path) => Some(credentials_en::loose(path)),
        Notice::Attempt { .. }
        | Notice::Exchange { .. }
        | Notice::Retry { .. }
        | Notice::Slowed { .. }
        | Notice::Recovered { .. }
        | Notice::Skipped(_) => None,
    }
}

/// This machine's clock is off.
pub fn clock_skew(seconds: i64) -> String {
    let way = if seconds >= 0 { "behind" } else { "ahead of" };
    format!(
        "This machine's clock is {} s {way} Alibaba Cloud's; their time is used for this run. Set the clock right.",
        seconds.unsigned_abs()
    )
}

/// What a verbose log shows.
pub fn log(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Attempt { operation, region, attempt, took, request_id, outcome, request, .. } => {
            Some(format!(
                "{} {} try {attempt}: {outcome} in {} ms, request id {}: {request}",
                operation.action,
                region,
                took.as_millis(),
                request_id.as_deref().unwrap_or("-")
            ))
        }
        Notice::Exchange { method, path, host, attempt, took, request_id, outcome, .. } => Some(format!(
            "{method} {host}{} try {attempt}: {outcome} in {} ms, request id {}",
            path.as_deref().unwrap_or_default(),
            took.as_millis(),
            request_id.as_deref().unwrap_or("-")
        )),
        Notice::Retry { action, reason, delay, .. } => {
            Some(format!("{action}: {reason}; next try in {} ms", delay.as_millis()))
        }
        Notice::Slowed { product, region, at_once, per_second, pause } => Some(format!(
            "{} in {region} is throttled: from now on {at_once} requests at once and {per_second:.1} a second{}",
            product.code(),
            pause.map(|pause| format!(", after {} ms", pause.as_millis())).unwrap_or_default()
        )),
        Notice::Recovered { product, region } => {
            Some(format!("{} in {region} is asked as fast as ever again", product.code()))
        }
        Notice::Skipped(miss) if miss.is_absent() => Some(credentials_en::skipped(miss)),
        Notice::ClockSkew { .. } | Notice::NoVpcHost { .. } | Notice::LooseFile(_) | Notice::Skipped(_) => {
            None
        }
    }
}
