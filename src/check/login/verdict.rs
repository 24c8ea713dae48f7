//! Everything the *login* layer can find, as data.

use serde::Serialize;

use super::Slip;
use crate::check::greeting::ServerError;

/// What became of the login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// The user is in.
    LoggedIn {
        /// The user.
        user: String,
        /// The database.
        database: String,
    },
    /// Not tried: something is missing.
    NoCredentials {
        /// Whether the user is missing.
        #[serde(rename = "user_missing")]
        user: bool,
        /// Whether the password is missing.
        #[serde(rename = "password_missing")]
        password: bool,
    },
    /// The database does not accept user and password.
    AccessDenied {
        /// The user.
        user: String,
        /// Whether the server says that a password was sent.
        using_password: Option<bool>,
        /// What is likely wrong with them.
        #[serde(skip_serializing_if = "Option::is_none")]
        slip: Option<Slip>,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The gateway does not accept them: most often a prefix of another instance.
    GatewayDenied {
        /// The user.
        user: String,
        /// What is likely wrong with them.
        #[serde(skip_serializing_if = "Option::is_none")]
        slip: Option<Slip>,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The user has no prefix, so the gateway does not know which instance is meant.
    MissingPrefix {
        /// The user.
        user: String,
        /// What is likely wrong with them.
        #[serde(skip_serializing_if = "Option::is_none")]
        slip: Option<Slip>,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The server wants TLS.
    InsecureTransport {
        /// Whether the connection was encrypted as far as we know.
        encrypted: bool,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The instance has used up its quota of the month.
    QuotaExhausted {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The plan allows no more connections.
    ConnectionLimit {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The server allows no more connections (1040).
    TooManyConnections {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The server does not talk to this client's address (1129, 1130).
    HostNotAllowed {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// There is no database of this name (1049).
    UnknownDatabase {
        /// The database.
        database: String,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The user may not use the database (1044).
    DatabaseDenied {
        /// The user.
        user: String,
        /// The database.
        database: String,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The gateway answers; the instance behind it does not.
    InstanceUnavailable {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The password has expired.
    PasswordExpired {
        /// The user.
        user: String,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The user is locked.
    AccountLocked {
        /// The user.
        user: String,
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The user logs in by a plugin this tool does not speak.
    AuthPluginUnsupported {
        /// The plugin, or the server's words about it.
        plugin: String,
    },
    /// The second handshake failed where the first one worked.
    TlsFailed {
        /// Why.
        text: String,
    },
    /// No answer in time: the instance may be waking from zero.
    TimedOut {
        /// How long it had.
        after_ms: u64,
    },
    /// The connection broke.
    ConnectionLost {
        /// Why.
        text: String,
    },
    /// Another error of the server.
    ServerError {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
}
