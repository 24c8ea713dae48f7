//! Looking at the account and deciding; on a terminal, asking for what is missing.

use crate::answers::Answers;
use crate::apply;
use crate::cloud::Client;
use crate::commands::World;
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::inventory::{self, Inventory};
use crate::journal::Record;
use crate::plan::{self, EndpointPlan, Plan};
use crate::problem::{Candidate, Lack, Problem};
use crate::ui::wizard::Wizard;

use super::recall;

/// Looks and decides; what is missing is asked for where somebody can be asked.
pub(super) async fn decide(
    world: &World,
    cloud: &Client,
    answers: &mut Answers,
) -> Result<(Plan, Inventory), Error> {
    let Some(region) = answers.region().map(|region| region.value) else {
        return Err(nothing_to_go_by());
    };
    world.reporter.emit(Event::Begin(Phase::Looking));
    let looked = look(world, cloud, &region, answers).await;
    world.reporter.emit(Event::End);
    let mut inventory = looked?;
    if !inventory.product_open && !answers.permits.open_service {
        may_open(world, answers, &inventory).await?;
    }
    ask_vswitches(world, answers, &inventory).await?;
    let plan = match plan::decide(answers, &inventory) {
        Ok(plan) => plan,
        Err(problems) => {
            fill_gaps(world, cloud, &region, answers, &mut inventory, problems).await?;
            plan::decide(answers, &inventory)?
        }
    };
    if matches!((&plan.endpoint, &plan.service.listed), (EndpointPlan::Create(_), None)) {
        ask_by_dry_run(cloud, &plan, &inventory).await?;
    }
    Ok((plan, inventory))
}

/// Without a region nothing can be looked up, so only the values that only the user has are listed.
fn nothing_to_go_by() -> Error {
    let missing = |flag| Problem::Missing { flag, why: Lack::NotGiven, candidates: Vec::new() };
    Error::Problems(vec![missing("--service-name"), missing("--vpc-id")])
}

/// The account first; then the network of the VPC, unless there is an endpoint to use as it is.
async fn look(world: &World, cloud: &Client, region: &str, answers: &Answers) -> Result<Inventory, Error> {
    let mut inventory = inventory::look(cloud, region, answers).await?;
    let identity = inventory.identity.clone();
    if let Some(source) = cloud.source().cloned() {
        world.reporter.emit(Event::Identity { identity, source });
    }
    if let Some(service) = &inventory.service {
        world.reporter.emit(Event::Verified(service.clone()));
    }
    let records = records(world, region, answers);
    if inventory.product_open {
        recall::complete(cloud, region, &records, &mut inventory).await?;
    }
    if let Ok(vpc) = plan::choose_vpc(answers, &inventory) {
        look_closer(cloud, region, &vpc.value, answers, &mut inventory, &records).await?;
    }
    Ok(inventory)
}

/// What this machine remembers about the service.
fn records(world: &World, region: &str, answers: &Answers) -> Vec<Record> {
    let Some(service) = &answers.service_name else { return Vec::new() };
    let mut records = world.state.records();
    records.retain(|record| record.region_id == region && record.service_name == service.value.as_str());
    records
}

/// What the VPC has; and what the endpoint to adopt has, where more may be asked of it.
async fn look_closer(
    cloud: &Client,
    region: &str,
    vpc_id: &str,
    answers: &Answers,
    inventory: &mut Inventory,
    records: &[Record],
) -> Result<(), Error> {
    let adopted = plan::to_adopt(answers, inventory, vpc_id).cloned();
    let as_it_is = |endpoint| plan::is_broken(endpoint) || !plan::wants_more(answers);
    if adopted.as_ref().is_some_and(as_it_is) {
        return Ok(());
    }
    let needs_network = inventory.network.is_none();
    let (network, present) = tokio::join!(
        async {
            if needs_network {
                inventory::look_network(cloud, region, vpc_id, answers).await.map(Some)
            } else {
                Ok(None)
            }
        },
        async {
            match &adopted {
                Some(endpoint) => {
                    inventory::look_present(cloud, region, &endpoint.endpoint_id).await.map(Some)
                }
                None => Ok(None),
            }
        }
    );
    inventory.network = network?.or(inventory.network.take());
    inventory.present = present?;
    if let Some(network) = &mut inventory.network {
        recall::complete_network(cloud, region, records, network, vpc_id).await?;
    }
    Ok(())
}

async fn may_open(world: &World, answers: &mut Answers, inventory: &Inventory) -> Result<(), Error> {
    if let Some(wizard) = &world.wizard {
        wizard.open_service(answers).await?;
    }
    let request_id = inventory.product_request_id.clone();
    if answers.permits.open_service { Ok(()) } else { Err(Error::ProductNotOpen { request_id }) }
}

/// Asks the person at the terminal for each missing value; elsewhere the problems are the answer.
async fn fill_gaps(
    world: &World,
    cloud: &Client,
    region: &str,
    answers: &mut Answers,
    inventory: &mut Inventory,
    problems: Vec<Problem>,
) -> Result<(), Error> {
    let only_missing = problems.iter().all(|problem| matches!(problem, Problem::Missing { .. }));
    let Some(wizard) = world.wizard.as_ref().filter(|_| only_missing) else {
        return Err(with_candidates(cloud, region, inventory, problems).await);
    };
    wizard.vpc(answers, inventory).await?;
    if let Ok(vpc) = plan::choose_vpc(answers, inventory) {
        let records = records(world, region, answers);
        look_closer(cloud, region, &vpc.value, answers, inventory, &records).await?;
    }
    ask_vswitches(world, answers, inventory).await?;
    let Err(problems) = plan::decide(answers, inventory) else { return Ok(()) };
    for problem in problems {
        offer(wizard, answers, problem).await?;
    }
    Ok(())
}

/// Where a zone has several vSwitches that would do, the person at the terminal chooses.
async fn ask_vswitches(world: &World, answers: &mut Answers, inventory: &Inventory) -> Result<(), Error> {
    match (&world.wizard, &inventory.network) {
        (Some(wizard), Some(network)) if inventory.present.is_none() => {
            let zones = plan::zones_wanted(answers, inventory);
            wizard.vswitches(answers, network, &zones).await
        }
        _ => Ok(()),
    }
}

/// One gap: a list to choose from, or the offer to create what is missing.
async fn offer(wizard: &Wizard, answers: &mut Answers, problem: Problem) -> Result<(), Error> {
    match &problem {
        Problem::Missing { flag: "--vswitch-id", why: Lack::NoVSwitch { vpc_id, zones }, .. }
            if !zones.is_empty() =>
        {
            wizard.create_vswitch(answers, vpc_id, zones).await?;
            if answers.permits.create_vswitch { Ok(()) } else { Err(problem.into()) }
        }
        Problem::Missing {
            flag: "--security-group-id",
            why: Lack::NoGroup { port, clients, .. },
            candidates,
        } => {
            wizard.create_security_group(answers, clients, *port).await?;
            if answers.permits.create_security_group {
                Ok(())
            } else {
                choose_group(wizard, answers, candidates.clone(), problem).await
            }
        }
        Problem::Missing { flag: "--security-group-id", candidates, .. } => {
            choose_group(wizard, answers, candidates.clone(), problem).await
        }
        _ => Err(problem.into()),
    }
}

async fn choose_group(
    wizard: &Wizard,
    answers: &mut Answers,
    candidates: Vec<Candidate>,
    problem: Problem,
) -> Result<(), Error> {
    if candidates.is_empty() {
        return Err(problem.into());
    }
    wizard.security_group(answers, candidates).await
}

/// A VPC that was named and not found is easier to mend with the list of those that exist.
async fn with_candidates(
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

/// A service that is not listed for this account may exist all the same: the cloud's dry run decides.
async fn ask_by_dry_run(cloud: &Client, plan: &Plan, inventory: &Inventory) -> Result<(), Error> {
    match apply::dry_run(cloud, plan).await {
        Err(error) if error.is("EndpointServiceNotFound") => Err(Error::ServiceNotFound {
            service_name: plan.service.name.value.to_string(),
            account_id: inventory.identity.account_id.clone(),
            request_id: error.request_id,
        }),
        other => other.map(drop).map_err(Error::from),
    }
}
