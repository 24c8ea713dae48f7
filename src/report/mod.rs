//! The result of a command as scripts see it: one JSON document, also on failure. Filled while the command runs.

mod check;
mod delete;
mod list;
mod packed;
mod plan;
mod policy;
mod sandbox;
mod strings;

use serde::Serialize;

use crate::check::CheckItem;
use crate::cloud::privatelink::{Endpoint, Zone};
use crate::error::{Error, Signal};
use crate::event::Thing;
use crate::plan::Warning;

pub use check::{CheckReport, ResultReport};
pub use delete::DeleteReport;
pub use list::{EndpointRow, ListReport, RegionError};
pub use packed::Packed;
pub use plan::{Action, Money, PlanReport, PlanValue, PriceReport};
pub use policy::PolicyReport;
pub use sandbox::{SandboxReport, ScenarioReport};
pub use strings::{ClientReport, StringsReport};

/// The version of the document's shape.
pub const SCHEMA_VERSION: u32 = 1;

/// A command's document while it is being filled, and what an interruption has to know of it.
pub trait Document: Serialize + Default {
    /// The endpoint, once one is known.
    fn endpoint_id(&self) -> Option<String> {
        None
    }

    /// What an interruption at this point comes to.
    fn cancelled(&mut self, signal: Signal) -> Error {
        Error::Cancelled { signal, making: None, endpoint_id: self.endpoint_id(), made: Vec::new() }
    }

    /// Whether the text on standard output says already what failed.
    fn has_told(&self) -> bool {
        false
    }

    /// Adds sentences worth reading.
    fn warn(&mut self, warnings: Vec<String>);
}

/// The document of `setup`.
#[derive(Debug, Default, Clone, Serialize)]
pub struct SetupReport {
    /// The endpoint, once known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<EndpointReport>,
    /// Whether this run made a mutating call; set once the plan was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// What this run created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Vec<Created>>,
    /// What the user can now use; `Some(None)` where a change was made but nothing can be used yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<Option<ConnectionReport>>,
    /// The connection test; `Some(None)` where it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Option<TestReport>>,
    /// The command that repeats this run without a human.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The plan, where it was only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanReport>,
    /// Sentences worth reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The command that tests the endpoint again.
    #[serde(skip)]
    pub test_again: Option<String>,
    /// What a creating call is under way for.
    #[serde(skip)]
    pub making: Option<Thing>,
    /// Everything this run made, also what `created` has no type for.
    #[serde(skip)]
    pub things: Vec<(Thing, String)>,
    /// Warnings that are no sentences yet.
    #[serde(skip)]
    pub noted: Vec<Warning>,
}

impl Document for SetupReport {
    fn endpoint_id(&self) -> Option<String> {
        self.endpoint.as_ref().map(|endpoint| endpoint.id.clone())
    }

    /// A call that is under way may have changed something.
    fn cancelled(&mut self, signal: Signal) -> Error {
        if self.making.is_some() {
            self.changed = Some(true);
        }
        let beside = self.created.iter().flatten().filter(|created| created.kind != "endpoint");
        let made = beside.map(|created| format!("{} {}", created.kind, created.id)).collect();
        Error::Cancelled { signal, making: self.making, endpoint_id: self.endpoint_id(), made }
    }

    fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}

impl SetupReport {
    /// This run made something. What has no place in `created` is a change all the same.
    pub fn made(&mut self, thing: Thing, id: &str) {
        self.changed = Some(true);
        self.things.push((thing, id.to_owned()));
        let created = self.created.get_or_insert_default();
        created.extend(kind_of(thing).map(|kind| Created { kind, id: id.to_owned() }));
    }
}

/// The `type` of an entry of `created` and `deleted`.
pub fn kind_of(thing: Thing) -> Option<&'static str> {
    Some(match thing {
        Thing::VSwitch => "vswitch",
        Thing::SecurityGroup => "security-group",
        Thing::SecurityGroupRule => "security-group-rule",
        Thing::Endpoint => "endpoint",
        Thing::Zone => "zone",
        Thing::Service | Thing::Attachment => return None,
    })
}

/// An endpoint as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndpointReport {
    /// `ep-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region_id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The endpoint service's name.
    pub service_name: String,
    /// The host to connect to; null until the cloud names it.
    pub domain: Option<String>,
    /// `EndpointStatus`.
    pub status: String,
    /// `ConnectionStatus`.
    pub connection_status: String,
    /// Its zones.
    pub zones: Vec<ZoneReport>,
    /// Its security groups.
    pub security_group_ids: Vec<String>,
}

/// One zone of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneReport {
    /// The zone.
    pub zone_id: String,
    /// The vSwitch.
    pub vswitch_id: String,
    /// The endpoint's address in the zone.
    pub eni_ip: Option<String>,
    /// The zone's own host name.
    pub domain: Option<String>,
    /// `ZoneStatus`; null where it was not asked.
    pub status: Option<String>,
}

/// Something this run created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Created {
    /// `endpoint`, `zone`, `vswitch`, `security-group` or `security-group-rule`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

/// What the user can now use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectionReport {
    /// The endpoint domain.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The SQL user; null when not given.
    pub user: Option<String>,
    /// The database.
    pub database: String,
    /// The TLS mode.
    pub ssl_mode: String,
    /// A `mysql` command; the password is asked for.
    pub command: String,
    /// A URL with a placeholder for the password.
    pub url: String,
    /// What text shows besides: the settings of the clients asked for, or MariaDB's command.
    #[serde(skip)]
    pub clients: Vec<ClientReport>,
}

/// The connection test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestReport {
    /// Whether nothing failed.
    pub ok: bool,
    /// What the server says it is.
    pub server_version: Option<String>,
    /// Protocol and cipher; null without TLS.
    pub tls: Option<String>,
    /// Median round trip in milliseconds.
    pub latency_ms: Option<f64>,
    /// The layers.
    pub steps: Vec<CheckItem>,
}

/// `error` of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorReport {
    /// The kind, from which the exit code follows.
    pub kind: crate::error::Kind,
    /// The cloud's code.
    pub code: Option<String>,
    /// What happened and why.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The id to quote.
    pub request_id: Option<String>,
    /// Every value that is missing; only for `usage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<MissingReport>>,
}

/// A missing value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingReport {
    /// The flag that gives it.
    pub flag: String,
    /// The variable that gives it.
    pub env: String,
    /// What could be given.
    pub candidates: Vec<CandidateReport>,
}

/// Something that could be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateReport {
    /// The value.
    pub id: String,
    /// What helps choosing.
    pub label: String,
}

/// The top level of every document, with a command's own keys beside it. Written as it is: as a tree of values, that of
/// many endpoints would take several times the room.
#[derive(Debug, Serialize)]
pub struct Whole<'a, B: Serialize> {
    schema_version: u32,
    command: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorReport>,
    #[serde(flatten)]
    body: &'a B,
}

/// The whole document of a command that ended with `error` or without one.
pub fn document<'a, B: Serialize>(
    command: &'a str,
    error: Option<&'a ErrorReport>,
    body: &'a B,
) -> Whole<'a, B> {
    Whole { schema_version: SCHEMA_VERSION, command, ok: error.is_none(), error, body }
}

impl EndpointReport {
    /// From what the API says.
    pub fn new(
        region_id: &str,
        endpoint: &Endpoint,
        zones: &[Zone],
        security_group_ids: Vec<String>,
    ) -> Self {
        Self {
            id: endpoint.endpoint_id.clone(),
            name: endpoint.endpoint_name.clone(),
            region_id: region_id.to_owned(),
            vpc_id: endpoint.vpc_id.clone(),
            service_name: endpoint.service_name.clone(),
            domain: host_name(&endpoint.endpoint_domain),
            status: endpoint.endpoint_status.as_str().to_owned(),
            connection_status: endpoint.connection_status.as_str().to_owned(),
            zones: zones.iter().map(ZoneReport::new).collect(),
            security_group_ids,
        }
    }
}

impl ZoneReport {
    fn new(zone: &Zone) -> Self {
        Self {
            zone_id: zone.zone_id.clone(),
            vswitch_id: zone.vswitch_id.clone(),
            eni_ip: present(&zone.eni_ip),
            domain: host_name(&zone.zone_domain),
            status: present(zone.zone_status.as_str()),
        }
    }
}

/// A name that can be dialled; anything else the cloud may say here is as good as nothing.
fn host_name(text: &str) -> Option<String> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    present(text).filter(|_| plain)
}

fn present(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
