//! Changing a line of the plan: its question comes again, and what depended on it is open again.

use crate::answers::{Answers, Source, Sourced};
use crate::connection::USER_PLACEHOLDER;
use crate::error::Error;
use crate::plan::{self, EndpointPlan, GroupPlan, GroupTarget, Plan, VSwitchPlan};
use crate::problem::{About, Candidate};
use crate::ui::prompt::{Question, Reply};
use crate::ui::topic::Topic;
use crate::ui::words::wizard::{self, Remark};

use super::{Ask, Interview};

impl Interview<'_> {
    /// Asks which line, then its question. Going back from either leaves the plan as it is.
    pub(super) async fn change(&mut self) -> Result<(), Error> {
        let Some((plan, _)) = &self.table else { return Ok(()) };
        let lines = lines(plan);
        let row = |(ask, value): &(Ask, String)| Candidate {
            id: String::new(),
            about: vec![
                About::Text(wizard::label(self.world.style.lang, &topic(ask))),
                About::Text(value.clone()),
            ],
        };
        let mut rows: Vec<Candidate> = lines.iter().map(row).collect();
        // The list answers with ids, and these rows are known by their place.
        rows.iter_mut().enumerate().for_each(|(number, row)| row.id = (number + 1).to_string());
        let question = Question { topic: Topic::Change, back: true };
        let Reply::Answer(number) = self.choose(question, rows, None).await? else { return Ok(()) };
        let chosen = number.parse::<usize>().ok().and_then(|number| lines.get(number.checked_sub(1)?));
        let Some((ask, _)) = chosen.cloned() else { return Ok(()) };
        self.again(ask).await
    }

    pub(super) async fn again(&mut self, ask: Ask) -> Result<(), Error> {
        let (before, trail) = (self.answers.clone(), self.trail.clone());
        self.open(&ask).await?;
        if self.put(&ask, true).await? == Reply::Answer(()) {
            let problems = self.answers.problems();
            if problems.is_empty() {
                self.trail.push((ask, before));
                return Ok(());
            }
            self.wizard.refuse(&problems);
        }
        (self.answers, self.trail) = (before, trail);
        Ok(())
    }

    /// What the question's answer decides is open again, and so is what was chosen because of it.
    async fn open(&mut self, ask: &Ask) -> Result<(), Error> {
        match ask {
            Ask::ServiceName => {
                self.earlier.service_name =
                    self.answers.service_name.take().map(|name| name.value.to_string()).unwrap_or_default();
                self.answers.region_id = None;
                self.answers.az_ids = None;
                self.open_network();
            }
            Ask::Vpc => {
                let id = self.answers.vpc_id.take();
                self.earlier.vpc = id.map(|id| id.value).or(self.earlier.vpc.take());
                self.open_network();
            }
            Ask::Group => {
                self.groups = self.all_groups().await?;
                self.answers.security_group_ids = None;
            }
            Ask::User => {
                self.earlier.user = self.answers.connection.user.take().unwrap_or_default();
                self.earlier.password = None;
                self.answers.connection.password = None;
                self.trail.retain(|(asked, _)| !matches!(asked, Ask::User | Ask::Password));
            }
            _ => {}
        }
        Ok(())
    }

    fn open_network(&mut self) {
        Self::forget_network(&mut self.answers);
        let depends = |ask: &Ask| matches!(ask, Ask::NewVSwitch { .. } | Ask::NewGroup { .. } | Ask::Group);
        self.trail.retain(|(asked, _)| !depends(asked));
    }

    /// Every group of the VPC, also where discovery had settled one.
    async fn all_groups(&mut self) -> Result<Vec<Candidate>, Error> {
        let Some((plan, inventory)) = &self.table else { return Ok(Vec::new()) };
        let network = match &inventory.network {
            Some(network) if self.setup.network.security_group_id.is_empty() => network.clone(),
            _ => {
                let open = Answers { security_group_ids: None, ..self.answers.clone() };
                let (region, vpc) = (&plan.region_id.value, &plan.vpc.id.value);
                super::look::network(self.world, &self.cloud()?, region, vpc, &open).await?
            }
        };
        let clients = plan::clients(&self.answers, &plan.vpc);
        Ok(plan::group_candidates(&network.groups, &clients, self.answers.connection.port))
    }

    pub(super) async fn zones(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let Some((plan, _)) = &self.table else { return Ok(Reply::Back) };
        let zones: Vec<String> = plan.endpoint.zones().iter().map(|zone| zone.zone_id.clone()).collect();
        let Reply::Answer(text) = self.line(Topic::Zones, back, &zones.join(", ")).await? else {
            return Ok(Reply::Back);
        };
        let list: Vec<String> = text
            .split([',', ' ', '，', '、'])
            .filter(|zone| !zone.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        self.answers.az_ids = (!list.is_empty()).then(|| Sourced::new(list, Source::Prompt));
        self.answers.vswitch_ids = None;
        Ok(Reply::Answer(()))
    }

    /// Another vSwitch for one zone; the other zones keep theirs.
    pub(super) async fn vswitch(&mut self, zone: &str, back: bool) -> Result<Reply<()>, Error> {
        let Some((plan, inventory)) = &self.table else { return Ok(Reply::Back) };
        let network = inventory.network.clone().unwrap_or_default();
        let usable = network.vswitches.iter().filter(|v| v.zone_id == zone && v.is_usable());
        let mut list = plan::vswitch_candidates(usable);
        if list.is_empty() {
            list.push(self.to_create(Remark::CreateVSwitch));
        }
        let present = present(plan);
        let now = present.iter().find(|(id, _)| id == zone).map(|(_, vswitch)| vswitch.clone());
        let question = Question { topic: Topic::VSwitch { zone: zone.to_owned() }, back };
        let Reply::Answer(id) = self.choose(question, list, now.as_deref()).await? else {
            return Ok(Reply::Back);
        };
        if id.is_empty() {
            self.answers.vswitch_ids = None;
            self.answers.permits.create_vswitch = true;
            return Ok(Reply::Answer(()));
        }
        let ids = present.into_iter().map(|(at, old)| if at == zone { id.clone() } else { old }).collect();
        self.answers.vswitch_ids = Some(Sourced::new(ids, Source::Prompt));
        Ok(Reply::Answer(()))
    }

    pub(super) async fn endpoint_name(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let earlier = match self.table.as_ref().map(|(plan, _)| &plan.endpoint) {
            Some(EndpointPlan::Create(new)) => new.name.clone(),
            _ => String::new(),
        };
        let Reply::Answer(name) = self.line(Topic::EndpointName, back, &earlier).await? else {
            return Ok(Reply::Back);
        };
        self.answers.endpoint_name = (!name.is_empty()).then_some(name);
        Ok(Reply::Answer(()))
    }
}

/// The zones of a plan with the vSwitches that exist.
fn present(plan: &Plan) -> Vec<(String, String)> {
    let zones = plan.endpoint.zones().iter();
    zones.filter_map(|zone| Some((zone.zone_id.clone(), zone.vswitch.id()?.to_owned()))).collect()
}

/// The lines of a plan that a question decides, with their present values.
fn lines(plan: &Plan) -> Vec<(Ask, String)> {
    let mut lines =
        vec![(Ask::ServiceName, plan.service.name.value.to_string()), (Ask::Vpc, plan.vpc.id.value.clone())];
    if let EndpointPlan::Create(new) = &plan.endpoint {
        let zones: Vec<&str> = new.zones.iter().map(|zone| zone.zone_id.as_str()).collect();
        lines.push((Ask::Zones, zones.join(", ")));
        let vswitch = |vswitch: &VSwitchPlan| match vswitch {
            VSwitchPlan::Use { id, .. } => id.value.clone(),
            VSwitchPlan::Create(new) => format!("{} ({})", new.name, new.cidr.value),
        };
        let zones = new.zones.iter();
        lines.extend(zones.map(|zone| (Ask::VSwitch(zone.zone_id.clone()), vswitch(&zone.vswitch))));
        let group = |group: &GroupPlan| match &group.target {
            GroupTarget::Use { id, .. } => id.value.clone(),
            GroupTarget::Create { name, .. } => name.clone(),
        };
        let groups: Vec<String> = new.groups.iter().map(group).collect();
        lines.push((Ask::Group, groups.join(", ")));
        lines.push((Ask::EndpointName, new.name.clone()));
    }
    let user = plan.user.as_ref().map_or(USER_PLACEHOLDER, |user| &user.value);
    lines.push((Ask::User, user.to_owned()));
    lines
}

fn topic(ask: &Ask) -> Topic {
    match ask {
        Ask::Vpc => Topic::Vpc,
        Ask::Zones => Topic::Zones,
        Ask::VSwitch(zone) => Topic::VSwitch { zone: zone.clone() },
        Ask::Group => Topic::Group,
        Ask::EndpointName => Topic::EndpointName,
        Ask::User => Topic::User,
        _ => Topic::ServiceName,
    }
}
