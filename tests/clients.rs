//! The generated settings, run by the clients themselves against a real MariaDB server.
//!
//! MariaDB's client has to be there with the server. `PyMySQL` and Connector/Python are used where Python has them, and
//! Oracle's `mysql` where it is Oracle's; `TIDB_PE_REQUIRE_MARIADB` makes the Python ones a must too.

#![cfg(all(unix, feature = "sandbox"))]

#[path = "common/mariadb.rs"]
mod mariadb;

use std::path::PathBuf;
use std::process::{Command, Output};

use mariadb::{MariaDb, NAME, PASSWORD, USER};
use tempfile::TempDir;
use tidb_pe::connection::clients::{Note, Settings, Wanted};
use tidb_pe::connection::{Connection, SslMode};
use tidb_pe::sandbox::certificate::{CertificateKind, Issued};
use tidb_pe::secret::Secret;

/// What every client is asked, and what only a login with the right user answers.
const QUERY: &str = "SELECT CONCAT('user=', CURRENT_USER(), ' tls=', (SELECT VARIABLE_VALUE FROM \
                     information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'SSL_CIPHER') <> '')";

/// A server, and files of the right and of another authority.
struct Place {
    server: &'static MariaDb,
    dir: TempDir,
}

impl Place {
    fn find(start: fn() -> Option<&'static MariaDb>) -> Option<Self> {
        let server = start()?;
        let dir = tempfile::tempdir().expect("a directory");
        let other = Issued::new(CertificateKind::Valid, &[NAME.to_owned()]).expect("a certificate");
        std::fs::write(dir.path().join("ca.pem"), &server.ca_pem).expect("a file");
        std::fs::write(dir.path().join("other.pem"), other.ca_pem).expect("a file");
        Some(Self { server, dir })
    }

    fn settings(&self, ssl_mode: SslMode, ca: &str) -> Settings {
        let connection = Connection {
            host: self.server.addr.ip().to_string(),
            port: self.server.addr.port(),
            user: Some(USER.to_owned()),
            database: "test".to_owned(),
            ssl_mode,
            ssl_ca: Some(self.dir.path().join(ca).display().to_string()),
        };
        Settings {
            connection,
            password: Some(Secret::new(PASSWORD)),
            tls_name: NAME.to_owned(),
            own_ca: true,
        }
    }
}

/// The server, or the end of the test where MariaDB is not installed.
macro_rules! place {
    ($start:path) => {
        match Place::find($start) {
            Some(place) => place,
            None => return skipped("MariaDB"),
        }
    };
}

#[allow(clippy::print_stdout)] // The one line a reader of the test's output needs.
fn skipped(what: &str) {
    println!("{what} not found: skipped");
}

fn shell(command: &str) -> Output {
    let run = Command::new("sh").args(["-c", command]).env("MYSQL_HISTFILE", "/dev/null").output();
    run.expect("a shell")
}

/// The words of the answer, or why there is none.
fn answer(output: &Output) -> Result<String, String> {
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn by_command(settings: &Settings, client: &str) -> Result<String, String> {
    answer(&shell(&format!("{} -N -B -e \"{QUERY}\"", first_option(&settings.text_of(client)))))
}

/// `--no-defaults` has to come first: the machine's own settings are not what is tested.
fn first_option(command: &str) -> String {
    let (program, rest) = command.split_once(' ').expect("a program and its options");
    format!("{program} --no-defaults {rest}")
}

fn python() -> PathBuf {
    std::env::var_os("TIDB_PE_TEST_PYTHON").map_or_else(|| "python3".into(), PathBuf::from)
}

fn has_module(module: &str) -> bool {
    let import = Command::new(python()).args(["-c", &format!("import {module}")]).output();
    let found = import.is_ok_and(|output| output.status.success());
    let required = std::env::var_os("TIDB_PE_REQUIRE_MARIADB").is_some();
    assert!(found || !required, "Python's {module} not found, but required");
    found
}

fn by_python(settings: &Settings, client: &str) -> Result<String, String> {
    let ask =
        format!("cursor = connection.cursor()\ncursor.execute(\"{QUERY}\")\nprint(cursor.fetchone()[0])");
    let script = format!("{}\n{ask}\n", settings.text_of(client));
    answer(&Command::new(python()).args(["-c", &script]).output().expect("Python"))
}

/// Every client keeps what the mode promises: right and wrong authority, a name that does not fit, plain.
fn keeps_its_promise(place: &Place, run: impl Fn(&Settings) -> Result<String, String>) {
    let secure = Ok(format!("user={USER}@% tls=1"));
    for (mode, ca, want) in [
        (SslMode::VerifyCa, "ca.pem", true),
        (SslMode::VerifyCa, "other.pem", false),
        (SslMode::VerifyIdentity, "ca.pem", false),
        (SslMode::Required, "other.pem", true),
    ] {
        let got = run(&place.settings(mode, ca));
        assert_eq!(got.is_ok(), want, "{mode} {ca}: {got:?}");
        assert!(!want || got == secure, "{mode} {ca}: {got:?}");
        assert!(!got.is_err_and(|why| why.contains("Access denied")), "{mode} {ca}");
    }
    let plain = run(&place.settings(SslMode::Disabled, "ca.pem"));
    assert_eq!(plain, Ok(format!("user={USER}@% tls=0")));
}

#[test]
fn the_mariadb_command() {
    let place = place!(mariadb::with_tls);
    keeps_its_promise(&place, |settings| by_command(settings, "mariadb"));
}

#[test]
fn the_mysql_command_where_it_is_oracles() {
    let place = place!(mariadb::with_tls);
    let version = shell("mysql --version").stdout;
    if version.is_empty() || String::from_utf8_lossy(&version).contains("MariaDB") {
        return skipped("Oracle's mysql");
    }
    keeps_its_promise(&place, |settings| by_command(settings, "mysql"));
}

#[test]
fn the_pymysql_form() {
    let place = place!(mariadb::with_tls);
    if !has_module("pymysql") {
        return skipped("PyMySQL");
    }
    keeps_its_promise(&place, |settings| by_python(settings, "pymysql"));
}

#[test]
fn the_connector_python_form() {
    let place = place!(mariadb::with_tls);
    if !has_module("mysql.connector") {
        return skipped("MySQL Connector/Python");
    }
    keeps_its_promise(&place, |settings| by_python(settings, "mysql-connector-python"));
}

#[test]
fn who_goes_on_in_plain_where_the_server_has_no_tls_is_said() {
    let place = place!(mariadb::without_tls);
    let plain = Ok(format!("user={USER}@% tls=0"));
    for mode in [SslMode::Required, SslMode::VerifyCa] {
        let settings = place.settings(mode, "ca.pem");
        let falls_back = |client: &str| {
            let wanted = Wanted::parse(client).expect("a client");
            wanted.snippets(&settings).iter().any(|one| one.note == Some(Note::MayFallBack))
        };
        let mut runs = vec![("mariadb", by_command(&settings, "mariadb"))];
        for (client, module) in [("pymysql", "pymysql"), ("mysql-connector-python", "mysql.connector")] {
            if has_module(module) {
                runs.push((client, by_python(&settings, client)));
            }
        }
        for (client, got) in runs {
            assert_eq!(got == plain, falls_back(client), "{client} {mode}: {got:?}");
        }
    }
}
