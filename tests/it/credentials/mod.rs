//! Where keys come from: every source and mode, against servers on loopback.

mod broken;
mod modes;
mod precedence;
mod renewal;
mod servers;

use crate::common::{Outcome, Run};
use crate::fake::{Asked, Fake};
use tidb_pe::sandbox::Sandbox;

pub(crate) const KEY: &str = "SandboxAccessKeyId000001";
pub(crate) const TEMPORARY: &str = "STS.SandboxAccessKeyId000001";
pub(crate) const SECRET: &str = "SandboxSecretUv3xQ8rT1mZk5wYb7nCd9e";
pub(crate) const TOKEN: &str = "SandboxToken/CAISqwJ1q6Ft5B2y+fSjIr5eLPdv+kRp8yM=";
pub(crate) const ROLE: &str = "acs:ram::1234567890123456:role/tidb-pe";

/// A run that asks the cloud and changes nothing.
pub(crate) const LOOK: [&str; 9] = [
    "setup",
    "--service-name",
    "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001",
    "--vpc-id",
    "vpc-t4nsandbox0000000001",
    "--dry-run",
    "--skip-test",
    "-o",
    "json",
];

/// A run against `cloud` without any key.
pub(crate) fn keyless(cloud: &Sandbox, args: &[&str]) -> Run {
    // Tests of the metadata service switch it on again.
    let run = Run::new(args).env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    run.env("TIDB_PE_ENDPOINT_URL", &cloud.url())
}

/// With the CLI's file, holding one profile `p` of these fields, which is the current one.
pub(crate) fn profile(run: Run, fields: &str) -> Run {
    config(run, &format!(r#"{{"current":"p","profiles":[{{"name":"p",{fields}}}]}}"#))
}

/// With this file of the CLI.
pub(crate) fn config(run: Run, text: &str) -> Run {
    run.home_file(".aliyun/config.json", text)
}

/// The body of IMDS and credential URIs, good for an hour.
pub(crate) fn handed_out(seconds: i64) -> String {
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    let end = end.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{TEMPORARY}","AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}","Expiration":"{end}"}}"#
    )
}

/// A metadata service of version 2, with a role.
pub(crate) fn metadata() -> Fake {
    Fake::answering(|asked: &Asked| {
        let admitted = asked.header("x-aliyun-ecs-metadata-token") == Some("imds-session-token");
        match (asked.method.as_str(), asked.path.as_str()) {
            ("PUT", "/latest/api/token") => (200, "imds-session-token".to_owned()),
            _ if !admitted => (403, String::new()),
            ("GET", "/latest/meta-data/ram/security-credentials/") => (200, "MyEcsRole\n".to_owned()),
            ("GET", "/latest/meta-data/ram/security-credentials/MyEcsRole") => (200, handed_out(3600)),
            _ => (404, String::new()),
        }
    })
}

/// A server that hands out a key to whoever asks.
pub(crate) fn key_server() -> Fake {
    Fake::answering(|_| (200, handed_out(3600)))
}

/// With this metadata service.
pub(crate) fn on_ecs(run: Run, metadata: &Fake) -> Run {
    run.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED").env("TIDB_PE_ECS_METADATA_URL", &metadata.url)
}

/// Fails the test unless the run says that its key is from `source`.
#[track_caller]
pub(crate) fn won(outcome: Outcome, source: &str) -> Outcome {
    let outcome = outcome.expect(0);
    assert!(outcome.stderr.contains(&format!("key from {source}")), "{}", outcome.stderr);
    outcome
}
