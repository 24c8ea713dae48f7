//! `tidb-pe check`: find the endpoint, look at every layer, say what is wrong. Changes nothing.

mod all;
mod wait;

use std::sync::Arc;

use super::find::{self, Found};
use super::{World, target};
use crate::answers::Answers;
use crate::check::survey::Survey;
use crate::check::walk::{self, Walk, Walked};
use crate::check::{
    CheckId, Finding, Sheet, Status, Target, Unanswered, Verdict, credentials, endpoint, root_cause,
};
use crate::cli::{Check, Parsed};
use crate::cloud::{self, Client};
use crate::error::Error;
use crate::event::{Event, Phase, Reporter};
use crate::net::Net;
use crate::problem::{Problem, Shape};
use crate::report::{CheckReport, EndpointReport};
use crate::ui::sheet::{self, Streamed};
use crate::whereami::Whereami;

/// Checks one endpoint, a host, or every endpoint of this tool.
pub async fn run(
    world: &mut World,
    parsed: &Parsed,
    flags: &Check,
    report: &mut CheckReport,
) -> Result<(), Error> {
    let mut answers = ask(world, parsed, flags).await?;
    if !world.is_json() && !flags.all {
        let (talk, log) = (Arc::clone(&world.reporter), Arc::clone(&world.log));
        world.reporter = Arc::new(Streamed::new(talk, log, world.paper()));
    }
    if let Some(host) = &flags.host {
        return check_host(world, host, &answers, flags, report).await;
    }
    let tuning = if flags.all { world.env.tuning.patient() } else { world.env.tuning };
    let cloud = match find::cloud(world, &mut answers, flags.find.endpoint_id.as_deref(), tuning).await {
        Err(Error::NoCredentials(misses)) => return stop(world, credentials::none(misses), report),
        other => other?,
    };
    let region = find::region(&answers)?;
    let desk = Desk::new(world, &cloud, &region, &answers, flags)?;
    if flags.all {
        return all::run(&desk, report).await;
    }
    let id = flags.find.endpoint_id.as_deref();
    world.reporter.emit(Event::Begin(Phase::Looking));
    let (who, found) =
        tokio::join!(credentials::gather(&cloud, &region), find::endpoint(&cloud, &region, &answers, id));
    world.reporter.emit(Event::End);
    let account_id = who.identity.as_ref().map(|identity| identity.account_id.clone()).unwrap_or_default();
    let who = credentials::judge(who);
    if who.status == Status::Fail {
        return stop(world, who, report);
    }
    desk.reporter.emit(Event::Checked(who.clone()));
    let mut sheet = Sheet::default();
    sheet.note(who);
    match choose(world, &answers, &region, found).await {
        Ok(facts) => desk.endpoint(&facts, &account_id, sheet, report).await,
        Err((finding, error)) => {
            sheet.note(finding.clone());
            world.reporter.emit(Event::Checked(finding));
            finish(world, None, &mut sheet, report);
            Err(error)
        }
    }
}

/// Collects the answers, and refuses at once what can be known to be wrong.
async fn ask(world: &mut World, parsed: &Parsed, flags: &Check) -> Result<Answers, Error> {
    if flags.connection.password_stdin {
        world.take_stdin().await;
    }
    let (mut answers, mut problems) =
        crate::answers::gather_to_find(parsed, &flags.find, &flags.connection, &world.env).await;
    problems.extend(find::problems(world, &flags.find, &answers));
    problems.extend(contradictions(parsed, flags));
    if problems.is_empty() {
        world.start_sandbox_with_endpoint(&mut answers).await?;
        return Ok(answers);
    }
    Err(problems.into())
}

fn contradictions(parsed: &Parsed, flags: &Check) -> Vec<Problem> {
    let mut problems = Vec::new();
    let named = flags.find.endpoint_id.is_some() && !parsed.is_from_env("endpoint_id");
    let pairs = [
        (flags.host.is_some() && named, "--host", "ENDPOINT_ID"),
        (flags.host.is_some() && flags.all, "--host", "--all"),
        (flags.host.is_some() && flags.wait, "--host", "--wait"),
        (flags.all && named, "--all", "ENDPOINT_ID"),
    ];
    problems.extend(
        pairs.into_iter().filter(|(both, ..)| *both).map(|(_, one, other)| Problem::Conflict { one, other }),
    );
    if let Some(host) = flags.host.as_ref().filter(|host| !is_host(host)) {
        problems.push(Problem::Malformed { flag: "--host", text: host.clone(), expected: Shape::Host });
    }
    problems
}

/// A name or an address, without scheme, port or path.
fn is_host(text: &str) -> bool {
    let named = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-._".contains(c));
    named || text.parse::<std::net::IpAddr>().is_ok()
}

async fn check_host(
    world: &World,
    host: &str,
    answers: &Answers,
    flags: &Check,
    report: &mut CheckReport,
) -> Result<(), Error> {
    let region = answers.region().map(|region| region.value).or_else(|| region_of(host));
    let template = target::template(&answers.connection, &region.unwrap_or_default());
    let target = Target { domain: host.to_owned(), ..template };
    let net = world.net()?;
    let mut sheet = if flags.connection.skip_test {
        Sheet::default()
    } else {
        walk::host(&target, &net, &*world.reporter).await
    };
    finish(world, Some(host), &mut sheet, report);
    outcome(&sheet)
}

/// `….<region>.privatelink.aliyuncs.com` (Alibaba Cloud facts, section f, `EndpointDomain`).
fn region_of(host: &str) -> Option<String> {
    let lower = host.trim_end_matches('.').to_ascii_lowercase();
    let rest = lower.strip_suffix(".privatelink.aliyuncs.com")?;
    rest.rsplit('.').next().map(ToOwned::to_owned)
}

/// The endpoint that was found, or the finding and the error that say why there is none.
async fn choose(
    world: &World,
    answers: &Answers,
    region: &str,
    found: Result<Found, cloud::Error>,
) -> Result<endpoint::Facts, (Finding, Error)> {
    match found {
        Ok(Found::One(facts)) => Ok(*facts),
        Ok(Found::None) => {
            let finding = find::none(answers, region);
            let error = Error::CheckFailed(Box::new(finding.clone()));
            Err((finding, error))
        }
        Ok(Found::Several(endpoints)) => find::pick(world, region, &endpoints)
            .await
            .map_err(|error| (endpoint::several(&endpoints), error)),
        Err(error) => Err((Finding::unanswered(CheckId::Endpoint, error.clone()), Error::Cloud(error))),
    }
}

/// What every endpoint is looked at with.
struct Desk<'a> {
    world: &'a World,
    flags: &'a Check,
    survey: Survey,
    target: Target,
    net: Net,
    whereami: Arc<Whereami>,
    reporter: Arc<dyn Reporter>,
}

impl<'a> Desk<'a> {
    fn new(
        world: &'a World,
        cloud: &Client,
        region: &str,
        answers: &Answers,
        flags: &'a Check,
    ) -> Result<Self, Error> {
        let net = world.net()?;
        Ok(Self {
            world,
            flags,
            survey: Survey::new(cloud.clone(), region),
            target: target::template(&answers.connection, region),
            whereami: Arc::new(world.whereami(&net)),
            net,
            reporter: Arc::clone(&world.reporter),
        })
    }

    async fn endpoint(
        &self,
        facts: &endpoint::Facts,
        account_id: &str,
        sheet: Sheet,
        report: &mut CheckReport,
    ) -> Result<(), Error> {
        let (facts, waited) = self.wait(facts).await?;
        let walk = self.walk(&*self.reporter, account_id, waited.seen);
        let mut walked = walk.endpoint(&facts, sheet).await;
        report.endpoint = self.describe(&facts, &walked);
        finish(self.world, None, &mut walked.sheet, report);
        waited.outcome(&walked.sheet)
    }

    fn walk<'w>(
        &'w self,
        reporter: &'w dyn Reporter,
        account_id: &'w str,
        seen: Option<crate::wait::Hopeless>,
    ) -> Walk<'w> {
        let Self { survey, target, net, whereami, .. } = self;
        let network = !self.flags.connection.skip_test;
        Walk { survey, target, net, whereami, reporter, account_id, seen, network }
    }

    fn describe(&self, facts: &endpoint::Facts, walked: &Walked) -> Option<EndpointReport> {
        let endpoint = facts.answer.as_ref().ok()?;
        let groups = walked.group_ids.clone();
        Some(EndpointReport::new(self.survey.region(), endpoint, &walked.zones, groups))
    }
}

/// Ends with a layer that failed before any endpoint was known.
fn stop(world: &World, finding: Finding, report: &mut CheckReport) -> Result<(), Error> {
    let mut sheet = Sheet::default();
    sheet.note(finding.clone());
    world.reporter.emit(Event::Checked(finding));
    finish(world, None, &mut sheet, report);
    outcome(&sheet)
}

/// Fills the document, and in text says the last words.
fn finish(world: &World, host: Option<&str>, sheet: &mut Sheet, report: &mut CheckReport) {
    for finding in sheet.close() {
        world.reporter.emit(Event::Checked(finding));
    }
    report.fill(sheet);
    if !world.is_json() {
        let (paper, endpoint) = (world.paper(), report.endpoint.as_ref());
        let path = crate::ui::path::Path::of(paper.style.lang, endpoint, host, sheet.findings());
        crate::ui::term::out(&sheet::ending(sheet, &path, paper));
        report.told = root_cause(sheet.findings()).is_some();
    }
}

/// The failure that the first broken layer means.
fn outcome(sheet: &Sheet) -> Result<(), Error> {
    let Some(finding) = root_cause(sheet.findings()) else { return Ok(()) };
    Err(match &finding.verdict {
        Verdict::Unanswered(Unanswered { error, .. }) => Error::Cloud((**error).clone()),
        Verdict::Credentials(credentials::Verdict::NoCredentials { misses }) => {
            Error::NoCredentials(misses.clone())
        }
        _ => Error::CheckFailed(Box::new(finding.clone())),
    })
}
