//! The TiDB Cloud API: from an instance's id to the values, behind HTTP digest that is really verified.

use crate::common::{Outcome, Run, sandbox};
use crate::fake::Fake;
use crate::rehearsal::{Rehearsal, deaf, prompt, quick};
use serde_json::Value;
use std::time::Duration;
use tidb_pe::cloud::Tuning;
use tidb_pe::sandbox::Sandbox;

const ID: &str = "10000000000000000001";

/// A dry run that knows the instance's id and nothing else.
fn by_id(cloud: &Sandbox) -> Run {
    let args = ["setup", "--cluster-id", ID, "--dry-run", "--skip-test", "-o", "json"];
    Run::against(cloud, &args).env("TIDB_PE_TIDB_CLOUD_URL", &cloud.tidb_cloud_url())
}

fn with_key(run: Run, cloud: &Sandbox) -> Run {
    let key = cloud.tidb_cloud_key();
    run.env("TIDB_CLOUD_PUBLIC_KEY", &key.public).env("TIDB_CLOUD_PRIVATE_KEY", key.private.expose())
}

/// The same in this process, where nothing is waited for.
fn promptly(cloud: &Sandbox) -> Rehearsal {
    let (url, key) = (cloud.tidb_cloud_url(), cloud.tidb_cloud_key());
    let args =
        ["setup", "--cluster-id", ID, "--tidb-cloud-url", &url, "--dry-run", "--skip-test", "-o", "json"];
    Rehearsal::against(cloud, &args)
        .var("TIDB_CLOUD_PUBLIC_KEY", &key.public)
        .var("TIDB_CLOUD_PRIVATE_KEY", key.private.expose())
        .tuned(Tuning { budget: Duration::from_millis(300), ..prompt() })
}

fn error(outcome: &Outcome) -> (Value, String, String) {
    let error = outcome.json()["error"].clone();
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (error["kind"].clone(), text("message"), text("hint"))
}

#[test]
fn an_id_gives_service_zones_region_port_and_user() {
    let cloud = sandbox("");
    let args = ["--yes", "--no-wait"];
    let world_args = ["setup", "--cluster-id", &format!("clusters/{ID}"), "--skip-test", "-o", "json"];
    let run =
        Run::against(&cloud, &world_args).args(&args).env("TIDB_PE_TIDB_CLOUD_URL", &cloud.tidb_cloud_url());
    let outcome = with_key(run, &cloud).go().expect(0);
    assert_eq!(cloud.tidb_cloud_asked(), [format!("/v1beta1/clusters/{ID}?view=FULL")]);
    let document = outcome.json();
    assert_eq!(
        document["endpoint"]["service_name"],
        "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001"
    );
    assert_eq!(document["endpoint"]["zones"].as_array().unwrap().len(), 3);
    assert_eq!(document["connection"]["user"], "sandbox00000001.root");
    assert_eq!(document["connection"]["port"], 4000);
    let host = document["connection"]["host"].as_str().unwrap();
    assert!(host.ends_with(".privatelink.aliyuncs.com"), "the API's own private host is not used: {host}");
    assert!(outcome.stderr.contains("(from TiDB Cloud)"), "{}", outcome.stderr);
    assert!(!outcome.stdout.contains("gateway01"), "{}", outcome.stdout);
}

#[test]
fn the_port_of_the_instance_is_used_and_a_given_one_wins() {
    let cloud = sandbox("database.port = 4001");
    let rule = |port: &str| {
        let run = with_key(by_id(&cloud), &cloud).args(&["--security-group-id", "sg-t4nsandbox0000000002"]);
        let run = if port.is_empty() { run } else { run.args(&["--port", port]) };
        run.go()
    };
    // The group of the default network lets clients in on 4000 only, so the port in question is named.
    assert!(rule("").stderr.contains("4001"), "{}", rule("").stderr);
    rule("4000").expect(0);
}

#[test]
fn every_source_of_keys_in_its_order() {
    let cloud = sandbox("");
    let key = cloud.tidb_cloud_key();
    let (public, private) = (key.public.as_str(), key.private.expose());
    let ticloud = format!(
        "current-profile = \"work\"\n[work]\npublic-key = \"{public}\"\nprivate-key = \"{private}\"\n"
    );
    let ti = format!("[default]\ntidb_cloud_public_key = {public}\ntidb_cloud_private_key = {private}\n");
    let offers: [(&str, &dyn Fn(Run) -> Run); 4] = [
        ("the environment (TIDB_CLOUD_PUBLIC_KEY)", &|run| with_key(run, &cloud)),
        ("the environment (TIDBCLOUD_PUBLIC_KEY)", &|run| {
            run.env("TIDBCLOUD_PUBLIC_KEY", public).env("TIDBCLOUD_PRIVATE_KEY", private)
        }),
        ("profile \"work\" of ", &|run| run.home_file(".ticloud/config", &ticloud)),
        ("/.ti/credentials", &|run| run.home_file(".ti/credentials", &ti)),
    ];
    for (first, (winner, offer)) in offers.iter().enumerate() {
        let rest = &offers[first..];
        let run = rest.iter().rev().fold(by_id(&cloud), |run, (_, offer)| offer(run));
        let outcome = run.go().expect(0);
        assert!(outcome.stderr.contains(winner), "{winner}: {}", outcome.stderr);
        let alone = offer(by_id(&cloud)).go().expect(0);
        assert!(alone.stderr.contains(winner), "{winner}: {}", alone.stderr);
    }
    // Files written by this test can be read by others: that is said.
    let outcome = offers[2].1(by_id(&cloud)).go().expect(0);
    assert!(
        outcome.json()["warnings"].to_string().contains(".ticloud/config holds secrets"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn without_keys_every_place_is_listed() {
    let cloud = sandbox("");
    let outcome = by_id(&cloud).home_file(".ti/credentials", "[default]\nx\n").go().expect(3);
    let (kind, message, hint) = error(&outcome);
    assert_eq!(kind, "credentials");
    for place in [
        "TIDB_CLOUD_PUBLIC_KEY",
        "TIDBCLOUD_PUBLIC_KEY",
        ".ticloud/config",
        ".ti/credentials, line 2: cannot",
    ] {
        assert!(message.contains(place), "{place}: {message}");
    }
    assert!(hint.contains("https://tidbcloud.com/org-settings/api-keys"), "{hint}");
    assert!(cloud.calls().is_empty(), "nothing was asked");
}

#[test]
fn what_cannot_be_connected_is_explained() {
    let rows = [
        ("provider = \"aws\"", 2, "runs on AWS, not on Alibaba Cloud"),
        ("state = \"PAUSED\"", 4, "its state is PAUSED"),
        ("state = \"INACTIVE\"", 4, "its state is INACTIVE"),
        ("private_endpoint = false", 2, "has no private endpoint"),
        ("cluster_id = \"2\"", 4, "knows no instance 10000000000000000001"),
        ("wrong_secret = true", 3, "does not accept the API key"),
        ("fault = \"forbidden\"", 3, "may not read 10000000000000000001"),
        ("fault = \"throttled\"", 7, "takes no more requests"),
        ("fault = \"page\"", 7, "gave no usable answer (HTTP 200)"),
        ("fault = \"broken\"", 7, "HTTP 500: internal error of the sandbox"),
        ("fault = \"basic\"", 7, "does not ask for HTTP digest"),
    ];
    for (scenario, code, expected) in rows {
        let cloud = sandbox(&format!("[tidb_cloud]\n{scenario}"));
        let outcome = promptly(&cloud).go().expect(code);
        let (_, message, hint) = error(&outcome);
        assert!(message.contains(expected), "{scenario}: {message}");
        assert!(!hint.is_empty(), "{scenario}");
        assert!(cloud.calls().is_empty(), "{scenario}: Alibaba Cloud is not asked before this is known");
    }
    let throttled = sandbox("tidb_cloud.fault = \"throttled\"");
    assert!(error(&promptly(&throttled).go()).2.contains("again in 37 s"));
    assert_eq!(throttled.tidb_cloud_asked().len(), 2, "it was waited for as long as the call's time allowed");
}

#[test]
fn a_busy_instance_is_mentioned_and_used() {
    let cloud = sandbox("tidb_cloud.state = \"MODIFYING\"");
    let outcome = with_key(by_id(&cloud), &cloud).go().expect(0);
    assert!(outcome.stderr.contains("It is MODIFYING at the moment."), "{}", outcome.stderr);
}

#[test]
fn an_instance_and_another_service_name_are_refused() {
    let cloud = sandbox("");
    let other = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nother";
    let run = with_key(by_id(&cloud), &cloud).args(&["--service-name", other]);
    let (kind, message, _) = error(&run.go().expect(2));
    assert_eq!(kind, "usage");
    assert!(message.contains(other) && message.contains("epsrv-t4nsandbox0000000001"), "{message}");
}

#[test]
fn bad_ids_and_urls_are_refused_before_any_request() {
    let rows: [(&[&str], &str); 4] = [
        (&["--cluster-id", "../users"], "--cluster-id cannot be"),
        (&["--tidb-cloud-url", "http://api.example"], "--tidb-cloud-url is plain http to api.example"),
        (&["--tidb-cloud-url", "nonsense"], "--tidb-cloud-url cannot be"),
        (&["--tidb-cloud-url", "http://127.0.0.1:1", "--sandbox"], "--sandbox"),
    ];
    for (args, expected) in rows {
        let outcome = Run::new(&["setup", "-o", "json"]).args(args).go().expect(2);
        assert!(error(&outcome).1.contains(expected), "{args:?}: {}", outcome.stdout);
    }
}

#[test]
fn nobody_there_is_a_network_failure() {
    let cloud = sandbox("");
    let run = with_key(by_id(&cloud), &cloud).env("TIDB_PE_TIDB_CLOUD_URL", "http://127.0.0.1:1");
    let (kind, message, _) = error(&run.go().expect(7));
    assert_eq!(kind, "network");
    assert!(message.contains("No answer from 127.0.0.1"), "{message}");
    let elsewhere = Fake::answering(|_| (302, String::new()));
    let run = with_key(by_id(&cloud), &cloud).env("TIDB_PE_TIDB_CLOUD_URL", &elsewhere.url);
    run.go().expect(7);
    assert!(elsewhere.asked().iter().all(|asked| asked.path.contains(ID)), "a redirect is not followed");
}

#[tokio::test]
async fn the_list_is_read_page_by_page_and_a_used_up_nonce_is_replaced() {
    use tidb_pe::tidb_cloud::{Api, keys};
    tidb_pe::tls::install_crypto();
    let cloud = sandbox("[tidb_cloud]\nothers = 250\nnonce_uses = 2");
    let key = cloud.tidb_cloud_key();
    let keys = keys::Keys { public: key.public, private: key.private, source: keys::Source::Sandbox };
    let api = Api::new(cloud.tidb_cloud_url(), keys, prompt(), deaf()).unwrap();
    let clusters = api.clusters().await.unwrap();
    assert_eq!(clusters.len(), 251);
    assert_eq!(clusters.iter().filter(|each| each.is_on_alibaba()).count(), 1);
    assert_eq!(cloud.tidb_cloud_asked().len(), 3);
    assert_eq!(api.cluster(ID).await.unwrap().facts().unwrap().zones.len(), 3);
}

#[test]
fn the_sandbox_has_this_api_too_and_touches_no_real_key() {
    let args = ["setup", "--sandbox=instant", "--cluster-id", ID, "--dry-run", "-o", "json"];
    let run =
        Run::new(&args).env("TIDB_CLOUD_PUBLIC_KEY", "real").env("TIDB_CLOUD_PRIVATE_KEY", "wrong-Pa55word!");
    let outcome = run.go().expect(0);
    assert!(outcome.stderr.contains("API key from the sandbox"), "{}", outcome.stderr);
}

/// The list is asked for at a terminal only, so that the fault matrix has no run for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_list_heals_or_ends_as_one_typed_error() {
    use tidb_pe::error::{Error, Kind};
    use tidb_pe::tidb_cloud::{Api, keys};
    tidb_pe::tls::install_crypto();
    let kinds = [
        "throttle",
        "throttle-with-retry-after",
        "500",
        "503",
        "reset-before",
        "reset-after",
        "hang",
        "slow-body",
        "garbage",
        "html",
        "truncated",
        "empty",
        "redirect",
        "gzip",
        "too-large",
    ];
    for kind in kinds {
        for times in [1, 0] {
            let cloud = sandbox(&format!(
                "[[fault]]\naction = 'ListClusters'\nkind = '{kind}'\ntimes = {times}\ndelay_ms = 500\n"
            ));
            let key = cloud.tidb_cloud_key();
            let keys = keys::Keys { public: key.public, private: key.private, source: keys::Source::Sandbox };
            let tuning = if ["hang", "slow-body"].contains(&kind) { quick() } else { prompt() };
            let tuning = Tuning { tries: 2, throttled_tries: 2, ..tuning };
            let listed = Api::new(cloud.tidb_cloud_url(), keys, tuning, deaf()).unwrap().clusters().await;
            if times == 1 {
                assert_eq!(listed.map(|all| all.len()).map_err(|error| format!("{kind}: {error:?}")), Ok(1));
            } else {
                let error = Error::from(listed.unwrap_err());
                assert_eq!(error.kind(), Kind::Network, "{kind}: {error:?}");
                let silent = ["reset-before", "reset-after", "hang", "html", "redirect"].contains(&kind);
                assert_eq!(error.request_id().is_none(), silent, "{kind}: {error:?}");
                assert_eq!(cloud.tidb_cloud_asked().len(), 2, "{kind}");
            }
        }
    }
}
