//! Names in the account that are no names.

use super::{EVIL, assert_tame, tame, toml};
use crate::common::{Run, World, sandbox};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const ID: &str = "ep-t4nsandbox0000000001";

/// Everything in the account that a user names has this name.
fn account(name: &str) -> String {
    let name = toml(name);
    format!(
        r#"
[[vpc]]
name = {name}
[[vpc.vswitch]]
name = {name}
zone = "ap-southeast-1a"
cidr = "10.0.0.0/24"
[[vpc.group]]
name = {name}
[[vpc.group.rule]]
ports = "4000/4000"
source_cidr = "10.0.0.0/8"
description = {name}
[[vpc]]
name = {name}
cidr = "172.16.0.0/16"
"#
    )
}

fn endpoint(name: &str) -> String {
    let name = toml(name);
    format!("[[endpoint]]\nname = {name}\ntags = {{ created-by = \"tidb-pe\", note = {name} }}\n")
}

/// Every command against a world of such names, in text and in JSON.
fn every_command(name: &str) {
    let world = World::of(&format!("{}\n{}", account(name), endpoint(name)));
    let in_region = |args: &[&str]| Run::in_lab(&world.lab, args).args(&["--region-id", "ap-southeast-1"]);
    let text = |args: &[&str]| tame(in_region(args));
    let json = |args: &[&str]| tame(in_region(args).args(&["-o", "json"])).json();
    text(&["list"]).expect(0);
    let listed = json(&["list"]);
    let shown = listed["endpoints"][0]["name"].as_str().expect("a name");
    assert!(shown.chars().count() <= 257, "{} characters", shown.chars().count());
    text(&["check", ID]).expect(0);
    assert_eq!(json(&["check", ID])["ok"], true);
    text(&["connection-string", ID, "--client", "all"]).expect(0);
    json(&["connection-string", ID, "--client", "all"]);
    text(&["delete", ID]).expect(2);
    json(&["delete", ID, "--with-created"]);
    // Two VPCs: both are named as candidates.
    let setup =
        ["setup", "--service-name", "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001"];
    text(&setup).expect(2);
    assert_eq!(json(&setup)["error"]["missing"][0]["candidates"].as_array().expect("a list").len(), 2);
    let vpc =
        ["setup", "--service-name", SERVICE, "--vpc-id", "vpc-t4nsandbox0000000001", "--yes", "--skip-test"];
    text(&vpc).expect(0);
    assert_eq!(json(&vpc)["endpoint"]["id"], ID);
    text(&["setup", "--service-name", SERVICE, "--vpc-id", "vpc-t4nsandbox0000000001", "--new", "--dry-run"]);
}

#[test]
fn that_command_the_terminal() {
    every_command(EVIL);
}

#[test]
fn of_several_megabytes() {
    // Every answer that has one of them is within what is read at all.
    every_command(&format!("{EVIL}{}", "终端\u{301}".repeat(80_000)));
}

#[test]
fn at_a_terminal() {
    let cloud = sandbox(&account(EVIL));
    let args = ["setup", "--service-name", SERVICE, "--skip-test"];
    let mut terminal = Run::against(&cloud, &args).env("NO_COLOR", "1").in_terminal();
    terminal.shows("VPC your application runs in");
    terminal.types("\r").shows("Proceed?").types("n\r");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130, "{seen}");
    for evil in ["\u{1b}]0;", "\u{1b}[2J", "\u{7}"] {
        assert!(!seen.contains(evil), "{evil:?} reaches the terminal:\n{seen:?}");
    }
}

#[test]
fn of_a_tidb_cloud_instance() {
    for name in [EVIL.to_owned(), format!("{EVIL}{}", "x".repeat(3 << 20))] {
        let cloud = sandbox(&format!("tidb_cloud.name = {}\n{}", toml(&name), account("app")));
        let key = cloud.tidb_cloud_key();
        for format in ["text", "json"] {
            let args = ["setup", "--cluster-id", "10000000000000000001", "--dry-run", "-o", format];
            let run = Run::against(&cloud, &args)
                .args(&["--vpc-id", "vpc-t4nsandbox0000000001", "--az-id", "ap-southeast-1a"])
                .env("TIDB_PE_TIDB_CLOUD_URL", &cloud.tidb_cloud_url())
                .env("TIDB_CLOUD_PUBLIC_KEY", &key.public)
                .env("TIDB_CLOUD_PRIVATE_KEY", key.private.expose());
            let outcome = tame(run).expect(0);
            assert!(outcome.stderr.contains("TiDB Cloud instance"), "{}", outcome.stderr);
        }
    }
}

#[test]
fn in_a_verbose_log() {
    let cloud = sandbox(&account(EVIL));
    let args = ["setup", "--service-name", SERVICE, "--yes", "--skip-test", "-vv", "--tag", "a=\u{202e}b"];
    let run = Run::against(&cloud, &args).args(&["--vpc-id", "vpc-t4nsandbox0000000001"]);
    assert_tame(&run.go().expect(0));
}
