//! What is happening, in Chinese.

use std::time::Duration;

use super::pieces::who;
use super::reasons_zh::reason;
use super::{credentials_zh, elapsed, errors_zh};
use crate::cloud::Notice;
use crate::cloud::credentials::Source;
use crate::cloud::privatelink::Service;
use crate::cloud::sts::Identity;
use crate::error::Error;
use crate::event::{Closing, Phase, Thing};
use crate::lang::Lang;

/// The spinner's text.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Looking => "正在查询账号、终端节点服务和网络",
        Phase::Creating => "正在创建终端节点",
        Phase::Preparing => "正在创建缺少的资源",
        Phase::Queueing => "正在等待另一个进程",
        Phase::Waiting => "正在等待终端节点就绪（通常不到两分钟，可随时按 Ctrl-C）",
        Phase::Testing => "正在测试连接",
        Phase::Deleting => "正在删除",
        Phase::Listing => "正在查询终端节点",
    }
}

/// The simulated cloud is running.
pub fn sandbox(scenario: &str) -> String {
    format!("沙箱 {scenario:?}：在本机模拟的云环境，不会访问或更改任何真实资源，也不产生费用。")
}

/// Whose key it is.
pub fn identity(identity: &Identity, source: &Source) -> String {
    let from = credentials_zh::source(source);
    format!("密钥来自{from}，身份 {} 属于阿里云账号 {}", who(identity), identity.account_id)
}

/// The console's green tick.
pub fn verified(service: &Service) -> String {
    let accept = match service.auto_accept_enabled {
        Some(true) => "（自动接受连接）",
        Some(false) => "（由服务提供方手动接受连接）",
        None => "",
    };
    format!("终端节点服务 {} 验证通过{accept}，可用区 {}", service.service_id, service.zones.join(", "))
}

/// Made by this run.
pub fn made(thing: Thing, id: &str) -> String {
    match thing {
        Thing::Service => "已为该账号开通私网连接 PrivateLink。".to_owned(),
        Thing::VSwitch => format!("交换机 {id} 已创建。"),
        Thing::SecurityGroup => format!("安全组 {id} 已创建。"),
        Thing::SecurityGroupRule => format!("安全组规则 {id} 已添加。"),
        Thing::Endpoint => format!("终端节点 {id} 已创建。"),
        Thing::Zone => format!("可用区 {id} 已添加。"),
        Thing::Attachment => format!("安全组 {id} 已加入终端节点。"),
    }
}

/// Removed by this run.
pub fn removed(thing: Thing, id: &str) -> String {
    match thing {
        Thing::Service => "已关闭私网连接 PrivateLink。".to_owned(),
        Thing::VSwitch => format!("交换机 {id} 已删除。"),
        Thing::SecurityGroup => format!("安全组 {id} 已删除。"),
        Thing::SecurityGroupRule => format!("安全组规则 {id} 已移除。"),
        Thing::Endpoint => format!("终端节点 {id} 已删除。"),
        Thing::Zone => format!("可用区 {id} 已移除。"),
        Thing::Attachment => format!("安全组 {id} 已移出终端节点。"),
    }
}

/// What was to be deleted is not there.
pub fn absent(endpoint_id: &str) -> String {
    format!("终端节点 {endpoint_id} 不存在，无需删除。")
}

/// There is nothing to list.
pub fn no_endpoints(unread: &[String]) -> String {
    if unread.is_empty() {
        return "没有终端节点。".to_owned();
    }
    format!(
        "可读取的地域中没有终端节点；{} 中可能有。请再次运行同一命令，或用 --region-id 查看其中一个地域。",
        unread.join(", ")
    )
}

/// A region of several could not be read.
pub fn region_failed(region_id: &str, error: &Error) -> String {
    format!("{region_id} 无法读取：{}", errors_zh::error(error).0)
}

/// Another run is at it.
pub fn queued() -> &'static str {
    "本机的另一个 tidb-pe 进程正在配置同一终端节点，将等待其结束并沿用它创建的资源。"
}

/// One that was there is used.
pub fn adopted(endpoint_id: &str) -> String {
    format!("终端节点 {endpoint_id} 已存在，直接使用。")
}

/// The provider has to accept by hand.
pub fn needs_acceptance(endpoint_id: &str, account_id: &str) -> String {
    format!("需要服务提供方接受连接，请将终端节点 {endpoint_id} 和账号 {account_id} 告知对方。")
}

/// Nobody waited.
pub fn not_waited(endpoint_id: &str) -> String {
    format!("终端节点 {endpoint_id} 可能尚未就绪，也未经测试。不加 --no-wait 再次运行 setup 即可继续。")
}

/// How a dry run ended.
pub fn dry_run(asked: bool) -> &'static str {
    if asked {
        "阿里云的预检 (DryRun) 接受该创建请求。未做任何更改。"
    } else {
        "以上是将要执行的操作。未做任何更改。"
    }
}

/// The connection was not tested.
pub fn not_tested() -> &'static str {
    "未测试连接 (--skip-test)"
}

/// Above the command that repeats the run.
pub fn next(elsewhere: Option<&str>) -> String {
    match elsewhere {
        None => "无需提问即可再次运行：".to_owned(),
        Some(vpc_id) => format!("在 {vpc_id} 内的机器上运行以下命令，即可继续并测试连接："),
    }
}

/// Above the command that tests again.
pub fn test_again(lacks_password: bool) -> String {
    let with = if lacks_password { "（密码放在 TIDB_PE_PASSWORD 中）" } else { "" };
    format!("终端节点保留。无需重新配置即可再次测试{with}：")
}

/// What was made, how it is undone, who else may use it. The table of Authorized Networks: TiDB Cloud facts, section 3.
pub fn closing(closing: &Closing) -> Vec<String> {
    let Closing { endpoint_id, service_name, region_id, made, .. } = closing;
    let each = |(thing, id): &(Thing, String)| format!("{} {id}", named(*thing));
    let made = made.iter().map(each).collect::<Vec<_>>().join(", ");
    let made = if made.is_empty() { "没有新建，全部已存在".to_owned() } else { made };
    vec![
        format!("本次新建：{made}"),
        format!("一个终端节点即可供 {region_id} 的所有 Starter 和 Essential 实例使用，以用户名前缀区分。"),
        format!(
            "仅当 TiDB Cloud 限制私有终端节点时（您的实例 > Settings > Networking > Private Endpoint > Authorized Networks \
             不为空）才需要：点击 Add Rule ，填写 Endpoint Service Name {service_name} 和 Your Endpoint ID {endpoint_id}"
        ),
    ]
}

/// Before the command that takes it away again.
pub fn undo() -> &'static str {
    "撤销："
}

fn named(thing: Thing) -> &'static str {
    match thing {
        Thing::Service => "PrivateLink",
        Thing::VSwitch => "交换机",
        Thing::SecurityGroup => "安全组",
        Thing::SecurityGroupRule => "规则",
        Thing::Endpoint => "终端节点",
        Thing::Zone => "可用区",
        Thing::Attachment => "关联的安全组",
    }
}

/// A state of the endpoint.
pub fn state(endpoint: &str, connection: &str, zones: Option<(usize, usize)>) -> String {
    let zones = zones.map(|(ready, all)| format!("，可用区 {ready}/{all} 就绪")).unwrap_or_default();
    format!("终端节点 {endpoint}，连接 {connection}{zones}")
}

/// How long getting ready takes, behind its state.
pub fn typical() -> &'static str {
    "（通常不到两分钟）"
}

/// Ready.
pub fn ready(took: Duration) -> String {
    format!("终端节点已就绪：状态 Active，连接 Connected（用时 {}）。", elapsed(Lang::Zh, took))
}

/// What the client says; `None` for what only a verbose log shows.
pub fn notice(notice: &Notice) -> Option<String> {
    match notice {
        Notice::ClockSkew { seconds } => Some(clock_skew(*seconds)),
        Notice::NoVpcHost { product, region } => Some(format!(
            "阿里云 {} 在地域 {region} 没有 VPC 内网接入地址，将访问其公网地址，需要本机能访问互联网。",
            product.code()
        )),
        Notice::Skipped(miss) if !miss.is_absent() => Some(credentials_zh::skipped(miss)),
        Notice::LooseFile(path) => Some(credentials_zh::loose(path)),
        Notice::Attempt { .. }
        | Notice::Exchange { .. }
        | Notice::Retry { .. }
        | Notice::Slowed { .. }
        | Notice::Recovered { .. }
        | Notice::Skipped(_) => None,
    }
}

fn clock_skew(seconds: i64) -> String {
    let way = if seconds >= 0 { "慢" } else { "快" };
    format!(
        "本机时钟比阿里云{way} {} 秒，本次运行将采用阿里云的时间。请校准本机时钟。",
        seconds.unsigned_abs()
    )
}

/// What a verbose log shows.
pub fn log(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Attempt { operation, region, attempt, took, request_id, outcome, request, .. } => {
            Some(format!(
                "{} {region} 第 {attempt} 次: {}, {} 毫秒, 请求 ID {}: {request}",
                operation.action,
                reason(outcome),
                took.as_millis(),
                request_id.as_deref().unwrap_or("-")
            ))
        }
        Notice::Exchange { method, path, host, attempt, took, request_id, outcome, .. } => Some(format!(
            "{method} {host}{} 第 {attempt} 次: {}, {} 毫秒, 请求 ID {}",
            path.as_deref().unwrap_or_default(),
            reason(outcome),
            took.as_millis(),
            request_id.as_deref().unwrap_or("-")
        )),
        Notice::Retry { action, reason: why, delay, .. } => {
            Some(format!("{action}: {}, {} 毫秒后重试", reason(why), delay.as_millis()))
        }
        Notice::Slowed { product, region, at_once, per_second, pause } => Some(format!(
            "{} 在 {region} 被限流: 此后同时最多 {at_once} 个请求，每秒 {per_second:.1} 个{}",
            product.code(),
            pause.map(|pause| format!("，{} 毫秒后继续", pause.as_millis())).unwrap_or_default()
        )),
        Notice::Recovered { product, region } => {
            Some(format!("{} 在 {region} 已恢复原来的请求速度", product.code()))
        }
        Notice::Skipped(miss) if miss.is_absent() => Some(credentials_zh::skipped(miss)),
        Notice::ClockSkew { .. } | Notice::NoVpcHost { .. } | Notice::LooseFile(_) | Notice::Skipped(_) => {
            None
        }
    }
}
