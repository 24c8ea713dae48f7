//! Where keys were looked for and why there was none, in Chinese.

use super::pieces::{chmod, configure, quoted};
use super::reasons_zh::reason;
use super::{elapsed, errors_zh};
use crate::cloud::credentials::{CommandError, FetchError, FileError, Miss, Place, Source, Unsupported, Why};
use crate::lang::Lang;

const HINT: &str = "请运行 aliyun configure ，或设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET 。\
                    如需在没有账号的情况下体验完整流程，请运行 tidb-pe setup --sandbox";

/// Every source with its reason; what to do.
pub fn none(misses: &[Miss]) -> (String, Option<String>) {
    let what = if let [only] = misses {
        format!("没有可用的阿里云访问凭证。{}", miss(only))
    } else {
        let lines: Vec<String> = misses.iter().map(|each| format!("\n  {}", miss(each))).collect();
        format!("没有可用的阿里云访问凭证。已依次查找：{}", lines.concat())
    };
    let broken = misses
        .iter()
        .find(|each| !each.is_absent())
        .map(|each| format!("请修复要使用的凭证来源，例如{}；或运行 aliyun configure", place(&each.place)));
    (what, Some(misses.iter().find_map(remedy).or(broken).unwrap_or_else(|| HINT.to_owned())))
}

/// What a source can be mended by, if it is more than a missing file.
pub fn remedy(miss: &Miss) -> Option<String> {
    match &miss.why {
        Why::Stale { profile } => Some(format!("请运行 {}", configure(profile))),
        Why::Unknown { known, .. } if !known.is_empty() => {
            Some(format!("已有的配置：{}", quoted(known, ", ")))
        }
        _ => None,
    }
}

/// One source with its reason.
pub fn miss(miss: &Miss) -> String {
    format!("{}：{}", place(&miss.place), why(&miss.why))
}

/// A source that won: begins and ends so that it can stand inside a sentence.
pub fn source(source: &Source) -> String {
    match source {
        Source::Environment => "环境变量".to_owned(),
        Source::Oidc { role_arn } => format!("角色 {role_arn} 的 OIDC 令牌"),
        Source::Profile { name, mode, path } => {
            format!("文件 {} 中的配置 {name:?}（{mode} 模式）", path.display())
        }
        Source::Ini { section, path } => format!("文件 {} 中的 {section:?} 部分", path.display()),
        Source::EcsRole { role } => format!("本 ECS 实例的 RAM 角色 {role:?}"),
        Source::Uri => "变量 ALIBABA_CLOUD_CREDENTIALS_URI 指定的地址".to_owned(),
        Source::Prompt => "手动输入（仅用于本次运行）".to_owned(),
        Source::Sandbox => "沙箱".to_owned(),
    }
}

/// A source that was passed over.
pub fn skipped(each: &Miss) -> String {
    let remedy = remedy(each).map(|remedy| format!(" {remedy}")).unwrap_or_default();
    format!("已跳过凭证来源：{}{remedy}", miss(each))
}

/// A file that others can read.
pub fn loose(path: &std::path::Path) -> String {
    format!("{} 含有密钥，却可被其他用户读取，请运行 {}", path.display(), chmod(path))
}

fn place(place: &Place) -> String {
    match place {
        Place::Environment => "环境变量".to_owned(),
        Place::Oidc => "OIDC (RRSA)".to_owned(),
        Place::Profile(None) => "阿里云 CLI 配置".to_owned(),
        Place::Profile(Some(name)) => format!("阿里云 CLI 配置 {name:?}"),
        Place::Ini => "SDK 凭证文件".to_owned(),
        Place::Ecs => "ECS 实例 RAM 角色".to_owned(),
        Place::Uri => "凭证 URI".to_owned(),
    }
}

fn why(why: &Why) -> String {
    match why {
        Why::Unset(names) => format!("未设置 {}", names.join(", ")),
        Why::Half { missing } => format!("缺少 {missing}"),
        Why::Disabled(variable) => format!("已被变量 {variable} 禁用"),
        Why::NoHome => "无法确定主目录".to_owned(),
        Why::NoFiles(paths) => {
            let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            format!("文件不存在 {}", paths.join(", "))
        }
        Why::File(path, error) => file(&path.display().to_string(), error),
        Why::Unknown { path, name, .. } => format!("{} 中没有 {name:?}", path.display()),
        Why::Incomplete { field } => format!("缺少 {field} ，或其内容不可用"),
        Why::Mode(mode) => format!("{mode:?} 不是阿里云 CLI 支持的模式"),
        Why::Unsupported(mode) => unsupported(*mode).to_owned(),
        Why::Cycle(names) => format!("source_profile 循环引用：{}", quoted(names, " > ")),
        Why::Stale { profile } => format!("登录已过期，请运行 {}", configure(profile)),
        Why::Command(error) => command(error),
        Why::Fetch(error) => fetch(error),
        Why::NoRole => "该实例未授予 RAM 角色".to_owned(),
        Why::Sts(error) => errors_zh::cloud_error(error).0.trim_end_matches('。').to_owned(),
        Why::System(text) => reason(text).into_owned(),
    }
}

/// Why a file could not be used; with the line, never with what is in it.
pub fn file(path: &str, error: &FileError) -> String {
    match error {
        FileError::Missing => format!("文件不存在 {path}"),
        FileError::NotAFile => format!("{path} 不是普通文件"),
        FileError::Unreadable(why) => format!("{path} 无法读取：{}", reason(why)),
        FileError::TooLarge => format!("{path} 超过 1 MiB，不会是这类文件"),
        FileError::Encoding { line } => format!("{path} 第 {line} 行不是 UTF-8 文本"),
        FileError::Malformed { line, column: Some(column) } => {
            format!("{path} 第 {line} 行第 {column} 列无法解析")
        }
        FileError::Malformed { line, column: None } => format!("{path} 第 {line} 行无法解析"),
        FileError::Empty => format!("{path} 第 1 行：文件为空"),
    }
}

fn unsupported(mode: Unsupported) -> &'static str {
    match mode {
        Unsupported::RsaKeyPair => {
            "不支持 RsaKeyPair 模式：阿里云 CLI 已弃用该模式，请改用 RAM 角色或 AccessKey"
        }
        Unsupported::BearerToken => {
            "不支持 BearerToken 模式：PrivateLink、VPC 和 ECS 只接受签名请求，请改用 RAM 角色或 AccessKey"
        }
        Unsupported::Anonymous => "不支持 Anonymous 模式：该模式不签名，而这里的请求都需要签名",
    }
}

fn command(error: &CommandError) -> String {
    match error {
        CommandError::Nothing => "process_command 为空".to_owned(),
        CommandError::NotStarted(why) => format!("其命令无法运行：{}", reason(why)),
        CommandError::TooLong(limit) => {
            format!("其命令在 {}内没有结束，已被终止", elapsed(Lang::Zh, *limit))
        }
        CommandError::Failed(Some(code)) => format!("其命令以退出码 {code} 结束"),
        CommandError::Failed(None) => "其命令被信号终止".to_owned(),
        CommandError::TooMuch => "其命令的输出超过 64 KiB".to_owned(),
        CommandError::Shape => "其命令的输出不是凭证 JSON".to_owned(),
    }
}

fn fetch(error: &FetchError) -> String {
    match error {
        FetchError::NotAUrl => "其地址不是 https URL".to_owned(),
        FetchError::PlainHttp { host } => {
            format!("以 http 访问 {host} 会在网络上泄露密钥，请改用 https 或本机回环地址")
        }
        FetchError::NoAnswer { host, reason: why, .. } => format!("{host} 没有响应：{}", reason(why)),
        FetchError::Status { host, status } => format!("{host} 返回 HTTP {status}"),
        FetchError::TooLarge { host } => format!("{host} 的响应超过 64 KiB"),
        FetchError::Shape { host } => format!("{host} 的响应中没有凭证"),
    }
}
