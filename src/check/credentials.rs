//! The *credentials* layer: who asks, and which source of keys won.

use serde::Serialize;

use super::{CheckId, Finding, Status};
use crate::cloud::credentials::{Miss, Source};
use crate::cloud::sts::{self, Identity};
use crate::cloud::{Client, Error};

/// What became of the question who asks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// The cloud knows the key.
    Identified {
        /// The account.
        account_id: String,
        /// The user or role.
        arn: String,
        /// The kind of source the key came from.
        source: &'static str,
        /// The answer, for the sentence.
        #[serde(skip)]
        identity: Identity,
        /// The source, for the sentence.
        #[serde(skip)]
        from: Source,
    },
    /// No source had a key.
    NoCredentials {
        /// Why each had none.
        #[serde(skip)]
        misses: Vec<Miss>,
    },
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The answer of `GetCallerIdentity` (Alibaba Cloud facts, section b4).
    pub identity: Result<Identity, Error>,
    /// Where the key was found.
    pub source: Option<Source>,
}

/// Asks who signs.
pub async fn gather(cloud: &Client, region: &str) -> Facts {
    Facts { identity: sts::get_caller_identity(cloud, region).await, source: cloud.source().cloned() }
}

/// Judges the answer.
pub fn judge(facts: Facts) -> Finding {
    let Facts { identity, source } = facts;
    match identity {
        Ok(identity) => {
            // Somebody signed, so a source is known.
            let from = source.unwrap_or(Source::Environment);
            let verdict = Verdict::Identified {
                account_id: super::capped(&identity.account_id),
                arn: super::capped(&identity.arn),
                source: from.as_str(),
                identity,
                from,
            };
            finding(Status::Pass, verdict)
        }
        Err(error) => Finding::unanswered(CheckId::Credentials, error),
    }
}

/// The outcome where no source had a key.
pub fn none(misses: Vec<Miss>) -> Finding {
    finding(Status::Fail, Verdict::NoCredentials { misses })
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Credentials, status, verdict: super::Verdict::Credentials(verdict) }
}
