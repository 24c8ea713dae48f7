//! Rust's `mysql` crate, with its default TLS library: with rustls, newer versions compare the name in any case.

use super::quote::rust;
use super::{Settings, Text};
use crate::connection::SslMode;

pub(super) fn mysql(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let ca = settings
        .own_ca()
        .map(|ca| format!("\n            .with_root_cert_path(Some(std::path::Path::new({})))", rust(ca)));
    let ca = ca.unwrap_or_default();
    let skip = "\n            .with_danger_skip_domain_validation(true)";
    let tls = match settings.mode() {
        SslMode::Disabled => None,
        SslMode::Preferred | SslMode::Required => {
            Some(format!("{skip}\n            .with_danger_accept_invalid_certs(true)"))
        }
        SslMode::VerifyCa => Some(format!("{ca}{skip}")),
        SslMode::VerifyIdentity => Some(ca),
    };
    let imports = if tls.is_some() { "OptsBuilder, Pool, SslOpts" } else { "OptsBuilder, Pool" };
    let tls = tls.map(|tls| format!("\n    .ssl_opts(\n        SslOpts::default(){tls},\n    )"));
    let text = format!(
        "use mysql::{{{imports}}};\n\nlet opts = OptsBuilder::new()\n    .ip_or_hostname(Some({}))\n    .tcp_port({})\n    \
         .user(Some({}))\n    .pass(Some({}))\n    .db_name(Some({})){};\nlet pool = Pool::new(opts)?;",
        rust(&connection.host),
        connection.port,
        rust(settings.user()),
        rust(settings.password()),
        rust(&connection.database),
        tls.unwrap_or_default(),
    );
    (text, settings.unless_identity())
}
