//! A call that did not end with a usable answer, in Chinese.

use crate::cloud::{self, ErrorKind, Unusable};
use crate::ui::clean::clean;
use crate::ui::words::pieces::some;
use crate::ui::words::reading::{self, Denial, KeyRefusal, Known, Refusal};
use crate::ui::words::reasons_zh::reason;
use crate::ui::words::{Words, credentials_zh};

const PROXY: &str = "本机与阿里云之间可能存在干扰，请检查代理，然后再次运行相同的命令，会从中断处继续。";
const IN_A_MINUTE: &str = "请在一分钟后再次运行相同的命令。";
const AZ_ID: &str = "请按 TiDB Cloud 控制台所示指定 --az-id";

/// What happened and why; what to do.
pub(in crate::ui::words) fn cloud_error(error: &cloud::Error) -> Words {
    let action = error.operation.action;
    match &error.kind {
        ErrorKind::Api { code, message, recommend, .. } => {
            let (what, remedy) = match reading::refusal(error) {
                Refusal::Key(why) => key_refused(&why),
                Refusal::Role => (
                    "无法检查或创建 PrivateLink 的服务关联角色",
                    "请为 privatelink.aliyuncs.com 授予 ram:CreateServiceLinkedRole 权限，或由管理员运行一次。查看所需权限\
                     策略，请运行 tidb-pe policy --feature create",
                ),
                Refusal::Denied(denial) => return denied_by_ram(&denial, code),
                Refusal::Known(known) => known_code(&known),
                Refusal::Other => return other(error, code, message, recommend.as_deref()),
            };
            (format!("{what} ({code})"), some(remedy))
        }
        ErrorKind::Credentials(miss) => (
            format!("临时凭证已失效且无法续期。{}", credentials_zh::miss(miss)),
            Some(
                credentials_zh::remedy(miss)
                    .unwrap_or_else(|| "请更新该凭证，然后再次运行相同的命令，会从中断处继续。".to_owned()),
            ),
        ),
        ErrorKind::Unusable { status, what } => {
            (format!("{action} 的响应不可用 (HTTP {status})：{}", unusable(what)), some(PROXY))
        }
        ErrorKind::Connect { host, reason: why } => (
            format!("{action} 无法连接 {host} （{}）。", reason(why)),
            some("请检查本机的互联网访问、DNS 和代理设置，然后再次运行相同的命令。"),
        ),
        ErrorKind::Broken { host, reason: why } => (
            format!(
                "{action} 与 {host} 的连接中断{}（{}）。",
                tried("，共 ", error.tries, " 次"),
                reason(why)
            ),
            some(PROXY),
        ),
        ErrorKind::Timeout { host, after } => (
            format!(
                "{host} 在 {} 秒内没有响应 {action}{}。",
                after.as_secs_f64().ceil(),
                tried(" ，共尝试 ", error.tries, " 次")
            ),
            some(PROXY),
        ),
    }
}

fn unusable(what: &Unusable) -> String {
    match what {
        Unusable::Empty => "响应为空".to_owned(),
        Unusable::Html(Some(title)) => format!("收到的是标题为 {title:?} 的网页"),
        Unusable::Html(None) => "收到的是网页".to_owned(),
        Unusable::Garbage(text) => format!("响应不完整或不是 JSON {text:?}"),
        Unusable::Redirect(to) => format!("被重定向到 {to:?}，携带凭证的请求不会跟随重定向"),
        Unusable::TooLarge => "响应超过 8 MiB".to_owned(),
        Unusable::Shape(why) => format!("响应缺少应有的内容 ({why})"),
    }
}

/// What has no sentence of ours: the cloud's own.
fn other(error: &cloud::Error, code: &str, message: &str, recommend: Option<&str>) -> Words {
    let action = error.operation.action;
    let tries = tried("（共尝试 ", error.tries, " 次）");
    let hint = recommend.map(|link| format!("阿里云的说明见 {link}"));
    let busy = error.is_outage().then(|| IN_A_MINUTE.to_owned());
    (format!("阿里云拒绝了 {action}{tries}：{}: {}", clean(code), clean(message)), busy.or(hint))
}

fn key_refused(why: &KeyRefusal) -> (&'static str, &'static str) {
    match why {
        KeyRefusal::ChangedRequest => (
            "阿里云算出的签名不同：它收到的请求与发出的不一致",
            "传输途中有程序更改了请求，常见的是代理。如果没有使用代理，则是 tidb-pe 的缺陷，请反馈。",
        ),
        KeyRefusal::WrongSecret => (
            "AccessKey Secret 不正确：阿里云对同一请求算出的签名不同",
            "请设置与该 AccessKey ID 对应的 AccessKey Secret，注意是否缺少字符或多了换行。",
        ),
        KeyRefusal::Disabled => {
            ("该 AccessKey 已被禁用", "请在 RAM 控制台 > 用户 > AccessKey 中启用，或换用其他 AccessKey。")
        }
        KeyRefusal::UnknownId => (
            "阿里云没有该 AccessKey ID",
            "请检查是否有误，以及账号和站点是否正确（国际站 alibabacloud.com 或中国站 aliyun.com ）。",
        ),
        KeyRefusal::TokenExpired => ("临时凭证已过期", "请获取新的凭证，然后再次运行相同的命令。"),
        KeyRefusal::WrongToken => (
            "安全令牌 (Security Token) 与 AccessKey 不匹配",
            "请将 ALIBABA_CLOUD_SECURITY_TOKEN 设为与该临时密钥一同颁发的令牌；使用长期密钥时请取消设置该变量。",
        ),
        KeyRefusal::Clock => {
            ("阿里云拒绝了请求中的时间，也无法采用阿里云的时间", "请校准本机时钟，然后再次运行相同的命令。")
        }
    }
}

fn denied_by_ram(denial: &Denial, code: &str) -> Words {
    let action = &denial.action;
    let who = denial.who.as_ref().map_or("当前身份".to_owned(), |who| format!("身份 {who:?} "));
    let remedy = if denial.explicit {
        format!("有权限策略禁止 {action} ，请由账号管理员修改。")
    } else {
        let print =
            denial.feature.map(|feature| format!("查看所需权限策略：tidb-pe policy --feature {feature}"));
        let print = print.unwrap_or_default();
        format!("请为其授予包含 {action} 的 RAM 权限策略，然后再次运行相同的命令。{print}")
    };
    (format!("权限不足：{who}没有 {action} 权限 ({code})"), Some(remedy))
}

fn known_code(known: &Known) -> (&'static str, &'static str) {
    match known {
        Known::ServiceNotAuthorized => {
            ("终端节点服务未向该阿里云账号开放", "请联系 TiDB Cloud 技术支持，为该账号开放。")
        }
        Known::ZoneNotOffered => ("终端节点服务不支持其中一个可用区", AZ_ID),
        Known::NoLoadBalancer => (
            "服务提供方在其中一个可用区没有负载均衡资源",
            "请按 TiDB Cloud 控制台所示指定 --az-id ，或去掉该可用区。",
        ),
        Known::ServiceNotActive => (
            "终端节点服务目前不是 Active 状态",
            "请在几分钟后再次运行相同的命令；如果仍未恢复，请联系 TiDB Cloud 技术支持。",
        ),
        Known::NoFreeAddress => ("交换机没有可用 IP", "请用 --vswitch-id 指定该可用区的其他交换机。"),
        Known::AddressTaken => ("该地址已被占用", "请再次运行相同的命令。"),
        Known::VSwitchNotAvailable => ("交换机尚未进入 Available 状态", IN_A_MINUTE),
        Known::GroupTypes => (
            "安全组的类型不受终端节点支持，或不能同时使用",
            "请指定同一类型的安全组：普通安全组或企业级安全组。",
        ),
        Known::Arrears => ("账号已欠费", "请结清欠费，然后再次运行相同的命令。"),
        Known::EndpointGone => ("终端节点已不存在", "请再次运行相同的命令，会新建一个。"),
        Known::NoSuchService => {
            ("阿里云在该地域没有此终端节点服务", "请与 TiDB Cloud 控制台核对 Service Name 和 Region ID。")
        }
        Known::RangeTaken => {
            ("该网段刚刚被另一个交换机占用", "请再次运行相同的命令，会使用已创建的资源，或重新计算空闲网段。")
        }
        Known::VSwitchQuota => (
            "该 VPC 的交换机数量已达配额上限",
            "请删除不用的交换机，或在控制台 > 配额中心 > 专有网络提升配额。",
        ),
        Known::RuleQuota => {
            ("该安全组的规则数量已达上限", "请删除不用的规则，或用 --security-group-id 指定其他安全组。")
        }
        Known::Protected => {
            ("终端节点已开启托管保护，只有创建它的身份才能修改或删除", "请使用该身份的凭证运行相同的命令。")
        }
        Known::Quota => {
            ("账号的配额已用完", "请删除不再使用的终端节点，或在控制台 > 配额中心 > 私网连接提升配额。")
        }
    }
}

/// How often something was tried; one try goes without saying.
fn tried(before: &str, tries: u32, after: &str) -> String {
    if tries > 1 { format!("{before}{tries}{after}") } else { String::new() }
}
