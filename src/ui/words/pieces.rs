//! What sentences are made of in every language: ids, addresses, lists, commands. No words.

use std::net::IpAddr;
use std::path::Path;

use super::{Words, candidates};
use crate::check::greeting::ServerError;
use crate::check::security_group::Of;
use crate::check::tcp::{Address, Failed};
use crate::cloud::sts::Identity;
use crate::lang::Lang;
use crate::problem::Candidate;
use crate::shell;
use crate::ui::clean::clean;

/// What happened, where nothing is to be done.
pub(super) fn alone(summary: String) -> Words {
    (summary, None)
}

/// What happened, and what to do.
pub(super) fn with(summary: String, remedy: &str) -> Words {
    (summary, Some(remedy.to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "keeps the tables of sentences readable")]
pub(super) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// `id "name"`.
pub(super) fn named(id: &str, name: &str) -> String {
    if name.is_empty() { id.to_owned() } else { format!("{id} {name:?}") }
}

/// `id (name)`.
pub(super) fn called(id: &str, name: &str) -> String {
    if name.is_empty() { id.to_owned() } else { format!("{id} ({name})") }
}

/// Names in quotes.
pub(super) fn quoted(names: &[String], between: &str) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(between)
}

/// The first, or nothing.
pub(super) fn first(items: &[String]) -> &str {
    items.first().map(String::as_str).unwrap_or_default()
}

/// At most eight candidates, so that a message stays a message; and how many more there are.
pub(super) fn candidates_shown(lang: Lang, all: &[Candidate]) -> (String, usize) {
    let one = |c: &Candidate| called(&clean(&c.id), &clean(&candidates::label(lang, c)));
    let shown: Vec<String> = all.iter().take(8).map(one).collect();
    (shown.join(", "), all.len() - shown.len())
}

/// Whose key it is, as exactly as the cloud says.
pub(super) fn who(identity: &Identity) -> &str {
    if identity.arn.is_empty() { &identity.account_id } else { &identity.arn }
}

/// `1045 (28000) Access denied …`.
pub(super) fn server(error: &ServerError) -> String {
    let state = error.state.as_deref().map(|state| format!(" ({state})")).unwrap_or_default();
    format!("{}{state} {}", error.number, error.text.trim_end_matches('.'))
}

/// Addresses.
pub(super) fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Ranges.
pub(super) fn ranges(ranges: &[ipnet::Ipv4Net]) -> String {
    ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// An address with its zone.
pub(super) fn place(address: IpAddr, zone: Option<&String>) -> String {
    zone.map_or_else(|| address.to_string(), |zone| format!("{address} ({zone})"))
}

/// Addresses with their zones.
pub(super) fn places(addresses: &[Address]) -> String {
    let places = addresses.iter().map(|at| place(at.address, at.zone_id.as_ref()));
    places.collect::<Vec<_>>().join(", ")
}

/// The same of those that do not answer.
pub(super) fn at(failed: &[Failed]) -> String {
    let places = failed.iter().map(|one| place(one.address, one.zone_id.as_ref()));
    places.collect::<Vec<_>>().join(", ")
}

/// An address of 198.18.0.0/15, which proxy software answers in its fake-IP mode.
pub(super) fn is_fake(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V4(ip) if ip.octets()[0] == 198 && ip.octets()[1] & 0xfe == 18)
}

/// The day of a time.
pub(super) fn day(date: &str) -> &str {
    date.split('T').next().unwrap_or(date)
}

/// A host and its port.
pub(super) fn host_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// The command that signs a profile of the Alibaba Cloud CLI in.
pub(super) fn configure(profile: &str) -> String {
    shell::join(["aliyun", "configure", "--profile", profile].map(ToOwned::to_owned))
}

/// The command that keeps others from reading a file.
pub(super) fn chmod(path: &Path) -> String {
    shell::join(["chmod".to_owned(), "600".to_owned(), path.display().to_string()])
}

/// The command that lists a region's endpoints.
pub(super) fn list_command(region_id: &str) -> String {
    shell::join(["aliyun", "privatelink", "ListVpcEndpoints", "--RegionId", region_id])
}

/// What lets clients in: where to click, and what to type.
pub(super) struct Opening<'a> {
    /// The group.
    pub(super) group: &'a str,
    /// Who is let in.
    pub(super) range: String,
    /// The ports as a rule has them.
    pub(super) ports: String,
    /// The command that does it.
    pub(super) command: String,
}

impl<'a> Opening<'a> {
    /// For the first of the groups.
    pub(super) fn of(of: &'a Of) -> Self {
        let group = first(&of.group_ids);
        let range = of.clients.first().map_or_else(|| "CLIENT_CIDR".to_owned(), ToString::to_string);
        let ports = format!("{0}/{0}", of.port);
        let command = shell::join([
            "aliyun",
            "ecs",
            "AuthorizeSecurityGroup",
            "--RegionId",
            &of.region_id,
            "--SecurityGroupId",
            group,
            "--Permissions.1.Policy",
            "accept",
            "--Permissions.1.IpProtocol",
            "TCP",
            "--Permissions.1.PortRange",
            &ports,
            "--Permissions.1.SourceCidrIp",
            &range,
            "--Permissions.1.Priority",
            "1",
        ]);
        Self { group, range, ports, command }
    }
}
