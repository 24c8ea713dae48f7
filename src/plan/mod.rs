//! What we would do, decided from the answers and the inventory. Pure: no clock, no network, no environment.
//!
//! A dry run is stopping after [`decide`]. Every problem is returned at once.

mod adopt;
mod choose;
mod cidr;
mod groups;
pub mod mark;
mod network;
mod parts;
mod removal;
mod resume;

use std::net::IpAddr;

use ipnet::Ipv4Net;

use crate::answers::{Answers, Source, Sourced};
use crate::cloud::privatelink::{CreateEndpoint, Service};
use crate::cloud::vpc::Vpc;
use crate::event::Thing;
use crate::inventory::{Inventory, Network};
use crate::journal::Trouble;
use crate::problem::Problem;
use crate::security_group::Reach;
use crate::service_name::ServiceName;

pub use adopt::{best_of, is_broken, to_adopt, wants_more};
pub use choose::{choose_vpc, group_candidates, vpc_candidates, vswitch_candidates};
pub use cidr::free_cidr;
pub use parts::{
    Adoption, EndpointPlan, GroupPlan, GroupTarget, NewEndpoint, NewRule, NewVSwitch, Payer, Price,
    VSwitchPlan, ZonePlan,
};

pub use removal::{Named, Removal, Surroundings, decide_removal};

/// Facts section f: zones per endpoint.
pub const MAX_ZONES: usize = 10;

/// What will be done, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where.
    pub region_id: Sourced<String>,
    /// The endpoint service.
    pub service: ServicePlan,
    /// The VPC.
    pub vpc: VpcPlan,
    /// Whether PrivateLink is activated for the account first. Until then nothing about the service can be known,
    /// and the rest of the plan is what the VPC alone allows.
    pub opens_service: bool,
    /// The endpoint.
    pub endpoint: EndpointPlan,
    /// Who logs in, if that was given.
    pub user: Option<Sourced<String>>,
    /// What is worth knowing before saying yes.
    pub warnings: Vec<Warning>,
}

/// The endpoint service.
#[derive(Debug, Clone, PartialEq)]
pub struct ServicePlan {
    /// Its name.
    pub name: Sourced<ServiceName>,
    /// What the cloud says about it; `None` if it is not listed for this account.
    pub listed: Option<Service>,
}

/// The VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcPlan {
    /// Its id and where that came from.
    pub id: Sourced<String>,
    /// Its name.
    pub name: String,
    /// Its IPv4 ranges.
    pub cidrs: Vec<Ipv4Net>,
}

/// Something worth knowing before saying yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A zone of the service that the endpoint will not cover, for want of a vSwitch with free addresses.
    ZoneNotCovered(String),
    /// A given zone in which the service is not offered.
    ZoneNotOffered(String),
    /// The groups let in only some of the clients, or it cannot be told.
    Reach {
        /// The groups.
        ids: Vec<String>,
        /// How much is known to get in.
        reach: Reach,
        /// The port.
        port: u16,
    },
    /// The provider accepts connections by hand.
    NeedsAcceptance,
    /// The service is not listed for this account; the cloud's dry run has to say whether it exists.
    Unlisted,
    /// Values given for a new endpoint that the adopted one does not follow.
    Ignored {
        /// The flags.
        flags: Vec<&'static str>,
        /// The endpoint that is used as it is.
        endpoint_id: String,
    },
    /// An earlier run asked for the endpoint and got no answer: the same request is sent again.
    Resumed {
        /// What was given for a new endpoint and is not followed.
        flags: Vec<&'static str>,
    },
    /// Something this tool made is not deleted: something else uses it.
    StillUsed {
        /// What it is.
        thing: Thing,
        /// Its id.
        id: String,
    },
    /// Nothing can be remembered on this machine; a rerun goes by the cloud's lists.
    NoJournal(Trouble),
    /// The adopted endpoint has the zone already, with another vSwitch than the one given.
    OtherVSwitch {
        /// The zone.
        zone_id: String,
        /// The vSwitch that was given.
        given: String,
        /// The vSwitch it has.
        has: String,
    },
}

/// What lies on the table while a plan is made.
struct Desk<'a> {
    answers: &'a Answers,
    network: &'a Network,
    service: &'a ServicePlan,
    vpc: &'a VpcPlan,
    warnings: Vec<Warning>,
    problems: Vec<Problem>,
}

impl Plan {
    /// What it costs; `None` where nothing new is paid for.
    pub fn price(&self) -> Option<Price> {
        let zones = self.endpoint.zones().len();
        let payer = match self.service.listed.as_ref().map(|service| service.payer.as_str()) {
            Some("EndpointService") => Payer::Provider,
            Some(_) => Payer::Account,
            None => Payer::Unknown,
        };
        (zones > 0).then_some(Price { zones, payer })
    }

    /// Whether carrying it out changes anything in the cloud.
    pub fn changes_anything(&self) -> bool {
        match &self.endpoint {
            EndpointPlan::Create(_) => true,
            EndpointPlan::Adopt(adoption) => {
                self.opens_service || !adoption.zones.is_empty() || !adoption.groups.is_empty()
            }
        }
    }

    /// Whether the endpoint was asked for before and may exist already.
    pub fn is_resumed(&self) -> bool {
        self.warnings.iter().any(|warning| matches!(warning, Warning::Resumed { .. }))
    }

    /// The request that creates the endpoint; `None` where one is adopted, or where something it names is still to
    /// be created.
    pub fn request(&self) -> Option<CreateEndpoint> {
        let EndpointPlan::Create(new) = &self.endpoint else { return None };
        let zone = |zone: &ZonePlan| Some((zone.zone_id.clone(), zone.vswitch.id()?.to_owned()));
        let group = |group: &GroupPlan| group.id().map(ToOwned::to_owned);
        Some(CreateEndpoint {
            region_id: self.region_id.value.clone(),
            vpc_id: self.vpc.id.value.clone(),
            service_name: self.service.name.value.as_str().to_owned(),
            endpoint_name: new.name.clone(),
            zones: new.zones.iter().map(zone).collect::<Option<_>>()?,
            security_group_ids: new.groups.iter().map(group).collect::<Option<_>>()?,
            tags: new.tags.clone(),
            resource_group_id: new.resource_group_id.clone(),
        })
    }
}

/// Decides what to do, or says everything that is in the way.
pub fn decide(answers: &Answers, inventory: &Inventory) -> Result<Plan, Vec<Problem>> {
    let (Some(name), Some(region_id)) = (answers.service_name.clone(), answers.region()) else {
        let vpc = choose_vpc(answers, inventory).err();
        return Err(std::iter::once(choose::missing_service_name()).chain(vpc).collect());
    };
    let vpc = choose_vpc(answers, inventory).map_err(|problem| vec![problem])?;
    let vpc = vpc_plan(vpc, inventory);
    let service = ServicePlan { name, listed: inventory.service.clone() };
    let nothing = Network::default();
    let network = inventory.network.as_ref().unwrap_or(&nothing);
    let (warnings, problems) = (Vec::new(), Vec::new());
    let mut desk = Desk { answers, network, service: &service, vpc: &vpc, warnings, problems };
    if service.listed.as_ref().is_some_and(|s| s.auto_accept_enabled == Some(false)) {
        desk.warnings.push(Warning::NeedsAcceptance);
    }
    let endpoint = if let Some(endpoint) = to_adopt(answers, inventory, &vpc.id.value) {
        EndpointPlan::Adopt(Box::new(adopt::adoption(&mut desk, endpoint, inventory)))
    } else {
        if service.listed.is_none() && inventory.product_open {
            desk.warnings.push(Warning::Unlisted);
        }
        let resumed = resume::resumed(&mut desk, &inventory.unanswered);
        EndpointPlan::Create(resumed.unwrap_or_else(|| new_endpoint(&mut desk)))
    };
    let Desk { warnings, problems, .. } = desk;
    if !problems.is_empty() {
        return Err(problems);
    }
    let opens_service = !inventory.product_open;
    let login = &answers.connection;
    let user = login.user.clone().map(|user| Sourced::new(user, login.user_source));
    Ok(Plan { region_id, service, vpc, opens_service, endpoint, user, warnings })
}

fn vpc_plan(id: Sourced<String>, inventory: &Inventory) -> VpcPlan {
    let vpc = inventory.vpcs.iter().find(|vpc| vpc.vpc_id == id.value);
    let name = vpc.map(|vpc| vpc.vpc_name.clone()).unwrap_or_default();
    VpcPlan { id, name, cidrs: vpc.map(cidrs).unwrap_or_default() }
}

/// The VPC's IPv4 ranges.
pub fn cidrs(vpc: &Vpc) -> Vec<Ipv4Net> {
    let all = std::iter::once(&vpc.cidr_block).chain(&vpc.secondary_cidr_blocks);
    all.filter_map(|text| text.parse().ok()).collect()
}

/// Whether an address is inside the VPC.
pub fn contains(vpc: &VpcPlan, address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(v4) if vpc.cidrs.iter().any(|net| net.contains(&v4)))
}

fn new_endpoint(desk: &mut Desk) -> NewEndpoint {
    let (zones, groups) = (network::zones(desk), groups::groups(desk));
    let (answers, service) = (desk.answers, &desk.service.name.value);
    let mut tags = mark::tags(service);
    tags.extend(answers.tags.iter().filter(|t| !mark::KEYS.contains(&&*t.key)).cloned());
    NewEndpoint {
        name: answers.endpoint_name.clone().unwrap_or_else(|| mark::name(service)),
        zones,
        groups,
        tags,
        resource_group_id: answers.resource_group_id.clone(),
    }
}

/// The zones an endpoint could cover: the service's, of those given.
pub fn zones_wanted(answers: &Answers, inventory: &Inventory) -> Vec<String> {
    let offered = inventory.service.as_ref().map(|service| service.zones.clone()).unwrap_or_default();
    let given = answers.az_ids.as_ref().map(|ids| &ids.value);
    offered.into_iter().filter(|zone| given.is_none_or(|given| given.contains(zone))).collect()
}

/// Who has to get in: `--client-cidr`, else the VPC's ranges.
pub fn clients(answers: &Answers, vpc: &VpcPlan) -> Vec<Ipv4Net> {
    answers.client_cidr.map_or_else(|| vpc.cidrs.clone(), |cidr| vec![cidr])
}

/// Ranges as a list for a reader.
fn cidrs_text(ranges: &[Ipv4Net]) -> String {
    ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Where a value that was not given comes from.
const FOUND: Source = Source::Discovered;

#[cfg(test)]
mod tests;
