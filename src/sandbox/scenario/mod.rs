//! What the simulated cloud looks like and how it behaves: one TOML text.
//!
//! Every key has a default, so that a scenario only says what is special about it. Unknown keys are refused,
//! because a misspelt key would silently simulate the wrong cloud.

use anyhow::Context;
use serde::Deserialize;

mod account;
mod connection;
mod endpoint;
mod fault;
mod network;
mod service;
mod tidb_cloud;
mod timing;

pub use account::{Account, Key, KeyKind};
pub use connection::{Certificate, Database, Gateway, GatewayMode};
pub use endpoint::{Behaviour, Existing, ExistingState, ExistingZone};
pub use fault::{Fault, FaultKind};
pub use network::{Group, GroupType, InnerAccess, Rule, RulePolicy, VSwitch, Vpc};
pub use service::{Payer, Service, ServiceStatus};
pub use tidb_cloud::{TidbCloud, TidbCloudFault};
pub use timing::{Quota, Timing};

/// A whole simulated account and region.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// One line for `sandbox --help` and the list of scenarios.
    pub description: String,
    /// The region everything lives in. Other known regions exist and are empty.
    pub region: String,
    /// How long every call takes.
    pub latency_ms: u64,
    /// How far the cloud's clock is ahead of (or, negative, behind) this machine's.
    pub clock_skew_s: i64,
    /// Denied actions such as `privatelink:CreateVpcEndpoint`; `vpc:*` denies a product.
    pub denied: Vec<String>,
    /// Whether PrivateLink has been activated for the account.
    pub product_open: bool,
    /// Who the caller is.
    pub account: Account,
    /// The access key the caller holds.
    pub key: Key,
    /// The endpoint service of the TiDB Cloud side.
    pub service: Service,
    /// The account's VPCs with what is in them; left out: one VPC, three vSwitches, two groups.
    pub vpc: Option<Vec<Vpc>>,
    /// Endpoints that exist already.
    pub endpoint: Vec<Existing>,
    /// What becomes of an endpoint that is created here.
    pub behaviour: Behaviour,
    /// Zones whose connection never gets beyond `Connecting`.
    pub stuck_zones: Vec<String>,
    /// How long the cloud takes for what.
    pub timing: Timing,
    /// The account's limits.
    pub quota: Quota,
    /// Generated VPCs beside the described ones.
    pub filler_vpcs: usize,
    /// Generated vSwitches in the first VPC.
    pub filler_vswitches: usize,
    /// Generated security groups, without rules, in the first VPC.
    pub filler_groups: usize,
    /// Generated endpoints of other services, in the first VPC.
    pub filler_endpoints: usize,
    /// What goes wrong, and when.
    pub fault: Vec<Fault>,
    /// What a user of the database has to type.
    pub database: Database,
    /// How the TiDB gateway behind the endpoint behaves.
    pub gateway: Gateway,
    /// What the TiDB Cloud API knows and how it answers.
    pub tidb_cloud: TidbCloud,
    /// Where the machine that runs the tool stands.
    pub machine: Machine,
}

/// Where a machine stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Machine {
    /// In the VPC of the endpoint.
    #[default]
    Inside,
    /// Somewhere else, like most laptops: the names resolve, and packets vanish (facts 0, number 10).
    Outside,
}

impl Machine {
    /// The address of a machine outside: one that home networks have, and no VPC of a scenario.
    pub fn address(self) -> Option<std::net::Ipv4Addr> {
        (self == Self::Outside).then_some(std::net::Ipv4Addr::new(192, 168, 1, 20))
    }
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            description: String::new(),
            region: "ap-southeast-1".into(),
            latency_ms: 0,
            clock_skew_s: 0,
            denied: Vec::new(),
            product_open: true,
            account: Account::default(),
            key: Key::default(),
            service: Service::default(),
            vpc: None,
            endpoint: Vec::new(),
            behaviour: Behaviour::Normal,
            stuck_zones: Vec::new(),
            timing: Timing::default(),
            quota: Quota::default(),
            filler_vpcs: 0,
            filler_vswitches: 0,
            filler_groups: 0,
            filler_endpoints: 0,
            fault: Vec::new(),
            database: Database::default(),
            gateway: Gateway::default(),
            tidb_cloud: TidbCloud::default(),
            machine: Machine::default(),
        }
    }
}

/// The shipped scenarios: name and text.
const SHIPPED: &[(&str, &str)] = &[
    ("happy", include_str!("../scenarios/happy.toml")),
    ("instant", include_str!("../scenarios/instant.toml")),
    ("two-vpcs", include_str!("../scenarios/two-vpcs.toml")),
    ("no-vswitch-in-zone", include_str!("../scenarios/no-vswitch-in-zone.toml")),
    ("sg-closed", include_str!("../scenarios/sg-closed.toml")),
    ("existing-endpoint", include_str!("../scenarios/existing-endpoint.toml")),
    ("stuck", include_str!("../scenarios/stuck.toml")),
    ("rejected", include_str!("../scenarios/rejected.toml")),
    ("needs-acceptance", include_str!("../scenarios/needs-acceptance.toml")),
    ("service-not-found", include_str!("../scenarios/service-not-found.toml")),
    ("service-unlisted-but-real", include_str!("../scenarios/service-unlisted-but-real.toml")),
    ("wrong-secret", include_str!("../scenarios/wrong-secret.toml")),
    ("unknown-key", include_str!("../scenarios/unknown-key.toml")),
    ("expired-token", include_str!("../scenarios/expired-token.toml")),
    ("permission-denied", include_str!("../scenarios/permission-denied.toml")),
    ("not-open", include_str!("../scenarios/not-open.toml")),
    ("many", include_str!("../scenarios/many.toml")),
    ("quota", include_str!("../scenarios/quota.toml")),
    ("arrears", include_str!("../scenarios/arrears.toml")),
    ("clock-skew", include_str!("../scenarios/clock-skew.toml")),
    ("throttled", include_str!("../scenarios/throttled.toml")),
    ("wrong-password", include_str!("../scenarios/wrong-password.toml")),
    ("insecure-transport", include_str!("../scenarios/insecure-transport.toml")),
    ("bare-vpc", include_str!("../scenarios/bare-vpc.toml")),
    ("half-made", include_str!("../scenarios/half-made.toml")),
    ("one-zone", include_str!("../scenarios/one-zone.toml")),
    ("service-deleted", include_str!("../scenarios/service-deleted.toml")),
    ("lost-answers", include_str!("../scenarios/lost-answers.toml")),
    ("lagging-lists", include_str!("../scenarios/lagging-lists.toml")),
    ("outside-vpc", include_str!("../scenarios/outside-vpc.toml")),
    ("region-down", include_str!("../scenarios/region-down.toml")),
];

impl Scenario {
    /// A shipped scenario by name.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        let Some((_, text)) = SHIPPED.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
            anyhow::bail!("there is no scenario {name:?}; there are {}", names.join(", "));
        };
        Self::shipped(text).with_context(|| format!("the shipped scenario {name}"))
    }

    /// Every shipped scenario's name with its one-line description.
    pub fn names() -> Vec<(&'static str, String)> {
        let described =
            |&(name, text)| (name, Self::shipped(text).map(|s| s.description).unwrap_or_default());
        SHIPPED.iter().map(described).collect()
    }

    /// Reads a text that is known to be right by way of untyped values. Straight from TOML, as [`Self::parse`] does it for
    /// the sake of its errors, is 200 KB of code that the program would carry around.
    fn shipped(text: &str) -> anyhow::Result<Self> {
        Ok(serde_json::from_value(toml::from_str(text)?)?)
    }

    /// Reads a scenario's TOML text; the error names the line.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        Ok(toml::from_str(text)?)
    }

    /// The same world with an endpoint in it: as it would be after one was created here, if there is none.
    #[must_use]
    pub fn with_endpoint(mut self) -> Self {
        if self.endpoint.is_empty() && self.service.exists {
            let state = match self.behaviour {
                Behaviour::Normal if self.service.auto_accept => ExistingState::Ready,
                Behaviour::Normal => ExistingState::Waiting,
                Behaviour::Stuck => ExistingState::Stuck,
                Behaviour::Rejected => ExistingState::Rejected,
                Behaviour::ServiceDeleted => ExistingState::ServiceDeleted,
                Behaviour::FinancialLocked => ExistingState::FinancialLocked,
            };
            let tags = [("created-by", "tidb-pe"), ("tidb-pe-service", &self.service.id)];
            let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect();
            self.endpoint.push(Existing {
                name: "tidb-pe-sandbox".into(),
                state,
                tags,
                ..Existing::default()
            });
        }
        self
    }

    /// The VPCs, described or default.
    pub fn vpcs(&self) -> Vec<Vpc> {
        self.vpc.clone().unwrap_or_else(|| vec![Vpc::default()])
    }

    /// The zones of the service, as given or `a`, `b`, `c` of the region.
    pub fn service_zones(&self) -> Vec<String> {
        match &self.service.zones {
            Some(zones) => zones.clone(),
            None => ["a", "b", "c"].map(|letter| zone_id(&self.region, letter)).to_vec(),
        }
    }

    /// The text of the dialog that the TiDB Cloud console would show, with a user and without the password.
    pub fn dialog(&self) -> String {
        format!(
            "Service Name: {}\nAvailability Zone ID: {}\nRegion ID: {}\nUSERNAME: {}\n",
            self.service_name(),
            self.service_zones().join(", "),
            self.region,
            self.database.user
        )
    }

    /// The full service name: as given, or built from region and id.
    pub fn service_name(&self) -> String {
        let built = || format!("com.aliyuncs.privatelink.{}.{}", self.region, self.service.id);
        self.service.name.clone().unwrap_or_else(built)
    }
}

/// A zone's id: the letter follows a digit directly and anything else after a dash (facts f, zone ids).
pub fn zone_id(region: &str, letter: &str) -> String {
    let dash = if region.ends_with(|c: char| c.is_ascii_digit()) { "" } else { "-" };
    format!("{region}{dash}{letter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_read_a_scenario_agree() {
        for (name, text) in SHIPPED {
            let [short, long] = [Scenario::shipped(text), Scenario::parse(text)].map(Result::unwrap);
            assert_eq!(format!("{short:?}"), format!("{long:?}"), "{name}");
        }
    }
}
