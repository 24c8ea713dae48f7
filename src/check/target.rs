//! What the connection test is pointed at.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::connection::SslMode;
use crate::secret::Secret;
use crate::whereami::{Locator, Position};

/// One database behind one endpoint, and how to reach it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The endpoint domain.
    pub domain: String,
    /// The port, also of a connection through the endpoint's addresses.
    pub port: u16,
    /// The addresses the endpoint has in its zones; empty where they are not known.
    pub eni_ips: Vec<IpAddr>,
    /// The zone of an address, where known, so that a verdict can name it.
    pub zones: BTreeMap<IpAddr, String>,
    /// The user, with its prefix.
    pub user: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// The database to log in to; empty for none.
    pub database: String,
    /// How much of the server's identity is to be proven.
    pub ssl_mode: SslMode,
    /// Certificates (PEM) to trust instead of the built-in roots.
    pub ssl_ca: Option<Vec<u8>>,
    /// The name the certificate has to carry with `verify-identity`, where it is not the domain.
    pub tls_server_name: Option<String>,
    /// Where to dial instead of the domain: a tunnel or a bastion.
    pub connect_to: Option<(String, u16)>,
    /// The limit for a TCP connection, the greeting and the handshake each; login and query get three times it.
    pub connect_timeout: Duration,
    /// The region, for the gateway's name under a wildcard; empty where it is not known.
    pub region_id: String,
    /// Who tells where this machine is, seen from the endpoint's VPC.
    pub locator: Option<Locator>,
}

impl Target {
    /// `domain` on `port`, everything else at its default.
    pub fn new(domain: impl Into<String>, port: u16) -> Self {
        Self {
            domain: domain.into(),
            port,
            eni_ips: Vec::new(),
            zones: BTreeMap::new(),
            user: None,
            password: None,
            database: "test".to_owned(),
            ssl_mode: SslMode::default(),
            ssl_ca: None,
            tls_server_name: None,
            connect_to: None,
            connect_timeout: Duration::from_secs(10),
            region_id: String::new(),
            locator: None,
        }
    }

    /// The name the server is known by: what the handshake asks for and `verify-identity` compares.
    pub fn server_name(&self) -> &str {
        self.tls_server_name.as_deref().unwrap_or(&self.domain).trim_end_matches('.')
    }

    /// Host and port that are dialled.
    pub fn dialled(&self) -> (&str, u16) {
        match &self.connect_to {
            Some((host, port)) => (host, *port),
            None => (&self.domain, self.port),
        }
    }

    /// The endpoint's VPC; empty where it is not known.
    pub fn vpc_id(&self) -> &str {
        self.locator.as_ref().map(|locator| locator.vpc_id.as_str()).unwrap_or_default()
    }

    /// Where this machine is, seen from the endpoint's VPC.
    pub async fn position(&self) -> Position {
        match &self.locator {
            Some(locator) => locator.position(self.eni_ips.first().copied()).await,
            None => Position::Unknown,
        }
    }

    /// The limit for login and query: an instance may have to wake from zero.
    pub fn login_timeout(&self) -> Duration {
        self.connect_timeout * 3
    }
}
