//! Promise 1 where the cloud would make a second endpoint without a word: lost answers, lists and reads that lag behind,
//! refusals that hide what an earlier try made, and machines that remember nothing.

use std::time::Duration;

use serde_json::Value;
use tidb_pe::sandbox::Sandbox;

use crate::common::{Outcome, Run, sandbox};
use crate::network::{QUICK, SERVICE, count, setup};
use crate::rehearsal::Rehearsal;

/// As many endpoints a service and VPC as are asked for, none of them in a list.
const WILLING: &str = "listed_ms = 600000\n[service]\nduplicates = true\n";

/// Every try of the first call is carried out, and none is answered.
const LOST: &str = "[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"reset-after\"\ntimes = 5\n";

fn rehearse(cloud: &Sandbox, args: &[&str]) -> Rehearsal {
    let base = ["setup", "--service-name", SERVICE, "--skip-test", "--yes", "-o", "json"];
    Rehearsal::against(cloud, &[&base, args].concat())
}

fn refused(code: &str, skip: usize, times: usize) -> String {
    format!(
        "[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"error\"\ncode = \"{code}\"\nskip = {skip}\ntimes = {times}\n"
    )
}

fn kind(outcome: &Outcome) -> Value {
    outcome.json()["error"]["kind"].clone()
}

fn warnings(outcome: &Outcome) -> String {
    outcome.json()["warnings"].to_string()
}

/// The one endpoint there is.
fn only(cloud: &Sandbox) -> String {
    let endpoints = cloud.state().endpoints;
    assert_eq!(endpoints.len(), 1, "{endpoints:?}");
    endpoints[0].id.clone()
}

fn delete_elsewhere(cloud: &Sandbox, endpoint_id: &str) {
    Run::against(cloud, &["delete", endpoint_id, "--region-id", "ap-southeast-1", "--yes"]).go().expect(0);
}

#[test]
fn a_lost_answer_is_asked_for_again_whatever_the_next_command_would_choose() {
    let next: [&[&str]; 4] = [
        &[],
        &["--az-id", "ap-southeast-1b"],
        &["--endpoint-name", "another", "--tag", "team=data"],
        &["--new"],
    ];
    for args in next {
        let cloud = sandbox(&format!("{QUICK}{WILLING}{LOST}"));
        let first = rehearse(&cloud, &[]);
        let lost = first.go().expect(7);
        assert!(lost.json()["error"]["message"].as_str().unwrap().contains("may have been created"));
        let second = first.args(args).go().expect(0);
        assert_eq!(second.json()["endpoint"]["id"], only(&cloud).as_str(), "{args:?}");
        assert!(warnings(&second).contains("the same request is sent again"), "{args:?}: {}", second.stdout);
        for flag in args.iter().filter(|arg| arg.starts_with("--") && **arg != "--new") {
            assert!(warnings(&second).contains(flag), "{flag}: {}", second.stdout);
        }
    }
}

#[test]
fn a_dry_run_after_a_lost_answer_shows_the_same_request() {
    let cloud = sandbox(&format!("{QUICK}{WILLING}{LOST}"));
    let first = rehearse(&cloud, &[]);
    first.go().expect(7);
    let before = count(&cloud, "CreateVpcEndpoint");
    let dry = first.args(&["--dry-run"]).go().expect(0);
    assert!(warnings(&dry).contains("the same request is sent again"), "{}", dry.stdout);
    assert_eq!(count(&cloud, "CreateVpcEndpoint"), before, "it would be refused for what is there");
}

#[test]
fn an_echo_of_something_deleted_since_is_not_taken_for_the_endpoint() {
    let cloud = sandbox(&format!("{QUICK}{LOST}"));
    let first = rehearse(&cloud, &[]);
    // Found by the list after the lost answers, and then deleted by somebody whom this machine's journal knows nothing of.
    let made = first.go().expect(0).json()["endpoint"]["id"].clone();
    delete_elsewhere(&cloud, made.as_str().unwrap());
    let document = first.go().expect(0).json();
    assert_ne!(document["endpoint"]["id"], made);
    assert_eq!(document["endpoint"]["id"], only(&cloud).as_str());
}

#[test]
fn an_endpoint_the_cloud_does_not_show_yet_is_not_given_up() {
    let cloud = sandbox(&format!("{QUICK}known_ms = 300000\n{WILLING}"));
    let run = rehearse(&cloud, &["--wait-timeout", "1s"]);
    let first = run.go().expect(5);
    assert_eq!(kind(&first), "timeout");
    assert!(first.json()["error"]["message"].as_str().unwrap().contains("has not shown"), "{}", first.stdout);
    assert_eq!(first.json()["endpoint"]["id"], only(&cloud).as_str());
    cloud.advance(Duration::from_secs(400));
    let second = run.args(&["--az-id", "ap-southeast-1b"]).go().expect(0);
    assert_eq!(second.json()["endpoint"]["id"], only(&cloud).as_str());
}

#[test]
fn a_duplicate_that_no_list_shows_is_found_by_the_next_run() {
    let cloud = sandbox(&format!(
        "{QUICK}{WILLING}[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"reset-after\"\n{}",
        refused("EndpointDuplicated", 0, 1)
    ));
    let run = rehearse(&cloud, &[]);
    let first = run.go().expect(5);
    assert_eq!(
        (kind(&first), &first.json()["error"]["code"]),
        ("timeout".into(), &"EndpointDuplicated".into())
    );
    assert!(
        first.json()["error"]["hint"].as_str().unwrap().contains("again in a minute"),
        "{}",
        first.stdout
    );
    assert!(first.json()["error"]["request_id"].is_string());
    let second = run.go().expect(0);
    assert_eq!(second.json()["endpoint"]["id"], only(&cloud).as_str());
}

#[test]
fn a_duplicate_of_somebody_else_is_a_refusal() {
    let cloud = sandbox(&format!("{QUICK}{WILLING}{}", refused("EndpointDuplicated", 0, 1)));
    let outcome = rehearse(&cloud, &[]).go().expect(4);
    assert_eq!(kind(&outcome), "rejected");
    assert!(outcome.json()["error"]["hint"].as_str().unwrap().contains("not be allowed to see it"));
}

/// What the lost try made may be just what is in the way; and a key that may not create says nothing about what it did.
#[test]
fn a_refused_repetition_does_not_make_the_lost_endpoint_forgotten() {
    let codes = [
        "QuotaExceeded.totalEpPerVpc",
        "EniIpUnavailable",
        "NoPermission",
        "InvalidParameter",
        "IdempotenceSignatureMismatch",
    ];
    for code in codes {
        // The first fault that matches strikes: the refusal comes after the lost tries.
        let cloud = sandbox(&format!("{QUICK}{WILLING}{LOST}{}", refused(code, 0, 1)));
        let run = rehearse(&cloud, &[]);
        run.go().expect(7);
        let second = run.go();
        let code_of = if code == "NoPermission" {
            3
        } else if code.starts_with("Idem") {
            5
        } else {
            4
        };
        assert_eq!(second.code, code_of, "{code}: {}", second.stdout);
        let third = run.go().expect(0);
        assert_eq!(third.json()["endpoint"]["id"], only(&cloud).as_str(), "{code}");
    }
}

#[test]
fn a_refusal_after_a_lost_try_says_that_there_may_be_an_endpoint() {
    let lost = LOST.replace("times = 5", "times = 1");
    let cloud = sandbox(&format!("{QUICK}{WILLING}{lost}{}", refused("InvalidParameter", 0, 1)));
    let run = rehearse(&cloud, &[]);
    let first = run.go().expect(4).json();
    assert_eq!(first["changed"], true);
    assert!(first["error"]["message"].as_str().unwrap().contains("may have been created"), "{first}");
    assert_eq!(run.go().expect(0).json()["endpoint"]["id"], only(&cloud).as_str());
}

/// A list may know an endpoint before the calls that name it do.
#[test]
fn an_endpoint_that_only_the_list_shows_is_waited_for() {
    for args in [&[][..], &["--az-id", "ap-southeast-1a"]] {
        let cloud = sandbox(&format!(
            "{QUICK}known_ms = 100\n[[endpoint]]\nname = \"other\"\nstate = \"creating\"\n"
        ));
        let outcome = rehearse(&cloud, args).go().expect(0);
        assert_eq!(outcome.json()["endpoint"]["id"], only(&cloud).as_str());
        assert_ne!(outcome.json()["endpoint"]["security_group_ids"], serde_json::json!([]));
    }
}

#[test]
fn a_machine_that_remembers_nothing_asks_for_the_same_endpoint() {
    let cloud = sandbox(&format!("{QUICK}{WILLING}{LOST}"));
    let run = rehearse(&cloud, &[]).home_file("file", "");
    let path = run.home().join("file").join("state").display().to_string();
    let run = run.var("TIDB_PE_STATE_DIR", &path);
    let first = run.go().expect(7);
    assert!(warnings(&first).contains("TIDB_PE_STATE_DIR"), "{}", first.stdout);
    let second = run.go().expect(0);
    assert_eq!(second.json()["endpoint"]["id"], only(&cloud).as_str());
}

#[test]
fn a_damaged_record_is_told() {
    let cloud = sandbox(QUICK);
    let run = rehearse(&cloud, &["--no-wait"]);
    let made = run.go().expect(0).json()["endpoint"]["id"].clone();
    delete_elsewhere(&cloud, made.as_str().unwrap());
    let state = run.home().join(".local/state/tidb-pe");
    let is_record = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "json");
    let record =
        std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()).find(is_record).unwrap();
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, &text[..text.len() / 2]).unwrap();
    let outcome = run.go().expect(0);
    assert!(warnings(&outcome).contains("cannot be read"), "{}", outcome.stdout);
}

/// Two machines' worth of runs in one place: neither remembers, and both ask at the same time.
#[cfg(target_os = "linux")]
#[test]
fn two_runs_at_once_without_a_state_directory_end_with_one_endpoint() {
    let slow = "[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"slow\"\ndelay_ms = 1500\n";
    let cloud = sandbox(&format!("{QUICK}{WILLING}{slow}"));
    let run = || setup(&cloud, &["--yes"]).env("TIDB_PE_STATE_DIR", "/dev/null/state");
    let (first, _home) = run().spawn();
    while count(&cloud, "CreateVpcEndpoint") == 0 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let second = run().go().expect(0);
    assert!(second.stderr.contains("Another tidb-pe on this machine"), "{}", second.stderr);
    let first = Outcome::of(&first.wait_with_output().unwrap()).expect(0);
    assert_eq!(first.json()["endpoint"]["id"], second.json()["endpoint"]["id"]);
    only(&cloud);
}

/// What `setup` printed last is enough to name it.
#[test]
fn the_region_of_an_endpoint_this_machine_made_is_known() {
    let cloud = sandbox(QUICK);
    let made = rehearse(&cloud, &[]);
    let id = made.go().expect(0).json()["endpoint"]["id"].as_str().unwrap().to_owned();
    let state = made.home().join(".local/state/tidb-pe").display().to_string();
    for args in [["check", &id, "--skip-test", "-o", "json"], ["connection-string", &id, "-q", "-o", "json"]]
    {
        let known = Run::against(&cloud, &args).env("TIDB_PE_STATE_DIR", &state).go().expect(0);
        assert_eq!(known.json()["ok"], true, "{}", known.stdout);
        Run::against(&cloud, &args).go().expect(2);
    }
}
