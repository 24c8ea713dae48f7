//! Whether security groups let a VPC's addresses in: facts f, security groups.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::scenario::{Rule, RulePolicy};

/// Whether the rules of an endpoint's groups, taken together, let every address of `from` in on a TCP port. The
/// lower priority number wins, and on a tie the rule that drops. Nobody here is a member of a source group.
pub(super) fn admits<'a>(rules: impl IntoIterator<Item = &'a Rule>, from: Ipv4Net, port: u16) -> bool {
    let applies = |rule: &&Rule| speaks_tcp(rule) && covers_port(rule, port) && covers_source(rule, from);
    let first = rules
        .into_iter()
        .filter(applies)
        .min_by_key(|rule| (rule.priority, rule.policy == RulePolicy::Accept));
    first.is_some_and(|rule| rule.policy == RulePolicy::Accept)
}

fn speaks_tcp(rule: &Rule) -> bool {
    ["TCP", "ALL"].iter().any(|protocol| rule.protocol.eq_ignore_ascii_case(protocol))
}

fn covers_port(rule: &Rule, port: u16) -> bool {
    let range =
        rule.ports.split_once('/').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    rule.ports == "-1/-1" || range.is_some_and(|(from, to): (u16, u16)| (from..=to).contains(&port))
}

/// To let in, a rule covers the whole range; to keep out, any part of it.
fn covers_source(rule: &Rule, from: Ipv4Net) -> bool {
    let text = rule.source_cidr.as_deref().unwrap_or_default();
    let single = || text.parse::<Ipv4Addr>().ok().map(Ipv4Net::from);
    let source = text.parse::<Ipv4Net>().ok().or_else(single);
    let drops = rule.policy == RulePolicy::Drop;
    source.is_some_and(|source| source.contains(&from) || (drops && from.contains(&source)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(priority: u8, policy: RulePolicy, ports: &str, source: &str) -> Rule {
        let (ports, source_cidr) = (ports.into(), Some(source.into()));
        Rule { priority, policy, ports, source_cidr, ..Rule::default() }
    }

    #[test]
    fn the_first_rule_that_applies_decides() {
        use RulePolicy::{Accept, Drop};
        let vpc = "10.0.0.0/16".parse().expect("a range");
        let rows = [
            (vec![], false),
            (vec![rule(1, Accept, "4000/4000", "10.0.0.0/16")], true),
            (vec![rule(1, Accept, "-1/-1", "0.0.0.0/0")], true),
            (vec![rule(1, Accept, "443/443", "0.0.0.0/0")], false),
            (vec![rule(1, Accept, "1/65535", "10.0.1.0/24")], false),
            (vec![rule(2, Accept, "4000/4000", "10.0.0.0/8"), rule(1, Drop, "-1/-1", "0.0.0.0/0")], false),
            (vec![rule(1, Accept, "4000/4000", "10.0.0.0/8"), rule(2, Drop, "-1/-1", "0.0.0.0/0")], true),
            (vec![rule(1, Accept, "4000/4000", "10.0.0.0/8"), rule(1, Drop, "-1/-1", "10.0.3.0/24")], false),
        ];
        for (rules, admitted) in rows {
            assert_eq!(admits(&rules, vpc, 4000), admitted, "{rules:?}");
        }
    }
}
