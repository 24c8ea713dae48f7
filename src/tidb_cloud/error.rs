//! A request to the TiDB Cloud API that did not end with a usable answer.

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
    },
}

impl Error {
    /// The id to quote to TiDB Cloud's support.
    pub fn trace_id(&self) -> Option<&str> {
        match self {
            Self::Forbidden { trace_id, .. }
            | Self::NotFound { trace_id, .. }
            | Self::Refused { trace_id, .. } => trace_id.as_deref(),
            _ => None,
        }
    }
}
