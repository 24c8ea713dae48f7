//! PHP's mysqli and `WordPress`, which stands on it. mysqlnd verifies chain and name together, or nothing.

use super::quote::single;
use super::{Settings, Text};
use crate::connection::SslMode;

pub(super) fn mysqli(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let ca = settings.ca().filter(|_| settings.mode() == SslMode::VerifyIdentity);
    let ssl_set = ca.map(|ca| format!("$db->ssl_set(null, null, {}, null, null);\n", single(ca)));
    let text = format!(
        "$db = mysqli_init();\n{}$db->real_connect(\n    {},\n    {},\n    {},\n    {},\n    {},\n    null,\n    {}\n);",
        ssl_set.unwrap_or_default(),
        single(&connection.host),
        single(settings.user()),
        single(settings.password()),
        single(&connection.database),
        connection.port,
        flags(settings),
    );
    (text, settings.all_or_nothing())
}

/// `wp-config.php`; `WordPress` has no setting for a CA file.
pub(super) fn wordpress(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let define = |name: &str, value: &str| format!("define('{name}', {});", single(value));
    let mut lines = vec![
        define("DB_HOST", &format!("{}:{}", connection.host, connection.port)),
        define("DB_NAME", &connection.database),
        define("DB_USER", settings.user()),
        define("DB_PASSWORD", settings.password()),
        define("DB_CHARSET", "utf8mb4"),
    ];
    if settings.mode() != SslMode::Disabled {
        lines.push(format!("define('MYSQL_CLIENT_FLAGS', {});", flags(settings)));
    }
    (lines.join("\n"), settings.all_or_nothing())
}

fn flags(settings: &Settings) -> &'static str {
    match settings.mode() {
        SslMode::Disabled => "0",
        SslMode::VerifyIdentity => "MYSQLI_CLIENT_SSL",
        _ => "MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT",
    }
}
