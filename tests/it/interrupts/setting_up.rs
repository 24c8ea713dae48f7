//! While something is looked up, created or waited for.

use std::path::Path;
use std::time::Duration;

use tidb_pe::journal::StateDir;
use tidb_pe::sandbox::Sandbox;

use super::running::{Running, at_once, interrupted};
use crate::common::{Run, sandbox};

/// A VPC that lacks everything.
const BARE: &str = r#"
[timing]
active_ms = 0
connecting_ms = 0
connected_ms = 0
zones_ms = 0
change_ms = 0
vswitch_ms = 0

[[vpc]]
name = "app"
vswitch = []

[[vpc.group]]
name = "web"
"#;
const VPC: &str = "vpc-t4nsandbox0000000001";
const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const ID: &str = "ep-t4nsandbox0000000001";

fn setup(cloud: &Sandbox, state: &Path) -> Run {
    let args = ["setup", "--service-name", SERVICE, "--vpc-id", VPC, "--create-vswitch"];
    let more = ["--create-security-group", "--skip-test", "--yes", "-o", "json"];
    Run::against(cloud, &args).args(&more).env("TIDB_PE_STATE_DIR", &state.display().to_string())
}

fn hang(action: &str, kind: &str) -> Sandbox {
    sandbox(&format!("{BARE}\n[[fault]]\naction = \"{action}\"\nkind = \"{kind}\"\n"))
}

/// Every file of the journal is whole, and nothing half-written lies about.
fn assert_journal_is_whole(place: &str, state: &Path) {
    for entry in std::fs::read_dir(state).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().expect("a name");
        match name.rsplit_once('.').map(|(_, end)| end) {
            Some("json") => {
                let text = std::fs::read_to_string(entry.path()).expect("a file");
                serde_json::from_str::<serde_json::Value>(&text)
                    .unwrap_or_else(|error| panic!("{place}: {name}: {error}\n{text}"));
            }
            Some("lock") => {}
            _ => panic!("{place}: {name} was left over"),
        }
    }
}

/// The same command again, and then there is exactly one of everything.
fn assert_a_rerun_ends_with_one(place: &str, cloud: &Sandbox, state: &Path) {
    let outcome = setup(cloud, state).go();
    assert_eq!(outcome.code, 0, "{place}\n{}\n{}", outcome.stdout, outcome.stderr);
    let now = cloud.state();
    assert_eq!((now.endpoints.len(), now.vswitches.len(), now.groups.len()), (1, 1, 2), "{place}");
    assert!(now.groups.iter().all(|(_, rules)| *rules <= 1), "{place}: rules {:?}", now.groups);
    assert_eq!(outcome.json()["endpoint"]["id"], now.endpoints[0].id.as_str(), "{place}");
}

/// Interrupts a setup by each signal where `there` says, and runs it again.
fn each_signal(
    place: &str,
    start: impl Fn() -> Sandbox + Sync,
    there: impl Fn(&Sandbox) -> bool + Sync,
    check: impl Fn(&serde_json::Value) + Sync,
) {
    at_once(|signal, code| {
        let place = format!("{place}, SIG{signal}");
        let cloud = start();
        let state = tempfile::tempdir().expect("a directory");
        let mut running = Running::start(setup(&cloud, state.path()));
        running.until(&place, |_| there(&cloud));
        let document = interrupted(&place, running.ends_by(signal), code);
        check(&document);
        assert_journal_is_whole(&place, state.path());
        // What the cloud still takes its time for is done by now.
        cloud.advance(Duration::from_secs(120));
        assert_a_rerun_ends_with_one(&place, &cloud, state.path());
    });
}

fn each_signal_at(action: &str, kind: &str, check: impl Fn(&serde_json::Value) + Sync) {
    each_signal(&format!("{kind} at {action}"), || hang(action, kind), |cloud| cloud.hung() == 1, check);
}

fn message(document: &serde_json::Value) -> &str {
    document["error"]["message"].as_str().expect("a message")
}

fn calls(cloud: &Sandbox, action: &str) -> usize {
    cloud.calls().iter().filter(|call| call.action == action).count()
}

#[test]
fn while_looking() {
    for action in ["GetCallerIdentity", "ListVpcEndpointServicesByEndUser", "DescribeVSwitches"] {
        each_signal_at(action, "hang", |document| {
            assert!(message(document).ends_with("Nothing was changed."), "{document:#}");
        });
    }
}

#[test]
fn while_the_network_is_prepared() {
    let open = [
        ("CreateVSwitch", "while a vSwitch was being created: it may exist", 0),
        ("CreateSecurityGroup", "while a security group was being created: it may exist", 1),
        ("AuthorizeSecurityGroup", "while a rule was being added to a security group: it may be there", 2),
    ];
    for (action, words, made) in open {
        for kind in ["hang", "hang-after"] {
            each_signal_at(action, kind, |document| {
                assert!(message(document).contains(words), "{document:#}");
                assert_eq!(document["changed"], true, "{document:#}");
                let created = document["created"].as_array().expect("a list");
                assert_eq!(created.len(), made, "{document:#}");
                for thing in created {
                    let id = thing["id"].as_str().expect("an id");
                    assert!(message(document).contains(id), "{id}: {document:#}");
                }
            });
        }
    }
}

#[test]
fn while_a_vswitch_becomes_available() {
    let slow = || sandbox(&BARE.replace("vswitch_ms = 0", "vswitch_ms = 60000"));
    let there = |cloud: &Sandbox| calls(cloud, "DescribeVSwitchAttributes") >= 2;
    each_signal("a pending vSwitch", slow, there, |document| {
        assert!(message(document).contains("Made so far: vswitch vsw-"), "{document:#}");
    });
}

#[test]
fn while_the_create_call_is_under_way() {
    for kind in ["hang", "hang-after"] {
        each_signal_at("CreateVpcEndpoint", kind, |document| {
            assert!(message(document).contains("being created: it may exist"), "{document:#}");
            assert_eq!((&document["changed"], document.get("endpoint")), (&true.into(), None));
        });
    }
}

#[test]
fn while_a_throttled_call_waits_for_its_next_try() {
    let fault =
        "[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"throttle-with-retry-after\"\ndelay_ms = 30000\n";
    let start = || sandbox(&format!("{BARE}\n{fault}"));
    let there = |cloud: &Sandbox| {
        cloud.calls().iter().any(|call| call.action == "CreateVpcEndpoint" && call.code.is_some())
    };
    each_signal("throttled", start, there, |document| {
        assert!(message(document).contains("it may exist"), "{document:#}");
    });
}

#[test]
fn while_the_endpoint_is_waited_for() {
    let exists = |document: &serde_json::Value| {
        assert!(message(document).contains(&format!("Endpoint {ID} exists")), "{document:#}");
        let hint = document["error"]["hint"].as_str().expect("a hint");
        assert!(hint.contains(&format!("tidb-pe delete {ID} --with-created")), "{hint}");
        assert_eq!(document["endpoint"]["id"], ID);
        assert!(document["next"].as_str().is_some_and(|next| next.contains("setup")), "{document:#}");
    };
    each_signal_at("GetVpcEndpointAttribute", "hang", exists);
    let slow = || sandbox(&BARE.replace("connected_ms = 0", "connected_ms = 60000"));
    let there = |cloud: &Sandbox| calls(cloud, "GetVpcEndpointAttribute") >= 2;
    each_signal("between polls", slow, there, exists);
}

#[test]
fn while_another_run_is_waited_for() {
    at_once(|signal, code| {
        let cloud = sandbox(BARE);
        let state = tempfile::tempdir().expect("a directory");
        let key = format!("ap-southeast-1+{VPC}+epsrv-t4nsandbox0000000001");
        let held = StateDir::at(state.path()).try_lock(&key).expect("a directory").expect("nobody else");
        let mut running = Running::start(setup(&cloud, state.path()));
        running.until("queueing", |said| said.contains("Another tidb-pe on this machine"));
        let place = format!("queueing, SIG{signal}");
        let document = interrupted(&place, running.ends_by(signal), code);
        assert!(message(&document).ends_with("Nothing was changed."), "{document:#}");
        drop(held);
        assert_a_rerun_ends_with_one(&place, &cloud, state.path());
    });
}

#[test]
fn while_a_zone_is_added_to_an_endpoint_that_was_there() {
    let there = "[[endpoint]]\nname = \"app\"\nzones = [{ zone = \"ap-southeast-1a\" }]\n";
    let fault = "[[fault]]\naction = \"AddZoneToVpcEndpoint\"\nkind = \"hang-after\"\n";
    let cloud = sandbox(&format!("{there}\n{fault}"));
    let state = tempfile::tempdir().expect("a directory");
    let run = || {
        let run = Run::against(&cloud, &["setup", "--service-name", SERVICE, "--skip-test", "--yes"]);
        let run = run.args(&["--az-id", "ap-southeast-1a,ap-southeast-1b", "-o", "json"]);
        run.env("TIDB_PE_STATE_DIR", &state.path().display().to_string())
    };
    let mut running = Running::start(run());
    running.until("adding", |_| cloud.hung() == 1);
    let document = interrupted("adding a zone", running.ends_by("INT"), 130);
    assert!(message(&document).contains("while a zone was being added: it may be there"), "{document:#}");
    assert_eq!((&document["endpoint"]["id"], &document["changed"]), (&ID.into(), &true.into()));
    run().go().expect(0);
    let now = cloud.state();
    assert_eq!((now.endpoints.len(), now.endpoints[0].zones.len()), (1, 2));
}
