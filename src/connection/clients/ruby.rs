//! Ruby's mysql2, by itself and in Rails.

use super::quote::{erb_yaml, single};
use super::{Settings, Text};
use crate::connection::SslMode;

pub(super) fn mysql2(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let mut options = vec![
        format!("host: {}", single(&connection.host)),
        format!("port: {}", connection.port),
        format!("username: {}", single(settings.user())),
        format!("password: {}", single(settings.password())),
        format!("database: {}", single(&connection.database)),
        format!("ssl_mode: :{}", mode(settings)),
    ];
    options.extend(settings.ca().map(|ca| format!("sslca: {}", single(ca))));
    let lines: Vec<String> = options.into_iter().map(|option| format!("  {option},\n")).collect();
    (
        format!("require \"mysql2\"\n\nclient = Mysql2::Client.new(\n{})", lines.concat()),
        settings.unless_identity(),
    )
}

/// `config/database.yml`, which Rails reads through ERB.
pub(super) fn rails(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let mut lines = vec![
        "production:".to_owned(),
        "  adapter: mysql2".to_owned(),
        format!("  host: {}", erb_yaml(&connection.host)),
        format!("  port: {}", connection.port),
        format!("  username: {}", erb_yaml(settings.user())),
        format!("  password: {}", erb_yaml(settings.password())),
        format!("  database: {}", erb_yaml(&connection.database)),
        format!("  ssl_mode: {}", mode(settings)),
    ];
    lines.extend(settings.ca().map(|ca| format!("  sslca: {}", erb_yaml(ca))));
    (lines.join("\n"), settings.unless_identity())
}

fn mode(settings: &Settings) -> &'static str {
    match settings.mode() {
        SslMode::Disabled => "disabled",
        SslMode::Preferred => "preferred",
        SslMode::Required => "required",
        SslMode::VerifyCa => "verify_ca",
        SslMode::VerifyIdentity => "verify_identity",
    }
}
