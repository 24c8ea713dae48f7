//! Go: the driver and GORM. A TLS configuration names the server, so that TiDB's own name is proven on any host.

use super::quote::json;
use super::{Settings, Text};
use crate::connection::SslMode;

pub(super) fn driver(settings: &Settings) -> Text {
    let open = "connector, err := mysql.NewConnector(cfg)\nif err != nil {\n\tlog.Fatal(err)\n}\n\
                db := sql.OpenDB(connector)\ndb.SetConnMaxLifetime(5 * time.Minute)";
    (format!("{}\n{open}", config(settings, "mysql")), None)
}

pub(super) fn gorm(settings: &Settings) -> Text {
    let open = "db, err := gorm.Open(gormmysql.Open(cfg.FormatDSN()), &gorm.Config{})";
    let imports = "// mysql is github.com/go-sql-driver/mysql, gormmysql is gorm.io/driver/mysql";
    (format!("{imports}\n{}\n{open}", config(settings, "mysql")), None)
}

fn config(settings: &Settings, package: &str) -> String {
    let connection = &settings.connection;
    let address = format!("{}:{}", connection.host, connection.port);
    let tls = match settings.mode() {
        SslMode::Disabled => "false",
        SslMode::Preferred => "preferred",
        SslMode::Required => "skip-verify",
        SslMode::VerifyCa | SslMode::VerifyIdentity => "tidb",
    };
    let register = if settings.mode().verifies() { register(settings, package) } else { String::new() };
    format!(
        "{register}cfg := {package}.NewConfig()\ncfg.User = {}\ncfg.Passwd = {}\ncfg.Net = \"tcp\"\ncfg.Addr = {}\n\
         cfg.DBName = {}\ncfg.TLSConfig = \"{tls}\"",
        json(settings.user()),
        json(settings.password()),
        json(&address),
        json(&connection.database),
    )
}

fn register(settings: &Settings, package: &str) -> String {
    let (pool, roots) = match settings.own_ca() {
        Some(ca) => (
            format!(
                "pem, err := os.ReadFile({})\nif err != nil {{\n\tlog.Fatal(err)\n}}\npool := x509.NewCertPool()\n\
                 pool.AppendCertsFromPEM(pem)\n",
                json(ca)
            ),
            "\tRootCAs:    pool,\n",
        ),
        None => (String::new(), ""),
    };
    format!(
        "{pool}{package}.RegisterTLSConfig(\"tidb\", &tls.Config{{\n\tMinVersion: tls.VersionTLS12,\n\tServerName: {},\n\
         {roots}}})\n",
        json(&settings.tls_name)
    )
}
