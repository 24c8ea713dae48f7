//! The simulated world in the foreground, in Chinese.

use crate::report::{SandboxReport, ScenarioReport};

/// Scenarios, by name.
const SCENARIOS: &[(&str, &str)] = &[
    ("happy", "一切齐备：一个 VPC、三个交换机、一个开放 4000 端口的安全组，约 2.5 秒就绪"),
    ("instant", "与 happy 相同，但各步骤只需几毫秒"),
    ("two-vpcs", "有两个符合条件的 VPC，需要选择"),
    ("no-vswitch-in-zone", "VPC 在终端节点服务的可用区中没有交换机"),
    ("sg-closed", "唯一的安全组不允许访问端口 4000"),
    ("existing-endpoint", "已有一个就绪的终端节点，在控制台创建"),
    ("stuck", "终端节点一直处于 Creating 状态"),
    ("rejected", "服务提供方断开连接：先是 Connecting，之后一直是 Disconnected"),
    ("needs-acceptance", "需要服务提供方接受连接，但没有人接受"),
    ("service-not-found", "服务名称不存在：列表中没有，预检也表明没有"),
    ("service-unlisted-but-real", "该账号的服务列表中没有此服务，但可以连接"),
    ("wrong-secret", "AccessKey Secret 与 AccessKey ID 不对应"),
    ("unknown-key", "阿里云没有该 AccessKey ID"),
    ("expired-token", "临时凭证的令牌已过期"),
    ("permission-denied", "RAM 用户可以查询，但不能创建"),
    ("not-open", "该账号尚未开通私网连接 PrivateLink"),
    ("many", "大型账号：250 个 VPC、400 个交换机、300 个安全组，查询结果有很多页"),
    ("quota", "VPC 的终端节点配额已用完"),
    ("arrears", "账号欠费：终端节点处于 FinancialLocked 状态"),
    ("clock-skew", "阿里云的时钟比本机快一小时"),
    ("throttled", "阿里云对每类请求的前几次限流，有的告知等待时间，有的不告知"),
    ("wrong-password", "终端节点正常，但数据库拒绝密码"),
    ("insecure-transport", "网关拒绝没有 TLS 的会话"),
    ("bare-vpc", "VPC 中什么都没有：没有交换机，也没有安全组"),
    ("half-made", "上一次运行被中断：安全组还没有规则，VPC 还没有交换机"),
    ("one-zone", "终端节点只有三个可用区中的一个；添加可用区期间会被锁定"),
    ("service-deleted", "终端节点所连接的服务已被服务提供方删除"),
    ("lost-answers", "VPC 中什么都没有，且每个创建请求第一次执行后都没有返回响应"),
    ("lagging-lists", "新建的资源半分钟后才出现在列表中"),
    ("outside-vpc", "机器不在 VPC 内，如同大多数笔记本电脑：域名可以解析，但没有响应"),
    ("region-down", "多个地域中有一个没有响应"),
];

/// What is special about a scenario.
pub(super) fn about(scenario: &ScenarioReport) -> String {
    let known = SCENARIOS.iter().find(|(name, _)| *name == scenario.name);
    known.map_or_else(|| scenario.description.clone(), |(_, about)| (*about).to_owned())
}

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

#[cfg(all(test, feature = "sandbox"))]
mod tests {
    use super::*;
    use crate::sandbox::Scenario;

    #[test]
    fn every_scenario_has_its_chinese_and_nothing_else_does() {
        let mut names: Vec<&str> = Scenario::names().into_iter().map(|(name, _)| name).collect();
        let mut known: Vec<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, names);
    }
}
