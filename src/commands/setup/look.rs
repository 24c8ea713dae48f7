//! Looking at the account and deciding, where nobody is asked.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::answers::Answers;
use crate::apply;
use crate::cloud::Client;
use crate::commands::World;
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::inventory::{self, Inventory, Network, Present};
use crate::journal::Record;
use crate::plan::{self, EndpointPlan, Plan};
use crate::problem::{Lack, Problem};

use super::recall;

/// Looks and decides; what is missing is a problem.
pub(super) async fn decide(
    world: &World,
    cloud: &Client,
    answers: &Answers,
) -> Result<(Plan, Inventory), Error> {
    let region = region(answers)?;
    world.reporter.emit(Event::Begin(Phase::Looking));
    let looked = look(world, cloud, &region, answers).await;
    world.reporter.emit(Event::End);
    let mut inventory = looked?;
    openness(answers, &inventory)?;
    let plan = match plan::decide(answers, &inventory) {
        Ok(plan) => plan,
        Err(problems) => return Err(with_candidates(cloud, &region, &mut inventory, problems).await),
    };
    confirm(cloud, &plan, &inventory).await?;
    Ok((plan, inventory))
}

/// The region to look in. Without one nothing can be looked up, so only the values that only the user has are listed.
pub(super) fn region(answers: &Answers) -> Result<String, Error> {
    let missing = |flag| Problem::Missing { flag, why: Lack::NotGiven, candidates: Vec::new() };
    let nothing = || Error::Problems(vec![missing("--service-name"), missing("--vpc-id")]);
    answers.region().map(|region| region.value).ok_or_else(nothing)
}

/// Whether PrivateLink is activated, or may be.
fn openness(answers: &Answers, inventory: &Inventory) -> Result<(), Error> {
    if inventory.product_open || answers.permits.open_service {
        return Ok(());
    }
    Err(not_open(inventory))
}

/// PrivateLink is not activated, and nobody allowed it.
pub(super) fn not_open(inventory: &Inventory) -> Error {
    Error::ProductNotOpen { request_id: inventory.product_request_id.clone() }
}

/// The account first; then the network of the VPC, unless there is an endpoint to use as it is.
async fn look(world: &World, cloud: &Client, region: &str, answers: &Answers) -> Result<Inventory, Error> {
    let mut inventory = account(world, cloud, region, answers).await?;
    announce(world, cloud, &inventory);
    if let Ok(vpc) = plan::choose_vpc(answers, &inventory) {
        let nothing = HashMap::new();
        closer(world, cloud, region, &vpc.value, answers, &mut inventory, &nothing).await?;
    }
    Ok(inventory)
}

/// What the account has, and what this machine made a moment ago. Says nothing.
pub(super) async fn account(
    world: &World,
    cloud: &Client,
    region: &str,
    answers: &Answers,
) -> Result<Inventory, Error> {
    let mut inventory = inventory::look(cloud, region, answers).await?;
    if inventory.product_open {
        let records = records(world, region, answers);
        recall::complete(cloud, region, &records, &mut inventory).await?;
        inventory.unanswered = recall::unanswered(&records);
    }
    Ok(inventory)
}

/// Whose key it is, and the console's green tick.
pub(super) fn announce(world: &World, cloud: &Client, inventory: &Inventory) {
    let identity = inventory.identity.clone();
    if let Some(source) = cloud.source().cloned() {
        world.reporter.emit(Event::Identity { identity, source });
    }
    if let Some(service) = &inventory.service {
        world.reporter.emit(Event::Verified(service.clone()));
    }
}

/// What this machine remembers about the service.
fn records(world: &World, region: &str, answers: &Answers) -> Vec<Record> {
    let Some(service) = &answers.service_name else { return Vec::new() };
    let mut records = world.state.records();
    records.retain(|record| record.region_id == region && record.service_name == service.value.as_str());
    records
}

/// What the VPC has, and what the endpoint to adopt has, where more may be asked of it. `known` networks are not
/// looked at again.
pub(super) async fn closer(
    world: &World,
    cloud: &Client,
    region: &str,
    vpc_id: &str,
    answers: &Answers,
    inventory: &mut Inventory,
    known: &HashMap<String, Network>,
) -> Result<(), Error> {
    let adopted = plan::to_adopt(answers, inventory, vpc_id).cloned();
    let as_it_is = |endpoint| plan::is_broken(endpoint) || !plan::wants_more(answers);
    if adopted.as_ref().is_some_and(as_it_is) {
        return Ok(());
    }
    let records = records(world, region, answers);
    let at_hand = inventory.network.take();
    let (network, present) = tokio::join!(
        async {
            match (at_hand, known.get(vpc_id)) {
                (Some(network), _) => completed(cloud, region, &records, network, vpc_id).await,
                (None, Some(known)) => Ok(known.clone()),
                (None, None) => self::network(world, cloud, region, vpc_id, answers).await,
            }
        },
        async {
            match &adopted {
                Some(endpoint) => present(cloud, region, &endpoint.endpoint_id).await.map(Some),
                None => Ok(None),
            }
        }
    );
    inventory.network = Some(network?);
    inventory.present = present?;
    Ok(())
}

/// What an endpoint that is listed has. Another read may not know it yet.
async fn present(cloud: &Client, region: &str, id: &str) -> Result<Present, crate::cloud::Error> {
    let deadline = Instant::now() + cloud.tuning().hidden / 4;
    loop {
        match inventory::look_present(cloud, region, id).await {
            Err(error) if error.is_not_found() && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            answer => return answer,
        }
    }
}

async fn completed(
    cloud: &Client,
    region: &str,
    records: &[Record],
    mut network: Network,
    vpc_id: &str,
) -> Result<Network, Error> {
    recall::complete_network(cloud, region, records, &mut network, vpc_id).await?;
    Ok(network)
}

/// The network of a VPC, and what this machine made in it a moment ago.
pub(super) async fn network(
    world: &World,
    cloud: &Client,
    region: &str,
    vpc_id: &str,
    answers: &Answers,
) -> Result<Network, Error> {
    let network = inventory::look_network(cloud, region, vpc_id, answers).await?;
    completed(cloud, region, &records(world, region, answers), network, vpc_id).await
}

/// A VPC that was named and not found is easier to mend with the list of those that exist.
pub(super) async fn with_candidates(
    cloud: &Client,
    region: &str,
    inventory: &mut Inventory,
    problems: Vec<Problem>,
) -> Error {
    let [Problem::NotFound { flag: "--vpc-id", id, place, .. }] = &problems[..] else {
        return problems.into();
    };
    inventory.vpcs = inventory::look_vpcs(cloud, region).await.unwrap_or_default();
    let ids = inventory.vpcs.iter().map(|vpc| vpc.vpc_id.as_str());
    Error::from(Problem::NotFound {
        flag: "--vpc-id",
        id: id.clone(),
        place: place.clone(),
        suggestion: crate::problem::did_you_mean(id, ids),
        candidates: plan::vpc_candidates(&inventory.vpcs),
    })
}

/// What only the cloud knows is asked of its dry run: whether a service that is not listed for this account exists all
/// the same, and whether a VPC with an endpoint to the service may have a second one.
pub(super) async fn confirm(cloud: &Client, plan: &Plan, inventory: &Inventory) -> Result<(), Error> {
    if is_second(plan, inventory)
        && let Err(error) = apply::dry_run(cloud, plan).await
        && error.is_duplicate()
    {
        let vpc_id = plan.vpc.id.value.clone();
        let service_name = plan.service.name.value.to_string();
        return Err(Error::SecondRefused { service_name, vpc_id, request_id: error.request_id });
    }
    if !matches!((&plan.endpoint, &plan.service.listed), (EndpointPlan::Create(_), None)) {
        return Ok(());
    }
    match apply::dry_run(cloud, plan).await {
        Err(error) if error.is("EndpointServiceNotFound") => Err(Error::ServiceNotFound {
            service_name: plan.service.name.value.to_string(),
            account_id: inventory.identity.account_id.clone(),
            request_id: error.request_id,
        }),
        other => other.map(drop).map_err(Error::from),
    }
}

/// Whether the plan makes an endpoint where there is one already.
fn is_second(plan: &Plan, inventory: &Inventory) -> bool {
    let mut endpoints = inventory.endpoints.iter();
    matches!(plan.endpoint, EndpointPlan::Create(_))
        && endpoints.any(|endpoint| endpoint.vpc_id == plan.vpc.id.value)
}
