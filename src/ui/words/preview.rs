//! The plan's preview in every language: which lines it has, and their order. The words are the language's.

use super::Row;
use crate::answers::Source;
use crate::connection::USER_PLACEHOLDER;
use crate::plan::{EndpointPlan, GroupPlan, Plan, Price, ZonePlan};

/// Facts section f, per zone-hour and per GB.
pub(super) const USD: &str = "0.01";
/// The same on the China site.
pub(super) const CNY: &str = "0.07";

/// What a language says in the preview: what stands before each line, and how a value is told.
pub(super) struct Phrases {
    pub(super) region: &'static str,
    pub(super) service: &'static str,
    pub(super) vpc: &'static str,
    pub(super) privatelink: &'static str,
    pub(super) endpoint: &'static str,
    pub(super) user: &'static str,
    pub(super) no_user: &'static str,
    pub(super) price: &'static str,
    pub(super) undo: &'static str,
    pub(super) opens: &'static str,
    pub(super) plan: fn(&EndpointPlan) -> String,
    pub(super) zone: fn(&ZonePlan) -> Row,
    pub(super) group: fn(&GroupPlan) -> Row,
    pub(super) cost: fn(Option<Price>) -> String,
    pub(super) source: fn(Source) -> Option<&'static str>,
}

/// Everything that is decided, and why.
pub(super) fn rows(plan: &Plan, say: &Phrases) -> Vec<Row> {
    let vpc = super::pieces::named(&plan.vpc.id.value, &plan.vpc.name);
    let mut rows = vec![
        (say.region, plan.region_id.value.clone(), (say.source)(plan.region_id.source)),
        (say.service, plan.service.name.value.to_string(), (say.source)(plan.service.name.source)),
        (say.vpc, vpc, (say.source)(plan.vpc.id.source)),
    ];
    if plan.opens_service {
        rows.push((say.privatelink, say.opens.to_owned(), None));
    }
    rows.push((say.endpoint, (say.plan)(&plan.endpoint), None));
    rows.extend(plan.endpoint.zones().iter().map(say.zone));
    rows.extend(plan.endpoint.groups().iter().map(say.group));
    rows.push(match &plan.user {
        Some(user) => (say.user, user.value.clone(), (say.source)(user.source)),
        None => (say.user, USER_PLACEHOLDER.to_owned(), Some(say.no_user)),
    });
    rows.push((say.price, (say.cost)(plan.price()), None));
    if let EndpointPlan::Create(_) = &plan.endpoint {
        let with = if creates_network(plan) { " --with-created" } else { "" };
        rows.push((say.undo, format!("tidb-pe delete ENDPOINT_ID{with}"), None));
    }
    rows
}

/// What so many zones cost a month, in dollars.
pub(super) fn month(zones: usize) -> f64 {
    f64::from(u32::try_from(zones).unwrap_or(u32::MAX)) * 7.2
}

fn creates_network(plan: &Plan) -> bool {
    let vswitch = plan.endpoint.zones().iter().any(|zone| zone.vswitch.id().is_none());
    vswitch || plan.endpoint.groups().iter().any(|group| group.id().is_none())
}
