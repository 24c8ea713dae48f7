//! Every flag, its variable and its help. Structs only: no logic but the pre-pass that makes an empty variable
//! count as unset.

mod check;
mod connection;
mod connection_string;
mod delete;
mod list;
mod policy;
#[cfg(feature = "sandbox")]
mod sandbox;
mod setup;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{BoolishValueParser, Resettable};
use clap::parser::ValueSource;
use clap::{
    ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint,
};

use crate::lang::Lang;

pub use check::{Check, Find};
pub use connection::Connection;
pub use connection_string::ConnectionString;
pub use delete::Delete;
pub use list::List;
pub use policy::{Feature, Policy};
#[cfg(feature = "sandbox")]
pub use sandbox::Sandbox;
pub use setup::{Network, Setup};

/// Connect an Alibaba Cloud VPC to TiDB Cloud Starter or Essential over a private endpoint.
#[derive(Debug, Clone, Parser)]
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
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Create or adopt the endpoint, wait until it is ready, print and test the connection
    Setup(Box<Setup>),
    /// Check an endpoint layer by layer and name the root cause; changes nothing
    Check(Box<Check>),
    /// List endpoints, and which of them this tool made
    List(List),
    /// Delete an endpoint: its zones first, then itself; wait until it is gone
    Delete(Delete),
    /// Print the connection settings of an endpoint for one client or all
    ConnectionString(Box<ConnectionString>),
    /// Print the smallest RAM policy for what this tool does
    Policy(Policy),
    /// Run the simulated cloud and TiDB gateway in the foreground, and say how to point the tool at them
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
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
    /// Which API hosts: public ones, or those a VPC without internet access reaches [default: public]
    #[arg(long, global = true, env = "TIDB_PE_API_NETWORK", value_name = "NETWORK")]
    pub api_network: Option<ApiNetwork>,
    /// Format of the result on standard output
    #[arg(short, long, global = true, env = "TIDB_PE_OUTPUT", value_name = "FORMAT")]
    pub output: Option<Output>,
    /// Never ask [implied when standard input or standard error is no terminal]
    #[arg(long, global = true, env = "TIDB_PE_NON_INTERACTIVE", value_parser = BoolishValueParser::new())]
    pub non_interactive: bool,
    /// Accept the plan
    #[arg(short, long, global = true, env = "TIDB_PE_YES", value_parser = BoolishValueParser::new())]
    pub yes: bool,
    /// Language of what people read; JSON is always English [default: the locale's]
    #[arg(long, global = true, env = "TIDB_PE_LANG", value_name = "LANG")]
    pub lang: Option<Lang>,
    /// When to use colour; NO_COLOR is obeyed
    #[arg(long, global = true, env = "TIDB_PE_COLOR", value_name = "WHEN")]
    pub color: Option<When>,
    /// Print nothing but the result and errors
    #[arg(short, long, global = true, env = "TIDB_PE_QUIET", value_parser = BoolishValueParser::new())]
    pub quiet: bool,
    /// Say more; twice: a log of every request, without secrets
    #[arg(short, long, global = true, env = "TIDB_PE_VERBOSE", action = ArgAction::Count, value_parser = verbosity)]
    pub verbose: u8,
    /// Append a log of every request to this file, as JSON lines without secrets
    #[arg(long, global = true, env = "TIDB_PE_LOG_FILE", value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub log_file: Option<PathBuf>,
    /// Run against a simulated cloud on this machine; no account needed
    #[cfg(feature = "sandbox")]
    #[arg(
        long, global = true, env = "TIDB_PE_SANDBOX", value_name = "SCENARIO",
        num_args = 0..=1, require_equals = true, default_missing_value = "happy"
    )]
    pub sandbox: Option<String>,
}

/// Which API hosts are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ApiNetwork {
    /// Alibaba Cloud's public hosts
    Public,
    /// The hosts inside a VPC
    Vpc,
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
#[derive(Clone)]
pub struct Parsed {
    /// What was asked.
    pub cli: Cli,
    matches: ArgMatches,
    args: Vec<String>,
}

impl Parsed {
    /// The command line after the program's name.
    pub fn args(&self) -> &[String] {
        &self.args
    }

    /// Whether the argument with this id came from a variable instead of the command line.
    pub fn is_from_env(&self, id: &str) -> bool {
        let matches = self.matches.subcommand().map_or(&self.matches, |(_, sub)| sub);
        let known = matches.try_contains_id(id).is_ok();
        known && matches.value_source(id) == Some(ValueSource::EnvVariable)
    }
}

/// Parses `args`; `dress` may give the help other words. An empty variable counts as unset.
pub fn parse(
    args: Vec<OsString>,
    dress: impl FnOnce(clap::Command) -> clap::Command,
) -> Result<Parsed, clap::Error> {
    let texts = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut matches = dress(command()).try_get_matches_from(args)?;
    let kept = matches.clone();
    let cli = Cli::from_arg_matches_mut(&mut matches)?;
    Ok(Parsed { cli, matches: kept, args: texts })
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

/// The completion script of a shell.
pub fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "tidb-pe", &mut script);
    // For bash, the generator names a command that has a dash in two ways, and then finds no subcommand again.
    String::from_utf8_lossy(&script).replace("tidb__subcmd__pe", "tidb__pe")
}

/// Nothing is waited for longer than that; much more is no moment that a clock has.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// `90s`, `10m`, `1h`, `1h30m`; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
    let written = || Duration::try_from(text.parse::<jiff::SignedDuration>().ok()?).ok();
    let read = seconds.or_else(written).ok_or_else(|| "write it like 90s, 10m or 1h30m".to_owned())?;
    match read {
        Duration::ZERO => Err("it has to be more than nothing".to_owned()),
        _ if read > YEAR => Err("a year is the most".to_owned()),
        _ => Ok(read),
    }
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
        for arg in all.into_iter().filter(|arg| {
            !["help", "version", "shell", "endpoint_id", "scenario"].contains(&arg.get_id().as_str())
        }) {
            let long = arg.get_long().unwrap_or_else(|| arg.get_id().as_str()).replace('_', "-");
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
        assert!(duration("0").is_err() && duration("0ms").is_err(), "nothing can be done in no time");
        assert!(duration("18446744073709551615").is_err());
    }
}
