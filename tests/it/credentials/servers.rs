//! The metadata service of an ECS instance, and URIs that hand out keys.

use super::modes::LONG;
use super::*;
use crate::common::shipped;

#[test]
fn role_of_the_ecs_instance() {
    let cloud = shipped("instant");
    let service = metadata();
    // A proxy is not asked for it.
    let run = on_ecs(keyless(&cloud, &LOOK), &service).env("http_proxy", "http://127.0.0.1:1");
    won(run.go(), "this ECS instance's RAM role \"MyEcsRole\"");
    assert_eq!(service.asked().len(), 3);
    let service = metadata();
    let run = on_ecs(keyless(&cloud, &LOOK), &service).env("ALIBABA_CLOUD_ECS_METADATA", "MyEcsRole");
    won(run.go(), "this ECS instance's RAM role \"MyEcsRole\"");
    assert_eq!(service.asked().len(), 2, "a named role is not looked up");
}

#[test]
fn the_metadata_service_is_asked_last() {
    let cloud = shipped("instant");
    let service = metadata();
    won(on_ecs(Run::against(&cloud, &LOOK), &service).go(), "the environment");
    won(on_ecs(profile(keyless(&cloud, &LOOK), &format!(r#""mode":"AK",{LONG}"#)), &service).go(), "profile");
    assert!(service.asked().is_empty());
}

/// Packets to the metadata service's address vanish on a laptop: here into a listener whose queue is full.
#[tokio::test]
async fn where_there_is_no_metadata_service_it_costs_about_a_second() {
    use tidb_pe::cloud::credentials::{Ecs, Place, Places};
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = tokio::net::TcpStream::connect(address).await.unwrap();
    let ecs = Ecs { base: format!("http://{address}"), ..Ecs::default() };
    let started = std::time::Instant::now();
    let misses = super::renewal::chain(Places { ecs, ..Places::default() }).find().await.err().unwrap();
    assert!(started.elapsed() < std::time::Duration::from_millis(1900), "{:?}", started.elapsed());
    let miss = misses.iter().find(|miss| miss.place == Place::Ecs).unwrap();
    assert!(miss.is_absent(), "{miss:?}");
}

#[test]
fn version_one_of_the_metadata_service_unless_switched_off() {
    let cloud = shipped("instant");
    let old = || {
        Fake::answering(|asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/latest/meta-data/ram/security-credentials/") => (200, "R".to_owned()),
            ("GET", _) => (200, handed_out(3600)),
            _ => (405, String::new()),
        })
    };
    won(on_ecs(keyless(&cloud, &LOOK), &old()).go(), "this ECS instance's RAM role \"R\"");
    let run = on_ecs(keyless(&cloud, &LOOK), &old()).env("ALIBABA_CLOUD_IMDSV1_DISABLED", "true");
    let outcome = run.go().expect(3);
    assert!(outcome.stderr.contains("answered with HTTP 405"), "{}", outcome.stderr);
    let disabled = metadata();
    let run = on_ecs(keyless(&cloud, &LOOK), &disabled).env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    assert!(run.go().expect(3).stderr.contains("switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED"));
    assert!(disabled.asked().is_empty());
}

#[test]
fn credentials_uri_of_the_environment() {
    let cloud = shipped("instant");
    let server = key_server();
    let run = keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_CREDENTIALS_URI", &format!("{}/c", server.url));
    won(run.go(), "ALIBABA_CLOUD_CREDENTIALS_URI");
}

#[test]
fn credential_uris_are_not_followed_elsewhere() {
    let cloud = shipped("instant");
    let rows: [(u16, String, &str); 4] = [
        (302, String::new(), "answered with HTTP 302"),
        (500, "profile-secret-0000000001".to_owned(), "answered with HTTP 500"),
        (200, "profile-secret-0000000001".to_owned(), "holds no credentials"),
        (200, "x".repeat(70_000), "answered with more than 64 KiB"),
    ];
    for (status, body, expected) in rows {
        let server = Fake::answering(move |_| (status, body.clone()));
        let run = keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_CREDENTIALS_URI", &server.url);
        let outcome = run.go().expect(3);
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.stderr);
    }
    let run = keyless(&cloud, &LOOK)
        .env("ALIBABA_CLOUD_CREDENTIALS_URI", "http://keys.example/?t=profile-token-0000000001");
    assert!(run.go().expect(3).stderr.contains("plain http to keys.example would show the key"));
}

#[test]
fn a_hiccup_of_whoever_hands_out_the_key_is_over_with_the_next_try() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let cloud = shipped("instant");
    let count = AtomicUsize::new(0);
    // Every first try at anything fails.
    let moody = move |answer: fn(&Asked) -> (u16, String)| {
        move |asked: &Asked| match count.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => (503, String::new()),
            _ => answer(asked),
        }
    };
    let service = Fake::answering(moody(|asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("PUT", _) => (200, "imds-session-token".to_owned()),
        ("GET", "/latest/meta-data/ram/security-credentials/") => (200, "R".to_owned()),
        _ => (200, handed_out(3600)),
    }));
    won(on_ecs(keyless(&cloud, &LOOK), &service).go(), "this ECS instance's RAM role \"R\"");
    assert_eq!(service.asked().len(), 6);
    let count = AtomicUsize::new(0);
    let server = Fake::answering(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => (500, String::new()),
        _ => (200, handed_out(3600)),
    });
    let run = keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_CREDENTIALS_URI", &server.url);
    won(run.go(), "ALIBABA_CLOUD_CREDENTIALS_URI");
    // What is a refusal is asked once.
    let refuses = Fake::answering(|_| (403, String::new()));
    keyless(&cloud, &LOOK).env("ALIBABA_CLOUD_CREDENTIALS_URI", &refuses.url).go().expect(3);
    assert_eq!(refuses.asked().len(), 1);
}

/// The API gives no usable answer, which is not the key's fault.
#[test]
fn an_outage_of_sts_is_the_apis_failure_and_a_refusal_is_the_keys() {
    use crate::common::sandbox;
    for (kind, code, named) in [("503", 7, "network"), ("error", 3, "credentials")] {
        let cloud = sandbox(&format!(
            "[[fault]]\naction = 'AssumeRole'\nkind = '{kind}'\ncode = 'NoPermission'\ntimes = 0\n"
        ));
        let fields = format!(
            r#""mode":"RamRoleArn","access_key_id":"{KEY}","access_key_secret":"{SECRET}","ram_role_arn":"{ROLE}""#
        );
        let document = profile(keyless(&cloud, &LOOK), &fields).go().expect(code).json();
        assert_eq!(document["error"]["kind"], named);
        assert!(document["error"]["request_id"].is_string(), "{document:#}");
    }
}
