//! The way from this machine to TiDB at one glance, with the broken hop marked. Pure.
//!
//! Nodes are places, links are the hops between them. What comes after the broken hop is drawn as not reached.

use super::style::Style;
use super::words::headings;
use crate::check::{CheckId, Finding, Status, root_cause};
use crate::lang::Lang;
use crate::report::{EndpointReport, ZoneReport};

/// The places between this machine and TiDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    nodes: Vec<Node>,
    /// The layer that failed, and the link after this node.
    broken: Option<(usize, CheckId)>,
    /// Links after this many are not known to work.
    proven: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    name: String,
    inside: Vec<String>,
}

impl Path {
    /// The path to an endpoint, or to a host nobody asked the cloud about; empty where neither is known.
    pub fn of(
        lang: Lang,
        endpoint: Option<&EndpointReport>,
        host: Option<&str>,
        findings: &[Finding],
    ) -> Self {
        let cause = root_cause(findings).map(|finding| finding.id);
        let nodes = match (endpoint, host) {
            (Some(endpoint), _) => nodes(lang, endpoint),
            (None, Some(host)) => vec![machine(lang), Node::new(host), Node::new("TiDB")],
            (None, None) => Vec::new(),
        };
        let last = nodes.len().saturating_sub(1);
        let hop = |id| if endpoint.is_some() { hop(id) } else { hop(id).min(1) * last.min(1) };
        let broken = cause.filter(|_| last > 0).map(|id| (hop(id).min(last.saturating_sub(1)), id));
        let reached =
            |id| findings.iter().any(|f| f.id == id && matches!(f.status, Status::Pass | Status::Warn));
        let proven = match &broken {
            Some((at, _)) => *at,
            None if reached(CheckId::Tls) || reached(CheckId::Login) => last,
            None if reached(CheckId::Tcp) => last.saturating_sub(1),
            None => 0,
        };
        Self { nodes, broken, proven }
    }

    /// As text: on one line where it fits, else from top to bottom.
    pub fn draw(&self, style: Style, width: Option<usize>) -> String {
        if self.nodes.is_empty() {
            return String::new();
        }
        let flat = self.flat(style);
        let fits = width.is_some_and(|width| console::measure_text_width(flat.trim_end()) <= width);
        if fits { flat } else { self.upright(style) }
    }

    fn flat(&self, style: Style) -> String {
        let (dash, gap) = if style.unicode { ("──", "╌╌") } else { ("--", "..") };
        let hop = |at| match self.link(at) {
            Link::Open => dash.repeat(2),
            Link::Broken(id) => format!("{dash}{}{dash} {}", cross(style), style.red(id.as_str())),
            Link::Unknown => gap.repeat(2),
        };
        let place = |node: &Node| match &node.inside[..] {
            [] => node.name.clone(),
            inside => format!("{} [{}]", node.name, inside.join(", ")),
        };
        let last = self.nodes.len().saturating_sub(1);
        let part = |(at, node): (usize, &Node)| {
            if at < last { format!("{} {} ", place(node), hop(at)) } else { place(node) }
        };
        self.nodes.iter().enumerate().map(part).chain(["\n".to_owned()]).collect::<Vec<_>>().concat()
    }

    fn upright(&self, style: Style) -> String {
        let (bar, gap) = if style.unicode { ("│", "┊") } else { ("|", ":") };
        let mut lines = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            lines.push(format!("  {}\n", node.name));
            lines.extend(node.inside.iter().map(|inside| format!("    {}\n", style.dim(inside))));
            if at + 1 < self.nodes.len() {
                lines.push(match self.link(at) {
                    Link::Open => format!("  {bar}\n"),
                    Link::Broken(id) => {
                        let text = style.red(&headings::broken_here(style.lang, id.as_str()));
                        format!("  {} {text}\n", cross(style))
                    }
                    Link::Unknown => format!("  {gap}\n"),
                });
            }
        }
        lines.concat()
    }

    fn link(&self, at: usize) -> Link {
        match self.broken {
            Some((hop, id)) if hop == at => Link::Broken(id),
            _ if at < self.proven => Link::Open,
            _ => Link::Unknown,
        }
    }
}

enum Link {
    Open,
    Broken(CheckId),
    Unknown,
}

impl Node {
    fn new(name: &str) -> Self {
        Self { name: super::clean::clip(name, 90), inside: Vec::new() }
    }
}

fn machine(lang: Lang) -> Node {
    Node::new(headings::this_machine(lang))
}

fn nodes(lang: Lang, endpoint: &EndpointReport) -> Vec<Node> {
    let service = endpoint.service_name.rsplit('.').next().unwrap_or_default();
    let vpc = Node {
        inside: endpoint.zones.iter().map(|at| zone(lang, at)).collect(),
        ..Node::new(&endpoint.vpc_id)
    };
    vec![machine(lang), vpc, Node::new(&endpoint.id), Node::new(service), Node::new("TiDB")]
}

fn zone(lang: Lang, zone: &ZoneReport) -> String {
    let address = zone.eni_ip.as_deref().unwrap_or(headings::no_address(lang));
    super::clean::clip(&format!("{address} {}", zone.zone_id), 60)
}

/// Which link a layer is about, of the four between machine, VPC, endpoint, service and TiDB.
fn hop(id: CheckId) -> usize {
    match id {
        CheckId::Credentials | CheckId::SecurityGroup | CheckId::Dns | CheckId::Tcp => 0,
        CheckId::Zones => 1,
        CheckId::Endpoint | CheckId::Connection => 2,
        CheckId::Tls | CheckId::Login | CheckId::Query => 3,
    }
}

fn cross(style: Style) -> String {
    style.mark(Status::Fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Finding, Sheet, Waited};

    fn endpoint() -> EndpointReport {
        let zone = |letter: &str, ip: &str| ZoneReport {
            zone_id: format!("ap-southeast-1{letter}"),
            vswitch_id: "vsw-1".into(),
            eni_ip: Some(ip.into()),
            domain: None,
            status: Some("Connected".into()),
        };
        EndpointReport {
            id: "ep-t4n00000000000000test".into(),
            name: "app".into(),
            region_id: "ap-southeast-1".into(),
            vpc_id: "vpc-t4n0000000000000test".into(),
            service_name: "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4n000000000000test".into(),
            domain: None,
            status: "Active".into(),
            connection_status: "Connected".into(),
            zones: vec![zone("a", "10.0.0.10"), zone("b", "10.0.1.10")],
            security_group_ids: Vec::new(),
        }
    }

    fn findings(up_to: CheckId, last: Status) -> Vec<Finding> {
        let mut sheet = Sheet::default();
        for id in CheckId::ALL.into_iter().filter(|id| *id <= up_to) {
            let status = if id == up_to { last } else { Status::Pass };
            sheet.note(Finding { status, ..Finding::skipped(id, Waited::NotReached) });
        }
        sheet.findings().to_vec()
    }

    fn drawn(up_to: CheckId, last: Status, unicode: bool, width: usize) -> String {
        let endpoint = endpoint();
        let style = Style { unicode, ..Style::bare() };
        Path::of(Lang::En, Some(&endpoint), None, &findings(up_to, last)).draw(style, Some(width))
    }

    #[test]
    fn the_broken_hop_is_marked_and_what_follows_is_not_reached() {
        insta::assert_snapshot!(drawn(CheckId::Tcp, Status::Fail, true, 40), @r"
          this machine
          ✗ broken here: tcp
          vpc-t4n0000000000000test
            10.0.0.10 ap-southeast-1a
            10.0.1.10 ap-southeast-1b
          ┊
          ep-t4n00000000000000test
          ┊
          epsrv-t4n000000000000test
          ┊
          TiDB
        ");
    }

    #[test]
    fn it_folds_at_forty_columns_in_ascii() {
        for id in CheckId::ALL {
            for status in [Status::Pass, Status::Fail] {
                let text = drawn(id, status, false, 40);
                assert!(text.is_ascii(), "{text}");
                assert!(text.lines().all(|line| line.len() <= 40), "{text}");
                assert_eq!(text.contains("broken here"), status == Status::Fail, "{text}");
            }
        }
    }

    #[test]
    fn a_wide_terminal_shows_it_on_one_line() {
        let text = drawn(CheckId::Login, Status::Fail, true, 240);
        assert_eq!(
            text,
            "this machine ──── vpc-t4n0000000000000test [10.0.0.10 ap-southeast-1a, 10.0.1.10 ap-southeast-1b] ──── \
             ep-t4n00000000000000test ──── epsrv-t4n000000000000test ──✗── login TiDB\n"
        );
        let whole = drawn(CheckId::Query, Status::Pass, false, 240);
        assert_eq!(whole.matches("----").count(), 4, "{whole}");
    }

    #[test]
    fn each_layer_breaks_its_own_hop() {
        let broken = |id| {
            Path::of(Lang::En, Some(&endpoint()), None, &findings(id, Status::Fail)).broken.map(|(at, _)| at)
        };
        assert_eq!(broken(CheckId::Dns), Some(0));
        assert_eq!(broken(CheckId::Zones), Some(1));
        assert_eq!(broken(CheckId::Connection), Some(2));
        assert_eq!(broken(CheckId::Query), Some(3));
    }

    #[test]
    fn without_an_endpoint_the_host_stands_for_it() {
        let of = |id| Path::of(Lang::En, None, Some("ep.example"), &findings(id, Status::Fail));
        assert_eq!(of(CheckId::Tcp).broken, Some((0, CheckId::Tcp)));
        assert_eq!(of(CheckId::Login).broken, Some((1, CheckId::Login)));
        assert_eq!(Path::of(Lang::En, None, None, &[]).draw(Style::bare(), Some(80)), "");
    }
}
