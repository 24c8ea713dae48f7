//! `tidb-pe delete`: zones first, one at a time; only what this tool made goes with it; nothing without a yes.

use crate::common::{Run, sandbox, shipped};
use tidb_pe::sandbox::Sandbox;

const ID: &str = "ep-t4nsandbox0000000001";
const BARE: &str = r#"
[timing]
active_ms = 0
connecting_ms = 0
connected_ms = 0
zones_ms = 0
change_ms = 5
vswitch_ms = 0
linger_ms = 300

[[vpc]]
name = "app"

[[vpc.vswitch]]
name = "users"
zone = "ap-southeast-1a"
cidr = "10.0.0.0/24"
free = 0

[[vpc.group]]
name = "web"
"#;

fn delete(cloud: &Sandbox, args: &[&str]) -> Run {
    Run::against(cloud, &["delete", ID, "--region-id", "ap-southeast-1", "-o", "json"]).args(args)
}

fn setup(cloud: &Sandbox) -> Run {
    let service = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
    let creating = ["--create-vswitch", "--create-security-group", "--skip-test", "--yes", "-o", "json"];
    Run::against(cloud, &["setup", "--service-name", service]).args(&creating)
}

fn mutations(cloud: &Sandbox, from: usize) -> Vec<String> {
    let reads = ["Get", "List", "Describe", "Check"];
    let calls = cloud.calls().split_off(from);
    calls.into_iter().map(|c| c.action).filter(|a| reads.iter().all(|read| !a.starts_with(read))).collect()
}

#[test]
fn zones_go_one_at_a_time_then_the_endpoint() {
    let cloud = shipped("existing-endpoint");
    let document = delete(&cloud, &["--yes"]).go().expect(0).json();
    let zone = "RemoveZoneFromVpcEndpoint";
    assert_eq!(mutations(&cloud, 0), [zone, zone, zone, "DeleteVpcEndpoint"]);
    let refused: Vec<_> =
        cloud.calls().into_iter().filter(|c| c.action == zone && c.status != Some(200)).collect();
    assert!(refused.is_empty(), "each waits for the one before: {refused:?}");
    assert_eq!(document["changed"], true);
    let types: Vec<&str> =
        document["deleted"].as_array().unwrap().iter().map(|d| d["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["zone", "zone", "zone", "endpoint"]);
    assert_eq!(document["endpoint"]["id"], ID);
    let now = cloud.state();
    assert!(now.endpoints.is_empty());
    assert_eq!((now.vswitches.len(), now.groups.len()), (3, 2), "what the user made stays");
}

#[test]
fn without_a_yes_the_plan_is_shown_and_nothing_happens() {
    let cloud = shipped("existing-endpoint");
    let document = delete(&cloud, &[]).go().expect(2).json();
    assert_eq!(
        (document["changed"].as_bool(), document["error"]["kind"].as_str()),
        (Some(false), Some("usage"))
    );
    assert_eq!(document["plan"]["actions"][3]["type"], "delete-endpoint");
    assert_eq!(mutations(&cloud, 0), Vec::<String>::new());
}

#[test]
fn a_missing_endpoint_is_exit_4_or_fine_with_if_exists() {
    let cloud = shipped("instant");
    let document = delete(&cloud, &["--yes"]).go().expect(4).json();
    assert_eq!(document["error"]["kind"], "not-found");
    let document = delete(&cloud, &["--yes", "--if-exists"]).go().expect(0).json();
    assert_eq!((document["changed"].as_bool(), &document["deleted"]), (Some(false), &serde_json::json!([])));
    let typo = Run::against(&cloud, &["delete", "vpc-1", "--yes", "-o", "json"]).go().expect(2).json();
    assert_eq!(typo["error"]["kind"], "usage");
}

#[test]
fn with_created_takes_what_setup_made_also_without_local_state() {
    let cloud = sandbox(BARE);
    let made = setup(&cloud).go().expect(0).json();
    assert_eq!(made["endpoint"]["id"], ID);
    assert_eq!((cloud.state().vswitches.len(), cloud.state().groups.len()), (2, 2));
    // Another home: nothing but the tags tells what was made. The address lingers, so the vSwitch takes two tries.
    let document = delete(&cloud, &["--yes", "--with-created"]).go().expect(0).json();
    let types: Vec<&str> =
        document["deleted"].as_array().unwrap().iter().map(|d| d["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["zone", "endpoint", "security-group", "vswitch"]);
    let now = cloud.state();
    let left: Vec<&str> = now.vswitches.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(left, ["vsw-t4nsandbox0000000001"], "the user's own stays");
    assert_eq!(now.groups.len(), 1);
    assert!(mutations(&cloud, 0).iter().filter(|action| *action == "DeleteVSwitch").count() > 1);
}

#[test]
fn without_with_created_what_setup_made_stays() {
    let cloud = sandbox(BARE);
    setup(&cloud).go().expect(0);
    delete(&cloud, &["--yes"]).go().expect(0);
    let now = cloud.state();
    assert_eq!((now.endpoints.len(), now.vswitches.len(), now.groups.len()), (0, 2, 2));
    // And is used again instead of being made twice.
    let again = setup(&cloud).go().expect(0).json();
    let created = again["created"].as_array().unwrap();
    assert_eq!(created.len(), 1, "{created:?}");
    assert_eq!((cloud.state().vswitches.len(), cloud.state().groups.len()), (2, 2));
}

#[test]
fn what_something_else_uses_stays_and_is_no_failure() {
    let toml = format!(
        "{BARE}\n[[fault]]\naction = \"DeleteVSwitch\"\nkind = \"error\"\ncode = \"DependencyViolation\"\ntimes = 0\n"
    );
    let cloud = sandbox(&toml);
    setup(&cloud).go().expect(0);
    let args = ["--yes", "--with-created", "--wait-timeout", "2s"];
    let document = delete(&cloud, &args).go().expect(0).json();
    assert!(document["warnings"][0].as_str().unwrap().contains("vsw-t4nsandbox0000000002 stays"));
    assert_eq!(cloud.state().vswitches.len(), 2);
    assert!(cloud.state().endpoints.is_empty());
}

#[test]
fn a_deletion_after_a_deletion_makes_a_new_endpoint_not_an_echo() {
    let cloud = sandbox(BARE);
    let state = tempfile::tempdir().expect("a directory");
    let path = state.path().display().to_string();
    let first = setup(&cloud).env("TIDB_PE_STATE_DIR", &path).go().expect(0).json();
    delete(&cloud, &["--yes", "--with-created"]).env("TIDB_PE_STATE_DIR", &path).go().expect(0);
    let second = setup(&cloud).env("TIDB_PE_STATE_DIR", &path).go().expect(0).json();
    assert_ne!(first["endpoint"]["id"], second["endpoint"]["id"]);
    assert_eq!((cloud.state().endpoints.len(), cloud.state().vswitches.len()), (1, 2));
}

#[test]
fn the_region_is_remembered_and_asked_for_where_it_is_not() {
    let cloud = sandbox(BARE);
    let state = tempfile::tempdir().expect("a directory");
    let path = state.path().display().to_string();
    setup(&cloud).env("TIDB_PE_STATE_DIR", &path).go().expect(0);
    let bare = |args: &[&str]| Run::against(&cloud, &["delete", ID, "-o", "json"]).args(args);
    let document = bare(&["--yes"]).go().expect(2).json();
    assert_eq!(document["error"]["missing"][0]["flag"], "--region-id");
    bare(&["--yes"]).env("TIDB_PE_STATE_DIR", &path).go().expect(0);
    assert!(cloud.state().endpoints.is_empty());
}

#[test]
fn a_lock_of_the_endpoint_is_waited_for() {
    let locked = "[[fault]]\naction = \"RemoveZoneFromVpcEndpoint\"\nkind = \"error\"\ncode = \"EndpointLocked\"\ntimes = 1\n\
                  [[fault]]\naction = \"DeleteVpcEndpoint\"\nkind = \"error\"\ncode = \"ConcurrentCallNotSupported\"\ntimes = 1\n";
    let cloud = sandbox(&format!("{BARE}\n{locked}"));
    setup(&cloud).go().expect(0);
    delete(&cloud, &["--yes"]).go().expect(0);
    assert!(cloud.state().endpoints.is_empty());
}
