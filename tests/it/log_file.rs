//! `--log-file`: what is in it, whose it is, and what is left of it when a run is killed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::common::{Run, sandbox, shipped};
use crate::credentials::{keyless, metadata, on_ecs};

const REGION: [&str; 3] = ["list", "--region-id", "ap-southeast-1"];

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a log");
    assert!(text.ends_with('\n'), "the last line is whole");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[test]
fn every_try_is_a_line_with_what_support_asks_for() {
    let cloud = sandbox("[[fault]]\naction = 'ListVpcEndpoints'\nkind = '503'\ntimes = 0\n");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let run = || Run::against(&cloud, &REGION).args(&["--log-file", path.to_str().unwrap()]);
    let text = run().go().expect(7);
    let lines = lines(&path);
    assert_eq!(lines[0]["event"], "start");
    assert_eq!((&lines[0]["command"], &lines[0]["args"][1]), (&"list".into(), &"--region-id".into()));
    let requests = of(&lines, "request");
    assert_eq!(requests.len(), 5);
    for (number, request) in (1..).zip(&requests) {
        assert_eq!((&request["attempt"], &request["http_status"]), (&number.into(), &503.into()));
        assert_eq!(
            (&request["action"], &request["product"], &request["region"]),
            (&"ListVpcEndpoints".into(), &"privatelink".into(), &"ap-southeast-1".into())
        );
        assert_eq!(request["outcome"], "ServiceUnavailable");
        assert!(cloud.url().ends_with(request["host"].as_str().unwrap()), "{request}");
        assert!(request["duration_ms"].is_number() && request["time"].as_str().unwrap().ends_with('Z'));
        assert!(request["params"].as_str().unwrap().contains("Signature=***"), "{request}");
    }
    assert_eq!(of(&lines, "retry").len(), 4);
    let end = lines.last().unwrap();
    assert_eq!((&end["event"], &end["exit_code"]), (&"end".into(), &7.into()));
    let id = end["error"]["request_id"].as_str().unwrap();
    assert_eq!(requests[4]["request_id"], id);
    // The last words of the failure name the file and the id.
    let last = text.stderr.lines().last().unwrap();
    let expected = format!(
        "log: {} has every request of this run, without secrets; quote request id {id} to",
        path.display()
    );
    assert!(last.starts_with(&expected), "{}", text.stderr);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    // The next run adds to it, and its document is as it would be without.
    let document = run().args(&["-o", "json"]).go().expect(7).json();
    assert_eq!(document["error"]["kind"], "network");
    let both = self::lines(&path);
    assert_eq!((both.len(), &both[0]), (lines.len() * 2, &lines[0]));
    assert_ne!(both[0]["run"], both[lines.len()]["run"]);
}

#[test]
fn a_file_that_cannot_be_opened_is_refused_before_any_call() {
    let cloud = shipped("instant");
    for path in ["/", "/nonexistent/log"] {
        let run = Run::against(&cloud, &REGION).args(&["--log-file", path, "-o", "json"]);
        let document = run.go().expect(2).json();
        assert_eq!((&document["error"]["kind"], &document["command"]), (&"usage".into(), &"list".into()));
        assert!(document["error"]["message"].as_str().unwrap().contains("--log-file"), "{document}");
    }
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn a_killed_run_leaves_every_line_it_wrote() {
    let cloud = sandbox("[[fault]]\naction = 'CreateVpcEndpoint'\nkind = 'hang'\n");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let service = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
    let args = ["setup", "--service-name", service, "--yes", "--skip-test"];
    let (mut child, _home) =
        Run::against(&cloud, &args).env("TIDB_PE_LOG_FILE", path.to_str().unwrap()).spawn();
    while cloud.hung() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let lines = lines(&path);
    assert!(of(&lines, "request").len() >= 6, "{lines:?}");
    assert_eq!(
        (of(&lines, "begin").last().unwrap()["phase"].as_str(), of(&lines, "end").len()),
        (Some("Creating"), 0)
    );
}

#[test]
fn servers_beside_the_cloud_are_in_it_too() {
    let cloud = sandbox("");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log").display().to_string();
    let (url, key) = (cloud.tidb_cloud_url(), cloud.tidb_cloud_key());
    let args = ["setup", "--cluster-id", "10000000000000000001", "--tidb-cloud-url", &url, "--dry-run"];
    let run = on_ecs(keyless(&cloud, &args), &metadata()).args(&["--skip-test", "--log-file", &path]);
    let run =
        run.env("TIDB_CLOUD_PUBLIC_KEY", &key.public).env("TIDB_CLOUD_PRIVATE_KEY", key.private.expose());
    run.go().expect(0);
    let lines = lines(Path::new(&path));
    let asked = |product: &str| -> Vec<String> {
        let requests = of(&lines, "request").into_iter().filter(|line| line["product"] == product);
        requests.map(|line| format!("{} {}", line["action"].as_str().unwrap(), line["outcome"])).collect()
    };
    let instance = "GET /v1beta1/clusters/10000000000000000001?view=FULL";
    assert_eq!(asked("tidb-cloud"), [format!("{instance} \"sign in\""), format!("{instance} \"ok\"")]);
    assert_eq!(asked("ecs-metadata").len(), 3);
    assert!(asked("ecs-metadata")[0].starts_with("PUT /latest/api/token"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("imds-session-token") && !text.contains("Digest"), "{text}");
}

#[test]
fn layers_and_states_are_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let args = ["check", "--sandbox=wrong-password", "--log-file", path.to_str().unwrap()];
    let outcome = Run::new(&args).go().expect(6);
    let lines = lines(&path);
    let layers: Vec<&str> =
        of(&lines, "checked").iter().map(|line| line["layer"].as_str().unwrap()).collect();
    assert_eq!((layers.len(), layers[0]), (10, "credentials"));
    let failed = of(&lines, "checked").into_iter().find(|line| line["status"] == "fail").unwrap();
    assert_eq!((&failed["layer"], &failed["detail"]["code"]), (&"login".into(), &"access-denied".into()));
    assert!(outcome.stderr.contains("log: "), "{}", outcome.stderr);
    let args = ["setup", "--sandbox=instant", "--log-file", path.to_str().unwrap()];
    let outcome = Run::new(&args).go().expect(0);
    assert!(!outcome.stderr.contains("log: "), "{}", outcome.stderr);
    let lines = self::lines(&path);
    assert!(!of(&lines, "made").is_empty() && !of(&lines, "ready").is_empty());
}

#[test]
fn throttling_and_a_wrong_clock_are_in_it() {
    let cloud = sandbox(
        "clock_skew_s = 3600\n[[fault]]\naction = 'ListVpcEndpoints'\nkind = 'throttle'\ntimes = 2\n",
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    Run::against(&cloud, &REGION).args(&["--log-file", path.to_str().unwrap()]).go().expect(0);
    let lines = lines(&path);
    let clock = of(&lines, "clock");
    assert!((clock[0]["ahead_s"].as_i64().unwrap() - 3600).abs() < 5, "{clock:?}");
    let slowed = of(&lines, "slowed");
    assert_eq!(
        (slowed[0]["product"].as_str(), slowed[0]["at_once"].as_i64()),
        (Some("privatelink"), Some(1))
    );
}
