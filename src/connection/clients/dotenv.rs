//! A `.env` file with the names TiDB Cloud's own examples use (TiDB Cloud facts, section 5).

use super::quote::dotenv;
use super::{Settings, Text};
use crate::connection::SslMode;

pub(super) fn env(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let url = format!("{}?ssl-mode={}", settings.url("mysql"), settings.mode().for_mysql());
    let mut lines = vec![
        format!("TIDB_HOST={}", dotenv(&connection.host)),
        format!("TIDB_PORT={}", dotenv(&connection.port.to_string())),
        format!("TIDB_USER={}", dotenv(settings.user())),
        format!("TIDB_PASSWORD={}", dotenv(settings.password())),
        format!("TIDB_DB_NAME={}", dotenv(&connection.database)),
        format!("TIDB_ENABLE_SSL={}", dotenv(&(settings.mode() != SslMode::Disabled).to_string())),
        format!("TIDB_SSL_MODE={}", dotenv(settings.mode().for_mysql())),
    ];
    lines.extend(settings.ca().map(|ca| format!("CA_PATH={}", dotenv(ca))));
    lines.push(format!("DATABASE_URL={}", dotenv(&url)));
    (lines.join("\n"), settings.unless_identity())
}
