//! Reasons that come as English text from this tool's own reading or from the system, in Chinese. What is not known
//! stays as it is: it can be searched for.

use std::borrow::Cow;

use crate::net::ConnectFailure;

/// How a reason begins or what it says, and the same in Chinese.
const REASONS: &[(&str, &str)] = &[
    ("no home directory is known", "找不到主目录"),
    ("connection refused", "连接被拒绝"),
    ("connection reset", "连接被重置"),
    ("connection broken", "连接中断"),
    ("connection timed out", "连接超时"),
    ("no answer in time", "未及时响应"),
    ("no connection", "无法连接"),
    ("no credentials", "没有凭证"),
    ("no such file or directory", "文件不存在"),
    ("permission denied", "没有权限"),
    ("is a directory", "这是一个目录"),
    ("broken pipe", "管道已断开"),
    ("no space left on device", "磁盘空间不足"),
    ("read-only file system", "文件系统只读"),
    ("it is not utf-8 text", "不是 UTF-8 文本"),
    ("it is empty", "内容为空"),
    ("it holds no pem certificate", "其中没有 PEM 证书"),
    ("timeout", "超时"),
    ("write it like 90s, 10m or 1h30m", "应写作 90s、10m 或 1h30m 的形式"),
    ("it has to be more than nothing", "必须大于零"),
    ("a year is the most", "最长为一年"),
    ("write true, false or a number", "应为 true、false 或数字"),
    ("invalid digit found in string", "不是数字"),
    ("value was not a boolean", "应为 true 或 false"),
];

/// A reason that is known, or the text itself.
pub(super) fn reason(text: &str) -> Cow<'_, str> {
    let bare = text.split(" (os error").next().unwrap_or(text).to_ascii_lowercase();
    let known = REASONS.iter().find(|(english, _)| bare == *english);
    known.map_or(Cow::Borrowed(text), |(_, chinese)| Cow::Borrowed(*chinese))
}

/// Why a connection did not open.
pub(super) fn connect(why: &ConnectFailure) -> Cow<'_, str> {
    match why {
        ConnectFailure::Refused => "连接被拒绝".into(),
        ConnectFailure::TimedOut => "超时无响应".into(),
        ConnectFailure::Reset => "连接被重置".into(),
        ConnectFailure::Unreachable => "不可达".into(),
        ConnectFailure::Other(text) => reason(text),
    }
}
