//! Every sentence, one file a subject and language.

pub mod checks_en;
pub mod clients_en;
pub mod credentials_en;
pub mod errors_en;
pub mod events_en;
pub mod plan_en;
pub mod problems_en;
pub mod removal_en;
pub mod report_en;
pub mod tidb_cloud_en;
pub mod wizard_en;

use std::time::Duration;

/// A duration as people say it: `850 ms`, `12 s`, `2 min 5 s`.
pub fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    match whole {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{whole} s"),
        _ if whole.is_multiple_of(60) => format!("{} min", whole / 60),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}
