//! The database behind the endpoint: what a user types, and how its gateway behaves.

use serde::Deserialize;

/// The values a demo fills in for the user.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `<15 characters>.root` (tidb facts 1, user name prefix).
    pub user: String,
    /// The password of that user. It opens nothing but the sandbox.
    pub password: String,
    /// The default database.
    pub name: String,
    /// The port of the gateway as the endpoint shows it.
    pub port: u16,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            user: "sandbox00000001.root".into(),
            password: "sandbox-password".into(),
            name: "test".into(),
            port: 4000,
        }
    }
}

/// How the TiDB gateway answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gateway {
    /// What becomes of a login.
    pub mode: GatewayMode,
    /// Which certificate is shown.
    pub certificate: Certificate,
    /// Whether TLS is offered.
    pub tls: bool,
}

impl Default for Gateway {
    fn default() -> Self {
        Self { mode: GatewayMode::Ok, certificate: Certificate::Gateway, tls: true }
    }
}

/// What becomes of a login (tidb facts 7, errors seen).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayMode {
    /// The right user and password get in.
    Ok,
    /// Sessions without TLS are refused.
    InsecureTransport,
    /// Nobody gets in.
    AccessDenied,
    /// The gateway finds no prefix in any user name.
    MissingPrefix,
    /// The instance's usage quota is exhausted.
    Quota,
    /// Error 1040 in place of a greeting.
    TooManyConnections,
    /// Accepts the connection and says nothing.
    Silent,
}

/// Which certificate the gateway shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certificate {
    /// TiDB Cloud's gateway names of the region.
    Gateway,
    /// The same, expired.
    Expired,
    /// A certificate without names.
    NoNames,
    /// Issued by a CA that the client does not know.
    WrongCa,
}
