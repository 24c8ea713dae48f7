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
        /// The host asked.
        host: String,
        /// Which try this was, from 1.
        attempt: u32,
        /// How long it took.
        took: Duration,
        /// The server's id of the answer.
        request_id: Option<String>,
        /// HTTP status, if an answer began.
        status: Option<u16>,
        /// `ok`, or the error's code or kind.
        outcome: String,
        /// What was asked, as `Name=value` pairs, with every secret masked.
        request: String,
    },
    /// A try did not succeed and another follows.
    Retry {
        /// What was asked for.
        action: String,
        /// The region asked; empty where there are none.
        region: String,
        /// Why.
        reason: String,
        /// How long the client waits first.
        delay: Duration,
    },
    /// A request to somebody else than the API of a product was answered or given up.
    Exchange {
        /// Who was asked.
        service: Service,
        /// `GET` or `PUT`.
        method: &'static str,
        /// What was asked for, where it holds no secret.
        path: Option<String>,
        /// The host asked.
        host: String,
        /// Which try this was, from 1.
        attempt: u32,
        /// How long it took.
        took: Duration,
        /// The server's id of the answer.
        request_id: Option<String>,
        /// HTTP status, if an answer began.
        status: Option<u16>,
        /// `ok`, or what went wrong.
        outcome: String,
    },
    /// A product throttled a request: from now on it is asked more slowly.
    Slowed {
        /// The product.
        product: Product,
        /// Its region.
        region: String,
        /// Requests at the same time.
        at_once: usize,
        /// Requests a second.
        per_second: f64,
        /// How long it asked to be left alone.
        pause: Option<Duration>,
    },
    /// A product is asked as fast as ever again.
    Recovered {
        /// The product.
        product: Product,
        /// Its region.
        region: String,
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
            Self::Attempt { .. }
            | Self::Exchange { .. }
            | Self::Retry { .. }
            | Self::Slowed { .. }
            | Self::Recovered { .. } => false,
        }
    }
}

/// Who is asked besides the products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The TiDB Cloud API.
    TidbCloud,
    /// The metadata service of the ECS instance.
    EcsMetadata,
    /// A URI that hands out credentials.
    CredentialsUri,
}

impl Service {
    /// As a log names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TidbCloud => "tidb-cloud",
            Self::EcsMetadata => "ecs-metadata",
            Self::CredentialsUri => "credentials-uri",
        }
    }
}

/// Hears what the client has to say.
pub trait Observer: Send + Sync {
    /// Takes note.
    fn notice(&self, notice: Notice);
}
