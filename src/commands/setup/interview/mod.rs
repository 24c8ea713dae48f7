//! The wizard's course: which question comes next, and back to any earlier one. It fills the answers and nothing else;
//! what is decided from them is decided as in a script.

mod change;
mod create;
mod pose;
mod scout;

use crate::answers::{Answers, Source, Sourced};
use crate::cli::Setup;
use crate::cloud::Client;
use crate::cloud::credentials::Miss;
use crate::commands::{World, instance};
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::inventory::Inventory;
use crate::plan::{self, Plan};
use crate::problem::{Candidate, Lack, Problem};
use crate::report::SetupReport;
use crate::secret::Secret;
use crate::service_name::ServiceName;
use crate::ui::prompt::Reply;
use crate::ui::wizard::Wizard;
use crate::ui::words::wizard::Decision;

use super::look;
use scout::Scout;

/// A question, as the trail remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ask {
    Instance,
    Paste,
    ServiceName,
    Key,
    User,
    Password,
    OpenService,
    Vpc,
    NewVSwitch { vpc: String, zones: Vec<String> },
    NewGroup { clients: String, port: u16 },
    Group,
    Decide,
    Zones,
    VSwitch(String),
    EndpointName,
}

/// What comes next.
enum Step {
    Ask(Ask),
    Again,
    Done,
}

/// What was answered before: it stands there again when a question comes back.
#[derive(Default)]
struct Earlier {
    service_name: String,
    pasted: Option<Secret>,
    user: String,
    password: Option<Secret>,
    vpc: Option<String>,
    group: Option<String>,
    /// Questions that were answered with a yes.
    yes: Vec<Ask>,
}

/// What the interview came to.
pub(super) struct Agreed {
    pub(super) cloud: Client,
    pub(super) answers: Answers,
    pub(super) plan: Plan,
    pub(super) inventory: Inventory,
}

/// A person, the answers so far, and the way they came.
pub(super) struct Interview<'a> {
    world: &'a World,
    wizard: Wizard,
    setup: &'a Setup,
    report: &'a mut SetupReport,
    answers: Answers,
    trail: Vec<(Ask, Answers)>,
    earlier: Earlier,
    scout: Scout<'a>,
    misses: Vec<Miss>,
    instances: Option<Vec<Candidate>>,
    /// The groups to choose from, as the last attempt at a plan listed them.
    groups: Vec<Candidate>,
    /// The vSwitches of the VPC, none of which served.
    vswitches: Vec<Candidate>,
    announced: bool,
    /// The line of the plan whose new value did not do.
    once_more: Option<Ask>,
    /// Whether user and password were asked for in an earlier interview.
    logged_in: bool,
    table: Option<(Plan, Inventory)>,
    /// A plan that was accepted before needs no second yes.
    accepted: Option<Plan>,
}

impl<'a> Interview<'a> {
    /// An interview that begins with what flags, variables and profiles gave.
    pub(super) fn new(
        world: &'a World,
        wizard: Wizard,
        setup: &'a Setup,
        report: &'a mut SetupReport,
        answers: Answers,
    ) -> Self {
        Self {
            world,
            wizard,
            setup,
            report,
            answers,
            trail: Vec::new(),
            earlier: Earlier::default(),
            scout: Scout::new(world, None),
            misses: Vec::new(),
            instances: None,
            groups: Vec::new(),
            vswitches: Vec::new(),
            announced: false,
            once_more: None,
            logged_in: false,
            table: None,
            accepted: None,
        }
    }

    /// One that goes on after `plan` was accepted and the world has changed since.
    pub(super) fn go_on(mut self, cloud: &Client, plan: Plan) -> Self {
        self.scout = Scout::new(self.world, Some(cloud.clone()));
        self.logged_in = true;
        self.accepted = Some(plan);
        self
    }

    /// Asks what is missing, shows the plan, and ends when it is accepted.
    pub(super) async fn hold(mut self) -> Result<Agreed, Error> {
        self.scout.send(&self.answers);
        loop {
            match self.next().await? {
                Step::Ask(Ask::Decide) => {
                    if self.decide().await? {
                        return self.agreed();
                    }
                }
                Step::Ask(ask) => self.pose(ask).await?,
                Step::Again => {
                    if let Some(ask) = self.once_more.take() {
                        self.again(ask).await?;
                    }
                }
                Step::Done => return self.agreed(),
            }
        }
    }

    fn agreed(self) -> Result<Agreed, Error> {
        let cloud = self.scout.cloud().cloned();
        match (cloud, self.table) {
            (Some(cloud), Some((plan, inventory))) => {
                Ok(Agreed { cloud, answers: self.answers, plan, inventory })
            }
            _ => Err(Error::Internal("the interview ended without a plan".to_owned())),
        }
    }

    fn was_asked(&self, ask: &Ask) -> bool {
        self.trail.iter().any(|(asked, _)| asked == ask)
    }

    async fn next(&mut self) -> Result<Step, Error> {
        if self.answers.service_name.is_none() {
            return self.service().await.map(Step::Ask);
        }
        if let Some(misses) = self.scout.misses(&self.answers).await? {
            self.misses = misses;
            return Ok(Step::Ask(Ask::Key));
        }
        let profile = self.scout.profile_region().map(|region| Sourced::new(region, Source::Profile));
        self.answers.region_id = self.answers.region_id.take().or(profile);
        if let Some(error) = self.scout.trouble() {
            return Err(error);
        }
        if let Some(ask) = self.login() {
            return Ok(Step::Ask(ask));
        }
        self.network().await
    }

    /// Where the Service Name comes from: a list of instances, the dialog, or the keyboard.
    async fn service(&mut self) -> Result<Ask, Error> {
        if self.instances.is_none() {
            self.instances = Some(instance::candidates(self.world, self.setup).await?);
        }
        let has_instances = self.instances.as_ref().is_some_and(|list| !list.is_empty());
        if has_instances && !self.was_asked(&Ask::Instance) {
            return Ok(Ask::Instance);
        }
        Ok(if self.was_asked(&Ask::Paste) { Ask::ServiceName } else { Ask::Paste })
    }

    /// User and password for the connection test, asked while the account is looked at.
    fn login(&self) -> Option<Ask> {
        let network = &self.setup.network;
        let connection = &self.answers.connection;
        if self.logged_in || connection.skip_test || network.no_wait || network.dry_run {
            return None;
        }
        match (&connection.user, &connection.password) {
            (None, _) if !self.was_asked(&Ask::User) => Some(Ask::User),
            (Some(_), None) if !self.was_asked(&Ask::Password) => Some(Ask::Password),
            _ => None,
        }
    }

    /// What the account and the VPC leave open.
    async fn network(&mut self) -> Result<Step, Error> {
        let region = look::region(&self.answers)?;
        let mut inventory = self.looked().await?;
        let (world, cloud) = (self.world, self.cloud()?);
        if !self.announced {
            self.announced = true;
            look::announce(world, &cloud, &inventory);
        }
        if !inventory.product_open && !self.answers.permits.open_service {
            let was_asked = self.was_asked(&Ask::OpenService);
            return if was_asked { Err(look::not_open(&inventory)) } else { Ok(Step::Ask(Ask::OpenService)) };
        }
        match plan::choose_vpc(&self.answers, &inventory) {
            Ok(vpc) => {
                let known = self.scout.networks(&self.answers, &vpc.value).await;
                look::closer(world, &cloud, &region, &vpc.value, &self.answers, &mut inventory, known)
                    .await?;
            }
            Err(Problem::Missing { why: Lack::Several, .. }) => {
                self.table = None;
                return Ok(Step::Ask(Ask::Vpc));
            }
            Err(_) => {}
        }
        match plan::decide(&self.answers, &inventory) {
            Ok(plan) => self.lay_out(plan, inventory).await,
            Err(problems) => {
                self.note_vswitches(&inventory);
                match self.gap(&problems) {
                    Some(ask) => Ok(Step::Ask(ask)),
                    None if self.take_back(&problems) => Ok(Step::Again),
                    None => Err(look::with_candidates(&cloud, &region, &mut inventory, problems).await),
                }
            }
        }
    }

    async fn looked(&mut self) -> Result<Inventory, Error> {
        let waits = self.scout.is_waiting();
        if waits {
            self.world.reporter.emit(Event::Begin(Phase::Looking));
        }
        let looked = self.scout.account(&self.answers).await;
        if waits {
            self.world.reporter.emit(Event::End);
        }
        looked
    }

    fn cloud(&self) -> Result<Client, Error> {
        self.scout.cloud().cloned().ok_or_else(|| Error::Internal("there is no key to sign with".to_owned()))
    }

    /// The question that closes the first gap, if a question can.
    fn gap(&mut self, problems: &[Problem]) -> Option<Ask> {
        if !problems.iter().all(|problem| matches!(problem, Problem::Missing { .. })) {
            return None;
        }
        // One that no question closes, or that was answered with a no, ends it.
        let questions: Option<Vec<Ask>> = problems.iter().map(|problem| self.question_for(problem)).collect();
        questions?.into_iter().next()
    }

    fn question_for(&mut self, problem: &Problem) -> Option<Ask> {
        let Problem::Missing { flag, why, candidates } = problem else { return None };
        match (*flag, why) {
            ("--vswitch-id", Lack::NoVSwitch { vpc_id, zones }) if !zones.is_empty() => {
                let ask = Ask::NewVSwitch { vpc: vpc_id.clone(), zones: zones.clone() };
                (!self.was_asked(&ask)).then_some(ask)
            }
            ("--security-group-id", why) => {
                self.groups.clone_from(candidates);
                if let Lack::NoGroup { port, clients, .. } = why {
                    let ask = Ask::NewGroup { clients: clients.clone(), port: *port };
                    if !self.was_asked(&ask) {
                        return Some(ask);
                    }
                }
                (!candidates.is_empty()).then_some(Ask::Group)
            }
            _ => None,
        }
    }

    /// Shows the plan, and asks for a yes where one is needed.
    async fn lay_out(&mut self, plan: Plan, inventory: Inventory) -> Result<Step, Error> {
        let is_new = self.table.as_ref().is_none_or(|(shown, _)| *shown != plan);
        if is_new && let Err(error) = look::confirm(&self.cloud()?, &plan, &inventory).await {
            return self.name_again(error, &plan.service.name);
        }
        let accepted = self.accepted.as_ref() == Some(&plan);
        let asks = !self.setup.network.dry_run && !self.world.accepts() && plan.changes_anything();
        if !accepted {
            super::show(self.world, &plan, self.report);
        }
        self.table = Some((plan, inventory));
        Ok(if asks && !accepted { Step::Ask(Ask::Decide) } else { Step::Done })
    }

    /// A Service Name that somebody typed or pasted and the cloud does not know is asked for again, as it was typed.
    fn name_again(&mut self, error: Error, name: &Sourced<ServiceName>) -> Result<Step, Error> {
        let is_theirs = matches!(name.source, Source::Prompt | Source::Paste);
        if !(is_theirs && matches!(error, Error::ServiceNotFound { .. })) {
            return Err(error);
        }
        self.wizard.fail(&error);
        self.earlier.service_name = name.value.to_string();
        self.answers.service_name = None;
        (self.announced, self.table) = (false, None);
        Ok(Step::Ask(Ask::ServiceName))
    }

    /// Whether the plan is accepted; else a line of it was changed, or the question before it comes back.
    async fn decide(&mut self) -> Result<bool, Error> {
        let back = !self.trail.is_empty();
        let wizard = self.wizard.clone();
        match self.scout.meanwhile(&self.answers, wizard.decide(back)).await? {
            Reply::Answer(Decision::Yes) => return Ok(true),
            Reply::Answer(Decision::No) => return Err(Error::declined()),
            Reply::Answer(Decision::Change) => self.change().await?,
            Reply::Back => self.back(),
        }
        Ok(false)
    }

    fn back(&mut self) {
        if let Some((ask, before)) = self.trail.pop() {
            if ask == Ask::Key {
                self.scout.drop_key(std::mem::take(&mut self.misses));
            }
            self.answers = before;
        }
    }

    /// What a question's answer made impossible is said, and the question comes back.
    fn take_back(&mut self, problems: &[Problem]) -> bool {
        let is_a_slip = problems.iter().any(|problem| !matches!(problem, Problem::Missing { .. }));
        if !is_a_slip || self.trail.is_empty() {
            return false;
        }
        self.wizard.refuse(problems);
        // One that was not open would not come back by itself.
        self.once_more = self.trail.last().map(|(ask, _)| ask.clone()).filter(|_| self.table.is_some());
        self.back();
        true
    }
}
