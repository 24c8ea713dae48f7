//! What the user wants, each value with the source it came from.
//!
//! Flags, variables, the sandbox and the wizard all fill this one struct; after that no code can know whether a
//! human was there.

mod cluster;
mod connection;
mod pasted;
mod read;
mod validate;

use ipnet::Ipv4Net;

use crate::cloud::privatelink::Tag;
use crate::problem::Problem;
use crate::service_name::ServiceName;

pub use connection::{ConnectionAnswers, Target};
pub(crate) use read::LARGEST_INPUT;
pub use read::{bare_region, gather, gather_to_find};

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A flag on the command line.
    Flag,
    /// An environment variable.
    Environment,
    /// The region inside the service name.
    ServiceName,
    /// The Alibaba Cloud CLI profile.
    Profile,
    /// The pasted text of `--from`.
    Paste,
    /// Answered at a prompt.
    Prompt,
    /// The only one that would do.
    Discovered,
    /// This tool's default.
    Default,
    /// The TiDB Cloud API.
    TidbCloud,
    /// The sandbox scenario.
    Sandbox,
    /// Computed from what exists.
    Computed,
    /// Made by this run.
    Created,
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Sourced<T> {
    /// A value from `source`.
    pub fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

/// What the user wants connected to what.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The TiDB Cloud instance to ask the TiDB Cloud API for.
    pub cluster_id: Option<String>,
    /// Service Name.
    pub service_name: Option<Sourced<ServiceName>>,
    /// Availability Zone ID; `None` means the service's own zones.
    pub az_ids: Option<Sourced<Vec<String>>>,
    /// Region ID; `None` means the region inside the service name.
    pub region_id: Option<Sourced<String>>,
    /// The VPC.
    pub vpc_id: Option<Sourced<String>>,
    /// One vSwitch a zone.
    pub vswitch_ids: Option<Sourced<Vec<String>>>,
    /// The endpoint's security groups.
    pub security_group_ids: Option<Sourced<Vec<String>>>,
    /// Who has to get in; `None` means the VPC's ranges.
    pub client_cidr: Option<Ipv4Net>,
    /// The name of a new endpoint.
    pub endpoint_name: Option<String>,
    /// Further tags of a new endpoint.
    pub tags: Vec<Tag>,
    /// The resource group of a new endpoint.
    pub resource_group_id: Option<String>,
    /// Create even if an endpoint to the service exists in the VPC.
    pub new: bool,
    /// Endpoints that a `--new` run on this machine made without getting to its end: they are gone on with.
    pub resumed: Vec<String>,
    /// What may be created where nothing serves.
    pub permits: Permits,
    /// The range of a vSwitch that is created; `None` means a free one.
    pub vswitch_cidr: Option<Sourced<Ipv4Net>>,
    /// How the database is reached.
    pub connection: ConnectionAnswers,
}

/// What may be created or activated: a flag's or a person's yes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permits {
    /// A vSwitch.
    pub create_vswitch: bool,
    /// A security group, or the rule a half-made one lacks.
    pub create_security_group: bool,
    /// PrivateLink for the account.
    pub open_service: bool,
}

impl Answers {
    /// The region to work in, with its source: given, else the service name's.
    pub fn region(&self) -> Option<Sourced<String>> {
        let inside = || {
            self.service_name
                .as_ref()
                .map(|name| Sourced::new(name.value.region().to_owned(), Source::ServiceName))
        };
        self.region_id
            .clone()
            .filter(|region| region.source != Source::Profile)
            .or_else(inside)
            .or_else(|| self.region_id.clone())
    }

    /// Every problem that shows without asking the cloud.
    pub fn problems(&self) -> Vec<Problem> {
        validate::problems(self)
    }
}
