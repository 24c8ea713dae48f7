//! Every flag, its variable and its help. Structs only: no logic but the pre-pass that makes an empty variable
//! count as unset.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{BoolishValueParser, Resettable};
use clap::parser::ValueSource;
use clap::{
    ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint,
};

use crate::connection::SslMode;

/// Connect an Alibaba Cloud VPC to TiDB Cloud Starter or Essential over a private endpoint.
#[derive(Debug, Parser)]
#[command(name = "tidb-pe", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Try it without an account:  tidb-pe setup --sandbox")]
pub struct Cli {
    #[command(flatten)]
    // A doc comment would replace the help text.
    #[allow(missing_docs)]
    pub global: Global,
    #[command(subcommand)]
    #[allow(missing_docs)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create or adopt the endpoint, wait until it is ready, print and test the connection
    Setup(Box<Setup>),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Region ID [default: the region inside the Service Name, else the profile's]
    #[arg(long, global = true, env = "TIDB_PE_REGION_ID", value_name = "ID")]
    pub region_id: Option<String>,
    /// Alibaba Cloud CLI profile to take the key from
    #[arg(long, global = true, env = "TIDB_PE_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,
    /// Send every Alibaba Cloud API call to this base URL (plain http: loopback only)
    #[arg(long, global = true, env = "TIDB_PE_ENDPOINT_URL", value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<String>,
    /// Format of the result on standard output
    #[arg(short, long, global = true, env = "TIDB_PE_OUTPUT", value_name = "FORMAT")]
    pub output: Option<Output>,
    /// Never ask [implied when standard input or standard error is no terminal]
    #[arg(long, global = true, env = "TIDB_PE_NON_INTERACTIVE", value_parser = BoolishValueParser::new())]
    pub non_interactive: bool,
    /// Accept the plan
    #[arg(short, long, global = true, env = "TIDB_PE_YES", value_parser = BoolishValueParser::new())]
    pub yes: bool,
    /// When to use colour; `NO_COLOR` is obeyed
    #[arg(long, global = true, env = "TIDB_PE_COLOR", value_name = "WHEN")]
    pub color: Option<When>,
    /// Print nothing but the result and errors
    #[arg(short, long, global = true, env = "TIDB_PE_QUIET", value_parser = BoolishValueParser::new())]
    pub quiet: bool,
    /// Say more; twice: a log of every request, without secrets
    #[arg(short, long, global = true, env = "TIDB_PE_VERBOSE", action = ArgAction::Count, value_parser = verbosity)]
    pub verbose: u8,
    /// Run against a simulated cloud on this machine; no account needed
    #[cfg(feature = "sandbox")]
    #[arg(
        long, global = true, env = "TIDB_PE_SANDBOX", value_name = "SCENARIO",
        num_args = 0..=1, require_equals = true, default_missing_value = "happy"
    )]
    pub sandbox: Option<String>,
}

/// `tidb-pe setup`.
#[derive(Debug, Clone, Args)]
pub struct Setup {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: Network,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub connection: Connection,
}

/// What is connected to what.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Endpoint")]
pub struct Network {
    /// Service Name, from the TiDB Cloud console: Connect > Private Endpoint
    #[arg(long, env = "TIDB_PE_SERVICE_NAME", value_name = "NAME")]
    pub service_name: Option<String>,
    /// Availability Zone ID, from the same dialog; repeat or separate by commas [default: the service's zones]
    #[arg(long, env = "TIDB_PE_AZ_ID", value_name = "ID", value_delimiter = ',')]
    pub az_id: Vec<String>,
    /// VPC your application runs in
    #[arg(long, env = "TIDB_PE_VPC_ID", value_name = "ID")]
    pub vpc_id: Option<String>,
    /// vSwitch to take the endpoint's address from; at most one a zone
    #[arg(long, env = "TIDB_PE_VSWITCH_ID", value_name = "ID", value_delimiter = ',')]
    pub vswitch_id: Vec<String>,
    /// Security group that lets your application in on the port; at most ten
    #[arg(long, env = "TIDB_PE_SECURITY_GROUP_ID", value_name = "ID", value_delimiter = ',')]
    pub security_group_id: Vec<String>,
    /// Who has to get in through the security group [default: the VPC's ranges]
    #[arg(long, env = "TIDB_PE_CLIENT_CIDR", value_name = "CIDR")]
    pub client_cidr: Option<String>,
    /// Name of a new endpoint [default: tidb-pe- and the service id]
    #[arg(long, env = "TIDB_PE_ENDPOINT_NAME", value_name = "NAME")]
    pub endpoint_name: Option<String>,
    /// Tag for a new endpoint; repeat or separate by commas
    #[arg(long, env = "TIDB_PE_TAG", value_name = "KEY=VALUE", value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Resource group of a new endpoint
    #[arg(long, env = "TIDB_PE_RESOURCE_GROUP_ID", value_name = "ID")]
    pub resource_group_id: Option<String>,
    /// Create an endpoint even if one to this service exists in the VPC
    #[arg(long, env = "TIDB_PE_NEW", value_parser = BoolishValueParser::new())]
    pub new: bool,
    /// Show the plan and change nothing
    #[arg(long, env = "TIDB_PE_DRY_RUN", value_parser = BoolishValueParser::new())]
    pub dry_run: bool,
    /// Do not wait until the endpoint is ready
    #[arg(long, env = "TIDB_PE_NO_WAIT", value_parser = BoolishValueParser::new())]
    pub no_wait: bool,
    /// How long to wait until the endpoint is ready, such as 90s, 10m, 1h [default: 10m]
    #[arg(long, env = "TIDB_PE_WAIT_TIMEOUT", value_name = "DURATION", value_parser = duration)]
    pub wait_timeout: Option<Duration>,
}

/// How the database is reached. There is no `--password`: a password on a command line is visible to everyone.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub struct Connection {
    /// SQL user with its prefix, such as 3pTAoNNegb47Uc8.root
    #[arg(long, env = "TIDB_PE_USER", value_name = "NAME")]
    pub user: Option<String>,
    /// Read the password from standard input [or set `TIDB_PE_PASSWORD`]
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
    /// Do not test the connection
    #[arg(long, env = "TIDB_PE_SKIP_TEST", value_parser = BoolishValueParser::new())]
    pub skip_test: bool,
}

/// Format of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The parsed command line, with the means to tell a flag from a variable.
pub struct Parsed {
    /// What was asked.
    pub cli: Cli,
    matches: ArgMatches,
}

impl Parsed {
    /// Whether the argument with this id came from a variable instead of the command line.
    pub fn is_from_env(&self, id: &str) -> bool {
        let matches = self.matches.subcommand().map_or(&self.matches, |(_, sub)| sub);
        let known = matches.try_contains_id(id).is_ok();
        known && matches.value_source(id) == Some(ValueSource::EnvVariable)
    }
}

/// Parses `args`. An empty variable counts as unset.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Parsed, clap::Error> {
    let mut matches = command().try_get_matches_from(args)?;
    let kept = matches.clone();
    let cli = Cli::from_arg_matches_mut(&mut matches)?;
    Ok(Parsed { cli, matches: kept })
}

/// The whole command line as clap sees it, for completions, manual page and parsing.
pub fn command() -> clap::Command {
    forget_empty(Cli::command())
}

fn forget_empty(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = command.mut_args(|arg| {
        let empty = arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        let arg = arg.hide_env_values(true);
        if empty { arg.env(Resettable::Reset) } else { arg }
    });
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, forget_empty))
}

/// `90s`, `10m`, `1h`, `1h30m`; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let parsed = text.parse::<jiff::SignedDuration>();
    parsed
        .ok()
        .and_then(|d| Duration::try_from(d).ok())
        .ok_or_else(|| "write it like 90s, 10m or 1h30m".to_owned())
}

fn verbosity(text: &str) -> Result<u8, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Ok(1),
        "false" | "no" | "off" => Ok(0),
        number => number.parse().map_err(|_| "write true, false or a number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_flag_has_its_variable() {
        let command = command();
        let mut all: Vec<&clap::Arg> = command.get_arguments().collect();
        all.extend(command.get_subcommands().flat_map(clap::Command::get_arguments));
        for arg in
            all.into_iter().filter(|arg| !["help", "version", "shell"].contains(&arg.get_id().as_str()))
        {
            let long = arg.get_long().unwrap();
            let expected = format!("TIDB_PE_{}", long.to_ascii_uppercase().replace('-', "_"));
            assert_eq!(arg.get_env().and_then(|name| name.to_str()), Some(expected.as_str()), "--{long}");
        }
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert!(duration("soon").is_err());
        assert!(duration("-5s").is_err());
    }
}
