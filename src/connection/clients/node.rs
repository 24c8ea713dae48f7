//! Node.js: mysql2 and what stands on it, and Prisma.
//!
//! Many versions of mysql2 compare the certificate with `host` whatever they are told, and none takes another name
//! for it. So `host` is TiDB's own name, and `stream` opens the connection to the endpoint.

use super::quote::json;
use super::{Settings, Text};
use crate::cloud::sign::percent_encode;
use crate::connection::SslMode;

pub(super) fn mysql2(settings: &Settings) -> Text {
    let fields = fields(settings, "user", "  ");
    (
        format!(
            "{}const pool = mysql.createPool({{\n{fields}}});",
            head(settings, "mysql2/promise", "mysql")
        ),
        None,
    )
}

pub(super) fn sequelize(settings: &Settings) -> Text {
    let connection = &settings.connection;
    let mut options = vec![
        format!("  host: {},\n", json(host(settings))),
        format!("  port: {},\n", connection.port),
        "  dialect: \"mysql\",\n".to_owned(),
    ];
    let inner: String = tls(settings, "    ").concat();
    if !inner.is_empty() {
        options.push(format!("  dialectOptions: {{\n{inner}  }},\n"));
    }
    let head = net(settings);
    let text = format!(
        "const {{ Sequelize }} = require(\"sequelize\");\n{head}\nconst sequelize = new Sequelize({}, {}, {}, {{\n{}}});",
        json(&connection.database),
        json(settings.user()),
        json(settings.password()),
        options.concat()
    );
    (text, None)
}

pub(super) fn typeorm(settings: &Settings) -> Text {
    let head = format!("const {{ DataSource }} = require(\"typeorm\");\n{}\n", net(settings));
    let mut fields = plain(settings, "username", "  ");
    let mut tls = tls(settings, "  ").into_iter();
    fields.extend(tls.next());
    fields.extend(tls.next().map(|stream| format!("  extra: {{\n  {stream}  }},\n")));
    let fields = fields.concat();
    (format!("{head}const dataSource = new DataSource({{\n  type: \"mysql\",\n{fields}}});"), None)
}

/// Prisma's engine verifies chain and name together (`strict`), or nothing.
pub(super) fn prisma(settings: &Settings) -> Text {
    let url = settings.url("mysql");
    let ca = settings.own_ca().map(|ca| format!("&sslcert={}", percent_encode(ca))).unwrap_or_default();
    let query = match settings.mode() {
        SslMode::Disabled => String::new(),
        SslMode::VerifyIdentity => format!("?sslaccept=strict{ca}"),
        _ => "?sslaccept=accept_invalid_certs".to_owned(),
    };
    (format!("DATABASE_URL={}", super::quote::dotenv(&format!("{url}{query}"))), settings.all_or_nothing())
}

fn head(settings: &Settings, module: &str, name: &str) -> String {
    format!("const {name} = require(\"{module}\");\n{}\n", net(settings))
}

fn net(settings: &Settings) -> String {
    let fs = if settings.own_ca().is_some() { "const fs = require(\"node:fs\");\n" } else { "" };
    if settings.mode().verifies() {
        format!("const net = require(\"node:net\");\n{fs}")
    } else {
        String::new()
    }
}

fn host(settings: &Settings) -> &str {
    if settings.mode().verifies() { &settings.tls_name } else { settings.host() }
}

fn fields(settings: &Settings, user: &str, indent: &str) -> String {
    let mut fields = plain(settings, user, indent);
    fields.extend(tls(settings, indent));
    fields.concat()
}

fn plain(settings: &Settings, user: &str, indent: &str) -> Vec<String> {
    let connection = &settings.connection;
    vec![
        format!("{indent}host: {},\n", json(host(settings))),
        format!("{indent}port: {},\n", connection.port),
        format!("{indent}{user}: {},\n", json(settings.user())),
        format!("{indent}password: {},\n", json(settings.password())),
        format!("{indent}database: {},\n", json(&connection.database)),
    ]
}

/// `ssl`, and `stream` where the name in `host` is not what is dialled.
fn tls(settings: &Settings, indent: &str) -> Vec<String> {
    let ca = settings.own_ca().map(|ca| format!(", ca: fs.readFileSync({})", json(ca))).unwrap_or_default();
    let ssl = |proof: &str| format!("{indent}ssl: {{ minVersion: \"TLSv1.2\", {proof}{ca} }},\n");
    match settings.mode() {
        SslMode::Disabled => Vec::new(),
        SslMode::Preferred | SslMode::Required => vec![ssl("rejectUnauthorized: false")],
        SslMode::VerifyCa | SslMode::VerifyIdentity => {
            let (port, endpoint) = (settings.connection.port, json(settings.host()));
            let stream = format!("{indent}stream: () => net.connect({port}, {endpoint}),\n");
            vec![ssl("rejectUnauthorized: true, verifyIdentity: true"), stream]
        }
    }
}
