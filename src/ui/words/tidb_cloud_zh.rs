//! What the TiDB Cloud API says, and where its keys were looked for, in Chinese.

use super::reasons_zh::reason;
use super::{Words, credentials_zh};
use crate::tidb_cloud::keys::{Miss, Source};
use crate::tidb_cloud::{Error, Unfit};

const CONSOLE: &str = "API 密钥在 https://tidbcloud.com/org-settings/api-keys 创建。";

/// No key: every place with its reason; what to do.
pub fn no_keys(misses: &[Miss]) -> Words {
    let lines: Vec<String> = misses.iter().map(|each| format!("\n  {}", miss(each))).collect();
    let hint = format!(
        "请设置 TIDB_CLOUD_PUBLIC_KEY 和 TIDB_CLOUD_PRIVATE_KEY ，或用 --service-name 代替 --cluster-id 。{CONSOLE}"
    );
    (format!("没有 TiDB Cloud API 密钥。已依次查找：{}", lines.concat()), Some(hint))
}

/// A place without a usable key.
pub fn miss(miss: &Miss) -> String {
    match miss {
        Miss::Unset { public, private } => format!("环境变量：未设置 {public}, {private}"),
        Miss::Half(variable) => format!("环境变量：缺少 {variable}"),
        Miss::NoHome => "无法确定主目录".to_owned(),
        Miss::File(path, error) => credentials_zh::file(&path.display().to_string(), error),
        Miss::NoProfile { path, profile } => format!("{} 中没有配置 {profile:?}", path.display()),
        Miss::NoKeys { path, profile: Some(profile) } => format!(
            "{} 的配置 {profile:?} 中没有 public-key 和 private-key （不使用浏览器登录）",
            path.display()
        ),
        Miss::NoKeys { path, profile: None } => {
            format!("{} 中没有 tidb_cloud_public_key 和 tidb_cloud_private_key", path.display())
        }
    }
}

/// A place that was passed over although something is there.
pub fn skipped(each: &Miss) -> String {
    format!("已跳过 TiDB Cloud API 密钥来源：{}", miss(each))
}

/// The instance, and whose key told of it.
pub fn instance(id: &str, name: &str, busy: Option<&str>, source: &Source) -> String {
    let state = busy.map(|state| format!("，目前处于 {state} 状态")).unwrap_or_default();
    format!("TiDB Cloud 实例 {name:?} (ID {id})，API 密钥来自{}{state}。", from(source))
}

/// The list could not be had.
pub fn no_list(error: &crate::error::Error) -> String {
    format!("无法获取 TiDB Cloud 实例列表。{}", super::errors_zh::error(error).0)
}

fn from(source: &Source) -> String {
    match source {
        Source::Environment(variable) => format!("环境变量 ({variable})"),
        Source::Ticloud { profile, path } => format!("文件 {} 中的配置 {profile:?}", path.display()),
        Source::Ti(path) => format!("文件 {} ", path.display()),
        Source::Sandbox => "沙箱".to_owned(),
    }
}

/// Why an instance cannot be connected; what to do.
pub fn unfit(id: &str, why: &Unfit) -> Words {
    let (what, hint) = match why {
        Unfit::OtherCloud { provider } => (
            format!("TiDB Cloud 实例 {id} 运行在{}上，不在阿里云上。", cloud(provider)),
            "私有终端节点只能连接同一云平台、同一地域的实例。请指定阿里云上的实例 ID；其他云平台请参阅 TiDB Cloud 控制台 > \
             Connect > Private Endpoint",
        ),
        Unfit::NotRunning { state } => (
            format!("TiDB Cloud 实例 {id} 处于 {state} 状态，无法连接。"),
            match state.as_str() {
                "PAUSED" | "PAUSING" | "INACTIVE" => {
                    "请在 TiDB Cloud 控制台恢复该实例，然后再次运行相同的命令。"
                }
                "CREATING" => "请等控制台显示实例可用后，再次运行相同的命令。",
                _ => "该实例正在删除，请指定其他实例的 ID。",
            },
        ),
        Unfit::NoPrivateEndpoint => (
            format!("TiDB Cloud 实例 {id} 没有私有终端节点。"),
            "其套餐或地域可能不支持，请在 TiDB Cloud 控制台查看 Connect > Private Endpoint。如果其中显示了 Service \
             Name，请用 --service-name 指定。",
        ),
    };
    (what, Some(hint.to_owned()))
}

fn cloud(provider: &str) -> String {
    match provider {
        "aws" => " AWS ".to_owned(),
        "gcp" => " Google Cloud ".to_owned(),
        "azure" => " Azure ".to_owned(),
        "" => "未注明的云平台".to_owned(),
        other => format!(" {other:?} "),
    }
}

/// A request that did not end with a usable answer; what to do.
pub fn error(error: &Error) -> Words {
    let name_it = "也可按 TiDB Cloud 控制台所示，指定 --service-name 、 --az-id 和 --region-id";
    let (what, hint) = match error {
        Error::Unauthorized => (
            "TiDB Cloud 不接受该 API 密钥：公钥不存在，或私钥有误。".to_owned(),
            format!("请与控制台核对公钥和私钥。{CONSOLE}"),
        ),
        Error::Forbidden { what, .. } => (
            format!("该 TiDB Cloud API 密钥无权读取 {what}"),
            format!("请在实例所属项目中为该密钥授予角色，或换用其他密钥。{name_it}"),
        ),
        Error::NotFound { what, .. } => (
            format!("该 API 密钥可见的范围内没有 TiDB Cloud 实例 {what}"),
            "请与控制台地址栏核对 ID，并确认密钥属于同一组织。此处支持 Starter 和 Essential 实例，不支持 Dedicated。"
                .to_owned(),
        ),
        Error::Throttled { reset, .. } => (
            "该 API 密钥的请求已达到 TiDB Cloud 的上限（每分钟 100 次）。".to_owned(),
            match reset {
                Some(seconds) => format!("请在 {seconds} 秒后再次运行相同的命令。{name_it}"),
                None => format!("请在一分钟后再次运行相同的命令。{name_it}"),
            },
        ),
        Error::Refused { status, message, .. } => (
            format!(
                "TiDB Cloud API 拒绝了请求 (HTTP {status}){}",
                message.as_ref().map_or_else(|| "。".to_owned(), |message| format!("：{message}"))
            ),
            format!("请在一分钟后再次运行相同的命令。{name_it}"),
        ),
        Error::Unusable { host, status, .. } => (
            format!("{host} 的响应不可用 (HTTP {status})，它不是 TiDB Cloud API。"),
            format!("中间可能有代理，或请检查 --tidb-cloud-url 。{name_it}"),
        ),
        Error::NoDigest { host } => (
            format!("{host} 没有要求 HTTP 摘要认证，而只有这种方式不会发送私钥本身。"),
            format!("中间可能有代理，或请检查 --tidb-cloud-url 。{name_it}"),
        ),
        Error::NoAnswer { host, reason: why, .. } => (
            format!("TiDB Cloud API 的主机 {host} 没有响应：{}", reason(why)),
            format!("请检查本机的互联网访问和代理设置。{name_it}"),
        ),
    };
    (what, Some(hint))
}
