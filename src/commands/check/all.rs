//! `--all`: every endpoint this tool made in the region, many at once, told in order.

use futures_util::stream::{self, StreamExt};

use super::Desk;
use crate::check::{Sheet, credentials, endpoint};
use crate::cloud::privatelink::{self, Endpoint};
use crate::error::{Error, Kind};
use crate::event::{Event, Mute, Phase};
use crate::report::{CheckReport, ResultReport};
use crate::ui::{sheet, term};

/// Endpoints looked at at the same time. Requests to the cloud have a limit of their own, in its client.
const AT_ONCE: usize = 100;

/// Checks them all; the failure is the worst of theirs.
pub(super) async fn run(desk: &Desk<'_>, report: &mut CheckReport) -> Result<(), Error> {
    report.begin_results();
    let (cloud, region) = (desk.survey.cloud(), desk.survey.region());
    desk.reporter.emit(Event::Begin(Phase::Looking));
    let (who, endpoints) = tokio::join!(
        credentials::gather(cloud, region),
        privatelink::endpoints_of_this_tool(cloud, region, None)
    );
    desk.reporter.emit(Event::End);
    let account_id = who.identity.clone().map_err(Error::Cloud)?.account_id;
    let mut first = Sheet::default();
    first.note(credentials::judge(who));
    let endpoints = endpoints?;
    let (account_id, first) = (account_id.as_str(), &first);
    let mut checks =
        stream::iter(endpoints).map(|endpoint| one(desk, endpoint, account_id, first)).buffered(AT_ONCE);
    let mut errors = Vec::new();
    while let Some((result, sheet, error)) = checks.next().await {
        if !desk.world.is_json() {
            term::out(&sheet::result(result.endpoint.as_ref(), &sheet, desk.world.paper()));
        }
        report.push_result(result);
        errors.extend(error);
    }
    verdict(desk, report, &errors)
}

async fn one(
    desk: &Desk<'_>,
    endpoint: Endpoint,
    account_id: &str,
    first: &Sheet,
) -> (ResultReport, Sheet, Option<Error>) {
    let facts = endpoint::Facts {
        endpoint_id: endpoint.endpoint_id.clone(),
        region_id: desk.survey.region().to_owned(),
        answer: Ok(endpoint.clone()),
    };
    let (facts, waited) = match desk.wait(&facts).await {
        Ok(waited) => waited,
        Err(error) => return (ResultReport::new(None, first), first.clone(), Some(error)),
    };
    let walked = desk.walk(&Mute, account_id, waited.seen).endpoint(&facts, first.clone()).await;
    let described = desk.describe(&facts, &walked);
    let error = waited.outcome(&walked.sheet).err();
    (ResultReport::new(described, &walked.sheet), walked.sheet, error)
}

fn verdict(desk: &Desk<'_>, report: &mut CheckReport, errors: &[Error]) -> Result<(), Error> {
    let of = report.results.as_ref().map_or(0, Vec::len);
    if !desk.world.is_json() {
        term::out(&sheet::count(of, errors.len(), desk.world.paper()));
        report.told = !errors.is_empty();
    }
    let worst = errors.iter().map(Error::kind).max_by_key(|kind: &Kind| kind.exit_code());
    worst.map_or(Ok(()), |worst| Err(Error::SomeFailed { failed: errors.len(), of, worst }))
}
