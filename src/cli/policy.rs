//! Flags of `tidb-pe policy`.

use clap::{Args, ValueEnum};

/// `tidb-pe policy`.
#[derive(Debug, Clone, Args)]
pub struct Policy {
    /// What the policy has to allow; repeat or separate by commas
    #[arg(
        long, env = "TIDB_PE_FEATURE", value_name = "FEATURE", value_delimiter = ',',
        default_values = ["verify", "create"]
    )]
    pub feature: Vec<Feature>,
}

/// A part of what this tool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Feature {
    /// Look at the service, the network and existing endpoints; change nothing
    Verify,
    /// Create an endpoint in a network that is there
    Create,
    /// Create a vSwitch or a security group for it
    Network,
    /// Delete an endpoint
    Delete,
}
