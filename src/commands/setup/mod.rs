//! `tidb-pe setup`: ask, look, decide, show, create or adopt, wait, tell, test.

mod next;
mod outcome;

use crate::answers::{Answers, Source, Sourced};
use crate::apply;
use crate::check::{self, Status};
use crate::cli::{Network, Parsed, Setup};
use crate::cloud::{Client, privatelink};
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::inventory::{self, Inventory};
use crate::plan::{self, EndpointPlan, Plan};
use crate::problem::Problem;
use crate::report::{Created, EndpointReport, PlanReport, SetupReport};
use crate::ui::words::plan_en;
use crate::ui::{render, term};
use crate::wait::{self, Goal, Look, Outcome};

use super::{World, instance};

/// How long to wait until the endpoint is ready, unless told otherwise.
const WAIT: std::time::Duration = std::time::Duration::from_secs(600);

/// The whole journey. `report` is filled on the way, so that it is true whenever this stops.
pub async fn run(
    world: &mut World,
    parsed: &Parsed,
    setup: &Setup,
    report: &mut SetupReport,
) -> Result<(), Error> {
    let mut answers = ask(world, parsed, setup).await?;
    world.region = answers.region().map(|region| region.value);
    let (provider, profile_region) = world.credentials().await?;
    let from_profile = profile_region.map(|region| Sourced::new(region, Source::Profile));
    answers.region_id = answers.region_id.or(from_profile);
    let cloud = world.cloud(provider)?;
    let (plan, inventory) = decide(world, &cloud, &mut answers).await?;
    show(world, &plan, report);
    if setup.network.dry_run {
        return dry_run(&cloud, &plan, report).await;
    }
    accept(world, &plan, &mut answers, &setup.network, report).await?;
    let journey = Journey { world, cloud: &cloud, answers: &answers, plan: &plan, inventory: &inventory };
    journey.go(setup, report).await
}

/// Collects the answers, and refuses at once what can be known to be wrong.
async fn ask(world: &mut World, parsed: &Parsed, setup: &Setup) -> Result<Answers, Error> {
    let (mut answers, mut problems) = crate::answers::gather(parsed, setup, &world.env);
    problems.extend(world.problems());
    problems.extend(instance::problems(world, setup));
    problems.extend(answers.problems());
    if !problems.is_empty() {
        return Err(problems.into());
    }
    world.start_sandbox(&mut answers).await?;
    instance::fill(world, setup, &mut answers).await?;
    if let Some(wizard) = &world.wizard {
        wizard.service_name(&mut answers).await?;
    }
    let problems = answers.problems();
    if problems.is_empty() { Ok(answers) } else { Err(problems.into()) }
}

/// Looks and decides; what is missing is asked for where somebody can be asked.
async fn decide(world: &World, cloud: &Client, answers: &mut Answers) -> Result<(Plan, Inventory), Error> {
    let Some(region) = answers.region().map(|region| region.value) else {
        return Err(nothing_to_go_by());
    };
    world.reporter.emit(Event::Begin(Phase::Looking));
    let looked = look(world, cloud, &region, answers).await;
    world.reporter.emit(Event::End);
    let mut inventory = looked?;
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
    let missing =
        |flag| Problem::Missing { flag, why: crate::problem::Lack::NotGiven, candidates: Vec::new() };
    Error::Problems(vec![missing("--service-name"), missing("--vpc-id")])
}

/// The account first; then the network of the VPC, unless there is an endpoint to use.
async fn look(world: &World, cloud: &Client, region: &str, answers: &Answers) -> Result<Inventory, Error> {
    let mut inventory = inventory::look(cloud, region, answers).await?;
    let identity = inventory.identity.clone();
    if let Some(source) = cloud.source().cloned() {
        world.reporter.emit(Event::Identity { identity, source });
    }
    if !inventory.product_open {
        return Err(Error::ProductNotOpen);
    }
    if let Some(service) = &inventory.service {
        world.reporter.emit(Event::Verified(service.clone()));
    }
    let vpc = plan::choose_vpc(answers, &inventory);
    if let (None, Ok(vpc)) = (&inventory.network, vpc)
        && plan::to_adopt(answers, &inventory, &vpc.value).is_none()
    {
        inventory.network = Some(inventory::look_network(cloud, region, &vpc.value, answers).await?);
    }
    Ok(inventory)
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
    if inventory.network.is_none()
        && let Ok(vpc) = plan::choose_vpc(answers, inventory)
        && plan::to_adopt(answers, inventory, &vpc.value).is_none()
    {
        inventory.network = Some(inventory::look_network(cloud, region, &vpc.value, answers).await?);
    }
    let Err(problems) = plan::decide(answers, inventory) else { return Ok(()) };
    for problem in problems {
        match problem {
            Problem::Missing { flag: "--security-group-id", candidates, .. } if !candidates.is_empty() => {
                wizard.security_group(answers, candidates).await?;
            }
            other => return Err(other.into()),
        }
    }
    Ok(())
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
        other => other.map_err(Error::from),
    }
}

fn show(world: &World, plan: &Plan, report: &mut SetupReport) {
    for warning in &plan.warnings {
        world.reporter.emit(Event::Warning(warning.clone()));
        report.warnings.push(plan_en::warning(warning));
    }
    if !world.style.quiet {
        term::err(&render::plan(plan, world.style));
    }
}

async fn dry_run(cloud: &Client, plan: &Plan, report: &mut SetupReport) -> Result<(), Error> {
    report.plan = Some(PlanReport { actions: plan_en::actions(plan) });
    report.changed = Some(false);
    apply::dry_run(cloud, plan).await?;
    Ok(())
}

/// Nothing changes before the plan is accepted. A plan that changes nothing needs no yes.
async fn accept(
    world: &World,
    plan: &Plan,
    answers: &mut Answers,
    flags: &Network,
    report: &mut SetupReport,
) -> Result<(), Error> {
    let creates = matches!(plan.endpoint, EndpointPlan::Create(_));
    if let Some(wizard) = &world.wizard {
        if !answers.connection.skip_test && !flags.no_wait {
            wizard.login(answers).await?;
        }
        if creates && !world.accepts() {
            wizard.proceed().await?;
        }
    } else if creates && !world.accepts() {
        report.plan = Some(PlanReport { actions: plan_en::actions(plan) });
        report.changed = Some(false);
        return Err(Error::NotAccepted);
    }
    Ok(())
}

/// An accepted plan on its way.
struct Journey<'a> {
    world: &'a World,
    cloud: &'a Client,
    answers: &'a Answers,
    plan: &'a Plan,
    inventory: &'a Inventory,
}

impl Journey<'_> {
    async fn go(&self, setup: &Setup, report: &mut SetupReport) -> Result<(), Error> {
        report.changed = Some(false);
        report.created = Some(Vec::new());
        let look = self.create_or_adopt(report).await?;
        let id = look.endpoint.endpoint_id.clone();
        self.note(&look, report, setup).await?;
        if setup.network.no_wait {
            report.test = Some(None);
            self.tell(report);
            return Ok(());
        }
        let look = self.wait(&id, setup, report).await?;
        self.note(&look, report, setup).await?;
        self.tell(report);
        self.test(&look, report).await
    }

    async fn create_or_adopt(&self, report: &mut SetupReport) -> Result<Look, Error> {
        let Some(request) = self.plan.request(apply::client_token()) else {
            let EndpointPlan::Adopt(endpoint) = &self.plan.endpoint else {
                return Err(Error::Internal("a plan without a request adopts".to_owned()));
            };
            self.emit(Event::Adopted { endpoint_id: endpoint.endpoint_id.clone() });
            return Ok(Look { endpoint: (**endpoint).clone(), zones: None });
        };
        report.creating = true;
        self.emit(Event::Begin(Phase::Creating));
        let applied = apply::create(self.cloud, &request).await;
        self.emit(Event::End);
        let applied = applied?;
        report.creating = false;
        let endpoint_id = applied.endpoint.endpoint_id.clone();
        if applied.created {
            report.changed = Some(true);
            report.created = Some(vec![Created { kind: "endpoint", id: endpoint_id.clone() }]);
            self.emit(Event::Created { endpoint_id });
        } else {
            self.emit(Event::Adopted { endpoint_id });
        }
        Ok(Look { endpoint: applied.endpoint, zones: None })
    }

    /// Writes what is known about the endpoint into the document.
    async fn note(&self, look: &Look, report: &mut SetupReport, setup: &Setup) -> Result<(), Error> {
        let region = &self.plan.region_id.value;
        let groups = match (&self.plan.endpoint, &report.endpoint) {
            (EndpointPlan::Create(new), _) => new.groups.iter().map(|group| group.id.value.clone()).collect(),
            (EndpointPlan::Adopt(_), Some(known)) => known.security_group_ids.clone(),
            (EndpointPlan::Adopt(endpoint), None) => {
                privatelink::security_groups_of(self.cloud, region, &endpoint.endpoint_id).await?
            }
        };
        let zones = look.zones.as_deref().unwrap_or_default();
        let mut endpoint = EndpointReport::new(region, &look.endpoint, zones, groups);
        if look.zones.is_none() {
            endpoint.zones = outcome::planned_zones(self.plan);
        }
        report.next = Some(next::command(self.world, self.answers, setup, &endpoint));
        report.connection = outcome::connection(&endpoint, self.answers, &self.world.env);
        report.endpoint = Some(endpoint);
        Ok(())
    }

    async fn wait(&self, id: &str, setup: &Setup, report: &mut SetupReport) -> Result<Look, Error> {
        let auto_accept = self.plan.service.listed.as_ref().and_then(|service| service.auto_accept_enabled);
        let zones = outcome::planned_zones(self.plan).into_iter().map(|zone| zone.zone_id).collect();
        let timeout = setup.network.wait_timeout.unwrap_or(WAIT);
        let goal = Goal { zones, auto_accept, timeout };
        if auto_accept == Some(false) {
            let account_id = self.inventory.identity.account_id.clone();
            self.emit(Event::NeedsAcceptance { endpoint_id: id.to_owned(), account_id });
        }
        let region = &self.plan.region_id.value;
        let started = tokio::time::Instant::now();
        self.emit(Event::Begin(Phase::Waiting));
        let look = async || apply::look(self.cloud, region, id).await;
        let outcome = wait::until_ready(look, &goal, &*self.world.reporter).await;
        self.emit(Event::End);
        match outcome? {
            Outcome::Ready(look) => {
                self.emit(Event::Ready { elapsed: started.elapsed() });
                Ok(look)
            }
            Outcome::Hopeless(look, why) => {
                self.note(&look, report, setup).await?;
                report.connection = None;
                Err(Error::Hopeless { endpoint_id: id.to_owned(), why })
            }
            Outcome::TimedOut(look) => {
                if let Some(look) = &look {
                    self.note(look, report, setup).await?;
                }
                let account =
                    (auto_accept == Some(false)).then(|| self.inventory.identity.account_id.clone());
                let error = outcome::not_ready(id, look.as_ref(), &goal, account);
                if !matches!(&error, Error::NotReady { ready, .. } if !ready.is_empty()) {
                    report.connection = None;
                }
                Err(error)
            }
        }
    }

    fn tell(&self, report: &SetupReport) {
        if let (Some(connection), false) = (&report.connection, self.world.is_json()) {
            term::out(&render::connection(connection));
        }
    }

    async fn test(&self, look: &Look, report: &mut SetupReport) -> Result<(), Error> {
        if self.answers.connection.skip_test {
            report.test = Some(None);
            return Ok(());
        }
        let target = outcome::target(look, self.answers, &self.plan.region_id.value);
        let net = self.world.net()?;
        let test = check::test_connection(&target, &net, &*self.world.reporter).await;
        report.test = Some(Some((&test).into()));
        let failed = test.steps.into_iter().find(|step| step.status == Status::Fail);
        failed.map_or(Ok(()), |finding| Err(Error::TestFailed(finding)))
    }

    fn emit(&self, event: Event) {
        self.world.reporter.emit(event);
    }
}
