//! Promise 1: wherever the process dies, the same command again ends with exactly one endpoint, vSwitch and group.
//!
//! The cloud lives in this process and the tool in another. For every call of a whole setup that has to create all
//! three, the tool is killed (SIGKILL) when the call has arrived and is not carried out, and when it is carried out
//! and not answered; then the same command runs again.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::common::{Run, sandbox};
use tidb_pe::sandbox::Sandbox;

/// A VPC that lacks everything, and a cloud that takes no time: the killing is what takes it.
pub(crate) const BARE: &str = r#"
[timing]
active_ms = 0
connecting_ms = 0
connected_ms = 0
zones_ms = 0
change_ms = 0
vswitch_ms = 20

[[vpc]]
name = "app"
vswitch = []

[[vpc.group]]
name = "web"

[[vpc.group.rule]]
ports = "443/443"
source_cidr = "0.0.0.0/0"
"#;

pub(crate) const SETUP: [&str; 13] = [
    "setup",
    "--service-name",
    "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001",
    "--az-id",
    "ap-southeast-1b",
    "--vpc-id",
    "vpc-t4nsandbox0000000001",
    "--create-vswitch",
    "--create-security-group",
    "--skip-test",
    "--yes",
    "-o",
    "json",
];

/// A call of the setup, by its action and how many of the same came before it.
type Point = (String, usize);

fn run(cloud: &Sandbox, state: &Path) -> Run {
    Run::against(cloud, &SETUP).env("TIDB_PE_STATE_DIR", &state.display().to_string())
}

/// Every call of an undisturbed setup.
fn points() -> Vec<Point> {
    let cloud = sandbox(BARE);
    let state = tempfile::tempdir().expect("a directory");
    run(&cloud, state.path()).go().expect(0);
    let mut points: Vec<Point> = Vec::new();
    for call in cloud.calls() {
        let before = points.iter().filter(|(action, _)| *action == call.action).count();
        points.push((call.action, before));
    }
    points
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn kill(mut child: Child) {
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

/// Kills at one call, reruns, and says what went wrong.
fn crash_at((action, skip): &Point, kind: &str, keep_state: bool) {
    let fault = format!("[[fault]]\naction = \"{action}\"\nskip = {skip}\nkind = \"{kind}\"\n");
    let cloud = sandbox(&format!("{BARE}{fault}"));
    let state = tempfile::tempdir().expect("a directory");
    let place = format!("{action} #{skip}, {kind}, state kept: {keep_state}");
    let (mut child, _home) = run(&cloud, state.path()).spawn();
    // How often something is polled depends on how fast this machine is: a poll may not come.
    let is_poll = ["Describe", "Get", "List"].iter().any(|read| action.starts_with(read)) && *skip > 0;
    let mut ended = || is_poll && child.try_wait().expect("a child").is_some();
    wait_until(&place, || cloud.hung() == 1 || ended());
    kill(child);
    if !keep_state {
        std::fs::remove_dir_all(state.path()).expect("it can be removed");
    }
    let outcome = run(&cloud, state.path()).go();
    assert_eq!(outcome.code, 0, "{place}\n{}\n{}", outcome.stdout, outcome.stderr);
    let document = outcome.json();
    let now = cloud.state();
    assert_eq!(now.endpoints.len(), 1, "{place}: endpoints {:?}", now.endpoints);
    assert_eq!(now.vswitches.len(), 1, "{place}: vSwitches {:?}", now.vswitches);
    assert_eq!(now.groups.len(), 2, "{place}: groups {:?}", now.groups);
    assert!(now.groups.iter().all(|(_, rules)| *rules == 1), "{place}: rules {:?}", now.groups);
    let endpoint = &now.endpoints[0];
    assert_eq!(document["endpoint"]["id"], endpoint.id.as_str(), "{place}");
    assert_eq!((endpoint.status, endpoint.connection), ("Active", "Connected"), "{place}");
    assert_eq!(endpoint.zones.len(), 1, "{place}: {endpoint:?}");
}

#[test]
fn killed_at_any_call_the_same_command_ends_with_exactly_one_of_each() {
    let points = points();
    let creating = ["CreateVSwitch", "CreateSecurityGroup", "AuthorizeSecurityGroup", "CreateVpcEndpoint"];
    for action in creating {
        assert_eq!(points.iter().filter(|(known, _)| known == action).count(), 1, "{action}");
    }
    let cases: Vec<(&Point, &str, bool)> = points
        .iter()
        .flat_map(|point| {
            ["hang", "hang-after"]
                .into_iter()
                .flat_map(move |kind| [(point, kind, true), (point, kind, false)])
        })
        .collect();
    // Each case mostly waits, so that a few at a time cost little more than one.
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((point, kind, keep)) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let crash = std::panic::AssertUnwindSafe(|| crash_at(point, kind, *keep));
                    if std::panic::catch_unwind(crash).is_err() {
                        failed.lock().unwrap().push((point, kind, keep));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} cases: {failed:?}", failed.len(), cases.len());
}

#[test]
fn two_runs_at_once_end_with_one_of_each_and_the_second_says_that_it_waits() {
    // The first is held up inside its creating calls long enough for the second to look at the bare VPC.
    let slow = "[[fault]]\naction = \"CreateVSwitch\"\nkind = \"slow\"\ndelay_ms = 1500\n";
    let cloud = sandbox(&format!("{BARE}{slow}"));
    let state = tempfile::tempdir().expect("a directory");
    let (first, _home) = run(&cloud, state.path()).spawn();
    wait_until("the first creates", || cloud.calls().iter().any(|call| call.action == "CreateVSwitch"));
    let second = run(&cloud, state.path()).go().expect(0);
    let first = crate::common::Outcome::of(&first.wait_with_output().unwrap()).expect(0);
    assert!(second.stderr.contains("Another tidb-pe on this machine"), "{}", second.stderr);
    assert_eq!(first.json()["changed"], true);
    assert_eq!(second.json()["changed"], false, "{}", second.stdout);
    assert_eq!(first.json()["endpoint"]["id"], second.json()["endpoint"]["id"]);
    let now = cloud.state();
    assert_eq!((now.endpoints.len(), now.vswitches.len(), now.groups.len()), (1, 1, 2));
}

#[test]
fn a_rerun_of_a_finished_setup_changes_nothing() {
    let cloud = sandbox(BARE);
    let state = tempfile::tempdir().expect("a directory");
    let first = run(&cloud, state.path()).go().expect(0).json();
    assert_eq!(first["changed"], true);
    let types: Vec<&str> =
        first["created"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["vswitch", "security-group", "security-group-rule", "endpoint"]);
    let next = first["next"].as_str().unwrap();
    assert!(!next.contains("--create") && next.contains("--vswitch-id"), "{next}");
    let before = cloud.calls().len();
    let again = run(&cloud, state.path()).go().expect(0).json();
    assert_eq!((again["ok"].as_bool(), again["changed"].as_bool()), (Some(true), Some(false)));
    assert_eq!(again["created"], serde_json::json!([]));
    let reads = ["Get", "List", "Describe", "Check"];
    for call in &cloud.calls()[before..] {
        assert!(reads.iter().any(|read| call.action.starts_with(read)), "{} changes something", call.action);
    }
    // The command the first run prints as its repetition does the same.
    let words: Vec<String> = shell_words(next);
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let before = cloud.calls().len();
    let repeated = Run::against(&cloud, &words).without("TIDB_PE_ENDPOINT_URL").args(&["-o", "json"]).go();
    assert_eq!(repeated.expect(0).json()["changed"], false);
    assert!(cloud.calls()[before..].iter().all(|call| reads.iter().any(|r| call.action.starts_with(r))));
}

fn shell_words(line: &str) -> Vec<String> {
    let script = format!("for word in {line}; do printf '%s\\n' \"$word\"; done");
    let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
    String::from_utf8(output.stdout).expect("text").lines().map(ToOwned::to_owned).collect()
}
