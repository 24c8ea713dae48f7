//! A request to the TiDB Cloud API that did not end with a usable answer.

use std::time::Duration;

use crate::cloud::Class;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// 401 to a signed request: the key is not known, or its secret is wrong.
    Unauthorized,
    /// 403: the key may not read this.
    Forbidden {
        /// What was asked for.
        what: String,
        /// The server's id of the answer.
        trace_id: Option<String>,
    },
    /// 404: no such instance for this key.
    NotFound {
        /// What was asked for.
        what: String,
        /// The server's id of the answer.
        trace_id: Option<String>,
    },
    /// 429: more than 100 requests a minute.
    Throttled {
        /// Seconds until requests are taken again.
        reset: Option<u64>,
        /// The server's id of the answer.
        trace_id: Option<String>,
    },
    /// Any other refusal.
    Refused {
        /// HTTP status.
        status: u16,
        /// The server's words, as far as they are its own.
        message: Option<String>,
        /// The server's id of the answer.
        trace_id: Option<String>,
    },
    /// Something answered, but not in the API's language.
    Unusable {
        /// The host.
        host: String,
        /// HTTP status.
        status: u16,
        /// The server's id of the answer.
        trace_id: Option<String>,
    },
    /// The server asks for another kind of sign-in than HTTP digest.
    NoDigest {
        /// The host.
        host: String,
    },
    /// No connection, or it broke, or nothing came in time; the system's reason.
    NoAnswer {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
        /// Whether the time was up.
        late: bool,
        /// The server's id of the answer, where one began.
        trace_id: Option<String>,
    },
}

impl Error {
    /// The id to quote to TiDB Cloud's support.
    pub fn trace_id(&self) -> Option<&str> {
        match self {
            Self::Forbidden { trace_id, .. }
            | Self::NotFound { trace_id, .. }
            | Self::Throttled { trace_id, .. }
            | Self::Refused { trace_id, .. }
            | Self::Unusable { trace_id, .. }
            | Self::NoAnswer { trace_id, .. } => trace_id.as_deref(),
            Self::Unauthorized | Self::NoDigest { .. } => None,
        }
    }

    /// What it means for another try; `None`: the answer would be the same.
    pub(super) fn class(&self) -> Option<Class> {
        match self {
            Self::Throttled { .. } => Some(Class::Throttled),
            Self::Refused { status, .. } if *status >= 500 => Some(Class::Transient),
            Self::Unusable { .. } | Self::NoAnswer { .. } => Some(Class::Transient),
            _ => None,
        }
    }

    /// How long the server asks to be left alone.
    pub(super) fn asked(&self) -> Option<Duration> {
        match self {
            Self::Throttled { reset, .. } => reset.map(Duration::from_secs),
            _ => None,
        }
    }

    /// In a word or two, for a log.
    pub(super) fn outcome(&self) -> String {
        match self {
            Self::Throttled { .. } => "throttled".to_owned(),
            Self::Unusable { status, .. } => format!("unusable answer (HTTP {status})"),
            Self::NoAnswer { late: true, .. } => "timeout".to_owned(),
            Self::NoAnswer { .. } => "no answer".to_owned(),
            Self::Refused { status, .. } => format!("refused (HTTP {status})"),
            Self::Unauthorized | Self::NoDigest { .. } => "sign-in refused".to_owned(),
            Self::Forbidden { .. } | Self::NotFound { .. } => "refused".to_owned(),
        }
    }
}
