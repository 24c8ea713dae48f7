//! Temporary credentials over time: renewed before they end, once for all who wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tidb_pe::cloud::credentials::{Chain, Credentials, Ecs, Places, Provider, Source};
use tidb_pe::cloud::{Client, Notice, Observer, Tuning, hosts::Hosts, sts};
use tidb_pe::secret::Secret;

use super::*;
use crate::common::sandbox;

struct Deaf;

impl Observer for Deaf {
    fn notice(&self, _: Notice) {}
}

#[derive(Default)]
struct Heard(std::sync::Mutex<Vec<Notice>>);

impl Observer for Heard {
    fn notice(&self, notice: Notice) {
        self.0.lock().expect("no panic").push(notice);
    }
}

pub(super) fn chain(places: Places) -> Chain {
    tidb_pe::tls::install_crypto();
    Chain::new(places, Tuning::default(), Arc::new(Deaf))
}

/// A metadata service whose keys last so long, and how many it handed out. It takes its time.
fn short_lived(seconds: i64) -> (Fake, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let fake = Fake::answering(move |asked| {
        if asked.method == "PUT" {
            return (200, "imds-session-token".to_owned());
        }
        let n = counted.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(100));
        (200, handed_out(if n == 0 { seconds } else { 3600 }).replace(TOKEN, &format!("token-{n}")))
    });
    (fake, count)
}

fn on(fake: &Fake) -> Places {
    let ecs = Ecs { base: fake.url.clone(), role: Some("R".to_owned()), ..Ecs::default() };
    Places { ecs, ..Places::default() }
}

fn token(credentials: Option<Arc<Credentials>>) -> String {
    credentials.and_then(|key| key.security_token.clone()).expect("a token").expose().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_renewal_serves_twenty_concurrent_callers() {
    let (fake, count) = short_lived(100);
    let provider = chain(on(&fake)).find().await.ok().unwrap().provider;
    assert_eq!(count.load(Ordering::SeqCst), 1);
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { token(provider.credentials().await.unwrap()) })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "token-1", "everyone gets the new key");
    }
    assert_eq!(count.load(Ordering::SeqCst), 2, "the first look and one renewal");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failed_renewal_is_shared_too_and_a_key_that_still_works_is_used() {
    let fails = |left: i64| {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let fake = Fake::answering(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
            0 => (200, handed_out(left)),
            _ => (503, String::new()),
        });
        (fake, count)
    };
    for (left, usable) in [(100, true), (-5, false)] {
        let (fake, count) = fails(left);
        let places = Places {
            uri: Some(Secret::new(fake.url.clone())),
            ecs: Ecs { disabled: true, ..Ecs::default() },
            ..Places::default()
        };
        let provider = chain(places).find().await.ok().unwrap().provider;
        let callers: Vec<_> = (0..20)
            .map(|_| {
                let provider = provider.clone();
                tokio::spawn(async move { provider.credentials().await.is_ok() })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), usable, "{left} s left");
        }
        assert_eq!(
            count.load(Ordering::SeqCst),
            1 + 3,
            "{left} s left: the first look, one renewal in three tries"
        );
    }
}

#[tokio::test]
async fn twenty_requests_refused_at_once_cause_one_renewal() {
    let cloud = sandbox("key.session_good_s = 1");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.json");
    let text = format!(
        r#"{{"current":"p","profiles":[{{"name":"p","mode":"RamRoleArn","access_key_id":"{KEY}","access_key_secret":"{SECRET}","ram_role_arn":"{ROLE}"}}]}}"#
    );
    std::fs::write(&file, text).unwrap();
    let base = Hosts::base(&cloud.url()).unwrap();
    let mut places = Places { config_file: Some(file), ..Places::default() };
    places.sts.base = Some(base.clone());
    let provider = chain(places).find().await.ok().unwrap().provider;
    let client = Client::new(base, provider, Tuning::default(), Arc::new(Deaf)).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let calls = (0..20).map(|_| sts::get_caller_identity(&client, "ap-southeast-1"));
    for answer in futures_util::future::join_all(calls).await {
        answer.unwrap();
    }
    let assumed = cloud.calls().iter().filter(|call| call.action == "AssumeRole").count();
    assert_eq!(assumed, 2, "the first look and one renewal");
}

#[tokio::test]
async fn a_key_that_cannot_be_renewed_ends_the_call_before_it_is_sent() {
    let count = AtomicUsize::new(0);
    let fake = Fake::answering(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => (200, handed_out(-5)),
        _ => (503, String::new()),
    });
    let places = Places {
        uri: Some(Secret::new(fake.url.clone())),
        ecs: Ecs { disabled: true, ..Ecs::default() },
        ..Places::default()
    };
    let provider = chain(places).find().await.ok().unwrap().provider;
    let heard = Arc::new(Heard::default());
    let client =
        Client::new(Hosts::Vpc, provider, Tuning::default(), Arc::clone(&heard) as Arc<dyn Observer>);
    let client = client.unwrap();
    for _ in 0..2 {
        let error = sts::get_caller_identity(&client, "eu-west-2").await.unwrap_err();
        assert!(error.is_credentials() && !error.is_outage() && !error.is_ambiguous(), "{error:?}");
    }
    // Nothing was sent, and that the region has no host inside the VPC was said once.
    let heard = heard.0.lock().unwrap();
    assert!(matches!(&heard[..], [Notice::NoVpcHost { region, .. }] if region == "eu-west-2"), "{heard:?}");
}

#[tokio::test]
async fn a_key_that_nothing_renews_is_refused_once() {
    let cloud = crate::common::shipped("expired-token");
    let key = cloud.access_key();
    let credentials =
        Credentials { security_token: key.security_token, ..Credentials::permanent(key.id, key.secret) };
    let provider = Provider::fixed(credentials, Source::Environment);
    tidb_pe::tls::install_crypto();
    let base = Hosts::base(&cloud.url()).unwrap();
    let client = Client::new(base, provider, Tuning::default(), Arc::new(Deaf)).unwrap();
    let error = sts::get_caller_identity(&client, "ap-southeast-1").await.unwrap_err();
    assert_eq!((error.code(), cloud.calls().len()), (Some("InvalidSecurityToken.Expired"), 1));
    assert!(!format!("{error:?}").contains(Secret::new(SECRET).expose()));
}

const SLOW: &str =
    "[timing]\nactive_ms = 3500\nconnecting_ms = 3600\nconnected_ms = 3700\nzones_ms = 3800\n[key]\n";

fn wait_with(key: &str) -> (Sandbox, Outcome) {
    let cloud = sandbox(&format!("{SLOW}{key}"));
    let fields = format!(
        r#""mode":"RamRoleArn","access_key_id":"{KEY}","access_key_secret":"{SECRET}","ram_role_arn":"{ROLE}""#
    );
    let args = [&LOOK[..5], &["--yes", "--skip-test"]].concat();
    let outcome = profile(keyless(&cloud, &args), &fields).go().expect(0);
    (cloud, outcome)
}

fn sessions(cloud: &Sandbox) -> usize {
    cloud.calls().iter().filter(|call| call.action == "AssumeRole").count()
}

#[test]
fn a_key_is_renewed_before_it_ends_during_a_wait() {
    // Three minutes are left after one second of the wait.
    let (cloud, _) = wait_with("session_s = 181");
    assert_eq!(sessions(&cloud), 2);
    assert!(cloud.calls().iter().all(|call| call.code.is_none()), "no request was refused");
}

#[test]
fn a_key_that_the_server_calls_expired_is_renewed_during_a_wait() {
    let (cloud, _) = wait_with("session_good_s = 2");
    let refused =
        cloud.calls().iter().filter(|c| c.code.as_deref() == Some("InvalidSecurityToken.Expired")).count();
    assert!(refused >= 1 && sessions(&cloud) >= 2, "{refused} {}", sessions(&cloud));
}

#[test]
fn a_sign_in_that_ends_during_a_wait_says_what_to_run() {
    let cloud = sandbox(&format!("{SLOW}kind = \"token\""));
    let end = jiff::Timestamp::now().as_second() + 3;
    let fields = format!(
        r#""mode":"CloudSSO","access_key_id":"{TEMPORARY}","access_key_secret":"{SECRET}","sts_token":"{TOKEN}","sts_expiration":{end}"#
    );
    let args = [&LOOK[..5], &["--yes", "--skip-test", "-o", "json"]].concat();
    let outcome = profile(keyless(&cloud, &args), &fields).go().expect(3);
    let document = outcome.json();
    assert_eq!(document["error"]["hint"], "Run: aliyun configure --profile p");
    assert!(
        document["endpoint"]["id"].as_str().is_some_and(|id| id.starts_with("ep-")),
        "what exists is told"
    );
}
