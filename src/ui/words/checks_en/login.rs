//! Sentences of the *login* layer.

use super::{Words, alone, server, time, with};
use crate::check::greeting::ServerError;
use crate::check::login::{Slip, Verdict as V};

pub(super) fn words(verdict: &V) -> Words {
    match verdict {
        V::LoggedIn { user, database } if database.is_empty() => alone(format!("{user} is logged in.")),
        V::LoggedIn { user, database } => alone(format!("{user} is logged in to the database {database}.")),
        V::NoCredentials { user, password } => no_credentials(*user, *password),
        V::AccessDenied { user, using_password, slip, error } => denied(user, *using_password, *slip, error),
        V::GatewayDenied { user, slip, error } => told(
            &format!("The gateway does not let {user} in"),
            error,
            slip.map_or(PREFIX_OR_PASSWORD, slipped),
        ),
        V::MissingPrefix { user, slip, error } => {
            let remedy = if *slip == Some(Slip::UserFromUrl) { FROM_URL } else { PREFIX_WANTED };
            told(&format!("The gateway finds no prefix in the user {user}"), error, remedy)
        }
        V::InsecureTransport { encrypted, error } => {
            told("The server wants TLS", error, if *encrypted { TLS_TAKEN_OFF } else { TLS_WANTED })
        }
        V::QuotaExhausted { error } => told("The instance has used up its quota", error, QUOTA),
        V::ConnectionLimit { error } | V::TooManyConnections { error } => {
            told("There are too many connections", error, TOO_MANY)
        }
        V::HostNotAllowed { error } => told("The server does not talk to this address", error, HOST),
        V::UnknownDatabase { database, error } => {
            told(&format!("There is no database {database}"), error, DATABASE)
        }
        V::DatabaseDenied { user, database, error } => {
            told(&format!("{user} may not use the database {database}"), error, GRANT)
        }
        V::InstanceUnavailable { error } => {
            told("The gateway answers, the instance behind it does not", error, INSTANCE)
        }
        V::PasswordExpired { user, error } => {
            told(&format!("The password of {user} has expired"), error, EXPIRED)
        }
        V::AccountLocked { user, error } => told(&format!("The user {user} is locked"), error, LOCKED),
        V::AuthPluginUnsupported { plugin } => with(
            format!("The user logs in by a way this tool does not speak: {plugin}."),
            "Test with a user of mysql_native_password or caching_sha2_password.",
        ),
        V::TlsFailed { text } => with(
            format!("The handshake failed at login, though it worked before: {text}."),
            "The addresses behind the name may show different certificates. Try again.",
        ),
        V::TimedOut { after_ms } => {
            with(format!("No answer to the login within {}.", time(*after_ms)), WAKING)
        }
        V::ConnectionLost { text } => {
            with(format!("The connection broke during the login: {text}."), ALLOWLIST)
        }
        V::ServerError { error } => told("The login was refused", error, "The server's message says why."),
    }
}

const PREFIX_OR_PASSWORD: &str = "Compare the prefix (the part before the dot) with the Connect dialog: it belongs \
    to one instance or branch. Then the password.";
const PREFIX_WANTED: &str =
    "Use the user as the Connect dialog shows it, such as PREFIX.root: the prefix names the instance.";
const TLS_TAKEN_OFF: &str = "This connection was encrypted, so something on the way takes TLS off.";
const TLS_WANTED: &str = "Use --ssl-mode verify-ca. The public gateway wants TLS, a private endpoint usually \
    does not: check the host too.";
const QUOTA: &str = "Raise the spending limit in the TiDB Cloud console, or wait until the quota is renewed.";
const TOO_MANY: &str = "Close connections (look at the pools) and try again. A spending limit raises the limit of \
    a Starter instance.";
const HOST: &str = "Allow this address on the server. TiDB Cloud does not answer like this: check the host.";
const DATABASE: &str = "User and password are right. Name an existing one with --database, or create it.";
const GRANT: &str = "Grant the user rights on it, or name another one with --database.";
const INSTANCE: &str = "Try again in a minute, and look at the instance in the TiDB Cloud console.";
const EXPIRED: &str = "Set a new one in the TiDB Cloud console.";
const LOCKED: &str = "Unlock it with ALTER USER … ACCOUNT UNLOCK.";
const WAKING: &str = "An idle Starter instance wakes up at the first login, which takes a while: try again, or \
    with a longer --connect-timeout.";
const ALLOWLIST: &str = "Try again. If the instance's private endpoint has Authorized Networks, this endpoint's id \
    must be among them (TiDB Cloud console, Settings > Networking).";

/// What happened, with the server's own words.
fn told(lead: &str, error: &ServerError, remedy: &str) -> Words {
    with(format!("{lead}: {}.", server(error)), remedy)
}

fn no_credentials(user: bool, password: bool) -> Words {
    let (missing, remedy) = match (user, password) {
        (true, false) => ("user", "Give --user, such as PREFIX.root."),
        (false, _) => {
            ("password", "Give the password with TIDB_PE_PASSWORD, --password-stdin or --password-file.")
        }
        (true, true) => (
            "user and password",
            "Give --user, and the password with TIDB_PE_PASSWORD, --password-stdin or --password-file.",
        ),
    };
    with(format!("Not tried: no {missing} given."), remedy)
}

const FROM_URL: &str = "The user has what only a URL has: its password is not percent-encoded, which shifts what comes \
    after it. In a URL write @ as %40, : as %3A, / as %2F; here give user and password apart.";

/// What to do about a likely slip.
fn slipped(slip: Slip) -> &'static str {
    match slip {
        Slip::PasswordEncoded => {
            "The password holds a %xx as in a URL: if it was copied out of one, give it decoded. Else compare it with \
             the Connect dialog."
        }
        Slip::PasswordPadded => "The password begins or ends with a blank: give it without.",
        Slip::PasswordQuoted => {
            "The password stands in quotes or brackets: give it without, and no placeholder."
        }
        Slip::UserFromUrl => FROM_URL,
    }
}

fn denied(user: &str, using_password: Option<bool>, slip: Option<Slip>, error: &ServerError) -> Words {
    let remedy = if using_password == Some(false) {
        "An empty password was sent. Set one in the Connect dialog of the TiDB Cloud console and give it with \
         TIDB_PE_PASSWORD."
    } else if let Some(slip) = slip {
        slipped(slip)
    } else {
        "Compare user and password with the Connect dialog of the TiDB Cloud console; a new password can be set \
         there."
    };
    told(&format!("{user} was not let in"), error, remedy)
}
