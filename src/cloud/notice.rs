//! What the client, and whoever finds its key, has to say while it works.

use std::path::PathBuf;
use std::time::Duration;

use super::credentials::Miss;
use super::operation::{Operation, Product};

/// What the client has to say while it works.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// One request was answered or given up.
    Attempt {
        /// The operation.
        operation: Operation,
        /// The region asked.
        region: String,
        /// Which try this was, from 1.
        attempt: u32,
        /// How long it took.
        took: Duration,
        /// The server's id of the answer.
        request_id: Option<String>,
        /// `ok`, or the error's code or kind.
        outcome: String,
        /// What was asked, as `Name=value` pairs, with every secret masked.
        request: String,
    },
    /// A try did not succeed and another follows.
    Retry {
        /// The operation.
        operation: Operation,
        /// Why.
        reason: String,
        /// How long the client waits first.
        delay: Duration,
    },
    /// This machine's clock is off and was corrected for this run.
    ClockSkew {
        /// Seconds the server is ahead; negative when it is behind.
        seconds: i64,
    },
    /// A source of credentials had nothing, and a later one has.
    Skipped(Miss),
    /// A file of credentials can be read by other users of this machine.
    LooseFile(PathBuf),
    /// A host inside the VPC was asked for and the region has none: the public one is asked.
    NoVpcHost {
        /// The product.
        product: Product,
        /// The region.
        region: String,
    },
}

impl Notice {
    /// Whether it is worth reading after the run.
    pub fn is_warning(&self) -> bool {
        match self {
            Self::ClockSkew { .. } | Self::NoVpcHost { .. } | Self::LooseFile(_) => true,
            Self::Skipped(miss) => !miss.is_absent(),
            Self::Attempt { .. } | Self::Retry { .. } => false,
        }
    }
}

/// Hears what the client has to say.
pub trait Observer: Send + Sync {
    /// Takes note.
    fn notice(&self, notice: Notice);
}
