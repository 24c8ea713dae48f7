//! Whether a security group's inbound rules let clients reach a port. Pure.
//!
//! Lower priority numbers win; on a tie a drop wins (facts section f). Nothing matched means dropped, except that
//! members of a normal group whose inner policy is Accept reach each other.

mod explain;

use ipnet::Ipv4Net;

use crate::cloud::ecs::{Permission, Rules};

pub use explain::{Deciding, Explanation, Named, explain};

/// How much of the clients' ranges is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every client.
    Everyone,
    /// Some of the clients' addresses, not all.
    Some,
    /// It depends on something the rules do not show: who is in a group, what is in a prefix list.
    CannotTell,
    /// No rule lets anybody in; members of the group reach each other, and a client may be one.
    Members,
    /// Provably nobody.
    Nobody,
}

/// What a group, or several attached together, are known to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// `normal` or `enterprise`.
    pub kind: &'a str,
    /// Its inbound rules.
    pub rules: &'a Rules,
}

/// Addresses as half-open ranges, so that a whole IPv4 space fits.
type Range = (u64, u64);

/// Judges the inbound rules of `groups` together, for TCP `port` and clients in `clients`.
pub fn reach(groups: &[Group], clients: &[Ipv4Net], port: u16) -> Reach {
    let mut rules: Vec<Rule> = groups
        .iter()
        .flat_map(|group| &group.rules.permissions)
        .filter_map(|p| Rule::read(p, port))
        .collect();
    rules.sort_by_key(|rule| (rule.priority, rule.accepts));
    let mut open: Vec<Range> = clients.iter().copied().map(range).collect();
    let total = size(&open);
    let mut tally = Tally { members: groups.iter().any(admits_members), ..Tally::default() };
    for rule in &rules {
        tally.apply(rule, &mut open);
    }
    tally.verdict(total)
}

fn admits_members(group: &Group) -> bool {
    !group.kind.eq_ignore_ascii_case("enterprise")
        && group.rules.inner_access_policy.eq_ignore_ascii_case("accept")
}

#[derive(Default)]
struct Tally {
    accepted: u64,
    /// Members of a group reach each other, and any client may be a member.
    members: bool,
    /// A rule may accept more than is counted.
    unknown_accept: bool,
    /// A rule may drop some of what is counted as accepted.
    unknown_drop: bool,
}

impl Tally {
    fn apply(&mut self, rule: &Rule, open: &mut Vec<Range>) {
        let Source::Known(source) = rule.source else {
            let undecided = size(open) > 0;
            self.unknown_accept |= undecided && rule.accepts;
            self.unknown_drop |= undecided && !rule.accepts;
            return;
        };
        let before = size(open);
        *open = open.iter().flat_map(|range| subtract(*range, source)).collect();
        if rule.accepts {
            self.accepted += before - size(open);
        }
    }

    fn verdict(&self, total: u64) -> Reach {
        match () {
            () if total == 0 => Reach::CannotTell,
            () if self.accepted > 0 && self.unknown_drop => Reach::CannotTell,
            () if self.accepted == total => Reach::Everyone,
            () if self.unknown_accept => Reach::CannotTell,
            () if self.accepted > 0 => Reach::Some,
            () if self.members => Reach::Members,
            () => Reach::Nobody,
        }
    }
}

/// A rule that concerns the port.
struct Rule {
    priority: u64,
    accepts: bool,
    source: Source,
}

#[derive(Clone, Copy)]
enum Source {
    Known(Range),
    /// A group, a prefix list, a port list: its members are not in the rule.
    Unknown,
}

impl Rule {
    fn read(permission: &Permission, port: u16) -> Option<Self> {
        let direction = &permission.direction;
        let concerns = (direction.is_empty() || direction.eq_ignore_ascii_case("ingress"))
            && ["tcp", "all"].iter().any(|p| permission.ip_protocol.eq_ignore_ascii_case(p));
        let by_list = !permission.port_range_list_id.is_empty();
        if !concerns || !(by_list || covers(&permission.port_range, port)) {
            return None;
        }
        let source = match source(permission)? {
            Source::Known(range) if !by_list => Source::Known(range),
            _ => Source::Unknown,
        };
        // Facts section b3: 1 to 100; 1 is the API's default.
        let priority = permission.priority.unwrap_or(1);
        Some(Self { priority, accepts: permission.policy.eq_ignore_ascii_case("accept"), source })
    }
}

/// `None` for a rule about IPv6 clients only.
fn source(permission: &Permission) -> Option<Source> {
    let named = |text: &str| !text.is_empty();
    if named(&permission.source_group_id) || named(&permission.source_prefix_list_id) {
        return Some(Source::Unknown);
    }
    if named(&permission.source_cidr_ip) {
        let net = permission.source_cidr_ip.parse::<Ipv4Net>().ok();
        let host = || permission.source_cidr_ip.parse::<std::net::Ipv4Addr>().ok().map(Ipv4Net::from);
        return Some(net.or_else(host).map_or(Source::Unknown, |net| Source::Known(range(net))));
    }
    if named(&permission.ipv6_source_cidr_ip) { None } else { Some(Source::Unknown) }
}

/// `4000/4000`, `1/65535`, or `-1/-1` for every port.
fn covers(port_range: &str, port: u16) -> bool {
    let bounds = port_range
        .split_once('/')
        .and_then(|(from, to)| Some((from.trim().parse::<i32>().ok()?, to.trim().parse::<i32>().ok()?)));
    match bounds {
        Some((-1, -1)) => true,
        Some((from, to)) => (from..=to).contains(&i32::from(port)),
        None => false,
    }
}

fn range(net: Ipv4Net) -> Range {
    (u64::from(u32::from(net.network())), u64::from(u32::from(net.broadcast())) + 1)
}

fn size(ranges: &[Range]) -> u64 {
    ranges.iter().map(|(from, to)| to - from).sum()
}

fn subtract((from, to): Range, (cut_from, cut_to): Range) -> Vec<Range> {
    let left = (from, to.min(cut_from));
    let right = (from.max(cut_to), to);
    [left, right].into_iter().filter(|(from, to)| from < to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(policy: &str, protocol: &str, ports: &str, source: &str, priority: u64) -> Permission {
        Permission {
            direction: "ingress".into(),
            policy: policy.into(),
            ip_protocol: protocol.into(),
            port_range: ports.into(),
            source_cidr_ip: source.into(),
            priority: Some(priority),
            ..Permission::default()
        }
    }

    fn judge(kind: &str, inner: &str, permissions: Vec<Permission>) -> Reach {
        let rules = Rules { inner_access_policy: inner.into(), permissions };
        reach(&[Group { kind, rules: &rules }], &["10.0.0.0/16".parse().unwrap()], 4000)
    }

    fn ok() -> Permission {
        rule("Accept", "TCP", "4000/4000", "10.0.0.0/8", 10)
    }

    fn from_list() -> Permission {
        Permission { source_prefix_list_id: "pl-x".into(), source_cidr_ip: String::new(), ..ok() }
    }

    fn v6() -> Permission {
        Permission {
            ipv6_source_cidr_ip: "::/0".into(),
            source_cidr_ip: String::new(),
            policy: "Drop".into(),
            priority: Some(1),
            ..ok()
        }
    }

    #[test]
    fn each_trap_of_rule_evaluation() {
        let from_group =
            || Permission { source_group_id: "sg-x".into(), source_cidr_ip: String::new(), ..ok() };
        let rows: Vec<(&str, Vec<Permission>, Reach)> = vec![
            ("an exact rule", vec![ok()], Reach::Everyone),
            ("any case", vec![rule("accept", "tcp", "4000/4000", "10.0.0.0/8", 1)], Reach::Everyone),
            ("all protocols", vec![rule("Accept", "ALL", "-1/-1", "0.0.0.0/0", 1)], Reach::Everyone),
            ("a port range", vec![rule("Accept", "TCP", "1/65535", "0.0.0.0/0", 1)], Reach::Everyone),
            ("another port", vec![rule("Accept", "TCP", "3306/3306", "0.0.0.0/0", 1)], Reach::Nobody),
            ("another protocol", vec![rule("Accept", "UDP", "4000/4000", "0.0.0.0/0", 1)], Reach::Nobody),
            ("another source", vec![rule("Accept", "TCP", "4000/4000", "192.168.0.0/16", 1)], Reach::Nobody),
            ("half the range", vec![rule("Accept", "TCP", "4000/4000", "10.0.0.0/17", 1)], Reach::Some),
            (
                "two halves",
                vec![
                    rule("Accept", "TCP", "4000/4000", "10.0.0.0/17", 1),
                    rule("Accept", "TCP", "4000/4000", "10.0.128.0/17", 2),
                ],
                Reach::Everyone,
            ),
            ("one address", vec![rule("Accept", "TCP", "4000/4000", "10.0.3.7", 1)], Reach::Some),
            ("a drop before", vec![ok(), rule("Drop", "TCP", "4000/4000", "10.0.0.0/8", 9)], Reach::Nobody),
            ("a drop after", vec![ok(), rule("Drop", "TCP", "4000/4000", "10.0.0.0/8", 11)], Reach::Everyone),
            ("a drop wins a tie", vec![ok(), rule("Drop", "ALL", "-1/-1", "0.0.0.0/0", 10)], Reach::Nobody),
            ("a drop of a part", vec![ok(), rule("Drop", "TCP", "4000/4000", "10.0.1.0/24", 1)], Reach::Some),
            ("a drop of IPv6", vec![ok(), v6()], Reach::Everyone),
            ("a source group", vec![from_group()], Reach::CannotTell),
            ("a prefix list", vec![from_list()], Reach::CannotTell),
            (
                "a group dropped before",
                vec![ok(), Permission { policy: "Drop".into(), priority: Some(1), ..from_group() }],
                Reach::CannotTell,
            ),
            (
                "a group dropped after all are in",
                vec![ok(), Permission { policy: "Drop".into(), priority: Some(90), ..from_group() }],
                Reach::Everyone,
            ),
            (
                "a port list",
                vec![Permission { port_range_list_id: "prl-x".into(), ..ok() }],
                Reach::CannotTell,
            ),
            ("outbound", vec![Permission { direction: "egress".into(), ..ok() }], Reach::Nobody),
            ("no rules", vec![], Reach::Nobody),
            ("nonsense", vec![rule("Accept", "TCP", "x", "y", 1)], Reach::Nobody),
        ];
        for (name, permissions, expected) in rows {
            assert_eq!(judge("enterprise", "Drop", permissions), expected, "{name}");
        }
    }

    #[test]
    fn each_trap_of_order_and_of_what_cannot_be_told() {
        let rows: Vec<(&str, Vec<Permission>, Reach)> = vec![
            (
                "half the range and a prefix list",
                vec![rule("Accept", "TCP", "4000/4000", "10.0.0.0/17", 1), from_list()],
                Reach::CannotTell,
            ),
            (
                "a prefix list dropped on a tie",
                vec![ok(), Permission { policy: "Drop".into(), ..from_list() }],
                Reach::CannotTell,
            ),
            (
                "a prefix list after all are in",
                vec![ok(), Permission { priority: Some(11), ..from_list() }],
                Reach::Everyone,
            ),
            (
                "a prefix list after all are dropped",
                vec![rule("Drop", "ALL", "-1/-1", "0.0.0.0/0", 1), from_list()],
                Reach::Nobody,
            ),
            (
                "the order in the list is not the order of the rules",
                vec![
                    rule("Drop", "TCP", "4000/4000", "0.0.0.0/0", 50),
                    rule("Accept", "TCP", "4000/4000", "10.0.0.0/16", 2),
                    rule("Drop", "TCP", "4000/4000", "10.0.0.0/16", 3),
                ],
                Reach::Everyone,
            ),
            (
                "no priority is the first priority",
                vec![
                    Permission { priority: None, ..rule("Drop", "TCP", "4000/4000", "0.0.0.0/0", 0) },
                    rule("Accept", "TCP", "4000/4000", "0.0.0.0/0", 2),
                ],
                Reach::Nobody,
            ),
            (
                "a drop of another protocol",
                vec![ok(), rule("Drop", "UDP", "-1/-1", "0.0.0.0/0", 1)],
                Reach::Everyone,
            ),
            (
                "a drop of another port",
                vec![ok(), rule("Drop", "TCP", "1/3999", "0.0.0.0/0", 1)],
                Reach::Everyone,
            ),
            (
                "a range that ends before the port",
                vec![rule("Accept", "TCP", "1/3999", "0.0.0.0/0", 1)],
                Reach::Nobody,
            ),
            (
                "a range that ends at the port",
                vec![rule("Accept", "TCP", "3999/4000", "0.0.0.0/0", 1)],
                Reach::Everyone,
            ),
            ("only IPv6 is let in", vec![Permission { policy: "Accept".into(), ..v6() }], Reach::Nobody),
            (
                "a smaller range twice",
                vec![
                    rule("Accept", "TCP", "4000/4000", "10.0.0.0/17", 1),
                    rule("Accept", "TCP", "4000/4000", "10.0.0.0/18", 2),
                ],
                Reach::Some,
            ),
        ];
        for (name, permissions, expected) in rows {
            assert_eq!(judge("enterprise", "Drop", permissions), expected, "{name}");
        }
    }

    #[test]
    fn members_of_a_normal_group_reach_each_other() {
        assert_eq!(judge("normal", "Accept", vec![]), Reach::Members);
        assert_eq!(judge("normal", "Drop", vec![]), Reach::Nobody);
        assert_eq!(judge("enterprise", "Accept", vec![]), Reach::Nobody);
        let half = || vec![rule("Accept", "TCP", "4000/4000", "10.0.0.0/17", 1)];
        assert_eq!(judge("normal", "Accept", half()), Reach::Some);
        let all = || vec![rule("Accept", "TCP", "4000/4000", "10.0.0.0/8", 1)];
        assert_eq!(judge("normal", "Accept", all()), Reach::Everyone);
        assert_eq!(judge("", "accept", vec![]), Reach::Members, "an unknown type counts as normal");
    }

    #[test]
    fn nothing_is_known_about_no_clients() {
        let rules =
            Rules { permissions: vec![rule("Accept", "ALL", "-1/-1", "0.0.0.0/0", 1)], ..Rules::default() };
        assert_eq!(reach(&[Group { kind: "normal", rules: &rules }], &[], 4000), Reach::CannotTell);
    }

    #[test]
    fn groups_attached_together_are_one_list_of_rules() {
        let open = Rules {
            inner_access_policy: "Drop".into(),
            permissions: vec![rule("Accept", "TCP", "4000/4000", "0.0.0.0/0", 5)],
        };
        let closed = Rules {
            inner_access_policy: "Drop".into(),
            permissions: vec![rule("Drop", "TCP", "4000/4000", "0.0.0.0/0", 1)],
        };
        let group = |rules| Group { kind: "normal", rules };
        let clients = ["10.0.0.0/16".parse().unwrap()];
        assert_eq!(reach(&[group(&open), group(&closed)], &clients, 4000), Reach::Nobody);
    }

    proptest::proptest! {
        #[test]
        fn an_accept_of_everything_first_lets_everyone_in(
            drops in proptest::collection::vec((2u64..100, 0u32.., 0u8..=32), 0..6)
        ) {
            let mut permissions = vec![rule("Accept", "ALL", "-1/-1", "0.0.0.0/0", 1)];
            for (priority, address, length) in drops {
                let source = format!("{}/{length}", std::net::Ipv4Addr::from(address));
                permissions.push(rule("Drop", "TCP", "4000/4000", &source, priority));
            }
            proptest::prop_assert_eq!(judge("normal", "Drop", permissions), Reach::Everyone);
        }
    }
}
