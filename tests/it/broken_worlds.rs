//! `tidb-pe check` in worlds that are broken in one place each: the right root cause, the right remedy, every later
//! layer *skip*, and soon.

use std::time::{Duration, Instant};

use tidb_pe::sandbox::gateway::GatewayMode;

use crate::common::{Run, World};
use crate::metadata::Metadata;
use crate::place::At;

const ENDPOINT: &str = "[[endpoint]]\nname = 'app'\n";
const ID: &str = "ep-t4nsandbox0000000001";
const VPC: &str = "vpc-t4nsandbox0000000001";
const LAYERS: [&str; 10] = [
    "credentials",
    "endpoint",
    "connection",
    "zones",
    "security-group",
    "dns",
    "tcp",
    "tls",
    "login",
    "query",
];

/// Where the machine is.
#[derive(Clone, Copy)]
enum Machine {
    Unknown,
    Inside,
    Elsewhere,
}

struct Row {
    name: &'static str,
    scenario: String,
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    at: At,
    machine: Machine,
    /// Exit code, layer, code, and a word of the remedy.
    want: (i32, &'static str, &'static str, &'static str),
}

fn row(name: &'static str, scenario: &str, want: (i32, &'static str, &'static str, &'static str)) -> Row {
    let scenario = scenario.to_owned();
    Row { name, scenario, args: &[], env: &[], at: At::Gateway, machine: Machine::Unknown, want }
}

/// A world with a ready endpoint.
fn ready(name: &'static str, further: &str, want: (i32, &'static str, &'static str, &'static str)) -> Row {
    row(name, &format!("{further}\n{ENDPOINT}"), want)
}

fn endpoint_is(state: &str) -> String {
    format!("{ENDPOINT}state = '{state}'\n")
}

impl Row {
    fn args(self, args: &'static [&'static str]) -> Self {
        Self { args, ..self }
    }

    fn env(self, env: &'static [(&'static str, &'static str)]) -> Self {
        Self { env, ..self }
    }

    fn at(self, at: At) -> Self {
        Self { at, ..self }
    }

    fn machine(self, machine: Machine) -> Self {
        Self { machine, ..self }
    }
}

fn keys() -> Vec<Row> {
    let key = |kind: &str| format!("[key]\nkind = '{kind}'");
    vec![
        ready("no key", "", (3, "credentials", "no-credentials", "aliyun configure"))
            .env(&[("ALIBABA_CLOUD_ACCESS_KEY_ID", ""), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "")]),
        row(
            "wrong secret",
            &format!("{ENDPOINT}{}", key("wrong-secret")),
            (3, "credentials", "key-refused", "secret"),
        ),
        row(
            "unknown key",
            &format!("{ENDPOINT}{}", key("unknown")),
            (3, "credentials", "key-refused", "account"),
        ),
        row(
            "expired token",
            &format!("{ENDPOINT}{}", key("expired-token")),
            (3, "credentials", "key-refused", "new ones"),
        ),
        row(
            "inactive key",
            &format!("{ENDPOINT}{}", key("inactive")),
            (3, "credentials", "key-refused", "Enable"),
        ),
        ready(
            "identity denied",
            "denied = ['sts:GetCallerIdentity']",
            (3, "credentials", "not-permitted", "sts:GetCallerIdentity"),
        ),
        row(
            "the API is down",
            &format!("{ENDPOINT}[[fault]]\naction = '*'\nkind = '503'\ntimes = 0"),
            (7, "credentials", "no-answer", "again"),
        ),
        row(
            "a proxy answers",
            &format!("{ENDPOINT}[[fault]]\naction = 'GetCallerIdentity'\nkind = 'html'\ntimes = 0"),
            (7, "credentials", "no-answer", "proxy"),
        ),
    ]
}

fn endpoints() -> Vec<Row> {
    let c = "connection";
    vec![
        row("no such endpoint", "", (4, "endpoint", "not-found", "ListVpcEndpoints")),
        row(
            "nothing leads to the service",
            "",
            (4, "endpoint", "none-found", "tidb-pe setup --service-name"),
        )
        .args(&["--service-name", "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001"]),
        ready(
            "endpoint denied",
            "denied = ['privatelink:GetVpcEndpointAttribute']",
            (3, "endpoint", "not-permitted", "privatelink:GetVpcEndpointAttribute"),
        ),
        ready("not activated", "product_open = false", (4, "endpoint", "refused", "")),
        row("arrears", &endpoint_is("financial-locked"), (6, "endpoint", "financial-locked", "Pay")),
        row("stuck for a day", &endpoint_is("stuck"), (6, c, "rejected", ID)),
        row(
            "just made",
            &format!("{}[timing]\nactive_ms = 600000", endpoint_is("creating")),
            (6, c, "not-ready", "--wait"),
        ),
        row(
            "nobody accepts",
            &format!("{}[service]\nauto_accept = false", endpoint_is("waiting")),
            (6, c, "waiting-for-acceptance", ID),
        ),
        row("rejected", &endpoint_is("rejected"), (6, c, "rejected", ID)),
        row(
            "the service is gone",
            &endpoint_is("service-deleted"),
            (6, c, "service-deleted", "Service Name"),
        ),
        ready("a zone is stuck", "stuck_zones = ['ap-southeast-1b']", (6, "zones", "not-connected", ID)),
        row("no zone", &format!("{ENDPOINT}zones = []"), (6, "zones", "no-zones", "AddZoneToVpcEndpoint")),
        ready(
            "zones denied",
            "denied = ['privatelink:ListVpcEndpointZones']",
            (3, "zones", "not-permitted", "privatelink:ListVpcEndpointZones"),
        ),
    ]
}

fn group(kind: &str, inner: &str, rules: &str) -> String {
    format!("{ENDPOINT}[[vpc]]\n[[vpc.group]]\ntype = '{kind}'\ninner_access = '{inner}'\n{rules}")
}

fn groups() -> Vec<Row> {
    let only_web = "[[vpc.group.rule]]\nports = '443/443'\nsource_cidr = '0.0.0.0/0'";
    let dropped = "[[vpc.group.rule]]\npriority = 5\nsource_cidr = '10.0.0.0/16'\n[[vpc.group.rule]]\npolicy = 'drop'\n\
                   ports = '-1/-1'\nsource_cidr = '0.0.0.0/0'";
    let mine = "[[vpc.group.rule]]\npriority = 5\nsource_cidr = '10.0.0.0/16'\n[[vpc.group.rule]]\npolicy = 'drop'\n\
                ports = '4000/4000'\nsource_cidr = '10.0.3.0/24'";
    let (sg, blocked) = ("security-group", "blocked");
    vec![
        row(
            "no rule lets in",
            &group("enterprise", "drop", only_web),
            (6, sg, blocked, "sg-t4nsandbox0000000001"),
        )
        .at(At::BlackHole),
        row("a rule drops", &group("normal", "drop", dropped), (6, sg, blocked, "remove or narrow"))
            .at(At::BlackHole),
        row("only members", &group("normal", "accept", only_web), (6, sg, blocked, "AuthorizeSecurityGroup"))
            .at(At::BlackHole),
        row("this machine's subnet", &group("normal", "drop", mine), (6, sg, blocked, "10.0.3.7/32"))
            .at(At::BlackHole)
            .machine(Machine::Inside),
    ]
}

fn networks() -> Vec<Row> {
    let resolve = |ip: &'static str| -> &'static [(&'static str, &'static str)] {
        match ip {
            "other" => &[("TIDB_PE_RESOLVE", "*.privatelink.aliyuncs.com=10.9.9.9")],
            "public" => &[("TIDB_PE_RESOLVE", "*.privatelink.aliyuncs.com=47.1.2.3")],
            _ => &[("TIDB_PE_RESOLVE", "*.privatelink.aliyuncs.com=198.18.0.5")],
        }
    };
    vec![
        ready("a stale answer", "", (6, "dns", "foreign", "Default Domain Name")).env(resolve("other")),
        ready("a public answer", "", (6, "dns", "public-addresses", "PrivateZone")).env(resolve("public")),
        ready("a proxy's fake answer", "", (6, "dns", "foreign", "fake-IP")).env(resolve("fake")),
        ready("closed port", "", (6, "tcp", "refused", "4000")).at(At::Closed),
        ready("black hole, place unknown", "", (6, "tcp", "timed-out", "not in the VPC")).at(At::BlackHole),
        ready("black hole in the VPC", "", (6, "tcp", "timed-out-inside-vpc", VPC))
            .at(At::BlackHole)
            .machine(Machine::Inside),
        ready("black hole elsewhere", "", (6, "tcp", "timed-out-outside-vpc", VPC))
            .at(At::BlackHole)
            .machine(Machine::Elsewhere),
        ready("a dead tunnel", "", (6, "tcp", "refused", "tunnel")).args(&["--connect-to", "127.0.0.1:1"]),
        ready("reset", "", (6, "tls", "closed-without-greeting", "Authorized Networks")).at(At::Reset),
        ready("closed without a word", "", (6, "tls", "closed-without-greeting", "Authorized Networks"))
            .at(At::Says(b"")),
        ready("another protocol", "", (6, "tls", "not-mysql", "Another service"))
            .at(At::Says(b"SSH-2.0-OpenSSH_9.6\r\n")),
        ready("silence", "[gateway]\nmode = 'silent'", (6, "tls", "silent", "host and port")),
        ready("a stalled handshake", "", (6, "tls", "handshake-timed-out", "MTU")).at(At::Stalled),
        ready("no TLS", "[gateway]\ntls = false", (6, "tls", "not-offered", "right host")),
        ready("expired", "[gateway]\ncertificate = 'expired'", (6, "tls", "expired", "clock")),
        ready(
            "another authority",
            "[gateway]\ncertificate = 'wrong-ca'",
            (6, "tls", "unknown-issuer", "--ssl-ca"),
        ),
        ready("no names", "[gateway]\ncertificate = 'no-names'", (6, "tls", "no-names", "check the host")),
        ready("wrong name", "", (6, "tls", "name-mismatch", "--tls-server-name"))
            .args(&["--ssl-mode", "verify-identity"]),
    ]
}

fn logins() -> Vec<Row> {
    let l = "login";
    vec![
        ready(
            "access denied",
            "[gateway]\nmode = 'access-denied'",
            (6, l, "access-denied", "Connect dialog"),
        ),
        ready("wrong password", "", (6, l, "access-denied", "Connect dialog"))
            .env(&[("TIDB_PE_PASSWORD", "wrong-Pa55word!")]),
        ready("a password out of a URL", "", (6, l, "access-denied", "decoded"))
            .env(&[("TIDB_PE_PASSWORD", "p%40ss")]),
        ready(
            "no prefix, says the gateway",
            "[gateway]\nmode = 'missing-prefix'",
            (6, l, "missing-prefix", "PREFIX.root"),
        ),
        ready("no prefix", "", (6, l, "missing-prefix", "PREFIX.root")).env(&[("TIDB_PE_USER", "root")]),
        ready(
            "a user out of a URL",
            "[gateway]\nmode = 'missing-prefix'",
            (6, l, "missing-prefix", "percent-encoded"),
        )
        .env(&[("TIDB_PE_USER", "ss@a.root")]),
        ready("another prefix", "", (6, l, "gateway-denied", "prefix"))
            .env(&[("TIDB_PE_USER", "other0000000001.root")]),
        ready("quota", "[gateway]\nmode = 'quota'", (6, l, "quota-exhausted", "spending limit")),
        ready("connection limit", "", (6, l, "connection-limit", "pools"))
            .at(At::Other(GatewayMode::ConnectionLimit)),
        ready("1040", "[gateway]\nmode = 'too-many-connections'", (6, l, "too-many-connections", "pools")),
        ready(
            "insecure transport",
            "[gateway]\nmode = 'insecure-transport'",
            (6, l, "insecure-transport", "verify-ca"),
        )
        .args(&["--ssl-mode", "disabled"]),
        ready("unknown database", "", (6, l, "unknown-database", "--database")).args(&["--database", "shop"]),
        ready("asleep", "", (6, l, "timed-out", "wakes up")).at(At::Other(GatewayMode::Asleep)),
    ]
}

#[test]
fn keys_that_do_not_work() {
    run_all(keys());
}

#[test]
fn endpoints_that_are_not_ready() {
    run_all(endpoints());
}

#[test]
fn security_groups_that_block() {
    run_all(groups());
}

#[test]
fn networks_that_do_not_lead_there() {
    run_all(networks());
}

#[test]
fn logins_that_are_refused() {
    run_all(logins());
}

#[test]
fn there_are_at_least_thirty_of_them() {
    let all: usize = [keys(), endpoints(), groups(), networks(), logins()].iter().map(Vec::len).sum();
    assert!(all >= 50, "{all}");
}

/// Four at a time: most of the time is spent waiting for something that does not come.
fn run_all(rows: Vec<Row>) {
    let rows = std::sync::Mutex::new(rows);
    let failed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let next = rows.lock().expect("no panic").pop();
                    let Some(row) = next else { return };
                    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| row.run())).is_err() {
                        failed.lock().expect("no panic").push(row.name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic");
    assert!(failed.is_empty(), "each says why above: {failed:?}");
}

impl Row {
    fn run(&self) {
        let name = self.name;
        let world = World::of(&self.scenario);
        let place = world.runtime().block_on(self.at.build(world.lab.gateway_addr()));
        let metadata = match self.machine {
            Machine::Unknown => None,
            Machine::Inside => Some(Metadata::of(VPC, "10.0.3.7")),
            Machine::Elsewhere => Some(Metadata::of("vpc-t4nanother0000000001", "192.168.3.7")),
        };
        let dial =
            ["10.0.0.10", "10.0.1.10", "10.0.2.10"].map(|ip| format!("{ip}:4000={}", place.addr)).join(",");
        let named = self.args.contains(&"--service-name");
        let mut run = Run::in_lab(&world.lab, &["check", "-o", "json", "--region-id", "ap-southeast-1"])
            .args(if named { &[] } else { &[ID] })
            .args(&["--connect-timeout", "600ms"])
            .args(self.args)
            .env("TIDB_PE_USER", "sandbox00000001.root")
            .env("TIDB_PE_PASSWORD", "sandbox-password")
            .env("TIDB_PE_DIAL", &dial);
        if let Some(ca) = &place.ca {
            run = run.home_file("other-ca.pem", ca);
            let path = run.home().join("other-ca.pem").display().to_string();
            run = run.env("TIDB_PE_SSL_CA", &path);
        }
        if let Some(metadata) = &metadata {
            run = run.env("TIDB_PE_ECS_METADATA_URL", &metadata.url);
        }
        for (variable, value) in self.env {
            run = run.env(variable, value);
        }
        let began = Instant::now();
        let outcome = run.go();
        assert!(began.elapsed() < Duration::from_secs(15), "{name} took {:?}", began.elapsed());
        let (code, layer, detail, remedy) = self.want;
        assert_eq!(outcome.code, code, "{name}\n{}\n{}", outcome.stdout, outcome.stderr);
        self.judge(&outcome.json(), layer, detail, remedy);
        assert!(
            world.lab.cloud().calls().iter().all(|call| is_read(&call.action)),
            "{name} changed something"
        );
    }

    fn judge(&self, document: &serde_json::Value, layer: &str, detail: &str, remedy: &str) {
        let name = self.name;
        assert_eq!(document["root_cause"], layer, "{name}: {document:#}");
        let checks = document["checks"].as_array().expect("checks");
        let ids: Vec<&str> = checks.iter().filter_map(|check| check["id"].as_str()).collect();
        assert_eq!(ids, LAYERS, "{name}");
        let at = LAYERS.iter().position(|id| *id == layer).expect("a layer");
        assert_eq!(checks[at]["status"], "fail", "{name}");
        assert_eq!(checks[at]["detail"]["code"], detail, "{name}: {:#}", checks[at]);
        let told = checks[at]["remedy"].as_str().unwrap_or_default();
        assert!(told.contains(remedy) && !told.is_empty(), "{name}: {told}");
        assert!(checks[..at].iter().all(|check| check["status"] != "fail"), "{name}: {document:#}");
        for later in &checks[at + 1..] {
            assert_eq!(later["status"], "skip", "{name}: {later:#}");
            assert_eq!(later["detail"]["code"], "waited-for", "{name}: {later:#}");
            assert_eq!(later["detail"]["layer"], layer, "{name}: {later:#}");
        }
    }
}

fn is_read(action: &str) -> bool {
    ["Get", "List", "Describe", "Check"].iter().any(|verb| action.starts_with(verb))
}
