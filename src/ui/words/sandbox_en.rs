//! The simulated world in the foreground, in English.

use crate::report::{SandboxReport, ScenarioReport};

/// What is special about a scenario: the scenario's own words.
pub(super) fn about(scenario: &ScenarioReport) -> String {
    scenario.description.clone()
}

/// How to use it.
pub(super) fn running(report: &SandboxReport) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    format!(
        "Sandbox {:?} runs until Ctrl-C.\n  Alibaba Cloud APIs  {}\n  TiDB Cloud API      {}\n  TiDB gateway        {}\n\n\
         In another terminal:\n\n  . {}\n  tidb-pe setup\n\nSomething to paste:\n\n{}",
        text(&report.scenario),
        text(&report.endpoint_url),
        text(&report.tidb_cloud_url),
        text(&report.gateway),
        text(&report.environment_file),
        text(&report.dialog),
    )
}
