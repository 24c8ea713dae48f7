//! What is written down about one service in one VPC.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::Thing;

/// The version of the file's shape; a file of another one is not read.
pub(super) const VERSION: u32 = 1;

/// No list lags behind longer than this.
const LATELY: SignedDuration = SignedDuration::from_mins(10);

/// A refusal of an unanswered intent that is younger than this does not drop it: what the first try made may not show yet.
pub(super) const SETTLED: SignedDuration = SignedDuration::from_mins(2);

/// An unanswered intent older than this is not sent again: by then the lists tell whether it was carried out, and a
/// token must not outlive what it made. How long the cloud remembers a token is not documented.
pub(super) const SAFE: SignedDuration = SignedDuration::from_mins(30);

/// The record of one service in one VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the file's shape.
    pub version: u32,
    /// The region.
    pub region_id: String,
    /// The VPC.
    pub vpc_id: String,
    /// The endpoint service's name.
    pub service_name: String,
    /// The endpoint that was made last, also after it is gone, so that a deletion that was cut off can go on.
    #[serde(default)]
    pub endpoint_id: Option<String>,
    /// What was to be created, in order.
    pub entries: Vec<Entry>,
}

/// One creating call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it creates.
    pub kind: Kind,
    /// Its client token.
    pub token: String,
    /// Its parameters, without token and signature.
    pub params: BTreeMap<String, String>,
    /// When it was about to be sent.
    pub at: Timestamp,
    /// What it made; `None` until an answer came.
    pub id: Option<String>,
    /// Whether it is an endpoint asked for with `--new` by a run that has not ended well yet: the same command again
    /// goes on with it instead of making another.
    #[serde(default)]
    pub is_open_second: bool,
    /// Whether the cloud has shown what it made at least once: from then on, not found means deleted. Kept for
    /// endpoints alone.
    #[serde(default)]
    pub is_seen: bool,
}

/// What a call creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A vSwitch.
    #[serde(rename = "vswitch")]
    VSwitch,
    /// A security group.
    SecurityGroup,
    /// Rules of a security group; the id is the group's.
    SecurityGroupRule,
    /// An endpoint.
    Endpoint,
    /// A zone of an endpoint that was there; the id is the zone's.
    Zone,
    /// A group attached to an endpoint that was there; the id is the group's.
    Attachment,
}

impl Entry {
    /// An entry for a call that is about to be sent.
    pub(super) fn new(kind: Kind, token: String, params: BTreeMap<String, String>) -> Self {
        let at = Timestamp::now();
        Self { kind, token, params, at, id: None, is_open_second: false, is_seen: false }
    }

    /// Whether the same call is to be sent with the same token again: no answer came, or it came and what it made has
    /// never been seen since.
    pub fn is_open(&self) -> bool {
        let age = Timestamp::now().duration_since(self.at);
        match self.id {
            None => age < SAFE,
            Some(_) => self.kind == Kind::Endpoint && !self.is_seen && age < LATELY,
        }
    }
}

impl Kind {
    /// The same as users hear of it.
    pub fn thing(self) -> Thing {
        match self {
            Self::VSwitch => Thing::VSwitch,
            Self::SecurityGroup => Thing::SecurityGroup,
            Self::SecurityGroupRule => Thing::SecurityGroupRule,
            Self::Endpoint => Thing::Endpoint,
            Self::Zone => Thing::Zone,
            Self::Attachment => Thing::Attachment,
        }
    }
}

impl Record {
    /// A record without entries.
    pub(super) fn new(region_id: &str, vpc_id: &str, service_name: &str) -> Self {
        Self {
            version: VERSION,
            region_id: region_id.to_owned(),
            vpc_id: vpc_id.to_owned(),
            service_name: service_name.to_owned(),
            endpoint_id: None,
            entries: Vec::new(),
        }
    }

    /// The name of its file, without an ending. Ids come from outside, so only what is safe in a file name is kept.
    pub fn key(&self) -> String {
        let service = self.service_name.rsplit('.').next().unwrap_or_default();
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        [&self.region_id, &self.vpc_id, service]
            .map(|part| part.chars().map(safe).collect::<String>())
            .join("+")
    }

    /// Whether it is about the endpoint with this id.
    pub fn is_about(&self, endpoint_id: &str) -> bool {
        self.endpoint_id.as_deref() == Some(endpoint_id)
            || self.made(Kind::Endpoint).any(|id| id == endpoint_id)
    }

    /// The endpoint of a `--new` run that has not ended well yet.
    pub fn open_second(&self) -> Option<&str> {
        self.entries.iter().find(|entry| entry.is_open_second)?.id.as_deref()
    }

    /// The create call whose endpoint may exist although no list shows it: the oldest, which is most likely to have
    /// been carried out.
    pub fn open_endpoint(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.kind == Kind::Endpoint && entry.is_open())
    }

    /// The ids of what was made of a kind a short while ago, which lists may not show yet.
    pub fn made_lately(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let now = Timestamp::now();
        let young = move |entry: &&Entry| entry.kind == kind && now.duration_since(entry.at) < LATELY;
        self.entries.iter().filter(young).filter_map(|entry| entry.id.as_deref())
    }

    /// The ids of what was made of a kind.
    pub fn made(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(move |entry| entry.kind == kind).filter_map(|entry| entry.id.as_deref())
    }
}
