//! Deciding, as tables: what is chosen, what is made, what is in the way.

use serde_json::{Value, json};

use super::*;
use crate::cloud::ecs::Rules;
use crate::cloud::privatelink::Endpoint;
use crate::inventory::{Group, Present};
use crate::problem::{Lack, ZoneAskedBy};

pub(super) const NAME: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000001";
pub(super) const VPC: &str = "vpc-t4nexample";

pub(super) fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "a field of Answers is an Option")]
pub(super) fn given<T>(value: T) -> Option<Sourced<T>> {
    Some(Sourced::new(value, Source::Flag))
}

pub(super) fn ids(ids: &[&str]) -> Option<Sourced<Vec<String>>> {
    given(ids.iter().map(ToString::to_string).collect())
}

pub(super) fn answers() -> Answers {
    Answers { service_name: given(NAME.parse().unwrap()), ..Answers::default() }
}

fn permitting() -> Answers {
    let permits =
        crate::answers::Permits { create_vswitch: true, create_security_group: true, open_service: false };
    Answers { permits, ..answers() }
}

/// Id, zone letter, range, free addresses.
pub(super) type Row<'a> = (&'a str, &'a str, &'a str, u64);

fn vswitch((id, zone, cidr, free): &Row) -> Value {
    json!({"VSwitchId": id, "ZoneId": format!("ap-southeast-1{zone}"), "CidrBlock": cidr, "VpcId": VPC,
        "AvailableIpAddressCount": free, "Status": "Available"})
}

fn group(id: &str, kind: &str, rules: &[(&str, &str, u64)]) -> Group {
    let rule = |(policy, source, priority): &(&str, &str, u64)| {
        read(json!({"Direction": "ingress", "Policy": policy, "IpProtocol": "TCP", "PortRange": "4000/4000",
            "SourceCidrIp": source, "Priority": priority}))
    };
    let permissions = rules.iter().map(rule).collect();
    Group {
        group: read(json!({"SecurityGroupId": id, "SecurityGroupType": kind, "VpcId": VPC})),
        rules: Some(Rules { inner_access_policy: "Accept".into(), permissions }),
    }
}

fn ours(mut group: Group) -> Group {
    group.group.tags = mark::tags(&NAME.parse().unwrap());
    group
}

pub(super) fn open(id: &str) -> Group {
    group(id, "normal", &[("Accept", "10.0.0.0/8", 1)])
}

fn closed(id: &str) -> Group {
    group(id, "normal", &[("Drop", "0.0.0.0/0", 1)])
}

pub(super) fn inventory(vswitches: &[Row], groups: Vec<Group>) -> Inventory {
    let vswitches = vswitches.iter().map(|row| read(vswitch(row))).collect();
    Inventory {
        identity: read(json!({"AccountId": "1234567890123456"})),
        product_open: true,
        product_request_id: None,
        service: Some(read(json!({"ServiceId": "epsrv-t4nexample0000000001", "ServiceName": NAME,
            "Zones": ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"], "AutoAcceptEnabled": true,
            "Payer": "Endpoint"}))),
        endpoints: Vec::new(),
        vpcs: vec![read(json!({"VpcId": VPC, "CidrBlock": "10.0.0.0/16"}))],
        network: Some(Network { vswitches, groups }),
        present: None,
        unanswered: Vec::new(),
    }
}

fn endpoint(id: &str, status: &str, connection: &str, created: &str) -> Endpoint {
    read(json!({"EndpointId": id, "EndpointStatus": status, "ConnectionStatus": connection, "VpcId": VPC,
        "ServiceName": NAME, "CreateTime": created, "EndpointBusinessStatus": "Normal"}))
}

/// The chosen zones as `letter:vswitch`; a new vSwitch as its range.
pub(super) fn zones(plan: &Plan) -> Vec<String> {
    let zone = |zone: &ZonePlan| {
        let letter = zone.zone_id.trim_start_matches("ap-southeast-1");
        match &zone.vswitch {
            VSwitchPlan::Use { id, pending: false, .. } => format!("{letter}:{}", id.value),
            VSwitchPlan::Use { id, .. } => format!("{letter}:{} pending", id.value),
            VSwitchPlan::Create(new) => format!("{letter}:{}", new.cidr.value),
        }
    };
    plan.endpoint.zones().iter().map(zone).collect()
}

pub(super) fn groups(plan: &Plan) -> Vec<String> {
    let group = |group: &GroupPlan| {
        let rule = if group.rule.is_some() { " + rule" } else { "" };
        format!("{}{rule}", group.id().unwrap_or("new"))
    };
    plan.endpoint.groups().iter().map(group).collect()
}

#[test]
fn zones_are_those_given_of_the_service_with_a_usable_vswitch() {
    type Case<'a> = (&'a str, Answers, Vec<Row<'a>>, &'a [&'a str]);
    let az = |letters: &[&str]| Answers { az_ids: ids(letters), ..answers() };
    let picked = |list: &[&str]| Answers { vswitch_ids: ids(list), ..answers() };
    let two = || vec![("vsw-a", "a", "10.0.0.0/24", 9), ("vsw-b", "b", "10.0.1.0/24", 9)];
    let rows: Vec<Case> = vec![
        ("all that qualify", answers(), two(), &["a:vsw-a", "b:vsw-b"]),
        ("only those given", az(&["ap-southeast-1b"]), two(), &["b:vsw-b"]),
        (
            "a given one the service lacks is left out",
            az(&["ap-southeast-1a", "ap-southeast-1d"]),
            two(),
            &["a:vsw-a"],
        ),
        (
            "a vSwitch elsewhere is not used",
            answers(),
            vec![two()[0], ("vsw-d", "d", "10.0.9.0/24", 9)],
            &["a:vsw-a"],
        ),
        ("a full one is not used", answers(), vec![two()[0], ("vsw-b", "b", "10.0.1.0/24", 0)], &["a:vsw-a"]),
        (
            "the one with most free",
            answers(),
            vec![two()[0], ("vsw-a2", "a", "10.0.2.0/24", 10)],
            &["a:vsw-a2"],
        ),
        ("a tie goes by id", answers(), vec![("vsw-z", "a", "10.0.2.0/24", 9), two()[0]], &["a:vsw-a"]),
        (
            "a given one wins over a larger",
            picked(&["vsw-a"]),
            vec![two()[0], ("vsw-a2", "a", "10.0.2.0/24", 99)],
            &["a:vsw-a"],
        ),
    ];
    for (name, answers, vswitches, expected) in rows {
        let plan = decide(&answers, &inventory(&vswitches, vec![open("sg-1")])).unwrap();
        assert_eq!(zones(&plan), expected, "{name}");
        let billed = Price { zones: expected.len(), payer: Payer::Account };
        assert_eq!(plan.price(), Some(billed), "{name}");
    }
}

#[test]
fn a_zone_that_is_left_out_is_a_warning() {
    let plan =
        decide(&answers(), &inventory(&[("vsw-a", "a", "10.0.0.0/24", 9)], vec![open("sg-1")])).unwrap();
    let uncovered = |zone: &str| Warning::ZoneNotCovered(zone.to_owned());
    assert_eq!(plan.warnings, [uncovered("ap-southeast-1b"), uncovered("ap-southeast-1c")]);
}

#[test]
fn one_vswitch_is_made_and_only_where_none_serves() {
    let full = [("vsw-b", "b", "10.0.0.0/24", 0)];
    let plan = decide(&permitting(), &inventory(&full, vec![open("sg-1")])).unwrap();
    assert_eq!(zones(&plan), ["a:10.0.1.0/24"], "one, in the first zone, clear of what exists");
    assert_eq!(plan.request(), None, "it cannot be named before it is there");
    let az = Answers { az_ids: ids(&["ap-southeast-1c"]), ..permitting() };
    let plan = decide(&az, &inventory(&full, vec![open("sg-1")])).unwrap();
    assert_eq!(zones(&plan), ["c:10.0.1.0/24"]);
    let serves = [("vsw-b", "b", "10.0.0.0/24", 1)];
    let plan = decide(&permitting(), &inventory(&serves, vec![open("sg-1")])).unwrap();
    assert_eq!(zones(&plan), ["b:vsw-b"]);
    assert!(plan.request().is_some());
}

#[test]
fn a_half_made_vswitch_is_waited_for_instead_of_making_another() {
    let mut inventory = inventory(&[("vsw-b", "b", "10.0.0.0/24", 252)], vec![open("sg-1")]);
    let vswitch = &mut inventory.network.as_mut().unwrap().vswitches[0];
    vswitch.status = "Pending".to_owned();
    let strangers = decide(&permitting(), &inventory.clone()).unwrap();
    assert_eq!(zones(&strangers), ["a:10.0.1.0/24"], "a stranger's is not ours to wait for");
    let vswitch = &mut inventory.network.as_mut().unwrap().vswitches[0];
    vswitch.tags = mark::tags(&NAME.parse().unwrap());
    assert_eq!(zones(&decide(&permitting(), &inventory).unwrap()), ["b:vsw-b pending"]);
    let vswitch = &mut inventory.network.as_mut().unwrap().vswitches[0];
    (vswitch.tags, vswitch.vswitch_name) = (Vec::new(), mark::name(&NAME.parse().unwrap()));
    assert_eq!(zones(&decide(&permitting(), &inventory).unwrap()), ["b:vsw-b pending"], "by its name");
}

#[test]
fn a_given_range_has_to_fit() {
    let full = [("vsw-b", "b", "10.0.0.0/24", 0)];
    let with = |cidr: &str| Answers { vswitch_cidr: given(cidr.parse().unwrap()), ..permitting() };
    let decided = |cidr| decide(&with(cidr), &inventory(&full, vec![open("sg-1")]));
    assert_eq!(zones(&decided("10.0.7.0/28").unwrap()), ["a:10.0.7.0/28"]);
    assert!(matches!(&decided("10.0.0.128/25").unwrap_err()[..], [Problem::RangeTaken { .. }]));
    assert!(matches!(&decided("10.0.0.0/20").unwrap_err()[..], [Problem::RangeTaken { .. }]));
    assert!(matches!(&decided("192.168.0.0/24").unwrap_err()[..], [Problem::RangeOutside { .. }]));
    let whole = [("vsw-b", "b", "10.0.0.0/16", 0)];
    let none = decide(&permitting(), &inventory(&whole, vec![open("sg-1")]));
    assert!(matches!(&none.unwrap_err()[..], [Problem::NoRoom { .. }]));
}

#[test]
fn the_group_is_the_one_that_lets_every_client_in() {
    type Case<'a> = (&'a str, Answers, Vec<Group>, Result<&'a [&'a str], Option<Lack>>);
    let none = || Lack::NoGroup { vpc_id: VPC.into(), port: 4000, clients: "10.0.0.0/16".into() };
    let part = || group("sg-part", "normal", &[("Accept", "10.0.0.0/17", 1)]);
    let empty = || group("sg-empty", "normal", &[]);
    let narrow = || Answers { client_cidr: Some("10.0.5.0/24".parse().unwrap()), ..answers() };
    let rows: Vec<Case> = vec![
        ("the only open one", answers(), vec![closed("sg-0"), open("sg-1")], Ok(&["sg-1"])),
        ("two open ones", answers(), vec![open("sg-1"), open("sg-2")], Err(Some(Lack::Several))),
        ("ours settles it", permitting(), vec![open("sg-1"), ours(open("sg-2"))], Ok(&["sg-2"])),
        ("two of ours", permitting(), vec![ours(open("sg-1")), ours(open("sg-2"))], Err(Some(Lack::Several))),
        ("a part is not all", answers(), vec![part()], Err(Some(none()))),
        ("a part is all of whom it concerns", narrow(), vec![part()], Ok(&["sg-part"])),
        ("no rules", answers(), vec![empty()], Err(Some(none()))),
        ("none, and one may be made", permitting(), vec![closed("sg-0"), empty()], Ok(&["new + rule"])),
        ("ours without its rule", permitting(), vec![ours(empty())], Ok(&["sg-empty + rule"])),
        ("ours without its rule, not permitted", answers(), vec![ours(empty())], Err(Some(none()))),
        ("permitted, but one serves", permitting(), vec![open("sg-1")], Ok(&["sg-1"])),
        ("no group at all", answers(), vec![], Err(Some(none()))),
    ];
    for (name, answers, candidates, expected) in rows {
        let decided = decide(&answers, &inventory(&[("vsw-a", "a", "10.0.0.0/24", 9)], candidates));
        match (decided, expected) {
            (Ok(plan), Ok(expected)) => assert_eq!(groups(&plan), expected, "{name}"),
            (Err(problems), Err(expected)) => {
                let [Problem::Missing { flag: "--security-group-id", why, .. }] = &problems[..] else {
                    panic!("{name}: {problems:?}")
                };
                assert_eq!(Some(why.clone()), expected, "{name}");
            }
            (decided, _) => panic!("{name}: {decided:?}"),
        }
    }
}

#[test]
fn a_service_managed_group_is_never_taken() {
    let mut managed = open("sg-1");
    managed.group.service_managed = Some(true);
    let decided = decide(&answers(), &inventory(&[("vsw-a", "a", "10.0.0.0/24", 9)], vec![managed]));
    assert!(decided.is_err());
}

#[test]
fn given_groups_are_judged_together() {
    let with = |list: &[&str], groups| {
        let answers = Answers { security_group_ids: ids(list), ..answers() };
        decide(&answers, &inventory(&[("vsw-a", "a", "10.0.0.0/24", 9)], groups))
    };
    let halves = || {
        vec![
            group("sg-1", "normal", &[("Accept", "10.0.0.0/17", 1)]),
            group("sg-2", "normal", &[("Accept", "10.0.128.0/17", 1)]),
        ]
    };
    let plan = with(&["sg-1", "sg-2"], halves()).unwrap();
    assert!(!plan.warnings.iter().any(|warning| matches!(warning, Warning::Reach { .. })));
    let plan = with(&["sg-1"], halves()).unwrap();
    assert!(plan.warnings.iter().any(|w| matches!(w, Warning::Reach { reach: Reach::Some, .. })));
    let blocked = with(&["sg-1"], vec![closed_to_members("sg-1")]).unwrap_err();
    assert!(matches!(&blocked[..], [Problem::GroupsBlock { .. }]), "{blocked:?}");
    let mixed = vec![open("sg-1"), group("sg-2", "enterprise", &[("Accept", "10.0.0.0/8", 1)])];
    let mixed = with(&["sg-1", "sg-2"], mixed).unwrap_err();
    assert!(matches!(&mixed[..], [Problem::GroupTypesMixed { .. }]), "{mixed:?}");
    let unknown = with(&["sg-11"], vec![open("sg-1")]).unwrap_err();
    let near = Some("sg-1".to_owned());
    assert!(matches!(&unknown[..], [Problem::NotFound { suggestion, .. }] if *suggestion == near));
    let mut elsewhere = open("sg-1");
    elsewhere.group.vpc_id = "vpc-t4nother".to_owned();
    let elsewhere = with(&["sg-1"], vec![elsewhere]).unwrap_err();
    assert!(matches!(&elsewhere[..], [Problem::OtherVpc { .. }]));
}

fn closed_to_members(id: &str) -> Group {
    group(id, "enterprise", &[("Accept", "192.168.0.0/16", 1)])
}

#[test]
fn every_problem_is_told_at_once() {
    let decided = decide(&answers(), &inventory(&[("vsw-d", "d", "10.0.0.0/24", 9)], vec![closed("sg-1")]));
    let problems = decided.unwrap_err();
    let flags: Vec<&str> = problems
        .iter()
        .map(|problem| match problem {
            Problem::Missing { flag, .. } => *flag,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(flags, ["--vswitch-id", "--security-group-id"]);
    let wrong = Answers {
        vswitch_ids: ids(&["vsw-d", "vsw-x", "vsw-full", "vsw-a", "vsw-a2"]),
        security_group_ids: ids(&["sg-9"]),
        ..answers()
    };
    let there = [
        ("vsw-d", "d", "10.0.0.0/24", 9),
        ("vsw-full", "b", "10.0.1.0/24", 0),
        ("vsw-a", "a", "10.0.2.0/24", 9),
        ("vsw-a2", "a", "10.0.3.0/24", 9),
    ];
    let problems = decide(&wrong, &inventory(&there, vec![closed("sg-1")])).unwrap_err();
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert!(matches!(&problems[0], Problem::ZoneNotOffered { by: ZoneAskedBy::VSwitch(_), .. }));
    assert!(matches!(&problems[1], Problem::NotFound { flag: "--vswitch-id", .. }));
    assert!(matches!(&problems[2], Problem::VSwitchUnusable { free: Some(0), .. }));
    assert!(matches!(&problems[3], Problem::VSwitchesShareZone { .. }));
    assert!(matches!(&problems[4], Problem::NotFound { flag: "--security-group-id", .. }));
}

#[test]
fn several_vpcs_are_candidates_and_a_slip_is_named() {
    let mut inventory = inventory(&[], vec![]);
    inventory.vpcs.push(read(json!({"VpcId": "vpc-t4nother", "CidrBlock": "172.16.0.0/16"})));
    let problems = decide(&answers(), &inventory).unwrap_err();
    let [Problem::Missing { flag: "--vpc-id", why: Lack::Several, candidates }] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(candidates.len(), 2);
    let slip = Answers { vpc_id: given("vpc-t4nexampel".to_owned()), ..answers() };
    let problems = decide(&slip, &inventory).unwrap_err();
    let near = Some(VPC.to_owned());
    assert!(matches!(&problems[..], [Problem::NotFound { suggestion, .. }] if *suggestion == near));
}

#[test]
fn the_ready_endpoint_is_adopted_then_the_oldest_and_one_that_goes_last() {
    let going = || endpoint("ep-0", "Deleting", "Deleting", "2020-01-01T00:00:00Z");
    let ready = || endpoint("ep-9", "Active", "Connected", "2026-01-01T00:00:00Z");
    let old = || endpoint("ep-5", "Active", "Disconnected", "2021-01-01T00:00:00Z");
    let twin = || endpoint("ep-4", "Active", "Disconnected", "2021-01-01T00:00:00Z");
    let mut elsewhere = ready();
    (elsewhere.endpoint_id, elsewhere.vpc_id) = ("ep-1".to_owned(), "vpc-t4nother".to_owned());
    let mut locked = ready();
    (locked.endpoint_id, locked.endpoint_business_status) =
        ("ep-2".to_owned(), crate::cloud::privatelink::BusinessStatus::FinancialLocked);
    let rows = [
        (vec![going(), old(), ready()], Some("ep-9")),
        (vec![going(), old(), twin()], Some("ep-4")),
        (vec![going(), elsewhere.clone()], Some("ep-0")),
        (vec![locked, ready()], Some("ep-9")),
        (vec![elsewhere], None),
        (vec![], None),
    ];
    for (endpoints, expected) in rows {
        let inventory = Inventory { endpoints, ..inventory(&[], vec![]) };
        let found = to_adopt(&answers(), &inventory, VPC).map(|endpoint| endpoint.endpoint_id.as_str());
        assert_eq!(found, expected);
        let second = Answers { new: true, ..answers() };
        assert!(to_adopt(&second, &inventory, VPC).is_none(), "--new overrides");
    }
}

#[test]
fn an_adopted_endpoint_gets_what_was_named_and_is_not_there() {
    type Case<'a> = (&'a str, Answers, &'a [&'a str], &'a [&'a str], usize);
    let there = [
        ("vsw-a", "a", "10.0.0.0/24", 0),
        ("vsw-a2", "a", "10.0.1.0/24", 9),
        ("vsw-b", "b", "10.0.2.0/24", 9),
    ];
    let az = |letters: &[&str]| Answers { az_ids: ids(letters), ..permitting() };
    let picked = |list: &[&str]| Answers { vswitch_ids: ids(list), ..answers() };
    let with = |list: &[&str]| Answers { security_group_ids: ids(list), ..answers() };
    let rows: Vec<Case> = vec![
        ("nothing was named", permitting(), &[], &[], 0),
        ("the zone is there", az(&["ap-southeast-1a"]), &[], &[], 0),
        ("a zone is missing", az(&["ap-southeast-1a", "ap-southeast-1b"]), &["b:vsw-b"], &[], 0),
        ("no vSwitch in the missing zone", az(&["ap-southeast-1a", "ap-southeast-1c"]), &[], &[], 1),
        ("nothing of what was named is there", az(&["ap-southeast-1c"]), &["c:10.0.3.0/24"], &[], 0),
        ("its own vSwitch, full by now", picked(&["vsw-a"]), &[], &[], 0),
        ("another vSwitch in its zone", picked(&["vsw-a2"]), &[], &[], 1),
        ("a vSwitch of a missing zone", picked(&["vsw-a", "vsw-b"]), &["b:vsw-b"], &[], 0),
        ("its own group", with(&["sg-1"]), &[], &[], 0),
        ("a further group", with(&["sg-1", "sg-2"]), &[], &["sg-2"], 0),
    ];
    let ready = endpoint("ep-1", "Active", "Connected", "2026-01-01T00:00:00Z");
    let zone = json!({"ZoneId": "ap-southeast-1a", "VSwitchId": "vsw-a", "ZoneStatus": "Connected"});
    let present = Present { zones: vec![read(zone)], groups: vec!["sg-1".to_owned()] };
    for (name, answers, expected_zones, expected_groups, warnings) in rows {
        let inventory = Inventory {
            endpoints: vec![ready.clone()],
            present: Some(present.clone()),
            ..inventory(&there, vec![open("sg-1"), open("sg-2")])
        };
        let plan = decide(&answers, &inventory).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert_eq!(zones(&plan), expected_zones, "{name}");
        assert_eq!(groups(&plan), expected_groups, "{name}");
        assert_eq!(plan.warnings.len(), warnings, "{name}: {:?}", plan.warnings);
        let adds = !expected_zones.is_empty() || !expected_groups.is_empty();
        assert_eq!(plan.changes_anything(), adds, "{name}");
        assert_eq!(plan.price().map_or(0, |price| price.zones), expected_zones.len(), "{name}");
    }
}

#[test]
fn nothing_is_added_to_a_broken_endpoint() {
    let rows = [
        endpoint("ep-1", "Active", "ServiceDeleted", "2026-01-01T00:00:00Z"),
        endpoint("ep-1", "Deleting", "Deleting", "2026-01-01T00:00:00Z"),
        endpoint("ep-1", "Active", "Disconnecting", "2026-01-01T00:00:00Z"),
    ];
    for broken in rows {
        let answers = Answers { az_ids: ids(&["ap-southeast-1b"]), ..permitting() };
        let inventory = Inventory { endpoints: vec![broken], ..inventory(&[], vec![]) };
        let plan = decide(&answers, &inventory).unwrap();
        assert!(!plan.changes_anything());
    }
}

#[test]
fn who_pays_is_told_from_the_service() {
    let mut inventory = inventory(&[("vsw-a", "a", "10.0.0.0/24", 9)], vec![open("sg-1")]);
    let payer = |inventory: &Inventory| decide(&answers(), inventory).unwrap().price().unwrap().payer;
    assert_eq!(payer(&inventory), Payer::Account);
    inventory.service.as_mut().unwrap().payer = "EndpointService".to_owned();
    assert_eq!(payer(&inventory), Payer::Provider);
    inventory.service = None;
    assert_eq!(payer(&inventory), Payer::Unknown);
}

#[test]
fn a_large_service_is_cut_to_the_zones_an_endpoint_takes() {
    let letters = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let names: Vec<(String, String)> =
        (0..).zip(letters).map(|(n, letter)| (format!("vsw-{letter}"), format!("10.0.{n}.0/24"))).collect();
    let rows: Vec<Row> = names
        .iter()
        .zip(letters)
        .map(|((id, cidr), letter)| (id.as_str(), letter, cidr.as_str(), 9))
        .collect();
    let mut inventory = inventory(&rows, vec![open("sg-1")]);
    inventory.service.as_mut().unwrap().zones =
        letters.iter().map(|letter| format!("ap-southeast-1{letter}")).collect();
    assert_eq!(zones(&decide(&answers(), &inventory).unwrap()).len(), MAX_ZONES);
}
