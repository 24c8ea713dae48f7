//! A plan as scripts see it.

use serde::Serialize;

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanReport {
    /// In order: what is created, and what is used as it is.
    pub actions: Vec<Action>,
    /// Every deciding value and where it came from.
    pub values: Vec<PlanValue>,
    /// What it costs; null where nothing new is paid for.
    pub price: Option<PriceReport>,
    /// What is worth knowing before saying yes.
    pub warnings: Vec<String>,
}

/// A value of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanValue {
    /// What it is.
    pub name: &'static str,
    /// The value.
    pub value: String,
    /// Where it came from; null where that goes without saying.
    pub source: Option<&'static str>,
}

/// What a plan costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceReport {
    /// Zones billed by the hour from now on.
    pub zones: usize,
    /// `endpoint` (this account) or `service` (the provider); null where nothing says.
    pub payer: Option<&'static str>,
    /// Per zone and hour, at the international and at the China site.
    pub per_zone_hour: Money,
    /// Per GB, both ways.
    pub per_gb: Money,
    /// One sentence.
    pub summary: String,
}

/// An amount in the currency of each site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Money {
    /// US dollars, international site.
    pub usd: &'static str,
    /// Yuan, China site.
    pub cny: &'static str,
}

/// One thing that would be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// One sentence.
    pub summary: String,
}
