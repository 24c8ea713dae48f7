//! The client's transport against faults on real sockets: what heals, what ends, and how often it was tried.

use std::sync::Arc;

use tidb_pe::cloud::credentials::{Credentials, Provider, Source};
use tidb_pe::cloud::hosts::Hosts;
use tidb_pe::cloud::{Client, ErrorKind, Notice, SignatureMismatch, Tuning, Unusable, privatelink, sts, vpc};
use tidb_pe::sandbox::Sandbox;
use tidb_pe::secret::Secret;

use crate::common::{sandbox, shipped};
use crate::rehearsal::{Heard, prompt, quick};

const REGION: &str = "ap-southeast-1";

/// Time enough for every answer that comes, and little for those that do not.
fn tuning(kind: &str) -> Tuning {
    if kind == "hang" { quick() } else { prompt() }
}

/// A client of the server at `url`, with the key of a sandbox.
pub(crate) fn client_at(url: &str, sandbox: &Sandbox) -> (Client, Arc<Heard>) {
    tuned(url, sandbox, prompt())
}

fn tuned(url: &str, sandbox: &Sandbox, tuning: Tuning) -> (Client, Arc<Heard>) {
    tidb_pe::tls::install_crypto();
    let key = sandbox.access_key();
    let credentials = Credentials {
        access_key_id: key.id,
        access_key_secret: key.secret,
        security_token: key.security_token,
        expires: None,
    };
    let provider = Provider::fixed(credentials, Source::Environment);
    let heard = Arc::new(Heard::default());
    let client = Client::new(Hosts::base(url).unwrap(), provider, tuning, heard.clone()).unwrap();
    (client, heard)
}

fn client(sandbox: &Sandbox) -> Client {
    client_at(&sandbox.url(), sandbox).0
}

fn client_for(kind: &str, sandbox: &Sandbox) -> Client {
    tuned(&sandbox.url(), sandbox, tuning(kind)).0
}

fn fault(action: &str, kind: &str, times: u32) -> String {
    format!("[[fault]]\naction = {action:?}\nkind = {kind:?}\ntimes = {times}\n")
}

const KINDS: [&str; 12] = [
    "throttle",
    "throttle-with-retry-after",
    "500",
    "503",
    "reset-before",
    "reset-after",
    "hang",
    "garbage",
    "html",
    "truncated",
    "empty",
    "redirect",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_heals_when_it_passes() {
    for kind in KINDS {
        let cloud = sandbox(&fault("GetCallerIdentity", kind, 1));
        let identity = sts::get_caller_identity(&client_for(kind, &cloud), REGION).await;
        assert!(identity.is_ok(), "{kind}: {identity:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_that_stays_ends_as_one_typed_error() {
    for kind in KINDS {
        let cloud = sandbox(&fault("GetCallerIdentity", kind, 0));
        let error = sts::get_caller_identity(&client_for(kind, &cloud), REGION).await.unwrap_err();
        assert!(error.is_outage(), "{kind}: {error:?}");
        assert!((2..=5).contains(&error.tries), "{kind}: {} tries", error.tries);
        let spoken = ["throttle", "throttle-with-retry-after", "500", "503"].contains(&kind);
        let silent = ["reset-before", "reset-after", "hang"].contains(&kind);
        assert!(!spoken || error.request_id.is_some(), "{kind}: {error:?}");
        assert!(!silent || error.request_id.is_none(), "{kind}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_instead_of_an_answer_is_named() {
    let what = async |kind: &str| {
        let cloud = sandbox(&fault("GetCallerIdentity", kind, 0));
        match sts::get_caller_identity(&client(&cloud), REGION).await.unwrap_err().kind {
            ErrorKind::Unusable { what, .. } => what,
            other => panic!("{kind}: {other:?}"),
        }
    };
    assert_eq!(what("empty").await, Unusable::Empty);
    assert!(matches!(what("html").await, Unusable::Html(_)));
    assert!(matches!(what("redirect").await, Unusable::Redirect(_)));
    assert!(matches!(what("garbage").await, Unusable::Garbage(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_told_apart() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cloud = shipped("instant");
    let (client, _) = client_at(&format!("http://127.0.0.1:{port}"), &cloud);
    let error = sts::get_caller_identity(&client, REGION).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Connect { .. }), "{error:?}");
    assert!(!error.is_ambiguous());
}

fn request() -> privatelink::CreateEndpoint {
    privatelink::CreateEndpoint {
        region_id: REGION.to_owned(),
        vpc_id: "vpc-t4nsandbox0000000001".to_owned(),
        service_name: "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001".to_owned(),
        endpoint_name: "tidb-pe-test".to_owned(),
        zones: vec![("ap-southeast-1a".to_owned(), "vsw-t4nsandbox0000000001".to_owned())],
        security_group_ids: vec!["sg-t4nsandbox0000000002".to_owned()],
        tags: Vec::new(),
        resource_group_id: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_create_call_leaves_one_endpoint() {
    for kind in ["reset-after", "truncated", "hang", "500"] {
        let cloud = sandbox(&fault("CreateVpcEndpoint", kind, 2));
        let endpoint =
            privatelink::create_vpc_endpoint(&client_for(kind, &cloud), &request(), "token-1").await;
        let endpoint = endpoint.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(cloud.state().endpoints.len(), 1, "{kind}");
        assert_eq!(cloud.state().endpoints[0].id, endpoint.endpoint_id);
        let tokens: Vec<_> =
            cloud.calls().iter().filter_map(|c| c.param("ClientToken").map(ToOwned::to_owned)).collect();
        assert!(tokens.len() >= 2 && tokens.iter().all(|token| token == "token-1"), "{kind}: {tokens:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attempt_has_a_nonce_of_its_own() {
    let cloud = sandbox(&fault("GetCallerIdentity", "503", 3));
    sts::get_caller_identity(&client(&cloud), REGION).await.unwrap();
    let nonces: std::collections::BTreeSet<_> =
        cloud.calls().iter().map(|call| call.param("SignatureNonce").unwrap().to_owned()).collect();
    assert_eq!(nonces.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_clock_correction_serves_every_request_in_flight() {
    let cloud = sandbox("clock_skew_s = 7200\nlatency_ms = 30");
    let (client, heard) = client_at(&cloud.url(), &cloud);
    let (a, b, c) = tokio::join!(
        sts::get_caller_identity(&client, REGION),
        privatelink::check_product_open(&client, REGION),
        vpc::describe_vpcs(&client, REGION, None),
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    let skews = heard.0.lock().unwrap().iter().filter(|n| matches!(n, Notice::ClockSkew { .. })).count();
    assert_eq!(skews, 1);
    let refused =
        cloud.calls().iter().filter(|call| call.code.as_deref() == Some("InvalidTimeStamp.Expired")).count();
    assert_eq!(refused, 3, "each request was refused once, and only once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_told_from_a_changed_request() {
    let cloud = shipped("wrong-secret");
    let error = sts::get_caller_identity(&client(&cloud), REGION).await.unwrap_err();
    let ErrorKind::Api { signature, message, .. } = &error.kind else { panic!("{error:?}") };
    assert_eq!(*signature, Some(SignatureMismatch::WrongSecret));
    assert!(!message.contains("POST&"), "the string to sign is not for eyes: {message}");
    assert_eq!(error.tries, 1);
    let text = "[[fault]]\naction = \"*\"\nkind = \"error\"\ntimes = 0\nstatus = 400\ncode = \"SignatureDoesNotMatch\"\n\
                message = \"Specified signature is not matched. server string to sign is:POST&%2F&Else\"\n";
    let cloud = sandbox(text);
    let error = sts::get_caller_identity(&client(&cloud), REGION).await.unwrap_err();
    let ErrorKind::Api { signature, .. } = &error.kind else { panic!("{error:?}") };
    assert_eq!(*signature, Some(SignatureMismatch::DifferentString));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_to_their_end_with_no_page_twice() {
    let cloud = shipped("many");
    let (client, _) = client_at(&cloud.url(), &cloud);
    let vpcs = vpc::describe_vpcs(&client, REGION, None).await.unwrap();
    let ids: std::collections::BTreeSet<_> = vpcs.iter().map(|vpc| &vpc.vpc_id).collect();
    assert_eq!((vpcs.len(), ids.len()), (250, 250));
    assert_eq!(cloud.calls().len(), 5, "250 VPCs are five pages of 50");
}

#[tokio::test(flavor = "multi_thread")]
async fn temporary_keys_are_signed_with_their_token() {
    let cloud = sandbox("[key]\nkind = \"token\"");
    assert!(sts::get_caller_identity(&client(&cloud), REGION).await.is_ok());
    let credentials = Credentials {
        access_key_id: cloud.access_key().id,
        access_key_secret: Secret::new(cloud.access_key().secret.expose()),
        security_token: Some(Secret::new("another+token/with=chars")),
        expires: None,
    };
    let provider = Provider::fixed(credentials, Source::Environment);
    let heard = Arc::new(Heard::default());
    let other = Client::new(Hosts::base(&cloud.url()).unwrap(), provider, prompt(), heard).unwrap();
    let error = sts::get_caller_identity(&other, REGION).await.unwrap_err();
    assert!(error.is_credentials() && error.tries == 1, "{error:?}");
}
