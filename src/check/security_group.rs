//! The *security-group* layer: do the endpoint's groups let the clients in on the port?
//!
//! They filter what comes from the VPC to the endpoint's network interfaces (Alibaba Cloud facts, section f). The
//! clients are this machine where it is in the VPC, else everybody in the VPC.

use std::net::IpAddr;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::{CheckId, Finding, Status, Unanswered};
use crate::cloud::Error;
use crate::cloud::ecs::Rules;
use crate::security_group::{Deciding, Explanation, Group, Named, Reach, explain};

/// What the groups do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// They let every client in.
    Open {
        /// Which groups, and whom they were asked about.
        #[serde(flatten)]
        of: Of,
    },
    /// They let some clients in.
    PartlyOpen {
        /// Which groups, and whom they were asked about.
        #[serde(flatten)]
        of: Of,
    },
    /// It depends on something the rules do not show.
    CannotTell {
        /// Which groups, and whom they were asked about.
        #[serde(flatten)]
        of: Of,
        /// What it depends on.
        why: Unknown,
    },
    /// They let nobody in.
    Blocked {
        /// Which groups, and whom they were asked about.
        #[serde(flatten)]
        of: Of,
    },
    /// They seem to let nobody in, and yet a connection was opened.
    BlockedButReached {
        /// Which groups, and whom they were asked about.
        #[serde(flatten)]
        of: Of,
        /// Addresses of the endpoint that answered.
        reached: Vec<IpAddr>,
    },
    /// The endpoint has no group.
    NoGroups {
        /// The endpoint.
        endpoint_id: String,
    },
    /// The groups or their rules may not be read, or could not be.
    #[serde(rename = "not-readable")]
    Unreadable {
        /// The groups, where they are known.
        group_ids: Vec<String>,
        /// The port.
        port: u16,
        /// Why.
        failure: Unanswered,
    },
}

/// Groups, and whom they were asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Of {
    /// The groups.
    pub group_ids: Vec<String>,
    /// Their region.
    pub region_id: String,
    /// The port.
    pub port: u16,
    /// Who should get in.
    pub clients: Vec<Ipv4Net>,
    /// Whether that is this machine.
    pub this_machine: bool,
    /// The rules that take effect; empty where none does.
    pub rules: Vec<Deciding>,
}

/// What the rules do not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// Who is in a source group, a prefix list or a port list.
    Sources,
    /// Whether the clients are members of the group, who reach each other.
    Members,
    /// Which ranges the VPC has.
    Ranges,
}

/// A group of the endpoint, with what the cloud says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    /// `sg-…`.
    pub id: String,
    /// `normal` or `enterprise`.
    pub kind: String,
    /// Its inbound rules.
    pub rules: Result<Rules, Error>,
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The endpoint.
    pub endpoint_id: &'a str,
    /// Its region.
    pub region_id: &'a str,
    /// Its groups.
    pub groups: &'a Result<Vec<Attached>, Error>,
    /// Who should get in.
    pub clients: Vec<Ipv4Net>,
    /// Whether that is this machine.
    pub this_machine: bool,
    /// The port.
    pub port: u16,
}

/// Judges the rules.
pub fn judge(facts: &Facts) -> Finding {
    let groups = match facts.groups {
        Ok(groups) if groups.is_empty() => {
            return finding(Status::Warn, Verdict::NoGroups { endpoint_id: facts.endpoint_id.to_owned() });
        }
        Ok(groups) => groups,
        Err(error) => return unreadable(Vec::new(), facts.port, error),
    };
    let group_ids: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    let readable: Result<Vec<Named>, &Error> = groups.iter().map(named).collect();
    match readable {
        Err(error) => unreadable(group_ids, facts.port, error),
        Ok(named) => judge_rules(facts, group_ids, explain(&named, &facts.clients, facts.port)),
    }
}

/// The same outcome in the light of a connection that was opened.
pub fn reached(found: Finding, reached: &[IpAddr]) -> Finding {
    match found.verdict {
        super::Verdict::SecurityGroup(Verdict::Blocked { of }) if !reached.is_empty() => {
            finding(Status::Warn, Verdict::BlockedButReached { of, reached: reached.to_vec() })
        }
        _ => found,
    }
}

/// The same outcome where this machine may be in the VPC and nothing came back: a group that lets in only its own
/// members does not count this machine among them.
pub fn silent(found: Finding) -> Finding {
    match found.verdict {
        super::Verdict::SecurityGroup(Verdict::CannotTell { of, why: Unknown::Members }) => {
            finding(Status::Fail, Verdict::Blocked { of })
        }
        _ => found,
    }
}

/// Whether it takes a connection to tell.
pub fn is_doubtful(found: &Finding) -> bool {
    use super::Verdict as V;
    let doubt = |verdict: &Verdict| {
        matches!(verdict, Verdict::Blocked { .. } | Verdict::CannotTell { why: Unknown::Members, .. })
    };
    matches!(&found.verdict, V::SecurityGroup(verdict) if doubt(verdict))
}

fn named(group: &Attached) -> Result<Named<'_>, &Error> {
    let rules = group.rules.as_ref()?;
    Ok(Named { id: &group.id, group: Group { kind: &group.kind, rules } })
}

fn judge_rules(facts: &Facts, group_ids: Vec<String>, explanation: Explanation) -> Finding {
    let Explanation { reach, rules, members } = explanation;
    let why = match () {
        () if facts.clients.is_empty() => Unknown::Ranges,
        () if members && rules.iter().all(|rule| rule.certain) => Unknown::Members,
        () => Unknown::Sources,
    };
    let of = Of {
        group_ids,
        region_id: facts.region_id.to_owned(),
        port: facts.port,
        clients: facts.clients.clone(),
        this_machine: facts.this_machine,
        rules,
    };
    match reach {
        Reach::Everyone => finding(Status::Pass, Verdict::Open { of }),
        Reach::Some => finding(Status::Warn, Verdict::PartlyOpen { of }),
        Reach::CannotTell | Reach::Members => finding(Status::Warn, Verdict::CannotTell { of, why }),
        Reach::Nobody => finding(Status::Fail, Verdict::Blocked { of }),
    }
}

fn unreadable(group_ids: Vec<String>, port: u16, error: &Error) -> Finding {
    let failure = Unanswered::from(error.clone());
    finding(Status::Warn, Verdict::Unreadable { group_ids, port, failure })
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::SecurityGroup, status, verdict: super::Verdict::SecurityGroup(verdict) }
}
