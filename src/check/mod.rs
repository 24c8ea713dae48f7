//! The layers between a client and the database, one file each: a pure `judge(facts)` and a thin `gather`.
//!
//! A layer's outcome is a [`Finding`]: data only. The sentences are written in `ui::words`.

pub mod answer;
pub mod certificate;
pub mod connection;
pub mod credentials;
mod der;
pub mod dns;
pub mod endpoint;
pub mod greeting;
pub mod handshake;
pub mod login;
pub mod probe;
pub mod query;
pub mod report;
pub mod security_group;
pub mod survey;
pub mod target;
pub mod tcp;
pub mod tls;
pub mod walk;
pub mod zones;

use std::time::Duration;

use serde::Serialize;

pub use answer::Unanswered;
pub use probe::{ConnectionTest, test_connection};
pub use report::{Sheet, root_cause};
pub use target::Target;

/// The layers in the order they are walked. A failed one turns the later ones into *skip*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckId {
    /// Who the caller is, and which source of credentials won.
    Credentials,
    /// The endpoint exists, is Active and not locked.
    Endpoint,
    /// The connection to the endpoint service is Connected.
    Connection,
    /// Every zone of the endpoint is Connected and has an address.
    Zones,
    /// The endpoint's security groups let the client in on the port.
    SecurityGroup,
    /// The endpoint domain resolves to the endpoint's addresses.
    Dns,
    /// A TCP connection opens.
    Tcp,
    /// The certificate's chain and the identity it proves.
    Tls,
    /// The database accepts the user.
    Login,
    /// A query is answered.
    Query,
}

/// How a layer did. "Not checked" is `Skip`, never "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Pass,
    /// Works, or cannot be known; worth a look.
    Warn,
    /// Broken; the remedy says what to do.
    Fail,
    /// Not looked at; the verdict says why.
    Skip,
}

/// One layer's outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The layer.
    pub id: CheckId,
    /// How it did.
    pub status: Status,
    /// What was found, as data with a stable code.
    pub verdict: Verdict,
}

/// What a layer found. Each layer has an enum of its own; its serde form is the `detail` of a check item, with
/// the stable `code` in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Verdict {
    /// Any layer: it was not looked at, and why.
    Waited(Waited),
    /// Any layer that asks the cloud: there was no usable answer.
    Unanswered(Unanswered),
    /// Who the caller is.
    Credentials(credentials::Verdict),
    /// Whether the endpoint is there.
    Endpoint(endpoint::Verdict),
    /// Whether it is connected to its service.
    Connection(connection::Verdict),
    /// Whether its zones are connected.
    Zones(zones::Verdict),
    /// Whether its security groups let the clients in.
    SecurityGroup(security_group::Verdict),
    /// What the endpoint domain resolves to.
    Dns(dns::Verdict),
    /// Whether TCP connections open.
    Tcp(tcp::Verdict),
    /// What the certificate proves.
    Tls(tls::Verdict),
    /// Whether the database lets the user in.
    Login(login::Verdict),
    /// Whether a query is answered.
    Query(query::Verdict),
}

/// A layer that was not looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Waited {
    /// The command ended before it came to this layer.
    NotReached,
    /// `--host`: the cloud is not asked.
    CloudNotAsked,
    /// `--skip-test`: the connection is not tested.
    SkipTest,
    /// The named layer has to work first.
    WaitedFor {
        /// The first layer that failed.
        layer: CheckId,
    },
}

impl CheckId {
    /// Every layer, in order.
    pub const ALL: [Self; 10] = [
        Self::Credentials,
        Self::Endpoint,
        Self::Connection,
        Self::Zones,
        Self::SecurityGroup,
        Self::Dns,
        Self::Tcp,
        Self::Tls,
        Self::Login,
        Self::Query,
    ];

    /// The layers that need the cloud's answers.
    pub const OF_THE_CLOUD: [Self; 5] =
        [Self::Credentials, Self::Endpoint, Self::Connection, Self::Zones, Self::SecurityGroup];

    /// The layers of the connection test.
    pub const OF_THE_NETWORK: [Self; 5] = [Self::Dns, Self::Tcp, Self::Tls, Self::Login, Self::Query];

    /// The layer's name as scripts see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Endpoint => "endpoint",
            Self::Connection => "connection",
            Self::Zones => "zones",
            Self::SecurityGroup => "security-group",
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Login => "login",
            Self::Query => "query",
        }
    }
}

impl Finding {
    /// The outcome of a layer that was not looked at.
    pub fn skipped(id: CheckId, why: Waited) -> Self {
        Self { id, status: Status::Skip, verdict: Verdict::Waited(why) }
    }

    /// The outcome of a layer whose question the cloud did not answer.
    pub fn unanswered(id: CheckId, error: crate::cloud::Error) -> Self {
        Self { id, status: Status::Fail, verdict: Verdict::Unanswered(Unanswered::from(error)) }
    }

    /// The outcome of a layer that could not be looked at because `layer` failed.
    pub fn waited(id: CheckId, layer: CheckId) -> Self {
        Self { id, status: Status::Skip, verdict: Verdict::Waited(Waited::WaitedFor { layer }) }
    }
}

impl Verdict {
    /// Whether the endpoint that was asked for does not exist.
    pub fn is_missing_endpoint(&self) -> bool {
        use endpoint::Verdict as V;
        matches!(self, Self::Endpoint(V::NotFound { .. } | V::NoneFound { .. }))
    }
}

/// The longest text of a stranger that a verdict keeps.
const LONGEST_TEXT: usize = 300;

/// `text` as one line, cut to what a verdict keeps. Marks that a terminal hides stay: whoever prints it cleans it.
pub(crate) fn capped(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect()
}

/// A duration in whole milliseconds, as verdicts state limits.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A check item of the JSON documents: the English sentences beside the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckItem {
    /// The layer.
    pub id: CheckId,
    /// How it did.
    pub status: Status,
    /// One sentence of evidence.
    pub summary: String,
    /// What to do, where something is to be done.
    pub remedy: Option<String>,
    /// The verdict's data, with its stable `code`.
    pub detail: serde_json::Value,
}
