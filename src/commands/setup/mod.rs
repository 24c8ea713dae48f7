//! `tidb-pe setup`: ask, look, decide, show, create or adopt, wait, tell, test.

mod closing;
mod interview;
mod journey;
mod look;
mod next;
pub(super) mod outcome;
mod recall;

use std::time::Duration;

use crate::answers::{Answers, Source, Sourced};
use crate::apply::{self, Worker};
use crate::cli::{Parsed, Setup};
use crate::cloud::Client;
use crate::error::Error;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::journal::{Journal, Lock, Snapshot};
use crate::plan::{Plan, Warning};
use crate::report::SetupReport;
use crate::ui::words::plan_en;
use crate::ui::{render, term};

use super::turn::{self, Turn};
use super::{World, instance};
use interview::{Agreed, Interview};
use journey::Journey;

/// How long to wait until the endpoint is ready, unless told otherwise.
const WAIT: Duration = Duration::from_secs(600);

/// The whole journey. `report` is filled on the way, so that it is true whenever this stops.
pub async fn run(
    world: &mut World,
    parsed: &Parsed,
    setup: &Setup,
    report: &mut SetupReport,
) -> Result<(), Error> {
    let result = go(world, parsed, setup, report).await;
    closing::say(world, &result, report);
    let noted = std::mem::take(&mut report.noted);
    report.warnings.extend(noted.iter().map(plan_en::warning));
    result
}

async fn go(
    world: &mut World,
    parsed: &Parsed,
    setup: &Setup,
    report: &mut SetupReport,
) -> Result<(), Error> {
    let mut answers = ask(world, parsed, setup).await?;
    world.region = answers.region().map(|region| region.value);
    let before = world.state.snapshot();
    if answers.new {
        let open =
            world.state.records().into_iter().filter_map(|record| Some(record.open_second()?.to_owned()));
        answers.resumed = open.collect();
    }
    let Agreed { cloud, mut answers, plan, inventory } = agree(world, setup, answers, report).await?;
    if setup.network.dry_run {
        return dry_run(world, &cloud, &plan, report).await;
    }
    let mut desk = Desk { world, cloud: &cloud, answers: &mut answers, setup, before, is_told: false };
    let (plan, inventory, lock) = desk.take_turn(plan, inventory, report).await?;
    let mut journal = desk.journal(&plan);
    if desk.is_told {
        journal.hush();
    }
    let journey = Journey { world, cloud: &cloud, answers: &answers, inventory: &inventory, setup };
    journey.travel(plan, journal, lock, report).await
}

/// Collects the answers, and refuses at once what can be known to be wrong.
async fn ask(world: &mut World, parsed: &Parsed, setup: &Setup) -> Result<Answers, Error> {
    if setup.connection.password_stdin || setup.network.from.as_deref() == Some("-") {
        world.take_stdin().await;
    }
    let (mut answers, mut problems) = crate::answers::gather(parsed, setup, &world.env).await;
    problems.extend(world.problems());
    problems.extend(instance::problems(world, setup));
    problems.extend(answers.problems());
    if !problems.is_empty() {
        return Err(problems.into());
    }
    if world.asks() && answers.cluster_id.is_none() {
        world.start_sandbox_to_ask(&mut answers).await?;
        if answers.service_name.is_some() {
            world.fill_from_sandbox(&mut answers);
        }
    } else {
        world.start_sandbox(&mut answers).await?;
    }
    instance::fill(world, setup, &mut answers).await?;
    let problems = answers.problems();
    if problems.is_empty() { Ok(answers) } else { Err(problems.into()) }
}

/// From the answers to a plan that may be carried out: a person is asked for what is missing and for a yes, a script has
/// given both.
async fn agree(
    world: &mut World,
    setup: &Setup,
    mut answers: Answers,
    report: &mut SetupReport,
) -> Result<Agreed, Error> {
    if let Some(wizard) = world.wizard.clone() {
        return Interview::new(world, wizard, setup, report, answers).hold().await;
    }
    let (provider, profile_region) = world.credentials().await?;
    let from_profile = profile_region.map(|region| Sourced::new(region, Source::Profile));
    answers.region_id = answers.region_id.or(from_profile);
    let cloud = world.cloud(provider)?;
    let (plan, inventory) = look::decide(world, &cloud, &answers).await?;
    show(world, &plan, report);
    if !setup.network.dry_run {
        accept(world, &plan, report)?;
    }
    Ok(Agreed { cloud, answers, plan, inventory })
}

/// Shows the plan with its warnings.
fn show(world: &World, plan: &Plan, report: &mut SetupReport) {
    for warning in &plan.warnings {
        warn(world, warning, report);
    }
    let asks = world.wizard.is_some() && !world.accepts();
    if asks || !world.style.quiet {
        term::err(&render::plan(plan, world.style));
    }
}

/// A plan that is made anew repeats its warnings; nobody has to read them twice.
fn warn(world: &World, warning: &Warning, report: &mut SetupReport) {
    let sentence = plan_en::warning(warning);
    if !report.warnings.contains(&sentence) {
        world.reporter.emit(Event::Warning(warning.clone()));
        report.warnings.push(sentence);
    }
}

async fn dry_run(world: &World, cloud: &Client, plan: &Plan, report: &mut SetupReport) -> Result<(), Error> {
    report.plan = Some(plan_en::report(plan));
    report.changed = Some(false);
    let asked = apply::dry_run(cloud, plan).await?;
    world.reporter.emit(Event::DryRun { asked });
    Ok(())
}

/// Nothing changes before the plan is accepted. A plan that changes nothing needs no yes.
fn accept(world: &World, plan: &Plan, report: &mut SetupReport) -> Result<(), Error> {
    if world.accepts() || !plan.changes_anything() {
        return Ok(());
    }
    report.plan = Some(plan_en::report(plan));
    report.changed = report.changed.or(Some(false));
    Err(Error::NotAccepted)
}

/// What is needed to wait for another run, and to look and decide again after it.
struct Desk<'a> {
    world: &'a World,
    cloud: &'a Client,
    answers: &'a mut Answers,
    setup: &'a Setup,
    before: Snapshot,
    /// Whether the trouble with the state directory has been told.
    is_told: bool,
}

impl Desk<'_> {
    fn patience(&self) -> Duration {
        self.world.left(self.setup.network.wait_timeout.unwrap_or(WAIT))
    }

    fn journal(&self, plan: &Plan) -> Journal {
        let (region, vpc) = (&plan.region_id.value, &plan.vpc.id.value);
        Journal::open(&self.world.state, region, vpc, plan.service.name.value.as_str())
    }

    /// Waits until no other run on this machine changes the same endpoint. If one did since this run looked, or if
    /// PrivateLink has only now been activated, the plan is made anew.
    async fn take_turn(
        &mut self,
        plan: Plan,
        inventory: Inventory,
        report: &mut SetupReport,
    ) -> Result<(Plan, Inventory, Option<Lock>), Error> {
        if !plan.changes_anything() {
            return Ok((plan, inventory, None));
        }
        let key = self.journal(&plan).record().key();
        let Turn { lock, trouble, waited } = turn::take(self.world, &key, self.patience()).await?;
        let is_alone = trouble.is_none() || !waited;
        if let Some(trouble) = trouble {
            warn(self.world, &Warning::NoJournal(trouble), report);
            self.is_told = true;
        }
        if plan.opens_service {
            self.open_service(&plan, report).await?;
        } else if is_alone && !self.world.state.changed_since(&self.before, &key) {
            return Ok((plan, inventory, lock));
        }
        let (fresh, inventory) = self.decide_again(plan, report).await?;
        Ok((fresh, inventory, lock))
    }

    async fn decide_again(
        &mut self,
        plan: Plan,
        report: &mut SetupReport,
    ) -> Result<(Plan, Inventory), Error> {
        if let Some(wizard) = self.world.wizard.clone() {
            let interview = Interview::new(self.world, wizard, self.setup, report, self.answers.clone());
            let agreed = interview.go_on(self.cloud, plan).hold().await?;
            *self.answers = agreed.answers;
            return Ok((agreed.plan, agreed.inventory));
        }
        let cloud = self.cloud.until(tokio::time::Instant::now() + self.patience());
        let (fresh, inventory) = look::decide(self.world, &cloud, self.answers).await?;
        if fresh != plan {
            show(self.world, &fresh, report);
            accept(self.world, &fresh, report)?;
        }
        Ok((fresh, inventory))
    }

    async fn open_service(&self, plan: &Plan, report: &mut SetupReport) -> Result<(), Error> {
        let mut journal = self.journal(plan);
        let (cloud, reporter, patience) = (self.cloud, &*self.world.reporter, self.patience());
        let mut worker = Worker { cloud, reporter, journal: &mut journal, report, patience };
        apply::open_service(&mut worker, &plan.region_id.value).await
    }
}
