//! Answers that are none.

use serde_json::json;

use super::{EVIL, tame, toml};
use crate::common::{Run, sandbox};
use crate::fake::Fake;

const KEY: &str = "SandboxAccessKeyId000001";
const SECRET: &str = "SandboxSecretUv3xQ8rT1mZk5wYb7nCd9e";

fn asking(url: &str, args: &[&str]) -> Run {
    Run::new(args)
        .env("TIDB_PE_ENDPOINT_URL", url)
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY)
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
}

#[test]
fn error_messages_are_short_and_plain() {
    let message = &format!("{EVIL}{}", "y".repeat(2 << 20));
    let check = |code: &str| {
        let fault = format!(
            "[[fault]]\naction = \"ListVpcEndpoints\"\nkind = \"error\"\ntimes = 0\ncode = {}\nmessage = {}\n",
            toml(code),
            toml(message)
        );
        let cloud = sandbox(&fault);
        for format in ["text", "json"] {
            let run = Run::against(&cloud, &["list", "--region-id", "ap-southeast-1", "-o", format]);
            let outcome = tame(run);
            assert!([3, 4].contains(&outcome.code), "{code:?}: {}", outcome.stderr);
            if format == "json" {
                let error = &outcome.json()["error"];
                assert!(error["message"].as_str().expect("text").len() < 16 << 10, "{error:#}");
            }
        }
    };
    std::thread::scope(|scope| {
        for code in ["SomethingNew", EVIL, "NoPermission", "SignatureDoesNotMatch"] {
            scope.spawn(move || check(code));
        }
    });
}

#[test]
fn bodies_of_any_kind_end_as_no_usable_answer() {
    let bodies = [
        String::new(),
        "\u{0}".repeat(1 << 20),
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        format!("<html><title>{EVIL}{}</title>", "t".repeat(1 << 20)),
        "<html><title>".repeat(50_000),
        "<Error><Code>".repeat(50_000),
        format!("{{\"Endpoints\":\"{}\"}}", "x".repeat(2 << 20)),
        json!({"Endpoints": [{"EndpointId": EVIL}]}).to_string(),
        json!({"Endpoints": [{"EndpointId": "ep-1; rm -rf ~"}]}).to_string(),
        json!({"Endpoints": [{"EndpointId": "../../../etc/passwd"}]}).to_string(),
        json!({"Endpoints": [{"EndpointId": "ep-1", "VpcId": "$(id)"}]}).to_string(),
        json!({"Endpoints": [[], {}, null, 1, "x"]}).to_string(),
        json!({"Endpoints": {"a": {"b": []}}}).to_string(),
        "9".repeat(1 << 20),
        format!("{{\"Endpoints\":[],\"NextToken\":\"{}\"}}", "n".repeat(1 << 20)),
    ];
    // Each is asked for again and again: that takes some seconds, in which others can be looked at.
    std::thread::scope(|scope| {
        for body in bodies {
            scope.spawn(move || unusable(body));
        }
    });
}

fn unusable(body: String) {
    let start: String = body.chars().take(40).collect();
    let server = Fake::answering(move |_| (200, body.clone()));
    let run = asking(&server.url, &["list", "--region-id", "ap-southeast-1", "-o", "json"]);
    let outcome = tame(run);
    assert_eq!(outcome.code, 7, "{start:?}\n{}", outcome.stderr);
    assert_eq!(outcome.json()["error"]["kind"], "network", "{start:?}");
}

#[test]
fn a_host_name_that_is_none_is_no_host() {
    let list = json!({"Endpoints": [{
        "EndpointId": "ep-1", "EndpointDomain": "evil.example/?x=\"; touch /tmp/owned; \"\n", "EndpointName": EVIL,
        "EndpointStatus": EVIL, "ConnectionStatus": "z".repeat(100_000), "VpcId": "vpc-1",
    }]});
    let text = list.to_string();
    let server = Fake::answering(move |_| (200, text.clone()));
    let run = asking(&server.url, &["list", "--region-id", "ap-southeast-1", "-o", "json"]);
    let document = tame(run).expect(0).json();
    assert_eq!(document["endpoints"][0]["domain"], serde_json::Value::Null);
    tame(asking(&server.url, &["list", "--region-id", "ap-southeast-1"])).expect(0);
    let strings = ["connection-string", "--region-id", "ap-southeast-1", "--client", "all", "-o", "json"];
    let outcome = tame(asking(&server.url, &strings));
    assert!(!outcome.stdout.contains("touch") && outcome.code != 0, "{}", outcome.stdout);
}

#[test]
fn a_region_that_is_no_region_is_never_asked() {
    let server = Fake::answering(|asked| {
        let regions =
            json!({"Regions": {"Region": [{"RegionId": "x.example/"}, {"RegionId": "ap-southeast-1"}]}});
        (200, if asked.path == "/" { regions.to_string() } else { String::new() })
    });
    let outcome = tame(asking(&server.url, &["list", "--all-regions", "-o", "json"])).expect(7);
    assert_eq!(outcome.json()["error"]["kind"], "network");
}

#[test]
fn a_crowded_account_takes_no_longer_than_reading_it() {
    let rows = |of: usize, row: &dyn Fn(usize) -> serde_json::Value| (0..of).map(row).collect::<Vec<_>>();
    let zones = rows(4_000, &|n| json!(format!("ap-southeast-1{n}")));
    let service = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-1";
    let services = json!({"Services": [{"ServiceId": "epsrv-1", "ServiceName": service, "Zones": zones}]});
    let vpcs = json!({"TotalCount": 1, "Vpcs": {"Vpc": rows(4_000, &|n| json!({"VpcId": format!("vpc-{n}"), "Status": "Available", "CidrBlock": "10.0.0.0/8"}))}});
    let vswitches = json!({"TotalCount": 1, "VSwitches": {"VSwitch": rows(4_000, &|n| json!({
        "VSwitchId": format!("vsw-{n}"), "VpcId": "vpc-1", "ZoneId": format!("ap-southeast-1{n}"),
        "CidrBlock": "10.0.0.0/24", "AvailableIpAddressCount": 9, "Status": "Available",
    }))}});
    let identity = json!({"AccountId": "1", "Arn": "a"});
    let everything = [
        services,
        vpcs,
        vswitches,
        identity,
        json!({"Endpoints": [], "SecurityGroups": {"SecurityGroup": []}, "IsOpen": true}),
    ];
    let mut all = serde_json::Map::new();
    for part in everything {
        all.extend(part.as_object().expect("an object").clone());
    }
    let text = serde_json::Value::Object(all).to_string();
    let server = Fake::answering(move |_| (200, text.clone()));
    let run = asking(&server.url, &["setup", "--service-name", service, "--vpc-id", "vpc-1", "-o", "json"]);
    tame(run);
}

#[test]
fn larger_than_any_that_is_read() {
    let name = "x".repeat(10 << 20);
    let text = format!("{{\"Endpoints\":[{{\"EndpointId\":\"ep-1\",\"EndpointName\":\"{name}\"}}]}}");
    let server = Fake::answering(move |_| (200, text.clone()));
    let outcome =
        tame(asking(&server.url, &["list", "--region-id", "ap-southeast-1", "-o", "json"])).expect(7);
    let message = outcome.json()["error"]["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("larger than 8 MiB"), "{message}");
}

#[test]
fn as_large_as_any_that_is_read() {
    let name = "x".repeat(7 << 20);
    let text = format!("{{\"Endpoints\":[{{\"EndpointId\":\"ep-1\",\"EndpointName\":\"{name}\"}}]}}");
    let server = Fake::answering(move |_| (200, text.clone()));
    // Address space, not memory: threads and arenas take most of it.
    let (command, home) =
        asking(&server.url, &["list", "--region-id", "ap-southeast-1", "-o", "json"]).into_parts();
    let mut limited = std::process::Command::new("/bin/sh");
    limited
        .args(["-c", "ulimit -v 1000000; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    limited.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let outcome = crate::common::Outcome::of(&limited.output().expect("a shell")).expect(0);
    super::assert_tame(&outcome);
    assert_eq!(outcome.json()["endpoints"][0]["name"].as_str().expect("a name").chars().count(), 257);
    drop(home);
}
