//! Flags that say how the database is reached.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueHint};

use super::duration;
use crate::connection::SslMode;

/// How the database is reached. There is no `--password`: a password on a command line is visible to everyone.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub struct Connection {
    /// SQL user with its prefix, such as 3pTAoNNegb47Uc8.root
    #[arg(long, env = "TIDB_PE_USER", value_name = "NAME")]
    pub user: Option<String>,
    /// Read the password from standard input [or set TIDB_PE_PASSWORD]
    #[arg(long, env = "TIDB_PE_PASSWORD_STDIN", value_parser = BoolishValueParser::new())]
    pub password_stdin: bool,
    /// Read the password from a file
    #[arg(long, env = "TIDB_PE_PASSWORD_FILE", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Database [default: test]
    #[arg(long, env = "TIDB_PE_DATABASE", value_name = "NAME")]
    pub database: Option<String>,
    /// Port [default: 4000]
    #[arg(long, env = "TIDB_PE_PORT", value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// How much of the server's identity to prove [default: verify-ca]
    #[arg(long, env = "TIDB_PE_SSL_MODE", value_name = "MODE")]
    pub ssl_mode: Option<SslMode>,
    /// CA certificates (PEM) instead of the built-in ones
    #[arg(long, env = "TIDB_PE_SSL_CA", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub ssl_ca: Option<PathBuf>,
    /// Name the certificate must carry, instead of the host's
    #[arg(long, env = "TIDB_PE_TLS_SERVER_NAME", value_name = "NAME")]
    pub tls_server_name: Option<String>,
    /// Dial this instead of the endpoint domain: an SSH tunnel or a bastion
    #[arg(long, env = "TIDB_PE_CONNECT_TO", value_name = "HOST:PORT")]
    pub connect_to: Option<String>,
    /// For TCP, greeting and TLS; login and query get three times that [default: 10s]
    #[arg(long, env = "TIDB_PE_CONNECT_TIMEOUT", value_name = "DURATION", value_parser = duration)]
    pub connect_timeout: Option<Duration>,
    /// Print the settings of this client: mysql, jdbc, django, …, or all
    #[arg(long, env = "TIDB_PE_CLIENT", value_name = "NAME")]
    pub client: Option<String>,
    /// Do not test the connection
    #[arg(long, env = "TIDB_PE_SKIP_TEST", value_parser = BoolishValueParser::new())]
    pub skip_test: bool,
}
