//! Which security groups.

use ipnet::Ipv4Net;

use super::choose::{group_candidates, missing, reach_of};
use super::{Desk, FOUND, GroupPlan, GroupTarget, NewRule, Warning, cidrs_text, clients, mark};
use crate::answers::{Source, Sourced};
use crate::inventory::Group;
use crate::problem::{Lack, Problem, did_you_mean};
use crate::security_group::Reach;

/// The groups given, if they can let anyone in; else the only group that lets every client in, or one that is made.
pub(super) fn groups(desk: &mut Desk) -> Vec<GroupPlan> {
    match &desk.answers.security_group_ids {
        Some(given) => given_groups(desk, given),
        None => match only_group(desk) {
            Ok(group) => vec![group],
            Err(problem) => {
                desk.problems.push(problem);
                Vec::new()
            }
        },
    }
}

/// The groups an adopted endpoint lacks of those that were named.
pub(super) fn further_groups(desk: &mut Desk, present: &[String]) -> Vec<GroupPlan> {
    let Some(given) = &desk.answers.security_group_ids else { return Vec::new() };
    let chosen = given_groups(desk, given);
    chosen.into_iter().filter(|group| present.iter().all(|id| group.id() != Some(id))).collect()
}

fn given_groups(desk: &mut Desk, given: &Sourced<Vec<String>>) -> Vec<GroupPlan> {
    let before = desk.problems.len();
    let groups: Vec<&Group> = given.value.iter().filter_map(|id| given_group(id, desk)).collect();
    desk.problems.extend(mixed_types(&groups));
    if desk.problems.len() > before {
        return Vec::new();
    }
    let (port, ids) = (desk.answers.connection.port, given.value.clone());
    let clients = clients(desk.answers, desk.vpc);
    match reach_of(&groups, &clients, port) {
        Reach::Everyone => {}
        Reach::Nobody => {
            desk.problems.push(Problem::GroupsBlock { ids, port, clients: cidrs_text(&clients) });
        }
        reach => desk.warnings.push(Warning::Reach { ids, reach, port }),
    }
    groups.iter().map(|group| group_plan(group, given.source)).collect()
}

fn given_group<'a>(id: &str, desk: &mut Desk<'a>) -> Option<&'a Group> {
    let (network, vpc) = (desk.network, desk.vpc);
    let found = network.groups.iter().find(|group| group.group.security_group_id == id);
    match found {
        Some(group) if group.group.vpc_id == vpc.id.value => return found,
        Some(group) => desk.problems.push(Problem::OtherVpc {
            flag: "--security-group-id",
            id: id.to_owned(),
            vpc_id: group.group.vpc_id.clone(),
            chosen: vpc.id.value.clone(),
        }),
        None => desk.problems.push(Problem::NotFound {
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

/// Of several that serve, the one this tool made for the service settles it.
fn only_group(desk: &Desk) -> Result<GroupPlan, Problem> {
    let (clients, port) = (clients(desk.answers, desk.vpc), desk.answers.connection.port);
    let own = |g: &&Group| g.group.service_managed != Some(true);
    let usable: Vec<&Group> = desk.network.groups.iter().filter(own).collect();
    let serves = |g: &&&Group| reach_of(&[**g], &clients, port) == Reach::Everyone;
    let open: Vec<&Group> = usable.iter().filter(serves).copied().collect();
    let ours = |g: &&&Group| mark::is_our_group(&g.group, &desk.service.name.value);
    let made: Vec<&Group> = open.iter().filter(ours).copied().collect();
    let why = match (&open[..], &made[..]) {
        ([only], _) | (_, [only]) => return Ok(group_plan(only, FOUND)),
        ([], _) if desk.answers.permits.create_security_group => {
            let half_made = usable.iter().filter(ours).min_by_key(|g| &g.group.security_group_id);
            return Ok(opened(desk, half_made.copied(), clients));
        }
        ([], _) if usable.iter().any(|g| g.rules.is_none()) => {
            Lack::RulesUnreadable { vpc_id: desk.vpc.id.value.clone(), port }
        }
        ([], _) => Lack::NoGroup { vpc_id: desk.vpc.id.value.clone(), port, clients: cidrs_text(&clients) },
        _ => Lack::Several,
    };
    let listed: Vec<Group> = usable.into_iter().cloned().collect();
    Err(missing("--security-group-id", why, group_candidates(&listed, &clients, port)))
}

/// A new group with its rule, or the missing rule for the one an earlier run left half-made.
fn opened(desk: &Desk, half_made: Option<&Group>, sources: Vec<Ipv4Net>) -> GroupPlan {
    let rule = Some(NewRule { port: desk.answers.connection.port, sources });
    if let Some(group) = half_made {
        return GroupPlan { rule, ..group_plan(group, FOUND) };
    }
    let service = &desk.service.name.value;
    let target = GroupTarget::Create { name: mark::name(service), tags: mark::tags(service) };
    GroupPlan { target, rule }
}

fn group_plan(group: &Group, source: Source) -> GroupPlan {
    let id = Sourced::new(group.group.security_group_id.clone(), source);
    let target = GroupTarget::Use { id, name: group.group.security_group_name.clone() };
    GroupPlan { target, rule: None }
}
