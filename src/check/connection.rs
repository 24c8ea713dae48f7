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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::privatelink::BusinessStatus;

    const CREATED: &str = "2026-01-15T08:00:00Z";

    fn endpoint(status: EndpointStatus, connection: C) -> Endpoint {
        Endpoint {
            endpoint_id: "ep-a".into(),
            endpoint_name: String::new(),
            endpoint_domain: String::new(),
            endpoint_status: status,
            connection_status: connection,
            endpoint_business_status: BusinessStatus::Normal,
            service_name: "com.aliyuncs.privatelink.ap-southeast-1.epsrv-a".into(),
            vpc_id: "vpc-a".into(),
            endpoint_type: "Interface".into(),
            create_time: CREATED.into(),
            tags: Vec::new(),
        }
    }

    fn code(endpoint: &Endpoint, auto_accept: Option<bool>, age_s: i64, seen: Option<Hopeless>) -> String {
        let created: Timestamp = CREATED.parse().unwrap();
        let now = Timestamp::from_second(created.as_second() + age_s).unwrap();
        let finding = judge(&Facts { endpoint, auto_accept, account_id: "1", seen, now });
        let detail = serde_json::to_value(&finding.verdict).unwrap();
        let code = detail["code"].as_str().unwrap().to_owned();
        assert_eq!(finding.status == Status::Pass, code == "connected");
        code
    }

    #[test]
    fn disconnected_is_waiting_until_it_is_a_rejection() {
        let off = endpoint(EndpointStatus::Active, C::Disconnected);
        for (auto_accept, age_s, seen, want) in [
            (Some(true), 30, None, "not-ready"),
            (Some(true), 599, None, "not-ready"),
            (Some(true), 600, None, "rejected"),
            (Some(false), 86_400, None, "waiting-for-acceptance"),
            (None, 86_400, None, "waiting-for-acceptance"),
            (Some(false), 30, Some(Hopeless::Rejected), "rejected"),
            // A clock that is behind makes nothing older.
            (Some(true), -3600, None, "not-ready"),
        ] {
            assert_eq!(code(&off, auto_accept, age_s, seen), want, "{auto_accept:?} {age_s} {seen:?}");
        }
        let unknown_age = Endpoint { create_time: String::new(), ..off };
        assert_eq!(code(&unknown_age, Some(true), 86_400, None), "not-ready");
    }

    #[test]
    fn every_other_state_has_its_code() {
        for (status, connection, want) in [
            (EndpointStatus::Active, C::Connected, "connected"),
            (EndpointStatus::Pending, C::Connected, "connected"),
            (EndpointStatus::Creating, C::Connected, "not-ready"),
            (EndpointStatus::Active, C::Connecting, "not-ready"),
            (EndpointStatus::Active, C::Pending, "not-ready"),
            (EndpointStatus::Active, C::Disconnecting, "disconnecting"),
            (EndpointStatus::Active, C::Deleting, "deleting"),
            (EndpointStatus::Active, C::ServiceDeleted, "service-deleted"),
            (EndpointStatus::Active, C::Other("Odd".into()), "not-ready"),
        ] {
            assert_eq!(
                code(&endpoint(status, connection.clone()), Some(true), 1, None),
                want,
                "{connection:?}"
            );
        }
    }
}
