//! The plan and its warnings, in Chinese.

use super::Row;
use super::pieces::named;
use super::preview::{self, CNY, Phrases, USD};
use super::reasons_zh::reason;
use crate::answers::Source;
use crate::plan::{
    EndpointPlan, GroupPlan, GroupTarget, NewRule, Payer, Plan, Price, VSwitchPlan, Warning, ZonePlan,
};
use crate::security_group::Reach;

/// The preview: everything that is decided, and why.
pub fn rows(plan: &Plan) -> Vec<Row> {
    preview::rows(plan, &PREVIEW)
}

const PREVIEW: Phrases = Phrases {
    region: "地域",
    service: "终端节点服务",
    vpc: "专有网络 VPC",
    privatelink: "PrivateLink",
    endpoint: "终端节点",
    user: "SQL 用户",
    no_user: "未指定",
    price: "费用",
    undo: "撤销方式",
    opens: "为该账号开通私网连接 PrivateLink（免费）；能查询到终端节点服务后，将重新生成计划",
    plan: endpoint,
    zone,
    group,
    cost: price,
    source,
};

fn endpoint(plan: &EndpointPlan) -> String {
    match plan {
        EndpointPlan::Adopt(adoption) => {
            let endpoint = &adoption.endpoint;
            format!(
                "使用已有的 {} ({}, {})",
                named(&endpoint.endpoint_id, &endpoint.endpoint_name),
                endpoint.endpoint_status.as_str(),
                endpoint.connection_status.as_str()
            )
        }
        EndpointPlan::Create(new) => format!("新建 {}", new.name),
    }
}

fn zone(zone: &ZonePlan) -> Row {
    let id = &zone.zone_id;
    match &zone.vswitch {
        VSwitchPlan::Use { id: vswitch, name, cidr, free, pending } => {
            let free = free.map(|n| format!(", {n} 个可用 IP")).unwrap_or_default();
            let pending = if *pending { ", 创建中" } else { "" };
            let text = format!("{id} 交换机 {} ({cidr}{free}{pending})", named(&vswitch.value, name));
            ("可用区", text, source(vswitch.source))
        }
        VSwitchPlan::Create(new) => {
            let text = format!("{id} 新建交换机 {} ({})", new.name, new.cidr.value);
            ("可用区", text, source(new.cidr.source))
        }
    }
}

fn group(group: &GroupPlan) -> Row {
    let opened = group.rule.as_ref().map(lets_in).unwrap_or_default();
    match &group.target {
        GroupTarget::Use { id, name } => {
            ("安全组", format!("{}{opened}", named(&id.value, name)), source(id.source))
        }
        GroupTarget::Create { name, .. } => ("安全组", format!("新建 {name}{opened}"), None),
    }
}

fn lets_in(rule: &NewRule) -> String {
    let sources: Vec<String> = rule.sources.iter().map(ToString::to_string).collect();
    format!(" 并添加规则，允许 {} 访问 TCP 端口 {}", sources.join(", "), rule.port)
}

/// One sentence a warning.
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::ZoneNotCovered(zone) => {
            format!("未覆盖可用区 {zone} ，该 VPC 在此没有交换机，或交换机已没有可用 IP。")
        }
        Warning::ZoneNotOffered(zone) => format!("终端节点服务不支持可用区 {zone} ，已忽略。"),
        Warning::Reach { ids, reach, port } => {
            let ids = ids.join(", ");
            match reach {
                Reach::Some => format!("安全组 {ids} 仅允许部分客户端访问 TCP 端口 {port}。"),
                Reach::Members => {
                    format!(
                        "安全组 {ids} 没有允许访问 TCP 端口 {port} 的规则，只有加入该安全组的客户端才能访问"
                    )
                }
                Reach::CannotTell | Reach::Everyone | Reach::Nobody => {
                    format!("根据规则无法判断安全组 {ids} 是否允许客户端访问 TCP 端口 {port}。")
                }
            }
        }
        Warning::NeedsAcceptance => {
            "服务提供方需手动接受连接，在此之前终端节点会一直处于 Disconnected 状态。".to_owned()
        }
        Warning::Unlisted => "该账号的服务列表中没有此服务，但阿里云的预检表明它存在。".to_owned(),
        Warning::Ignored { flags, endpoint_id } => {
            format!("{} 只对新建的终端节点有效，将直接使用已有的 {endpoint_id}", flags.join(", "))
        }
        Warning::Resumed { flags } => {
            let ignored = if flags.is_empty() {
                String::new()
            } else {
                format!("；结果明确之前不采用 {}", flags.join(", "))
            };
            format!("此前的运行请求过该终端节点但没有收到答复：将重新发送同一请求，以确保只有一个{ignored}")
        }
        Warning::StillUsed { thing, id } => super::removal_zh::kept(*thing, id),
        Warning::NoJournal(trouble) if trouble.is_damage => format!(
            "无法读取记录 {}（已损坏，或属于其他版本）：本次运行以阿里云的查询结果为准，并重新开始记录",
            trouble.path.display()
        ),
        Warning::NoJournal(trouble) => format!(
            "无法在 {} 中保存记录（{}）：再次运行时将以阿里云的查询结果为准。可用 TIDB_PE_STATE_DIR 指定其他目录。",
            trouble.path.display(),
            reason(&trouble.reason)
        ),
        Warning::OtherVSwitch { zone_id, given, has } => {
            format!("终端节点在可用区 {zone_id} 使用的是交换机 {has} ，无法改为 {given}")
        }
    }
}

/// What it costs, and who pays.
pub fn price(price: Option<Price>) -> String {
    let Some(Price { zones, payer }) = price else {
        return "不新增费用：不会创建收费资源".to_owned();
    };
    let who = match payer {
        Payer::Provider => return "由服务提供方付费".to_owned(),
        Payer::Account => "由本账号付费",
        Payer::Unknown => "由本账号付费（除非服务提供方付费）",
    };
    format!(
        "{zones} 个可用区 × 每小时 USD {USD}，约每月 USD {:.2}；另计双向流量费，每 GB USD {USD}（中国站均为 CNY {CNY}）；\
         {who}，直至删除",
        preview::month(zones)
    )
}

/// Where a value came from, in a word or two.
pub fn source(source: Source) -> Option<&'static str> {
    Some(match source {
        Source::Flag => "命令行指定",
        Source::Environment => "来自环境变量",
        Source::ServiceName => "取自服务名称",
        Source::Profile => "来自 CLI 配置",
        Source::Paste => "取自粘贴的文本",
        Source::Prompt => "手动选择",
        Source::Discovered => "自动发现",
        Source::Default => "默认值",
        Source::TidbCloud => "来自 TiDB Cloud",
        Source::Sandbox => "来自沙箱",
        Source::Computed => "VPC 中的空闲网段",
        Source::Created => "新建",
    })
}
