//! `tidb-pe setup`, the real binary against the sandbox: exit codes, documents, rounds, one endpoint.

use crate::common::{Run, World, sandbox, shipped};
use crate::network::SERVICE;
use tidb_pe::sandbox::{Scenario, rounds};

/// Every id of the default scenario.
const IDS: [&str; 14] = [
    "setup",
    "--service-name",
    "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001",
    "--az-id",
    "ap-southeast-1a",
    "--region-id",
    "ap-southeast-1",
    "--vpc-id",
    "vpc-t4nsandbox0000000001",
    "--vswitch-id",
    "vsw-t4nsandbox0000000001",
    "--security-group-id",
    "sg-t4nsandbox0000000002",
    "--yes",
];

#[test]
fn the_whole_journey_with_every_id_given() {
    let world = World::start(Scenario::named("instant").unwrap());
    let outcome = Run::in_lab(&world.lab, &IDS)
        .args(&["-o", "json", "--user", "sandbox00000001.root"])
        .env("TIDB_PE_PASSWORD", "sandbox-password")
        .go()
        .expect(0);
    let document = outcome.json();
    assert_eq!(document["ok"], true);
    assert_eq!(document["changed"], true);
    assert_eq!(document["endpoint"]["zones"].as_array().unwrap().len(), 1);
    assert_eq!(document["connection"]["host"], document["endpoint"]["domain"]);
    assert_eq!(document["test"]["ok"], true);
    assert_eq!(document["test"]["server_version"], "8.0.11-TiDB-v7.5.2-serverless");
    assert_eq!(world.lab.cloud().state().endpoints.len(), 1);
}

#[test]
fn with_every_id_given_two_rounds_come_before_polling() {
    let cloud = sandbox("latency_ms = 100");
    Run::against(&cloud, &IDS).args(&["--no-wait"]).go().expect(0);
    let calls = cloud.calls();
    let create = calls.iter().position(|call| call.action == "CreateVpcEndpoint").expect("a create call");
    let reads = &calls[..create];
    assert!(reads.len() >= 7, "{:?}", reads.iter().map(|call| &call.action).collect::<Vec<_>>());
    for (a, b) in reads.iter().zip(reads.iter().skip(1)) {
        assert!(a.overlaps(b), "{} and {} were not asked at the same time", a.action, b.action);
    }
    assert_eq!(calls.len(), create + 1, "nothing but polling follows the create call");
}

/// The dependent rounds of a run beside polling, at a latency that tells them apart.
fn rounds_beside_polls(args: &[&str]) -> usize {
    let cloud = sandbox("latency_ms = 100");
    Run::against(&cloud, args).args(&["--yes", "--no-wait"]).go().expect(0);
    rounds(&cloud.calls())
}

#[test]
fn rounds_stay_within_their_budget() {
    assert_eq!(rounds_beside_polls(&IDS[..IDS.len() - 1]), 2, "budget: 3");
    assert_eq!(rounds_beside_polls(&IDS[..7]), 4, "budget: 5");
}

#[test]
fn nothing_but_the_three_values_is_enough_where_there_is_one_right_answer() {
    let cloud = shipped("instant");
    let outcome =
        Run::against(&cloud, &IDS[..7]).args(&["--yes", "--skip-test", "-o", "json"]).go().expect(0);
    let document = outcome.json();
    assert_eq!(document["endpoint"]["security_group_ids"][0], "sg-t4nsandbox0000000002");
    assert_eq!(document["test"], serde_json::Value::Null);
}

#[test]
fn the_password_may_come_on_standard_input() {
    let world = World::start(Scenario::named("instant").unwrap());
    let login = ["-o", "json", "--user", "sandbox00000001.root", "--password-stdin"];
    let outcome = Run::in_lab(&world.lab, &IDS).args(&login).stdin("sandbox-password\n").expect(0);
    assert_eq!(outcome.json()["test"]["steps"][3]["status"], "pass");
}

#[test]
fn the_pasted_dialog_fills_what_was_not_given() {
    let dialog = "Service Name\ncom.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001\n\
                  Availability Zone ID\nap-southeast-1b\nRegion ID\nap-southeast-1\n\
                  mysql://sandbox00000001.root:sandbox-password@ep-x:4000/test\n";
    let world = World::start(Scenario::named("instant").unwrap());
    let outcome =
        Run::in_lab(&world.lab, &["setup", "--from", "-", "--yes", "-o", "json"]).stdin(dialog).expect(0);
    let document = outcome.json();
    assert_eq!(document["endpoint"]["zones"][0]["zone_id"], "ap-southeast-1b");
    assert_eq!(document["endpoint"]["zones"].as_array().unwrap().len(), 1);
    assert_eq!(document["connection"]["user"], "sandbox00000001.root");
    assert_eq!(document["test"]["ok"], true);
    let file =
        Run::against(world.lab.cloud(), &["setup", "--from", "/nonexistent", "-o", "json"]).go().expect(2);
    assert!(file.json()["error"]["message"].as_str().unwrap().contains("/nonexistent cannot be used"));
}

#[test]
fn a_pasted_text_with_two_service_names_is_refused_with_both() {
    let cloud = shipped("instant");
    let (one, other) = (SERVICE, SERVICE.replace("0001", "0002"));
    let text = format!("Service Name: {one}\nService Name: {other}\n");
    let refused = || Run::against(&cloud, &["setup", "--from", "-", "--skip-test", "--yes", "-o", "json"]);
    let message = refused().stdin(&text).expect(2).json()["error"]["message"].to_string();
    assert!(message.contains(one) && message.contains(&other), "{message}");
    assert!(cloud.state().endpoints.is_empty());
    refused().args(&["--service-name", one]).stdin(&text).expect(0);
}

/// Most laptops: the endpoint is there, and this machine cannot reach it.
#[test]
fn outside_the_vpc_the_way_in_is_named() {
    let args = ["setup", "--sandbox=outside-vpc", "--connect-timeout", "300ms"];
    let outcome = Run::new(&args).env("COLUMNS", "1000").go().expect(6);
    let ready = "The endpoint is ready, but the connection test failed at tcp";
    let place = "This machine is not in vpc-t4nsandbox0000000001: no ECS metadata service answers here, and its address \
                 192.168.1.20 is not in 10.0.0.0/16.";
    let tunnel = "ssh -N -L 4000:10.0.0.10:4000 USER@BASTION";
    let elsewhere =
        "On a machine in vpc-t4nsandbox0000000001, this goes on and tests the connection:\n  tidb-pe setup";
    for text in [ready, place, tunnel, elsewhere, "--connect-to 127.0.0.1:4000"] {
        assert!(outcome.stderr.contains(text), "{text}\n{}", outcome.stderr);
    }
    let json = Run::new(&args).args(&["-o", "json"]).go().expect(6).json();
    assert_eq!(json["error"]["kind"], "check-failed");
    let tcp = json["test"]["steps"].as_array().unwrap().iter().find(|step| step["id"] == "tcp").unwrap();
    assert_eq!(tcp["detail"]["code"], "timed-out-outside-vpc");
    assert_eq!(tcp["detail"]["machine"], "outside");
    assert!(json["connection"]["host"].is_string() && json["next"].is_string());
}

#[test]
fn the_end_says_what_was_made_and_how_it_is_undone() {
    let world = World::start(Scenario::named("bare-vpc").unwrap());
    let args =
        [IDS[0], IDS[1], IDS[2], "--create-vswitch", "--create-security-group", "--skip-test", "--yes"];
    let first = Run::in_lab(&world.lab, &args).go().expect(0);
    let id = "ep-t4nsandbox0000000001";
    for text in [
        "vSwitch vsw-t4nsandbox0000000001, security group sg-t4nsandbox0000000001",
        &format!("Undo: tidb-pe delete {id} --region-id ap-southeast-1 --endpoint-url http://127.0.0.1:"),
        " --with-created\n",
        "One endpoint serves every Starter and Essential instance of ap-southeast-1",
        "Authorized Networks",
        &format!("Your Endpoint ID {id}\n"),
    ] {
        assert!(first.stderr.contains(text), "{text}\n{}", first.stderr);
    }
    let adopted = Run::new(&["setup", "--sandbox=existing-endpoint", "--skip-test"]).go().expect(0);
    assert!(adopted.stderr.contains("nothing, all of it was there"), "{}", adopted.stderr);
    assert!(
        !adopted.stderr.contains("Undo"),
        "what was there before is not this run's to delete:\n{}",
        adopted.stderr
    );
}
