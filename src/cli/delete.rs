//! Flags of `tidb-pe delete`.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use super::duration;

/// `tidb-pe delete`.
#[derive(Debug, Clone, Args)]
pub struct Delete {
    /// The endpoint, as `tidb-pe list` shows it
    #[arg(value_name = "ENDPOINT_ID")]
    pub endpoint_id: String,
    /// Also delete the security group and the vSwitch that setup made for it and nothing else uses
    #[arg(long, env = "TIDB_PE_WITH_CREATED", value_parser = BoolishValueParser::new())]
    pub with_created: bool,
    /// A missing endpoint is no failure
    #[arg(long, env = "TIDB_PE_IF_EXISTS", value_parser = BoolishValueParser::new())]
    pub if_exists: bool,
    /// How long to wait until it is gone, such as 90s, 10m, 1h [default: 10m]
    #[arg(long, env = "TIDB_PE_WAIT_TIMEOUT", value_name = "DURATION", value_parser = duration)]
    pub wait_timeout: Option<Duration>,
}
