//! What we would do, decided from the answers and the inventory. Pure: no clock, no network, no environment.
//!
//! A dry run is stopping after [`decide`]. Every problem is returned at once.

mod choose;
mod network;

use std::net::IpAddr;

use ipnet::Ipv4Net;

use crate::answers::{Answers, Source, Sourced};
use crate::cloud::privatelink::{
    BusinessStatus, ConnectionStatus, CreateEndpoint, Endpoint, EndpointStatus, Service, Tag,
};
use crate::cloud::vpc::Vpc;
use crate::inventory::Inventory;
use crate::problem::Problem;
use crate::security_group::Reach;
use crate::service_name::ServiceName;

pub use choose::{choose_vpc, group_candidates, vpc_candidates, vswitch_candidates};

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
    /// The endpoint.
    pub endpoint: EndpointPlan,
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

/// The endpoint: a new one, or one that is there.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointPlan {
    /// Create it.
    Create(NewEndpoint),
    /// Use the one that exists.
    Adopt(Box<Endpoint>),
}

/// An endpoint to be created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEndpoint {
    /// Its name.
    pub name: String,
    /// One entry a zone.
    pub zones: Vec<ZonePlan>,
    /// Its security groups.
    pub groups: Vec<GroupPlan>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Its resource group.
    pub resource_group_id: Option<String>,
}

/// One zone of the endpoint; each costs an address and a zone-hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonePlan {
    /// The zone.
    pub zone_id: String,
    /// The vSwitch the address is taken from.
    pub vswitch_id: Sourced<String>,
    /// The vSwitch's name.
    pub vswitch_name: String,
    /// The vSwitch's range.
    pub cidr: String,
    /// Addresses left in it.
    pub free: Option<u64>,
}

/// A security group of the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPlan {
    /// Its id and where that came from.
    pub id: Sourced<String>,
    /// Its name.
    pub name: String,
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
}

/// The network cost of an endpoint, from facts section f.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Zones that are billed by the hour.
    pub zones: usize,
    /// Whether the provider of the service pays.
    pub provider_pays: bool,
}

impl Plan {
    /// What it costs; `None` where nothing new is paid for.
    pub fn price(&self) -> Option<Price> {
        let EndpointPlan::Create(new) = &self.endpoint else { return None };
        let payer = self.service.listed.as_ref().map(|service| service.payer.as_str());
        Some(Price { zones: new.zones.len(), provider_pays: payer == Some("EndpointService") })
    }

    /// The request that creates the endpoint; `None` where one is adopted.
    pub fn request(&self, client_token: String) -> Option<CreateEndpoint> {
        let EndpointPlan::Create(new) = &self.endpoint else { return None };
        Some(CreateEndpoint {
            region_id: self.region_id.value.clone(),
            vpc_id: self.vpc.id.value.clone(),
            service_name: self.service.name.value.as_str().to_owned(),
            endpoint_name: new.name.clone(),
            zones: new.zones.iter().map(|z| (z.zone_id.clone(), z.vswitch_id.value.clone())).collect(),
            security_group_ids: new.groups.iter().map(|group| group.id.value.clone()).collect(),
            tags: new.tags.clone(),
            resource_group_id: new.resource_group_id.clone(),
            client_token,
        })
    }
}

/// Decides what to do, or says everything that is in the way.
pub fn decide(answers: &Answers, inventory: &Inventory) -> Result<Plan, Vec<Problem>> {
    let (Some(name), Some(region_id)) = (answers.service_name.clone(), answers.region()) else {
        return Err(vec![choose::missing_service_name()]);
    };
    let vpc = choose_vpc(answers, inventory).map_err(|problem| vec![problem])?;
    let vpc = vpc_plan(vpc, inventory);
    let service = ServicePlan { name, listed: inventory.service.clone() };
    let mut warnings = Vec::new();
    if service.listed.as_ref().is_some_and(|s| s.auto_accept_enabled == Some(false)) {
        warnings.push(Warning::NeedsAcceptance);
    }
    let endpoint = match to_adopt(answers, inventory, &vpc.id.value) {
        Some(endpoint) => {
            warnings.extend(ignored(answers, endpoint));
            EndpointPlan::Adopt(Box::new(endpoint.clone()))
        }
        None => EndpointPlan::Create(new_endpoint(answers, inventory, &service, &vpc, &mut warnings)?),
    };
    Ok(Plan { region_id, service, vpc, endpoint, warnings })
}

/// The endpoint to use instead of a second one: the ready one, then the oldest; ties by id.
pub fn to_adopt<'a>(answers: &Answers, inventory: &'a Inventory, vpc_id: &str) -> Option<&'a Endpoint> {
    let usable = |endpoint: &&Endpoint| {
        endpoint.vpc_id == vpc_id
            && !matches!(endpoint.endpoint_status, EndpointStatus::Deleting | EndpointStatus::Deleted)
    };
    let rank = |endpoint: &&Endpoint| {
        (!is_ready(endpoint), endpoint.create_time.clone(), endpoint.endpoint_id.clone())
    };
    (!answers.new).then(|| inventory.endpoints.iter().filter(usable).min_by_key(rank)).flatten()
}

fn is_ready(endpoint: &Endpoint) -> bool {
    endpoint.endpoint_status == EndpointStatus::Active
        && endpoint.connection_status == ConnectionStatus::Connected
        && endpoint.endpoint_business_status != BusinessStatus::FinancialLocked
}

fn ignored(answers: &Answers, endpoint: &Endpoint) -> Option<Warning> {
    let given = |sourced: bool, flag| sourced.then_some(flag);
    let renamed = answers.endpoint_name.as_ref().is_some_and(|name| *name != endpoint.endpoint_name);
    let flags: Vec<&str> = [
        given(renamed, "--endpoint-name"),
        given(!answers.tags.is_empty(), "--tag"),
        given(answers.resource_group_id.is_some(), "--resource-group-id"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!flags.is_empty()).then(|| Warning::Ignored { flags, endpoint_id: endpoint.endpoint_id.clone() })
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

fn new_endpoint(
    answers: &Answers,
    inventory: &Inventory,
    service: &ServicePlan,
    vpc: &VpcPlan,
    warnings: &mut Vec<Warning>,
) -> Result<NewEndpoint, Vec<Problem>> {
    let mut problems = Vec::new();
    let nothing = crate::inventory::Network::default();
    let network = inventory.network.as_ref().unwrap_or(&nothing);
    if service.listed.is_none() {
        warnings.push(Warning::Unlisted);
    }
    let zones = network::zones(answers, network, service, vpc, warnings, &mut problems);
    let groups = network::groups(answers, network, vpc, warnings, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let id = service.name.value.service_id();
    let mut tags = vec![tag("created-by", "tidb-pe"), tag("tidb-pe-service", id)];
    tags.extend(
        answers.tags.iter().filter(|t| !["created-by", "tidb-pe-service"].contains(&&*t.key)).cloned(),
    );
    let default_name = || format!("tidb-pe-{}", id.trim_start_matches("epsrv-").replace('.', "-"));
    Ok(NewEndpoint {
        name: answers.endpoint_name.clone().unwrap_or_else(default_name),
        zones,
        groups,
        tags,
        resource_group_id: answers.resource_group_id.clone(),
    })
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.to_owned(), value: value.to_owned() }
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

/// Where a value that was not given comes from.
const FOUND: Source = Source::Discovered;

#[cfg(test)]
mod tests;
