//! The *zones* layer: is every zone of the endpoint connected, with an address?
//!
//! A zone is one network interface in one vSwitch (Alibaba Cloud facts, sections b1 and c).

use serde::Serialize;

use super::{CheckId, Finding, Status};
use crate::cloud::Error;
use crate::cloud::privatelink::{Zone, ZoneStatus};
use crate::wait::is_zone_ready;

/// What the zones look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every zone is connected and has an address.
    Connected {
        /// The zones.
        zones: Vec<At>,
    },
    /// They are, but the service is offered in zones the endpoint does not cover.
    NotCovered {
        /// The zones.
        zones: Vec<At>,
        /// Zones of the service without an interface of the endpoint.
        missing: Vec<String>,
        /// The endpoint.
        endpoint_id: String,
    },
    /// Some zones are not connected.
    NotConnected {
        /// The zones.
        zones: Vec<At>,
        /// Those that are not connected.
        pending: Vec<String>,
        /// The endpoint.
        endpoint_id: String,
    },
    /// A zone is connected and has no address.
    NoAddress {
        /// The zones.
        zones: Vec<At>,
        /// Those without an address.
        pending: Vec<String>,
        /// The endpoint.
        endpoint_id: String,
    },
    /// The endpoint has no zone at all.
    NoZones {
        /// The endpoint.
        endpoint_id: String,
        /// The zones of the service.
        offered: Vec<String>,
    },
}

/// One zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct At {
    /// The zone.
    pub zone_id: String,
    /// The vSwitch of its address.
    pub vswitch_id: String,
    /// The address; empty where there is none.
    pub address: String,
    /// `ZoneStatus`.
    pub zone_status: String,
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The endpoint.
    pub endpoint_id: &'a str,
    /// The answer of `ListVpcEndpointZones`.
    pub zones: &'a Result<Vec<Zone>, Error>,
    /// The zones of the service; empty where they are not known.
    pub offered: &'a [String],
}

/// Judges the zones.
pub fn judge(facts: &Facts) -> Finding {
    let all = match facts.zones {
        Ok(zones) => zones,
        Err(error) => return Finding::unanswered(CheckId::Zones, error.clone()),
    };
    let endpoint_id = facts.endpoint_id.to_owned();
    let ids = |wanted: &dyn Fn(&Zone) -> bool| -> Vec<String> {
        all.iter().filter(|zone| wanted(zone)).map(|zone| zone.zone_id.clone()).collect()
    };
    let zones = all.iter().map(At::new).collect();
    let unconnected = ids(&|zone| zone.zone_status != ZoneStatus::Connected);
    let unready = ids(&|zone| !is_zone_ready(zone));
    let missing: Vec<String> =
        facts.offered.iter().filter(|id| all.iter().all(|zone| zone.zone_id != **id)).cloned().collect();
    match () {
        () if all.is_empty() => {
            finding(Status::Fail, Verdict::NoZones { endpoint_id, offered: facts.offered.to_vec() })
        }
        () if !unconnected.is_empty() => {
            finding(Status::Fail, Verdict::NotConnected { zones, pending: unconnected, endpoint_id })
        }
        () if !unready.is_empty() => {
            finding(Status::Fail, Verdict::NoAddress { zones, pending: unready, endpoint_id })
        }
        () if !missing.is_empty() => {
            finding(Status::Warn, Verdict::NotCovered { zones, missing, endpoint_id })
        }
        () => finding(Status::Pass, Verdict::Connected { zones }),
    }
}

impl At {
    fn new(zone: &Zone) -> Self {
        Self {
            zone_id: zone.zone_id.clone(),
            vswitch_id: zone.vswitch_id.clone(),
            address: zone.eni_ip.clone(),
            zone_status: super::capped(zone.zone_status.as_str()),
        }
    }
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Zones, status, verdict: super::Verdict::Zones(verdict) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(letter: &str, status: ZoneStatus, eni_ip: &str) -> Zone {
        Zone {
            zone_id: format!("ap-southeast-1{letter}"),
            zone_status: status,
            zone_domain: String::new(),
            vswitch_id: "vsw-a".into(),
            eni_ip: eni_ip.into(),
        }
    }

    fn judged(zones: Vec<Zone>, offered: &[&str]) -> (Status, serde_json::Value) {
        let offered: Vec<String> = offered.iter().map(|letter| format!("ap-southeast-1{letter}")).collect();
        let finding = judge(&Facts { endpoint_id: "ep-a", zones: &Ok(zones), offered: &offered });
        (finding.status, serde_json::to_value(&finding.verdict).unwrap())
    }

    #[test]
    fn each_kind_of_trouble_is_told_apart() {
        let up = || zone("a", ZoneStatus::Connected, "10.0.0.1");
        let rows = [
            (vec![up()], &["a"][..], Status::Pass, "connected"),
            (vec![up()], &[], Status::Pass, "connected"),
            (vec![up()], &["a", "b"], Status::Warn, "not-covered"),
            (vec![up(), zone("b", ZoneStatus::Wait, "10.0.1.1")], &["a"], Status::Fail, "not-connected"),
            (vec![zone("a", ZoneStatus::Connected, "")], &["a"], Status::Fail, "no-address"),
            (vec![], &["a"], Status::Fail, "no-zones"),
        ];
        for (zones, offered, status, code) in rows {
            let (got, detail) = judged(zones, offered);
            assert_eq!((got, &detail["code"]), (status, &code.into()), "{detail}");
        }
    }

    #[test]
    fn the_zones_in_question_are_named() {
        let zones = vec![zone("a", ZoneStatus::Connecting, ""), zone("b", ZoneStatus::Connected, "10.0.1.1")];
        assert_eq!(judged(zones, &[]).1["pending"], serde_json::json!(["ap-southeast-1a"]));
        let (_, detail) = judged(vec![zone("a", ZoneStatus::Connected, "10.0.0.1")], &["a", "c"]);
        assert_eq!(detail["missing"], serde_json::json!(["ap-southeast-1c"]));
    }
}
