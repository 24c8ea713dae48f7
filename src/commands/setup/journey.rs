//! An accepted plan on its way: make, create or adopt, wait, tell, test.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use crate::answers::Answers;
use crate::apply::{self, Worker};
use crate::check::{self, Status, Target};
use crate::cli::Setup;
use crate::cloud::{Client, privatelink};
use crate::commands::{World, target};
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::inventory::Inventory;
use crate::journal::{Journal, Lock};
use crate::net::Net;
use crate::plan::{Adoption, EndpointPlan, Plan};
use crate::report::{EndpointReport, SetupReport};
use crate::ui::{render, term};
use crate::wait::{self, Goal, Look, Outcome};
use crate::whereami::Locator;

use super::{WAIT, next, outcome};

/// What the journey is made with.
pub(super) struct Journey<'a> {
    pub(super) world: &'a World,
    pub(super) cloud: &'a Client,
    pub(super) answers: &'a Answers,
    pub(super) inventory: &'a Inventory,
    pub(super) setup: &'a Setup,
}

/// How long a new name may take to be known here.
const NAME: Duration = Duration::from_secs(3);

/// Whether the endpoint was made by this run, and so may not be known everywhere yet.
fn is_new(plan: &Plan) -> bool {
    matches!(plan.endpoint, EndpointPlan::Create(_))
}

/// A name that was made a moment ago is not known everywhere at once; what the test says of it is what stays.
async fn await_name(net: &Net, host: &str) {
    let known = async {
        while net.lookup(host, NAME).await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let _ = tokio::time::timeout(NAME, known).await;
}

impl Journey<'_> {
    /// Goes all the way. The lock is held as long as something may be created.
    pub(super) async fn travel(
        &self,
        mut plan: Plan,
        mut journal: Journal,
        lock: Option<Lock>,
        report: &mut SetupReport,
    ) -> Result<(), Error> {
        report.changed = report.changed.or(Some(false));
        report.created.get_or_insert_default();
        report.connection = Some(None);
        report.test = Some(None);
        let first = self.create_or_adopt(&mut plan, &mut journal, report).await?;
        drop(lock);
        let id = first.endpoint.endpoint_id.clone();
        self.note(&plan, &first, report).await?;
        if self.setup.network.no_wait {
            self.emit(Event::NotWaited { endpoint_id: id });
            self.tell(report);
            journal.close_second();
            return Ok(());
        }
        let last = self.wait(&plan, &id, &mut journal, report).await?;
        self.note(&plan, &last, report).await?;
        journal.close_second();
        self.tell(report);
        self.test(&plan, &last, report).await
    }

    async fn create_or_adopt(
        &self,
        plan: &mut Plan,
        journal: &mut Journal,
        report: &mut SetupReport,
    ) -> Result<Look, Error> {
        let patience = self.setup.network.wait_timeout.unwrap_or(WAIT);
        let (cloud, reporter) = (&self.cloud.until(self.world.deadline(patience)), &*self.world.reporter);
        if let EndpointPlan::Adopt(adoption) = &plan.endpoint {
            self.emit(Event::Adopted { endpoint_id: adoption.endpoint.endpoint_id.clone() });
            // Known before anything is added, so that an interruption can name it.
            self.note_adopted(plan, adoption, report).await?;
        }
        let mut worker = Worker { cloud, reporter, journal, report, patience };
        self.emit(Event::Begin(Phase::Preparing));
        let made = self.make(&mut worker, plan).await;
        self.emit(Event::End);
        made
    }

    async fn make(&self, worker: &mut Worker<'_>, plan: &mut Plan) -> Result<Look, Error> {
        worker.make_network(plan).await?;
        if let EndpointPlan::Adopt(adoption) = &plan.endpoint {
            worker.grow(adoption, &plan.region_id.value).await?;
            return Ok(Look { endpoint: adoption.endpoint.clone(), zones: None });
        }
        let request =
            plan.request().ok_or_else(|| Error::Internal("the plan still lacks an id".to_owned()))?;
        self.emit(Event::Begin(Phase::Creating));
        let applied = worker.create_endpoint(&request, self.answers.new).await?;
        if !applied.created {
            self.emit(Event::Adopted { endpoint_id: applied.endpoint.endpoint_id.clone() });
            plan.endpoint = EndpointPlan::Adopt(Box::new(Adoption::as_it_is(applied.endpoint.clone())));
        }
        Ok(Look { endpoint: applied.endpoint, zones: None })
    }

    async fn note_adopted(
        &self,
        plan: &Plan,
        adoption: &Adoption,
        report: &mut SetupReport,
    ) -> Result<(), Error> {
        let look = Look { endpoint: adoption.endpoint.clone(), zones: None };
        self.note(plan, &look, report).await
    }

    /// Writes what is known about the endpoint into the document.
    async fn note(&self, plan: &Plan, look: &Look, report: &mut SetupReport) -> Result<(), Error> {
        let region = &plan.region_id.value;
        let groups = match (&plan.endpoint, &report.endpoint) {
            (EndpointPlan::Create(new), _) => {
                new.groups.iter().filter_map(|group| group.id().map(ToOwned::to_owned)).collect()
            }
            (EndpointPlan::Adopt(adoption), Some(known)) if !known.security_group_ids.is_empty() => {
                outcome::with_attached(known, adoption, report)
            }
            (EndpointPlan::Adopt(adoption), _) => {
                // Known from now on, also to whoever interrupts this.
                report.endpoint = Some(EndpointReport::new(region, &look.endpoint, &[], Vec::new()));
                let id = &adoption.endpoint.endpoint_id;
                match privatelink::security_groups_of(&self.cloud(), region, id).await {
                    // A list may know it before this does; the waiting tells whether it is gone.
                    Err(error) if error.is_not_found() => Vec::new(),
                    groups => groups?,
                }
            }
        };
        let zones = look.zones.as_deref().unwrap_or_default();
        let mut endpoint = EndpointReport::new(region, &look.endpoint, zones, groups);
        if look.zones.is_none() {
            endpoint.zones = outcome::planned_zones(plan);
        }
        report.next = Some(next::command(self.world, self.answers, self.setup, &endpoint));
        report.test_again = next::test(self.world, self.answers, self.setup, &endpoint);
        report.connection = Some(outcome::connection(&endpoint, self.answers, &self.world.env));
        report.endpoint = Some(endpoint);
        Ok(())
    }

    async fn wait(
        &self,
        plan: &Plan,
        id: &str,
        journal: &mut Journal,
        report: &mut SetupReport,
    ) -> Result<Look, Error> {
        let auto_accept = plan.service.listed.as_ref().and_then(|service| service.auto_accept_enabled);
        let zones = outcome::zones_to_wait_for(plan);
        let timeout = self.timeout();
        let (begun, outage) = (self.world.begun(), self.cloud.tuning().outage);
        let cloud_time = self.cloud.now();
        let goal = Goal { zones, auto_accept, is_new: is_new(plan), timeout, begun, outage, cloud_time };
        if auto_accept == Some(false) {
            let account_id = self.inventory.identity.account_id.clone();
            self.emit(Event::NeedsAcceptance { endpoint_id: id.to_owned(), account_id });
        }
        let region = &plan.region_id.value;
        let started = tokio::time::Instant::now();
        self.emit(Event::Begin(Phase::Waiting));
        let cloud = self.cloud();
        let lookout = apply::lookout(&cloud, region, id);
        let journal = RefCell::new(journal);
        let look = async || {
            let look = lookout.look().await?;
            journal.borrow_mut().seen(id);
            Ok(look)
        };
        let outcome = wait::until_ready(look, &goal, &*self.world.reporter).await;
        self.emit(Event::End);
        match outcome? {
            Outcome::Ready(look) => {
                self.emit(Event::Ready { elapsed: started.elapsed() });
                Ok(look)
            }
            Outcome::Hopeless(look, why) => {
                self.note(plan, &look, report).await?;
                report.connection = Some(None);
                Err(Error::Hopeless { endpoint_id: id.to_owned(), why })
            }
            Outcome::TimedOut(look) => {
                if let Some(look) = &look {
                    self.note(plan, look, report).await?;
                }
                let account =
                    (auto_accept == Some(false)).then(|| self.inventory.identity.account_id.clone());
                let error = outcome::not_ready(id, look.as_ref(), &goal, account);
                if !matches!(&error, Error::NotReady { ready, .. } if !ready.is_empty()) {
                    report.connection = Some(None);
                }
                Err(error)
            }
        }
    }

    fn tell(&self, report: &SetupReport) {
        if let (Some(Some(connection)), false) = (&report.connection, self.world.is_json()) {
            let gap = || {
                if !self.world.style.quiet && self.world.env.stderr_tty {
                    term::err("");
                }
            };
            gap();
            term::out(&render::connection(connection, self.world.style.lang));
            gap();
        }
    }

    async fn test(&self, plan: &Plan, look: &Look, report: &mut SetupReport) -> Result<(), Error> {
        if self.answers.connection.skip_test {
            self.emit(Event::NotTested);
            return Ok(());
        }
        self.emit(Event::Begin(Phase::Testing));
        let net = self.world.net()?;
        let zones = look.zones.as_deref().unwrap_or_default();
        let target = target::template(&self.answers.connection, &plan.region_id.value);
        let target =
            Target { locator: Some(self.locator(plan, &net)), ..target.toward(&look.endpoint, zones) };
        if report.changed == Some(true) && target.connect_to.is_none() {
            let host = report.endpoint.as_ref().and_then(|endpoint| endpoint.domain.clone());
            await_name(&net, &host.unwrap_or_default()).await;
        }
        let test = check::test_connection(&target, &net, &*self.world.reporter).await;
        self.emit(Event::End);
        report.test = Some(Some((&test).into()));
        let failed = test.steps.into_iter().find(|step| step.status == Status::Fail);
        failed.map_or(Ok(()), |finding| Err(Error::TestFailed(finding)))
    }

    fn locator(&self, plan: &Plan, net: &Net) -> Locator {
        let whereami = Arc::new(self.world.whereami(net));
        Locator { whereami, vpc_id: plan.vpc.id.value.clone(), ranges: plan.vpc.cidrs.clone() }
    }

    /// How long all of it may take, until the endpoint is ready.
    fn timeout(&self) -> Duration {
        self.setup.network.wait_timeout.unwrap_or(WAIT)
    }

    /// The cloud, which is asked nothing more when that is over.
    fn cloud(&self) -> Client {
        self.cloud.until(self.world.deadline(self.timeout()))
    }

    fn emit(&self, event: Event) {
        self.world.reporter.emit(event);
    }
}
