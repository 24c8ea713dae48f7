//! What is happening, in English.

use std::time::Duration;

use super::credentials_en;
use crate::cloud::Notice;
use crate::cloud::credentials::Source;
use crate::cloud::privatelink::Service;
use crate::cloud::sts::Identity;
use crate::event::Phase;

/// The spinner's text.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Looking => "Looking at the account, the service and the network",
        Phase::Creating => "Creating the endpoint",
        Phase::Waiting => "Waiting for the endpoint (usually under two minutes; Ctrl-C is safe)",
        Phase::Testing => "Testing the connection",
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
    let who = if identity.arn.is_empty() { &identity.account_id } else { &identity.arn };
    let from = credentials_en::source(source);
    format!("Account {} as {who}, key from {from}.", identity.account_id)
}

/// The console's green tick.
pub fn verified(service: &Service) -> String {
    let accept = match service.auto_accept_enabled {
        Some(true) => ", accepts by itself",
        Some(false) => ", accepts by hand",
        None => "",
    };
    format!("Service verified: {} in zones {}{accept}.", service.service_name, service.zones.join(", "))
}

/// Created by this run.
pub fn created(endpoint_id: &str) -> String {
    format!("Endpoint {endpoint_id} created.")
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

/// A state of the endpoint.
pub fn state(endpoint: &str, connection: &str, zones: Option<(usize, usize)>) -> String {
    let zones = zones.map(|(ready, all)| format!(", zones {ready} of {all}")).unwrap_or_default();
    format!("Endpoint {endpoint}, connection {connection}{zones}")
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
        Notice::Attempt { .. } | Notice::Retry { .. } | Notice::Skipped(_) => None,
    }
}

/// This machine's clock is off.
pub fn clock_skew(seconds: i64) -> String {
    let way = if seconds >= 0 { "behind" } else { "ahead" };
    format!(
        "This machine's clock is {} s {way} Alibaba Cloud's; their time is used for this run. Set the clock right.",
        seconds.unsigned_abs()
    )
}

/// What a verbose log shows.
pub fn log(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Attempt { operation, region, attempt, took, request_id, outcome, request } => Some(format!(
            "{} {} try {attempt}: {outcome} in {} ms, request id {}: {request}",
            operation.action,
            region,
            took.as_millis(),
            request_id.as_deref().unwrap_or("-")
        )),
        Notice::Retry { operation, reason, delay } => {
            Some(format!("{}: {reason}; next try in {} ms", operation.action, delay.as_millis()))
        }
        Notice::Skipped(miss) if miss.is_absent() => Some(credentials_en::skipped(miss)),
        Notice::ClockSkew { .. } | Notice::NoVpcHost { .. } | Notice::LooseFile(_) | Notice::Skipped(_) => {
            None
        }
    }
}
