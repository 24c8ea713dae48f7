//! No secret leaves: with everything switched on, all output is searched for all of them.

use crate::common::{Run, World};
use crate::credentials::{KEY, ROLE, SECRET, TEMPORARY, TOKEN, handed_out, on_ecs, profile};
use crate::fake::Fake;
use tidb_pe::sandbox::Scenario;

const OIDC_TOKEN: &str = "eyJhbGciOi.oidc-token-0000000001";

/// Every secret of these runs.
const ALL: [&str; 6] =
    [SECRET, TOKEN, OIDC_TOKEN, "sandbox-password", "sandbox-private-key-5f1c2e7a9b", "imds-session-token"];

fn searched(run: Run) -> (String, String) {
    let log = run.home().join("log");
    let run = run.env("TIDB_PE_LOG_FILE", &log.display().to_string());
    let (child, home) = run.spawn();
    let output = child.wait_with_output().expect("it ends");
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(!stderr.contains("panicked at"), "{stderr}");
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.lines().count() > 1, "{log}");
    for text in [&stdout, &stderr, &log] {
        for secret in ALL {
            assert!(!text.contains(secret), "{secret} shows:\n{text}");
        }
        let signatures = text.lines().filter(|line| line.contains("Signature=")).collect::<Vec<_>>();
        assert!(signatures.iter().all(|line| line.contains("Signature=***")), "{signatures:?}");
    }
    drop(home);
    (stdout, stderr)
}

fn everything(world: &World, format: &str) -> Run {
    let cloud = world.lab.cloud();
    let key = cloud.tidb_cloud_key();
    let args = ["setup", "--cluster-id", "10000000000000000001", "--yes", "-vv", "-o", format];
    Run::in_lab(&world.lab, &args)
        .without("ALIBABA_CLOUD_ACCESS_KEY_ID")
        .without("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
        .env("TIDB_PE_TIDB_CLOUD_URL", &cloud.tidb_cloud_url())
        .env("TIDB_CLOUD_PUBLIC_KEY", &key.public)
        .env("TIDB_CLOUD_PRIVATE_KEY", key.private.expose())
        .env("TIDB_PE_PASSWORD", "sandbox-password")
        .env("RUST_BACKTRACE", "full")
}

#[test]
fn with_every_feature_on_no_output_shows_a_secret() {
    let world = World::start(Scenario::named("instant").unwrap());
    for format in ["text", "json"] {
        let role = format!(
            r#""mode":"RamRoleArn","access_key_id":"{KEY}","access_key_secret":"{SECRET}","ram_role_arn":"{ROLE}","external_id":"{TOKEN}""#
        );
        let (stdout, stderr) = searched(profile(everything(&world, format), &role));
        assert!(stdout.contains("privatelink.aliyuncs.com"), "{stdout}{stderr}");
        let assumed = stderr.lines().find(|line| line.contains("AssumeRole")).unwrap();
        for shown in ["RoleArn=acs:ram::", "ExternalId=***", "Signature=***", &format!("AccessKeyId={KEY}")] {
            assert!(assumed.contains(shown), "{shown}: {assumed}");
        }
        let later = stderr.lines().find(|line| line.contains("GetCallerIdentity")).unwrap();
        assert!(later.contains("SecurityToken=***"), "{later}");
    }
}

#[test]
fn other_sources_and_failures_show_none_either() {
    let world = World::start(Scenario::named("instant").unwrap());
    let run = everything(&world, "json").home_file("token", OIDC_TOKEN);
    let file = run.home().join("token").display().to_string();
    let run = run
        .env("ALIBABA_CLOUD_ROLE_ARN", ROLE)
        .env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p")
        .env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file);
    let (_, stderr) = searched(run);
    assert!(stderr.contains("OIDCToken=***"), "{stderr}");
    // A metadata service that answers with a key in the wrong shape, and a wrong secret at the end of the chain.
    let odd = Fake::answering(|asked| match asked.method.as_str() {
        "PUT" => (200, "imds-session-token".to_owned()),
        _ => (200, handed_out(3600).replace("\"Success\"", &format!("\"{SECRET}\""))),
    });
    let run = on_ecs(everything(&world, "json"), &odd).env("ALIBABA_CLOUD_ECS_METADATA", "R");
    searched(run);
    let run = everything(&world, "text").env("ALIBABA_CLOUD_ACCESS_KEY_ID", TEMPORARY);
    searched(run.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", TOKEN));
}
