//! Which rules decide, so that a verdict can point at them.

use ipnet::Ipv4Net;
use serde::Serialize;

use super::{Group, Range, Reach, Rule, Source, admits_members, range, reach, size, subtract};
use crate::cloud::ecs::Permission;

/// A group with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// `sg-…`.
    pub id: &'a str,
    /// The group.
    pub group: Group<'a>,
}

/// How much is let in, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// How much.
    pub reach: Reach,
    /// The rules that take effect on the clients, in the order they are applied. Empty where none does: what no
    /// rule lets in is dropped.
    pub rules: Vec<Deciding>,
    /// Whether members of a group may reach each other although no rule says so.
    pub members: bool,
}

/// A rule that takes effect on the clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deciding {
    /// The group it is in.
    pub group_id: String,
    /// `sgr-…`; empty where the API does not say.
    pub rule_id: String,
    /// 1 to 100; the lower number wins.
    pub priority: u64,
    /// Whether it lets in.
    pub accepts: bool,
    /// Protocol and ports, such as `TCP 4000/4000`.
    pub what: String,
    /// The source as the rule has it: a range, a group, a list.
    pub source: String,
    /// Whether the rule itself shows which addresses that is.
    pub certain: bool,
}

/// Judges like [`reach`], and names the rules.
pub fn explain(groups: &[Named], clients: &[Ipv4Net], port: u16) -> Explanation {
    let plain: Vec<Group> = groups.iter().map(|named| named.group.clone()).collect();
    let mut rules: Vec<(Rule, &str, &Permission)> = groups
        .iter()
        .flat_map(|named| named.group.rules.permissions.iter().map(move |rule| (named.id, rule)))
        .filter_map(|(id, permission)| Some((Rule::read(permission, port)?, id, permission)))
        .collect();
    rules.sort_by_key(|(rule, ..)| (rule.priority, rule.accepts));
    let mut open: Vec<Range> = clients.iter().copied().map(range).collect();
    let effective = rules.into_iter().filter(|(rule, ..)| takes(rule, &mut open));
    let rules = effective.map(|(rule, id, permission)| Deciding::new(&rule, id, permission)).collect();
    Explanation { reach: reach(&plain, clients, port), rules, members: plain.iter().any(admits_members) }
}

/// Whether the rule decides about some of what is still undecided, which it then takes away.
fn takes(rule: &Rule, open: &mut Vec<Range>) -> bool {
    let before = size(open);
    match rule.source {
        Source::Unknown => before > 0,
        Source::Known(source) => {
            *open = open.iter().flat_map(|range| subtract(*range, source)).collect();
            size(open) < before
        }
    }
}

impl Deciding {
    fn new(rule: &Rule, group_id: &str, permission: &Permission) -> Self {
        let sources = [
            &permission.source_cidr_ip,
            &permission.source_group_id,
            &permission.source_prefix_list_id,
            &permission.ipv6_source_cidr_ip,
        ];
        let source = sources.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
        let ports = [&permission.port_range, &permission.port_range_list_id];
        let ports = ports.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
        Self {
            group_id: group_id.to_owned(),
            rule_id: permission.security_group_rule_id.clone(),
            priority: rule.priority,
            accepts: rule.accepts,
            what: format!("{} {ports}", permission.ip_protocol.to_ascii_uppercase()),
            source,
            certain: matches!(rule.source, Source::Known(_)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ecs::Rules;

    fn rule(id: &str, policy: &str, source: &str, priority: u64) -> Permission {
        Permission {
            direction: "ingress".into(),
            policy: policy.into(),
            ip_protocol: "tcp".into(),
            port_range: "4000/4000".into(),
            source_cidr_ip: source.into(),
            priority: Some(priority),
            security_group_rule_id: id.into(),
            ..Permission::default()
        }
    }

    fn explained(permissions: Vec<Permission>, clients: &str) -> (Reach, Vec<String>) {
        let rules = Rules { inner_access_policy: "Drop".into(), permissions };
        let group = Group { kind: "normal", rules: &rules };
        let explanation = explain(&[Named { id: "sg-a", group }], &[clients.parse().unwrap()], 4000);
        (explanation.reach, explanation.rules.into_iter().map(|rule| rule.rule_id).collect())
    }

    #[test]
    fn only_the_rules_that_take_effect_are_named() {
        let rules = || {
            vec![
                rule("late", "Accept", "0.0.0.0/0", 90),
                rule("mine", "Drop", "10.0.3.0/24", 2),
                rule("rest", "Accept", "10.0.0.0/16", 5),
                rule("elsewhere", "Drop", "192.168.0.0/16", 1),
            ]
        };
        assert_eq!(explained(rules(), "10.0.3.7/32"), (Reach::Nobody, vec!["mine".into()]));
        assert_eq!(explained(rules(), "10.0.4.7/32"), (Reach::Everyone, vec!["rest".into()]));
        assert_eq!(explained(rules(), "10.0.0.0/16"), (Reach::Some, vec!["mine".into(), "rest".into()]));
        assert_eq!(explained(Vec::new(), "10.0.0.0/16"), (Reach::Nobody, Vec::new()));
    }

    #[test]
    fn a_rule_that_may_decide_is_named_as_uncertain() {
        let from_group = Permission { source_group_id: "sg-b".into(), ..rule("g", "Accept", "", 1) };
        let rules = Rules { inner_access_policy: "Drop".into(), permissions: vec![from_group] };
        let named = Named { id: "sg-a", group: Group { kind: "normal", rules: &rules } };
        let explanation = explain(&[named], &["10.0.0.0/16".parse().unwrap()], 4000);
        assert_eq!(explanation.reach, Reach::CannotTell);
        assert_eq!((explanation.rules[0].source.as_str(), explanation.rules[0].certain), ("sg-b", false));
    }
}
