//! Sentences of the layers that ask the cloud: *credentials*, *endpoint*, *connection*, *zones*; in Chinese.

use super::{Words, alone, with};
use crate::check::connection::{Age, Verdict as Connection};
use crate::check::credentials::Verdict as Credentials;
use crate::check::endpoint::Verdict as Endpoint;
use crate::check::zones::{At, Verdict as Zones};
use crate::check::{Unanswered, answer::Why};
use crate::lang::Lang;
use crate::shell;
use crate::ui::words::pieces::{called, first, list_command};
use crate::ui::words::{credentials_zh, elapsed, errors_zh, events_zh};

pub(super) fn unanswered(failure: &Unanswered) -> Words {
    let (what, remedy) = errors_zh::cloud_error(&failure.error);
    let id = failure.request_id.as_ref().map(|id| format!(" [请求 ID {id}]")).unwrap_or_default();
    let remedy = remedy.unwrap_or_else(|| match failure.why {
        Why::KeyRefused => "请检查 AccessKey ID 及其 Secret。".to_owned(),
        Why::NotPermitted => format!("请在 RAM 中授予 {} 权限。", failure.error.operation.ram_action()),
        Why::NoAnswer => "请在一分钟后重试。".to_owned(),
        Why::Refused => "原因见阿里云返回的信息。".to_owned(),
    });
    with(format!("{what}{id}"), &remedy)
}

pub(super) fn credentials(verdict: &Credentials) -> Words {
    match verdict {
        Credentials::Identified { identity, from, .. } => alone(events_zh::identity(identity, from)),
        Credentials::NoCredentials { misses } => credentials_zh::none(misses),
    }
}

pub(super) fn endpoint(verdict: &Endpoint) -> Words {
    match verdict {
        Endpoint::Active { at } => {
            alone(format!("{} 状态为 Active，位于 {}", called(&at.endpoint_id, &at.name), at.vpc_id))
        }
        Endpoint::NotActive { at, status } => with(
            format!(
                "{} 的状态是 {status}，不是 Active，位于 {}",
                called(&at.endpoint_id, &at.name),
                at.vpc_id
            ),
            "Creating 和 Pending 状态会自行结束，加 --wait 可等待其就绪。",
        ),
        Endpoint::Deleting { at } => with(
            format!("{} 正在删除。", called(&at.endpoint_id, &at.name)),
            "请用 tidb-pe setup 另建一个，并使用其域名。",
        ),
        Endpoint::FinancialLocked { at } => with(
            format!("{} 因账号欠费而被锁定。", called(&at.endpoint_id, &at.name)),
            "请结清欠费（控制台：费用与成本 > 账单），结清后会自动解锁。",
        ),
        Endpoint::NotFound { endpoint_id, region_id } => with(
            format!("该账号在地域 {region_id} 中没有终端节点 {endpoint_id}"),
            &format!(
                "请与控制台（专有网络 > 终端节点）核对 ID、地域和账号，或列出现有终端节点：{}",
                list_command(region_id)
            ),
        ),
        Endpoint::NoneFound { region_id, service_name: Some(service), vpc_id } => with(
            format!("{} 中没有连接到 {service} 的终端节点。", place(region_id, vpc_id.as_deref())),
            &format!("请创建：{}", shell::join(["tidb-pe", "setup", "--service-name", service])),
        ),
        Endpoint::NoneFound { region_id, service_name: None, vpc_id } => with(
            format!("{} 中没有终端节点。", place(region_id, vpc_id.as_deref())),
            "请检查地域，或运行 tidb-pe setup 创建。",
        ),
        Endpoint::Several { endpoint_ids } => with(
            format!("有 {} 个终端节点可供选择。", endpoint_ids.len()),
            &format!("请指定其中一个，例如：tidb-pe check {}", first(endpoint_ids)),
        ),
    }
}

pub(super) fn connection(verdict: &Connection) -> Words {
    match verdict {
        Connection::Connected => alone("已连接到终端节点服务。".to_owned()),
        Connection::NotReady { at, endpoint_status, connection_status } => with(
            format!(
                "尚未就绪：终端节点 {} 的状态是 {endpoint_status}，连接状态是 {connection_status}{}。",
                at.endpoint_id,
                old(at)
            ),
            &format!(
                "通常不到两分钟，可运行 tidb-pe check {} --wait 等待。如果一直如此，请删除该终端节点（控制台：专有网络 > \
                 终端节点）后重新创建。",
                at.endpoint_id
            ),
        ),
        Connection::WaitingForAcceptance { at, auto_accept, account_id } => with(
            format!(
                "服务提供方尚未接受 {} 的连接{}{}。",
                at.endpoint_id,
                old(at),
                if auto_accept.is_some() { "" } else { "，也不知道它是否自动接受" }
            ),
            &format!("请联系 TiDB Cloud 技术支持，请其接受账号 {account_id} 的终端节点 {}", at.endpoint_id),
        ),
        Connection::Rejected { at, account_id } => with(
            format!("服务提供方拒绝了 {} 的连接{}。", at.endpoint_id, old(at)),
            &format!(
                "请向 TiDB Cloud 技术支持询问原因，并提供终端节点 {} 和账号 {account_id} 。终端节点存在期间会产生费用，如不再\
                 需要，请将其删除（控制台：专有网络 > 终端节点）。",
                at.endpoint_id
            ),
        ),
        Connection::Disconnecting { at } => with(
            format!("{} 的连接正在断开。", at.endpoint_id),
            &format!(
                "有人在阿里云或 TiDB Cloud 一侧断开了连接，操作审计 (ActionTrail) 中可查到操作者。之后请再次检查：tidb-pe check {}",
                at.endpoint_id
            ),
        ),
        Connection::Deleting { at } => with(
            format!("{} 的连接正在移除。", at.endpoint_id),
            "请用 tidb-pe setup 另建一个终端节点，并使用其域名。",
        ),
        Connection::ServiceDeleted { at, service_name } => with(
            format!("服务提供方已删除终端节点服务 {service_name}"),
            &format!(
                "请从 TiDB Cloud 控制台 (Connect > Private Endpoint) 获取当前的服务名称，用它运行 tidb-pe setup ；并删除 {} \
                 （控制台：专有网络 > 终端节点）。",
                at.endpoint_id
            ),
        ),
    }
}

pub(super) fn zones(verdict: &Zones) -> Words {
    match verdict {
        Zones::Connected { zones } => alone(format!("已连接：{}", each(zones))),
        Zones::NotCovered { zones, missing, endpoint_id } => with(
            format!("已连接：{} ；未覆盖：{}", each(zones), missing.join(", ")),
            &format!(
                "不影响使用。如需在某个可用区故障时仍能访问，请为 {endpoint_id} 添加可用区（控制台：专有网络 > 终端节点 > \
                 {endpoint_id} > 可用区），或运行 tidb-pe setup 并加 --az-id {}",
                first(missing)
            ),
        ),
        Zones::NotConnected { zones, pending, endpoint_id } => with(
            format!("未连接：{} 。所有可用区：{}", pending.join(", "), each(zones)),
            &format!(
                "新添加的可用区约需一分钟，可运行 tidb-pe check {endpoint_id} --wait 等待。如果一直如此，请移除该可用区后重新添加\
                 （控制台：专有网络 > 终端节点 > {endpoint_id} > 可用区）。"
            ),
        ),
        Zones::NoAddress { pending, endpoint_id, .. } => with(
            format!("已连接但没有地址：{}", pending.join(", ")),
            &format!(
                "请移除该可用区，再用可用 IP 充足的交换机重新添加（控制台：专有网络 > 终端节点 > {endpoint_id} > 可用区）。"
            ),
        ),
        Zones::NoZones { endpoint_id, offered } => with(
            format!("终端节点 {endpoint_id} 没有可用区，因此没有地址。"),
            &format!(
                "请添加终端节点服务的可用区 ({})：在控制台专有网络 > 终端节点 > {endpoint_id} > 可用区中添加，或运行 aliyun \
                 privatelink AddZoneToVpcEndpoint --EndpointId {endpoint_id} --ZoneId {} --VSwitchId VSWITCH",
                offered.join(", "),
                offered.first().map_or("ZONE", String::as_str)
            ),
        ),
    }
}

fn place(region_id: &str, vpc_id: Option<&str>) -> String {
    vpc_id.map_or_else(|| format!("地域 {region_id}"), |vpc| format!("{vpc} ({region_id})"))
}

fn old(at: &Age) -> String {
    let age = at.age_s.map(|age| elapsed(Lang::Zh, std::time::Duration::from_secs(age)));
    age.map(|age| format!("（已创建 {age}）")).unwrap_or_default()
}

fn each(zones: &[At]) -> String {
    let zone = |zone: &At| {
        let address = if zone.address.is_empty() { "无地址" } else { &zone.address };
        let status =
            if zone.zone_status == "Connected" { String::new() } else { format!(", {}", zone.zone_status) };
        format!("{} ({address}{status})", zone.zone_id)
    };
    zones.iter().map(zone).collect::<Vec<_>>().join(", ")
}
