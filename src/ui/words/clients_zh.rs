//! What is worth knowing about a client's settings, in Chinese.

use crate::connection::clients::Note;

/// One sentence about the settings of `client`.
pub fn note(client: &str, note: Note) -> String {
    match note {
        Note::NeedsAlias => format!(
            "{client} 只能将证书与所连接的主机名比对，而 TiDB Cloud 的证书不包含终端节点域名。请通过 PrivateZone 或 hosts \
             文件让 TiDB 自己的域名指向该终端节点，并将其用作主机名；或使用 --ssl-mode verify-ca"
        ),
        Note::NoProof => format!(
            "{client} 对证书链和名称只能同时校验或都不校验，因此以上配置只加密、不校验身份。如需校验，请通过 PrivateZone 或 \
             hosts 文件让 TiDB 自己的域名指向该终端节点，将其用作主机名，并使用 --ssl-mode verify-identity"
        ),
        Note::TrustStore => format!(
            "{client} 从信任库读取 CA 证书：keytool -importcert -file CA.pem -keystore truststore.p12 -storetype PKCS12"
        ),
        Note::MayFallBack => {
            format!("服务器不支持 TLS 时，{client} 会改用明文连接；使用 --ssl-mode verify-ca 则不会。")
        }
    }
}
