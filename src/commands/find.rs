//! Which endpoint is meant: the one named, the only one to a service, the only one this tool made; else a list.

use crate::answers::{Answers, Source, Sourced};
use crate::check::{Finding, endpoint};
use crate::cli::Find;
use crate::cloud::privatelink::{self, Endpoint};
use crate::cloud::{self, Client, Tuning};
use crate::error::Error;
use crate::problem::{About, Candidate, Lack, Problem, Shape};

use super::World;

/// What fits.
pub(super) enum Found {
    /// Exactly this one; where it was named, the answer may be that it does not exist.
    One(Box<endpoint::Facts>),
    /// Nothing.
    None,
    /// These, and which of them is for the user to say.
    Several(Vec<Endpoint>),
}

/// Every problem that shows before anything is asked.
pub(super) fn problems(world: &World, find: &Find, answers: &Answers) -> Vec<Problem> {
    let mut problems = world.problems();
    problems.extend(answers.problems());
    if let Some(id) = find.endpoint_id.as_ref().filter(|id| !is_endpoint_id(id)) {
        let expected = Shape::Id("ep-");
        problems.push(Problem::Malformed { flag: "ENDPOINT_ID", text: id.clone(), expected });
    }
    problems
}

fn is_endpoint_id(text: &str) -> bool {
    let rest = text.strip_prefix("ep-").unwrap_or_default();
    !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A signed connection to the cloud. This machine may remember the endpoint's region, or the key's profile know one.
pub(super) async fn cloud(
    world: &mut World,
    answers: &mut Answers,
    endpoint_id: Option<&str>,
    tuning: Tuning,
) -> Result<Client, Error> {
    if let (None, Some(id)) = (answers.region(), endpoint_id) {
        let record = world.state.records().into_iter().find(|record| record.is_about(id));
        answers.region_id = record.map(|record| Sourced::new(record.region_id, Source::Discovered));
    }
    world.region = answers.region().map(|region| region.value);
    let (provider, profile_region) = world.credentials().await?;
    let from_profile = profile_region.map(|region| Sourced::new(region, Source::Profile));
    answers.region_id = answers.region_id.take().or(from_profile);
    world.cloud_tuned(provider, tuning)
}

/// The region to look in.
pub(super) fn region(answers: &Answers) -> Result<String, Error> {
    let missing = || Problem::Missing { flag: "--region-id", why: Lack::NoRegion, candidates: Vec::new() };
    answers.region().map(|region| region.value).ok_or_else(|| missing().into())
}

/// Looks for the endpoint.
pub(super) async fn endpoint(
    cloud: &Client,
    region: &str,
    answers: &Answers,
    id: Option<&str>,
) -> Result<Found, cloud::Error> {
    if let Some(id) = id {
        return Ok(Found::One(Box::new(endpoint::gather(cloud, region, id).await)));
    }
    let vpc_id = answers.vpc_id.as_ref().map(|id| id.value.as_str());
    if let Some(service) = &answers.service_name {
        let service = service.value.as_str();
        let all = privatelink::endpoints_to_service(cloud, region, service, vpc_id).await?;
        return Ok(one_of(region, all));
    }
    let own = privatelink::endpoints_of_this_tool(cloud, region, vpc_id).await?;
    if !own.is_empty() {
        return Ok(one_of(region, own));
    }
    let all = privatelink::endpoints(cloud, region, vpc_id).await?;
    Ok(if all.is_empty() { Found::None } else { Found::Several(all) })
}

fn one_of(region: &str, mut endpoints: Vec<Endpoint>) -> Found {
    if endpoints.len() > 1 {
        return Found::Several(endpoints);
    }
    endpoints.pop().map_or(Found::None, |only| Found::One(Box::new(facts(region, only))))
}

fn facts(region: &str, endpoint: Endpoint) -> endpoint::Facts {
    let endpoint_id = endpoint.endpoint_id.clone();
    endpoint::Facts { endpoint_id, region_id: region.to_owned(), answer: Ok(endpoint) }
}

/// The finding that nothing fits.
pub(super) fn none(answers: &Answers, region: &str) -> Finding {
    let service = answers.service_name.as_ref().map(|name| name.value.as_str());
    endpoint::none_found(region, service, answers.vpc_id.as_ref().map(|id| id.value.as_str()))
}

/// Asks the person at the terminal which one; elsewhere the list is the answer.
pub(super) async fn pick(
    world: &World,
    region: &str,
    endpoints: &[Endpoint],
) -> Result<endpoint::Facts, Error> {
    let candidates: Vec<Candidate> = endpoints.iter().map(candidate).collect();
    let Some(wizard) = &world.wizard else {
        return Err(Problem::Missing { flag: "ENDPOINT_ID", why: Lack::Several, candidates }.into());
    };
    let id = wizard.endpoint(candidates).await?;
    let chosen = endpoints.iter().find(|endpoint| endpoint.endpoint_id == id).cloned();
    chosen
        .map(|endpoint| facts(region, endpoint))
        .ok_or_else(|| Error::Internal("a list answered with an endpoint it does not have".to_owned()))
}

fn candidate(endpoint: &Endpoint) -> Candidate {
    let parts = [&endpoint.endpoint_name, &endpoint.vpc_id, &endpoint.service_name];
    let about = parts.map(|part| About::Text(part.clone())).to_vec();
    Candidate { id: endpoint.endpoint_id.clone(), about }
}
