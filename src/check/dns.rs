//! The *dns* layer: does the endpoint domain resolve to the endpoint's addresses?
//!
//! The domain is in public DNS, so an answer says nothing about being inside the VPC. That is the next layer.

use std::net::IpAddr;

use serde::Serialize;

use super::target::Target;
use super::{CheckId, Finding, Status};
use crate::net::LookupFailure;

/// What the name led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every address is one of the endpoint's.
    Resolved {
        /// The domain.
        name: String,
        /// What it resolves to.
        addresses: Vec<IpAddr>,
    },
    /// It resolves; the endpoint's addresses are not known, so nothing was compared.
    ResolvedUnchecked {
        /// The domain.
        name: String,
        /// What it resolves to.
        addresses: Vec<IpAddr>,
    },
    /// Only some addresses are the endpoint's.
    PartlyForeign {
        /// The domain.
        name: String,
        /// Addresses of the endpoint.
        addresses: Vec<IpAddr>,
        /// Addresses that are not the endpoint's.
        foreign: Vec<IpAddr>,
    },
    /// None of the addresses is the endpoint's: a stale answer, an overridden one, or another endpoint.
    Foreign {
        /// The domain.
        name: String,
        /// What it resolves to.
        addresses: Vec<IpAddr>,
        /// What the endpoint has.
        expected: Vec<IpAddr>,
    },
    /// The addresses are on the public internet, which no private endpoint's are.
    PublicAddresses {
        /// The domain.
        name: String,
        /// What it resolves to.
        addresses: Vec<IpAddr>,
        /// What the endpoint has, where known.
        expected: Vec<IpAddr>,
    },
    /// The name does not exist.
    NoSuchName {
        /// The domain.
        name: String,
    },
    /// The name has no address.
    NoAddress {
        /// The domain.
        name: String,
    },
    /// The resolver did not answer.
    TimedOut {
        /// The domain.
        name: String,
        /// How long it had.
        after_ms: u64,
    },
    /// The resolver failed.
    ResolverFailed {
        /// The domain.
        name: String,
        /// Its words.
        text: String,
    },
    /// Not asked: another host is dialled.
    DiallingInstead {
        /// The domain that would have been asked for.
        name: String,
        /// The host that is dialled.
        host: String,
        /// Its port.
        port: u16,
    },
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The domain.
    pub name: String,
    /// The endpoint's own addresses, if known.
    pub expected: Vec<IpAddr>,
    /// The resolver's answer.
    pub answer: Result<Vec<IpAddr>, LookupFailure>,
    /// How long the resolver had.
    pub limit_ms: u64,
}

/// What the resolver said about the target's domain.
pub fn facts(target: &Target, answer: Result<Vec<IpAddr>, LookupFailure>) -> Facts {
    Facts {
        name: target.domain.clone(),
        expected: target.eni_ips.clone(),
        answer,
        limit_ms: super::millis(target.connect_timeout),
    }
}

/// Judges the answer.
pub fn judge(facts: Facts) -> Finding {
    let Facts { name, expected, answer, limit_ms } = facts;
    match answer {
        Ok(addresses) => judge_addresses(name, addresses, expected),
        Err(LookupFailure::NoSuchName) => finding(Status::Fail, Verdict::NoSuchName { name }),
        Err(LookupFailure::NoAddress) => finding(Status::Fail, Verdict::NoAddress { name }),
        Err(LookupFailure::TimedOut) => finding(Status::Fail, Verdict::TimedOut { name, after_ms: limit_ms }),
        Err(LookupFailure::Resolver(text)) => {
            finding(Status::Fail, Verdict::ResolverFailed { name, text: super::capped(&text) })
        }
    }
}

/// The outcome where another host is dialled.
pub fn dialling_instead(target: &Target, host: &str, port: u16) -> Finding {
    finding(
        Status::Skip,
        Verdict::DiallingInstead { name: target.domain.clone(), host: host.to_owned(), port },
    )
}

fn judge_addresses(name: String, addresses: Vec<IpAddr>, expected: Vec<IpAddr>) -> Finding {
    if expected.is_empty() {
        return judge_unknown(name, addresses);
    }
    let (own, foreign): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|ip| expected.contains(ip));
    if foreign.is_empty() {
        finding(Status::Pass, Verdict::Resolved { name, addresses: own })
    } else if !own.is_empty() {
        finding(Status::Warn, Verdict::PartlyForeign { name, addresses: own, foreign })
    } else if foreign.iter().all(is_public) {
        finding(Status::Fail, Verdict::PublicAddresses { name, addresses: foreign, expected })
    } else {
        finding(Status::Fail, Verdict::Foreign { name, addresses: foreign, expected })
    }
}

/// Without the endpoint's addresses only the kind of address can be judged. A VPC may be numbered from public
/// ranges (30.0.0.0/8 is popular), so for a PrivateLink name that is a warning.
fn judge_unknown(name: String, addresses: Vec<IpAddr>) -> Finding {
    if !addresses.iter().any(is_public) {
        return finding(Status::Pass, Verdict::ResolvedUnchecked { name, addresses });
    }
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    let status = if lower.ends_with(".privatelink.aliyuncs.com") { Status::Warn } else { Status::Fail };
    finding(status, Verdict::PublicAddresses { name, addresses, expected: Vec::new() })
}

/// Whether an address belongs to the public internet, as far as its number tells.
pub fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let carrier_grade = first == 100 && (64..128).contains(&second);
            let benchmark = first == 198 && (18..20).contains(&second);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || carrier_grade
                || benchmark)
        }
        IpAddr::V6(ip) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local())
        }
    }
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Dns, status, verdict: super::Verdict::Dns(verdict) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|ip| ip.parse().unwrap()).collect()
    }

    fn judged(name: &str, answer: &[&str], expected: &[&str]) -> (Status, String) {
        let facts =
            Facts { name: name.into(), expected: ips(expected), answer: Ok(ips(answer)), limit_ms: 10 };
        coded(&judge(facts))
    }

    fn coded(finding: &Finding) -> (Status, String) {
        let detail = serde_json::to_value(&finding.verdict).unwrap();
        (finding.status, detail["code"].as_str().unwrap().to_owned())
    }

    #[test]
    fn addresses_are_compared_with_the_endpoint() {
        let zones = ["10.0.0.1", "10.0.1.1"];
        assert_eq!(judged("ep", &["10.0.0.1"], &zones), (Status::Pass, "resolved".into()));
        assert_eq!(judged("ep", &["10.0.0.1", "10.0.9.9"], &zones), (Status::Warn, "partly-foreign".into()));
        assert_eq!(judged("ep", &["10.0.9.9"], &zones), (Status::Fail, "foreign".into()));
        assert_eq!(judged("ep", &["198.18.0.7"], &zones), (Status::Fail, "foreign".into()));
        assert_eq!(judged("ep", &["47.1.2.3"], &zones), (Status::Fail, "public-addresses".into()));
    }

    #[test]
    fn a_vpc_with_public_numbers_is_no_fault() {
        assert_eq!(judged("ep", &["30.0.0.1"], &["30.0.0.1"]), (Status::Pass, "resolved".into()));
        let name = "ep-x.epsrv-y.ap-southeast-1.privatelink.aliyuncs.com";
        assert_eq!(judged(name, &["30.0.0.1"], &[]), (Status::Warn, "public-addresses".into()));
        assert_eq!(
            judged("gateway01.example", &["47.1.2.3"], &[]),
            (Status::Fail, "public-addresses".into())
        );
    }

    #[test]
    fn without_the_endpoint_private_addresses_pass_unchecked() {
        for address in ["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1", "fd00::1"] {
            assert_eq!(
                judged("ep", &[address], &[]),
                (Status::Pass, "resolved-unchecked".into()),
                "{address}"
            );
        }
    }

    #[test]
    fn each_failure_has_its_code() {
        let with = |failure| {
            let facts = Facts { name: "ep".into(), expected: Vec::new(), answer: Err(failure), limit_ms: 10 };
            coded(&judge(facts))
        };
        assert_eq!(with(LookupFailure::NoSuchName), (Status::Fail, "no-such-name".into()));
        assert_eq!(with(LookupFailure::NoAddress), (Status::Fail, "no-address".into()));
        assert_eq!(with(LookupFailure::TimedOut), (Status::Fail, "timed-out".into()));
        assert_eq!(with(LookupFailure::Resolver("x".into())), (Status::Fail, "resolver-failed".into()));
    }
}
