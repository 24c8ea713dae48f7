//! The *login* layer: does the database let the user in?
//!
//! The driver verifies the certificate again on its own connection, against a name the first handshake proved.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mysql_async::{Conn, DriverError, Error, IoError, Opts, OptsBuilder, SslOpts};
use tokio::time::timeout;

use super::greeting::ServerError;
use super::target::Target;
use super::tls::Channel;
use super::{CheckId, Finding, Status};
use crate::net::Net;

mod classify;
mod slip;
mod verdict;
pub use slip::Slip;
pub use verdict::Verdict;

/// Why a conversation with the database ended; shared with the *query* layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server answered with an error.
    Server(ServerError),
    /// The server wants a way to log in that the driver does not speak.
    Plugin(String),
    /// The second handshake failed where the first one worked.
    Tls(String),
    /// No answer in time.
    TimedOut,
    /// The connection broke, or the answer made no sense.
    Lost(String),
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The user.
    pub user: String,
    /// The database asked for.
    pub database: String,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// What is likely wrong with user and password, if they are not accepted.
    pub slip: Option<Slip>,
    /// How long the login had.
    pub limit_ms: u64,
    /// How it ended.
    pub outcome: Result<(), Failure>,
}

/// Logs in through `address`. The connection, where one was opened, is for the *query* layer.
pub async fn gather(target: &Target, net: &Net, address: IpAddr, channel: &Channel) -> (Facts, Option<Conn>) {
    let limit = target.login_timeout();
    let opened = match timeout(limit, Conn::new(opts(target, net, address, channel))).await {
        Ok(Ok(conn)) => Ok(conn),
        Ok(Err(error)) => Err(Failure::from(error)),
        Err(_) => Err(Failure::TimedOut),
    };
    let (outcome, conn) = match opened {
        Ok(conn) => (Ok(()), Some(conn)),
        Err(failure) => (Err(failure), None),
    };
    (facts(target, *channel != Channel::Plain, limit, outcome), conn)
}

/// Judges the login.
pub fn judge(facts: Facts) -> Finding {
    let status = if facts.outcome.is_ok() { Status::Pass } else { Status::Fail };
    finding(status, classify::verdict(facts))
}

/// The outcome where the server refused before it greeted: known without logging in.
pub fn refused(target: &Target, error: ServerError) -> Finding {
    judge(facts(target, false, target.login_timeout(), Err(Failure::Server(error))))
}

/// The outcome where user or password are missing, or `None` where both are given.
pub fn not_tried(target: &Target) -> Option<Finding> {
    let (user, password) = (target.user.is_none(), target.password.is_none());
    (user || password).then(|| finding(Status::Skip, Verdict::NoCredentials { user, password }))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Server(error) => Self::Server(ServerError {
                number: error.code,
                state: Some(error.state),
                text: super::capped(&error.message),
            }),
            Error::Driver(DriverError::UnknownAuthPlugin { name }) => Self::Plugin(super::capped(&name)),
            Error::Driver(DriverError::MysqlOldPasswordDisabled) => Self::Plugin("mysql_old_password".into()),
            Error::Driver(DriverError::CleartextPluginDisabled) => {
                Self::Plugin("mysql_clear_password".into())
            }
            Error::Driver(DriverError::ConnectionClosed) => Self::Lost("closed by the server".into()),
            // Its text would show the packet, and with it what the server was told.
            Error::Driver(DriverError::UnexpectedPacket { .. }) => Self::Lost("unexpected packet".into()),
            Error::Io(IoError::Tls(error)) => Self::Tls(super::capped(&error.to_string())),
            Error::Io(IoError::Io(error)) => io_failure(&error),
            other => Self::Lost(super::capped(&other.to_string())),
        }
    }
}

/// The driver's TLS errors come as errors of the stream.
fn io_failure(error: &std::io::Error) -> Failure {
    let text = super::capped(&error.to_string());
    let tls = error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>);
    if tls { Failure::Tls(text) } else { Failure::Lost(text) }
}

fn facts(target: &Target, encrypted: bool, limit: Duration, outcome: Result<(), Failure>) -> Facts {
    Facts {
        user: target.user.clone().unwrap_or_default(),
        database: target.database.clone(),
        encrypted,
        slip: slip::find(target),
        limit_ms: super::millis(limit),
        outcome,
    }
}

/// The driver's settings. Never print them: they show the password.
fn opts(target: &Target, net: &Net, address: IpAddr, channel: &Channel) -> Opts {
    let (host, port) = net.target(SocketAddr::new(address, target.dialled().1));
    let database = Some(target.database.as_str()).filter(|name| !name.is_empty());
    OptsBuilder::default()
        .ip_or_hostname(host)
        .tcp_port(port)
        .user(target.user.as_deref())
        .pass(target.password.as_ref().map(crate::secret::Secret::expose))
        .db_name(database)
        .ssl_opts(ssl_opts(target, channel))
        // Unless told, the driver asks the server for these three first.
        .prefer_socket(false)
        .max_allowed_packet(Some(16 << 20))
        .wait_timeout(Some(28_800))
        .into()
}

fn ssl_opts(target: &Target, channel: &Channel) -> Option<SslOpts> {
    let opts = SslOpts::default();
    match channel {
        Channel::Plain => None,
        Channel::Unproven => {
            let name = target.server_name().to_owned();
            Some(opts.with_danger_accept_invalid_certs(true).with_danger_tls_hostname_override(Some(name)))
        }
        Channel::Proven(name) => {
            let opts = opts.with_danger_tls_hostname_override(Some(name.clone()));
            Some(match &target.ssl_ca {
                Some(pem) => opts.with_root_certs(vec![pem.clone().into()]).with_disable_built_in_roots(true),
                None => opts,
            })
        }
    }
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Login, status, verdict: super::Verdict::Login(verdict) }
}
