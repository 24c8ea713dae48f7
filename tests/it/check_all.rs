//! `tidb-pe check --all`: many endpoints at once, never more than 20 requests in flight.

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::Value;
use tidb_pe::sandbox::Call;

use crate::common::{Run, World, sandbox};

fn endpoints(count: usize, further: &str) -> String {
    let one = "[[endpoint]]\nname = 'app'\ntags = { created-by = 'tidb-pe' }\nzones = [{ zone = 'ap-southeast-1a' }]\n";
    format!("{further}\n[service]\nzones = ['ap-southeast-1a']\n{}", one.repeat(count))
}

/// A run in which every endpoint's name and address lead to the world's gateway.
fn run(world: &World, args: &[&str]) -> Run {
    let (mut resolve, mut dial) = (String::new(), String::new());
    let gateway = world.lab.gateway_addr();
    for endpoint in world.lab.cloud().state().endpoints {
        let address = endpoint.zones[0].2;
        let _ = write!(resolve, "{}={address},", endpoint.domain);
        let _ = write!(dial, "{address}:4000={gateway},");
    }
    Run::in_lab(&world.lab, &["check", "--all", "--region-id", "ap-southeast-1", "--ssl-mode", "disabled"])
        .args(args)
        .env("TIDB_PE_RESOLVE", &resolve)
        .env("TIDB_PE_DIAL", &dial)
}

/// The most calls that ran at the same moment.
fn most_at_once(calls: &[Call]) -> usize {
    let running =
        |at: Duration| calls.iter().filter(move |c| c.started <= at && c.finished.is_none_or(|end| end > at));
    calls.iter().map(|call| running(call.started).count()).max().unwrap_or(0)
}

fn statuses(result: &Value) -> Vec<&str> {
    result["checks"].as_array().expect("checks").iter().filter_map(|c| c["status"].as_str()).collect()
}

#[test]
fn two_hundred_endpoints_with_twenty_requests_in_flight() {
    let world = World::of(&endpoints(200, "latency_ms = 100"));
    let outcome = run(&world, &["-o", "json"]).go().expect(0);
    let document = outcome.json();
    let results = document["results"].as_array().expect("results");
    assert_eq!(results.len(), 200);
    for result in results {
        assert_eq!(statuses(result)[..7], ["pass"; 7], "{result:#}");
        assert_eq!((&result["ok"], &result["root_cause"]), (&true.into(), &Value::Null));
    }
    let calls = world.lab.cloud().calls();
    let most = most_at_once(&calls);
    assert!((10..=20).contains(&most), "{most} at once");
    // What is the same for all is asked once; each endpoint has two lists of its own, beside a few for the network.
    assert!(calls.len() <= 2 * 200 + 30, "{} calls", calls.len());
}

#[test]
fn the_list_is_read_on_while_its_first_endpoints_are_looked_at() {
    let world = World::of(&endpoints(120, "latency_ms = 50"));
    let document = run(&world, &["-o", "json"]).go().expect(0).json();
    let results = document["results"].as_array().expect("results");
    let ids: Vec<&str> = results.iter().filter_map(|result| result["endpoint"]["id"].as_str()).collect();
    assert!(ids.len() == 120 && ids.is_sorted(), "in the order of the list");
    let calls = world.lab.cloud().calls();
    let of = |action| calls.iter().filter(move |call| call.action == action);
    assert_eq!(of("ListVpcEndpoints").count(), 3);
    let first_look = of("ListVpcEndpointZones").next().expect("zones").started;
    assert!(of("ListVpcEndpoints").any(|page| page.started >= first_look), "the list came first");
}

#[test]
fn a_list_that_breaks_off_keeps_what_was_looked_at() {
    let broken = "[[fault]]\naction = 'ListVpcEndpoints'\nkind = 'error'\ncode = 'NoPermission'\nskip = 1\n";
    let world = World::of(&format!("{}{broken}", endpoints(60, "")));
    let document = run(&world, &["-o", "json"]).go().expect(3).json();
    assert_eq!(document["error"]["kind"], "permission");
    assert_eq!(document["results"].as_array().expect("results").len(), 50);
    let text = run(&World::of(&format!("{}{broken}", endpoints(60, ""))), &[]).go().expect(3);
    assert!(text.stdout.contains("ep-") && text.stderr.contains("NoPermission"), "{text:?}");
}

#[test]
fn throttling_slows_and_does_not_fail() {
    let throttle = |action: &str, times: usize| {
        format!("[[fault]]\naction = '{action}'\nkind = 'throttle'\ntimes = {times}\n")
    };
    let fault = [throttle("ListVpcEndpointZones", 9), throttle("ListVpcEndpointSecurityGroups", 4)].concat();
    let world = World::of(&format!("{}\n{fault}", endpoints(20, "")));
    let document = run(&world, &["-o", "json"]).go().expect(0).json();
    assert_eq!(document["results"].as_array().expect("results").len(), 20);
    let calls = world.lab.cloud().calls();
    assert_eq!(throttled(&calls), 13);
    assert!(most_at_once(&calls) <= 20);
}

fn throttled(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.code.as_deref() == Some("Throttling.User")).count()
}

#[test]
fn an_account_that_bears_ten_requests_a_second_is_asked_about_as_many() {
    let world = World::of(&endpoints(40, "latency_ms = 20\nquota.requests_per_second = 10"));
    let began = Instant::now();
    let document = run(&world, &["-o", "json"]).go().expect(0).json();
    let took = began.elapsed();
    assert_eq!(document["results"].as_array().expect("results").len(), 40);
    let calls = world.lab.cloud().calls();
    let of_product = calls.iter().filter(|call| call.product == "privatelink").count();
    let refused = throttled(&calls);
    let ideal = (of_product - refused) / 10;
    assert!(refused * 2 < calls.len(), "{refused} of {} in vain", calls.len());
    assert!(took.as_secs() < 3 * ideal as u64 + 3, "{took:?} for {of_product} requests, {refused} in vain");
}

#[test]
fn the_worst_one_decides_and_each_says_its_own() {
    let scenario = format!(
        "{}{}",
        endpoints(2, ""),
        "[[endpoint]]\nname = 'locked'\nstate = 'financial-locked'\ntags = { created-by = 'tidb-pe' }\n\
         [[endpoint]]\nname = 'somebody-elses'\n"
    );
    let world = World::of(&scenario);
    let document = run(&world, &["-o", "json"]).go().expect(6).json();
    let results = document["results"].as_array().expect("results");
    assert_eq!(results.len(), 3, "only what this tool made");
    let locked = results.iter().find(|result| result["endpoint"]["name"] == "locked").expect("it is there");
    assert_eq!((&locked["ok"], &locked["root_cause"]), (&false.into(), &"endpoint".into()));
    assert_eq!(document["error"]["kind"], "check-failed");
    assert!(document.get("checks").is_none(), "the layers are in the results");
    let text = run(&world, &[]).go().expect(6);
    assert!(text.stdout.contains("(locked)") && text.stdout.contains("2 of 3 endpoints"), "{}", text.stdout);
    assert_eq!(text.stderr, "");
}

#[test]
fn none_is_no_failure() {
    let cloud = sandbox("");
    let run = Run::against(&cloud, &["check", "--all", "--region-id", "ap-southeast-1", "-o", "json"]);
    assert_eq!(run.go().expect(0).json()["results"], serde_json::json!([]));
}

#[test]
fn a_refused_list_is_a_failure_of_its_own() {
    let cloud = sandbox("denied = ['privatelink:ListVpcEndpoints']");
    let run = Run::against(&cloud, &["check", "--all", "--region-id", "ap-southeast-1", "-o", "json"]);
    let document = run.go().expect(3).json();
    assert_eq!(document["error"]["kind"], "permission");
}
