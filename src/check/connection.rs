//! The *connection* layer: is the endpoint connected to its service?
//!
//! `Disconnected` is normal at first and while a provider has to accept (Alibaba Cloud facts, section c). It is a
//! rejection where the provider accepts by itself and had ten minutes, or where it was seen connecting before.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::{CheckId, Finding, Status};
use crate::cloud::privatelink::{ConnectionStatus as C, Endpoint, EndpointStatus};
use crate::wait::{ACCEPTED_BY, Hopeless};

/// What the connection looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// Connected.
    Connected,
    /// On its way, or the endpoint is not made yet.
    NotReady {
        /// Which endpoint, and since when.
        #[serde(flatten)]
        at: Age,
        /// `EndpointStatus`.
        endpoint_status: String,
        /// `ConnectionStatus`.
        connection_status: String,
    },
    /// The provider accepts by hand, or it is not known whether it does, and it has not.
    WaitingForAcceptance {
        /// Which endpoint, and since when.
        #[serde(flatten)]
        at: Age,
        /// Whether the provider accepts by itself.
        auto_accept: Option<bool>,
        /// The account to tell the provider.
        account_id: String,
    },
    /// The provider rejected it, or disabled it later.
    Rejected {
        /// Which endpoint, and since when.
        #[serde(flatten)]
        at: Age,
        /// The account to tell the provider.
        account_id: String,
    },
    /// Being cut.
    Disconnecting {
        /// Which endpoint, and since when.
        #[serde(flatten)]
        at: Age,
    },
    /// Being removed.
    Deleting {
        /// Which endpoint, and since when.
        #[serde(flatten)]
        at: Age,
    },
    /// The provider deleted the endpoint service.
    ServiceDeleted {
        /// Which endpoint, and since when.
        #[serde(flatten)]
        at: Age,
        /// The service that is gone.
        service_name: String,
    },
}

/// An endpoint and how old it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Age {
    /// The endpoint.
    pub endpoint_id: String,
    /// Seconds since its creation; null where the cloud does not say.
    pub age_s: Option<u64>,
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The endpoint.
    pub endpoint: &'a Endpoint,
    /// Whether the provider accepts without a person; `None` if the service is not listed.
    pub auto_accept: Option<bool>,
    /// The account, to be told to the provider.
    pub account_id: &'a str,
    /// What waiting for it has shown.
    pub seen: Option<Hopeless>,
    /// The time.
    pub now: Timestamp,
}

/// Judges the connection.
pub fn judge(facts: &Facts) -> Finding {
    let endpoint = facts.endpoint;
    let age = age(endpoint, facts.now);
    let at = Age { endpoint_id: endpoint.endpoint_id.clone(), age_s: age.map(|age| age.as_secs()) };
    let made = matches!(endpoint.endpoint_status, EndpointStatus::Active | EndpointStatus::Pending);
    match &endpoint.connection_status {
        C::Connected if made => finding(Status::Pass, Verdict::Connected),
        C::Disconnecting => finding(Status::Fail, Verdict::Disconnecting { at }),
        C::Deleting | C::Deleted => finding(Status::Fail, Verdict::Deleting { at }),
        C::ServiceDeleted => {
            let service_name = endpoint.service_name.clone();
            finding(Status::Fail, Verdict::ServiceDeleted { at, service_name })
        }
        C::Disconnected => finding(Status::Fail, disconnected(facts, at, age, made)),
        status => finding(Status::Fail, not_ready(endpoint, status, at)),
    }
}

fn disconnected(facts: &Facts, at: Age, age: Option<Duration>, made: bool) -> Verdict {
    let account_id = facts.account_id.to_owned();
    let overdue = facts.auto_accept == Some(true) && age.is_some_and(|age| age >= ACCEPTED_BY);
    if facts.seen == Some(Hopeless::Rejected) || overdue {
        Verdict::Rejected { at, account_id }
    } else if !made || facts.auto_accept == Some(true) {
        not_ready(facts.endpoint, &C::Disconnected, at)
    } else {
        Verdict::WaitingForAcceptance { at, auto_accept: facts.auto_accept, account_id }
    }
}

fn not_ready(endpoint: &Endpoint, connection: &C, at: Age) -> Verdict {
    Verdict::NotReady {
        at,
        endpoint_status: super::capped(endpoint.endpoint_status.as_str()),
        connection_status: super::capped(connection.as_str()),
    }
}

fn age(endpoint: &Endpoint, now: Timestamp) -> Option<Duration> {
    let created = endpoint.create_time.parse::<Timestamp>().ok()?;
    Some(Duration::try_from(now.duration_since(created)).unwrap_or_default())
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Connection, status, verdict: super::Verdict::Connection(verdict) }
}
