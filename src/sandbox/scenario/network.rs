//! The account's network: VPCs, vSwitches, security groups and their rules.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use serde::Deserialize;

/// A VPC with what is in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vpc {
    /// Its id; left out: generated.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its region; left out: the scenario's.
    pub region: Option<String>,
    /// Its address range.
    pub cidr: Ipv4Net,
    /// Further address ranges.
    pub secondary_cidrs: Vec<Ipv4Net>,
    /// `Available` or `Pending`.
    pub status: String,
    /// Whether it is the region's default VPC.
    pub default: bool,
    /// Its vSwitches; left out: one in each of the zones a, b and c.
    pub vswitch: Option<Vec<VSwitch>>,
    /// Its groups; left out: one that lets the VPC in on 443, and one on 4000.
    pub group: Option<Vec<Group>>,
}

impl Default for Vpc {
    fn default() -> Self {
        Self {
            id: None,
            name: "app".into(),
            region: None,
            cidr: Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 0, 0, 0), 16),
            secondary_cidrs: Vec::new(),
            status: "Available".into(),
            default: false,
            vswitch: None,
            group: None,
        }
    }
}

/// A vSwitch.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VSwitch {
    /// Its id; left out: generated.
    pub id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The zone's id.
    pub zone: String,
    /// Its address range, inside the VPC's.
    pub cidr: Ipv4Net,
    /// Free addresses; left out: all but the four reserved ones.
    pub free: Option<usize>,
    /// `Available` or `Pending`.
    #[serde(default = "available")]
    pub status: String,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

fn available() -> String {
    "Available".into()
}

/// A security group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id; left out: generated.
    pub id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Basic (`normal`) or `enterprise`.
    #[serde(default, rename = "type")]
    pub kind: GroupType,
    /// Whether members of the group reach each other.
    #[serde(default)]
    pub inner_access: InnerAccess,
    /// Its inbound rules.
    #[serde(default)]
    pub rule: Vec<Rule>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The two types of group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupType {
    /// A basic group.
    #[default]
    Normal,
    /// An enterprise group.
    Enterprise,
}

impl GroupType {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Enterprise => "enterprise",
        }
    }
}

/// Whether members of a group reach each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InnerAccess {
    /// They do.
    #[default]
    Accept,
    /// They do not.
    Drop,
}

impl InnerAccess {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "Accept",
            Self::Drop => "Drop",
        }
    }
}

/// An inbound rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// 1 to 100; the lower number wins.
    pub priority: u8,
    /// Lets in or keeps out.
    pub policy: RulePolicy,
    /// `TCP`, `UDP`, `ICMP`, `GRE` or `ALL`.
    pub protocol: String,
    /// `4000/4000`, or `-1/-1` for every port.
    pub ports: String,
    /// The source as a range of addresses.
    pub source_cidr: Option<String>,
    /// The source as a group's id or name.
    pub source_group: Option<String>,
    /// The source as a prefix list's id.
    pub prefix_list: Option<String>,
    /// A note.
    pub description: String,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            priority: 1,
            policy: RulePolicy::Accept,
            protocol: "TCP".into(),
            ports: "4000/4000".into(),
            source_cidr: None,
            source_group: None,
            prefix_list: None,
            description: String::new(),
        }
    }
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RulePolicy {
    /// Lets in.
    Accept,
    /// Keeps out.
    Drop,
}

impl RulePolicy {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "Accept",
            Self::Drop => "Drop",
        }
    }
}
