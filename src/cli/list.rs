//! Flags of `tidb-pe list`.

use clap::Args;
use clap::builder::BoolishValueParser;

/// `tidb-pe list`.
#[derive(Debug, Clone, Args)]
pub struct List {
    /// Look in every region that has PrivateLink, all at the same time
    #[arg(long, env = "TIDB_PE_ALL_REGIONS", value_parser = BoolishValueParser::new())]
    pub all_regions: bool,
}
