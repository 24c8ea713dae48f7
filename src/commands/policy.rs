//! `tidb-pe policy`: the smallest RAM policy for the chosen features. Asks nobody.

use crate::cli;
use crate::cloud::{Feature, policy};
use crate::report::PolicyReport;

/// The policy and the features it is for.
pub fn run(flags: &cli::Policy) -> PolicyReport {
    let mut chosen = flags.feature.clone();
    chosen.sort_unstable();
    chosen.dedup();
    let features: Vec<Feature> = chosen.into_iter().map(feature).collect();
    PolicyReport { policy: policy::policy(&features), features }
}

fn feature(given: cli::Feature) -> Feature {
    match given {
        cli::Feature::Verify => Feature::Verify,
        cli::Feature::Create => Feature::Create,
        cli::Feature::Network => Feature::Network,
        cli::Feature::Delete => Feature::Delete,
    }
}
