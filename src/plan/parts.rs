//! What a plan is made of: endpoints, zones, vSwitches and groups, each one that is there or one to be made.

use ipnet::Ipv4Net;

use crate::answers::Sourced;
use crate::cloud::privatelink::{Endpoint, Tag};

/// The endpoint: a new one, or one that is there.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointPlan {
    /// Create it.
    Create(NewEndpoint),
    /// Use the one that exists.
    Adopt(Box<Adoption>),
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

/// An endpoint that exists and is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Adoption {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Zones it has, where they were looked up.
    pub present_zones: Vec<String>,
    /// Zones to add, one at a time.
    pub zones: Vec<ZonePlan>,
    /// Groups to attach, one at a time.
    pub groups: Vec<GroupPlan>,
}

/// One zone of the endpoint; each costs an address and a zone-hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonePlan {
    /// The zone.
    pub zone_id: String,
    /// The vSwitch the address is taken from.
    pub vswitch: VSwitchPlan,
}

/// A vSwitch: one there is, or one to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VSwitchPlan {
    /// Use it, once it is Available.
    Use {
        /// Its id and where that came from.
        id: Sourced<String>,
        /// Its name.
        name: String,
        /// Its range.
        cidr: String,
        /// Addresses left in it.
        free: Option<u64>,
        /// Whether it is still being made.
        pending: bool,
    },
    /// Create it.
    Create(NewVSwitch),
}

/// A vSwitch to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVSwitch {
    /// Its name.
    pub name: String,
    /// Its range and where that came from.
    pub cidr: Sourced<Ipv4Net>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// A security group of the endpoint, and what is missing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPlan {
    /// Which.
    pub target: GroupTarget,
    /// The rule it gets; none where its rules serve.
    pub rule: Option<NewRule>,
}

/// TCP on a port from some ranges, to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// The port.
    pub port: u16,
    /// Who.
    pub sources: Vec<Ipv4Net>,
}

/// A security group: one there is, or one to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupTarget {
    /// Use it.
    Use {
        /// Its id and where that came from.
        id: Sourced<String>,
        /// Its name.
        name: String,
    },
    /// Create it.
    Create {
        /// Its name.
        name: String,
        /// Its tags.
        tags: Vec<Tag>,
    },
}

/// The network cost of an endpoint, from facts section f.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Zones that are billed by the hour from now on.
    pub zones: usize,
    /// Who pays.
    pub payer: Payer,
}

/// Who pays for an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// This account.
    Account,
    /// The provider of the service.
    Provider,
    /// The service is not listed, so that nothing says who; usually this account.
    Unknown,
}

impl EndpointPlan {
    /// The zones it would be billed for anew.
    pub fn zones(&self) -> &[ZonePlan] {
        match self {
            Self::Create(new) => &new.zones,
            Self::Adopt(adoption) => &adoption.zones,
        }
    }

    /// The same, to put what was made in the place of what was to be made.
    pub fn zones_mut(&mut self) -> &mut Vec<ZonePlan> {
        match self {
            Self::Create(new) => &mut new.zones,
            Self::Adopt(adoption) => &mut adoption.zones,
        }
    }

    /// The groups it gets.
    pub fn groups(&self) -> &[GroupPlan] {
        match self {
            Self::Create(new) => &new.groups,
            Self::Adopt(adoption) => &adoption.groups,
        }
    }

    /// The same, to put what was made in the place of what was to be made.
    pub fn groups_mut(&mut self) -> &mut Vec<GroupPlan> {
        match self {
            Self::Create(new) => &mut new.groups,
            Self::Adopt(adoption) => &mut adoption.groups,
        }
    }
}

impl Adoption {
    /// The endpoint with nothing added.
    pub fn as_it_is(endpoint: Endpoint) -> Self {
        Self { endpoint, present_zones: Vec::new(), zones: Vec::new(), groups: Vec::new() }
    }
}

impl VSwitchPlan {
    /// Its id, if it exists.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Use { id, .. } => Some(&id.value),
            Self::Create(_) => None,
        }
    }
}

impl GroupPlan {
    /// Its id, if it exists.
    pub fn id(&self) -> Option<&str> {
        match &self.target {
            GroupTarget::Use { id, .. } => Some(&id.value),
            GroupTarget::Create { .. } => None,
        }
    }
}
