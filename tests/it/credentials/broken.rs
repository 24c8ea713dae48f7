//! Files that cannot be used: a sentence with file and line, never a panic, never what is in them.

use super::*;
use crate::common::shipped;

#[test]
fn nothing_found_lists_every_source_and_its_reason() {
    let cloud = shipped("instant");
    let outcome = keyless(&cloud, &LOOK).go().expect(3);
    let message = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 7, "{message}");
    let expected = [
        ("environment: ", "are not set"),
        ("OIDC (RRSA): ", "are not set"),
        ("Alibaba Cloud CLI profile: ", "/.aliyun/config.json"),
        ("credentials file of the SDKs: ", "/.alibabacloud/credentials.ini"),
        ("RAM role of an ECS instance: ", "switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED"),
        ("credentials URI: ", "ALIBABA_CLOUD_CREDENTIALS_URI is not set"),
    ];
    for (line, (place, why)) in lines[1..].iter().zip(expected) {
        assert!(line.contains(place) && line.ends_with(why), "{line}");
    }
    assert_eq!(outcome.json()["error"]["kind"], "credentials");
}

#[test]
fn every_unusable_config_file_has_its_sentence() {
    let cloud = shipped("instant");
    let huge = format!("{{\"current\":\"{}\"}}", "x".repeat(2 << 20));
    let rows = [
        ("", "line 1: the file is empty"),
        ("{\n  \"current\": \"p\",\n  oops", "line 3, column 3: cannot be understood"),
        (
            "{\"profiles\":[{\"name\":\"p\",\"access_key_secret\":[\"profile-secret-0000000001\"]}]}",
            "line 1, column 45",
        ),
        ("[7]", "line 1, column"),
        ("\"profile-secret-0000000001\"", "line 1, column 27: cannot be understood"),
        (&huge, "is larger than 1 MiB"),
        ("{\"current\":\"p\",\"profiles\":[]}", "has no \"p\""),
        (
            "{\"current\":\"p\",\"profiles\":[{\"name\":\"p\",\"mode\":\"AK\",\"access_key_id\":\"i\"}]}",
            "it lacks access_key_secret",
        ),
        ("{\"current\":null,\"profiles\":null}", "has no \"default\""),
    ];
    for (text, expected) in rows {
        let outcome = config(keyless(&cloud, &LOOK), text).go().expect(3);
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("config.json") || expected.contains("lacks"), "{}", outcome.stderr);
    }
}

#[test]
fn other_encodings_and_other_things_than_files() {
    let cloud = shipped("instant");
    let path = ".aliyun/config.json";
    let utf16: Vec<u8> = "{\n}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [&b"\xff\xfe"[..], &utf16].concat();
    let run = config(keyless(&cloud, &LOOK), "{}");
    std::fs::write(run.home().join(path), bytes).unwrap();
    assert!(run.go().expect(3).stderr.contains("config.json, line 1: not UTF-8 text"));
    let run = keyless(&cloud, &LOOK);
    std::fs::create_dir_all(run.home().join(path)).unwrap();
    assert!(run.go().expect(3).stderr.contains("config.json is no regular file"));
    let run = keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_CONFIG_FILE", "/dev/zero");
    assert!(run.go().expect(3).stderr.contains("/dev/zero is no regular file"));
}

#[test]
fn every_unusable_ini_file_has_its_sentence() {
    let cloud = shipped("instant");
    let rows = [
        (
            "[default]\ntype = access_key\nprofile-secret-0000000001\n",
            "credentials, line 3: cannot be understood",
        ),
        ("[default\n", "line 1: cannot be understood"),
        ("[other]\ntype = access_key\n", "has no \"default\""),
        ("[default]\naccess_key_id = x\n", "it lacks type"),
        ("[default]\ntype = nonsense\n", "its mode \"nonsense\""),
        ("\n\n", "line 1: the file is empty"),
    ];
    for (text, expected) in rows {
        let outcome = keyless(&cloud, &LOOK).home_file(".alibabacloud/credentials", text).go().expect(3);
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.stderr);
    }
}

#[test]
fn token_files_are_read_as_carefully() {
    let cloud = shipped("instant");
    let rows = [("missing", None), ("empty", Some("")), ("broken", Some("not.a token\n"))];
    let expected = ["there is no ", "the file is empty", "This JWT token is invalid"];
    for ((name, text), expected) in rows.into_iter().zip(expected) {
        let run = keyless(&cloud, &LOOK);
        let run = text.map_or_else(|| keyless(&cloud, &LOOK), |text| run.home_file(name, text));
        let file = run.home().join(name).display().to_string();
        let run = run
            .env("ALIBABA_CLOUD_ROLE_ARN", ROLE)
            .env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p")
            .env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file);
        let outcome = run.go().expect(3);
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let cloud = shipped("instant");
    for (mode, warned) in [(0o644, true), (0o640, true), (0o600, false)] {
        let fields = format!(r#""mode":"AK","access_key_id":"{KEY}","access_key_secret":"{SECRET}""#);
        let run = profile(keyless(&cloud, &LOOK), &fields);
        let file = run.home().join(".aliyun/config.json");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let outcome = won(run.go(), "profile \"p\" (AK)");
        let said = outcome.json()["warnings"].to_string().contains("can be read by other users: chmod 600");
        assert_eq!((said, outcome.stderr.contains("chmod 600")), (warned, warned), "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_this_user_may_not_read() {
    use std::os::unix::fs::PermissionsExt;
    let cloud = shipped("instant");
    let run = config(keyless(&cloud, &LOOK), "{}");
    let file = run.home().join(".aliyun/config.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::File::open(&file).is_ok() {
        // The superuser may read everything.
        return;
    }
    assert!(run.go().expect(3).stderr.contains("config.json cannot be read: Permission denied"));
}
