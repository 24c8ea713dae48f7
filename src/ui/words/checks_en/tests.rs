//! Sentences are checked where a mistake would send a reader the wrong way.

use super::*;
use crate::check::greeting::ServerError;
use crate::check::{CheckId, Status, login, tls};
use crate::net::ConnectFailure;

fn words_of(verdict: Verdict) -> (String, String) {
    let (summary, remedy) = finding(&Finding { id: CheckId::Tls, status: Status::Fail, verdict });
    (summary, remedy.unwrap_or_default())
}

fn failed(address: &str) -> Vec<Failed> {
    vec![Failed { address: address.parse().unwrap(), zone_id: None, reason: ConnectFailure::TimedOut }]
}

fn timed_out(address: &str, instead: bool) -> (String, String) {
    let verdict = tcp::Verdict::TimedOut { failed: failed(address), port: 4000, after_ms: 10_000, instead };
    words_of(Verdict::Tcp(verdict))
}

#[test]
fn a_timeout_on_private_addresses_means_outside_the_vpc() {
    let (summary, remedy) = timed_out("10.0.0.1", false);
    assert_eq!(summary, "No answer from 10.0.0.1 on port 4000 within 10 s.");
    assert!(remedy.contains("not in the VPC") && remedy.contains("security group"), "{remedy}");
    assert!(timed_out("10.0.0.1", true).1.contains("tunnel"));
}

fn mismatch(names: &[&str], identity: &str) -> (String, String) {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    words_of(Verdict::Tls(tls::Verdict::NameMismatch {
        expected: "ep-x.example".into(),
        identity: Some(identity.into()),
        certificate: Certificate { names, ..Certificate::default() },
    }))
}

#[test]
fn a_mismatch_offers_a_name_the_certificate_proves() {
    let gateway = "gateway01.r.prod.alicloud.tidbcloud.com";
    let (summary, remedy) = mismatch(&["*.r.prod.alicloud.tidbcloud.com"], gateway);
    assert!(summary.contains("*.r.prod") && summary.ends_with("not for ep-x.example."), "{summary}");
    assert!(remedy.contains("--ssl-mode verify-ca"), "{remedy}");
    assert!(remedy.ends_with("--tls-server-name gateway01.r.prod.alicloud.tidbcloud.com."), "{remedy}");
}

#[test]
fn a_strangers_certificate_is_not_recommended() {
    let (_, remedy) = mismatch(&["mallory.example"], "mallory.example");
    assert!(remedy.starts_with("That is no name of TiDB Cloud: check the host."), "{remedy}");
}

#[test]
fn a_tunnel_is_a_command() {
    for (address, to) in [("10.0.0.1", "4000:10.0.0.1:4000"), ("fd00::1", "4000:[fd00::1]:4000")] {
        let (_, remedy) = words_of(Verdict::Tcp(tcp::Verdict::TimedOutOutside {
            failed: failed(address),
            port: 4000,
            after_ms: 10_000,
            vpc_id: "vpc-a".into(),
            position: crate::whereami::Position::Outside {
                machine_address: "192.168.1.5".parse().unwrap(),
                vpc_ranges: Vec::new(),
            },
        }));
        let command = remedy.find("ssh -N").map(|at| &remedy[at..]).and_then(|rest| rest.split_once(','));
        let command = command.map(|(command, _)| command).unwrap();
        let script = format!("for word in {command}; do printf '%s\\n' \"$word\"; done");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let words = String::from_utf8(output.stdout).unwrap();
        assert_eq!(words.lines().collect::<Vec<_>>(), ["ssh", "-N", "-L", to, "USER@BASTION"]);
    }
}

#[test]
fn what_a_server_says_cannot_drive_the_terminal() {
    let text = "Access\u{1b}[2J denied\r\n\u{202e}for you.".to_owned();
    let error = ServerError { number: 1045, state: Some("28000".into()), text };
    let verdict =
        login::Verdict::AccessDenied { user: "a.root".into(), using_password: Some(true), slip: None, error };
    let (summary, _) = words_of(Verdict::Login(verdict));
    assert_eq!(summary, "a.root was not let in: 1045 (28000) Access[2J denied for you.");
}

#[test]
fn missing_credentials_say_which_and_how() {
    let words = |user, password| words_of(Verdict::Login(login::Verdict::NoCredentials { user, password }));
    assert_eq!(words(true, true).0, "Not tried: no user and password given.");
    assert_eq!(words(true, false).1, "Give --user, such as PREFIX.root.");
    assert!(words(false, true).1.contains("TIDB_PE_PASSWORD"));
}

#[test]
fn proxy_answers_are_recognised() {
    let verdict = |address: &str| dns::Verdict::Foreign {
        name: "ep".into(),
        addresses: vec![address.parse().unwrap()],
        expected: vec!["10.0.0.1".parse().unwrap()],
    };
    assert!(words_of(Verdict::Dns(verdict("198.18.0.5"))).1.contains("fake-IP"));
    assert!(!words_of(Verdict::Dns(verdict("10.0.9.9"))).1.contains("fake-IP"));
}
