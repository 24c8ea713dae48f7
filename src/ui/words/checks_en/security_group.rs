//! Sentences of the *security-group* layer.

use super::{Words, alone, with};
use crate::check::answer::Why;
use crate::check::security_group::{Of, Unknown, Verdict as V};
use crate::security_group::Deciding;
use crate::ui::words::pieces::Opening;

pub(super) fn words(verdict: &V) -> Words {
    match verdict {
        V::Open { of } => {
            alone(format!("{} lets {} in on port {}{}.", groups(of), clients(of), of.port, because(of)))
        }
        V::PartlyOpen { of } => with(
            format!(
                "{} lets only some of {} in on port {}{}.",
                groups(of),
                clients(of),
                of.port,
                because(of)
            ),
            &open(of),
        ),
        V::CannotTell { of, why } => with(cannot_tell(of, *why), &open(of)),
        V::Blocked { of } => with(
            format!(
                "{} lets nobody of {} in on port {}: {}.",
                groups(of),
                clients(of),
                of.port,
                blocking(of)
            ),
            &open(of),
        ),
        V::BlockedButReached { of, reached } => with(
            format!(
                "{} seems to let nobody of {} in on port {} ({}), yet {} answered.",
                groups(of),
                clients(of),
                of.port,
                blocking(of),
                reached.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
            "Traffic may be let in another way than these rules show. What works from here may not work for others.",
        ),
        V::NoGroups { endpoint_id } => with(
            format!("Endpoint {endpoint_id} has no security group."),
            "Whether its addresses can be reached is then not decided by one; the tcp check shows it.",
        ),
        V::Unreadable { group_ids, port, failure } => with(
            format!(
                "Not known: the rules of {} for port {port} cannot be read ({}).",
                if group_ids.is_empty() { "the endpoint's groups".to_owned() } else { group_ids.join(", ") },
                failure.cloud_code.as_deref().unwrap_or("no answer")
            ),
            &format!(
                "{} to have them checked; the tcp check shows whether they let this machine in.",
                match failure.why {
                    Why::NotPermitted => format!("Allow {} in RAM", failure.error.operation.ram_action()),
                    Why::KeyRefused | Why::NoAnswer | Why::Refused => "Run this again".to_owned(),
                }
            ),
        ),
    }
}

fn cannot_tell(of: &Of, why: Unknown) -> String {
    let (groups, clients, port) = (groups(of), clients(of), of.port);
    match why {
        Unknown::Ranges => {
            format!("Not known whether {groups} lets the VPC in on port {port}: its ranges cannot be read.")
        }
        Unknown::Members => format!(
            "{groups} lets nobody but its own members in on port {port}; whether {clients} is a member is not known."
        ),
        Unknown::Sources => format!(
            "Not known whether {groups} lets {clients} in on port {port}{}: who is meant by it is not shown.",
            because(of)
        ),
    }
}

/// Where to click, and what to type.
fn open(of: &Of) -> String {
    let Opening { group, range, ports, command } = Opening::of(of);
    let drop = match of.rules.first() {
        Some(rule) if !rule.accepts => {
            format!(" First remove or narrow the rule that drops ({}).", short(rule))
        }
        _ => String::new(),
    };
    format!(
        "Let TCP {ports} in from {range}: console: ECS > Security Groups > {group} > Inbound, or {command}.{drop}"
    )
}

fn groups(of: &Of) -> String {
    of.group_ids.join(" with ")
}

fn clients(of: &Of) -> String {
    let list = of.clients.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if of.this_machine {
        format!("this machine ({})", list.trim_end_matches("/32"))
    } else {
        format!("the VPC ({list})")
    }
}

fn because(of: &Of) -> String {
    of.rules.first().map(|rule| format!(" by {}", short(rule))).unwrap_or_default()
}

fn blocking(of: &Of) -> String {
    match of.rules.first() {
        Some(rule) => format!("{} decides", short(rule)),
        None => "no inbound rule speaks of it".to_owned(),
    }
}

fn short(rule: &Deciding) -> String {
    let name = if rule.rule_id.is_empty() { &rule.group_id } else { &rule.rule_id };
    let policy = if rule.accepts { "Accept" } else { "Drop" };
    format!("{name}: {policy} {} from {}, priority {}", rule.what, rule.source, rule.priority)
}
