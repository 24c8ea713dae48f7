//! While the connection is tested.

use std::net::SocketAddr;

use tidb_pe::sandbox::Scenario;
use tidb_pe::sandbox::gateway::{Gateway, GatewayConfig, GatewayMode};

use super::running::{Running, at_once, interrupted};
use super::stalled::{BlackHole, Stalled};
use crate::common::{Run, World};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const ID: &str = "ep-t4nsandbox0000000001";

/// A run whose connections to the endpoint all go to `addr`.
fn toward(run: Run, addr: SocketAddr) -> Run {
    let dial = ["10.0.0.10", "10.0.1.10", "10.0.2.10"].map(|ip| format!("{ip}:4000={addr}"));
    let run = run.env("TIDB_PE_DIAL", &dial.join(",")).env("TIDB_PE_USER", "sandbox00000001.root");
    run.env("TIDB_PE_PASSWORD", "sandbox-password").env("TIDB_PE_CONNECT_TIMEOUT", "1m")
}

/// Interrupts `setup` and `check` while they are stuck at a layer.
fn each_signal(layer: &str, addr: SocketAddr, there: impl Fn(&str) -> bool + Sync) {
    at_once(|signal, code| {
        let world = World::start(Scenario::named("instant").expect("shipped"));
        let place = format!("setup testing {layer}, SIG{signal}");
        let setup = || Run::in_lab(&world.lab, &["setup", "--service-name", SERVICE, "--yes", "-o", "json"]);
        let mut running = Running::start(toward(setup(), addr));
        running.until(&place, &there);
        let document = interrupted(&place, running.ends_by(signal), code);
        assert_eq!(document["endpoint"]["id"], ID, "{place}");
        assert_eq!(document["connection"]["host"], document["endpoint"]["domain"], "{place}");
        assert!(document["error"]["message"].as_str().expect("text").contains(ID), "{place}: {document:#}");
        let again = setup().args(&["--skip-test"]).go().expect(0).json();
        assert_eq!((&again["changed"], &again["endpoint"]["id"]), (&false.into(), &ID.into()), "{place}");
        let place = format!("check at {layer}, SIG{signal}");
        let check = Run::in_lab(&world.lab, &["check", ID, "--region-id", "ap-southeast-1", "-o", "json"]);
        let mut running = Running::start(toward(check, addr));
        running.until(&place, &there);
        interrupted(&place, running.ends_by(signal), code);
        assert_eq!(world.lab.cloud().state().endpoints.len(), 1, "{place}");
    });
}

#[test]
fn while_no_connection_opens() {
    let hole = BlackHole::dig();
    each_signal("tcp", hole.addr, |said| said.contains("✓ dns"));
}

#[test]
fn while_the_server_says_nothing() {
    let silent = Stalled::silent();
    each_signal("the greeting", silent.addr, |said| said.contains("✓ tcp"));
    assert!(silent.is_reached());
}

#[test]
fn while_the_tls_handshake_hangs() {
    let server = Stalled::before_tls();
    each_signal("tls", server.addr, |said| said.contains("✓ tcp") && server.is_reached());
}

#[test]
fn while_the_login_hangs() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _inside = runtime.enter();
    tidb_pe::tls::install_crypto();
    let config = GatewayConfig { mode: GatewayMode::Asleep, ..GatewayConfig::in_region("ap-southeast-1") };
    let gateway = Gateway::start(config).expect("a gateway");
    let ca = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(ca.path(), gateway.ca_pem()).expect("a file");
    at_once(|signal, code| {
        let world = World::start(Scenario::named("instant").expect("shipped"));
        let place = format!("login, SIG{signal}");
        let run = Run::in_lab(&world.lab, &["setup", "--service-name", SERVICE, "--yes", "-o", "json"]);
        let run = toward(run, gateway.addr()).env("TIDB_PE_SSL_CA", &ca.path().display().to_string());
        let mut running = Running::start(run);
        running.until(&place, |said| said.contains("✓ tls"));
        let document = interrupted(&place, running.ends_by(signal), code);
        assert_eq!(document["endpoint"]["id"], ID, "{place}");
    });
}
