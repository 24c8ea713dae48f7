//! Why a command did not do what was asked, and what to do, in Chinese.

mod cloud;
mod interrupted;

use super::pieces::some;
use super::reasons_zh::reason;
use super::{Words, checks_zh, credentials_zh, elapsed, problems_zh, tidb_cloud_zh};
use crate::check::Finding;
use crate::error::{Error, Kind};
use crate::lang::Lang;
use crate::problem::Problem;
use crate::wait::Hopeless;
pub(super) use cloud::cloud_error;

const AGAIN: &str = "请再次运行相同的命令，会从中断处继续。";

/// Where the log is, and what to quote; the last line of a failure.
pub fn log_file(path: &str, error: &Error) -> String {
    let support = if matches!(error, Error::TidbCloud(_)) { "TiDB Cloud" } else { "阿里云" };
    let quote = match (error.kind(), error.request_id()) {
        (Kind::Usage | Kind::Cancelled, _) => String::new(),
        (_, Some(id)) => format!("；联系{support}技术支持时请提供请求 ID {id}"),
        (_, None) => format!("；{support}技术支持会询问失败请求的时间和主机"),
    };
    format!("{path} 含有本次运行的全部请求，不含密钥{quote}")
}

/// A log that could not be written to its end.
pub fn log_incomplete(path: &str, why: &str) -> String {
    format!("{path} 不完整：{}", reason(why))
}

/// The connection test's failure where its finding was already shown.
pub fn test_failed(finding: &Finding) -> String {
    format!("终端节点已就绪，但连接测试在 {} 一步失败，详见上文。", finding.id.as_str())
}

/// What happened and why; what to do.
pub fn error(error: &Error) -> Words {
    match error {
        Error::Arguments(text) => (text.clone(), some("用法见 tidb-pe --help")),
        Error::Problems(problems) => all(problems),
        Error::NotAccepted => (
            "未做任何更改：计划需要确认，而此处无法提问。".to_owned(),
            some("请阅读计划，然后加 --yes 再次运行相同的命令。"),
        ),
        Error::NoCredentials(misses) => credentials_zh::none(misses),
        Error::NoTidbKeys(misses) => tidb_cloud_zh::no_keys(misses),
        Error::TidbCloud(error) => tidb_cloud_zh::error(error),
        Error::Unfit { cluster_id, why } => tidb_cloud_zh::unfit(cluster_id, why),
        Error::Cloud(error) => cloud_error(error),
        Error::Unanswered(error) => {
            const AGAIN: &str =
                "请再次运行相同的命令，已有的终端节点会被直接使用。也可用 tidb-pe list 查看。";
            let (what, remedy) = cloud_error(error);
            let remedy = remedy.filter(|_| error.is_refusal()).map(|remedy| then(&remedy, AGAIN));
            (then(&what, "终端节点可能已经创建，存在期间会产生费用。"), remedy.or_else(|| some(AGAIN)))
        }
        Error::Hidden { error, .. } => (
            format!(
                "阿里云表示该专有网络中已有连接此服务的终端节点，但查询结果中尚未出现 ({})",
                error.code().unwrap_or_default()
            ),
            some(
                "请一分钟后再次运行相同的命令：查询结果可能滞后，终端节点出现后会被直接使用。如果一直不出现，可能是该密钥\
                 无权查看，请在阿里云控制台中确认。",
            ),
        ),
        Error::ProductNotOpen { .. } => (
            "该阿里云账号尚未开通私网连接 PrivateLink。".to_owned(),
            some(
                "加 --open-service 即可开通（只需一次，免费）；也可在阿里云控制台开通：专有网络 > 终端节点 > 开通服务。",
            ),
        ),
        Error::ServiceNotFound { service_name, account_id, .. } => (
            format!("阿里云没有可供账号 {account_id} 使用的终端节点服务 {service_name}"),
            some(
                "请与 TiDB Cloud 控制台逐字符核对服务名称 (Service Name)。如果无误，该服务可能已删除或未向此账号开放，请联系 \
                 TiDB Cloud 技术支持。",
            ),
        ),
        Error::NotGone { endpoint_id, waited } => (
            format!("等待 {}后，终端节点 {endpoint_id} 仍未删除。", time(*waited)),
            some("请再次运行相同的命令，会从中断处继续。 --wait-timeout 可延长等待时间。"),
        ),
        Error::DeletionCancelled { signal, endpoint_id, changed, removed } => {
            interrupted::deletion_cancelled(*signal, endpoint_id.as_deref(), *changed, removed)
        }
        Error::SecondRefused { service_name, vpc_id, .. } => (
            format!(
                "--new 要求再创建一个终端节点，而阿里云在 {vpc_id} 中只允许一个连接到 {service_name} 的终端节点 \
                 (EndpointDuplicated)"
            ),
            some("请去掉 --new 以使用已有的终端节点（可用 tidb-pe list 查看），或先将其删除。"),
        ),
        Error::OtherRun { waited } => (
            format!("本机的另一个 tidb-pe 进程正在更改同一终端节点，已等待 {}。", time(*waited)),
            some("请等它结束或将其终止，然后再次运行相同的命令。"),
        ),
        Error::VSwitchNotReady { vswitch_id, waited } => (
            format!("等待 {}后，交换机 {vswitch_id} 仍未进入 Available 状态。", time(*waited)),
            some("请再次运行相同的命令，会继续使用该交换机。"),
        ),
        Error::Hopeless { endpoint_id, why } => hopeless(endpoint_id, *why),
        Error::NotReady { .. } => not_ready(error),
        Error::TestFailed(finding) => {
            let (summary, remedy) = checks_zh::finding(finding);
            let layer = finding.id.as_str();
            (format!("终端节点已就绪，但连接测试在 {layer} 一步失败：{summary}"), remedy)
        }
        Error::CheckFailed(finding) => {
            let (summary, remedy) = checks_zh::finding(finding);
            (format!("检查在 {} 一步失败：{summary}", finding.id.as_str()), remedy)
        }
        Error::SomeFailed { failed, of, .. } => {
            (format!("{of} 个终端节点中有 {failed} 个未通过检查。"), some("原因见上文各项。"))
        }
        Error::Cancelled { signal, making, endpoint_id, made } => {
            interrupted::cancelled(*signal, *making, endpoint_id.as_deref(), made)
        }
        Error::Unwritten(why) => (
            format!("操作已完成，但结果无法写入标准输出：{}", reason(why)),
            some("请在输出可写时再次运行相同的命令，已完成的操作不会重复。"),
        ),
        Error::Internal(text) => {
            (format!("tidb-pe 自身出错：{text}"), some("请连同所运行的命令一起反馈此问题。"))
        }
    }
}

/// Two sentences. A full-width mark has its own room; an id needs a space after it.
fn then(one: &str, next: &str) -> String {
    let gap = if one.ends_with(['。', '，', '：', '）']) { "" } else { " " };
    format!("{one}{gap}{next}")
}

fn time(waited: std::time::Duration) -> String {
    elapsed(Lang::Zh, waited)
}

fn all(problems: &[Problem]) -> Words {
    if let [only] = problems {
        return problems_zh::problem(only);
    }
    let line = |problem| {
        let (what, remedy) = problems_zh::problem(problem);
        remedy.map_or_else(|| what.clone(), |remedy| then(&what, &remedy))
    };
    let lines: Vec<String> = problems.iter().map(line).collect();
    (format!("有 {} 个问题需要解决：\n  {}", lines.len(), lines.join("\n  ")), None)
}

fn hopeless(id: &str, why: Hopeless) -> Words {
    match why {
        Hopeless::Deleted => (
            format!("终端节点 {id} 正在删除。"),
            some("请等它删除后再次运行相同的命令，届时会新建一个。如果阿里云允许，加 --new 可不等待。"),
        ),
        Hopeless::Cut => (
            format!("终端节点 {id} 的连接正在断开。"),
            some("有人在阿里云或 TiDB Cloud 一侧断开了连接。请查明操作者，然后再次运行相同的命令。"),
        ),
        Hopeless::Rejected => (
            format!("服务提供方拒绝了终端节点 {id} 的连接。"),
            Some(format!(
                "请联系 TiDB Cloud 技术支持，请其接受 {id} 的连接。终端节点存在期间会产生费用，如不再需要，请运行 tidb-pe \
                 delete {id}"
            )),
        ),
        Hopeless::ServiceDeleted => (
            format!("{id} 所连接的终端节点服务已被服务提供方删除。"),
            Some(format!(
                "请从 TiDB Cloud 控制台获取当前的服务名称 (Service Name)，用它运行 setup。此终端节点已无用，可运行 tidb-pe \
                 delete {id}"
            )),
        ),
        Hopeless::FinancialLocked => {
            (format!("终端节点 {id} 因账号欠费而被锁定。"), some("请结清欠费，然后再次运行相同的命令。"))
        }
        Hopeless::Nameless => (
            format!("终端节点 {id} 已可用且已连接，但阿里云 API 没有给出可用的域名。"),
            some("请在阿里云控制台查看其默认服务域名，并就该终端节点咨询阿里云技术支持。"),
        ),
    }
}

fn not_ready(error: &Error) -> Words {
    let Error::NotReady {
        endpoint_id,
        waited,
        status,
        connection,
        ready,
        pending,
        business,
        has_zones,
        has_domain,
        is_seen,
        accept_account,
    } = error
    else {
        return (String::new(), None);
    };
    let after = time(*waited);
    if !is_seen {
        return (
            format!("等待 {after}后，阿里云 API 仍查询不到终端节点 {endpoint_id}"),
            some(
                "请再次运行相同的命令，会继续使用该终端节点。如果它已被他人删除，则在请求创建十分钟之后再次运行会新建一个。",
            ),
        );
    }
    let zones = match (ready.is_empty(), pending.is_empty()) {
        (false, false) => format!(
            "可用区 {} 已连接，现在即可使用；尚未就绪的有 {} 。",
            ready.join(", "),
            pending.join(", ")
        ),
        (true, false) => format!("可用区状态为 {} 。", pending.join(", ")),
        _ if connection == "Connected" && !has_zones => "它没有可用区。".to_owned(),
        _ if connection == "Connected" && !has_domain => "它还没有域名。".to_owned(),
        _ => String::new(),
    };
    let paid = business.is_empty() || business == "Normal";
    let business = if paid { String::new() } else { format!("其业务状态为 {business}。") };
    let what = format!(
        "等待 {after}后，终端节点 {endpoint_id} 仍未就绪：终端节点状态 {status}，连接状态 {connection}。{zones}{business}"
    );
    let hint = match accept_account {
        Some(account) => format!(
            "服务提供方需手动接受连接，请告知终端节点 {endpoint_id} 和账号 {account} 。之后再次运行相同的命令，会继续使用\
             该终端节点。"
        ),
        None => "请再次运行相同的命令，会继续使用该终端节点。 --wait-timeout 可延长等待时间。".to_owned(),
    };
    (what, Some(hint))
}
