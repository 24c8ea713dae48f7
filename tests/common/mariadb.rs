//! A real MariaDB server on a free port of loopback, with its data in a temporary directory.
//!
//! One server of a kind serves a whole test binary. It lives in a static, which Rust never drops, so its life
//! hangs on a pipe instead: when the test process ends, however it ends, the shell that watches the other end
//! kills the server and removes its data.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tidb_pe::sandbox::certificate::{CertificateKind, Issued};

/// The user of every server.
pub(crate) const USER: &str = "3pTAoNNegb47Uc8.root";
/// Its password, with what breaks badly quoted ones.
pub(crate) const PASSWORD: &str = "p@ss:w/o?rd%20'";
/// The one name in the certificate of the server with TLS.
pub(crate) const NAME: &str = "db.mariadb.example";

const WATCH: &str =
    r#"dir=$1; shift; "$@" & server=$!; cat >/dev/null; kill -KILL $server; wait $server; rm -rf "$dir""#;

/// A running server.
pub(crate) struct MariaDb {
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    /// The authority of its certificate, PEM.
    pub(crate) ca_pem: String,
    watcher: Child,
}

/// The server with TLS, or `None` where MariaDB is not installed.
pub(crate) fn with_tls() -> Option<&'static MariaDb> {
    static SERVER: OnceLock<Option<MariaDb>> = OnceLock::new();
    SERVER.get_or_init(|| start(true)).as_ref()
}

/// The server without TLS, or `None` where MariaDB is not installed.
pub(crate) fn without_tls() -> Option<&'static MariaDb> {
    static SERVER: OnceLock<Option<MariaDb>> = OnceLock::new();
    SERVER.get_or_init(|| start(false)).as_ref()
}

fn start(tls: bool) -> Option<MariaDb> {
    let (Some(server), Some(install)) = (program("mariadbd"), program("mariadb-install-db")) else {
        assert!(std::env::var_os("TIDB_PE_REQUIRE_MARIADB").is_none(), "MariaDB not found, but required");
        return None;
    };
    // A port is free when asked for, not reserved: somebody may be quicker.
    let started = (0..3).find_map(|_| attempt(&server, &install, tls));
    Some(started.expect("MariaDB starts within three tries"))
}

fn attempt(server: &Path, install: &Path, tls: bool) -> Option<MariaDb> {
    let dir = tempfile::Builder::new().prefix("tidb-pe-mariadb-").tempdir().expect("a directory");
    let issued = Issued::new(CertificateKind::Valid, &[NAME.to_owned()]).expect("a certificate");
    prepare(dir.path(), install, &issued);
    let started = launch(dir.path(), server, tls, issued.ca_pem);
    if !answers(started.addr, dir.path()) {
        return None;
    }
    // From here the shell removes it.
    let _ = dir.keep();
    Some(started)
}

/// Writes certificate, key and accounts, and makes the system tables.
fn prepare(dir: &Path, install: &Path, issued: &Issued) {
    let write = |name: &str, text: &str| fs::write(dir.join(name), text).expect("a file");
    write("ca.pem", &issued.ca_pem);
    write("cert.pem", &issued.certificate_pem);
    write("key.pem", &issued.key_pem);
    let password = PASSWORD.replace('\'', "''");
    // The installer's anonymous accounts on localhost would win over '%' and shadow the user.
    write(
        "init.sql",
        &format!(
            "DELETE FROM mysql.global_priv WHERE User = '';\nFLUSH PRIVILEGES;\n\
             CREATE DATABASE IF NOT EXISTS test;\n\
             CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{password}';\n\
             GRANT ALL ON *.* TO '{USER}'@'%';\n"
        ),
    );
    let made = Command::new(install)
        .args(["--no-defaults", "--skip-test-db", "--auth-root-authentication-method=normal"])
        .arg("--skip-name-resolve")
        .arg(option("--datadir", &dir.join("data")))
        .arg(option("--tmpdir", dir))
        .args(as_root(dir))
        .output()
        .expect("the installer runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn launch(dir: &Path, server: &Path, tls: bool, ca_pem: String) -> MariaDb {
    let addr =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a port");
    let watcher = Command::new("sh")
        .args(["-c", WATCH, "sh"])
        .arg(dir)
        .arg(server)
        .args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"])
        .arg(format!("--port={}", addr.port()))
        .args(files(dir))
        .args(if tls { certificates(dir) } else { vec!["--skip-ssl".into()] })
        .args(as_root(dir))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    MariaDb { addr, ca_pem, watcher }
}

fn files(dir: &Path) -> Vec<String> {
    vec![
        option("--datadir", &dir.join("data")),
        // Two servers that start at once collide over temporary tables in a shared directory.
        option("--tmpdir", dir),
        option("--socket", &dir.join("s")),
        option("--pid-file", &dir.join("pid")),
        option("--init-file", &dir.join("init.sql")),
        option("--log-error", &dir.join("log")),
    ]
}

fn certificates(dir: &Path) -> Vec<String> {
    vec![
        option("--ssl-ca", &dir.join("ca.pem")),
        option("--ssl-cert", &dir.join("cert.pem")),
        option("--ssl-key", &dir.join("key.pem")),
    ]
}

/// Waits until the port answers; gives up where the server has said that it ends.
fn answers(addr: SocketAddr, dir: &Path) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(60) {
        if TcpStream::connect(addr).is_ok() {
            return true;
        }
        if log(dir).contains("Aborting") {
            return false;
        }
        sleep(Duration::from_millis(10));
    }
    false
}

fn log(dir: &Path) -> String {
    fs::read_to_string(dir.join("log")).unwrap_or_default()
}

fn option(name: &str, path: &Path) -> String {
    format!("{name}={}", path.display())
}

/// The server refuses to run as root unless told to.
fn as_root(dir: &Path) -> Vec<&'static str> {
    let root = fs::metadata(dir).is_ok_and(|meta| meta.uid() == 0);
    if root { vec!["--user=root"] } else { Vec::new() }
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(usual).map(|dir| dir.join(name)).find(|path| path.is_file())
}

impl Drop for MariaDb {
    /// For a server that did not come up, or is in no static: closes the pipe and waits for the shell to clean up.
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}
