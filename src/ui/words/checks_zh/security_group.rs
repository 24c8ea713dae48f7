//! Sentences of the *security-group* layer, in Chinese.

use super::{Words, alone, list, with};
use crate::check::answer::Why;
use crate::check::security_group::{Of, Unknown, Verdict as V};
use crate::security_group::Deciding;
use crate::ui::words::pieces::Opening;

pub(super) fn words(verdict: &V) -> Words {
    match verdict {
        V::Open { of } => {
            alone(format!("{} 允许{}访问端口 {}{}", groups(of), clients(of), of.port, because(of)))
        }
        V::PartlyOpen { of } => with(
            format!("{} 仅允许{}中的一部分访问端口 {}{}", groups(of), clients(of), of.port, because(of)),
            &open(of),
        ),
        V::CannotTell { of, why } => with(cannot_tell(of, *why), &open(of)),
        V::Blocked { of } => with(
            format!("{} 不允许{}访问端口 {}：{}", groups(of), clients(of), of.port, blocking(of)),
            &open(of),
        ),
        V::BlockedButReached { of, reached } => with(
            format!(
                "{} 看起来不允许{}访问端口 {}（{}），但 {} 有响应。",
                groups(of),
                clients(of),
                of.port,
                blocking(of),
                list(reached)
            ),
            "流量可能通过这些规则之外的途径放行。从本机能访问，不代表其他机器也能访问。",
        ),
        V::NoGroups { endpoint_id } => with(
            format!("终端节点 {endpoint_id} 没有安全组。"),
            "因此能否访问其地址不由安全组决定，请看 tcp 检查的结果。",
        ),
        V::Unreadable { group_ids, port, failure } => with(
            format!(
                "无法判断：{}关于端口 {port} 的规则无法读取 ({})",
                if group_ids.is_empty() {
                    "终端节点的安全组".to_owned()
                } else {
                    format!("{} ", group_ids.join(", "))
                },
                failure.cloud_code.as_deref().unwrap_or("无响应")
            ),
            &format!(
                "如需检查规则，请{}；安全组是否允许本机访问，请看 tcp 检查的结果。",
                match failure.why {
                    Why::NotPermitted =>
                        format!("在 RAM 中授予 {} 权限", failure.error.operation.ram_action()),
                    Why::KeyRefused | Why::NoAnswer | Why::Refused => "再次运行".to_owned(),
                }
            ),
        ),
    }
}

fn cannot_tell(of: &Of, why: Unknown) -> String {
    let (groups, clients, port) = (groups(of), clients(of), of.port);
    match why {
        Unknown::Ranges => {
            format!("无法判断 {groups} 是否允许该 VPC 访问端口 {port}：无法读取其网段。")
        }
        Unknown::Members => {
            format!("{groups} 只允许组内成员访问端口 {port}，无法判断{clients}是否为其成员。")
        }
        Unknown::Sources => format!(
            "无法判断 {groups} 是否允许{clients}访问端口 {port}：规则没有表明授权对象包含哪些地址{}",
            because(of)
        ),
    }
}

/// Where to click, and what to type.
fn open(of: &Of) -> String {
    let Opening { group, range, ports, command } = Opening::of(of);
    let drop = match of.rules.first() {
        Some(rule) if !rule.accepts => {
            format!("请先移除或缩小拒绝访问的规则 ({})。", short(rule))
        }
        _ => String::new(),
    };
    format!(
        "{drop}请允许 {range} 访问 TCP {ports} ：在控制台 ECS > 安全组 > {group} > 入方向中添加，或运行 {command}"
    )
}

fn groups(of: &Of) -> String {
    of.group_ids.join(" + ")
}

/// Stands between Chinese words.
fn clients(of: &Of) -> String {
    let list = of.clients.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if of.this_machine {
        format!("本机 ({}) ", list.trim_end_matches("/32"))
    } else {
        format!("该 VPC ({list}) ")
    }
}

fn because(of: &Of) -> String {
    of.rules.first().map(|rule| format!("，依据规则 {}", short(rule))).unwrap_or_default()
}

fn blocking(of: &Of) -> String {
    match of.rules.first() {
        Some(rule) => format!("由规则 {} 决定", short(rule)),
        None => "没有相关的入方向规则".to_owned(),
    }
}

fn short(rule: &Deciding) -> String {
    let name = if rule.rule_id.is_empty() { &rule.group_id } else { &rule.rule_id };
    let policy = if rule.accepts { "允许" } else { "拒绝" };
    format!("{name}: {policy} {} 来自 {}, 优先级 {}", rule.what, rule.source, rule.priority)
}
