//! Builds the first state out of a scenario.

use std::net::Ipv4Addr;

use anyhow::{Context, Result, bail};
use ipnet::Ipv4Net;

use super::clock::Ms;
use super::life::{Fate, ms};
use super::model::{self, Endpoint, Tags, Zone};
use super::scenario::{self, Existing, ExistingState, GroupType, InnerAccess, Rule, Scenario, zone_id};
use super::state::State;

/// How old what exists already is: long past every transition.
const OLD: Ms = 86_400_000;

/// The state a scenario begins with.
pub(super) fn build(scenario: &Scenario) -> Result<State> {
    let mut state = State::default();
    state.product_open = scenario.product_open;
    state.faults = vec![0; scenario.fault.len()];
    for vpc in scenario.vpcs() {
        add_vpc(&mut state, scenario, &vpc)?;
    }
    for existing in &scenario.endpoint {
        add_endpoint(&mut state, scenario, existing)?;
    }
    fill(&mut state, scenario)?;
    Ok(state)
}

fn add_vpc(state: &mut State, scenario: &Scenario, vpc: &scenario::Vpc) -> Result<()> {
    let region = vpc.region.clone().unwrap_or_else(|| scenario.region.clone());
    let id = vpc.id.clone().unwrap_or_else(|| state.next_id("vpc"));
    state.vpcs.push(model::Vpc {
        id: id.clone(),
        name: vpc.name.clone(),
        region: region.clone(),
        cidr: vpc.cidr,
        secondary_cidrs: vpc.secondary_cidrs.clone(),
        status: vpc.status.clone(),
        default: vpc.default,
    });
    let vswitches = match &vpc.vswitch {
        Some(described) => described.clone(),
        None => default_vswitches(vpc, &region)?,
    };
    for vswitch in &vswitches {
        add_vswitch(state, &region, &id, vswitch);
    }
    for group in vpc.group.clone().unwrap_or_else(|| default_groups(vpc)) {
        add_group(state, &region, &id, &group);
    }
    resolve_source_groups(state, &id)
}

fn add_vswitch(state: &mut State, region: &str, vpc: &str, vswitch: &scenario::VSwitch) {
    let id = vswitch.id.clone().unwrap_or_else(|| state.next_id("vsw"));
    state.vswitches.push(model::VSwitch {
        id,
        name: vswitch.name.clone(),
        description: String::new(),
        region: region.into(),
        vpc: vpc.into(),
        zone: vswitch.zone.clone(),
        cidr: vswitch.cidr,
        free: vswitch.free.unwrap_or_else(|| model::VSwitch::room(vswitch.cidr)),
        pending: vswitch.status != "Available",
        created: -OLD,
        ready: -OLD,
        taken: std::collections::BTreeSet::new(),
        lingers: -OLD,
        tags: vswitch.tags.clone(),
    });
}

fn add_group(state: &mut State, region: &str, vpc: &str, group: &scenario::Group) {
    let id = group.id.clone().unwrap_or_else(|| state.next_id("sg"));
    let rules = group.rule.iter().map(|rule| (state.next_id("sgr"), rule.clone())).collect();
    state.groups.push(model::Group {
        id,
        name: group.name.clone(),
        description: String::new(),
        region: region.into(),
        vpc: vpc.into(),
        kind: group.kind,
        inner_access: group.inner_access,
        rules,
        created: -OLD,
        tags: group.tags.clone(),
    });
}

/// One vSwitch of 256 addresses in each of the zones a, b and c.
fn default_vswitches(vpc: &scenario::Vpc, region: &str) -> Result<Vec<scenario::VSwitch>> {
    let ranges =
        vpc.cidr.subnets(24).with_context(|| format!("VPC {} is too small for vSwitches", vpc.name))?;
    let of_zone = |(letter, cidr): (&str, Ipv4Net)| scenario::VSwitch {
        id: None,
        name: format!("{}-{letter}", vpc.name),
        zone: zone_id(region, letter),
        cidr,
        free: None,
        status: "Available".into(),
        tags: Tags::new(),
    };
    Ok(["a", "b", "c"].into_iter().zip(ranges).map(of_zone).collect())
}

/// One group that lets the VPC in on 443 and one on 4000: exactly one serves.
fn default_groups(vpc: &scenario::Vpc) -> Vec<scenario::Group> {
    let open = |name: &str, ports: &str| scenario::Group {
        id: None,
        name: format!("{}-{name}", vpc.name),
        kind: GroupType::Normal,
        inner_access: InnerAccess::Accept,
        tags: Tags::new(),
        rule: vec![Rule { ports: ports.into(), source_cidr: Some(vpc.cidr.to_string()), ..Rule::default() }],
    };
    vec![open("web", "443/443"), open("database", "4000/4000")]
}

/// Rules may name a source group of the same VPC.
fn resolve_source_groups(state: &mut State, vpc: &str) -> Result<()> {
    let known: Vec<(String, String)> =
        state.groups.iter().filter(|g| g.vpc == vpc).map(|g| (g.name.clone(), g.id.clone())).collect();
    let rules = state.groups.iter_mut().filter(|g| g.vpc == vpc).flat_map(|g| &mut g.rules);
    for source in rules.filter_map(|(_, rule)| rule.source_group.as_mut()) {
        if let Some((_, id)) = known.iter().find(|(name, _)| name == source) {
            source.clone_from(id);
        } else if !source.starts_with("sg-") {
            bail!("the rule's source_group {source:?} is no group of its VPC");
        }
    }
    Ok(())
}

fn add_endpoint(state: &mut State, scenario: &Scenario, existing: &Existing) -> Result<()> {
    let vpc = match &existing.vpc {
        None => state.vpcs.first(),
        Some(wanted) => state.vpcs.iter().find(|vpc| vpc.id == *wanted || vpc.name == *wanted),
    };
    let vpc = vpc.with_context(|| format!("endpoint {:?}: its vpc does not exist", existing.name))?.clone();
    let service = existing.service.clone().unwrap_or_else(|| scenario.service.id.clone());
    let created = if existing.state == ExistingState::Creating { 0 } else { -OLD };
    let endpoint = Endpoint {
        id: existing.id.clone().unwrap_or_else(|| state.next_id("ep")),
        name: existing.name.clone(),
        description: String::new(),
        region: vpc.region.clone(),
        vpc: vpc.id.clone(),
        service_name: service_name(scenario, &vpc.region, &service),
        service,
        resource_group: RESOURCE_GROUP.into(),
        zone_affinity: false,
        protected: false,
        address_version: "IPv4".into(),
        fate: fate(existing.state),
        created,
        busy: -OLD,
        gone: None,
        zones: existing_zones(state, scenario, existing, &vpc.id, created)?,
        groups: existing_groups(state, existing, &vpc.id)?,
        tags: existing.tags.clone(),
    };
    state.endpoints.push(endpoint);
    Ok(())
}

/// The account's default resource group.
pub(super) const RESOURCE_GROUP: &str = "rg-t4nsandbox0000000001";

fn service_name(scenario: &Scenario, region: &str, service: &str) -> String {
    if service == scenario.service.id {
        return scenario.service_name();
    }
    format!("com.aliyuncs.privatelink.{region}.{service}")
}

fn fate(state: ExistingState) -> Fate {
    match state {
        ExistingState::Ready | ExistingState::Creating => Fate::Ready,
        ExistingState::Stuck => Fate::Stuck,
        ExistingState::Waiting => Fate::Waiting(None),
        ExistingState::Rejected => Fate::Rejected,
        ExistingState::ServiceDeleted => Fate::ServiceDeleted,
        ExistingState::FinancialLocked => Fate::FinancialLocked,
    }
}

fn existing_zones(
    state: &mut State,
    scenario: &Scenario,
    existing: &Existing,
    vpc: &str,
    added: Ms,
) -> Result<Vec<Zone>> {
    let mut pairs = Vec::new();
    for zone in existing.zones.iter().flatten() {
        let fits = |v: &&model::VSwitch| v.vpc == vpc && v.zone == zone.zone;
        let wanted = |v: &&model::VSwitch| zone.vswitch.as_ref().is_none_or(|w| v.id == *w || v.name == *w);
        let vswitch = state.vswitches.iter().filter(fits).find(wanted);
        let vswitch =
            vswitch.with_context(|| format!("endpoint {:?}: no vSwitch in {}", existing.name, zone.zone))?;
        pairs.push((zone.zone.clone(), vswitch.id.clone()));
    }
    if existing.zones.is_none() {
        for zone in scenario.service_zones() {
            let first = state.vswitches.iter().find(|v| v.vpc == vpc && v.zone == zone);
            pairs.extend(first.map(|v| (zone, v.id.clone())));
        }
    }
    pairs.into_iter().map(|(zone, vswitch)| attach(state, zone, vswitch, None, added)).collect()
}

/// Puts an endpoint's network interface into a vSwitch.
pub(super) fn attach(
    state: &mut State,
    zone: String,
    vswitch: String,
    ip: Option<Ipv4Addr>,
    added: Ms,
) -> Result<Zone> {
    let eni = state.next_id("eni");
    let found = state.vswitches.iter_mut().find(|v| v.id == vswitch);
    let ip =
        found.and_then(|v| v.take(ip)).with_context(|| format!("vSwitch {vswitch} has no address left"))?;
    Ok(Zone { id: zone, vswitch, eni, ip, added, gone: None })
}

fn existing_groups(state: &State, existing: &Existing, vpc: &str) -> Result<Vec<(String, Ms)>> {
    let of_vpc: Vec<&model::Group> = state.groups.iter().filter(|group| group.vpc == vpc).collect();
    let Some(wanted) = &existing.groups else {
        return Ok(of_vpc.last().map(|group| (group.id.clone(), -OLD)).into_iter().collect());
    };
    let find = |name: &String| {
        let group = of_vpc.iter().find(|group| group.id == *name || group.name == *name);
        group.map(|group| (group.id.clone(), -OLD)).with_context(|| format!("group {name:?} does not exist"))
    };
    wanted.iter().map(find).collect()
}

/// Adds the generated rest of a large account.
fn fill(state: &mut State, scenario: &Scenario) -> Result<()> {
    for n in 0..scenario.filler_vpcs {
        let empty = scenario::Vpc {
            name: format!("filler-{n}"),
            vswitch: Some(vec![]),
            group: Some(vec![]),
            ..scenario::Vpc::default()
        };
        add_vpc(state, scenario, &empty)?;
    }
    let Some(first) = state.vpcs.first().cloned() else { return Ok(()) };
    // The upper half of the VPC's range, so that the described vSwitches stay clear of it.
    let ranges: Vec<Ipv4Net> = first.cidr.subnets(26)?.collect();
    let half = ranges.len() / 2;
    if scenario.filler_vswitches > half {
        bail!("filler_vswitches: at most {half} fit into the first VPC");
    }
    for (n, &cidr) in ranges[half..].iter().take(scenario.filler_vswitches).enumerate() {
        let letter = ["a", "b", "c"][n % 3];
        let (name, zone) = (format!("filler-{n}"), zone_id(&first.region, letter));
        let vswitch = scenario::VSwitch {
            id: None,
            name,
            zone,
            cidr,
            free: None,
            status: "Available".into(),
            tags: Tags::new(),
        };
        add_vswitch(state, &first.region, &first.id, &vswitch);
    }
    for n in 0..scenario.filler_groups {
        let (kind, inner_access) = (GroupType::Normal, InnerAccess::Accept);
        let group = scenario::Group {
            id: None,
            name: format!("filler-{n}"),
            kind,
            inner_access,
            rule: vec![],
            tags: Tags::new(),
        };
        add_group(state, &first.region, &first.id, &group);
    }
    fill_endpoints(state, scenario)
}

fn fill_endpoints(state: &mut State, scenario: &Scenario) -> Result<()> {
    for n in 0..scenario.filler_endpoints {
        // Services of their own: none of these endpoints leads to the scenario's service.
        let service = Some(format!("epsrv-t4nfiller{n:011}"));
        let name = format!("filler-{n}");
        add_endpoint(
            state,
            scenario,
            &Existing { name, service, zones: Some(vec![]), ..Existing::default() },
        )?;
    }
    Ok(())
}

/// When a vSwitch that is created at `now` is ready.
pub(super) fn vswitch_ready(scenario: &Scenario, now: Ms) -> Ms {
    now + ms(scenario.timing.vswitch_ms)
}
