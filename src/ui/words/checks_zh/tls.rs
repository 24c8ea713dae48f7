//! Sentences of the *tls* layer, in Chinese.

use super::{Words, alone, names, server, time, with};
use crate::check::certificate::Certificate;
use crate::check::handshake::Session;
use crate::check::tls::Verdict as V;
use crate::connection::SslMode;
use crate::ui::words::pieces::day;
use crate::ui::words::reasons_zh::{connect, reason};

pub(super) fn words(verdict: &V) -> Words {
    match verdict {
        V::ChainVerified { identity, session, certificate } => {
            alone(proven(session, &format!("证明身份 {identity}"), certificate))
        }
        V::IdentityVerified { identity, session, certificate } => {
            alone(proven(session, &format!("颁发给 {identity}"), certificate))
        }
        V::IdentityNotProven { mode, session, certificate } => not_proven(*mode, session, certificate),
        V::FellBack { address } => with(format!("{address} 上的服务器不支持 TLS，改用明文连接。"), PREFERRED),
        V::Disabled => alone("未使用 TLS (--ssl-mode disabled)".to_owned()),
        V::ServerError { error } => alone(format!("未检查：服务器在握手前就拒绝了连接，{}", server(error))),
        V::NotOffered { address, mode } => {
            with(format!("{address} 上的服务器不支持 TLS，而 --ssl-mode {mode} 需要 TLS。"), NO_TLS)
        }
        V::NameMismatch { expected, identity, certificate } => {
            mismatch(expected, identity.as_deref(), certificate)
        }
        V::NoNames { certificate } => with(by(certificate, "不包含可校验的名称"), NO_NAMES),
        V::VersionOne { certificate } => {
            with(by(certificate, "是 X.509 第 1 版，版本过旧，不能包含名称"), VERSION_ONE)
        }
        V::Expired { certificate } => {
            with(made_for(certificate, &format!("已于 {} 过期", day(&certificate.not_after))), EXPIRED)
        }
        V::NotYetValid { certificate } => {
            let from = format!("自 {} 起才有效", certificate.not_before);
            with(made_for(certificate, &from), "请检查本机时钟。")
        }
        V::UnknownIssuer { own_ca, certificate } => {
            let issued = format!("由 {} 颁发，不受信任", certificate.issuer);
            with(made_for(certificate, &issued), if *own_ca { WRONG_CA } else { UNKNOWN_ISSUER })
        }
        V::WrongPurpose { certificate } => with(made_for(certificate, "不能用于服务器"), CHECK_HOST),
        V::BadCertificate { text, certificate } => {
            with(made_for(certificate, &format!("不可接受（{text}）")), CHECK_HOST)
        }
        V::HandshakeFailed { text } => with(format!("TLS 握手失败：{}", reason(text)), HANDSHAKE),
        V::HandshakeTimedOut { after_ms } => {
            with(format!("TLS 握手在 {}内没有完成。", time(*after_ms)), SLOW_HANDSHAKE)
        }
        V::Silent { address, after_ms } => {
            with(format!("{address} 接受了连接，但在 {}内没有发送任何内容。", time(*after_ms)), SILENT)
        }
        V::ClosedWithoutGreeting { address } => {
            with(format!("{address} 没有发送任何内容就关闭了连接。"), ALLOWLIST)
        }
        V::GreetingLost { address, text } => {
            with(format!("与 {address} 的连接在收到问候包时中断：{}", reason(text)), "请重试。")
        }
        V::NotMySql { address, sample } => {
            with(format!("{address} 使用的不是 MySQL 协议，它返回的是 \"{sample}\""), ANOTHER_SERVICE)
        }
        V::GreetingMalformed { address } => {
            with(format!("{address} 返回的问候包近似 MySQL，但无法解析。"), ANOTHER_SERVICE)
        }
        V::NotConnected { address, reason: why } => with(
            format!("{address} 刚才还有响应，现在却无法连接（{}）。", connect(why)),
            "请重试：网络或终端节点可能正在变更。",
        ),
        V::BadCa { text } => with(format!("--ssl-ca 指定的文件不可用：{}", reason(text)), BAD_CA),
        V::BadServerName { name } => with(format!("\"{name}\" 不是证书可以证明的名称。"), SERVER_NAME),
    }
}

const PREFERRED: &str =
    "--ssl-mode required 会拒绝这样的连接；如果确实要使用明文连接，请指定 --ssl-mode disabled";
const NO_TLS: &str =
    "TiDB Cloud 的网关支持 TLS，请检查主机是否正确。在 VPC 内，私有终端节点也可使用 --ssl-mode disabled";
const NO_NAMES: &str = "MySQL 和 MariaDB 自行生成的证书就是如此，而 TiDB Cloud 的证书包含名称，请检查主机。 --ssl-mode \
    required 只加密，不校验身份。";
const VERSION_ONE: &str = "TiDB Cloud 的证书不是这样，请检查主机。自建服务器需要使用第 3 版证书；目前只能以 --ssl-mode disabled \
    测试。";
const EXPIRED: &str = "如果本机时钟无误，则服务器需要更新证书，请联系 TiDB Cloud 技术支持。";
const WRONG_CA: &str = "该证书不是由 --ssl-ca 指定的 CA 签发的。TiDB Cloud 的证书不需要 --ssl-ca ；其他服务器请指定其自己的 CA 证书。";
const UNKNOWN_ISSUER: &str = "本工具内置了 TiDB Cloud 的 CA 证书，因此这是其他服务器，或是会解密 TLS 的代理。如果信任它，请用 \
    --ssl-ca 指定其 CA 证书。";
const CHECK_HOST: &str = "常见客户端都接受 TiDB Cloud 的证书，请检查主机。";
const HANDSHAKE: &str = "途中可能有代理或防火墙干扰，或服务器既不支持 TLS 1.2 也不支持 TLS 1.3";
const SLOW_HANDSHAKE: &str = "请用 --connect-timeout 延长等待时间后重试。如果一直如此，请检查 VPN 或隧道的 MTU，可能小包能通过而大包\
    不能。";
const SILENT: &str = "MySQL 服务器会先发送数据，请检查主机和端口。后端为空的负载均衡也会这样没有响应。";
const ALLOWLIST: &str = "如果实例的私有终端节点设置了 Authorized Networks，其中必须包含该终端节点的 ID（TiDB Cloud 控制台 Settings > \
    Networking）。否则请检查终端节点的连接状态是否为 Connected。";
const ANOTHER_SERVICE: &str = "该端口上是其他服务，请检查主机和端口（TiDB Cloud 使用 4000）。";
const BAD_CA: &str = "请提供 PEM 格式的 CA 证书，或不加 --ssl-ca ，本工具内置了 TiDB Cloud 的 CA 证书。";
const SERVER_NAME: &str = "--tls-server-name 应为不含通配符的主机名，例如 TiDB Cloud 公网连接串中的主机名。";

fn proven(session: &Session, what: &str, certificate: &Certificate) -> String {
    let (protocol, issuer, until) = (&session.protocol, &certificate.issuer, day(&certificate.not_after));
    format!("{protocol}，证书由 {issuer} 颁发，有效期至 {until}，{what}")
}

fn not_proven(mode: SslMode, session: &Session, certificate: &Certificate) -> Words {
    let (protocol, names) = (&session.protocol, names(certificate));
    with(
        format!("{protocol}：连接已加密，但身份未经证明。证书自称 {names}"),
        &format!("--ssl-mode {mode} 接受任何证书， --ssl-mode verify-ca 则要求证明。"),
    )
}

fn mismatch(expected: &str, identity: Option<&str>, certificate: &Certificate) -> Words {
    let summary = format!("证书颁发给 {} ，而不是 {expected}", names(certificate));
    let remedy = match identity {
        Some(name) if name.ends_with(".tidbcloud.com") => format!(
            "终端节点域名是阿里云的，而证书是 TiDB Cloud 的。请使用 --ssl-mode verify-ca ，或用 --tls-server-name {name} \
             指明预期的名称。"
        ),
        Some(name) => format!(
            "这不是 TiDB Cloud 的名称，请检查主机。如果这正是要连接的服务器，请使用 --tls-server-name {name} 或 --ssl-mode \
             verify-ca"
        ),
        None => "请检查主机，或使用 --ssl-mode verify-ca 或 --tls-server-name NAME".to_owned(),
    };
    (summary, Some(remedy))
}

fn by(certificate: &Certificate, what: &str) -> String {
    format!("由 {} 颁发的证书{what}。", certificate.issuer)
}

fn made_for(certificate: &Certificate, what: &str) -> String {
    format!("{} 的证书{what}。", names(certificate))
}
