//! Taking the one right answer, or listing the candidates.

use crate::answers::{Answers, Sourced};
use crate::cloud::vpc::{VSwitch, Vpc};
use crate::inventory::{Group, Inventory};
use crate::problem::{About, Candidate, Lack, Problem, did_you_mean};
use crate::security_group::{self, Reach};

/// The VPC that was given, else the only one there is.
pub fn choose_vpc(answers: &Answers, inventory: &Inventory) -> Result<Sourced<String>, Problem> {
    if let Some(given) = &answers.vpc_id {
        let known = inventory.vpcs.iter().any(|vpc| vpc.vpc_id == given.value);
        return if known { Ok(given.clone()) } else { Err(not_found(answers, inventory, &given.value)) };
    }
    match &inventory.vpcs[..] {
        [only] => Ok(Sourced::new(only.vpc_id.clone(), super::FOUND)),
        [] => Err(missing("--vpc-id", Lack::NoVpc, Vec::new())),
        several => Err(missing("--vpc-id", Lack::Several, vpc_candidates(several))),
    }
}

fn not_found(answers: &Answers, inventory: &Inventory, id: &str) -> Problem {
    Problem::NotFound {
        flag: "--vpc-id",
        id: id.to_owned(),
        place: answers.region().map(|region| region.value).unwrap_or_default(),
        suggestion: did_you_mean(id, inventory.vpcs.iter().map(|vpc| vpc.vpc_id.as_str())),
        candidates: vpc_candidates(&inventory.vpcs),
    }
}

pub(super) fn missing(flag: &'static str, why: Lack, candidates: Vec<Candidate>) -> Problem {
    Problem::Missing { flag, why, candidates }
}

pub(super) fn missing_service_name() -> Problem {
    missing("--service-name", Lack::NotGiven, Vec::new())
}

/// VPCs as a list to choose from.
pub fn vpc_candidates(vpcs: &[Vpc]) -> Vec<Candidate> {
    let candidate = |vpc: &Vpc| {
        let default = vpc.is_default == Some(true);
        let about = [text(&vpc.vpc_name), text(&vpc.cidr_block)];
        let about = about.into_iter().chain(default.then_some(About::DefaultVpc)).collect();
        Candidate { id: vpc.vpc_id.clone(), about }
    };
    vpcs.iter().map(candidate).collect()
}

/// vSwitches as a list to choose from, the one with most free addresses first.
pub fn vswitch_candidates<'a>(vswitches: impl IntoIterator<Item = &'a VSwitch>) -> Vec<Candidate> {
    let mut sorted: Vec<&VSwitch> = vswitches.into_iter().collect();
    sorted.sort_unstable_by_key(|v| {
        (v.zone_id.clone(), std::cmp::Reverse(v.available_ip_address_count), v.vswitch_id.clone())
    });
    let candidate = |v: &VSwitch| {
        let free = v.available_ip_address_count.map(About::Free);
        let status = (v.status != "Available").then(|| text(&v.status));
        let about = [text(&v.vswitch_name), text(&v.zone_id), text(&v.cidr_block)];
        Candidate { id: v.vswitch_id.clone(), about: about.into_iter().chain(free).chain(status).collect() }
    };
    sorted.into_iter().map(candidate).collect()
}

/// Security groups as a list to choose from, those that let the clients in first.
pub fn group_candidates(groups: &[Group], clients: &[ipnet::Ipv4Net], port: u16) -> Vec<Candidate> {
    let mut judged: Vec<(Reach, &Group)> =
        groups.iter().map(|g| (reach_of(&[g], clients, port), g)).collect();
    judged.sort_unstable_by_key(|(reach, g)| (*reach as u8, g.group.security_group_id.clone()));
    let candidate = |(reach, g): (Reach, &Group)| Candidate {
        id: g.group.security_group_id.clone(),
        about: vec![
            text(&g.group.security_group_name),
            text(&g.group.security_group_type),
            About::Reach(reach, port),
        ],
    };
    judged.into_iter().map(candidate).collect()
}

fn text(text: &str) -> About {
    About::Text(text.to_owned())
}

/// How much of the clients the groups, attached together, let in; rules that may not be read cannot be told.
pub(super) fn reach_of(groups: &[&Group], clients: &[ipnet::Ipv4Net], port: u16) -> Reach {
    let readable: Option<Vec<security_group::Group>> = groups
        .iter()
        .map(|g| {
            let rules = g.rules.as_ref()?;
            Some(security_group::Group { kind: &g.group.security_group_type, rules })
        })
        .collect();
    readable.map_or(Reach::CannotTell, |groups| security_group::reach(&groups, clients, port))
}
