//! `tidb-pe setup` and the network: choosing, creating what is missing, adopting, dry runs.

use serde_json::{Value, json};

use crate::common::{Run, sandbox, shipped};
use tidb_pe::sandbox::Sandbox;

pub(crate) const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
/// A cloud that takes no time, so that nothing is waited for.
pub(crate) const QUICK: &str = r"
[timing]
active_ms = 0
connecting_ms = 0
connected_ms = 0
zones_ms = 0
change_ms = 5
vswitch_ms = 0
";

pub(crate) fn setup(cloud: &Sandbox, args: &[&str]) -> Run {
    Run::against(cloud, &["setup", "--service-name", SERVICE, "--skip-test", "-o", "json"]).args(args)
}

pub(crate) fn actions(cloud: &Sandbox) -> Vec<String> {
    cloud.calls().into_iter().map(|call| call.action).collect()
}

pub(crate) fn count(cloud: &Sandbox, action: &str) -> usize {
    cloud.calls().iter().filter(|call| call.action == action).count()
}

pub(crate) fn mutations(cloud: &Sandbox) -> Vec<String> {
    let reads = ["Get", "List", "Describe", "Check"];
    actions(cloud).into_iter().filter(|action| reads.iter().all(|read| !action.starts_with(read))).collect()
}

pub(crate) fn types(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|item| item["type"].as_str().expect("a type")).collect()
}

#[test]
fn a_large_account_is_read_in_pages_with_no_call_too_many() {
    let cloud = shipped("many");
    let vpc = ["--vpc-id", "vpc-t4nsandbox0000000001", "--yes", "--no-wait"];
    let document = setup(&cloud, &vpc).go().expect(0).json();
    // Of 400 vSwitches the three with most free addresses, and of 300 groups the one that lets the VPC in.
    let chosen: Vec<&str> = document["endpoint"]["zones"]
        .as_array()
        .unwrap()
        .iter()
        .map(|zone| zone["vswitch_id"].as_str().unwrap())
        .collect();
    let largest = ["vsw-t4nsandbox0000000001", "vsw-t4nsandbox0000000002", "vsw-t4nsandbox0000000003"];
    assert_eq!(chosen, largest);
    assert_eq!(document["endpoint"]["security_group_ids"], json!(["sg-t4nsandbox0000000002"]));
    let expected = [
        ("GetCallerIdentity", 1),
        ("CheckProductOpen", 1),
        ("ListVpcEndpointServicesByEndUser", 1),
        ("ListVpcEndpoints", 1),
        ("DescribeVpcs", 1),
        // 400 at 50 a page, 300 at 100 a page; the rules of the two groups that have any.
        ("DescribeVSwitches", 8),
        ("DescribeSecurityGroups", 3),
        ("DescribeSecurityGroupAttribute", 2),
        ("CreateVpcEndpoint", 1),
    ];
    for (action, calls) in expected {
        assert_eq!(count(&cloud, action), calls, "{action}");
    }
    assert_eq!(cloud.calls().len(), expected.iter().map(|(_, calls)| calls).sum::<usize>());
}

#[test]
fn of_250_vpcs_one_has_to_be_named() {
    let cloud = shipped("many");
    let document = setup(&cloud, &["--yes"]).go().expect(2).json();
    let missing = &document["error"]["missing"][0];
    assert_eq!((&missing["flag"], &missing["env"]), (&json!("--vpc-id"), &json!("TIDB_PE_VPC_ID")));
    assert_eq!(missing["candidates"].as_array().unwrap().len(), 250);
    assert_eq!(count(&cloud, "DescribeVpcs"), 5);
    let slip = ["--yes", "--vpc-id", "vpc-t4nsandbox000000001"];
    let document = setup(&cloud, &slip).go().expect(4).json();
    assert!(document["error"]["hint"].as_str().unwrap().contains("vpc-t4nsandbox0000000001"));
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let cloud = sandbox("[[vpc]]\nname = \"bare\"\nvswitch = []\ngroup = []\n");
    let document = setup(&cloud, &["--yes"]).go().expect(2).json();
    let missing = document["error"]["missing"].as_array().unwrap();
    let flags: Vec<&str> = missing.iter().map(|lack| lack["flag"].as_str().unwrap()).collect();
    assert_eq!(flags, ["--vswitch-id", "--security-group-id"]);
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("--create-vswitch") && message.contains("--create-security-group"), "{message}");
    assert_eq!(mutations(&cloud), Vec::<String>::new());
}

#[test]
fn a_dry_run_asks_the_cloud_where_it_can_and_changes_nothing() {
    let cloud = shipped("instant");
    let state = tempfile::tempdir().expect("a directory");
    let path = state.path().join("state");
    let dry = setup(&cloud, &["--dry-run"]).env("TIDB_PE_STATE_DIR", &path.display().to_string());
    let outcome = dry.go().expect(0);
    assert!(outcome.stderr.contains("accepts the create call. Nothing was changed."), "{}", outcome.stderr);
    let document = outcome.json();
    assert_eq!((&document["ok"], &document["changed"]), (&json!(true), &json!(false)));
    assert_eq!(document["plan"]["actions"][4]["type"], "create-endpoint");
    assert_eq!(document["plan"]["price"]["zones"], 3);
    assert_eq!(mutations(&cloud), ["CreateVpcEndpoint"]);
    let asked = cloud.calls().into_iter().find(|call| call.action == "CreateVpcEndpoint").unwrap();
    assert_eq!((asked.param("DryRun"), asked.code.as_deref()), (Some("true"), Some("DryRunOperation")));
    assert!(cloud.state().endpoints.is_empty());
    assert!(!path.exists(), "a dry run remembers nothing");
    // The real call is no repetition of it.
    setup(&cloud, &["--yes", "--no-wait"]).go().expect(0);
    let real = cloud.calls().into_iter().rfind(|call| call.action == "CreateVpcEndpoint").unwrap();
    assert_ne!(asked.param("ClientToken"), real.param("ClientToken"));
}

#[test]
fn a_dry_run_does_not_ask_about_what_is_still_to_be_made() {
    let cloud = shipped("no-vswitch-in-zone");
    let outcome = setup(&cloud, &["--dry-run", "--create-vswitch"]).go().expect(0);
    assert!(outcome.stderr.contains("This is what would be done."), "{}", outcome.stderr);
    let document = outcome.json();
    assert_eq!(
        types(&document["plan"]["actions"]),
        ["create-vswitch", "use-security-group", "create-endpoint", "create-zone"]
    );
    let zone = document["plan"]["values"].as_array().unwrap().iter().find(|v| v["name"] == "Zone").unwrap();
    assert_eq!(zone["source"], "free in the VPC");
    assert_eq!(mutations(&cloud), Vec::<String>::new());
}

#[test]
fn a_dry_run_that_the_cloud_refuses_fails() {
    let cloud = shipped("quota");
    let document = setup(&cloud, &["--dry-run"]).go().expect(4).json();
    assert_eq!(document["error"]["code"], "QuotaExceeded.totalEpPerVpc");
    assert_eq!(document["changed"], false);
}

#[test]
fn what_is_missing_is_made_tagged_and_named_in_the_document() {
    let cloud = sandbox(&format!("{QUICK}\n[[vpc]]\nname = \"bare\"\nvswitch = []\ngroup = []\n"));
    let args = ["--create-vswitch", "--create-security-group", "--client-cidr", "10.0.8.0/21", "--yes"];
    let document = setup(&cloud, &args).args(&["--port", "4001", "--vswitch-cidr", "10.0.7.0/28"]).go();
    let document = document.expect(0).json();
    assert_eq!(types(&document["created"]), ["vswitch", "security-group", "security-group-rule", "endpoint"]);
    let call = |action: &str| cloud.calls().into_iter().find(|call| call.action == action).unwrap();
    let vswitch = call("CreateVSwitch");
    assert_eq!(vswitch.param("CidrBlock"), Some("10.0.7.0/28"));
    for made in [&vswitch, &call("CreateSecurityGroup"), &call("CreateVpcEndpoint")] {
        assert_eq!(
            (made.param("Tag.1.Key"), made.param("Tag.1.Value")),
            (Some("created-by"), Some("tidb-pe"))
        );
        assert_eq!(made.param("Tag.2.Key"), Some("tidb-pe-service"));
        assert_eq!(made.param("Tag.2.Value"), Some("epsrv-t4nsandbox0000000001"));
    }
    assert_eq!(vswitch.param("VSwitchName"), Some("tidb-pe-t4nsandbox0000000001"));
    let rule = call("AuthorizeSecurityGroup");
    assert_eq!(rule.param("Permissions.1.PortRange"), Some("4001/4001"));
    assert_eq!(rule.param("Permissions.1.SourceCidrIp"), Some("10.0.8.0/21"));
    assert!(document["created"][2]["id"].as_str().unwrap().starts_with("sgr-"));
}

#[test]
fn a_denied_creation_leaves_what_was_made_before_it_in_the_document() {
    let bare = "[[vpc]]\nname = \"bare\"\nvswitch = []\ngroup = []\n";
    let cloud = sandbox(&format!("denied = [\"ecs:CreateSecurityGroup\"]\n{QUICK}\n{bare}"));
    let args = ["--create-vswitch", "--create-security-group", "--yes"];
    let document = setup(&cloud, &args).go().expect(3).json();
    assert_eq!(document["error"]["kind"], "permission");
    assert_eq!((&document["changed"], types(&document["created"])), (&json!(true), vec!["vswitch"]));
}

/// Every fault of the way, at each creating call in turn: there is one of each in the end.
#[test]
fn no_fault_on_the_way_makes_two_of_anything() {
    let bare = "[[vpc]]\nname = \"bare\"\nvswitch = []\ngroup = []\n";
    let kinds = ["throttle", "500", "503", "reset-before", "reset-after", "garbage", "truncated", "empty"];
    let calls = ["CreateVSwitch", "CreateSecurityGroup", "AuthorizeSecurityGroup", "CreateVpcEndpoint"];
    std::thread::scope(|scope| {
        for kind in kinds {
            scope.spawn(move || {
                let strike = |action| format!("[[fault]]\naction = \"{action}\"\nkind = \"{kind}\"\n");
                let faults: String = calls.into_iter().map(strike).collect();
                let cloud = sandbox(&format!("{QUICK}\n{bare}\n{faults}"));
                let args = ["--create-vswitch", "--create-security-group", "--yes"];
                setup(&cloud, &args).go().expect(0);
                let now = cloud.state();
                let counts = (now.endpoints.len(), now.vswitches.len(), now.groups.len());
                assert_eq!((counts, now.groups[0].1), ((1, 1, 1), 1), "{kind}");
            });
        }
    });
}

/// Lists lag behind: only the journal knows what the killed run asked for.
#[test]
fn what_no_list_shows_yet_is_not_made_twice() {
    let bare = "[[vpc]]\nname = \"bare\"\nvswitch = []\ngroup = []\n";
    for action in ["CreateVSwitch", "CreateSecurityGroup", "CreateVpcEndpoint"] {
        let late = format!("{QUICK}listed_ms = 600000\n{bare}");
        let fault = format!("[[fault]]\naction = \"{action}\"\nkind = \"hang-after\"\n");
        let cloud = sandbox(&format!("{late}\n{fault}"));
        let state = tempfile::tempdir().expect("a directory");
        let run = || {
            setup(&cloud, &["--create-vswitch", "--create-security-group", "--yes"])
                .env("TIDB_PE_STATE_DIR", &state.path().display().to_string())
        };
        let (mut child, _home) = run().spawn();
        while cloud.hung() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        run().go().expect(0);
        let now = cloud.state();
        let counts = (now.endpoints.len(), now.vswitches.len(), now.groups.len());
        assert_eq!(counts, (1, 1, 1), "{action}");
        // And once more, with everything answered but nothing listed.
        assert_eq!(run().go().expect(0).json()["changed"], false, "{action}");
    }
}

#[test]
fn a_state_directory_that_cannot_be_written_is_a_warning() {
    let cloud = sandbox(QUICK);
    let blocked = setup(&cloud, &["--yes"]).home_file("file", "");
    let path = blocked.home().join("file").join("state").display().to_string();
    let outcome = blocked.env("TIDB_PE_STATE_DIR", &path).go().expect(0);
    let document = outcome.json();
    let warnings = document["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].as_str().unwrap().contains("TIDB_PE_STATE_DIR"));
    // Adopting by list still keeps the promise.
    let again = setup(&cloud, &["--yes"]).home_file("file", "");
    assert_eq!(again.env("TIDB_PE_STATE_DIR", &path).go().expect(0).json()["changed"], false);
}
