//! `tidb-pe check`: finding the endpoint, text and JSON, waiting, a host by itself.

use serde_json::Value;

use crate::common::{Outcome, Run, World, sandbox};
use crate::metadata::Metadata;
use crate::place::At;

const ID: &str = "ep-t4nsandbox0000000001";
const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const READY: &str = "[[endpoint]]\nname = 'app'\n";
const OWN: &str = "[[endpoint]]\nname = 'app'\ntags = { created-by = 'tidb-pe' }\n";

fn check(world: &World, args: &[&str]) -> Run {
    Run::in_lab(&world.lab, &["check", "--region-id", "ap-southeast-1"])
        .args(args)
        .env("TIDB_PE_USER", "sandbox00000001.root")
        .env("TIDB_PE_PASSWORD", "sandbox-password")
}

fn statuses(document: &Value) -> Vec<&str> {
    document["checks"].as_array().expect("checks").iter().filter_map(|c| c["status"].as_str()).collect()
}

#[test]
fn a_working_endpoint_passes_every_layer() {
    let world = World::of(READY);
    let outcome = check(&world, &[ID, "-o", "json"]).go().expect(0);
    let document = outcome.json();
    assert_eq!(document["ok"], true);
    assert_eq!(document["root_cause"], Value::Null);
    assert_eq!(document["endpoint"]["id"], ID);
    assert_eq!(statuses(&document), ["pass"; 10]);
    let query = &document["checks"][9]["detail"];
    assert_eq!(query["current_user"], "sandbox00000001.root@%");
    assert!(query["cipher"].as_str().is_some_and(|cipher| cipher.starts_with("TLS_")), "{query}");
    let rule = &document["checks"][4]["detail"]["rules"][0];
    assert_eq!(rule["rule_id"], "sgr-t4nsandbox0000000002", "the deciding rule is named");
}

#[test]
fn what_waits_for_nothing_is_asked_for_at_once() {
    let world = World::of(&format!("latency_ms = 100\n{READY}"));
    check(&world, &[ID]).go().expect(0);
    let calls = world.lab.cloud().calls();
    let at =
        |action: &str| calls.iter().find(|call| call.action == action).unwrap_or_else(|| panic!("{action}"));
    assert!(at("GetCallerIdentity").overlaps(at("GetVpcEndpointAttribute")));
    let together = [
        "ListVpcEndpointZones",
        "ListVpcEndpointSecurityGroups",
        "ListVpcEndpointServicesByEndUser",
        "DescribeVpcs",
    ];
    for action in together {
        assert!(at(action).overlaps(at(together[0])), "{action}");
    }
    assert!(at("DescribeSecurityGroups").overlaps(at("DescribeSecurityGroupAttribute")));
    assert_eq!(calls.len(), 8, "{:?}", calls.iter().map(|call| &call.action).collect::<Vec<_>>());
}

#[test]
fn text_goes_to_standard_output_in_order_with_the_root_cause_last() {
    let world = World::of(&format!("{READY}[gateway]\nmode = 'quota'\n"));
    let outcome = check(&world, &[ID]).go().expect(6);
    let marks: Vec<&str> = outcome.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    let layers: Vec<(&str, &str)> = marks.iter().take(10).filter_map(|line| line.split_once(' ')).collect();
    assert!(layers[..8].iter().all(|(mark, _)| *mark == "✓"), "{}", outcome.stdout);
    assert!(layers[8].0 == "✗" && layers[8].1.starts_with("login"), "{}", outcome.stdout);
    assert!(layers[9].0 == "–" && layers[9].1.starts_with("query"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("broken here: login"), "{}", outcome.stdout);
    let last =
        outcome.stdout.rfind("Root cause: login: The instance has used up its quota").expect("a cause");
    assert!(outcome.stdout[last..].lines().count() <= 4, "{}", outcome.stdout);
    assert_eq!(outcome.stderr, "", "what the report says is not said twice");
}

#[test]
fn at_forty_columns_in_ascii_only_names_and_commands_stick_out() {
    let world = World::of(&format!("{READY}[gateway]\nmode = 'access-denied'\n"));
    let outcome = check(&world, &[ID]).env("COLUMNS", "40").env("LANG", "C").go().expect(6);
    assert!(outcome.stdout.is_ascii(), "{}", outcome.stdout);
    for line in outcome.stdout.lines().filter(|line| line.len() > 40) {
        assert_eq!(line.split_whitespace().count(), 1, "{line}");
    }
    assert!(outcome.stdout.contains("x login\n") && outcome.stdout.contains("  |\n"), "{}", outcome.stdout);
}

#[test]
fn without_a_password_everything_but_login_is_checked() {
    let world = World::of(READY);
    let outcome = check(&world, &[ID, "-o", "json"]).without("TIDB_PE_PASSWORD").go().expect(0);
    let document = outcome.json();
    assert_eq!(statuses(&document)[7..], ["pass", "skip", "skip"]);
    assert!(document["checks"][8]["remedy"].as_str().expect("how").contains("TIDB_PE_PASSWORD"));
}

#[test]
fn the_endpoint_is_found_by_its_service_or_because_this_tool_made_it() {
    let world =
        World::of(&format!("{OWN}[[endpoint]]\nname = 'other'\nservice = 'epsrv-t4nother00000000001'\n"));
    for args in [
        &["--service-name", SERVICE][..],
        &["--service-name", SERVICE, "--vpc-id", "vpc-t4nsandbox0000000001"],
        &[],
    ] {
        let document = check(&world, args).args(&["-o", "json"]).go().expect(0).json();
        assert_eq!(document["endpoint"]["id"], ID, "{args:?}");
    }
}

#[test]
fn several_candidates_are_listed_and_none_is_chosen() {
    let world = World::of(&OWN.repeat(2));
    for args in [&[][..], &["--service-name", SERVICE]] {
        let outcome = check(&world, args).args(&["-o", "json"]).go().expect(2);
        let document = outcome.json();
        assert_eq!(document["error"]["kind"], "usage");
        let missing = &document["error"]["missing"][0];
        assert_eq!(missing["env"], "TIDB_PE_ENDPOINT_ID");
        assert_eq!(missing["candidates"].as_array().expect("a list").len(), 2);
        assert_eq!(document["root_cause"], "endpoint");
        assert_eq!(statuses(&document).len(), 10);
    }
    let chosen = check(&world, &["-o", "json"]).env("TIDB_PE_ENDPOINT_ID", ID).go().expect(0).json();
    assert_eq!(chosen["endpoint"]["id"], ID);
}

#[test]
fn endpoints_of_others_are_listed_where_this_tool_made_none() {
    let world = World::of(READY);
    let document = check(&world, &["-o", "json"]).go().expect(2).json();
    assert_eq!(document["error"]["missing"][0]["candidates"][0]["id"], ID);
    let none = World::of("");
    assert_eq!(check(&none, &["-o", "json"]).go().expect(4).json()["root_cause"], "endpoint");
}

#[test]
fn nothing_is_asked_where_the_question_makes_no_sense() {
    let cloud = sandbox(READY);
    for args in [
        &["check", "vpc-x", "--region-id", "ap-southeast-1"][..],
        &["check", ID],
        &["check", ID, "--all", "--region-id", "ap-southeast-1"],
        &["check", "--host", "https://ep.example:4000"],
        &["check", "--host", "ep.example", "--all"],
        &["check", ID, "--region-id", "ap-southeast-1", "--client", "jdcb"],
    ] {
        let document = Run::against(&cloud, args).args(&["-o", "json"]).go().expect(2).json();
        assert_eq!(document["error"]["kind"], "usage", "{args:?}");
        assert_eq!(statuses(&document), ["skip"; 10], "{args:?}");
    }
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn a_host_is_checked_without_the_cloud_and_without_a_key() {
    let world = World::of(READY);
    let host = world.lab.cloud().state().endpoints[0].domain.clone();
    let run = |args: &[&str]| {
        check(&world, args)
            .without("ALIBABA_CLOUD_ACCESS_KEY_ID")
            .without("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
            .without("TIDB_PE_ENDPOINT_URL")
            .args(&["-o", "json"])
            .go()
    };
    let document = run(&["--host", &host]).expect(0).json();
    assert_eq!(statuses(&document)[..5], ["skip"; 5]);
    assert_eq!(statuses(&document)[5..], ["pass"; 5]);
    assert_eq!(document["checks"][0]["detail"]["code"], "cloud-not-asked");
    assert_eq!(world.lab.cloud().calls().len(), 0);
    let refused = run(&["--host", "127.0.0.1", "--port", "1"]).expect(6).json();
    assert_eq!(refused["root_cause"], "tcp");
}

#[test]
fn wait_waits_until_it_is_ready() {
    let timing = "[timing]\nactive_ms = 300\nconnecting_ms = 400\nconnected_ms = 900\nzones_ms = 1200\n";
    let world = World::of(&format!("{READY}state = 'creating'\n{timing}"));
    let outcome = check(&world, &[ID, "--wait", "-o", "json"]).go().expect(0);
    assert_eq!(statuses(&outcome.json()), ["pass"; 10]);
    assert!(outcome.stderr.contains("Endpoint Creating"), "{}", outcome.stderr);
}

#[test]
fn out_of_wait_timeout_is_exit_5_and_still_a_whole_report() {
    let world = World::of(&format!("{READY}state = 'creating'\n[timing]\nactive_ms = 600000\n"));
    let outcome = check(&world, &[ID, "--wait", "--wait-timeout", "1s", "-o", "json"]).go().expect(5);
    let document = outcome.json();
    assert_eq!(document["error"]["kind"], "timeout");
    assert_eq!(document["root_cause"], "connection");
    assert_eq!(document["endpoint"]["id"], ID);
    assert_eq!(statuses(&document).len(), 10);
}

#[test]
fn a_group_that_seems_to_block_while_tcp_gets_through_is_a_warning() {
    let world = World::of(&format!("{READY}[[vpc]]\n[[vpc.group]]\ntype = 'enterprise'\n"));
    let document = check(&world, &[ID, "-o", "json"]).go().expect(0).json();
    let group = &document["checks"][4];
    assert_eq!((&group["status"], &group["detail"]["code"]), (&"warn".into(), &"blocked-but-reached".into()));
}

#[test]
fn what_may_not_be_read_is_a_warning_never_a_pass() {
    let denied = "denied = ['ecs:DescribeSecurityGroupAttribute']\n";
    let world = World::of(&format!("{denied}{READY}"));
    let document = check(&world, &[ID, "-o", "json"]).go().expect(0).json();
    let group = &document["checks"][4];
    assert_eq!((&group["status"], &group["detail"]["code"]), (&"warn".into(), &"not-readable".into()));
    assert!(group["remedy"].as_str().expect("a remedy").contains("ecs:DescribeSecurityGroupAttribute"));
}

#[test]
fn a_zone_of_the_service_that_is_not_covered_is_a_warning() {
    let world = World::of(&format!("{READY}zones = [{{ zone = 'ap-southeast-1a' }}]\n"));
    let resolve = "*.privatelink.aliyuncs.com=10.0.0.10";
    let run = check(&world, &[ID, "-o", "json"]).env("TIDB_PE_RESOLVE", resolve);
    let document = run.go().expect(0).json();
    let zones = &document["checks"][3];
    assert_eq!((&zones["status"], &zones["detail"]["code"]), (&"warn".into(), &"not-covered".into()));
    assert_eq!(zones["detail"]["missing"][0], "ap-southeast-1b");
}

#[test]
fn the_machines_own_address_is_judged_where_the_metadata_service_says_it_is_in_the_vpc() {
    let world = World::of(READY);
    let metadata = Metadata::of("vpc-t4nsandbox0000000001", "10.0.3.7");
    let run = check(&world, &[ID, "-o", "json"]).env("TIDB_PE_ECS_METADATA_URL", &metadata.url);
    let document = run.go().expect(0).json();
    assert_eq!(document["checks"][4]["detail"]["clients"][0], "10.0.3.7/32");
    assert_eq!(document["checks"][4]["detail"]["this_machine"], true);
    assert_eq!(metadata.asked()[0], "put /latest/api/token http/1.1");
}

#[test]
fn the_sandbox_never_asks_the_metadata_service() {
    let metadata = Metadata::of("vpc-t4nsandbox0000000001", "10.0.3.7");
    let run =
        |args: &[&str]| -> Outcome { Run::new(args).env("TIDB_PE_ECS_METADATA_URL", &metadata.url).go() };
    run(&["check", "--sandbox=existing-endpoint"]).expect(0);
    run(&["check", "--sandbox=wrong-password"]).expect(6);
    run(&["check", "--sandbox=sg-closed", "--connect-timeout", "300ms"]).expect(6);
    assert_eq!(metadata.asked(), Vec::<String>::new());
}

#[test]
fn the_password_comes_from_standard_input_too() {
    let world = World::of(READY);
    let run = check(&world, &[ID, "-o", "json", "--password-stdin"]).without("TIDB_PE_PASSWORD");
    let document = run.stdin("sandbox-password\n").expect(0).json();
    assert_eq!(statuses(&document), ["pass"; 10]);
}

#[cfg(unix)]
#[test]
fn an_interruption_while_waiting_says_so_and_changes_nothing() {
    let world = World::of(&format!("{READY}state = 'creating'\n[timing]\nactive_ms = 600000\n"));
    let (child, _home) = check(&world, &[ID, "--wait", "-o", "json"]).spawn();
    let waiting =
        || world.lab.cloud().calls().iter().filter(|c| c.action == "GetVpcEndpointAttribute").count() > 1;
    let began = std::time::Instant::now();
    while !waiting() && began.elapsed() < std::time::Duration::from_secs(10) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let outcome = Outcome::of(&child.wait_with_output().expect("it ends")).expect(130);
    assert_eq!(outcome.json()["error"]["kind"], "cancelled");
    assert_eq!(statuses(&outcome.json()).len(), 10);
    assert!(outcome.stderr.contains("Nothing was changed"), "{}", outcome.stderr);
}

#[test]
fn each_layer_is_told_as_soon_as_it_is_known() {
    use std::io::BufRead;
    let world = World::of(READY);
    let hole = world.runtime().block_on(At::BlackHole.build(world.lab.gateway_addr()));
    let addr = hole.addr;
    let dial = ["10.0.0.10", "10.0.1.10", "10.0.2.10"].map(|ip| format!("{ip}:4000={addr}")).join(",");
    let run = check(&world, &[ID, "--connect-timeout", "4s"]).env("TIDB_PE_DIAL", &dial);
    let began = std::time::Instant::now();
    let (mut child, _home) = run.spawn();
    let stdout = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    let mut at = std::collections::HashMap::new();
    for line in stdout.lines().map_while(Result::ok) {
        if let Some(layer) = line.split(' ').nth(1).filter(|_| !line.starts_with(' ')) {
            at.entry(layer.to_owned()).or_insert_with(|| began.elapsed());
        }
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(6));
    let four = std::time::Duration::from_secs(4);
    assert!(at["security-group"] < four && at["dns"] < four, "{at:?}");
    assert!(at["tcp"] >= four, "{at:?}");
}
