//! The plan and its warnings, in English.

use super::Row;
use super::pieces::named;
use super::preview::{self, CNY, Phrases, USD};
use crate::answers::Source;
use crate::cloud::privatelink::Endpoint;
use crate::plan::{
    EndpointPlan, GroupPlan, GroupTarget, NewRule, Payer, Plan, Price, VSwitchPlan, Warning, ZonePlan,
};
use crate::report::{Action, Money, PlanReport, PlanValue, PriceReport};
use crate::security_group::Reach;

/// The preview: everything that is decided, and why.
pub fn rows(plan: &Plan) -> Vec<Row> {
    preview::rows(plan, &PREVIEW)
}

const PREVIEW: Phrases = Phrases {
    region: "Region",
    service: "Service",
    vpc: "VPC",
    privatelink: "PrivateLink",
    endpoint: "Endpoint",
    user: "SQL user",
    no_user: "not given",
    price: "Price",
    undo: "Undo",
    opens: OPENS,
    plan: endpoint,
    zone,
    group,
    cost: price,
    source,
};

const OPENS: &str =
    "activate it for the account, free of charge; the plan is made anew once the service can be seen";

fn endpoint(plan: &EndpointPlan) -> String {
    match plan {
        EndpointPlan::Adopt(adoption) => adopted(&adoption.endpoint),
        EndpointPlan::Create(new) => format!("create {}", new.name),
    }
}

fn zone(zone: &ZonePlan) -> Row {
    let id = &zone.zone_id;
    match &zone.vswitch {
        VSwitchPlan::Use { id: vswitch, name, cidr, free, pending } => {
            let free = free.map(|n| format!(", {n} free")).unwrap_or_default();
            let pending = if *pending { ", still being made" } else { "" };
            let text = format!("{id} in {} ({cidr}{free}{pending})", named(&vswitch.value, name));
            ("Zone", text, source(vswitch.source))
        }
        VSwitchPlan::Create(new) => {
            let text = format!("{id} in a new vSwitch {} ({})", new.name, new.cidr.value);
            ("Zone", text, source(new.cidr.source))
        }
    }
}

fn group(group: &GroupPlan) -> Row {
    let lets_in = |rule: &NewRule| format!(", with a new rule that lets in {}", rule_text(rule));
    let opened = group.rule.as_ref().map(lets_in).unwrap_or_default();
    match &group.target {
        GroupTarget::Use { id, name } => {
            ("Security group", format!("{}{opened}", named(&id.value, name)), source(id.source))
        }
        GroupTarget::Create { name, .. } => ("Security group", format!("create {name}{opened}"), None),
    }
}

fn rule_text(rule: &NewRule) -> String {
    let sources: Vec<String> = rule.sources.iter().map(ToString::to_string).collect();
    format!("{} on TCP port {}", sources.join(", "), rule.port)
}

/// The plan for scripts: what is done, every value with its source, the price.
pub fn report(plan: &Plan) -> PlanReport {
    let values = rows(plan).into_iter().filter(|(name, ..)| !["Price", "Undo"].contains(name));
    PlanReport {
        actions: actions(plan),
        values: values.map(|(name, value, source)| PlanValue { name, value, source }).collect(),
        price: plan.price().map(|price| PriceReport {
            zones: price.zones,
            payer: match price.payer {
                Payer::Account => Some("endpoint"),
                Payer::Provider => Some("service"),
                Payer::Unknown => None,
            },
            per_zone_hour: Money { usd: USD, cny: CNY },
            per_gb: Money { usd: USD, cny: CNY },
            summary: self::price(Some(price)),
        }),
        warnings: plan.warnings.iter().map(warning).collect(),
    }
}

/// The plan as actions, for scripts: what is created first, in order, then what it is made of.
pub fn actions(plan: &Plan) -> Vec<Action> {
    let mut actions = Vec::new();
    if plan.opens_service {
        actions.push(Action { kind: "open-service", summary: format!("PrivateLink: {OPENS}.") });
    }
    let zones = plan.endpoint.zones();
    actions.extend(zones.iter().map(|zone| vswitch_action(zone, &plan.vpc.id.value)));
    actions.extend(plan.endpoint.groups().iter().flat_map(group_actions));
    match &plan.endpoint {
        EndpointPlan::Create(new) => {
            let (vpc, service) = (&plan.vpc.id.value, &plan.service.name.value);
            let price = price(plan.price());
            let summary =
                format!("Create interface endpoint {} in {vpc} for {service}. Price: {price}.", new.name);
            actions.push(Action { kind: "create-endpoint", summary });
            actions.extend(zones.iter().map(|zone| zone_action("create-zone", zone)));
        }
        EndpointPlan::Adopt(adoption) => {
            let summary = format!("Endpoint: {}.", adopted(&adoption.endpoint));
            actions.push(Action { kind: "adopt-endpoint", summary });
            actions.extend(zones.iter().map(|zone| zone_action("add-zone", zone)));
            actions.extend(adoption.groups.iter().map(|group| Action {
                kind: "attach-security-group",
                summary: format!("Attach security group {}.", group.id().unwrap_or("that is created")),
            }));
        }
    }
    actions
}

fn vswitch_action(zone: &ZonePlan, vpc_id: &str) -> Action {
    match &zone.vswitch {
        VSwitchPlan::Create(new) => {
            let (name, cidr, zone) = (&new.name, new.cidr.value, &zone.zone_id);
            let summary =
                format!("Create vSwitch {name} with range {cidr} in {vpc_id}, zone {zone}. Free of charge.");
            Action { kind: "create-vswitch", summary }
        }
        VSwitchPlan::Use { id, name, .. } => {
            let summary = format!("Use vSwitch {} as it is.", named(&id.value, name));
            Action { kind: "use-vswitch", summary }
        }
    }
}

fn group_actions(group: &GroupPlan) -> Vec<Action> {
    let (kind, summary, which) = match &group.target {
        GroupTarget::Create { name, .. } => {
            ("create-security-group", format!("Create security group {name}. Free of charge."), name.clone())
        }
        GroupTarget::Use { id, name } => {
            let which = named(&id.value, name);
            ("use-security-group", format!("Use security group {which}."), which)
        }
    };
    let mut actions = vec![Action { kind, summary }];
    if let Some(rule) = &group.rule {
        let summary = format!("Add a rule to {which} that lets in {}.", rule_text(rule));
        actions.push(Action { kind: "create-security-group-rule", summary });
    }
    actions
}

fn zone_action(kind: &'static str, zone: &ZonePlan) -> Action {
    let vswitch = zone.vswitch.id().map_or("the new vSwitch".to_owned(), |id| format!("vSwitch {id}"));
    Action { kind, summary: format!("Take one address of {vswitch} in zone {}.", zone.zone_id) }
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
                Reach::Members => format!(
                    "No rule of security group {ids} lets anybody in on TCP port {port}: only clients that are members of it \
                     get through."
                ),
                Reach::CannotTell | Reach::Everyone | Reach::Nobody => format!(
                    "Whether security group {ids} lets the clients in on TCP port {port} cannot be told from its rules."
                ),
            }
        }
        Warning::NeedsAcceptance => {
            "The provider accepts connections by hand: the endpoint stays Disconnected until then.".to_owned()
        }
        Warning::Unlisted => {
            "The service is not listed for this account, but the cloud's dry run says that it exists."
                .to_owned()
        }
        Warning::Ignored { flags, endpoint_id } => {
            format!("{} only concern a new endpoint; {endpoint_id} is used as it is.", flags.join(", "))
        }
        Warning::Resumed { flags } => {
            let ignored = if flags.is_empty() {
                String::new()
            } else {
                format!(" Not followed until its fate is known: {}.", flags.join(", "))
            };
            format!(
                "An earlier run asked for this endpoint and got no answer: the same request is sent again, so that \
                 there is only one.{ignored}"
            )
        }
        Warning::StillUsed { thing, id } => super::removal_en::kept(*thing, id),
        Warning::NoJournal(trouble) if trouble.is_damage => format!(
            "The record {} cannot be read ({}): this run goes by what Alibaba Cloud lists, and begins a new one.",
            trouble.path.display(),
            trouble.reason
        ),
        Warning::NoJournal(trouble) => format!(
            "Nothing can be remembered in {} ({}): a rerun goes by what Alibaba Cloud lists. TIDB_PE_STATE_DIR names \
             another directory.",
            trouble.path.display(),
            trouble.reason
        ),
        Warning::OtherVSwitch { zone_id, given, has } => {
            format!("The endpoint has zone {zone_id} with vSwitch {has}, which cannot be changed to {given}.")
        }
    }
}

/// What it costs, and who pays.
pub fn price(price: Option<Price>) -> String {
    let Some(Price { zones, payer }) = price else {
        return "nothing new: no paid thing is created".to_owned();
    };
    let who = match payer {
        Payer::Provider => return "paid by the provider of the service".to_owned(),
        Payer::Account => "paid by this account",
        Payer::Unknown => "paid by this account unless the provider does",
    };
    let count = if zones == 1 { "1 zone".to_owned() } else { format!("{zones} zones") };
    let month = preview::month(zones);
    format!(
        "{count} × USD {USD} an hour, about USD {month:.2} a month, + USD {USD} per GB both ways (China site: CNY {CNY} \
         each), {who}, until deleted"
    )
}

fn adopted(endpoint: &Endpoint) -> String {
    let (status, connection) = (endpoint.endpoint_status.as_str(), endpoint.connection_status.as_str());
    format!(
        "use the existing {} ({status}, {connection})",
        named(&endpoint.endpoint_id, &endpoint.endpoint_name)
    )
}

/// Where a value came from, in a word or two.
pub fn source(source: Source) -> Option<&'static str> {
    Some(match source {
        Source::Flag => "given",
        Source::Environment => "from the environment",
        Source::ServiceName => "from the service name",
        Source::Profile => "from the profile",
        Source::Paste => "from the pasted text",
        Source::Prompt => "chosen",
        Source::Discovered => "found",
        Source::Default => "default",
        Source::TidbCloud => "from TiDB Cloud",
        Source::Sandbox => "from the sandbox",
        Source::Computed => "free in the VPC",
        Source::Created => "created",
    })
}
