//! Which zones with which vSwitches, and which security groups.

use super::choose::{group_candidates, missing, reach_of, vswitch_candidates};
use super::{FOUND, GroupPlan, MAX_ZONES, ServicePlan, VpcPlan, Warning, ZonePlan, clients};
use crate::answers::{Answers, Sourced};
use crate::cloud::vpc::VSwitch;
use crate::inventory::{Group, Network};
use crate::problem::{Lack, Problem, ZoneAskedBy, did_you_mean};
use crate::security_group::Reach;

/// The zones the endpoint will have: those given, of the service, that have a usable vSwitch.
pub(super) fn zones(
    answers: &Answers,
    network: &Network,
    service: &ServicePlan,
    vpc: &VpcPlan,
    warnings: &mut Vec<Warning>,
    problems: &mut Vec<Problem>,
) -> Vec<ZonePlan> {
    let before = problems.len();
    let candidates = candidate_zones(answers, network, service, warnings, problems);
    let chosen = match &answers.vswitch_ids {
        Some(given) => given_vswitches(given, network, vpc, &candidates, problems),
        None => best_vswitches(network, &candidates),
    };
    if problems.len() > before {
        return Vec::new();
    }
    if chosen.is_empty() {
        let vpc_id = vpc.id.value.clone();
        let why = Lack::NoVSwitch { vpc_id, zones: candidates };
        problems.push(missing("--vswitch-id", why, Vec::new()));
        return Vec::new();
    }
    let uncovered = candidates.into_iter().filter(|zone| chosen.iter().all(|plan| plan.zone_id != *zone));
    warnings.extend(uncovered.map(Warning::ZoneNotCovered));
    chosen
}

/// The zones that would do: the service's, narrowed to those given. Without a listed service, those given or those
/// that have vSwitches.
fn candidate_zones(
    answers: &Answers,
    network: &Network,
    service: &ServicePlan,
    warnings: &mut Vec<Warning>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let given = answers.az_ids.as_ref().map(|ids| ids.value.clone());
    let offered = service.listed.as_ref().map(|service| service.zones.clone()).filter(|z| !z.is_empty());
    match (given, offered) {
        (None, Some(offered)) => offered,
        (Some(given), None) => given,
        (None, None) => {
            let mut zones: Vec<String> = network.vswitches.iter().map(|v| v.zone_id.clone()).collect();
            zones.sort();
            zones.dedup();
            zones
        }
        (Some(given), Some(offered)) => narrow(given, &offered, warnings, problems),
    }
}

fn narrow(
    given: Vec<String>,
    offered: &[String],
    warnings: &mut Vec<Warning>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let (known, unknown): (Vec<String>, Vec<String>) =
        given.into_iter().partition(|zone| offered.contains(zone));
    for zone in unknown {
        if known.is_empty() {
            let offered = offered.to_vec();
            problems.push(Problem::ZoneNotOffered { by: ZoneAskedBy::AzId, zone, offered });
        } else {
            warnings.push(Warning::ZoneNotOffered(zone));
        }
    }
    known
}

fn given_vswitches(
    given: &Sourced<Vec<String>>,
    network: &Network,
    vpc: &VpcPlan,
    zones: &[String],
    problems: &mut Vec<Problem>,
) -> Vec<ZonePlan> {
    let mut chosen: Vec<ZonePlan> = Vec::new();
    for id in &given.value {
        match given_vswitch(id, network, vpc, zones, &chosen) {
            Ok(vswitch) => chosen.push(zone_plan(vswitch, Sourced::new(id.clone(), given.source))),
            Err(problem) => problems.push(problem),
        }
    }
    chosen
}

fn given_vswitch<'a>(
    id: &str,
    network: &'a Network,
    vpc: &VpcPlan,
    zones: &[String],
    chosen: &[ZonePlan],
) -> Result<&'a VSwitch, Problem> {
    let Some(vswitch) = network.vswitches.iter().find(|v| v.vswitch_id == id) else {
        return Err(Problem::NotFound {
            flag: "--vswitch-id",
            id: id.to_owned(),
            place: vpc.id.value.clone(),
            suggestion: did_you_mean(id, network.vswitches.iter().map(|v| v.vswitch_id.as_str())),
            candidates: vswitch_candidates(network.vswitches.iter().filter(|v| zones.contains(&v.zone_id))),
        });
    };
    if !zones.contains(&vswitch.zone_id) {
        let (by, zone) = (ZoneAskedBy::VSwitch(id.to_owned()), vswitch.zone_id.clone());
        return Err(Problem::ZoneNotOffered { by, zone, offered: zones.to_vec() });
    }
    if let Some(other) = chosen.iter().find(|plan| plan.zone_id == vswitch.zone_id) {
        let (one, other) = (other.vswitch_id.value.clone(), id.to_owned());
        return Err(Problem::VSwitchesShareZone { one, other, zone: vswitch.zone_id.clone() });
    }
    if !vswitch.is_usable() {
        let (status, free) = (vswitch.status.clone(), vswitch.available_ip_address_count);
        return Err(Problem::VSwitchUnusable { id: id.to_owned(), status, free });
    }
    Ok(vswitch)
}

/// One vSwitch a zone, the one with most free addresses; ties by id.
fn best_vswitches(network: &Network, zones: &[String]) -> Vec<ZonePlan> {
    let best = |zone: &String| {
        let usable = network.vswitches.iter().filter(|v| v.zone_id == *zone && v.is_usable());
        usable.min_by_key(|v| (std::cmp::Reverse(v.available_ip_address_count), v.vswitch_id.clone()))
    };
    let found = zones.iter().filter_map(best);
    found.take(MAX_ZONES).map(|v| zone_plan(v, Sourced::new(v.vswitch_id.clone(), FOUND))).collect()
}

fn zone_plan(vswitch: &VSwitch, vswitch_id: Sourced<String>) -> ZonePlan {
    ZonePlan {
        zone_id: vswitch.zone_id.clone(),
        vswitch_id,
        vswitch_name: vswitch.vswitch_name.clone(),
        cidr: vswitch.cidr_block.clone(),
        free: vswitch.available_ip_address_count,
    }
}

/// The groups given, if they can let anyone in; else the only group that lets every client in.
pub(super) fn groups(
    answers: &Answers,
    network: &Network,
    vpc: &VpcPlan,
    warnings: &mut Vec<Warning>,
    problems: &mut Vec<Problem>,
) -> Vec<GroupPlan> {
    match &answers.security_group_ids {
        Some(given) => given_groups(given, answers, network, vpc, warnings, problems),
        None => only_group(answers, network, vpc).unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        }),
    }
}

fn given_groups(
    given: &Sourced<Vec<String>>,
    answers: &Answers,
    network: &Network,
    vpc: &VpcPlan,
    warnings: &mut Vec<Warning>,
    problems: &mut Vec<Problem>,
) -> Vec<GroupPlan> {
    let before = problems.len();
    let groups: Vec<&Group> =
        given.value.iter().filter_map(|id| given_group(id, network, vpc, problems)).collect();
    problems.extend(mixed_types(&groups));
    if problems.len() > before {
        return Vec::new();
    }
    let (port, ids) = (answers.connection.port, given.value.clone());
    match reach_of(&groups, &clients(answers, vpc), port) {
        Reach::Everyone => {}
        Reach::Nobody => {
            problems.push(Problem::GroupsBlock { ids, port, clients: range_text(answers, vpc) });
        }
        reach => warnings.push(Warning::Reach { ids, reach, port }),
    }
    groups.iter().map(|group| group_plan(group, given.source)).collect()
}

fn given_group<'a>(
    id: &str,
    network: &'a Network,
    vpc: &VpcPlan,
    problems: &mut Vec<Problem>,
) -> Option<&'a Group> {
    let found = network.groups.iter().find(|group| group.group.security_group_id == id);
    match found {
        Some(group) if group.group.vpc_id == vpc.id.value => return found,
        Some(group) => problems.push(Problem::OtherVpc {
            flag: "--security-group-id",
            id: id.to_owned(),
            vpc_id: group.group.vpc_id.clone(),
            chosen: vpc.id.value.clone(),
        }),
        None => problems.push(Problem::NotFound {
            flag: "--security-group-id",
            id: id.to_owned(),
            place: vpc.id.value.clone(),
            suggestion: did_you_mean(id, network.groups.iter().map(|g| g.group.security_group_id.as_str())),
            candidates: Vec::new(),
        }),
    }
    None
}

fn mixed_types(groups: &[&Group]) -> Option<Problem> {
    let ids =
        |groups: Vec<&&Group>| groups.iter().map(|g| g.group.security_group_id.clone()).collect::<Vec<_>>();
    let is_enterprise = |g: &&&Group| g.group.security_group_type.eq_ignore_ascii_case("enterprise");
    let (enterprise, normal): (Vec<&&Group>, Vec<&&Group>) = groups.iter().partition(is_enterprise);
    (!enterprise.is_empty() && !normal.is_empty())
        .then(|| Problem::GroupTypesMixed { normal: ids(normal), enterprise: ids(enterprise) })
}

fn only_group(answers: &Answers, network: &Network, vpc: &VpcPlan) -> Result<Vec<GroupPlan>, Problem> {
    let (clients, port) = (clients(answers, vpc), answers.connection.port);
    let own = |g: &&Group| g.group.service_managed != Some(true);
    let usable: Vec<&Group> = network.groups.iter().filter(own).collect();
    let open: Vec<&&Group> =
        usable.iter().filter(|g| reach_of(&[**g], &clients, port) == Reach::Everyone).collect();
    let why = match &open[..] {
        [only] => return Ok(vec![group_plan(only, FOUND)]),
        [] => Lack::NoGroup { vpc_id: vpc.id.value.clone(), port, clients: range_text(answers, vpc) },
        _ => Lack::Several,
    };
    let listed: Vec<Group> = usable.into_iter().cloned().collect();
    Err(missing("--security-group-id", why, group_candidates(&listed, &clients, port)))
}

fn group_plan(group: &Group, source: crate::answers::Source) -> GroupPlan {
    GroupPlan {
        id: Sourced::new(group.group.security_group_id.clone(), source),
        name: group.group.security_group_name.clone(),
    }
}

fn range_text(answers: &Answers, vpc: &VpcPlan) -> String {
    clients(answers, vpc).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
