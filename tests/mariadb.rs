//! The connection test against a real MariaDB server: everything that the sandbox's own gateway could get
//! wrong in the same way as the client.

#![cfg(all(unix, feature = "sandbox"))]

#[path = "common/mariadb.rs"]
mod mariadb;

use std::time::Duration;

use mariadb::{MariaDb, NAME, PASSWORD, USER};
use tidb_pe::check::{CheckId, ConnectionTest, Target, test_connection};
use tidb_pe::connection::SslMode;
use tidb_pe::event::Recording;
use tidb_pe::net::Net;
use tidb_pe::sandbox::certificate::{CertificateKind, Issued};
use tidb_pe::secret::Secret;

const DOMAIN: &str =
    "ep-t4n0000000000000test.epsrv-t4n0000000000000test.ap-southeast-1.privatelink.aliyuncs.com";

/// The server, or the end of the test where MariaDB is not installed.
macro_rules! server {
    ($start:path) => {
        match $start() {
            Some(server) => server,
            None => return not_found(),
        }
    };
}

#[allow(clippy::print_stdout)] // The one line a reader of the test's output needs.
fn not_found() {
    println!("MariaDB not found: skipped");
}

fn target(server: &MariaDb, ssl_mode: SslMode) -> Target {
    let mut target = Target::new(DOMAIN, 4000);
    target.eni_ips = vec![[10, 0, 0, 1].into()];
    target.user = Some(USER.to_owned());
    target.password = Some(Secret::new(PASSWORD));
    target.ssl_mode = ssl_mode;
    target.ssl_ca = Some(server.ca_pem.clone().into_bytes());
    target.region_id = "ap-southeast-1".into();
    target.connect_timeout = Duration::from_secs(20);
    target
}

async fn run(server: &MariaDb, target: &Target) -> ConnectionTest {
    tidb_pe::tls::install_crypto();
    let (resolve, dial) = (format!("{DOMAIN}=10.0.0.1"), format!("10.0.0.1:4000={}", server.addr));
    let net = Net::from_vars(Some(&resolve), Some(&dial)).expect("a rehearsal");
    let test = test_connection(target, &net, &Recording::default()).await;
    assert!(!format!("{test:?}").contains(PASSWORD));
    test
}

/// Status and code of a layer, such as `pass logged-in`.
fn at(test: &ConnectionTest, id: CheckId) -> String {
    let step = test.steps.iter().find(|step| step.id == id).expect("every layer is listed");
    let status = format!("{:?}", step.status).to_lowercase();
    let detail = serde_json::to_value(&step.verdict).expect("JSON");
    format!("{status} {}", detail["code"].as_str().expect("a code"))
}

#[tokio::test]
async fn a_good_password_logs_in_over_verified_tls() {
    let server = server!(mariadb::with_tls);
    let test = run(server, &target(server, SslMode::VerifyCa)).await;
    assert_eq!(at(&test, CheckId::Tls), "pass chain-verified");
    assert_eq!(at(&test, CheckId::Login), "pass logged-in");
    assert_eq!(at(&test, CheckId::Query), "pass answered");
    assert!(test.ok);
    assert!(test.server_version.as_deref().is_some_and(|version| version.contains("MariaDB")), "{test:?}");
    assert!(test.tls.as_deref().is_some_and(|session| session.starts_with("TLSv1.3 TLS_")), "{test:?}");
    assert!(test.latency_ms.is_some_and(|ms| ms > 0.0));
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let server = server!(mariadb::with_tls);
    let mut target = target(server, SslMode::VerifyCa);
    target.password = Some(Secret::new("wrong"));
    assert_eq!(at(&run(server, &target).await, CheckId::Login), "fail access-denied");
}

#[tokio::test]
async fn another_authority_is_not_believed() {
    let server = server!(mariadb::with_tls);
    let other = Issued::new(CertificateKind::Valid, &[NAME.to_owned()]).expect("a certificate");
    let mut target = target(server, SslMode::VerifyCa);
    target.ssl_ca = Some(other.ca_pem.into_bytes());
    let test = run(server, &target).await;
    assert_eq!(at(&test, CheckId::Tls), "fail unknown-issuer");
    assert_eq!(at(&test, CheckId::Login), "skip waited-for");
    target.ssl_ca = None;
    assert_eq!(at(&run(server, &target).await, CheckId::Tls), "fail unknown-issuer");
}

#[tokio::test]
async fn the_name_counts_only_where_it_is_asked_for() {
    let server = server!(mariadb::with_tls);
    let mut target = target(server, SslMode::VerifyIdentity);
    assert_eq!(at(&run(server, &target).await, CheckId::Tls), "fail name-mismatch");
    target.tls_server_name = Some(NAME.to_owned());
    let test = run(server, &target).await;
    assert_eq!(at(&test, CheckId::Tls), "pass identity-verified");
    assert_eq!(at(&test, CheckId::Login), "pass logged-in");
}

#[tokio::test]
async fn required_encrypts_without_proof() {
    let server = server!(mariadb::with_tls);
    let mut target = target(server, SslMode::Required);
    target.ssl_ca = None;
    let test = run(server, &target).await;
    assert_eq!(at(&test, CheckId::Tls), "warn identity-not-proven");
    assert_eq!(at(&test, CheckId::Login), "pass logged-in");
    assert!(test.ok && test.tls.is_some());
}

#[tokio::test]
async fn a_server_without_tls() {
    let server = server!(mariadb::without_tls);
    for (mode, tls, login) in [
        (SslMode::VerifyCa, "fail not-offered", "skip waited-for"),
        (SslMode::Required, "fail not-offered", "skip waited-for"),
        (SslMode::Preferred, "warn fell-back", "pass logged-in"),
        (SslMode::Disabled, "skip disabled", "pass logged-in"),
    ] {
        let test = run(server, &target(server, mode)).await;
        assert_eq!((at(&test, CheckId::Tls), at(&test, CheckId::Login)), (tls.to_owned(), login.to_owned()));
        assert_eq!(test.tls, None);
    }
}

#[tokio::test]
async fn an_unknown_database_is_told_from_a_wrong_password() {
    let server = server!(mariadb::with_tls);
    let mut target = target(server, SslMode::VerifyCa);
    target.database = "no_such_database".to_owned();
    assert_eq!(at(&run(server, &target).await, CheckId::Login), "fail unknown-database");
}
