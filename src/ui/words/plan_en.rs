//! The plan and its warnings, in English.

use crate::answers::Source;
use crate::cloud::privatelink::Endpoint;
use crate::plan::{EndpointPlan, NewEndpoint, Plan, Price, Warning};
use crate::report::Action;
use crate::security_group::Reach;

/// Facts section f, per zone-hour and per GB.
const USD: &str = "0.01";
const CNY: &str = "0.07";

/// A line of the preview: what it is, its value, where the value came from.
pub type Row = (&'static str, String, Option<&'static str>);

/// The preview: everything that is decided, and why.
pub fn rows(plan: &Plan) -> Vec<Row> {
    let mut rows = vec![
        ("Region", plan.region_id.value.clone(), source(plan.region_id.source)),
        ("Service", plan.service.name.value.to_string(), source(plan.service.name.source)),
        ("VPC", named(&plan.vpc.id.value, &plan.vpc.name), source(plan.vpc.id.source)),
    ];
    match &plan.endpoint {
        EndpointPlan::Adopt(endpoint) => rows.push(("Endpoint", adopted(endpoint), None)),
        EndpointPlan::Create(new) => rows.extend(new_endpoint(new)),
    }
    rows.push(("Price", price(plan.price()), None));
    if let EndpointPlan::Create(_) = &plan.endpoint {
        rows.push(("Undo", "delete the endpoint: console > VPC > Endpoints".to_owned(), None));
    }
    rows
}

/// The plan as actions, for scripts.
pub fn actions(plan: &Plan) -> Vec<Action> {
    let EndpointPlan::Create(new) = &plan.endpoint else {
        return vec![Action { kind: "adopt-endpoint", summary: rows(plan)[3].1.clone() }];
    };
    let (vpc, service) = (&plan.vpc.id.value, &plan.service.name.value);
    let groups: Vec<&str> = new.groups.iter().map(|group| group.id.value.as_str()).collect();
    let create = format!(
        "Create interface endpoint {} in {vpc} for {service}, security group {}. {}.",
        new.name,
        groups.join(", "),
        price(plan.price())
    );
    let mut actions = vec![Action { kind: "create-endpoint", summary: create }];
    actions.extend(new.zones.iter().map(|zone| Action {
        kind: "create-zone",
        summary: format!("Take one address of vSwitch {} in zone {}.", zone.vswitch_id.value, zone.zone_id),
    }));
    actions
}

/// One sentence a warning.
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::ZoneNotCovered(zone) => {
            format!("Zone {zone} is not covered: the VPC has no vSwitch with free addresses there.")
        }
        Warning::ZoneNotOffered(zone) => {
            format!("The service is not offered in zone {zone}; it is left out.")
        }
        Warning::Reach { ids, reach, port } => {
            let ids = ids.join(", ");
            match reach {
                Reach::Some => {
                    format!("Security group {ids} lets only some of the clients in on TCP port {port}.")
                }
                Reach::CannotTell | Reach::Everyone | Reach::Nobody => format!(
                    "Whether security group {ids} lets the clients in on TCP port {port} cannot be told from its rules."
                ),
            }
        }
        Warning::NeedsAcceptance => {
            "The provider accepts connections by hand: the endpoint stays Disconnected until then.".to_owned()
        }
        Warning::Unlisted => {
            "The service is not listed for this account; the cloud's dry run was asked whether it exists."
                .to_owned()
        }
        Warning::Ignored { flags, endpoint_id } => {
            format!("{} only concern a new endpoint; {endpoint_id} is used as it is.", flags.join(", "))
        }
    }
}

/// What it costs, and who pays.
pub fn price(price: Option<Price>) -> String {
    match price {
        None => "nothing new: no paid thing is created".to_owned(),
        Some(Price { provider_pays: true, .. }) => "paid by the provider of the service".to_owned(),
        Some(Price { zones, .. }) => {
            let count = if zones == 1 { "1 zone".to_owned() } else { format!("{zones} zones") };
            format!(
                "{count} × USD {USD} an hour + USD {USD} per GB (China site: CNY {CNY} each), until deleted"
            )
        }
    }
}

fn new_endpoint(new: &NewEndpoint) -> Vec<Row> {
    let mut rows = vec![("Endpoint", format!("create {}", new.name), None)];
    for zone in &new.zones {
        let free = zone.free.map(|n| format!(", {n} free")).unwrap_or_default();
        let vswitch = named(&zone.vswitch_id.value, &zone.vswitch_name);
        let text = format!("{} in {vswitch} ({}{free})", zone.zone_id, zone.cidr);
        rows.push(("Zone", text, source(zone.vswitch_id.source)));
    }
    for group in &new.groups {
        rows.push(("Security group", named(&group.id.value, &group.name), source(group.id.source)));
    }
    rows
}

fn adopted(endpoint: &Endpoint) -> String {
    let (status, connection) = (endpoint.endpoint_status.as_str(), endpoint.connection_status.as_str());
    format!(
        "use the existing {} ({status}, {connection})",
        named(&endpoint.endpoint_id, &endpoint.endpoint_name)
    )
}

fn named(id: &str, name: &str) -> String {
    if name.is_empty() { id.to_owned() } else { format!("{id} {name:?}") }
}

/// Where a value came from, in a word or two.
pub fn source(source: Source) -> Option<&'static str> {
    Some(match source {
        Source::Flag => "given",
        Source::Environment => "from the environment",
        Source::ServiceName => "from the service name",
        Source::Profile => "from the profile",
        Source::Prompt => "chosen",
        Source::Discovered => "the right one found",
        Source::Default => "default",
        Source::TidbCloud => "from TiDB Cloud",
        Source::Sandbox => "from the sandbox",
    })
}
