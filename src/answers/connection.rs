//! The part of the answers that concerns the database: user, password, TLS.

use std::time::Duration;

use super::Source;
use crate::connection::SslMode;
use crate::connection::clients::Wanted;
use crate::secret::Secret;

/// Where to dial instead of the endpoint domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// How the database is reached.
#[derive(Debug, Clone)]
pub struct ConnectionAnswers {
    /// `PREFIX.root`.
    pub user: Option<String>,
    /// Where that came from.
    pub user_source: Source,
    /// The password.
    pub password: Option<Secret>,
    /// Default `test`.
    pub database: String,
    /// Default 4000.
    pub port: u16,
    /// Default `verify-ca`.
    pub ssl_mode: SslMode,
    /// CA certificates (PEM) that replace the built-in roots.
    pub ssl_ca: Option<Vec<u8>>,
    /// The file they came from.
    pub ssl_ca_path: Option<String>,
    /// The name the certificate must carry.
    pub tls_server_name: Option<String>,
    /// Where to dial instead of the endpoint domain.
    pub connect_to: Option<Target>,
    /// For TCP, greeting and TLS.
    pub connect_timeout: Duration,
    /// Whose settings to print.
    pub client: Option<Wanted>,
    /// No connection test.
    pub skip_test: bool,
}

impl Default for ConnectionAnswers {
    fn default() -> Self {
        Self {
            user: None,
            user_source: Source::Default,
            password: None,
            database: "test".to_owned(),
            port: 4000,
            ssl_mode: SslMode::default(),
            ssl_ca: None,
            ssl_ca_path: None,
            tls_server_name: None,
            connect_to: None,
            connect_timeout: Duration::from_secs(10),
            client: None,
            skip_test: false,
        }
    }
}

impl Target {
    /// Reads `HOST:PORT`, with an IPv6 address in brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.trim().rsplit_once(':')?;
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let host = match bare {
            Some(v6) => v6,
            None if host.contains(':') => return None,
            None => host,
        };
        let port = port.parse().ok().filter(|port| *port != 0)?;
        let plain =
            !host.is_empty() && !host.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/');
        plain.then(|| Self { host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_split() {
        let target = |host: &str, port| Some(Target { host: host.to_owned(), port });
        assert_eq!(Target::parse("127.0.0.1:3306"), target("127.0.0.1", 3306));
        assert_eq!(Target::parse("[::1]:4000"), target("::1", 4000));
        for bad in ["host", "host:", ":4000", "::1:4000", "host:0", "host:70000", "http://x:1"] {
            assert_eq!(Target::parse(bad), None, "{bad}");
        }
    }
}
