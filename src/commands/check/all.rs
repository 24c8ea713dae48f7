//! `--all`: every endpoint this tool made in the region, many at once, told in order.

use std::pin::pin;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::mpsc;

use super::Desk;
use crate::check::{Sheet, credentials, endpoint};
use crate::cloud::privatelink::{self, Endpoint};
use crate::error::{Error, Kind};
use crate::event::{Event, Mute, Phase};
use crate::report::{CheckReport, ResultReport};
use crate::ui::{sheet, term};

/// Endpoints looked at at the same time. Requests to the cloud have a limit of their own, in its client.
const AT_ONCE: usize = 100;

/// What became of all of them.
#[derive(Default)]
struct Tally {
    of: usize,
    failed: usize,
    worst: Option<Kind>,
}

/// Checks them all; the failure is the worst of theirs. The list is read on while its first endpoints are looked at.
pub(super) async fn run(desk: &Desk<'_>, report: &mut CheckReport) -> Result<(), Error> {
    report.begin_results();
    desk.reporter.emit(Event::Begin(Phase::Looking));
    let (found, endpoints) = mpsc::channel(AT_ONCE);
    let (listed, tally) = tokio::join!(list(desk, found), look(desk, endpoints, report));
    let tally = tally?;
    listed?;
    verdict(desk, report, &tally)
}

/// Hands on the endpoints as they are listed, as long as somebody takes them.
async fn list(desk: &Desk<'_>, found: mpsc::Sender<Endpoint>) -> Result<(), Error> {
    let pages = privatelink::pages_of_this_tool(desk.survey.cloud(), desk.survey.region(), None);
    let mut pages = pin!(pages);
    while let Some(page) = pages.try_next().await? {
        for endpoint in page {
            if found.send(endpoint).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

async fn look(
    desk: &Desk<'_>,
    mut endpoints: mpsc::Receiver<Endpoint>,
    report: &mut CheckReport,
) -> Result<Tally, Error> {
    let who = credentials::gather(desk.survey.cloud(), desk.survey.region()).await;
    desk.reporter.emit(Event::End);
    let account_id = who.identity.clone().map_err(Error::Cloud)?.account_id;
    let mut first = Sheet::default();
    first.note(credentials::judge(who));
    let mut checks = stream::poll_fn(|context| endpoints.poll_recv(context))
        .map(|endpoint| one(desk, endpoint, &account_id, &first))
        .buffered(AT_ONCE);
    let mut tally = Tally::default();
    while let Some((result, sheet, error)) = checks.next().await {
        if desk.world.is_json() {
            report.push_result(&result);
        } else {
            term::out(&sheet::result(result.endpoint.as_ref(), &sheet, desk.world.paper()));
        }
        tally.count(error.as_ref());
    }
    Ok(tally)
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

fn verdict(desk: &Desk<'_>, report: &mut CheckReport, tally: &Tally) -> Result<(), Error> {
    let Tally { of, failed, worst } = *tally;
    if !desk.world.is_json() {
        term::out(&sheet::count(of, failed, desk.world.paper()));
        report.told = failed > 0;
    }
    worst.map_or(Ok(()), |worst| Err(Error::SomeFailed { failed, of, worst }))
}

impl Tally {
    fn count(&mut self, error: Option<&Error>) {
        self.of += 1;
        let Some(kind) = error.map(Error::kind) else { return };
        self.failed += 1;
        self.worst = self.worst.into_iter().chain([kind]).max_by_key(|kind: &Kind| kind.exit_code());
    }
}
