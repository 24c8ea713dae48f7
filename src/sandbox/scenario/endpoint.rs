//! Endpoints: those that exist already, and what becomes of new ones.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What becomes of an endpoint created here (facts c).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Ready after a while; waits for acceptance where the service does not accept by itself.
    #[default]
    Normal,
    /// `Creating` for ever.
    Stuck,
    /// `Connecting`, then `Disconnected` for good.
    Rejected,
    /// `Connecting`, then `ServiceDeleted`.
    ServiceDeleted,
    /// Business status `FinancialLocked`.
    FinancialLocked,
}

/// An endpoint that exists when the sandbox starts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Existing {
    /// Its id; left out: generated.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The VPC by id or name; left out: the first.
    pub vpc: Option<String>,
    /// The service's id; left out: the scenario's service.
    pub service: Option<String>,
    /// Where it stands in its life.
    pub state: ExistingState,
    /// Its zones; left out: every zone of the service that has a vSwitch in the VPC.
    pub zones: Option<Vec<ExistingZone>>,
    /// Its security groups by id or name; left out: the last group of the VPC.
    pub groups: Option<Vec<String>>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A zone of an existing endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExistingZone {
    /// The zone's id.
    pub zone: String,
    /// The vSwitch by id or name; left out: the VPC's first in that zone.
    pub vswitch: Option<String>,
}

/// Where an existing endpoint stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExistingState {
    /// Active, Connected, every zone Connected.
    #[default]
    Ready,
    /// Created at the moment the sandbox starts.
    Creating,
    /// `Creating` for ever.
    Stuck,
    /// Active and Disconnected, zones `Wait`: the provider has to accept.
    Waiting,
    /// Was connected, now Active and Disconnected.
    Rejected,
    /// Active, `ServiceDeleted`.
    ServiceDeleted,
    /// Connected, business status `FinancialLocked`.
    FinancialLocked,
}
