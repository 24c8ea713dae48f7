//! The simulated world in the foreground, in Chinese.

use crate::report::SandboxReport;

/// How to use it.
pub(super) fn running(report: &SandboxReport) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    format!(
        "沙箱 {:?} 运行中，按 Ctrl-C 结束。\n  阿里云 API      {}\n  TiDB Cloud API  {}\n  TiDB 网关       {}\n\n\
         在另一个终端中：\n\n  . {}\n  tidb-pe setup\n\n可以粘贴的示例：\n\n{}",
        text(&report.scenario),
        text(&report.endpoint_url),
        text(&report.tidb_cloud_url),
        text(&report.gateway),
        text(&report.environment_file),
        text(&report.dialog),
    )
}
