//! What an endpoint needs and the VPC lacks: a vSwitch, a security group, a rule.
//!
//! Each thing that was made takes the place of its plan, so that the endpoint's request can name it.

use std::time::Duration;

use tokio::time::Instant;

use super::endpoint::is_there;
use super::{Call, Worker};
use crate::answers::{Source, Sourced};
use crate::cloud::Client;
use crate::cloud::ecs::{self, AuthorizeGroup, CreateGroup, Permission};
use crate::cloud::privatelink::Tag;
use crate::cloud::vpc::{self, CreateVSwitch};
use crate::error::Error;
use crate::event::Thing;
use crate::journal::Kind;
use crate::plan::{GroupPlan, GroupTarget, NewRule, NewVSwitch, Plan, VSwitchPlan, ZonePlan};

/// Where the things go.
#[derive(Clone, Copy)]
struct Place<'a> {
    region_id: &'a str,
    vpc_id: &'a str,
}

impl Worker<'_> {
    /// Makes what is missing, one after the other, and puts it into the plan.
    pub async fn make_network(&mut self, plan: &mut Plan) -> Result<(), Error> {
        let (region, vpc) = (plan.region_id.value.clone(), plan.vpc.id.value.clone());
        let place = Place { region_id: &region, vpc_id: &vpc };
        for zone in plan.endpoint.zones_mut() {
            self.make_vswitch(place, zone).await?;
        }
        for group in plan.endpoint.groups_mut() {
            self.make_group(place, group).await?;
        }
        Ok(())
    }

    async fn make_vswitch(&mut self, place: Place<'_>, zone: &mut ZonePlan) -> Result<(), Error> {
        if let VSwitchPlan::Create(new) = &zone.vswitch {
            let id = self.create_vswitch(place, &zone.zone_id, new).await?;
            self.made(Thing::VSwitch, &id);
            zone.vswitch = VSwitchPlan::Use {
                id: Sourced::new(id, Source::Created),
                name: new.name.clone(),
                cidr: new.cidr.value.to_string(),
                free: None,
                pending: true,
            };
        }
        if let VSwitchPlan::Use { id, pending, .. } = &mut zone.vswitch
            && *pending
        {
            let (deadline, patience) = (self.deadline(), self.patience);
            until_available(self.cloud, place.region_id, &id.value, deadline, patience).await?;
            *pending = false;
        }
        Ok(())
    }

    async fn create_vswitch(
        &mut self,
        place: Place<'_>,
        zone_id: &str,
        new: &NewVSwitch,
    ) -> Result<String, Error> {
        let request = CreateVSwitch {
            region_id: place.region_id.to_owned(),
            vpc_id: place.vpc_id.to_owned(),
            zone_id: zone_id.to_owned(),
            cidr_block: new.cidr.value.to_string(),
            name: new.name.clone(),
            tags: new.tags.clone(),
        };
        let cloud = self.cloud;
        let call = Call {
            kind: Kind::VSwitch,
            params: request.params(),
            send: async |token: &str| vpc::create_vswitch(cloud, &request, token).await,
            exists: async |id: &str| is_there(vpc::get_vswitch(cloud, place.region_id, id).await),
        };
        Ok(self.once(call, String::clone).await?)
    }

    async fn make_group(&mut self, place: Place<'_>, group: &mut GroupPlan) -> Result<(), Error> {
        if let GroupTarget::Create { name, tags } = &group.target {
            let id = self.create_group(place, name, tags).await?;
            self.made(Thing::SecurityGroup, &id);
            group.target = GroupTarget::Use { id: Sourced::new(id, Source::Created), name: name.clone() };
        }
        if let (Some(id), Some(rule)) = (group.id(), &group.rule) {
            self.open_group(place, id, rule).await?;
            group.rule = None;
        }
        Ok(())
    }

    async fn create_group(&mut self, place: Place<'_>, name: &str, tags: &[Tag]) -> Result<String, Error> {
        let request = CreateGroup {
            region_id: place.region_id.to_owned(),
            vpc_id: place.vpc_id.to_owned(),
            name: name.to_owned(),
            tags: tags.to_vec(),
        };
        let cloud = self.cloud;
        let call = Call {
            kind: Kind::SecurityGroup,
            params: request.params(),
            send: async |token: &str| ecs::create_group(cloud, &request, token).await,
            exists: async |id: &str| {
                let ids = [id.to_owned()];
                Ok(!ecs::groups_by_id(cloud, place.region_id, &ids).await?.is_empty())
            },
        };
        Ok(self.once(call, String::clone).await?)
    }

    async fn open_group(&mut self, place: Place<'_>, id: &str, rule: &NewRule) -> Result<(), Error> {
        let request = AuthorizeGroup {
            region_id: place.region_id.to_owned(),
            security_group_id: id.to_owned(),
            port: rule.port,
            sources: rule.sources.iter().map(ToString::to_string).collect(),
            description: "TiDB Cloud over PrivateLink, made by tidb-pe".to_owned(),
        };
        let cloud = self.cloud;
        let call = Call {
            kind: Kind::SecurityGroupRule,
            params: request.params(),
            send: async |token: &str| ecs::authorize_group(cloud, &request, token).await,
            // A replay of a rule that was removed since is told apart by looking for the rule.
            exists: async |_: &str| Ok(!rules_for(cloud, &request).await?.is_empty()),
        };
        self.once(call, |()| id.to_owned()).await?;
        // The call answers with no id. Where the rules may not be read, the group's own stands in.
        let rules = rules_for(cloud, &request).await.unwrap_or_default().into_iter();
        let rules: Vec<String> =
            rules.map(|rule| rule.security_group_rule_id).filter(|id| !id.is_empty()).collect();
        let rules = if rules.is_empty() { vec![id.to_owned()] } else { rules };
        for rule in rules {
            self.made(Thing::SecurityGroupRule, &rule);
        }
        Ok(())
    }
}

/// The rules that a request asks for, as far as they are there.
async fn rules_for(cloud: &Client, request: &AuthorizeGroup) -> Result<Vec<Permission>, crate::cloud::Error> {
    let rules = ecs::ingress_rules(cloud, &request.region_id, &request.security_group_id).await?;
    let ports = format!("{0}/{0}", request.port);
    let asked = rules.permissions.into_iter().filter(|rule| {
        rule.port_range == ports
            && rule.policy.eq_ignore_ascii_case("accept")
            && request.sources.contains(&rule.source_cidr_ip)
    });
    Ok(asked.collect())
}

/// Facts section b2: a new vSwitch is `Pending` at first.
async fn until_available(
    cloud: &Client,
    region: &str,
    vswitch_id: &str,
    deadline: Instant,
    patience: Duration,
) -> Result<(), Error> {
    let started = Instant::now();
    let available = async || match vpc::get_vswitch(cloud, region, vswitch_id).await {
        Ok(vswitch) => Ok(vswitch.status == "Available"),
        Err(error) if error.is_not_found() && started.elapsed() < super::UNKNOWN_FOR => Ok(false),
        Err(error) => Err(error),
    };
    if super::until(deadline, available).await? {
        Ok(())
    } else {
        Err(Error::VSwitchNotReady { vswitch_id: vswitch_id.to_owned(), waited: patience })
    }
}
