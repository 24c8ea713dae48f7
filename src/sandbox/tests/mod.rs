//! The sandbox over real loopback HTTP, with a client of twenty lines.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::clock::iso;
use super::{Sandbox, Scenario};
use crate::cloud::sign::{Params, canonical_query, signature, string_to_sign};

mod auth;
mod changes;
mod create;
mod faults;
mod network;
mod scenarios;

/// A minute: longer than everything a scenario for tests takes.
const MINUTE: Duration = Duration::from_secs(60);

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";

/// A named scenario.
fn start(name: &str) -> Sandbox {
    Sandbox::start(Scenario::named(name).expect("a shipped scenario")).expect("it starts")
}

/// A scenario of its own.
fn start_with(text: &str) -> Sandbox {
    Sandbox::start(Scenario::parse(text).expect("a valid scenario")).expect("it starts")
}

fn pairs(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect()
}

/// The public parameters of a call, unsigned.
fn public(sandbox: &Sandbox, action: &str) -> Params {
    static NONCE: AtomicU64 = AtomicU64::new(0);
    let version = match action {
        a if a.contains("SecurityGroup") && !a.contains("VpcEndpoint") => "2014-05-26",
        a if a.contains("Vpcs") || a.contains("VSwitch") || a == "DescribeRegions" => "2016-04-28",
        "GetCallerIdentity" => "2015-04-01",
        _ => "2020-04-15",
    };
    let key = sandbox.access_key();
    let nonce = format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed));
    let time = iso(sandbox.now());
    let mut params = pairs(&[
        ("AccessKeyId", &key.id),
        ("Action", action),
        ("Format", "JSON"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", &nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", &time),
        ("Version", version),
    ]);
    if let Some(token) = key.security_token {
        params.insert("SecurityToken".into(), token.expose().into());
    }
    params
}

/// Signs, as `POST`.
fn signed(sandbox: &Sandbox, mut params: Params) -> Params {
    let text = string_to_sign("POST", &params);
    params.insert("Signature".into(), signature(&sandbox.access_key().secret, &text));
    params
}

/// An HTTP answer.
struct Reply {
    status: u16,
    head: String,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("the body is JSON")
    }
}

/// One request on a connection of its own, read to its end.
fn exchange(sandbox: &Sandbox, method: &str, target: &str, body: &str) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(sandbox.address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let form = if body.is_empty() { "" } else { "Content-Type: application/x-www-form-urlencoded\r\n" };
    let length = body.len();
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n{form}Content-Length: {length}\r\n\r\n{body}"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let all = String::from_utf8_lossy(&bytes).into_owned();
    let (head, text) = all.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok(Reply { status, head: head.into(), text: text.into() })
}

/// Sends signed parameters as a form.
fn send(sandbox: &Sandbox, params: &Params) -> Reply {
    exchange(sandbox, "POST", "/", &canonical_query(params)).expect("an answer")
}

/// A signed call; the status and the body.
fn call(sandbox: &Sandbox, action: &str, own: &[(&str, &str)]) -> (u16, Value) {
    let mut params = public(sandbox, action);
    params.extend(pairs(own));
    let reply = send(sandbox, &signed(sandbox, params));
    (reply.status, reply.json())
}

/// A call that has to succeed.
fn good(sandbox: &Sandbox, action: &str, own: &[(&str, &str)]) -> Value {
    let (status, body) = call(sandbox, action, own);
    assert_eq!(status, 200, "{action}: {body}");
    body
}

/// The code of a call that has to fail.
fn refused(sandbox: &Sandbox, action: &str, own: &[(&str, &str)]) -> (u16, String) {
    let (status, body) = call(sandbox, action, own);
    (status, body["Code"].as_str().unwrap_or("no error").to_string())
}

const REGION: (&str, &str) = ("RegionId", "ap-southeast-1");

/// The parameters of a good `CreateVpcEndpoint` in the default network.
fn create_params() -> Vec<(&'static str, &'static str)> {
    vec![
        REGION,
        ("VpcId", "vpc-t4nsandbox0000000001"),
        ("ServiceName", SERVICE),
        ("EndpointType", "Interface"),
        ("EndpointName", "tidb"),
        ("SecurityGroupId.1", "sg-t4nsandbox0000000002"),
        ("Zone.1.ZoneId", "ap-southeast-1a"),
        ("Zone.1.VSwitchId", "vsw-t4nsandbox0000000001"),
        ("Zone.2.ZoneId", "ap-southeast-1b"),
        ("Zone.2.VSwitchId", "vsw-t4nsandbox0000000002"),
        ("ClientToken", "token-1"),
        ("Tag.1.Key", "created-by"),
        ("Tag.1.Value", "tidb-pe"),
    ]
}

/// The same with one parameter replaced or added.
fn create_with(key: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut params = create_params();
    params.retain(|(known, _)| *known != key);
    params.push((key, value));
    params
}

/// The same without the parameters that begin so.
fn create_without(prefix: &str) -> Vec<(&'static str, &'static str)> {
    let mut params = create_params();
    params.retain(|(key, _)| !key.starts_with(prefix));
    params
}

/// Creates the endpoint and returns its id.
fn create(sandbox: &Sandbox) -> String {
    good(sandbox, "CreateVpcEndpoint", &create_params())["EndpointId"].as_str().expect("an id").to_string()
}
