//! Flags of `tidb-pe connection-string`.

use clap::Args;
use clap::builder::BoolishValueParser;

use super::{Connection, Find};

/// `tidb-pe connection-string`.
#[derive(Debug, Clone, Args)]
pub struct ConnectionString {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub find: Find,
    /// Write the password out instead of a placeholder
    #[arg(long, env = "TIDB_PE_SHOW_PASSWORD", value_parser = BoolishValueParser::new(), help_heading = "Connection")]
    pub show_password: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub connection: Connection,
}
