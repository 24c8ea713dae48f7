//! The TiDB Cloud API, as much of it as this tool asks (TiDB Cloud facts, section 4): one instance, or all of them
//! page by page, behind HTTP digest that is really verified.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::digest::{Door, Nonces, Refused};
use super::fault::{self, Struck};
use super::http::{Answer, Request, Response};
use super::scenario::{FaultKind, Scenario, TidbCloud, TidbCloudFault};
use super::server::Cloud;
use crate::secret::Secret;

const REALM: &str = "tidb.cloud";
const PUBLIC: &str = "SANDBOX1";
const PRIVATE: &str = "sandbox-private-key-5f1c2e7a9b";
const OTHER: &str = "sandbox-private-key-of-another";

/// The key that a scenario hands out. It opens nothing but the sandbox.
#[derive(Clone, Debug)]
pub struct TidbKey {
    /// The public half.
    pub public: String,
    /// The private half.
    pub private: Secret,
}

/// The API of one scenario.
pub(super) struct TidbApi {
    nonces: Mutex<Nonces>,
    asked: Mutex<Vec<String>>,
}

impl TidbApi {
    pub(super) fn new() -> Self {
        Self { nonces: Mutex::default(), asked: Mutex::default() }
    }

    /// The key that `tidb` hands out.
    pub(super) fn key(tidb: &TidbCloud) -> TidbKey {
        let private = if tidb.wrong_secret { OTHER } else { PRIVATE };
        TidbKey { public: PUBLIC.to_owned(), private: Secret::new(private) }
    }

    /// Every path and query asked for by a caller who had signed in.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) async fn answer(&self, cloud: &Cloud, request: &Request) -> Answer {
        let (scenario, tidb) = (&cloud.scenario, &cloud.scenario.tidb_cloud);
        if tidb.fault == Some(TidbCloudFault::Basic) {
            return Answer::Whole(said(
                401,
                vec![("WWW-Authenticate", "Basic realm=\"x\"".into())],
                &json!({}),
            ));
        }
        if let Some(challenge) = self.challenge(tidb, request) {
            return Answer::Whole(challenge);
        }
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.target.clone());
        let one = request.target.starts_with("/v1beta1/clusters/");
        match (tidb.fault, cloud.strike(if one { "GetCluster" } else { "ListClusters" }, None)) {
            (Some(fault), _) => Answer::Whole(faulty(fault)),
            (None, Some(struck)) => {
                let response = refused(&struck).unwrap_or_else(|| route(scenario, request));
                fault::apply(&struck, response).await
            }
            (None, None) => Answer::Whole(route(scenario, request)),
        }
    }

    /// What is said to whoever has not signed in, or not rightly.
    fn challenge(&self, tidb: &TidbCloud, request: &Request) -> Option<Response> {
        let door = Door { realm: REALM, user: PUBLIC, password: PRIVATE, uses: tidb.nonce_uses };
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match request.header("authorization") {
            None => Some(Refused::Unknown),
            Some(header) => nonces.check(&door, header, &request.method, &request.target).err(),
        };
        refused.map(|refused| challenge(&nonces.next(), &refused))
    }
}

/// The error that takes the place of the answer (TiDB Cloud facts, section 4).
fn refused(struck: &Struck<'_>) -> Option<Response> {
    let error = |status, headers, code: u32, message: &str| {
        Some(said(status, headers, &json!({"code": code, "message": message, "details": []})))
    };
    match struck.kind() {
        FaultKind::Throttle => error(429, Vec::new(), 49_900_007, "too many requests"),
        FaultKind::ThrottleWithRetryAfter => {
            let seconds = struck.delay().as_millis().div_ceil(1000);
            error(429, vec![("X-Ratelimit-Reset", seconds.to_string())], 49_900_007, "too many requests")
        }
        FaultKind::InternalError => error(500, Vec::new(), 13, "internal error of the sandbox"),
        FaultKind::Unavailable => error(503, Vec::new(), 14, "unavailable"),
        _ => None,
    }
}

fn challenge(nonce: &str, refused: &Refused) -> Response {
    let stale = if *refused == Refused::Stale { ", stale=true" } else { "" };
    let value = format!("Digest realm=\"{REALM}\", nonce=\"{nonce}\", qop=\"auth\", algorithm=MD5{stale}");
    said(
        401,
        vec![("WWW-Authenticate", value)],
        &json!({"code": 16, "message": "unauthenticated", "details": []}),
    )
}

fn faulty(fault: TidbCloudFault) -> Response {
    let error = |code: u32, message: &str| json!({"code": code, "message": message, "details": []});
    match fault {
        TidbCloudFault::Forbidden => said(403, Vec::new(), &error(7, "permission denied")),
        TidbCloudFault::Throttled => {
            let headers =
                vec![("X-Ratelimit-Remaining-Minute", "0".into()), ("X-Ratelimit-Reset", "37".into())];
            said(429, headers, &error(49_900_007, "too many requests"))
        }
        TidbCloudFault::Broken => said(500, Vec::new(), &error(13, "internal error of the sandbox")),
        TidbCloudFault::Page | TidbCloudFault::Basic => Response {
            status: 200,
            headers: vec![("Content-Type", "text/html".into())],
            body: b"<html><title>Sign in to the network</title></html>".to_vec(),
        },
    }
}

fn route(scenario: &Scenario, request: &Request) -> Response {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let param = |name: &str| {
        query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, v)| v)
    };
    let id = path.strip_prefix("/v1beta1/clusters/");
    match (request.method.as_str(), id) {
        ("GET", Some(id)) if id == scenario.tidb_cloud.cluster_id => {
            said(200, Vec::new(), &cluster(scenario, param("view") == Some("FULL")))
        }
        ("GET", None) if path == "/v1beta1/clusters" => list(scenario, param("pageSize"), param("pageToken")),
        _ => said(404, Vec::new(), &json!({"code": 5, "message": "not found", "details": []})),
    }
}

fn list(scenario: &Scenario, size: Option<&str>, token: Option<&str>) -> Response {
    // The default and the most, by the facts.
    let size: usize = size.and_then(|text| text.parse().ok()).unwrap_or(10);
    let start: usize = token.and_then(|text| text.parse().ok()).unwrap_or(0);
    if size > 100 {
        return said(
            400,
            Vec::new(),
            &json!({"code": 3, "message": "pageSize is at most 100", "details": []}),
        );
    }
    let other = |n: usize| {
        json!({"clusterId": format!("2{n:019}"), "displayName": format!("elsewhere-{n}"), "state": "ACTIVE",
               "region": {"name": "regions/aws-us-east-1", "regionId": "us-east-1", "cloudProvider": "aws"}})
    };
    let mut all: Vec<Value> = (0..scenario.tidb_cloud.others).map(other).collect();
    all.push(cluster(scenario, false));
    let total = all.len();
    let page: Vec<Value> = all.into_iter().skip(start).take(size).collect();
    let next = if start + size < total { (start + size).to_string() } else { String::new() };
    said(200, Vec::new(), &json!({"clusters": page, "nextPageToken": next, "totalSize": total}))
}

/// The private endpoint is told to those who ask for the full view only.
fn cluster(scenario: &Scenario, full: bool) -> Value {
    let (tidb, database) = (&scenario.tidb_cloud, &scenario.database);
    let region = &scenario.region;
    let gateway = format!("gateway01.{region}.prod.alicloud.tidbcloud.com");
    let mut endpoints = json!({"public": {"host": gateway, "port": 4000, "disabled": false}});
    if full && tidb.private_endpoint {
        endpoints["private"] = json!({"host": format!("gateway01-privatelink.{region}.prod.{}.tidbcloud.com", tidb.provider),
            "port": database.port, &tidb.provider: {"serviceName": scenario.service_name(),
            "availabilityZone": scenario.service_zones()}});
    }
    json!({
        "name": format!("clusters/{}", tidb.cluster_id),
        "clusterId": tidb.cluster_id,
        "displayName": tidb.name,
        "state": tidb.state,
        "clusterPlan": "STARTER",
        "userPrefix": database.user.split('.').next().unwrap_or_default(),
        "region": {"name": format!("regions/{}-{region}", tidb.provider), "regionId": region,
                   "cloudProvider": tidb.provider, "displayName": region},
        "endpoints": endpoints,
    })
}

fn said(status: u16, mut headers: Vec<(&'static str, String)>, body: &Value) -> Response {
    headers.push(("Content-Type", "application/json".into()));
    headers.push(("X-Debug-Trace-Id", "5a4db0c500004000".into()));
    Response { status, headers, body: body.to_string().into_bytes() }
}
