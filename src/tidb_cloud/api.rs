//! Requests to the TiDB Cloud API, with HTTP digest: the first one is refused and hands out a nonce, the second is
//! signed with it, and so are the later ones, each with the next count. What may pass is tried again.

use std::sync::Arc;
use std::time::Duration;

use digest_auth::{AuthContext, WwwAuthenticateHeader};
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::cluster::Cluster;
use super::error::Error;
use super::keys::Keys;
use crate::cloud::hosts::{BadBaseUrl, Hosts};
use crate::cloud::{Notice, Observer, Schedule, Service, Tuning, http_client, root_cause};

/// TiDB Cloud facts, section 4.
pub const BASE: &str = "https://serverless.tidbapi.com";

/// The largest answer that is read.
const MAX: usize = 8 << 20;
/// TiDB Cloud facts, section 4: at most 100 a page. And no list is longer than so many pages.
const PAGE: &str = "100";
const PAGES: usize = 100;

/// Checks `--tidb-cloud-url`: like `--endpoint-url`, plain `http` is for loopback only.
pub fn base_url(text: &str) -> Result<String, BadBaseUrl> {
    match Hosts::base(text)? {
        Hosts::Base(base) => Ok(base),
        Hosts::Public | Hosts::Vpc => Err(BadBaseUrl::NotAUrl),
    }
}

/// The API, asked with one key.
pub struct Api {
    http: reqwest::Client,
    base: String,
    keys: Keys,
    tuning: Tuning,
    observer: Arc<dyn Observer>,
    /// The server's challenge, with the count of its uses.
    challenge: Mutex<Option<WwwAuthenticateHeader>>,
}

struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// One of the tries of a request.
#[derive(Clone, Copy)]
struct Try<'a> {
    path: &'a str,
    number: u32,
    deadline: Instant,
}

/// A try that came to nothing.
struct Lost {
    error: Error,
    status: Option<u16>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    clusters: Vec<Cluster>,
    // TiDB Cloud facts, section 4: TiDB's own tool tolerates the second spelling.
    #[serde(default, rename = "nextPageToken", alias = "next_page_token")]
    next: Option<String>,
}

impl Api {
    /// Asks at `base`, a URL that [`base_url`] accepted, and tells `observer` of every request.
    pub fn new(base: String, keys: Keys, tuning: Tuning, observer: Arc<dyn Observer>) -> Result<Self, Error> {
        let private = Hosts::Base(base.clone()).is_loopback();
        let http = http_client(private, tuning.connect).map_err(|error| no_answer(&base, error, None))?;
        Ok(Self { http, base, keys, tuning, observer, challenge: Mutex::default() })
    }

    /// One instance with everything about it.
    pub async fn cluster(&self, id: &str) -> Result<Cluster, Error> {
        self.get(&format!("/v1beta1/clusters/{id}?view=FULL"), id).await
    }

    /// Every instance the key can see, on whatever cloud, page by page.
    pub async fn clusters(&self) -> Result<Vec<Cluster>, Error> {
        let mut clusters = Vec::new();
        let mut tokens = vec![String::new()];
        while let Some(token) = tokens.last().filter(|_| tokens.len() <= PAGES) {
            let encoded = crate::cloud::sign::percent_encode(token);
            let path = format!("/v1beta1/clusters?pageSize={PAGE}&pageToken={encoded}");
            let path = if token.is_empty() { path.trim_end_matches("&pageToken=") } else { &path };
            let page: Page = self.get(path, "the list of instances").await?;
            clusters.extend(page.clusters);
            // A token that was there before leads round in a circle.
            match page.next.filter(|next| !tokens.contains(next)) {
                Some(next) => tokens.push(next),
                None => break,
            }
        }
        Ok(clusters)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, what: &str) -> Result<T, Error> {
        let began = Instant::now();
        let mut schedule = Schedule::new(self.tuning, None);
        loop {
            let limit = schedule.begin(began.elapsed(), Duration::ZERO);
            let this = Try { path, number: schedule.tries(), deadline: Instant::now() + limit };
            let error = match self.attempt(this, what).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if matches!(error, Error::NoAnswer { late: true, .. }) {
                schedule.timed_out();
            }
            let Some(class) = error.class() else { return Err(error) };
            let Some(pause) = schedule.pause(class, error.asked(), began.elapsed()) else {
                return Err(error);
            };
            let (action, reason) = (format!("GET {path}"), error.outcome());
            self.observer.notice(Notice::Retry { action, region: String::new(), reason, delay: pause });
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt<T: DeserializeOwned>(&self, this: Try<'_>, what: &str) -> Result<T, Error> {
        let signed = self.sign(this.path).await?;
        let was_signed = signed.is_some();
        let mut reply = self.exchange(this, signed).await?;
        // A first request has no nonce yet; a later one may have an old nonce.
        if reply.status == 401 && (!was_signed || is_stale(&reply)) {
            self.learn(&reply).await?;
            let signed = self.sign(this.path).await?;
            reply = self.exchange(this, signed).await?;
        }
        self.judge(&reply, what)
    }

    async fn learn(&self, reply: &Reply) -> Result<(), Error> {
        let challenge = reply.headers.get_all(WWW_AUTHENTICATE).iter().find_map(|value| {
            let text = value.to_str().ok()?;
            // Basic would send the private key as it is.
            let is_digest = text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("digest "));
            is_digest.then(|| digest_auth::parse(text).ok()).flatten()
        });
        let challenge = challenge.ok_or_else(|| Error::NoDigest { host: self.host() })?;
        *self.challenge.lock().await = Some(challenge);
        Ok(())
    }

    async fn sign(&self, path: &str) -> Result<Option<HeaderValue>, Error> {
        let mut challenge = self.challenge.lock().await;
        let Some(challenge) = challenge.as_mut() else { return Ok(None) };
        let context = AuthContext::new(self.keys.public.as_str(), self.keys.private.expose(), path);
        let header = challenge.respond(&context).ok().map(|answer| answer.to_header_string());
        let header = header.and_then(|text| HeaderValue::from_str(&text).ok());
        let mut header = header.ok_or_else(|| Error::NoDigest { host: self.host() })?;
        header.set_sensitive(true);
        Ok(Some(header))
    }

    async fn exchange(&self, this: Try<'_>, signed: Option<HeaderValue>) -> Result<Reply, Error> {
        let started = Instant::now();
        let answer = self.send(this, signed).await;
        let (status, trace_id, outcome) = match &answer {
            Ok(reply) => (Some(reply.status), trace_id(&reply.headers), outcome(reply.status).to_owned()),
            Err(Lost { error, status }) => {
                (*status, error.trace_id().map(ToOwned::to_owned), error.outcome())
            }
        };
        self.observer.notice(Notice::Exchange {
            service: Service::TidbCloud,
            method: "GET",
            path: Some(this.path.to_owned()),
            host: self.host(),
            attempt: this.number,
            took: started.elapsed(),
            request_id: trace_id,
            status,
            outcome,
        });
        answer.map_err(|lost| lost.error)
    }

    async fn send(&self, this: Try<'_>, signed: Option<HeaderValue>) -> Result<Reply, Lost> {
        let late = |trace_id| Error::NoAnswer {
            host: self.host(),
            reason: "no answer in time".to_owned(),
            late: true,
            trace_id,
        };
        let mut request =
            self.http.get(format!("{}{}", self.base, this.path)).header(ACCEPT, "application/json");
        if let Some(signed) = signed {
            request = request.header(AUTHORIZATION, signed);
        }
        let mut response = match timeout_at(this.deadline, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Lost { error: no_answer(&self.base, error, None), status: None }),
            Err(_) => return Err(Lost { error: late(None), status: None }),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let (mut body, trace_id) = (Vec::new(), trace_id(&headers));
        let lost = |error| Lost { error, status: Some(status) };
        loop {
            match timeout_at(this.deadline, response.chunk()).await {
                Ok(Ok(None)) => return Ok(Reply { status, headers, body }),
                Ok(Ok(Some(chunk))) if body.len() + chunk.len() <= MAX => body.extend_from_slice(&chunk),
                Ok(Ok(Some(_))) => {
                    return Err(lost(Error::Unusable { host: self.host(), status, trace_id }));
                }
                Ok(Err(error)) => return Err(lost(no_answer(&self.base, error, trace_id))),
                Err(_) => return Err(lost(late(trace_id))),
            }
        }
    }

    /// TiDB Cloud facts, section 4: statuses, `{code, message, details}`, rate limit and trace id.
    fn judge<T: DeserializeOwned>(&self, reply: &Reply, what: &str) -> Result<T, Error> {
        let trace_id = trace_id(&reply.headers);
        let what = what.to_owned();
        let status = reply.status;
        let unusable = |trace_id| Error::Unusable { host: self.host(), status, trace_id };
        match status {
            200 => serde_json::from_slice(&reply.body).map_err(|_| unusable(trace_id)),
            401 => Err(Error::Unauthorized),
            403 => Err(Error::Forbidden { what, trace_id }),
            404 => Err(Error::NotFound { what, trace_id }),
            429 => {
                let reset = reply.headers.get("x-ratelimit-reset").and_then(|value| value.to_str().ok());
                let reset = reset.and_then(|text| text.trim().parse().ok());
                Err(Error::Throttled { reset, trace_id })
            }
            status => {
                let message = |body: serde_json::Value| body.get("message")?.as_str().map(cut);
                match serde_json::from_slice(&reply.body) {
                    Ok(body) => Err(Error::Refused { status, message: message(body), trace_id }),
                    Err(_) => Err(unusable(trace_id)),
                }
            }
        }
    }

    fn host(&self) -> String {
        host(&self.base)
    }
}

/// No name or message of the API is longer.
pub(super) fn cut(text: &str) -> String {
    crate::cloud::one_line(text, 500)
}

fn trace_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-debug-trace-id").and_then(|value| value.to_str().ok());
    id.filter(|id| !id.is_empty()).map(cut)
}

/// The first 401 is how digest begins.
fn outcome(status: u16) -> &'static str {
    match status {
        200 => "ok",
        401 => "sign in",
        429 => "throttled",
        _ => "refused",
    }
}

fn is_stale(reply: &Reply) -> bool {
    let values = reply.headers.get_all(WWW_AUTHENTICATE);
    values
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("stale=true")))
}

fn host(base: &str) -> String {
    let url = Url::parse(base).ok();
    url.and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
}

fn no_answer(base: &str, error: reqwest::Error, trace_id: Option<String>) -> Error {
    let reason = root_cause(&error.without_url());
    Error::NoAnswer { host: host(base), reason, late: false, trace_id }
}
