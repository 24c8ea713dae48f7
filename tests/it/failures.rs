//! What goes wrong, as a user meets it: the exit code, the kind, the cause and remedy, the request id.

use serde_json::Value;

use crate::common::{Run, World, sandbox, shipped};
use tidb_pe::sandbox::{Sandbox, Scenario};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";

/// What a failing run has to say.
struct Expected {
    code: i32,
    kind: &'static str,
    /// The cloud's code.
    cloud: Option<&'static str>,
    /// In the message.
    cause: &'static str,
    /// In the hint.
    remedy: &'static str,
    /// Whether there is an id to quote.
    request_id: bool,
}

/// Runs it in text and in JSON; both have to say the same.
fn check(cloud: impl Fn() -> Sandbox, args: &[&str], expected: &Expected) -> Value {
    let base = ["setup", "--service-name", SERVICE, "--yes", "--skip-test"];
    let text = Run::against(&cloud(), &base).args(args).go().expect(expected.code);
    for said in [expected.cause, expected.remedy] {
        assert!(unfolded(&text.stderr).contains(said), "{said:?} is not in:\n{}", text.stderr);
    }
    assert_eq!(text.stderr.contains("request id: "), expected.request_id, "{}", text.stderr);
    assert_eq!(text.stdout, "", "nothing usable, nothing on standard output");

    let document =
        Run::against(&cloud(), &base).args(args).args(&["-o", "json"]).go().expect(expected.code).json();
    let error = &document["error"];
    assert_eq!(document["ok"], false);
    assert_eq!(error["kind"], expected.kind, "{document:#}");
    assert_eq!(error["code"].as_str(), expected.cloud, "{document:#}");
    assert!(error["message"].as_str().unwrap().contains(expected.cause), "{document:#}");
    assert!(error["hint"].as_str().unwrap_or_default().contains(expected.remedy), "{document:#}");
    assert_eq!(error["request_id"].is_string(), expected.request_id, "{document:#}");
    document
}

fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_wrong_secret() {
    let expected = Expected {
        code: 3,
        kind: "credentials",
        cloud: Some("SignatureDoesNotMatch"),
        cause: "The AccessKey secret is wrong",
        remedy: "Set the secret that belongs to this AccessKey ID",
        request_id: true,
    };
    check(|| shipped("wrong-secret"), &[], &expected);
}

#[test]
fn an_unknown_key() {
    let expected = Expected {
        code: 3,
        kind: "credentials",
        cloud: Some("InvalidAccessKeyId.NotFound"),
        cause: "does not know this AccessKey ID",
        remedy: "typing errors",
        request_id: true,
    };
    check(|| shipped("unknown-key"), &[], &expected);
}

#[test]
fn an_expired_token() {
    let expected = Expected {
        code: 3,
        kind: "credentials",
        cloud: Some("InvalidSecurityToken.Expired"),
        cause: "temporary credentials have expired",
        remedy: "Get new ones",
        request_id: true,
    };
    check(|| shipped("expired-token"), &[], &expected);
}

#[test]
fn a_denied_permission_names_the_action() {
    let expected = Expected {
        code: 3,
        kind: "permission",
        cloud: Some("NoPermission"),
        cause: "may not do privatelink:CreateVpcEndpoint",
        remedy: "privatelink:CreateVpcEndpoint",
        request_id: true,
    };
    let document = check(|| shipped("permission-denied"), &[], &expected);
    assert_eq!(document["changed"], false);
    assert_eq!(document["created"], serde_json::json!([]));
}

#[test]
fn a_service_that_does_not_exist() {
    let expected = Expected {
        code: 4,
        kind: "not-found",
        cloud: Some("EndpointServiceNotFound"),
        cause: "knows no endpoint service com.aliyuncs.privatelink",
        remedy: "Compare the Service Name",
        request_id: true,
    };
    check(|| shipped("service-not-found"), &[], &expected);
}

#[test]
fn a_quota() {
    let expected = Expected {
        code: 4,
        kind: "rejected",
        cloud: Some("QuotaExceeded.totalEpPerVpc"),
        cause: "quota of the account",
        remedy: "Quota Center",
        request_id: true,
    };
    check(|| shipped("quota"), &[], &expected);
}

#[test]
fn an_endpoint_that_stays_creating_ends_with_the_wait_timeout() {
    let expected = Expected {
        code: 5,
        kind: "timeout",
        cloud: None,
        cause: "was not ready after 2 s: endpoint Creating",
        remedy: "Run the same command again",
        request_id: false,
    };
    let document = check(|| shipped("stuck"), &["--wait-timeout", "2s"], &expected);
    assert_eq!(document["changed"], true);
    assert_eq!(document["created"][0]["type"], "endpoint");
    assert_eq!(document["endpoint"]["status"], "Creating");
    assert_eq!(document["connection"], Value::Null);
    assert!(document.as_object().unwrap().contains_key("test"));
    assert!(document["next"].as_str().unwrap().ends_with("--yes"));
}

#[test]
fn a_rejected_connection() {
    let expected = Expected {
        code: 4,
        kind: "rejected",
        cloud: None,
        cause: "The provider rejected the connection of endpoint ep-",
        remedy: "Ask TiDB Cloud support to accept ep-",
        request_id: false,
    };
    let toml = "behaviour = \"rejected\"\n[timing]\nactive_ms = 1\nconnecting_ms = 5\nconnected_ms = 1500\n";
    check(|| sandbox(toml), &[], &expected);
}

#[test]
fn an_account_in_arrears() {
    let expected = Expected {
        code: 4,
        kind: "rejected",
        cloud: None,
        cause: "the account is in arrears",
        remedy: "Pay the overdue amount",
        request_id: false,
    };
    check(|| shipped("arrears"), &[], &expected);
}

/// Who mistyped a password tests again; nothing has to be set up anew.
#[test]
fn after_a_failed_login_the_test_alone_can_be_repeated() {
    let world = World::start(Scenario::named("instant").expect("a shipped scenario"));
    let user = ["--user", "sandbox00000001.root"];
    let args = ["setup", "--service-name", SERVICE, "--yes"];
    let run = Run::in_lab(&world.lab, &args).args(&user).env("TIDB_PE_PASSWORD", "wrong-Pa55word!");
    let first = run.go().expect(6);
    assert!(first.stderr.contains("with the password in TIDB_PE_PASSWORD:"), "{}", first.stderr);
    let again = first.stderr.lines().find_map(|line| line.trim().strip_prefix("tidb-pe check "));
    let again: Vec<&str> = again.expect("a command").split(' ').collect();
    assert_eq!(again[0], "ep-t4nsandbox0000000001");
    // The CA is in the first run's home, which is gone.
    let ca = again.iter().position(|word| *word == "--ssl-ca").expect("its CA");
    let again = [&["check"], &again[..ca], &again[ca + 2..]].concat();
    let run = Run::in_lab(&world.lab, &again).env("TIDB_PE_PASSWORD", "sandbox-password").go().expect(0);
    assert!(run.stdout.contains("sandbox00000001.root"), "{}", run.stdout);
    let run = Run::in_lab(&world.lab, &args).args(&user).env("TIDB_PE_PASSWORD", "wrong-Pa55word!");
    let chinese = run.args(&["--lang", "zh"]).go().expect(6);
    assert!(chinese.stderr.contains("再次测试（密码放在 TIDB_PE_PASSWORD 中）"), "{}", chinese.stderr);
}

#[test]
fn a_wrong_database_password() {
    let world = World::start(Scenario::named("instant").unwrap());
    let run = |json: bool| {
        let args = ["setup", "--service-name", SERVICE, "--yes", "--user", "sandbox00000001.root"];
        let run = Run::in_lab(&world.lab, &args).env("TIDB_PE_PASSWORD", "wrong-Pa55word!");
        if json { run.args(&["-o", "json"]).go() } else { run.go() }
    };
    let text = run(false).expect(6);
    assert!(text.stdout.contains("Host:      ep-"), "the endpoint can be used: {}", text.stdout);
    assert!(unfolded(&text.stderr).contains("failed at login"), "{}", text.stderr);
    let document = run(true).expect(6).json();
    assert_eq!(document["error"]["kind"], "check-failed");
    assert_eq!(document["test"]["ok"], false);
    let login = document["test"]["steps"].as_array().unwrap().iter().find(|s| s["id"] == "login").unwrap();
    assert_eq!((&login["status"], &login["detail"]["code"]), (&"fail".into(), &"access-denied".into()));
    assert!(login["remedy"].is_string());
    assert_eq!(document["changed"], false, "the second run adopted the endpoint of the first");
}

#[test]
fn bad_input_is_refused_before_the_first_call() {
    let cloud = shipped("instant");
    let rows: [(&[&str], &str, &str); 8] = [
        (
            &["--service-name", SERVICE, "--region-id", "ap-northeast-1"],
            "The service is in ap-southeast-1",
            "usage",
        ),
        (
            &["--service-name", "com.amazonaws.vpce.us-east-1.vpce-svc-0a1"],
            "of AWS, not of Alibaba Cloud",
            "usage",
        ),
        (&["--service-name", "epsrv-t4nsandbox0000000001"], "only the last part", "usage"),
        (
            &["--service-name", SERVICE, "--az-id", "ap-northeast-1a"],
            "Zone ap-northeast-1a is in ap-northeast-1",
            "usage",
        ),
        (&["--service-name", SERVICE, "--vpc-id", "t4n"], "--vpc-id cannot be", "usage"),
        (
            &["--service-name", SERVICE, "--password-file", "/nonexistent/pw"],
            "/nonexistent/pw cannot be used",
            "usage",
        ),
        (
            &["--service-name", SERVICE, "--endpoint-url", "http://api.example"],
            "plain http to api.example",
            "usage",
        ),
        (&["--service-name", SERVICE, "--port", "0"], "--port", "usage"),
    ];
    for (args, cause, kind) in rows {
        let outcome = Run::against(&cloud, &["setup", "--yes"]).without("TIDB_PE_ENDPOINT_URL").args(args);
        let outcome = outcome.args(&["-o", "json"]).go().expect(2);
        let document = outcome.json();
        assert_eq!(document["error"]["kind"], kind);
        assert!(document["error"]["message"].as_str().unwrap().contains(cause), "{cause}: {document:#}");
    }
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn every_missing_value_is_listed_with_flag_variable_and_candidates() {
    let toml = "[[vpc]]\nname = \"app\"\n[[vpc]]\nname = \"batch\"\ncidr = \"172.16.0.0/16\"\n";
    let cloud = sandbox(toml);
    let outcome =
        Run::against(&cloud, &["setup", "--service-name", SERVICE, "--yes", "-o", "json"]).go().expect(2);
    let missing = &outcome.json()["error"]["missing"];
    assert_eq!(missing[0]["flag"], "--vpc-id");
    assert_eq!(missing[0]["env"], "TIDB_PE_VPC_ID");
    assert_eq!(missing[0]["candidates"].as_array().unwrap().len(), 2);
    assert!(missing[0]["candidates"][1]["label"].as_str().unwrap().contains("172.16.0.0/16"));
    assert_eq!(cloud.state().endpoints.len(), 0);
}

#[test]
fn without_yes_the_plan_is_shown_and_nothing_changes() {
    let cloud = shipped("instant");
    let outcome = Run::against(&cloud, &["setup", "--service-name", SERVICE, "-o", "json"]).go().expect(2);
    let document = outcome.json();
    assert_eq!(document["error"]["kind"], "usage");
    let actions = document["plan"]["actions"].as_array().unwrap();
    let create = actions.iter().find(|action| action["type"] == "create-endpoint").unwrap();
    assert!(create["summary"].as_str().unwrap().contains("USD 0.01 an hour"), "{create}");
    assert_eq!(cloud.state().endpoints.len(), 0);
}

#[test]
fn arguments_that_cannot_be_read_give_a_document_too() {
    let outcome = Run::new(&["setup", "--no-such-flag", "-o", "json"]).go().expect(2);
    let document = outcome.json();
    assert_eq!(document["error"]["kind"], "usage");
    assert!(document["error"]["message"].as_str().unwrap().contains("--no-such-flag"));
    let outcome = Run::new(&["setup", "--port", "none"]).env("TIDB_PE_OUTPUT", "json").go().expect(2);
    assert_eq!(outcome.json()["ok"], false);
}

#[test]
fn no_credentials_lists_where_was_looked() {
    let run = Run::new(&["setup", "--service-name", SERVICE, "--yes", "-o", "json"]);
    let document = run.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true").go().expect(3).json();
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("ALIBABA_CLOUD_ACCESS_KEY_ID"), "{message}");
    assert!(message.contains(".aliyun/config.json"), "{message}");
}

#[test]
fn a_profile_of_the_alibaba_cloud_cli_is_used_as_it_is() {
    let cloud = shipped("instant");
    let key = cloud.access_key();
    let config = serde_json::json!({"current": "other", "profiles": [
        {"name": "other", "mode": "AK", "access_key_id": "LTAI-other", "access_key_secret": "profile-secret-0000000001"},
        {"name": "deploy", "mode": "AK", "access_key_id": key.id, "access_key_secret": key.secret.expose(),
         "region_id": "cn-hangzhou"},
    ]});
    let args = ["setup", "--service-name", SERVICE, "--yes", "--no-wait", "--profile", "deploy"];
    let run = Run::against(&cloud, &args).without("ALIBABA_CLOUD_ACCESS_KEY_ID");
    let run =
        run.without("ALIBABA_CLOUD_ACCESS_KEY_SECRET").home_file(".aliyun/config.json", &config.to_string());
    let outcome = run.go().expect(0);
    assert!(outcome.stderr.contains("profile \"deploy\""), "{}", outcome.stderr);
    let unknown =
        Run::against(&cloud, &["setup", "--service-name", SERVICE, "--profile", "nope", "-o", "json"]);
    let document = unknown.home_file(".aliyun/config.json", &config.to_string()).go().expect(3).json();
    assert!(document["error"]["hint"].as_str().unwrap().contains("\"other\", \"deploy\""), "{document:#}");
}

#[test]
fn passwords_come_from_standard_input_or_a_file_and_never_show() {
    let world = World::start(Scenario::named("instant").unwrap());
    let args = ["setup", "--service-name", SERVICE, "--yes", "-o", "json", "--user", "sandbox00000001.root"];
    let by_stdin =
        Run::in_lab(&world.lab, &args).args(&["--password-stdin"]).stdin("sandbox-password\n").expect(0);
    assert_eq!(by_stdin.json()["test"]["ok"], true);
    let run = Run::in_lab(&world.lab, &args).home_file("pw", "sandbox-password\r\n");
    let path = run.home().join("pw").display().to_string();
    let by_file = run.args(&["--password-file", &path]).go().expect(0);
    assert!(by_file.json()["next"].as_str().unwrap().contains("--password-file"));
    let none = Run::in_lab(&world.lab, &args).go().expect(0).json();
    let login = none["test"]["steps"].as_array().unwrap().iter().find(|s| s["id"] == "login").unwrap();
    assert_eq!(login["status"], "skip");
}

#[test]
fn an_interrupted_wait_says_what_exists_and_how_to_go_on() {
    let cloud = shipped("stuck");
    let run = Run::against(&cloud, &["setup", "--service-name", SERVICE, "--yes", "-o", "json"]);
    let (child, _home) = run.spawn();
    while !cloud.calls().iter().any(|call| call.action == "GetVpcEndpointAttribute") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
    let outcome = crate::common::Outcome::of(&child.wait_with_output().unwrap()).expect(130);
    let document = outcome.json();
    assert_eq!(document["error"]["kind"], "cancelled");
    assert_eq!(document["changed"], true);
    let id = document["endpoint"]["id"].as_str().unwrap();
    assert!(
        outcome.stderr.contains(id) && outcome.stderr.contains("Run the same command again"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn waiting_for_standard_input_can_be_interrupted() {
    let cloud = shipped("instant");
    let run = Run::against(&cloud, &["setup", "--service-name", SERVICE, "--password-stdin", "-o", "json"]);
    let (mut command, _home) = run.into_parts();
    command.stdin(std::process::Stdio::piped());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _open = child.stdin.take();
    wait_for_handler(child.id());
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let outcome = crate::common::Outcome::of(&child.wait_with_output().unwrap()).expect(143);
    assert_eq!(outcome.json()["error"]["kind"], "cancelled");
}

/// Waits until the process catches SIGTERM: before that a signal would just kill it.
fn wait_for_handler(pid: u32) {
    const SIGTERM: u64 = 1 << 14;
    for _ in 0..500 {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        if u64::from_str_radix(caught, 16).is_ok_and(|mask| mask & SIGTERM != 0) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn privatelink_that_is_not_activated() {
    let expected = Expected {
        code: 4,
        kind: "rejected",
        cloud: Some("NeedOpenProduct"),
        cause: "PrivateLink is not activated for this Alibaba Cloud account",
        remedy: "Add --open-service",
        request_id: true,
    };
    check(|| shipped("not-open"), &[], &expected);
}
