//! The whole walk against the gateway of the sandbox and against servers that misbehave.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::*;
use crate::event::Recording;
use crate::sandbox::certificate::CertificateKind;
use crate::sandbox::gateway::{Gateway, GatewayConfig, GatewayMode};
use crate::secret::Secret;

const DOMAIN: &str =
    "ep-t4n0000000000000test.epsrv-t4n0000000000000test.ap-southeast-1.privatelink.aliyuncs.com";
const GATEWAY: &str = "gateway01.ap-southeast-1.prod.alicloud.tidbcloud.com";
const ENI: &str = "10.0.0.1";

/// A gateway behind an endpoint domain with one address.
struct Place {
    _gateway: Option<Gateway>,
    target: Target,
    net: Net,
}

impl Place {
    fn new(config: &GatewayConfig) -> Self {
        let gateway = Gateway::start(config.clone()).unwrap();
        let mut place = Self::at(gateway.addr());
        place.target.ssl_ca = Some(gateway.ca_pem().as_bytes().to_vec());
        place.target.user = Some(config.user());
        place.target.password = Some(Secret::new(config.password.clone()));
        Self { _gateway: Some(gateway), ..place }
    }

    fn at(addr: SocketAddr) -> Self {
        crate::tls::install_crypto();
        let (resolve, dial) = (format!("{DOMAIN}={ENI}"), format!("{ENI}:4000={addr}"));
        let mut target = Target::new(DOMAIN, 4000);
        target.eni_ips = vec![ENI.parse().unwrap()];
        target.region_id = "ap-southeast-1".into();
        target.connect_timeout = Duration::from_secs(5);
        Self { _gateway: None, target, net: Net::from_vars(Some(&resolve), Some(&dial)).unwrap() }
    }

    async fn test(&self) -> Outcome {
        let recording = Recording::default();
        let test = test_connection(&self.target, &self.net, &recording).await;
        let told: Vec<Event> = test.steps.iter().cloned().map(Event::Checked).collect();
        assert_eq!(recording.events(), told, "every step is told once, in order");
        assert!(!format!("{test:?}").contains("sandbox-password"));
        Outcome(test)
    }
}

struct Outcome(ConnectionTest);

impl Outcome {
    /// Status and code of a layer, such as `pass resolved`.
    fn at(&self, id: CheckId) -> String {
        let step = self.0.steps.iter().find(|step| step.id == id).unwrap();
        let status = serde_json::to_value(step.status).unwrap();
        format!("{} {}", status.as_str().unwrap(), self.detail(id)["code"].as_str().unwrap())
    }

    fn detail(&self, id: CheckId) -> Value {
        let step = self.0.steps.iter().find(|step| step.id == id).unwrap();
        serde_json::to_value(&step.verdict).unwrap()
    }

    fn all(&self) -> Vec<String> {
        self.0.steps.iter().map(|step| self.at(step.id)).collect()
    }
}

fn mode(mode: GatewayMode) -> GatewayConfig {
    GatewayConfig { mode, ..GatewayConfig::default() }
}

fn certificate(certificate: CertificateKind) -> GatewayConfig {
    GatewayConfig { certificate, ..GatewayConfig::default() }
}

#[tokio::test]
async fn everything_works() {
    let outcome = Place::new(&GatewayConfig::default()).test().await;
    let want = ["pass resolved", "pass connected", "pass chain-verified", "pass logged-in", "pass answered"];
    assert_eq!(outcome.all(), want);
    assert!(outcome.0.ok);
    assert_eq!(outcome.0.server_version.as_deref(), Some("8.0.11-TiDB-v7.5.2-serverless"));
    assert!(outcome.0.tls.as_deref().unwrap().starts_with("TLSv1.3 TLS_"), "{:?}", outcome.0.tls);
    assert!(outcome.0.latency_ms.unwrap() > 0.0);
    assert_eq!(outcome.detail(CheckId::Tls)["identity"], GATEWAY);
    assert_eq!(outcome.detail(CheckId::Query)["tidb"], true);
}

#[tokio::test]
async fn a_greeting_in_small_segments_is_one_greeting() {
    let config = GatewayConfig { greeting_in_pieces: true, ..GatewayConfig::default() };
    assert!(Place::new(&config).test().await.0.ok);
}

#[tokio::test]
async fn without_credentials_login_and_query_are_skipped() {
    let mut place = Place::new(&GatewayConfig::default());
    place.target.password = None;
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Login), "skip no-credentials");
    assert_eq!(outcome.at(CheckId::Query), "skip no-credentials");
    assert_eq!(outcome.detail(CheckId::Login)["password_missing"], true);
    assert_eq!(outcome.detail(CheckId::Login)["user_missing"], false);
    assert!(outcome.0.ok && outcome.0.server_version.is_none() && outcome.0.tls.is_some());
}

#[tokio::test]
async fn each_mode_proves_what_it_promises() {
    let mut place = Place::new(&GatewayConfig::default());
    for (mode, want) in [
        (SslMode::Disabled, "skip disabled"),
        (SslMode::Preferred, "warn identity-not-proven"),
        (SslMode::Required, "warn identity-not-proven"),
        (SslMode::VerifyCa, "pass chain-verified"),
        (SslMode::VerifyIdentity, "fail name-mismatch"),
    ] {
        place.target.ssl_mode = mode;
        let outcome = place.test().await;
        assert_eq!(outcome.at(CheckId::Tls), want);
        assert_eq!(outcome.0.ok, mode != SslMode::VerifyIdentity);
        assert_eq!(outcome.0.tls.is_some(), outcome.0.ok && mode != SslMode::Disabled);
    }
    place.target.tls_server_name = Some(GATEWAY.into());
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Tls), "pass identity-verified");
    assert_eq!(outcome.at(CheckId::Login), "pass logged-in");
}

#[tokio::test]
async fn a_mismatch_names_both_sides_and_later_layers_wait() {
    let mut place = Place::new(&GatewayConfig::default());
    place.target.ssl_mode = SslMode::VerifyIdentity;
    let outcome = place.test().await;
    let detail = outcome.detail(CheckId::Tls);
    assert_eq!(detail["expected"], DOMAIN);
    assert_eq!(detail["names"][1], GATEWAY);
    assert_eq!(outcome.at(CheckId::Login), "skip waited-for");
    assert_eq!(outcome.detail(CheckId::Query)["layer"], "tls");
}

#[tokio::test]
async fn without_tls_on_the_server() {
    let mut place = Place::new(&GatewayConfig { tls: false, ..GatewayConfig::default() });
    for (mode, want, ok) in [
        (SslMode::Disabled, "skip disabled", true),
        (SslMode::Preferred, "warn fell-back", true),
        (SslMode::Required, "fail not-offered", false),
        (SslMode::VerifyCa, "fail not-offered", false),
    ] {
        place.target.ssl_mode = mode;
        let outcome = place.test().await;
        assert_eq!((outcome.at(CheckId::Tls).as_str(), outcome.0.ok), (want, ok));
        assert_eq!(outcome.0.tls, None);
    }
}

#[tokio::test]
async fn bad_certificates_are_told_apart_and_never_logged_in_through() {
    for (kind, want) in [
        (CertificateKind::Expired, "fail expired"),
        (CertificateKind::NoNames, "fail no-names"),
        (CertificateKind::Stranger, "fail unknown-issuer"),
        (CertificateKind::ClientOnly, "fail wrong-purpose"),
    ] {
        let mut place = Place::new(&certificate(kind));
        for mode in [SslMode::VerifyCa, SslMode::VerifyIdentity] {
            place.target.ssl_mode = mode;
            let outcome = place.test().await;
            assert_eq!(outcome.at(CheckId::Tls), want);
            assert_eq!(outcome.at(CheckId::Login), "skip waited-for");
        }
        place.target.ssl_mode = SslMode::Required;
        assert!(place.test().await.0.ok, "asked for no proof: {kind:?}");
    }
}

#[tokio::test]
async fn a_certificate_of_version_one_is_named_as_such_in_every_mode() {
    let mut place = Place::new(&certificate(CertificateKind::VersionOne));
    for mode in [SslMode::Preferred, SslMode::Required, SslMode::VerifyCa, SslMode::VerifyIdentity] {
        place.target.ssl_mode = mode;
        assert_eq!(place.test().await.at(CheckId::Tls), "fail version-one");
    }
    place.target.ssl_mode = SslMode::Disabled;
    assert!(place.test().await.0.ok);
}

#[tokio::test]
async fn built_in_roots_do_not_know_the_sandbox() {
    let mut place = Place::new(&GatewayConfig::default());
    place.target.ssl_ca = None;
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Tls), "fail unknown-issuer");
    assert_eq!(outcome.detail(CheckId::Tls)["own_ca"], false);
    place.target.ssl_ca = Some(b"no certificate".to_vec());
    assert_eq!(place.test().await.at(CheckId::Tls), "fail bad-ca");
    place.target.tls_server_name = Some("*.example".into());
    place.target.ssl_ca = None;
    assert_eq!(place.test().await.at(CheckId::Tls), "fail bad-server-name");
}

#[tokio::test]
async fn the_gateways_refusals() {
    for (refusal, want) in [
        (GatewayMode::AccessDenied, "fail access-denied"),
        (GatewayMode::MissingPrefix, "fail missing-prefix"),
        (GatewayMode::UnknownPrefix, "fail gateway-denied"),
        (GatewayMode::Quota, "fail quota-exhausted"),
        (GatewayMode::ConnectionLimit, "fail connection-limit"),
    ] {
        let outcome = Place::new(&mode(refusal)).test().await;
        assert_eq!(outcome.at(CheckId::Tls), "pass chain-verified");
        assert_eq!(outcome.at(CheckId::Login), want);
        assert_eq!(outcome.at(CheckId::Query), "skip waited-for");
        assert!(!outcome.0.ok);
    }
}

#[tokio::test]
async fn insecure_transport_is_refused_only_without_tls() {
    let mut place = Place::new(&mode(GatewayMode::InsecureTransport));
    assert!(place.test().await.0.ok);
    place.target.ssl_mode = SslMode::Disabled;
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Login), "fail insecure-transport");
    assert_eq!(outcome.detail(CheckId::Login)["number"], 1105);
}

#[tokio::test]
async fn an_error_instead_of_a_greeting_belongs_to_the_login() {
    let mut place = Place::new(&mode(GatewayMode::TooManyConnections));
    let outcome = place.test().await;
    let want = ["skip server-error", "fail too-many-connections", "skip waited-for"];
    assert_eq!(outcome.all()[2..], want);
    place.target.password = None;
    assert_eq!(place.test().await.all()[2..], want);
    place.target.password = Some(Secret::new("x"));
    place.target.ssl_mode = SslMode::Disabled;
    assert_eq!(place.test().await.at(CheckId::Login), "fail too-many-connections");
}

#[tokio::test]
async fn users_passwords_and_databases_are_really_looked_at() {
    let mut place = Place::new(&GatewayConfig::default());
    place.target.database = "shop".into();
    assert_eq!(place.test().await.at(CheckId::Login), "fail unknown-database");
    place.target.database = String::new();
    assert!(place.test().await.0.ok);
    place.target.password = Some(Secret::new("wrong"));
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Login), "fail access-denied");
    assert_eq!(outcome.detail(CheckId::Login)["using_password"], true);
    place.target.password = Some(Secret::new(""));
    assert_eq!(place.test().await.detail(CheckId::Login)["using_password"], false);
    place.target.user = Some("root".into());
    assert_eq!(place.test().await.at(CheckId::Login), "fail missing-prefix");
    place.target.user = Some("other.root".into());
    assert_eq!(place.test().await.at(CheckId::Login), "fail gateway-denied");
}

#[tokio::test]
async fn silence_ends_with_the_timeout() {
    let mut place = Place::new(&mode(GatewayMode::Silent));
    place.target.connect_timeout = Duration::from_millis(200);
    assert_eq!(place.test().await.at(CheckId::Tls), "fail silent");
    let mut place = Place::new(&mode(GatewayMode::Asleep));
    place.target.connect_timeout = Duration::from_millis(400);
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Login), "fail timed-out");
    assert_eq!(outcome.detail(CheckId::Login)["after_ms"], 1200);
}

/// Something that is no MySQL server: says `words` to everybody and closes.
async fn stranger(words: &'static [u8]) -> Place {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = Place::at(listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(words).await;
        }
    });
    place
}

#[tokio::test]
async fn whoever_else_listens_is_recognised() {
    assert_eq!(stranger(b"").await.test().await.at(CheckId::Tls), "fail closed-without-greeting");
    let ssh = stranger(b"SSH-2.0-OpenSSH_9.6\r\n").await.test().await;
    assert_eq!(ssh.at(CheckId::Tls), "fail not-mysql");
    assert_eq!(ssh.detail(CheckId::Tls)["sample"], "SSH-2.0-OpenSSH_9.6");
    assert_eq!(stranger(b"\x03\0\0\0\x0a8\0").await.test().await.at(CheckId::Tls), "fail greeting-malformed");
    assert_eq!(stranger(b"\x40\0\0\0\x0a8").await.test().await.at(CheckId::Tls), "fail greeting-lost");
}

#[tokio::test]
async fn names_and_connections_that_fail_stop_the_walk() {
    let mut place = Place::new(&GatewayConfig::default());
    place.net = Net::from_vars(Some(&format!("{DOMAIN}=10.0.9.9")), None).unwrap();
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Dns), "fail foreign");
    assert_eq!(outcome.detail(CheckId::Tcp)["layer"], "dns");

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = Place::at(closed).test().await;
    assert_eq!(outcome.at(CheckId::Tcp), "fail refused");
    assert_eq!(outcome.all()[2..], ["skip waited-for", "skip waited-for", "skip waited-for"]);
}

#[tokio::test]
async fn one_zone_down_is_a_warning_and_the_other_is_used() {
    let mut place = Place::new(&GatewayConfig::default());
    let up = place.net.target(format!("{ENI}:4000").parse().unwrap());
    let down = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let resolve = format!("{DOMAIN}=10.0.1.1|{ENI}");
    let dial = format!("{ENI}:4000={}:{},10.0.1.1:4000={down}", up.0, up.1);
    place.net = Net::from_vars(Some(&resolve), Some(&dial)).unwrap();
    place.target.eni_ips.push("10.0.1.1".parse().unwrap());
    place.target.zones.insert("10.0.1.1".parse().unwrap(), "ap-southeast-1b".into());
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Tcp), "warn partly-connected");
    assert_eq!(outcome.detail(CheckId::Tcp)["failed"][0]["zone_id"], "ap-southeast-1b");
    assert!(outcome.0.ok && outcome.0.server_version.is_some());
}

#[tokio::test]
async fn dialling_elsewhere_skips_dns_and_still_verifies_the_same_name() {
    let mut place = Place::new(&GatewayConfig::default());
    let (host, port) = place.net.target(format!("{ENI}:4000").parse().unwrap());
    place.net = Net::system();
    place.target.connect_to = Some((host, port));
    let outcome = place.test().await;
    assert_eq!(outcome.at(CheckId::Dns), "skip dialling-instead");
    assert!(outcome.0.ok && outcome.0.server_version.is_some());
    place.target.ssl_mode = SslMode::VerifyIdentity;
    assert_eq!(place.test().await.detail(CheckId::Tls)["expected"], DOMAIN);
    place.net = Net::from_vars(Some("bastion.example=127.0.0.1"), None).unwrap();
    place.target.connect_to = Some(("bastion.example".into(), port));
    assert_eq!(place.test().await.at(CheckId::Tcp), "pass connected");
}
