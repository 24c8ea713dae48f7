//! Why a command did not do what was asked: data, a kind, an exit code. The sentences are in `ui::words`.

use std::time::Duration;

use serde::Serialize;

use crate::check::Finding;
use crate::cloud;
use crate::cloud::credentials::Miss;
use crate::event::Thing;
use crate::problem::Problem;
use crate::tidb_cloud::{self, keys};
use crate::wait::Hopeless;

/// The kind of a failure, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Missing or invalid input; refused before any change.
    Usage,
    /// No key, or a key that was refused.
    Credentials,
    /// The identity may not do this.
    Permission,
    /// A named thing does not exist.
    NotFound,
    /// The cloud refused, or a state that will not change by waiting.
    Rejected,
    /// Not ready in time.
    Timeout,
    /// The endpoint is there but a check failed.
    CheckFailed,
    /// No usable answer.
    Network,
    /// Interrupted.
    Cancelled,
    /// A bug of this tool.
    Internal,
}

impl Kind {
    /// The exit code of a failure of this kind; 130 for an interruption.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Credentials | Self::Permission => 3,
            Self::NotFound | Self::Rejected => 4,
            Self::Timeout => 5,
            Self::CheckFailed => 6,
            Self::Network => 7,
            Self::Cancelled => 130,
        }
    }
}

/// What a signal asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C, or leaving at a question.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP: the terminal went away.
    Hangup,
    /// The plan was not accepted.
    Decline,
}

impl Signal {
    /// The exit code of a run that it ended.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt | Self::Decline => 130,
            Self::Terminate | Self::Hangup => 143,
        }
    }
}

/// A failure of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// The command line could not be read: clap's words.
    Arguments(String),
    /// The answers cannot work, all reasons at once.
    Problems(Vec<Problem>),
    /// Nobody can be asked and `--yes` was not given.
    NotAccepted,
    /// No source had a key.
    NoCredentials(Vec<Miss>),
    /// No place had a TiDB Cloud API key.
    NoTidbKeys(Vec<keys::Miss>),
    /// A request to the TiDB Cloud API did not end with a usable answer.
    TidbCloud(tidb_cloud::Error),
    /// The TiDB Cloud instance cannot be connected.
    Unfit {
        /// Its id.
        cluster_id: String,
        /// Why not.
        why: tidb_cloud::Unfit,
    },
    /// A call did not end with a usable answer.
    Cloud(cloud::Error),
    /// The create call got no usable answer, now or at an earlier try, and no endpoint shows: it may exist all the same.
    Unanswered(cloud::Error),
    /// The create call was refused because there is an endpoint already, and no list shows it.
    Hidden {
        /// The refusal.
        error: cloud::Error,
        /// Whether it may be what an unanswered try of this machine made; then it is a matter of time.
        is_open: bool,
    },
    /// PrivateLink is not activated for the account.
    ProductNotOpen {
        /// Of the answer that said so.
        request_id: Option<String>,
    },
    /// The service does not exist, or not for this account.
    ServiceNotFound {
        /// Its name.
        service_name: String,
        /// The account that asked.
        account_id: String,
        /// Of the answer that said so.
        request_id: Option<String>,
    },
    /// The endpoint was still there when the time was up.
    NotGone {
        /// The endpoint.
        endpoint_id: String,
        /// How long was waited.
        waited: Duration,
    },
    /// A deletion was interrupted.
    DeletionCancelled {
        /// By which signal.
        signal: Signal,
        /// The endpoint, if it was looked up by then and is not gone.
        endpoint_id: Option<String>,
        /// Whether anything had been removed, or was about to be.
        changed: bool,
        /// What this run had removed by then, as `zone …`.
        removed: Vec<String>,
    },
    /// A second endpoint was asked for, and the cloud allows only one.
    SecondRefused {
        /// The service.
        service_name: String,
        /// The VPC.
        vpc_id: String,
        /// Of the answer that said so.
        request_id: Option<String>,
    },
    /// Another run on this machine did not finish its changes in time.
    OtherRun {
        /// How long was waited.
        waited: Duration,
    },
    /// A new vSwitch was not Available in time.
    VSwitchNotReady {
        /// The vSwitch.
        vswitch_id: String,
        /// How long was waited.
        waited: Duration,
    },
    /// The endpoint is in a state that waiting does not change.
    Hopeless {
        /// The endpoint.
        endpoint_id: String,
        /// The state.
        why: Hopeless,
    },
    /// The endpoint was not ready in time.
    NotReady {
        /// The endpoint.
        endpoint_id: String,
        /// How long was waited.
        waited: Duration,
        /// Its last status.
        status: String,
        /// Its connection's last status.
        connection: String,
        /// Zones that are connected.
        ready: Vec<String>,
        /// Zones that are not, with their states.
        pending: Vec<String>,
        /// The business status.
        business: String,
        /// Whether the cloud named any zone.
        has_zones: bool,
        /// Whether it has a domain name.
        has_domain: bool,
        /// Whether the cloud has shown it at all.
        is_seen: bool,
        /// The account to give the provider, where it has to accept by hand.
        accept_account: Option<String>,
    },
    /// The endpoint is ready, but the connection test failed at this layer.
    TestFailed(Finding),
    /// A check failed at this layer.
    CheckFailed(Box<Finding>),
    /// Of several endpoints some did not pass.
    SomeFailed {
        /// How many did not.
        failed: usize,
        /// How many there are.
        of: usize,
        /// The worst of the reasons.
        worst: Kind,
    },
    /// Interrupted by a signal or by leaving at a question.
    Cancelled {
        /// Which.
        signal: Signal,
        /// What a creating call was under way for, whose fate is open.
        making: Option<Thing>,
        /// The endpoint, if one was known by then.
        endpoint_id: Option<String>,
        /// What else this run had made by then, as `vswitch vsw-…`.
        made: Vec<String>,
    },
    /// The result could not be written to standard output: the system's reason.
    Unwritten(String),
    /// A bug of this tool, or a machine that cannot run it.
    Internal(String),
}

impl Error {
    /// The kind, from which the exit code follows.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Problems(problems) if problems.iter().all(Problem::is_not_found) => Kind::NotFound,
            Self::Arguments(_) | Self::NotAccepted | Self::Problems(_) => Kind::Usage,
            Self::NoCredentials(misses) if misses.iter().any(Miss::is_outage) => Kind::Network,
            Self::NoCredentials(_) | Self::NoTidbKeys(_) => Kind::Credentials,
            Self::TidbCloud(error) => kind_of_tidb(error),
            Self::Unfit { why, .. } => kind_of_unfit(why),
            Self::ServiceNotFound { .. } => Kind::NotFound,
            Self::Cloud(error) | Self::Unanswered(error) => kind_of(error),
            Self::ProductNotOpen { .. }
            | Self::Hopeless { .. }
            | Self::SecondRefused { .. }
            | Self::Hidden { is_open: false, .. } => Kind::Rejected,
            Self::Hidden { is_open: true, .. }
            | Self::NotReady { .. }
            | Self::NotGone { .. }
            | Self::OtherRun { .. }
            | Self::VSwitchNotReady { .. } => Kind::Timeout,
            Self::CheckFailed(finding) if finding.verdict.is_missing_endpoint() => Kind::NotFound,
            Self::TestFailed(_) | Self::CheckFailed(_) => Kind::CheckFailed,
            Self::SomeFailed { worst, .. } => *worst,
            Self::Cancelled { .. } | Self::DeletionCancelled { .. } => Kind::Cancelled,
            Self::Unwritten(_) | Self::Internal(_) => Kind::Internal,
        }
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Cancelled { signal, .. } | Self::DeletionCancelled { signal, .. } => signal.exit_code(),
            _ => self.kind().exit_code(),
        }
    }

    /// The cloud's own code for it.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Cloud(error) | Self::Unanswered(error) | Self::Hidden { error, .. } => error.code(),
            Self::ProductNotOpen { .. } => Some("NeedOpenProduct"),
            Self::ServiceNotFound { .. } => Some("EndpointServiceNotFound"),
            Self::SecondRefused { .. } => Some("EndpointDuplicated"),
            _ => None,
        }
    }

    /// The id to quote to Alibaba Cloud's support.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Cloud(error) | Self::Unanswered(error) | Self::Hidden { error, .. } => {
                error.request_id.as_deref()
            }
            Self::TidbCloud(error) => error.trace_id(),
            Self::NoCredentials(misses) => misses.iter().find_map(Miss::request_id),
            Self::ServiceNotFound { request_id, .. }
            | Self::SecondRefused { request_id, .. }
            | Self::ProductNotOpen { request_id } => request_id.as_deref(),
            _ => None,
        }
    }

    /// Leaving at a question.
    pub fn left() -> Self {
        Self::before_anything(Signal::Interrupt)
    }

    /// The plan was not accepted.
    pub fn declined() -> Self {
        Self::before_anything(Signal::Decline)
    }

    fn before_anything(signal: Signal) -> Self {
        Self::Cancelled { signal, making: None, endpoint_id: None, made: Vec::new() }
    }
}

fn kind_of(error: &cloud::Error) -> Kind {
    if error.is_credentials() {
        Kind::Credentials
    } else if error.is_permission() {
        Kind::Permission
    } else if error.is_outage() {
        Kind::Network
    } else if error.is_not_found() {
        Kind::NotFound
    } else {
        Kind::Rejected
    }
}

/// Another instance has to be given, or this one has to be started.
fn kind_of_unfit(why: &tidb_cloud::Unfit) -> Kind {
    match why {
        tidb_cloud::Unfit::NotRunning { .. } => Kind::Rejected,
        tidb_cloud::Unfit::OtherCloud { .. } | tidb_cloud::Unfit::NoPrivateEndpoint => Kind::Usage,
    }
}

fn kind_of_tidb(error: &tidb_cloud::Error) -> Kind {
    use tidb_cloud::Error as E;
    match error {
        E::Unauthorized => Kind::Credentials,
        E::Forbidden { .. } => Kind::Permission,
        E::NotFound { .. } => Kind::NotFound,
        E::Refused { status, .. } if *status < 500 => Kind::Rejected,
        E::Throttled { .. }
        | E::Refused { .. }
        | E::Unusable { .. }
        | E::NoDigest { .. }
        | E::NoAnswer { .. } => Kind::Network,
    }
}

impl From<tidb_cloud::Error> for Error {
    fn from(error: tidb_cloud::Error) -> Self {
        Self::TidbCloud(error)
    }
}

impl From<cloud::Error> for Error {
    /// Any PrivateLink call may be the first to say that the product is not activated.
    fn from(error: cloud::Error) -> Self {
        if error.is("NeedOpenProduct") {
            Self::ProductNotOpen { request_id: error.request_id }
        } else {
            Self::Cloud(error)
        }
    }
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems.into_iter().map(Problem::shortened).collect())
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        vec![problem].into()
    }
}
