//! `tidb-pe setup` where an endpoint is there already: used as it is, grown as asked, or explained.

use serde_json::json;

use crate::common::{Outcome, Run, readable, sandbox, shipped};
use crate::network::{QUICK, SERVICE, count, mutations, setup, types};
use tidb_pe::sandbox::Sandbox;

const ONE_ZONE: &str = r#"
[[endpoint]]
name = "made-in-the-console"
groups = ["app-web"]
zones = [{ zone = "ap-southeast-1a" }]
"#;

fn grow(toml: &str, args: &[&str]) -> (Sandbox, Outcome) {
    let cloud = sandbox(&format!("{QUICK}\n{toml}"));
    let outcome = setup(&cloud, args).args(&["--yes"]).go();
    (cloud, outcome)
}

#[test]
fn an_adopted_endpoint_gets_named_zones_one_at_a_time() {
    let busy = ["EndpointLocked", "ConcurrentCallNotSupported", "EndpointConnectionOperationDenied"];
    for code in busy {
        let fault = format!(
            "{ONE_ZONE}\n[[fault]]\naction = \"AddZoneToVpcEndpoint\"\nkind = \"error\"\ncode = \"{code}\"\n"
        );
        let zones = ["--az-id", "ap-southeast-1a,ap-southeast-1b,ap-southeast-1c"];
        let (cloud, outcome) = grow(&fault, &zones);
        let document = outcome.expect(0).json();
        assert_eq!(types(&document["created"]), ["zone", "zone"], "{code}");
        assert_eq!(
            (&document["changed"], &document["created"][0]["id"]),
            (&json!(true), &json!("ap-southeast-1b"))
        );
        assert_eq!(document["endpoint"]["zones"].as_array().unwrap().len(), 3);
        let locked = cloud.calls().into_iter().filter(|call| call.code.as_deref() == Some("EndpointLocked"));
        assert_eq!(locked.count(), usize::from(code == "EndpointLocked"), "each waits for the one before");
        // The same again finds nothing to do.
        let before = mutations(&cloud).len();
        let again = setup(&cloud, &zones).args(&["--yes"]).go().expect(0).json();
        assert_eq!((again["changed"].as_bool(), mutations(&cloud).len()), (Some(false), before));
    }
}

#[test]
fn an_adopted_endpoint_gets_named_groups() {
    let group = ["--security-group-id", "sg-t4nsandbox0000000002"];
    let (cloud, outcome) = grow(ONE_ZONE, &group);
    let document = outcome.expect(0).json();
    assert_eq!(document["changed"], true);
    assert_eq!(document["created"], json!([]), "an attachment is no thing of its own");
    let groups = ["sg-t4nsandbox0000000001", "sg-t4nsandbox0000000002"];
    assert_eq!(document["endpoint"]["security_group_ids"], json!(groups));
    assert_eq!(mutations(&cloud), ["AttachSecurityGroupToVpcEndpoint"]);
}

#[test]
fn adding_needs_a_yes_and_is_priced() {
    let cloud = sandbox(&format!("{QUICK}\n{ONE_ZONE}"));
    let document = setup(&cloud, &["--az-id", "ap-southeast-1b"]).go().expect(2).json();
    assert_eq!(document["plan"]["price"]["zones"], 1);
    assert_eq!(types(&document["plan"]["actions"]), ["use-vswitch", "adopt-endpoint", "add-zone"]);
    assert_eq!(mutations(&cloud), Vec::<String>::new());
    setup(&cloud, &[]).go().expect(0);
}

#[test]
fn a_broken_endpoint_is_explained_and_nothing_is_added() {
    let rows = [("service-deleted", "was deleted by its provider"), ("financial-locked", "in arrears")];
    for (state, words) in rows {
        let (cloud, outcome) = grow(
            &format!("[[endpoint]]\nname = \"old\"\nstate = \"{state}\"\n"),
            &["--az-id", "ap-southeast-1b"],
        );
        let document = outcome.expect(4).json();
        assert_eq!(document["error"]["kind"], "rejected");
        assert!(document["error"]["message"].as_str().unwrap().contains(words), "{document}");
        assert_eq!(document["endpoint"]["id"], "ep-t4nsandbox0000000001");
        assert_eq!(mutations(&cloud), Vec::<String>::new());
    }
}

#[test]
fn an_endpoint_on_its_way_is_waited_for() {
    let (cloud, outcome) = grow("[[endpoint]]\nname = \"new\"\nstate = \"creating\"\n", &[]);
    assert_eq!(outcome.expect(0).json()["changed"], false);
    assert_eq!(mutations(&cloud), Vec::<String>::new());
}

#[test]
fn a_second_endpoint_is_asked_for_and_honestly_refused() {
    let (cloud, outcome) = grow(ONE_ZONE, &["--new"]);
    let document = outcome.expect(4).json();
    assert_eq!(
        (&document["error"]["code"], &document["error"]["kind"]),
        (&json!("EndpointDuplicated"), &json!("rejected"))
    );
    assert!(document["error"]["message"].as_str().unwrap().contains("only one"));
    assert!(document["error"]["request_id"].is_string());
    assert_eq!((count(&cloud, "CreateVpcEndpoint"), cloud.state().endpoints.len()), (1, 1));
}

/// The cloud's dry run knows it before anybody is asked for a yes; what else it says changes nothing.
#[test]
fn a_second_endpoint_that_would_be_refused_is_not_planned() {
    let cloud = sandbox(&format!("{QUICK}{ONE_ZONE}"));
    let (code, seen) = Run::against(&cloud, &["setup", "--service-name", SERVICE, "--skip-test", "--new"])
        .in_terminal()
        .ends();
    assert_eq!(code, 4, "{seen}");
    let seen = readable(&seen);
    assert!(
        seen.contains("EndpointDuplicated") && !seen.contains("Price") && !seen.contains("Proceed"),
        "{seen}"
    );
    assert_eq!(cloud.state().endpoints.len(), 1);
    let other = "[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"error\"\ncode = \"InvalidParameter\"\n";
    let willing = sandbox(&format!("{QUICK}[service]\nduplicates = true\n{ONE_ZONE}{other}"));
    let document = setup(&willing, &["--new", "--yes"]).go().expect(0).json();
    assert_eq!(document["endpoint"]["id"], "ep-t4nsandbox0000000002");
}

#[test]
fn an_endpoint_that_appears_meanwhile_is_adopted() {
    // The list does not show it yet; the create call finds it.
    let cloud =
        sandbox(&format!("{QUICK}listed_ms = 100\n[[endpoint]]\nname = \"other\"\nstate = \"creating\"\n"));
    let document = setup(&cloud, &["--yes"]).go().expect(0).json();
    assert_eq!(cloud.state().endpoints.len(), 1);
    assert_eq!(document["endpoint"]["id"], "ep-t4nsandbox0000000001");
}

#[test]
fn privatelink_is_activated_only_where_that_is_permitted() {
    let cloud = shipped("not-open");
    let document = setup(&cloud, &["--yes"]).go().expect(4).json();
    assert_eq!(document["error"]["code"], "NeedOpenProduct");
    assert!(document["error"]["hint"].as_str().unwrap().contains("--open-service"));
    let unasked = setup(&cloud, &["--open-service"]).go().expect(2).json();
    assert_eq!(unasked["plan"]["actions"][0]["type"], "open-service");
    let dry = setup(&cloud, &["--open-service", "--dry-run"]).go().expect(0).json();
    assert_eq!(
        (&dry["changed"], &dry["plan"]["actions"][0]["type"]),
        (&json!(false), &json!("open-service"))
    );
    assert_eq!(mutations(&cloud), Vec::<String>::new());
    assert!(!cloud.state().product_open);
    let done = setup(&cloud, &["--open-service", "--yes"]).go().expect(0).json();
    assert_eq!((types(&done["created"]), &done["changed"]), (vec!["endpoint"], &json!(true)));
    assert_eq!(mutations(&cloud), ["OpenPrivateLinkService", "CreateVpcEndpoint"]);
    let again = setup(&cloud, &["--open-service", "--yes"]).go().expect(0).json();
    assert_eq!(again["changed"], false);
}

#[test]
fn a_second_endpoint_is_made_once_wherever_the_run_that_asks_for_it_dies() {
    let polled = "[[fault]]\naction = \"GetVpcEndpointAttribute\"\nkind = \"hang\"\n";
    let created = "[[fault]]\naction = \"CreateVpcEndpoint\"\nkind = \"hang-after\"\nskip = 1\n";
    for fault in [polled, created] {
        let cloud = sandbox(&format!("{QUICK}\n[service]\nduplicates = true\n{ONE_ZONE}\n{fault}"));
        let state = tempfile::tempdir().expect("a directory");
        let path = state.path().display().to_string();
        let run = || setup(&cloud, &["--new", "--yes"]).env("TIDB_PE_STATE_DIR", &path);
        let (mut child, _home) = run().spawn();
        while cloud.hung() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let document = run().go().expect(0).json();
        assert_eq!(cloud.state().endpoints.len(), 2, "the one that was there, and the second");
        assert_eq!(document["endpoint"]["id"], "ep-t4nsandbox0000000002");
        // Once that has ended well, --new means another one.
        let third = run().go().expect(0).json();
        assert_eq!(third["endpoint"]["id"], "ep-t4nsandbox0000000003");
    }
}

#[test]
fn an_endpoint_that_is_being_deleted_is_explained() {
    let going = "[timing]\nactive_ms = 0\nchange_ms = 600000\n[[endpoint]]\nname = \"old\"\nzones = []\n";
    let cloud = sandbox(going);
    let delete =
        ["delete", "ep-t4nsandbox0000000001", "--region-id", "ap-southeast-1", "--yes", "-o", "json"];
    let document = Run::against(&cloud, &delete).args(&["--wait-timeout", "1s"]).go().expect(5).json();
    assert_eq!((&document["error"]["kind"], &document["changed"]), (&json!("timeout"), &json!(true)));
    let document = setup(&cloud, &["--yes"]).go().expect(4).json();
    assert!(document["error"]["message"].as_str().unwrap().contains("being deleted"), "{document}");
    assert_eq!((&document["error"]["kind"], &document["changed"]), (&json!("rejected"), &json!(false)));
    assert_eq!(count(&cloud, "CreateVpcEndpoint"), 0);
}

#[test]
fn an_interruption_says_what_was_made_and_how_to_go_on() {
    let bare = "[[vpc]]\nname = \"bare\"\nvswitch = []\ngroup = []\n";
    let fault = "[[fault]]\naction = \"CreateSecurityGroup\"\nkind = \"hang\"\n";
    let cloud = sandbox(&format!("{QUICK}\n{bare}\n{fault}"));
    let args = ["--create-vswitch", "--create-security-group", "--yes"];
    let (child, _home) = setup(&cloud, &args).spawn();
    while cloud.hung() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let pid = child.id().to_string();
    std::process::Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
    let outcome = Outcome::of(&child.wait_with_output().expect("it ends")).expect(143);
    let document = outcome.json();
    assert_eq!(document["error"]["kind"], "cancelled");
    assert_eq!((&document["changed"], types(&document["created"])), (&json!(true), vec!["vswitch"]));
    assert!(outcome.stderr.contains("Run the same command again"), "{}", outcome.stderr);
}
