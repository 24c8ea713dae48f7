//! Deleting, listing, checking, and finding a key.

use std::time::Duration;

use tidb_pe::sandbox::Sandbox;

use super::running::{Running, at_once, interrupted};
use super::stalled::Stalled;
use crate::common::{Run, sandbox};
use crate::credentials::{LOOK, keyless, profile};

const ID: &str = "ep-t4nsandbox0000000001";
const OWN: &str = "[[endpoint]]\nname = \"app\"\ntags = { \"created-by\" = \"tidb-pe\" }\n";

fn with_fault(world: &str, action: &str, kind: &str) -> Sandbox {
    sandbox(&format!("{world}\n[[fault]]\naction = \"{action}\"\nkind = \"{kind}\"\n"))
}

fn delete(cloud: &Sandbox) -> Run {
    Run::against(cloud, &["delete", ID, "--region-id", "ap-southeast-1", "--yes", "-o", "json"])
}

#[test]
fn while_deleting() {
    for action in ["RemoveZoneFromVpcEndpoint", "DeleteVpcEndpoint"] {
        for kind in ["hang", "hang-after"] {
            at_once(|signal, code| {
                let place = format!("{kind} at {action}, SIG{signal}");
                let cloud = with_fault(OWN, action, kind);
                let mut running = Running::start(delete(&cloud));
                running.until(&place, |_| cloud.hung() == 1);
                let document = interrupted(&place, running.ends_by(signal), code);
                assert_eq!((&document["changed"], &document["endpoint"]["id"]), (&true.into(), &ID.into()));
                let message = document["error"]["message"].as_str().expect("a message");
                assert!(message.contains("partly deleted"), "{place}: {message}");
                for zone in document["deleted"].as_array().expect("a list") {
                    assert!(message.contains(zone["id"].as_str().expect("an id")), "{place}: {message}");
                }
                delete(&cloud).args(&["--if-exists"]).go().expect(0);
                assert!(cloud.state().endpoints.is_empty(), "{place}");
            });
        }
    }
}

#[test]
fn while_a_deletion_takes_its_time() {
    at_once(|signal, code| {
        let place = format!("a slow deletion, SIG{signal}");
        let cloud = sandbox(&format!("timing.change_ms = 60000\n{OWN}"));
        let mut running = Running::start(delete(&cloud));
        let polls = || cloud.calls().iter().filter(|call| call.action == "ListVpcEndpointZones").count();
        running.until(&place, |_| polls() >= 3);
        let document = interrupted(&place, running.ends_by(signal), code);
        assert_eq!(document["changed"], true, "{place}");
        drop(cloud);
    });
}

#[test]
fn while_what_was_made_for_an_endpoint_goes_too() {
    let service = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
    let bare = "[[vpc]]\nname = \"app\"\nvswitch = []\n\n[[vpc.group]]\nname = \"web\"\n";
    let cloud = with_fault(bare, "DeleteVSwitch", "hang");
    let state = tempfile::tempdir().expect("a directory");
    let with_state = |run: Run| run.env("TIDB_PE_STATE_DIR", &state.path().display().to_string());
    let setup = Run::against(&cloud, &["setup", "--service-name", service, "--create-vswitch", "--yes"]);
    with_state(setup.args(&["--create-security-group", "--skip-test", "-o", "json"])).go().expect(0);
    let delete = || with_state(delete(&cloud).args(&["--with-created"]));
    let mut running = Running::start(delete());
    running.until("the vSwitch", |_| cloud.hung() == 1);
    let document = interrupted("delete --with-created", running.ends_by("INT"), 130);
    let message = document["error"]["message"].as_str().expect("a message");
    assert!(!message.contains("costs money") && message.contains("Deleted so far: "), "{message}");
    assert!(
        message.contains(&format!("endpoint {ID}")) && message.contains("security-group sg-"),
        "{message}"
    );
    assert_eq!(document["changed"], true);
    delete().go().expect(0);
    let now = cloud.state();
    assert_eq!((now.endpoints.len(), now.vswitches.len(), now.groups.len()), (0, 0, 1));
}

#[test]
fn while_listing_every_region() {
    for (action, region) in [("DescribeRegions", ""), ("ListVpcEndpoints", "region = \"us-east-1\"\n")] {
        at_once(|signal, code| {
            let place = format!("list at {action}, SIG{signal}");
            let fault = format!("[[fault]]\naction = \"{action}\"\n{region}kind = \"hang\"\n");
            let cloud = sandbox(&format!("{OWN}\n{fault}"));
            let mut running = Running::start(Run::against(&cloud, &["list", "--all-regions", "-o", "json"]));
            running.until(&place, |_| cloud.hung() == 1);
            interrupted(&place, running.ends_by(signal), code);
        });
    }
}

#[test]
fn while_the_cloud_is_asked_for_an_endpoint() {
    for command in ["check", "connection-string"] {
        at_once(|signal, code| {
            let place = format!("{command}, SIG{signal}");
            let cloud = with_fault(OWN, "GetVpcEndpointAttribute", "hang");
            let args = [command, ID, "--region-id", "ap-southeast-1", "-o", "json"];
            let mut running = Running::start(Run::against(&cloud, &args));
            running.until(&place, |_| cloud.hung() == 1);
            interrupted(&place, running.ends_by(signal), code);
        });
    }
}

#[test]
fn while_check_waits_until_an_endpoint_is_ready() {
    let cloud = sandbox("timing.connected_ms = 60000\n[[endpoint]]\nname = \"app\"\nstate = \"creating\"\n");
    let args = ["check", ID, "--region-id", "ap-southeast-1", "--wait", "-o", "json"];
    let mut running = Running::start(Run::against(&cloud, &args));
    let polls = || cloud.calls().iter().filter(|call| call.action == "GetVpcEndpointAttribute").count();
    running.until("waiting", |_| polls() >= 3);
    interrupted("check --wait", running.ends_by("TERM"), 143);
}

#[test]
fn while_a_command_that_prints_a_key_takes_its_time_and_it_is_stopped_too() {
    let cloud = sandbox("");
    let folder = tempfile::tempdir().expect("a directory");
    let note = folder.path().join("pid");
    let script = folder.path().join("slow");
    std::fs::write(&script, format!("#!/bin/sh\necho $$ > {}\nexec sleep 60\n", note.display())).unwrap();
    make_executable(&script);
    let external = format!("\"mode\":\"External\",\"process_command\":\"{}\"", script.display());
    let mut running = Running::start(profile(keyless(&cloud, &LOOK), &external));
    running.until("the command", |_| std::fs::read_to_string(&note).is_ok_and(|pid| pid.ends_with('\n')));
    interrupted("a slow process_command", running.ends_by("INT"), 130);
    let pid = std::fs::read_to_string(&note).unwrap();
    let process = format!("/proc/{}", pid.trim());
    for _ in 0..200 {
        if !std::path::Path::new(&process).exists() || is_zombie(&process) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the command goes on without anybody");
}

/// A dead process that nobody has asked about yet.
fn is_zombie(process: &str) -> bool {
    std::fs::read_to_string(format!("{process}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a file of ours");
}

#[test]
fn while_a_server_that_hands_out_keys_says_nothing() {
    let cloud = sandbox("");
    let server = Stalled::silent();
    let uri = format!("http://{}/key", server.addr);
    let run = keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_CREDENTIALS_URI", &uri);
    let mut running = Running::start(run);
    running.until("the key server", |_| server.is_reached());
    interrupted("a silent key server", running.ends_by("HUP"), 143);
}

#[test]
fn while_the_tidb_cloud_api_says_nothing() {
    let cloud = sandbox("");
    let server = Stalled::silent();
    let key = cloud.tidb_cloud_key();
    let run = Run::against(&cloud, &["setup", "--cluster-id", "10000000000000000001", "--yes", "-o", "json"])
        .env("TIDB_PE_TIDB_CLOUD_URL", &format!("http://{}", server.addr))
        .env("TIDB_CLOUD_PUBLIC_KEY", &key.public)
        .env("TIDB_CLOUD_PRIVATE_KEY", key.private.expose());
    let mut running = Running::start(run);
    running.until("the API", |_| server.is_reached());
    interrupted("a silent TiDB Cloud API", running.ends_by("TERM"), 143);
}
