//! Which zones with which vSwitches.

use ipnet::Ipv4Net;

use super::choose::{missing, vswitch_candidates};
use super::{
    Desk, FOUND, MAX_ZONES, NewVSwitch, VSwitchPlan, Warning, ZonePlan, cidr, cidrs_text, free_cidr, mark,
};
use crate::answers::{Source, Sourced};
use crate::cloud::privatelink::Zone;
use crate::cloud::vpc::VSwitch;
use crate::problem::{Lack, Problem, ZoneAskedBy, did_you_mean};

/// The zones a new endpoint will have: those given, of the service, that have a usable vSwitch.
pub(super) fn zones(desk: &mut Desk) -> Vec<ZonePlan> {
    let before = desk.problems.len();
    let candidates = candidate_zones(desk);
    let chosen = match &desk.answers.vswitch_ids {
        Some(given) => given_vswitches(desk, given, &candidates, &[]),
        None => best_vswitches(desk, &candidates),
    };
    if desk.problems.len() > before {
        return Vec::new();
    }
    if chosen.is_empty() {
        return one_made(desk, candidates);
    }
    if desk.answers.vswitch_ids.is_none() {
        warn_of_uncovered(desk, candidates, &chosen);
    }
    chosen
}

/// The zones an adopted endpoint lacks of those that were named.
pub(super) fn further_zones(desk: &mut Desk, present: &[Zone]) -> Vec<ZonePlan> {
    let before = desk.problems.len();
    if let Some(given) = &desk.answers.vswitch_ids {
        let candidates = candidate_zones(desk);
        let chosen = given_vswitches(desk, given, &candidates, present);
        return if desk.problems.len() > before { Vec::new() } else { chosen };
    }
    if desk.answers.az_ids.is_none() {
        return Vec::new();
    }
    let candidates = candidate_zones(desk);
    let (covered, lacking): (Vec<String>, Vec<String>) =
        candidates.into_iter().partition(|id| present.iter().any(|zone| zone.zone_id == *id));
    if desk.problems.len() > before || lacking.is_empty() {
        return Vec::new();
    }
    let mut chosen = best_vswitches(desk, &lacking);
    chosen.truncate(MAX_ZONES.saturating_sub(present.len()));
    if chosen.is_empty() && covered.is_empty() {
        return one_made(desk, lacking);
    }
    warn_of_uncovered(desk, lacking, &chosen);
    chosen
}

fn warn_of_uncovered(desk: &mut Desk, zones: Vec<String>, chosen: &[ZonePlan]) {
    let uncovered = zones.into_iter().filter(|zone| chosen.iter().all(|plan| plan.zone_id != *zone));
    desk.warnings.extend(uncovered.map(Warning::ZoneNotCovered));
}

/// No zone qualifies: the vSwitch an earlier run left half-made, else a new one where that is permitted.
fn one_made(desk: &mut Desk, zones: Vec<String>) -> Vec<ZonePlan> {
    if let Some(pending) = pending_vswitch(desk, &zones) {
        return vec![zone_plan(pending, Sourced::new(pending.vswitch_id.clone(), FOUND))];
    }
    let (true, Some(zone_id)) = (desk.answers.permits.create_vswitch, zones.first().cloned()) else {
        let why = Lack::NoVSwitch { vpc_id: desk.vpc.id.value.clone(), zones };
        desk.problems.push(missing("--vswitch-id", why, Vec::new()));
        return Vec::new();
    };
    match range_for_vswitch(desk) {
        Ok(cidr) => {
            let service = &desk.service.name.value;
            let new = NewVSwitch { name: mark::name(service), cidr, tags: mark::tags(service) };
            vec![ZonePlan { zone_id, vswitch: VSwitchPlan::Create(new) }]
        }
        Err(problem) => {
            desk.problems.push(problem);
            Vec::new()
        }
    }
}

fn pending_vswitch<'a>(desk: &Desk<'a>, zones: &[String]) -> Option<&'a VSwitch> {
    let half_made = |v: &&VSwitch| {
        v.status == "Pending"
            && zones.contains(&v.zone_id)
            && mark::is_our_vswitch(v, &desk.service.name.value)
    };
    desk.network.vswitches.iter().filter(half_made).min_by_key(|v| v.vswitch_id.clone())
}

/// `--vswitch-cidr` if it fits, else the first free range of the VPC.
fn range_for_vswitch(desk: &Desk) -> Result<Sourced<Ipv4Net>, Problem> {
    let (vpc_id, ranges) = (desk.vpc.id.value.clone(), &desk.vpc.cidrs);
    let taken: Vec<(&VSwitch, Ipv4Net)> =
        desk.network.vswitches.iter().filter_map(|v| Some((v, v.cidr_block.parse().ok()?))).collect();
    let Some(given) = desk.answers.vswitch_cidr.clone() else {
        let nets: Vec<Ipv4Net> = taken.iter().map(|(_, net)| *net).collect();
        let found = free_cidr(ranges, &nets).map(|cidr| Sourced::new(cidr, Source::Computed));
        return found.ok_or_else(|| Problem::NoRoom { vpc_id, ranges: cidrs_text(ranges) });
    };
    if !ranges.iter().any(|range| range.contains(&given.value)) {
        return Err(Problem::RangeOutside { cidr: given.value, vpc_id, ranges: cidrs_text(ranges) });
    }
    match taken.iter().find(|(_, net)| cidr::overlaps(*net, given.value)) {
        Some((vswitch, _)) => Err(Problem::RangeTaken {
            cidr: given.value,
            vswitch_id: vswitch.vswitch_id.clone(),
            vswitch_cidr: vswitch.cidr_block.clone(),
        }),
        None => Ok(given),
    }
}

/// The zones that would do: the service's, narrowed to those given. Without a listed service, those given or those
/// that have vSwitches.
fn candidate_zones(desk: &mut Desk) -> Vec<String> {
    let given = desk.answers.az_ids.as_ref().map(|ids| ids.value.clone());
    let offered = desk.service.listed.as_ref().map(|service| service.zones.clone()).filter(|z| !z.is_empty());
    match (given, offered) {
        (None, Some(offered)) => offered,
        (Some(given), None) => given,
        (None, None) => {
            let mut zones: Vec<String> = desk.network.vswitches.iter().map(|v| v.zone_id.clone()).collect();
            zones.sort_unstable();
            zones.dedup();
            zones
        }
        (Some(given), Some(offered)) => narrow(given, &offered, desk),
    }
}

fn narrow(given: Vec<String>, offered: &[String], desk: &mut Desk) -> Vec<String> {
    let (known, unknown): (Vec<String>, Vec<String>) =
        given.into_iter().partition(|zone| offered.contains(zone));
    for zone in unknown {
        if known.is_empty() {
            let offered = offered.to_vec();
            desk.problems.push(Problem::ZoneNotOffered { by: ZoneAskedBy::AzId, zone, offered });
        } else {
            desk.warnings.push(Warning::ZoneNotOffered(zone));
        }
    }
    known
}

fn given_vswitches(
    desk: &mut Desk,
    given: &Sourced<Vec<String>>,
    zones: &[String],
    present: &[Zone],
) -> Vec<ZonePlan> {
    let mut chosen: Vec<ZonePlan> = Vec::new();
    for id in given.value.iter().filter(|id| present.iter().all(|zone| zone.vswitch_id != **id)) {
        match given_vswitch(id, desk, zones, &chosen) {
            Ok(vswitch) => match present.iter().find(|zone| zone.zone_id == vswitch.zone_id) {
                Some(zone) => desk.warnings.push(Warning::OtherVSwitch {
                    zone_id: zone.zone_id.clone(),
                    given: id.clone(),
                    has: zone.vswitch_id.clone(),
                }),
                None => chosen.push(zone_plan(vswitch, Sourced::new(id.clone(), given.source))),
            },
            Err(problem) => desk.problems.push(problem),
        }
    }
    chosen
}

fn given_vswitch<'a>(
    id: &str,
    desk: &Desk<'a>,
    zones: &[String],
    chosen: &[ZonePlan],
) -> Result<&'a VSwitch, Problem> {
    let (network, vpc) = (desk.network, desk.vpc);
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
        let (one, other) = (other.vswitch.id().unwrap_or_default().to_owned(), id.to_owned());
        return Err(Problem::VSwitchesShareZone { one, other, zone: vswitch.zone_id.clone() });
    }
    if !vswitch.is_usable() {
        let (status, free) = (vswitch.status.clone(), vswitch.available_ip_address_count);
        return Err(Problem::VSwitchUnusable { id: id.to_owned(), status, free });
    }
    Ok(vswitch)
}

/// One vSwitch a zone, the one with most free addresses; ties by id.
fn best_vswitches(desk: &Desk, zones: &[String]) -> Vec<ZonePlan> {
    let best = |zone: &String| {
        let usable = desk.network.vswitches.iter().filter(|v| v.zone_id == *zone && v.is_usable());
        usable.min_by_key(|v| (std::cmp::Reverse(v.available_ip_address_count), v.vswitch_id.clone()))
    };
    let found = zones.iter().filter_map(best);
    found.take(MAX_ZONES).map(|v| zone_plan(v, Sourced::new(v.vswitch_id.clone(), FOUND))).collect()
}

pub(super) fn zone_plan(vswitch: &VSwitch, id: Sourced<String>) -> ZonePlan {
    let vswitch_plan = VSwitchPlan::Use {
        id,
        name: vswitch.vswitch_name.clone(),
        cidr: vswitch.cidr_block.clone(),
        free: vswitch.available_ip_address_count,
        pending: vswitch.status == "Pending",
    };
    ZonePlan { zone_id: vswitch.zone_id.clone(), vswitch: vswitch_plan }
}
