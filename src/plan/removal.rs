//! What a deletion takes away, decided from what exists. Pure.

use super::mark;
use crate::cloud::ecs::SecurityGroup;
use crate::cloud::privatelink::{Endpoint, Zone};
use crate::cloud::vpc::VSwitch;
use crate::event::Thing;
use crate::inventory::Present;
use crate::journal::{Kind, Record};
use crate::service_name::ServiceName;

/// What is there around an endpoint.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The endpoint; `None` where an earlier deletion got that far.
    pub endpoint: Option<Endpoint>,
    /// Its zones.
    pub zones: Vec<Zone>,
    /// The ids of its groups.
    pub own_groups: Vec<String>,
    /// What this machine remembers.
    pub record: Option<Record>,
    /// The vSwitches of its VPC, where what was created goes too.
    pub vswitches: Vec<VSwitch>,
    /// The groups of its VPC, likewise.
    pub groups: Vec<SecurityGroup>,
    /// What the other endpoints to the same service in the VPC use.
    pub others: Vec<Present>,
}

/// What is removed, in this order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Removal {
    /// The endpoint.
    pub endpoint: Option<Endpoint>,
    /// Its zones, removed first.
    pub zones: Vec<String>,
    /// Groups that `setup` made for it.
    pub groups: Vec<Named>,
    /// vSwitches that `setup` made for it.
    pub vswitches: Vec<Named>,
    /// Made by `setup`, but used by another endpoint.
    pub kept: Vec<(Thing, String)>,
}

/// An id with the user's name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name; may be empty.
    pub name: String,
}

impl Surroundings {
    /// VPC and service name, from the endpoint or from what is remembered of it.
    pub fn place(&self) -> Option<(String, String)> {
        let of = |vpc: &str, service: &str| (vpc.to_owned(), service.to_owned());
        let there = self.endpoint.as_ref().map(|endpoint| of(&endpoint.vpc_id, &endpoint.service_name));
        there.or_else(|| self.record.as_ref().map(|record| of(&record.vpc_id, &record.service_name)))
    }
}

impl Removal {
    /// Whether there is nothing to remove.
    pub fn is_empty(&self) -> bool {
        self.endpoint.is_none() && self.groups.is_empty() && self.vswitches.is_empty()
    }
}

/// Zones, then the endpoint, then what the tags or this machine's record say that this tool made, and nothing else.
pub fn decide_removal(around: &Surroundings, with_created: bool) -> Removal {
    let zones = around.zones.iter().map(|zone| zone.zone_id.clone()).collect();
    let mut removal = Removal { endpoint: around.endpoint.clone(), zones, ..Removal::default() };
    let place = around.place().filter(|_| with_created);
    let Some(service) = place.and_then(|(_, service)| service.parse::<ServiceName>().ok()) else {
        return removal;
    };
    let recorded =
        |kind, id: &str| around.record.iter().any(|record| record.made(kind).any(|made| made == id));
    for group in &around.groups {
        let id = &group.security_group_id;
        if mark::is_for(&group.tags, &service) || recorded(Kind::SecurityGroup, id) {
            let used = around.others.iter().any(|other| other.groups.contains(id));
            let named = Named { id: id.clone(), name: group.security_group_name.clone() };
            keep_or_remove(&mut removal.kept, &mut removal.groups, used, Thing::SecurityGroup, named);
        }
    }
    for vswitch in &around.vswitches {
        let id = &vswitch.vswitch_id;
        if mark::is_for(&vswitch.tags, &service) || recorded(Kind::VSwitch, id) {
            let mut zones = around.others.iter().flat_map(|other| &other.zones);
            let used = zones.any(|zone| zone.vswitch_id == *id);
            let named = Named { id: id.clone(), name: vswitch.vswitch_name.clone() };
            keep_or_remove(&mut removal.kept, &mut removal.vswitches, used, Thing::VSwitch, named);
        }
    }
    removal
}

fn keep_or_remove(
    kept: &mut Vec<(Thing, String)>,
    removed: &mut Vec<Named>,
    used: bool,
    thing: Thing,
    named: Named,
) {
    if used { kept.push((thing, named.id)) } else { removed.push(named) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000001";

    fn tags(service: &str) -> serde_json::Value {
        json!([{"Key": "created-by", "Value": "tidb-pe"}, {"Key": "tidb-pe-service", "Value": service}])
    }

    fn vswitch(id: &str, tags: &serde_json::Value) -> VSwitch {
        serde_json::from_value(json!({"VSwitchId": id, "Tags": {"Tag": tags}})).unwrap()
    }

    fn group(id: &str, tags: &serde_json::Value) -> SecurityGroup {
        serde_json::from_value(json!({"SecurityGroupId": id, "Tags": {"Tag": tags}})).unwrap()
    }

    fn around() -> Surroundings {
        let endpoint = json!({"EndpointId": "ep-1", "ServiceName": SERVICE});
        let ours = tags("epsrv-t4nexample0000000001");
        let others = tags("epsrv-t4nexample0000000002");
        let half = json!([{"Key": "created-by", "Value": "tidb-pe"}]);
        Surroundings {
            endpoint: serde_json::from_value(endpoint).ok(),
            vswitches: vec![
                vswitch("vsw-ours", &ours),
                vswitch("vsw-of-another-service", &others),
                vswitch("vsw-half-tagged", &half),
                vswitch("vsw-users", &json!([])),
            ],
            groups: vec![group("sg-ours", &ours), group("sg-users", &json!([]))],
            ..Surroundings::default()
        }
    }

    fn ids(named: &[Named]) -> Vec<&str> {
        named.iter().map(|named| named.id.as_str()).collect()
    }

    #[test]
    fn only_what_is_tagged_for_this_service_goes() {
        let removal = decide_removal(&around(), true);
        assert_eq!((ids(&removal.vswitches), ids(&removal.groups)), (vec!["vsw-ours"], vec!["sg-ours"]));
        let endpoint_only = decide_removal(&around(), false);
        assert!(endpoint_only.vswitches.is_empty() && endpoint_only.groups.is_empty());
    }

    #[test]
    fn the_record_speaks_for_what_lost_its_tags() {
        let entry = json!({"kind": "vswitch", "token": "t", "params": {}, "at": "2026-01-15T09:30:00Z",
            "id": "vsw-users"});
        let record = json!({"version": 1, "region_id": "r", "vpc_id": "v", "service_name": SERVICE,
            "entries": [entry]});
        let around = Surroundings { record: serde_json::from_value(record).unwrap(), ..around() };
        assert_eq!(ids(&decide_removal(&around, true).vswitches), ["vsw-ours", "vsw-users"]);
    }

    #[test]
    fn what_another_endpoint_uses_stays() {
        let zone = json!({"ZoneId": "ap-southeast-1a", "VSwitchId": "vsw-ours"});
        let other = Present {
            zones: vec![serde_json::from_value(zone).unwrap()],
            groups: vec!["sg-ours".to_owned()],
        };
        let removal = decide_removal(&Surroundings { others: vec![other], ..around() }, true);
        assert!(removal.vswitches.is_empty() && removal.groups.is_empty());
        assert_eq!(removal.kept.len(), 2);
    }
}
