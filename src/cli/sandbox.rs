//! Flags of `tidb-pe sandbox`.

use clap::Args;
use clap::builder::BoolishValueParser;

/// `tidb-pe sandbox`.
#[derive(Debug, Clone, Args)]
pub struct Sandbox {
    /// Which world [default: happy]; --list shows them
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// List the scenarios and end
    #[arg(long, env = "TIDB_PE_LIST", value_parser = BoolishValueParser::new())]
    pub list: bool,
}
