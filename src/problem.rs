//! What is wrong with the answers, as data: every problem at once, each naming its flag.

use crate::cloud::hosts::BadBaseUrl;
use crate::net::BadEntry;
use crate::security_group::Reach;
use crate::service_name::NotAServiceName;

/// Something that could serve as the value of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The value itself.
    pub id: String,
    /// What helps choosing: name, range, zone.
    pub about: Vec<About>,
}

/// Something that helps choosing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A name, a range, a zone: text that is the same in every language; may be empty.
    Text(String),
    /// The region's default VPC.
    DefaultVpc,
    /// So many free addresses.
    Free(u64),
    /// How many of the clients a security group lets in on a port.
    Reach(Reach, u16),
}

/// One thing that keeps the plan from being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A value is needed and there is not exactly one right answer.
    Missing {
        /// The flag that gives it, with its dashes.
        flag: &'static str,
        /// Why none could be taken.
        why: Lack,
        /// What could be given.
        candidates: Vec<Candidate>,
    },
    /// `--service-name` is no service name of Alibaba Cloud.
    ServiceName {
        /// What was given.
        text: String,
        /// What it is instead.
        why: NotAServiceName,
    },
    /// The service is in another region than the endpoint would be.
    CrossRegion {
        /// The region inside the service name.
        service_region: String,
        /// The region asked for.
        region_id: String,
    },
    /// `--region-id` cannot be a region.
    Region {
        /// What was given.
        text: String,
        /// A known region that looks like it.
        suggestion: Option<String>,
    },
    /// An Availability Zone ID belongs to another region.
    ForeignZone {
        /// The zone.
        zone: String,
        /// Its region.
        zone_region: String,
        /// The region asked for.
        region_id: String,
    },
    /// A flag's value does not look like what it should be.
    Malformed {
        /// The flag.
        flag: &'static str,
        /// What was given.
        text: String,
        /// What it should look like.
        expected: Shape,
    },
    /// Two flags that exclude each other.
    Conflict {
        /// One flag.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// A pasted text has several values where one is wanted.
    SeveralPasted {
        /// The flag that would tell which.
        flag: &'static str,
        /// The values.
        values: Vec<String>,
    },
    /// `--service-name` is not the one of the instance that `--cluster-id` names.
    OtherInstance {
        /// The name that was given.
        given: String,
        /// The name that TiDB Cloud tells.
        told: String,
    },
    /// `--endpoint-url` or `--tidb-cloud-url` cannot be used.
    BaseUrl {
        /// The flag.
        flag: &'static str,
        /// What was given.
        text: String,
        /// Why not.
        why: BadBaseUrl,
    },
    /// A file named by a flag cannot be used.
    File {
        /// The flag.
        flag: &'static str,
        /// The path.
        path: String,
        /// The system's or the reader's reason.
        reason: String,
    },
    /// A variable's value is not UTF-8 text.
    NotText {
        /// Its name.
        variable: String,
    },
    /// A variable of a rehearsed network cannot be read.
    Rehearsal(BadEntry),
    /// A tag that cannot be set.
    Tag {
        /// Its key.
        key: String,
        /// Whether this tool sets it itself; else it was given twice.
        reserved: bool,
    },
    /// A named thing does not exist in the region.
    NotFound {
        /// The flag that named it.
        flag: &'static str,
        /// The id.
        id: String,
        /// Where it was looked for: a region or a VPC.
        place: String,
        /// An id that looks like it.
        suggestion: Option<String>,
        /// What exists.
        candidates: Vec<Candidate>,
    },
    /// A vSwitch or group belongs to another VPC.
    OtherVpc {
        /// The flag that named it.
        flag: &'static str,
        /// The id.
        id: String,
        /// The VPC it is in.
        vpc_id: String,
        /// The VPC that was chosen.
        chosen: String,
    },
    /// The service is not offered in a zone that was asked for.
    ZoneNotOffered {
        /// The flag or thing that asked for the zone.
        by: ZoneAskedBy,
        /// The zone.
        zone: String,
        /// The zones of the service.
        offered: Vec<String>,
    },
    /// A given vSwitch cannot give an address now.
    VSwitchUnusable {
        /// The id.
        id: String,
        /// Its status.
        status: String,
        /// Addresses left.
        free: Option<u64>,
    },
    /// Two given vSwitches are in one zone.
    VSwitchesShareZone {
        /// One.
        one: String,
        /// The other.
        other: String,
        /// Their zone.
        zone: String,
    },
    /// The given groups let no client in on the port.
    GroupsBlock {
        /// The groups.
        ids: Vec<String>,
        /// The port.
        port: u16,
        /// Who should get in.
        clients: String,
    },
    /// The given groups are of both types.
    GroupTypesMixed {
        /// The groups of type `normal`.
        normal: Vec<String>,
        /// The groups of type `enterprise`.
        enterprise: Vec<String>,
    },
    /// The VPC has no free range for a vSwitch.
    NoRoom {
        /// The VPC.
        vpc_id: String,
        /// Its ranges.
        ranges: String,
    },
    /// `--vswitch-cidr` is not inside the VPC.
    RangeOutside {
        /// What was given.
        cidr: ipnet::Ipv4Net,
        /// The VPC.
        vpc_id: String,
        /// Its ranges.
        ranges: String,
    },
    /// `--vswitch-cidr` overlaps a vSwitch.
    RangeTaken {
        /// What was given.
        cidr: ipnet::Ipv4Net,
        /// The vSwitch in the way.
        vswitch_id: String,
        /// Its range.
        vswitch_cidr: String,
    },
    /// More than an endpoint takes.
    TooMany {
        /// The flag.
        flag: &'static str,
        /// How many were given.
        given: usize,
        /// How many are allowed.
        limit: usize,
    },
}

/// Why a needed value could not be taken without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// It was not given, and only the user has it.
    NotGiven,
    /// It was not given, and nothing that was given implies it.
    NoRegion,
    /// Several would do.
    Several,
    /// The region has no VPC.
    NoVpc,
    /// No zone of the service has a vSwitch with free addresses.
    NoVSwitch {
        /// The VPC.
        vpc_id: String,
        /// The zones in which one would do.
        zones: Vec<String>,
    },
    /// No group is known to let the clients in, and some groups' rules may not be read.
    RulesUnreadable {
        /// The VPC.
        vpc_id: String,
        /// The port.
        port: u16,
    },
    /// No group lets the clients in on the port.
    NoGroup {
        /// The VPC.
        vpc_id: String,
        /// The port.
        port: u16,
        /// Who should get in.
        clients: String,
    },
}

/// Who asked for a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneAskedBy {
    /// `--az-id`.
    AzId,
    /// A vSwitch that lies in it.
    VSwitch(String),
}

/// What a value should look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// An id with this prefix.
    Id(&'static str),
    /// A zone id.
    Zone,
    /// 2 to 128 characters, a letter first, then letters, digits, `-` and `_`.
    EndpointName,
    /// `KEY=VALUE` within Alibaba Cloud's limits.
    Tag,
    /// An IPv4 range.
    Cidr,
    /// An IPv4 range a vSwitch can have: mask 16 to 29, no bits beyond it.
    VSwitchCidr,
    /// `HOST:PORT`.
    HostPort,
    /// The name of a client, or `all`.
    Client,
    /// A host name or an address, without scheme, port or path.
    Host,
    /// 1 to 256 characters, none of them a control character.
    Plain,
    /// The id of a TiDB Cloud instance.
    ClusterId,
    /// The name of one of these sandbox scenarios.
    Scenario(Vec<&'static str>),
}

impl Problem {
    /// Whether the flag named something that does not exist, rather than being used wrongly.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// The same with what was given cut to what is worth showing.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        match &mut self {
            // Shown in quotes, with escapes.
            Self::ServiceName { text, .. }
            | Self::Region { text, .. }
            | Self::Malformed { text, .. }
            | Self::BaseUrl { text, .. } => shorten(text),
            // In the middle of a sentence.
            Self::File { path: text, .. }
            | Self::Tag { key: text, .. }
            | Self::ForeignZone { zone: text, .. }
            | Self::NotFound { id: text, .. }
            | Self::OtherInstance { given: text, .. }
            | Self::CrossRegion { region_id: text, .. } => {
                shorten(text);
                *text = text.replace(char::is_control, " ");
            }
            Self::SeveralPasted { values, .. } => {
                values.truncate(LISTED);
                for value in values {
                    shorten(value);
                    *value = value.replace(char::is_control, " ");
                }
            }
            _ => {}
        }
        self
    }
}

/// Nobody compares more than this.
const LISTED: usize = 5;

/// More of a wrong value helps nobody.
const SHOWN: usize = 200;

fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
}

/// The environment variable of a flag: `--vpc-id` is `TIDB_PE_VPC_ID`.
pub fn variable(flag: &str) -> String {
    format!("TIDB_PE_{}", flag.trim_start_matches('-').to_ascii_uppercase().replace('-', "_"))
}

/// The known value closest to `text`, if it is close enough to be a slip.
pub fn did_you_mean<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // Comparing costs the product of both lengths.
    if text.len() > SHOWN {
        return None;
    }
    let close = known.into_iter().map(|k| (strsim::damerau_levenshtein(text, k), k));
    close.filter(|(distance, _)| (1..=2).contains(distance)).min().map(|(_, k)| k.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_recognised() {
        let known = ["ap-southeast-1", "ap-southeast-2", "cn-hangzhou"];
        assert_eq!(did_you_mean("ap-southest-1", known).as_deref(), Some("ap-southeast-1"));
        assert_eq!(did_you_mean("ap-southeast-1", ["cn-hangzhou"]), None);
        assert_eq!(variable("--vpc-id"), "TIDB_PE_VPC_ID");
        assert_eq!(did_you_mean(&"a".repeat(1 << 20), known), None);
    }

    #[test]
    fn what_was_given_is_shown_as_far_as_it_helps() {
        let long = |text: String| Problem::Malformed { flag: "--vpc-id", text, expected: Shape::Id("vpc-") };
        let shown = long("é".repeat(200) + "…");
        assert_eq!(long("é".repeat(100_000)).shortened(), shown);
        assert_eq!(long("é".repeat(200)).shortened(), long("é".repeat(200)));
    }
}
