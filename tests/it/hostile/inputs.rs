//! What somebody gives on the command line, in variables, in files and on standard input.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use super::{EVIL, assert_tame, tame};
use crate::common::{Outcome, Run, World, sandbox, shipped};
use crate::credentials::{LOOK, SECRET, keyless};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const SETUP: [&str; 8] =
    ["setup", "--service-name", SERVICE, "--vpc-id", "vpc-t4nsandbox0000000001", "--skip-test", "-o", "json"];
/// Linux takes no longer string from a process's environment or arguments.
const LONGEST: usize = (128 << 10) - 64;

fn message(outcome: &Outcome) -> String {
    outcome.json()["error"]["message"].as_str().expect("a message").to_owned()
}

/// With a file of these bytes in the home directory; its path.
fn file(run: &Run, name: &str, bytes: &[u8]) -> String {
    let path = run.home().join(name);
    std::fs::write(&path, bytes).expect("a file");
    path.display().to_string()
}

#[test]
fn a_file_that_is_too_large_is_refused_not_cut() {
    let cloud = sandbox("");
    for (flag, size) in [("--password-file", 10 << 20), ("--from", 50 << 20), ("--ssl-ca", 2 << 20)] {
        let run = Run::against(&cloud, &SETUP);
        let path = file(&run, "large", &vec![b'x'; size]);
        let outcome = tame(run.args(&[flag, &path])).expect(2);
        let message = message(&outcome);
        assert!(message.contains(flag) && message.contains("larger than 1 MiB"), "{message}");
    }
    for args in [["--password-stdin"].as_slice(), &["--from", "-"]] {
        let (mut command, _home) = Run::against(&cloud, &SETUP).args(args).into_parts();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // It stops reading where it has read enough.
        let writer = std::thread::spawn(move || {
            use std::io::Write;
            let _ = stdin.write_all(&vec![b'x'; 50 << 20]);
        });
        let outcome = Outcome::of(&child.wait_with_output().expect("it ends")).expect(2);
        writer.join().expect("no panic");
        assert_tame(&outcome);
        assert!(message(&outcome).contains("larger than 1 MiB"), "{}", outcome.stdout);
    }
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn a_password_of_a_megabyte_is_a_password() {
    let world = World::of("");
    let run = Run::in_lab(&world.lab, &["setup", "--service-name", SERVICE, "--yes", "-o", "json"]);
    let path = file(&run, "pw", &vec![b'x'; 1 << 20]);
    let run = run.args(&["--password-file", &path, "--user", "sandbox00000001.root"]);
    let outcome = tame(run).expect(6);
    assert!(message(&outcome).contains("login"), "{}", outcome.stdout);
}

#[test]
fn a_text_in_which_nothing_is_recognised_is_refused() {
    let cloud = sandbox("");
    let mut binary: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    binary.extend([0xff, 0xfe, 0, 0]);
    for bytes in [binary.as_slice(), b"", b"\0", b"{\"a\":1}", "lorem ipsum\n".repeat(9000).as_bytes()] {
        let run = Run::against(&cloud, &SETUP);
        let path = file(&run, "text", bytes);
        let outcome = tame(run.args(&["--from", &path])).expect(2);
        assert!(message(&outcome).contains("nothing in it is a value"), "{}", outcome.stdout);
    }
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn arguments_that_are_no_text() {
    let cloud = sandbox("");
    let odd = OsStr::from_bytes(b"a\xff\x1b[2Jb");
    for flag in
        ["--service-name", "--user", "--tag", "--password-file", "--ssl-ca", "--from", "--no-such-flag"]
    {
        let (mut command, _home) = Run::against(&cloud, &SETUP).into_parts();
        command.arg(flag).arg(odd).stdin(Stdio::null());
        let outcome = Outcome::of(&command.output().expect("it starts")).expect(2);
        assert_tame(&outcome);
        assert_eq!(outcome.json()["error"]["kind"], "usage", "{flag}");
    }
    for name in [
        "TIDB_PE_USER",
        "TIDB_PE_VPC_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "TIDB_PE_OUTPUT",
        "LANG",
        "TERM",
    ] {
        let (mut command, _home) =
            Run::against(&cloud, &["list", "--region-id", "ap-southeast-1"]).into_parts();
        command.env(name, odd).stdin(Stdio::null());
        let outcome = Outcome::of(&command.output().expect("it starts"));
        assert_tame(&outcome);
        assert!([0, 2].contains(&outcome.code), "{name}: {}", outcome.stderr);
    }
}

#[test]
fn values_that_are_long_or_evil_are_shown_in_part() {
    let cloud = sandbox("");
    let long = "x".repeat(LONGEST);
    let flags = [
        "--service-name",
        "--region-id",
        "--az-id",
        "--vpc-id",
        "--vswitch-id",
        "--security-group-id",
        "--cluster-id",
        "--client-cidr",
        "--vswitch-cidr",
        "--endpoint-name",
        "--tag",
        "--resource-group-id",
        "--tidb-cloud-url",
        "--endpoint-url",
        "--profile",
        "--connect-to",
        "--client",
        "--password-file",
        "--ssl-ca",
        "--from",
        "--port",
        "--ssl-mode",
        "--wait-timeout",
        "--connect-timeout",
        "--sandbox",
        "--color",
        "--lang",
    ];
    for flag in flags {
        for value in [long.as_str(), EVIL] {
            let run = Run::against(&cloud, &["setup", "-o", "json", &format!("{flag}={value}")]);
            let outcome = tame(run);
            assert!([2, 3].contains(&outcome.code), "{flag}: {}\n{}", outcome.stdout, outcome.stderr);
            // A variable says the same, with the same limit.
            let variable = format!("TIDB_PE_{}", flag[2..].to_uppercase().replace('-', "_"));
            let run = Run::against(&cloud, &["setup", "-o", "json"]).env(&variable, value);
            let outcome = tame(run);
            assert!([2, 3].contains(&outcome.code), "{variable}: {}\n{}", outcome.stdout, outcome.stderr);
        }
    }
    let many = vec!["vsw-!"; 20_000].iter().enumerate().map(|(n, id)| format!("{id}{n}")).collect::<Vec<_>>();
    let run = Run::against(&cloud, &SETUP).args(&["--vswitch-id", &many.join(",")[..LONGEST]]);
    let outcome = tame(run).expect(2);
    assert!(message(&outcome).contains("more."), "{}", outcome.stdout);
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn a_very_long_user_or_database_is_nobodys() {
    let world = World::of("[[endpoint]]\nname = 'app'\n");
    let long = "u".repeat(LONGEST - 100);
    let args = ["check", "ep-t4nsandbox0000000001", "--region-id", "ap-southeast-1", "-o", "json"];
    for flag in ["--user", "--database", "--tls-server-name"] {
        let run = Run::in_lab(&world.lab, &args).env("TIDB_PE_PASSWORD", "sandbox-password");
        let outcome = tame(run.args(&[flag, &long]));
        assert!([0, 2, 6].contains(&outcome.code), "{flag}: {}", outcome.stderr);
    }
}

#[test]
fn emoji_and_other_scripts_are_tags_and_names_like_any_other() {
    let cloud = shipped("instant");
    let run = Run::against(&cloud, &SETUP).args(&["--yes", "--endpoint-name", "终端节点-数据库"]);
    let run = run.args(&["--tag", "🔑=👩‍👩‍👧 e\u{301}", "--tag", "مالك=فريق", "--tag", "a+b =c&d=e%20*~"]);
    let outcome = tame(run).expect(0);
    assert_eq!(outcome.json()["endpoint"]["name"], "终端节点-数据库");
    let calls = cloud.calls();
    let create = calls.iter().find(|call| call.action == "CreateVpcEndpoint").expect("a create call");
    let values: Vec<&str> = create.params.values().map(String::as_str).collect();
    for value in ["🔑", "👩‍👩‍👧 e\u{301}", "فريق", "a+b", "c&d=e%20*~"] {
        assert!(values.contains(&value), "{value}: {values:?}");
    }
    let bad = Run::against(&cloud, &SETUP).args(&["--yes", "--endpoint-name", "😀"]);
    assert!(message(&tame(bad).expect(2)).contains("--endpoint-name"));
}

#[test]
fn files_of_credentials_that_are_none() {
    let cloud = sandbox("");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!(r#"{{"current":"{}","profiles":[]}}"#, "p".repeat(900 << 10));
    let evil = serde_json::json!({"current": EVIL, "profiles": [{"name": EVIL, "mode": EVIL, "access_key_id": EVIL}]});
    let many: Vec<_> =
        (0..9000).map(|n| serde_json::json!({"name": format!("p{n}"), "mode": "AK"})).collect();
    let many = serde_json::json!({"current": "none", "profiles": many});
    let huge = "x".repeat(10 << 20);
    let texts = [
        deep,
        long,
        evil.to_string(),
        many.to_string(),
        huge,
        "\u{0}".repeat(1000),
        String::new(),
        "{".into(),
    ];
    for text in &texts {
        for path in [".aliyun/config.json", ".alibabacloud/credentials", ".alibabacloud/credentials.ini"] {
            let run = keyless(&cloud, &LOOK).home_file(path, text);
            let outcome = tame(run).expect(3);
            assert_eq!(outcome.json()["error"]["kind"], "credentials", "{path}");
        }
    }
    let ini = format!("[default]\ntype = {EVIL}\naccess_key_id = {SECRET}\n[{}]\n", "s".repeat(500 << 10));
    let outcome = tame(keyless(&cloud, &LOOK).home_file(".alibabacloud/credentials", &ini)).expect(3);
    assert!(!outcome.stdout.contains(SECRET), "{}", outcome.stdout);
}
