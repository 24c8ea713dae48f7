//! Python's drivers, `SQLAlchemy` and Django.

use super::quote::json;
use super::{Note, Settings, Text};
use crate::cloud::sign::percent_encode;
use crate::connection::SslMode;

/// mysqlclient takes MySQL's own words for the mode.
pub(super) fn mysqlclient(settings: &Settings) -> Text {
    let mut further = vec![format!("ssl_mode={}", json(settings.mode().for_mysql()))];
    further.extend(settings.ca().map(|ca| format!("ssl={{\"ca\": {}}}", json(ca))));
    (call("MySQLdb", "MySQLdb", settings, &further), settings.unless_identity())
}

/// Without a CA file `PyMySQL` verifies nothing; from 1.2 on it refuses a server without TLS in any of these modes.
pub(super) fn pymysql(settings: &Settings) -> Text {
    let (truth, lie) = ("True".to_owned(), "False".to_owned());
    let identity = if settings.mode() == SslMode::VerifyIdentity { truth } else { lie };
    let further = match (settings.mode(), settings.ca()) {
        (SslMode::Disabled, _) => vec!["ssl_disabled=True".to_owned()],
        (SslMode::Preferred | SslMode::Required, _) => {
            vec!["ssl={\"verify_mode\": \"none\", \"check_hostname\": False}".to_owned()]
        }
        (_, ca) => vec![
            format!("ssl_ca={}", json(ca.unwrap_or("/path/to/ca.pem"))),
            "ssl_verify_cert=True".to_owned(),
            format!("ssl_verify_identity={identity}"),
        ],
    };
    (call("pymysql", "pymysql", settings, &further), settings.unless_identity())
}

/// MySQL Connector/Python; only where it verifies does it insist on TLS.
pub(super) fn connector(settings: &Settings) -> Text {
    let identity = if settings.mode() == SslMode::VerifyIdentity { "True" } else { "False" };
    let further = match (settings.mode(), settings.ca()) {
        (SslMode::Disabled, _) => vec!["ssl_disabled=True".to_owned()],
        (SslMode::Preferred | SslMode::Required, _) => {
            vec!["ssl_disabled=False".to_owned(), "ssl_verify_cert=False".to_owned()]
        }
        (_, ca) => vec![
            format!("ssl_ca={}", json(ca.unwrap_or("/path/to/ca.pem"))),
            "ssl_verify_cert=True".to_owned(),
            format!("ssl_verify_identity={identity}"),
        ],
    };
    let falls_back = settings.mode() == SslMode::Required;
    let note = settings.unless_identity().or(falls_back.then_some(Note::MayFallBack));
    (call("mysql.connector", "mysql.connector", settings, &further), note)
}

/// `SQLAlchemy` over `PyMySQL`; a connection is renewed before TiDB Cloud closes it.
pub(super) fn sqlalchemy(settings: &Settings) -> Text {
    let ca = percent_encode(settings.ca().unwrap_or("/path/to/ca.pem"));
    let unproven = ",\n    connect_args={\"ssl\": {\"verify_mode\": \"none\", \"check_hostname\": False}}";
    let (query, arguments) = match settings.mode() {
        SslMode::Disabled => (String::new(), ""),
        SslMode::Preferred | SslMode::Required => (String::new(), unproven),
        SslMode::VerifyCa => (format!("?ssl_ca={ca}&ssl_check_hostname=false"), ""),
        SslMode::VerifyIdentity => (format!("?ssl_ca={ca}&ssl_check_hostname=true"), ""),
    };
    let url = format!("{}{query}", settings.url("mysql+pymysql"));
    let text = format!(
        "from sqlalchemy import create_engine\n\nengine = create_engine(\n    {},\n    pool_recycle=300{arguments},\n)",
        json(&url)
    );
    (text, settings.unless_identity())
}

/// Django over mysqlclient.
pub(super) fn django(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let mut options = vec![format!("\"ssl_mode\": {}", json(settings.mode().for_mysql()))];
    options.extend(settings.ca().map(|ca| format!("\"ssl\": {{\"ca\": {}}}", json(ca))));
    let entry = |name: &str, value: &str| format!("        \"{name}\": {},\n", json(value));
    let text = format!(
        "DATABASES = {{\n    \"default\": {{\n{}{}{}{}{}        \"PORT\": {},\n        \"CONN_MAX_AGE\": 300,\n        \
         \"OPTIONS\": {{{}}},\n    }}\n}}",
        entry("ENGINE", "django.db.backends.mysql"),
        entry("NAME", &connection.database),
        entry("USER", settings.user()),
        entry("PASSWORD", settings.password()),
        entry("HOST", &connection.host),
        connection.port,
        options.join(", "),
    );
    (text, settings.unless_identity())
}

fn call(import: &str, module: &str, settings: &Settings, further: &[String]) -> String {
    let connection = &settings.connection;
    let mut arguments = vec![
        format!("host={}", json(&connection.host)),
        format!("port={}", connection.port),
        format!("user={}", json(settings.user())),
        format!("password={}", json(settings.password())),
        format!("database={}", json(&connection.database)),
    ];
    arguments.extend(further.iter().cloned());
    let lines: Vec<String> = arguments.into_iter().map(|argument| format!("    {argument},\n")).collect();
    format!("import {import}\n\nconnection = {module}.connect(\n{})", lines.concat())
}
