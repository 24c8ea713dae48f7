//! The *tcp* layer: does a connection open to every address?
//!
//! One connection to each address at once, closed again: a later wait for a slow zone must not let the server
//! give up on one that is already open.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use serde::Serialize;
use tokio::task::JoinSet;

use super::target::Target;
use super::{CheckId, Finding, Status};
use crate::net::{ConnectFailure, LookupFailure, Net};
use crate::whereami::Position;

/// What became of the connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every address answers.
    Connected {
        /// The addresses, with their zones.
        addresses: Vec<Address>,
        /// The port.
        port: u16,
    },
    /// Some addresses answer, others do not.
    PartlyConnected {
        /// The addresses that answer.
        addresses: Vec<Address>,
        /// Those that do not.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
    },
    /// Nobody listens on the port.
    Refused {
        /// The addresses tried.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
    },
    /// Nothing came back, though this machine is in the VPC: something in it drops the packets.
    #[serde(rename = "timed-out-inside-vpc")]
    TimedOutInside {
        /// The addresses tried.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
        /// How long they had.
        after_ms: u64,
        /// The endpoint's VPC.
        vpc_id: String,
        /// Where this machine is.
        #[serde(flatten)]
        position: Position,
    },
    /// Nothing came back, and this machine is not in the VPC.
    #[serde(rename = "timed-out-outside-vpc")]
    TimedOutOutside {
        /// The addresses tried.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
        /// How long they had.
        after_ms: u64,
        /// The endpoint's VPC.
        vpc_id: String,
        /// Where this machine is.
        #[serde(flatten)]
        position: Position,
    },
    /// Nothing came back, and it is not known where this machine is.
    TimedOut {
        /// The addresses tried.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
        /// How long they had.
        after_ms: u64,
        /// Whether another host than the endpoint domain was dialled.
        instead: bool,
    },
    /// Torn down while opening.
    Reset {
        /// The addresses tried.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
    },
    /// There is no route.
    Unreachable {
        /// The addresses tried.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
    },
    /// No address answers, for different reasons or for one the system has its own words for.
    NoneConnected {
        /// The addresses tried, each with its reason.
        failed: Vec<Failed>,
        /// The port.
        port: u16,
    },
    /// The host to dial instead has no address.
    TargetUnresolved {
        /// The host of `--connect-to`.
        host: String,
        /// Why.
        text: String,
    },
}

/// An address and, where known, its zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// The address.
    pub address: IpAddr,
    /// The zone whose network interface has it.
    pub zone_id: Option<String>,
}

/// An address that did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The address.
    pub address: IpAddr,
    /// The zone whose network interface has it.
    pub zone_id: Option<String>,
    /// Why.
    pub reason: ConnectFailure,
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Each address with its outcome, in the resolver's order.
    pub outcomes: Vec<(Address, Result<(), ConnectFailure>)>,
    /// The port.
    pub port: u16,
    /// How long each had.
    pub limit_ms: u64,
    /// Whether another host than the endpoint domain was dialled.
    pub instead: bool,
    /// The endpoint's VPC; empty where it is not known.
    pub vpc_id: String,
    /// Where this machine is; only needed where nothing came back.
    pub position: Position,
}

impl Facts {
    /// Whether nothing came back from anywhere.
    pub fn timed_out(&self) -> bool {
        self.outcomes.iter().all(|(_, outcome)| *outcome == Err(ConnectFailure::TimedOut))
    }
}

/// Tries every address at once.
pub async fn gather(target: &Target, net: &Net, addresses: &[IpAddr]) -> Facts {
    let port = target.dialled().1;
    let net = Arc::new(net.clone());
    let mut tries = JoinSet::new();
    for (index, &address) in addresses.iter().enumerate() {
        let (net, limit) = (Arc::clone(&net), target.connect_timeout);
        tries.spawn(async move {
            let opened = net.connect(SocketAddr::new(address, port), limit).await;
            (index, address, opened.map(drop))
        });
    }
    let mut done = tries.join_all().await;
    done.sort_unstable_by_key(|(index, ..)| *index);
    let zone = |address| Address { address, zone_id: target.zones.get(&address).cloned() };
    Facts {
        outcomes: done.into_iter().map(|(_, address, outcome)| (zone(address), outcome)).collect(),
        port,
        limit_ms: super::millis(target.connect_timeout),
        instead: target.connect_to.is_some(),
        vpc_id: target.vpc_id().to_owned(),
        position: Position::Unknown,
    }
}

/// Judges the outcomes.
pub fn judge(facts: Facts) -> Finding {
    let Facts { outcomes, port, limit_ms, instead, vpc_id, position } = facts;
    let (mut addresses, mut failed) = (Vec::new(), Vec::new());
    for (at, outcome) in outcomes {
        match outcome {
            Ok(()) => addresses.push(at),
            Err(reason) => failed.push(Failed { address: at.address, zone_id: at.zone_id, reason }),
        }
    }
    match (addresses.is_empty(), failed.is_empty()) {
        (false, true) => finding(Status::Pass, Verdict::Connected { addresses, port }),
        (false, false) => finding(Status::Warn, Verdict::PartlyConnected { addresses, failed, port }),
        _ => {
            let silence = Silence { after_ms: limit_ms, instead, vpc_id, position };
            finding(Status::Fail, none_connected(failed, port, silence))
        }
    }
}

/// The outcome where the host of `--connect-to` has no address.
pub fn target_unresolved(host: &str, failure: &LookupFailure) -> Finding {
    let text = super::capped(&failure.to_string());
    finding(Status::Fail, Verdict::TargetUnresolved { host: host.to_owned(), text })
}

/// The addresses that answered, in order.
pub fn reached(finding: &Finding) -> Vec<IpAddr> {
    match &finding.verdict {
        super::Verdict::Tcp(
            Verdict::Connected { addresses, .. } | Verdict::PartlyConnected { addresses, .. },
        ) => addresses.iter().map(|at| at.address).collect(),
        _ => Vec::new(),
    }
}

/// What a silence is judged by.
struct Silence {
    after_ms: u64,
    instead: bool,
    vpc_id: String,
    position: Position,
}

impl Silence {
    fn verdict(self, failed: Vec<Failed>, port: u16) -> Verdict {
        let Self { after_ms, instead, vpc_id, position } = self;
        match position {
            Position::Inside { .. } if !instead => {
                Verdict::TimedOutInside { failed, port, after_ms, vpc_id, position }
            }
            Position::OtherVpc { .. } | Position::Outside { .. } if !instead => {
                Verdict::TimedOutOutside { failed, port, after_ms, vpc_id, position }
            }
            _ => Verdict::TimedOut { failed, port, after_ms, instead },
        }
    }
}

fn none_connected(failed: Vec<Failed>, port: u16, silence: Silence) -> Verdict {
    let first = failed.first().map(|one| one.reason.clone());
    let same = failed.iter().all(|one| Some(&one.reason) == first.as_ref());
    match first.filter(|_| same) {
        Some(ConnectFailure::Refused) => Verdict::Refused { failed, port },
        Some(ConnectFailure::TimedOut) => silence.verdict(failed, port),
        Some(ConnectFailure::Reset) => Verdict::Reset { failed, port },
        Some(ConnectFailure::Unreachable) => Verdict::Unreachable { failed, port },
        Some(ConnectFailure::Other(_)) | None => Verdict::NoneConnected { failed, port },
    }
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Tcp, status, verdict: super::Verdict::Tcp(verdict) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(outcomes: &[(&str, Result<(), ConnectFailure>)]) -> (Status, String) {
        judged_at(outcomes, Position::Unknown)
    }

    fn judged_at(outcomes: &[(&str, Result<(), ConnectFailure>)], position: Position) -> (Status, String) {
        let outcomes = outcomes
            .iter()
            .map(|(ip, outcome)| (Address { address: ip.parse().unwrap(), zone_id: None }, outcome.clone()));
        let (outcomes, vpc_id) = (outcomes.collect(), "vpc-a".to_owned());
        let facts = Facts { outcomes, port: 4000, limit_ms: 10, instead: false, vpc_id, position };
        let finding = judge(facts);
        let detail = serde_json::to_value(&finding.verdict).unwrap();
        (finding.status, detail["code"].as_str().unwrap().to_owned())
    }

    #[test]
    fn all_some_or_none() {
        let (one, two) = ("10.0.0.1", "10.0.1.1");
        let refused = || Err(ConnectFailure::Refused);
        assert_eq!(judged(&[(one, Ok(())), (two, Ok(()))]), (Status::Pass, "connected".into()));
        assert_eq!(judged(&[(one, refused()), (two, Ok(()))]), (Status::Warn, "partly-connected".into()));
        assert_eq!(judged(&[(one, refused()), (two, refused())]), (Status::Fail, "refused".into()));
        let mixed = [(one, refused()), (two, Err(ConnectFailure::TimedOut))];
        assert_eq!(judged(&mixed), (Status::Fail, "none-connected".into()));
    }

    #[test]
    fn reasons_are_told_apart() {
        let code = |failure| judged(&[("10.0.0.1", Err(failure))]).1;
        assert_eq!(code(ConnectFailure::TimedOut), "timed-out");
        assert_eq!(code(ConnectFailure::Reset), "reset");
        assert_eq!(code(ConnectFailure::Unreachable), "unreachable");
        assert_eq!(code(ConnectFailure::Other("no buffer space".into())), "none-connected");
    }

    #[test]
    fn a_silence_means_something_else_inside_and_outside_the_vpc() {
        let code = |position| judged_at(&[("10.0.0.1", Err(ConnectFailure::TimedOut))], position).1;
        let proof = crate::whereami::Proof::Metadata;
        assert_eq!(code(Position::Inside { address: None, proof }), "timed-out-inside-vpc");
        let (machine_vpc_id, machine_region_id) = ("vpc-b".into(), "cn-hangzhou".into());
        assert_eq!(code(Position::OtherVpc { machine_vpc_id, machine_region_id }), "timed-out-outside-vpc");
        let machine_address = "192.168.1.5".parse().unwrap();
        let outside = Position::Outside { machine_address, vpc_ranges: Vec::new() };
        assert_eq!(code(outside), "timed-out-outside-vpc");
        assert_eq!(code(Position::Unknown), "timed-out");
    }

    #[tokio::test]
    async fn a_failed_zone_is_named_and_the_others_are_reached() {
        let open = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut target = Target::new("ep", open.local_addr().unwrap().port());
        let (one, two): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "127.0.0.2".parse().unwrap());
        target.zones.insert(two, "ap-southeast-1b".into());
        let finding = judge(gather(&target, &Net::system(), &[two, one]).await);
        assert_eq!(finding.status, Status::Warn);
        assert_eq!(reached(&finding), [one]);
        let detail = serde_json::to_value(&finding.verdict).unwrap();
        assert_eq!(detail["failed"][0]["zone_id"], "ap-southeast-1b");
        assert_eq!(detail["failed"][0]["reason"], "refused");
    }
}
