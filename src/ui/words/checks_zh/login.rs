//! Sentences of the *login* layer, in Chinese.

use super::{Words, alone, server, time, with};
use crate::check::greeting::ServerError;
use crate::check::login::{Slip, Verdict as V};
use crate::ui::words::reasons_zh::reason;

pub(super) fn words(verdict: &V) -> Words {
    match verdict {
        V::LoggedIn { user, database } if database.is_empty() => alone(format!("{user} 登录成功。")),
        V::LoggedIn { user, database } => alone(format!("{user} 登录成功，数据库 {database}")),
        V::NoCredentials { user, password } => no_credentials(*user, *password),
        V::AccessDenied { user, using_password, slip, error } => denied(user, *using_password, *slip, error),
        V::GatewayDenied { user, slip, error } => {
            told(&format!("网关拒绝 {user} 登录"), error, slip.map_or(PREFIX_OR_PASSWORD, slipped))
        }
        V::MissingPrefix { user, slip, error } => {
            let remedy = if *slip == Some(Slip::UserFromUrl) { FROM_URL } else { PREFIX_WANTED };
            told(&format!("网关在用户名 {user} 中找不到前缀"), error, remedy)
        }
        V::InsecureTransport { encrypted, error } => {
            told("服务器要求使用 TLS", error, if *encrypted { TLS_TAKEN_OFF } else { TLS_WANTED })
        }
        V::QuotaExhausted { error } => told("实例的配额已用完", error, QUOTA),
        V::ConnectionLimit { error } | V::TooManyConnections { error } => told("连接数过多", error, TOO_MANY),
        V::HostNotAllowed { error } => told("服务器不接受来自该地址的连接", error, HOST),
        V::UnknownDatabase { database, error } => told(&format!("数据库 {database} 不存在"), error, DATABASE),
        V::DatabaseDenied { user, database, error } => {
            told(&format!("{user} 无权使用数据库 {database} "), error, GRANT)
        }
        V::InstanceUnavailable { error } => told("网关有响应，但其后的实例没有响应", error, INSTANCE),
        V::PasswordExpired { user, error } => told(&format!("{user} 的密码已过期"), error, EXPIRED),
        V::AccountLocked { user, error } => told(&format!("用户 {user} 已被锁定"), error, LOCKED),
        V::AuthPluginUnsupported { plugin } => with(
            format!("该用户的认证方式不受本工具支持：{plugin}"),
            "请使用 mysql_native_password 或 caching_sha2_password 认证的用户进行测试。",
        ),
        V::TlsFailed { text } => with(
            format!("登录时 TLS 握手失败，而之前是成功的：{}", reason(text)),
            "该域名的各个地址可能使用不同的证书，请重试。",
        ),
        V::TimedOut { after_ms } => with(format!("登录请求在 {}内没有响应。", time(*after_ms)), WAKING),
        V::ConnectionLost { text } => with(format!("登录时连接中断：{}", reason(text)), ALLOWLIST),
        V::ServerError { error } => told("登录被拒绝", error, "原因见服务器返回的信息。"),
    }
}

const PREFIX_OR_PASSWORD: &str =
    "请与 Connect 对话框核对用户名前缀（点号之前的部分，它对应某个实例或分支），再核对密码。";
const PREFIX_WANTED: &str =
    "请使用 Connect 对话框中显示的用户名，例如 PREFIX.root ，其中的前缀用于确定实例。";
const TLS_TAKEN_OFF: &str = "本次连接已加密，说明途中有设备去除了 TLS。";
const TLS_WANTED: &str =
    "请使用 --ssl-mode verify-ca 。公网网关要求 TLS，私有终端节点通常不要求，因此也请检查主机。";
const QUOTA: &str = "请在 TiDB Cloud 控制台提高消费限额，或等待配额重置。";
const TOO_MANY: &str = "请关闭一些连接（检查连接池）后重试。设置消费限额可提高 Starter 实例的连接上限。";
const HOST: &str = "请在服务器上允许该地址。TiDB Cloud 不会这样响应，请检查主机。";
const DATABASE: &str = "用户和密码正确。请用 --database 指定已有的数据库，或创建该数据库。";
const GRANT: &str = "请为该用户授予权限，或用 --database 指定其他数据库。";
const INSTANCE: &str = "请在一分钟后重试，并在 TiDB Cloud 控制台查看该实例。";
const EXPIRED: &str = "请在 TiDB Cloud 控制台设置新密码。";
const LOCKED: &str = "请用 ALTER USER … ACCOUNT UNLOCK 解锁。";
const WAKING: &str =
    "空闲的 Starter 实例在首次登录时唤醒，需要一些时间。请重试，或用 --connect-timeout 延长等待时间。";
const ALLOWLIST: &str = "请重试。如果实例的私有终端节点设置了 Authorized Networks，其中必须包含该终端节点的 ID（TiDB Cloud \
    控制台 Settings > Networking）。";

/// What happened, with the server's own words.
fn told(lead: &str, error: &ServerError, remedy: &str) -> Words {
    with(format!("{lead}：{}", server(error)), remedy)
}

fn no_credentials(user: bool, password: bool) -> Words {
    let (missing, remedy) = match (user, password) {
        (true, false) => ("用户", "请指定 --user ，例如 PREFIX.root"),
        (false, _) => ("密码", "请用 TIDB_PE_PASSWORD 、 --password-stdin 或 --password-file 提供密码。"),
        (true, true) => (
            "用户和密码",
            "请指定 --user ，并用 TIDB_PE_PASSWORD 、 --password-stdin 或 --password-file 提供密码。",
        ),
    };
    with(format!("未执行：没有指定{missing}。"), remedy)
}

const FROM_URL: &str = "用户名中含有 URL 才有的内容：URL 中的密码没有做百分号编码，使后面的部分错位。在 URL 中，@ 应写作 %40 ，: \
    应写作 %3A ，/ 应写作 %2F ；此处请分别指定用户和密码。";

/// What to do about a likely slip.
fn slipped(slip: Slip) -> &'static str {
    match slip {
        Slip::PasswordEncoded => {
            "密码中含有 URL 中的 %xx 编码：如果是从 URL 中复制的，请提供解码后的密码；否则请与 Connect 对话框核对。"
        }
        Slip::PasswordPadded => "密码首尾含有空格，请去掉。",
        Slip::PasswordQuoted => "密码带有引号或括号，请去掉；也不要使用占位符。",
        Slip::UserFromUrl => FROM_URL,
    }
}

fn denied(user: &str, using_password: Option<bool>, slip: Option<Slip>, error: &ServerError) -> Words {
    let remedy = if using_password == Some(false) {
        "发送的是空密码。请在 TiDB Cloud 控制台的 Connect 对话框中设置密码，并用 TIDB_PE_PASSWORD 提供。"
    } else {
        slip.map_or("请与 TiDB Cloud 控制台的 Connect 对话框核对用户和密码，也可在那里设置新密码。", slipped)
    };
    told(&format!("{user} 登录被拒绝"), error, remedy)
}
