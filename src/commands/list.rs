//! `tidb-pe list`: the endpoints of a region, or of every region at the same time.

use futures_util::future::join_all;

use crate::cli::{List, Parsed};
use crate::cloud::privatelink::{self, Endpoint, change};
use crate::cloud::{Client, Error as CloudError, ErrorKind};
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::journal::{Kind, Record};
use crate::plan::mark;
use crate::report::{EndpointRow, ListReport, RegionError};
use crate::ui::words::{errors_en, events_en};
use crate::ui::{render, term};

use super::{World, region};

/// Who is asked for the regions, where none is known. Every region's host answers that.
const ANY: &str = "ap-southeast-1";

/// Lists endpoints.
pub async fn run(
    world: &mut World,
    parsed: &Parsed,
    flags: &List,
    report: &mut ListReport,
) -> Result<(), Error> {
    let records = world.state.records();
    let mut failures = Vec::new();
    if flags.all_regions {
        let (cloud, region) = region::connect_anywhere(world, parsed, None).await?;
        world.reporter.emit(Event::Begin(Phase::Listing));
        let listed = everywhere(&cloud, region.as_deref().unwrap_or(ANY), &records, report).await;
        world.reporter.emit(Event::End);
        failures = listed?;
    } else {
        let (cloud, region) = region::connect(world, parsed, None).await?;
        world.reporter.emit(Event::Begin(Phase::Listing));
        let endpoints = privatelink::all_endpoints(&cloud, &region).await;
        world.reporter.emit(Event::End);
        report.endpoints = Some(rows(&region, &endpoints?, &records));
    }
    tell(world, report, failures);
    Ok(())
}

/// Every region at the same time. One that fails is an entry, not an end, as long as another answers.
async fn everywhere(
    cloud: &Client,
    ask: &str,
    records: &[Record],
    report: &mut ListReport,
) -> Result<Vec<(String, Error)>, Error> {
    let regions = change::regions(cloud, ask).await?;
    let once = cloud.everywhere();
    let answers = join_all(regions.iter().map(async |region| one(&once, region).await)).await;
    let mut failures = Vec::new();
    let mut endpoints = Vec::new();
    for (region, answer) in regions.iter().zip(answers) {
        match answer {
            Ok(found) => endpoints.extend(rows(region, &found, records)),
            Err(error) => failures.push((region.clone(), Error::from(error))),
        }
    }
    report.endpoints = Some(endpoints);
    report.errors = Some(failures.iter().map(|(region, error)| region_error(region, error)).collect());
    let nobody_answered = !regions.is_empty() && failures.len() == regions.len();
    match failures.first() {
        Some((_, error)) if nobody_answered => Err(error.clone()),
        _ => Ok(failures),
    }
}

/// One region must not keep the others: one try, and not much longer for all its pages.
async fn one(cloud: &Client, region: &str) -> Result<Vec<Endpoint>, CloudError> {
    let limit = cloud.tuning().budget;
    let late = || CloudError {
        operation: privatelink::LIST_VPC_ENDPOINTS,
        kind: ErrorKind::Timeout { host: region.to_owned(), after: limit },
        tries: 1,
        request_id: None,
    };
    let listed = tokio::time::timeout(limit, privatelink::all_endpoints(cloud, region)).await;
    listed.unwrap_or_else(|_| Err(late()))
}

fn region_error(region: &str, error: &Error) -> RegionError {
    RegionError {
        region_id: region.to_owned(),
        kind: error.kind(),
        code: error.code().map(ToOwned::to_owned),
        message: errors_en::error(error).0,
        request_id: error.request_id().map(ToOwned::to_owned),
    }
}

fn rows(region: &str, endpoints: &[Endpoint], records: &[Record]) -> Vec<EndpointRow> {
    let row = |endpoint: &Endpoint| {
        let id = &endpoint.endpoint_id;
        let made = |record: &Record| record.made(Kind::Endpoint).any(|made| made == id);
        let known = mark::is_for_tidb_cloud(&endpoint.tags) || records.iter().any(made);
        EndpointRow {
            created_by_tidb_pe: mark::is_made_by_us(&endpoint.tags),
            // What is known: a mark says so. Its absence says nothing.
            tidb_cloud: known.then_some(true),
            ..EndpointRow::new(region, endpoint)
        }
    };
    endpoints.iter().map(row).collect()
}

fn tell(world: &World, report: &mut ListReport, failures: Vec<(String, Error)>) {
    let unread: Vec<String> = failures.iter().map(|(region_id, _)| region_id.clone()).collect();
    for (region_id, error) in failures {
        report.warnings.push(events_en::region_failed(&region_id, &error));
        world.reporter.emit(Event::RegionFailed { region_id, error: Box::new(error) });
    }
    let endpoints = report.endpoints.as_deref().unwrap_or_default();
    if endpoints.is_empty() {
        world.reporter.emit(Event::NoEndpoints { unread });
    } else if !world.is_json() {
        term::out(&render::endpoints(endpoints, world.style.lang));
    }
}
