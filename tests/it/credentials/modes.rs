//! One test a mode of the table.

use super::*;
use crate::common::{sandbox, shipped};

const CACHED: &str = r#""access_key_id":"STS.SandboxAccessKeyId000001","access_key_secret":"SandboxSecretUv3xQ8rT1mZk5wYb7nCd9e","sts_token":"SandboxToken/CAISqwJ1q6Ft5B2y+fSjIr5eLPdv+kRp8yM=""#;
pub(super) const LONG: &str =
    r#""access_key_id":"SandboxAccessKeyId000001","access_key_secret":"SandboxSecretUv3xQ8rT1mZk5wYb7nCd9e""#;

/// The actions that were called.
fn actions(cloud: &Sandbox) -> Vec<String> {
    cloud.calls().into_iter().map(|call| call.action).collect()
}

#[test]
fn environment() {
    let cloud = shipped("instant");
    let run = Run::against(&cloud, &LOOK);
    let outcome = won(run.go(), "the environment");
    assert!(outcome.stderr.contains("Account 1234567890123456 as acs:ram::1234567890123456:user/sandbox"));
    let run = keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_ACCESS_KEY_ID", TEMPORARY);
    let run = run.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET).env("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN);
    won(run.go(), "the environment");
}

#[test]
fn oidc_variables_of_a_pod() {
    let cloud = shipped("instant");
    let run = keyless(&cloud, &LOOK).home_file("token", "eyJhbGciOi.oidc-token-0000000001\n");
    let file = run.home().join("token").display().to_string();
    let run = run
        .env("ALIBABA_CLOUD_ROLE_ARN", ROLE)
        .env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1234567890123456:oidc-provider/ack")
        .env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file);
    won(run.go(), "the OIDC token in the environment (role acs:ram::1234567890123456:role/tidb-pe)");
    let calls = cloud.calls();
    assert_eq!(calls[0].action, "AssumeRoleWithOIDC");
    assert_eq!(calls[0].param("OIDCProviderArn"), Some("acs:ram::1234567890123456:oidc-provider/ack"));
}

#[test]
fn ak() {
    let cloud = shipped("instant");
    let run = profile(keyless(&cloud, &LOOK), &format!(r#""mode":"AK",{LONG}"#));
    won(run.go(), "profile \"p\" (AK)");
}

#[test]
fn sts_token() {
    let cloud = shipped("instant");
    let run = profile(keyless(&cloud, &LOOK), &format!(r#""mode":"StsToken",{CACHED}"#));
    won(run.go(), "profile \"p\" (StsToken)");
}

#[test]
fn ram_role_arn_with_a_long_lived_key() {
    let cloud = shipped("instant");
    let role = format!(
        r#""mode":"RamRoleArn",{LONG},"ram_role_arn":"{ROLE}","ram_session_name":"s1","expired_seconds":1200,"external_id":"x-1","policy":"{{}}""#
    );
    won(profile(keyless(&cloud, &LOOK), &role).go(), "profile \"p\" (RamRoleArn)");
    let call = &cloud.calls()[0];
    assert_eq!(call.action, "AssumeRole");
    let said = ["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId", "Policy"]
        .map(|name| call.param(name));
    assert_eq!(said, [Some(ROLE), Some("s1"), Some("1200"), Some("x-1"), Some("{}")]);
    assert_eq!(cloud.calls()[1].param("AccessKeyId"), Some(TEMPORARY));
}

#[test]
fn ram_role_arn_with_a_stored_token() {
    let cloud = shipped("instant");
    let role = format!(r#""mode":"RamRoleArn",{CACHED},"ram_role_arn":"{ROLE}""#);
    won(profile(keyless(&cloud, &LOOK), &role).go(), "profile \"p\" (RamRoleArn)");
    assert_eq!(cloud.calls()[0].param("AccessKeyId"), Some(TEMPORARY));
}

#[test]
fn ecs_ram_role() {
    let cloud = shipped("instant");
    let metadata = metadata();
    let run = profile(keyless(&cloud, &LOOK), r#""mode":"EcsRamRole","ram_role_name":"MyEcsRole""#);
    won(on_ecs(run, &metadata).go(), "profile \"p\" (EcsRamRole)");
    let ttl = metadata.asked()[0].header("x-aliyun-ecs-metadata-token-ttl-seconds").map(ToOwned::to_owned);
    assert_eq!(ttl.as_deref(), Some("21600"));
}

#[test]
fn ram_role_arn_with_role_name() {
    let cloud = shipped("instant");
    let fields =
        format!(r#""mode":"RamRoleArnWithRoleName","ram_role_name":"MyEcsRole","ram_role_arn":"{ROLE}""#);
    let run = on_ecs(profile(keyless(&cloud, &LOOK), &fields), &metadata());
    won(run.go(), "profile \"p\" (RamRoleArnWithRoleName)");
    assert_eq!(actions(&cloud)[0], "AssumeRole");
}

#[test]
fn oidc() {
    let cloud = shipped("instant");
    let run = keyless(&cloud, &LOOK).home_file("token", "eyJhbGciOi.oidc-token-0000000001");
    let file = run.home().join("token").display().to_string();
    let fields = format!(
        r#""mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/p","oidc_token_file":"{file}","ram_role_arn":"{ROLE}","ram_session_name":"s1""#
    );
    won(profile(run, &fields).go(), "profile \"p\" (OIDC)");
    assert_eq!(cloud.calls()[0].param("RoleSessionName"), Some("s1"));
}

#[test]
fn chainable_ram_role_arn() {
    let cloud = shipped("instant");
    let text = format!(
        r#"{{"current":"c","profiles":[{{"name":"a","mode":"AK",{LONG}}},
        {{"name":"b","mode":"ChainableRamRoleArn","source_profile":"a","ram_role_arn":"{ROLE}"}},
        {{"name":"c","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"{ROLE}"}}]}}"#
    );
    won(config(keyless(&cloud, &LOOK), &text).go(), "profile \"c\" (ChainableRamRoleArn)");
    assert_eq!(actions(&cloud)[..2], ["AssumeRole", "AssumeRole"]);
}

#[test]
fn chainable_profiles_in_a_circle() {
    let cloud = shipped("instant");
    let text = format!(
        r#"{{"current":"a","profiles":[
        {{"name":"a","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"{ROLE}"}},
        {{"name":"b","mode":"ChainableRamRoleArn","source_profile":"a","ram_role_arn":"{ROLE}"}}]}}"#
    );
    let outcome = config(keyless(&cloud, &LOOK), &text).go().expect(3);
    assert!(
        outcome.stderr.contains(r#"source_profile goes in a circle: "a" > "b" > "a""#),
        "{}",
        outcome.stderr
    );
}

#[test]
fn external_command_without_the_secrets_of_others() {
    let cloud = shipped("instant");
    let run = keyless(&cloud, &LOOK)
        .home_file("creds.json", &format!(r#"{{"mode":"StsToken",{CACHED},"expiration":"2099-01-15T09:30:00Z"}}"#))
        .home_file("get", "#!/bin/sh\nenv > \"$HOME/environment\"\necho \"$@\" > \"$HOME/words\"\ncat \"$HOME/creds.json\"\n");
    let script = run.home().join("get").display().to_string();
    let home = run.home().to_owned();
    let run =
        profile(run, &format!(r#""mode":"External","process_command":"/bin/sh {script} --a 'b c' $HOME""#));
    let run = run
        .env("TIDB_PE_PASSWORD", "sandbox-password")
        .env("TIDB_CLOUD_PUBLIC_KEY", "PublicKey01")
        .env("TIDB_CLOUD_PRIVATE_KEY", "tidb-private-key-0000000001")
        .env("TIDBCLOUD_PRIVATE_KEY", "tidb-private-key-0000000002")
        .env("INNOCENT", "yes");
    // The home directory must outlive the run: its files are read below.
    let (child, _kept) = run.spawn();
    let output = child.wait_with_output().unwrap();
    won(Outcome::of(&output), "profile \"p\" (External)");
    let seen = std::fs::read_to_string(home.join("environment")).unwrap();
    assert!(seen.contains("INNOCENT=yes"));
    for secret in ["sandbox-password", "PublicKey01", "tidb-private-key"] {
        assert!(!seen.contains(secret), "the command sees {secret}");
    }
    let words = std::fs::read_to_string(home.join("words")).unwrap();
    assert_eq!(words, "--a 'b c' $HOME\n", "words are split at spaces and no shell reads them");
}

#[test]
fn external_command_that_fails_prints_or_lasts() {
    let cloud = shipped("instant");
    let rows = [
        ("/bin/false", "ended with code 1"),
        ("/nonexistent/command", "could not be run: No such file"),
        ("/bin/echo profile-secret-0000000001", "is no JSON of credentials"),
        ("/bin/cat /dev/zero", "printed more than 64 KiB"),
    ];
    for (command, expected) in rows {
        let fields = format!(r#""mode":"External","process_command":"{command}""#);
        let outcome = profile(keyless(&cloud, &LOOK), &fields).go().expect(3);
        assert!(outcome.stderr.contains(expected), "{command}: {}", outcome.stderr);
    }
    let fields = r#""mode":"External","process_command":"/bin/true""#;
    let run = profile(keyless(&cloud, &LOOK), fields).env("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1");
    assert!(run.go().expect(3).stderr.contains("switched off by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"));
}

#[tokio::test]
async fn external_command_has_a_time_limit() {
    use tidb_pe::cloud::credentials::{CommandError, External, Why};
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.json");
    let text =
        r#"{"current":"p","profiles":[{"name":"p","mode":"External","process_command":"/bin/sleep 600"}]}"#;
    std::fs::write(&file, text).unwrap();
    let limit = std::time::Duration::from_millis(200);
    let external = External { limit, ..External::default() };
    let places = tidb_pe::cloud::credentials::Places {
        config_file: Some(file),
        chosen_profile: Some("p".to_owned()),
        external,
        ..Default::default()
    };
    let started = std::time::Instant::now();
    let misses = super::renewal::chain(places).find().await.err().unwrap();
    assert_eq!(misses[0].why, Why::Command(CommandError::TooLong(limit)));
    assert!(started.elapsed() < std::time::Duration::from_secs(10));
}

#[test]
fn credentials_uri_profile() {
    let cloud = shipped("instant");
    let server = key_server();
    let fields = format!(r#""mode":"CredentialsURI","credentials_uri":"{}/creds""#, server.url);
    won(profile(keyless(&cloud, &LOOK), &fields).go(), "profile \"p\" (CredentialsURI)");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn cloud_sso_by_its_cache() {
    let cloud = shipped("instant");
    let end = jiff::Timestamp::now().as_second() + 600;
    let fields = format!(r#""mode":"CloudSSO","access_token":"t",{CACHED},"sts_expiration":{end}"#);
    won(profile(keyless(&cloud, &LOOK), &fields).go(), "profile \"p\" (CloudSSO)");
}

#[test]
fn oauth_by_its_cache() {
    let cloud = shipped("instant");
    let end = jiff::Timestamp::now().as_second() + 600;
    let fields = format!(r#""mode":"OAuth","oauth_refresh_token":"r",{CACHED},"sts_expiration":{end}"#);
    won(profile(keyless(&cloud, &LOOK), &fields).go(), "profile \"p\" (OAuth)");
}

#[test]
fn a_stale_sign_in_says_what_to_run() {
    let cloud = shipped("instant");
    for mode in ["CloudSSO", "OAuth"] {
        for expiration in [r#","sts_expiration":1768466400"#, ""] {
            let fields = format!(r#""mode":"{mode}",{CACHED}{expiration}"#);
            let outcome = profile(keyless(&cloud, &LOOK), &fields).go().expect(3);
            assert_eq!(outcome.json()["error"]["hint"], "Run: aliyun configure --profile p", "{mode}");
        }
    }
    assert!(cloud.calls().is_empty());
}

#[test]
fn modes_that_are_refused_say_why() {
    let cloud = shipped("instant");
    let rows = [
        ("RsaKeyPair", "mode RsaKeyPair is refused: the Alibaba Cloud CLI has deprecated it"),
        ("BearerToken", "mode BearerToken is refused: PrivateLink, VPC and ECS take signed requests only"),
        ("Anonymous", "mode Anonymous is refused: it signs nothing"),
        ("ak", "its mode \"ak\" is not one the Alibaba Cloud CLI knows"),
        ("", "it lacks mode"),
    ];
    for (mode, expected) in rows {
        let fields = format!(r#""mode":"{mode}",{LONG},"bearer_token":"profile-token-0000000001""#);
        let outcome = profile(keyless(&cloud, &LOOK), &fields).go().expect(3);
        assert!(outcome.stderr.contains(expected), "{mode}: {}", outcome.stderr);
    }
}

#[test]
fn ini_file_in_both_places_and_every_type() {
    let cloud = shipped("instant");
    let key = format!("access_key_id = {KEY} # the id\naccess_key_secret = {SECRET}\n");
    let rows = [
        (".alibabacloud/credentials", format!("[default]\ntype = access_key\n{key}")),
        (".alibabacloud/credentials.ini", format!("# note\n[default]\ntype = access_key # kind\n{key}")),
        (
            ".alibabacloud/credentials",
            format!("[default]\ntype = ram_role_arn\n{key}role_arn = {ROLE}\npolicy =\n"),
        ),
        (".alibabacloud/credentials", "[default]\ntype = ecs_ram_role\nrole_name = MyEcsRole\n".to_owned()),
    ];
    let metadata = metadata();
    for (path, text) in rows {
        let run = on_ecs(keyless(&cloud, &LOOK).home_file(path, &text), &metadata);
        won(run.go(), "section \"default\" of");
    }
    let run = keyless(&cloud, &LOOK).home_file("token", "eyJhbGciOi.oidc-token-0000000001");
    let token = run.home().join("token").display().to_string();
    let text = format!(
        "[rrsa]\ntype = oidc_role_arn\nrole_arn = {ROLE}\noidc_provider_arn = acs:ram::1:oidc-provider/a\n\
         oidc_token_file_path = {token}\nrole_session_name = s1\n[rsa]\ntype = rsa_key_pair\n"
    );
    let run = run.home_file("elsewhere", &text);
    let path = run.home().join("elsewhere").display().to_string();
    let run = run.env("ALIBABA_CLOUD_CREDENTIALS_FILE", &path).env("ALIBABA_CLOUD_PROFILE", "rrsa");
    won(run.go(), "section \"rrsa\" of");
    let run = keyless(&cloud, &LOOK).home_file("elsewhere", &text);
    let path = run.home().join("elsewhere").display().to_string();
    let run = run.env("ALIBABA_CLOUD_CREDENTIALS_FILE", &path).env("ALIBABA_CLOUD_PROFILE", "rsa");
    assert!(run.go().expect(3).stderr.contains("RsaKeyPair is refused"));
}

#[test]
fn the_sandbox_touches_no_source() {
    let service = metadata();
    let uri = key_server();
    let run = on_ecs(Run::new(&["setup", "--sandbox=instant", "--skip-test", "-o", "json"]), &service)
        .env("ALIBABA_CLOUD_CREDENTIALS_URI", &uri.url);
    let run = profile(run, r#""mode":"External","process_command":"/usr/bin/touch ran""#);
    let ran = run.home().join("ran");
    let (child, _home) = run.spawn();
    won(Outcome::of(&child.wait_with_output().unwrap()), "the sandbox");
    assert!(service.asked().is_empty() && uri.asked().is_empty() && !ran.exists());
}

#[test]
fn sts_regions_and_hosts_of_a_profile_count() {
    let cloud = sandbox("");
    // A region of the profile hides a host of the environment, but --endpoint-url goes before both.
    let fields = format!(r#""mode":"RamRoleArn",{LONG},"ram_role_arn":"{ROLE}","sts_region":"cn-beijing""#);
    let run =
        profile(keyless(&cloud, &LOOK), &fields).env("ALIBABA_CLOUD_STS_ENDPOINT", "http://127.0.0.1:1");
    won(run.go(), "profile \"p\" (RamRoleArn)");
    // Without --endpoint-url a named host is asked.
    let run = profile(Run::new(&LOOK), &format!(r#""mode":"RamRoleArn",{LONG},"ram_role_arn":"{ROLE}""#));
    let outcome = run.env("ALIBABA_CLOUD_STS_ENDPOINT", "http://127.0.0.1:1").go().expect(7);
    assert!(outcome.stderr.contains("No connection to 127.0.0.1:1 for AssumeRole"), "{}", outcome.stderr);
}
