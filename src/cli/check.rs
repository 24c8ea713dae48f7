//! Flags of `tidb-pe check`.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use super::Connection;
use super::duration;

/// `tidb-pe check`.
#[derive(Debug, Clone, Args)]
pub struct Check {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub find: Find,
    /// Check this host: network layers only, without asking the cloud
    #[arg(long, env = "TIDB_PE_HOST", value_name = "DOMAIN", help_heading = "Endpoint")]
    pub host: Option<String>,
    /// Check every endpoint this tool made in the region
    #[arg(long, env = "TIDB_PE_ALL", value_parser = BoolishValueParser::new(), help_heading = "Endpoint")]
    pub all: bool,
    /// Wait until the endpoint is ready, then check
    #[arg(long, env = "TIDB_PE_WAIT", value_parser = BoolishValueParser::new(), help_heading = "Endpoint")]
    pub wait: bool,
    /// How long to wait, such as 90s, 10m, 1h [default: 10m]
    #[arg(
        long, env = "TIDB_PE_WAIT_TIMEOUT", value_name = "DURATION", value_parser = duration, help_heading = "Endpoint"
    )]
    pub wait_timeout: Option<Duration>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub connection: Connection,
}

/// Which endpoint is meant.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Endpoint")]
pub struct Find {
    /// The endpoint [default: the only one to --service-name, else the only one this tool made]
    #[arg(env = "TIDB_PE_ENDPOINT_ID", value_name = "ENDPOINT_ID", help_heading = "Arguments")]
    pub endpoint_id: Option<String>,
    /// Service Name the endpoint leads to
    #[arg(long, env = "TIDB_PE_SERVICE_NAME", value_name = "NAME")]
    pub service_name: Option<String>,
    /// VPC the endpoint is in
    #[arg(long, env = "TIDB_PE_VPC_ID", value_name = "ID")]
    pub vpc_id: Option<String>,
}
