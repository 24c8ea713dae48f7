//! Which source wins where several have a key.

use super::*;
use crate::common::shipped;

const SOURCES: [&str; 6] = ["environment", "oidc", "profile", "ini", "ecs", "uri"];
const WINS: [&str; 6] = [
    "the environment",
    "the OIDC token",
    "profile \"p\"",
    "section \"default\"",
    "this ECS instance",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
];

fn offer(run: Run, source: &str, metadata: &Fake, uri: &Fake) -> Run {
    let key = format!(r#""access_key_id":"{KEY}","access_key_secret":"{SECRET}""#);
    match source {
        "environment" => {
            run.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY).env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
        }
        "oidc" => {
            let run = run.home_file("token", "eyJhbGciOi.oidc-token-0000000001");
            let file = run.home().join("token").display().to_string();
            run.env("ALIBABA_CLOUD_ROLE_ARN", ROLE)
                .env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p")
                .env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file)
        }
        "profile" => profile(run, &format!(r#""mode":"AK",{key}"#)),
        "ini" => run.home_file(
            ".alibabacloud/credentials",
            &format!("[default]\ntype = access_key\naccess_key_id = {KEY}\naccess_key_secret = {SECRET}\n"),
        ),
        "ecs" => on_ecs(run, metadata),
        _ => run.env("ALIBABA_CLOUD_CREDENTIALS_URI", &uri.url),
    }
}

#[test]
fn by_pairs_in_the_official_order() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    for first in 0..SOURCES.len() {
        for second in &SOURCES[first + 1..] {
            let run = offer(keyless(&cloud, &LOOK), second, &metadata, &uri);
            let run = offer(run, SOURCES[first], &metadata, &uri);
            won(run.go(), WINS[first]);
        }
    }
}

#[test]
fn a_chosen_profile_goes_before_everything() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    for other in ["environment", "oidc", "ini", "ecs", "uri"] {
        let run = offer(keyless(&cloud, &LOOK), "profile", &metadata, &uri);
        let run = offer(run, other, &metadata, &uri).env("TIDB_PE_PROFILE", "p");
        won(run.go(), "profile \"p\"");
    }
}

#[test]
fn the_variable_only_picks_within_the_chain() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    let run = offer(keyless(&cloud, &LOOK), "environment", &metadata, &uri);
    let run = offer(run, "profile", &metadata, &uri).env("ALIBABA_CLOUD_PROFILE", "p");
    won(run.go(), "the environment");
}

#[test]
fn an_unknown_profile_is_a_failure_and_no_other_identity() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    let run = offer(keyless(&cloud, &LOOK), "profile", &metadata, &uri);
    let run = offer(run, "environment", &metadata, &uri).args(&["--profile", "q"]);
    let outcome = run.go().expect(3);
    assert_eq!(outcome.json()["error"]["hint"], "Known profiles: \"p\".");
    let run = offer(keyless(&cloud, &LOOK), "profile", &metadata, &uri);
    let run = offer(run, "ecs", &metadata, &uri).env("ALIBABA_CLOUD_PROFILE", "q");
    assert!(run.go().expect(3).stderr.contains("has no \"q\""));
    assert!(metadata.asked().is_empty());
}

#[test]
fn profiles_can_be_switched_off() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    for variable in ["ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE"] {
        let run = offer(keyless(&cloud, &LOOK), "profile", &metadata, &uri);
        let run = offer(run, "uri", &metadata, &uri).env(variable, "TRUE");
        won(run.go(), "ALIBABA_CLOUD_CREDENTIALS_URI");
    }
}

#[test]
fn a_half_set_or_broken_source_is_passed_over_with_a_warning() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    let run = offer(keyless(&cloud, &LOOK), "uri", &metadata, &uri).env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY);
    let outcome = won(config(run, "{\n \"current\": x}").go(), "ALIBABA_CLOUD_CREDENTIALS_URI");
    let warnings = outcome.json()["warnings"].to_string();
    assert!(warnings.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing"), "{warnings}");
    assert!(warnings.contains("line 2, column 13: cannot be understood"), "{warnings}");
}

#[test]
fn verbose_says_which_sources_were_looked_at() {
    let (cloud, metadata, uri) = (shipped("instant"), metadata(), key_server());
    let run = offer(keyless(&cloud, &LOOK), "ini", &metadata, &uri).args(&["-v"]);
    let outcome = won(run.go(), "section \"default\"");
    for source in ["environment: ALIBABA_CLOUD_ACCESS_KEY_ID", "OIDC (RRSA): ", "there is no "] {
        assert!(outcome.stderr.contains(source), "{source}: {}", outcome.stderr);
    }
}
