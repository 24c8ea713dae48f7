//! `tidb-pe delete`: look, show what goes, ask, remove zones, endpoint and what was made for it, wait until gone.

use std::time::Duration;

use crate::apply::Remover;
use crate::cli::{Delete, Parsed};
use crate::cloud::privatelink::{self, Endpoint};
use crate::cloud::{Client, ecs, vpc};
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::inventory::{self, Present};
use crate::journal::{Journal, Record, StateDir};
use crate::plan::{Removal, Surroundings, decide_removal};
use crate::problem::{Problem, Shape};
use crate::report::{DeleteReport, EndpointReport};
use crate::ui::words::{plan_en, removal_en};
use crate::ui::{render, term};

use super::{World, region, turn};

/// How long to wait until it is gone, unless told otherwise.
const WAIT: Duration = Duration::from_secs(600);

/// Deletes one endpoint. `report` is filled on the way, so that it is true whenever this stops.
pub async fn run(
    world: &mut World,
    parsed: &Parsed,
    flags: &Delete,
    report: &mut DeleteReport,
) -> Result<(), Error> {
    let result = go(world, parsed, flags, report).await;
    let noted = std::mem::take(&mut report.noted);
    report.warnings.extend(noted.iter().map(plan_en::warning));
    result
}

async fn go(
    world: &mut World,
    parsed: &Parsed,
    flags: &Delete,
    report: &mut DeleteReport,
) -> Result<(), Error> {
    let id = flags.endpoint_id.trim();
    check(world, id)?;
    let record = record_of(&world.state, id);
    let (cloud, region) = region::connect(world, parsed, record.as_ref()).await?;
    world.reporter.emit(Event::Begin(Phase::Looking));
    let around = look(&cloud, &region, id, record, flags.with_created).await;
    world.reporter.emit(Event::End);
    let around = around?;
    if let Some(endpoint) = &around.endpoint {
        report.endpoint =
            Some(EndpointReport::new(&region, endpoint, &around.zones, around.own_groups.clone()));
    }
    let removal = decide_removal(&around, flags.with_created);
    if removal.is_empty() {
        return nothing_there(world, id, &region, flags.if_exists, report);
    }
    accept(world, id, &removal, report).await?;
    report.changed = Some(false);
    report.deleted.get_or_insert_default();
    let patience = flags.wait_timeout.unwrap_or(WAIT);
    let deadline = world.deadline(patience);
    let mut journal = journal_of(world, &region, &around);
    // Without a lock the cloud still lets only one change of the endpoint through at a time.
    let _turn = turn::take(world, &journal.record().key(), patience).await?;
    let (cloud, reporter, journal) = (&cloud.until(deadline), &*world.reporter, &mut journal);
    reporter.emit(Event::Begin(Phase::Deleting));
    let region_id = region.as_str();
    let mut remover = Remover { cloud, reporter, journal, report, region_id, patience, deadline };
    let result = remover.remove(&removal).await;
    reporter.emit(Event::End);
    result
}

fn check(world: &World, id: &str) -> Result<(), Error> {
    let mut problems = world.problems();
    let plain = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !id.strip_prefix("ep-").is_some_and(plain) {
        let (flag, text, expected) = ("ENDPOINT_ID", id.to_owned(), Shape::Id("ep-"));
        problems.push(Problem::Malformed { flag, text, expected });
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

/// What this machine remembers about the endpoint.
fn record_of(state: &StateDir, endpoint_id: &str) -> Option<Record> {
    state.records().into_iter().find(|record| record.is_about(endpoint_id))
}

async fn look(
    cloud: &Client,
    region: &str,
    id: &str,
    record: Option<Record>,
    with_created: bool,
) -> Result<Surroundings, Error> {
    let (endpoint, present) = tokio::join!(
        privatelink::get_vpc_endpoint(cloud, region, id),
        inventory::look_present(cloud, region, id)
    );
    let endpoint = match endpoint {
        Err(error) if error.is("EndpointNotFound") => None,
        other => Some(other?),
    };
    let present = if endpoint.is_some() { present? } else { Present::default() };
    let mut around = Surroundings {
        endpoint,
        zones: present.zones,
        own_groups: present.groups,
        record,
        ..Surroundings::default()
    };
    if with_created {
        look_around(cloud, region, id, &mut around).await?;
    }
    Ok(around)
}

/// Everything in the VPC that may have been made for the endpoint, and who else uses it.
async fn look_around(cloud: &Client, region: &str, id: &str, around: &mut Surroundings) -> Result<(), Error> {
    let Some((vpc_id, service)) = around.place() else { return Ok(()) };
    let (vswitches, groups, endpoints) = tokio::join!(
        vpc::describe_vswitches(cloud, region, &vpc_id),
        ecs::groups_of_vpc(cloud, region, &vpc_id),
        privatelink::endpoints_to_service(cloud, region, &service, Some(&vpc_id)),
    );
    (around.vswitches, around.groups) = (vswitches?, groups?);
    for other in endpoints?.into_iter().filter(|endpoint: &Endpoint| endpoint.endpoint_id != id) {
        around.others.push(inventory::look_present(cloud, region, &other.endpoint_id).await?);
    }
    Ok(())
}

fn nothing_there(
    world: &World,
    id: &str,
    region: &str,
    may_be_missing: bool,
    report: &mut DeleteReport,
) -> Result<(), Error> {
    if !may_be_missing {
        let (flag, id, place) = ("ENDPOINT_ID", id.to_owned(), region.to_owned());
        return Err(Problem::NotFound { flag, id, place, suggestion: None, candidates: Vec::new() }.into());
    }
    world.reporter.emit(Event::Absent { endpoint_id: id.to_owned() });
    report.changed = Some(false);
    report.deleted = Some(Vec::new());
    Ok(())
}

/// The plan is shown; on a terminal the id has to be typed, elsewhere `--yes` be given.
async fn accept(world: &World, id: &str, removal: &Removal, report: &mut DeleteReport) -> Result<(), Error> {
    for (thing, id) in &removal.kept {
        report.warnings.push(removal_en::kept(*thing, id));
    }
    if !world.style.quiet {
        term::err(&render::removal(removal, world.style));
    }
    if world.accepts() {
        return Ok(());
    }
    if let Some(wizard) = &world.wizard {
        return wizard.confirm_deletion(id).await;
    }
    report.plan = Some(removal_en::report(removal));
    report.changed = Some(false);
    Err(Error::NotAccepted)
}

fn journal_of(world: &World, region: &str, around: &Surroundings) -> Journal {
    match around.place() {
        Some((vpc_id, service)) => Journal::open(&world.state, region, &vpc_id, &service),
        None => Journal::open(&StateDir::none(), region, "", ""),
    }
}
