//! What a check found and what to do about it, in English.
//!
//! One exhaustive match a layer: a verdict without a sentence does not compile.

use std::net::{IpAddr, SocketAddr};

use super::Words;
use super::pieces::{alone, at, host_port, is_fake, list, place, places, ranges, server, with};
use crate::check::certificate::Certificate;
use crate::check::tcp::Failed;
use crate::check::{Finding, Verdict, Waited, dns, query, tcp};
use crate::lang::Lang;
use crate::ui::clean::clean;
use crate::whereami::{Position, Proof};

mod cloud;
mod login;
mod security_group;
mod tls;

/// The sentences for `finding`, free of control characters whatever the network said.
pub fn finding(finding: &Finding) -> Words {
    let (summary, remedy) = match &finding.verdict {
        Verdict::Waited(Waited::WaitedFor { layer }) => {
            alone(format!("Not checked: {} has to work first.", layer.as_str()))
        }
        Verdict::Waited(Waited::NotReached) => alone("Not checked.".to_owned()),
        Verdict::Waited(Waited::CloudNotAsked) => {
            alone("Not asked: with --host only the network is looked at.".to_owned())
        }
        Verdict::Waited(Waited::SkipTest) => alone("Not tested: --skip-test.".to_owned()),
        Verdict::Unanswered(failure) => cloud::unanswered(failure),
        Verdict::Credentials(verdict) => cloud::credentials(verdict),
        Verdict::Endpoint(verdict) => cloud::endpoint(verdict),
        Verdict::Connection(verdict) => cloud::connection(verdict),
        Verdict::Zones(verdict) => cloud::zones(verdict),
        Verdict::SecurityGroup(verdict) => security_group::words(verdict),
        Verdict::Dns(verdict) => dns(verdict),
        Verdict::Tcp(verdict) => tcp(verdict),
        Verdict::Tls(verdict) => tls::words(verdict),
        Verdict::Login(verdict) => login::words(verdict),
        Verdict::Query(verdict) => query(verdict),
    };
    (clean(&summary), remedy.as_deref().map(clean))
}

fn dns(verdict: &dns::Verdict) -> Words {
    use dns::Verdict as V;
    match verdict {
        V::Resolved { name, addresses } => {
            alone(format!("{name} resolves to the endpoint's {}.", addresses_of(addresses)))
        }
        V::ResolvedUnchecked { name, addresses } => alone(format!(
            "{name} resolves to {}; the endpoint's own addresses are not known, so they were not compared.",
            list(addresses)
        )),
        V::PartlyForeign { name, foreign, .. } => with(
            format!("{name} also resolves to {}, which the endpoint does not have.", list(foreign)),
            "A record may be left over from a zone that was removed. Wait for the name's TTL and check again; \
             then look for an override in PrivateZone or the hosts file.",
        ),
        V::Foreign { name, addresses, expected } => with(
            format!("{name} resolves to {}, but the endpoint has {}.", list(addresses), list(expected)),
            foreign_remedy(addresses),
        ),
        V::PublicAddresses { name, addresses, expected } => with(
            format!("{name} resolves to the public {}{}.", addresses_of(addresses), instead_of(expected)),
            "A private endpoint has addresses of the VPC. Use the endpoint's domain as the host, not TiDB \
             Cloud's public gateway, and look for an override in PrivateZone or the hosts file.",
        ),
        V::NoSuchName { name } => with(
            format!("There is no such name as {name}."),
            "Compare it with the endpoint's Default Domain Name in the console. It is a public name, so a \
             resolver that does not know it may be filtering answers with private addresses.",
        ),
        V::NoAddress { name } => with(
            format!("{name} exists but has no address."),
            "A new endpoint gets its addresses when its zones are Connected: see the zones check, then try \
             again. Some home routers also drop answers with private addresses.",
        ),
        V::TimedOut { name, after_ms } => with(
            format!("The resolver did not answer for {name} within {}.", time(*after_ms)),
            "Check that this machine reaches its DNS server; inside a VPC that is 100.100.2.136 or 100.100.2.138.",
        ),
        V::ResolverFailed { name, text } => with(
            format!("The resolver failed for {name}: {text}."),
            "Check this machine's DNS settings; inside a VPC the servers are 100.100.2.136 and 100.100.2.138.",
        ),
        V::DiallingInstead { name, host, port } => {
            alone(format!("Not asked for {name}: dialling {} instead.", host_port(host, *port)))
        }
    }
}

fn foreign_remedy(addresses: &[IpAddr]) -> &'static str {
    if addresses.iter().any(is_fake) {
        "198.18.0.0/15 is what proxy software answers in its fake-IP mode. Exclude the name there."
    } else {
        "Another endpoint's domain, or an old answer: compare the host with the endpoint's Default Domain Name, \
         and look for an override in PrivateZone or the hosts file."
    }
}

fn instead_of(expected: &[IpAddr]) -> String {
    if expected.is_empty() { String::new() } else { format!("; the endpoint has {}", list(expected)) }
}

fn tcp(verdict: &tcp::Verdict) -> Words {
    use tcp::Verdict as V;
    match verdict {
        V::Connected { addresses, port } => alone(format!("Port {port} answers at {}.", places(addresses))),
        V::PartlyConnected { addresses, failed, port } => with(
            format!("Port {port} answers at {}, but not at {}.", places(addresses), reasons(failed)),
            "Clients that pick the other address will fail. Check the zones of the endpoint and, for an \
             address that never answers, its security group and network ACL.",
        ),
        V::Refused { failed, port } => with(
            format!("{} refused the connection to port {port}.", at(failed)),
            "Nobody listens there. Check the port (TiDB Cloud's is 4000) and that the endpoint's connection \
             is Connected; with a tunnel, that it runs.",
        ),
        V::TimedOut { failed, port, after_ms, instead } => {
            with(silent(failed, *port, *after_ms), timed_out_remedy(failed, *instead))
        }
        V::TimedOutInside { failed, port, after_ms, vpc_id, position } => with(
            format!("{} {}", silent(failed, *port, *after_ms), standing(position, vpc_id)),
            &format!(
                "So something in {vpc_id} drops the packets: the endpoint's security group, where it does not let this \
                 machine in; else the network ACL of its vSwitches (console: VPC > Network ACL), this machine's own \
                 outbound rules, or a wrong port (TiDB Cloud's is 4000)."
            ),
        ),
        V::TimedOutOutside { failed, port, after_ms, vpc_id, position } => with(
            format!("{} {}", silent(failed, *port, *after_ms), standing(position, vpc_id)),
            &format!(
                "The domain resolves everywhere, but its addresses answer only in {vpc_id} and in networks linked to it \
                 (VPN, CEN). Run this on a machine there, or tunnel through one: ssh -N -L 4000:{} USER@BASTION, \
                 then the same command with --connect-to 127.0.0.1:4000.",
                failed.first().map(|one| SocketAddr::new(one.address, *port).to_string()).unwrap_or_default()
            ),
        ),
        V::Reset { failed, port } => with(
            format!("{} closed the connection to port {port} while it opened.", at(failed)),
            "A firewall or proxy on the way does this, or an endpoint whose connection is not Connected.",
        ),
        V::Unreachable { failed, port } => with(
            format!("There is no route to {} (port {port}).", at(failed)),
            "The addresses belong to the VPC: run this on a machine in the VPC, or connect this network to it \
             (VPN, CEN), or use --connect-to with a tunnel.",
        ),
        V::NoneConnected { failed, port } => with(
            format!("Port {port} does not answer: {}.", reasons(failed)),
            "Check that this machine is in the VPC or connected to it, and that the endpoint's security group \
             lets it in on the port.",
        ),
        V::TargetUnresolved { host, text } => with(
            format!("{host}, given with --connect-to, has no address: {text}."),
            "Check the spelling, or give an address.",
        ),
    }
}

fn silent(failed: &[Failed], port: u16, after_ms: u64) -> String {
    format!("No answer from {} on port {port} within {}.", at(failed), time(after_ms))
}

/// Where this machine stands towards the VPC.
fn standing(position: &Position, vpc_id: &str) -> String {
    let address = |address: &Option<std::net::Ipv4Addr>| {
        address.map_or_else(|| "This machine".to_owned(), |address| format!("This machine ({address})"))
    };
    match position {
        Position::Inside { address: at, proof: Proof::Metadata } => {
            format!("{} is in {vpc_id}.", address(at))
        }
        Position::Inside { address: at, proof: Proof::Address } => {
            format!("{} has an address of {vpc_id}, if that is no coincidence.", address(at))
        }
        Position::OtherVpc { machine_vpc_id, machine_region_id } => {
            format!(
                "This machine is in another VPC, says its ECS metadata service: {machine_vpc_id} ({machine_region_id})."
            )
        }
        Position::Outside { machine_address, vpc_ranges } => format!(
            "This machine is not in {vpc_id}: no ECS metadata service answers here, and its address {machine_address} \
             is not in {}.",
            ranges(vpc_ranges)
        ),
        Position::Unknown => String::new(),
    }
}

fn timed_out_remedy(failed: &[Failed], instead: bool) -> &'static str {
    if instead {
        "Check that the tunnel or bastion given with --connect-to runs and is reachable from here."
    } else if failed.iter().all(|one| !dns::is_public(&one.address)) {
        "These are private addresses, and the name resolves everywhere: most likely this machine is not in the \
         VPC, nor connected to it. Run this on an ECS instance in the VPC, or through a tunnel with \
         --connect-to. If it is in the VPC, the endpoint's security group does not let it in on the port."
    } else {
        "Either this machine is not in the VPC, or the endpoint's security group does not let it in on the port."
    }
}

fn query(verdict: &query::Verdict) -> Words {
    use query::Verdict as V;
    match verdict {
        V::Answered { version, tidb, current_user, cipher, latency_ms } => {
            let kind = if *tidb { "" } else { " (not a TiDB)" };
            let user = current_user.as_ref().map(|user| format!(" as {user}")).unwrap_or_default();
            let cipher = cipher.as_ref().map(|cipher| format!(", {cipher}")).unwrap_or_default();
            alone(format!("{version}{kind} answers{user} in {latency_ms:.1} ms (median of 5){cipher}."))
        }
        V::NoCredentials => alone("Not tried: no login without user and password.".to_owned()),
        V::ServerError { error } => with(
            format!("The query was refused: {}.", server(error)),
            "Try again; see TiDB Cloud's status page.",
        ),
        V::TimedOut { after_ms } => with(
            format!("The login worked, but no query was answered within {}.", time(*after_ms)),
            "Try again: the instance may be starting or overloaded.",
        ),
        V::ConnectionLost { text } => with(
            format!("The connection broke during the query: {text}."),
            "Try again; if it stays so, look for a firewall that ends long connections.",
        ),
    }
}

/// The names of a certificate, or that it has none.
pub(super) fn names(certificate: &Certificate) -> String {
    if certificate.names.is_empty() { "no name".to_owned() } else { certificate.names.join(", ") }
}

pub(super) fn time(ms: u64) -> String {
    super::millis(Lang::En, ms)
}

fn addresses_of(addresses: &[IpAddr]) -> String {
    let noun = if addresses.len() == 1 { "address" } else { "addresses" };
    format!("{noun} {}", list(addresses))
}

fn reasons(failed: &[Failed]) -> String {
    let each =
        failed.iter().map(|one| format!("{}: {}", place(one.address, one.zone_id.as_ref()), one.reason));
    each.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
