//! Requests to the TiDB Cloud API, with HTTP digest: the first one is refused and hands out a nonce, the second is
//! signed with it, and so are the later ones, each with the next count.

use std::time::Duration;

use digest_auth::{AuthContext, WwwAuthenticateHeader};
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::cluster::Cluster;
use super::error::Error;
use super::keys::Keys;
use crate::cloud::hosts::{BadBaseUrl, Hosts};
use crate::cloud::{http_client, root_cause};

/// TiDB Cloud facts, section 4.
pub const BASE: &str = "https://serverless.tidbapi.com";

const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(20);
/// The largest answer that is read.
const MAX: usize = 4 << 20;
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
    /// The server's challenge, with the count of its uses.
    challenge: Mutex<Option<WwwAuthenticateHeader>>,
}

struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
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
    /// Asks at `base`, a URL that [`base_url`] accepted.
    pub fn new(base: String, keys: Keys) -> Result<Self, Error> {
        let private = Hosts::Base(base.clone()).is_loopback();
        let http = http_client(private, CONNECT).map_err(|error| no_answer(&base, error))?;
        Ok(Self { http, base, keys, challenge: Mutex::default() })
    }

    /// One instance with everything about it.
    pub async fn cluster(&self, id: &str) -> Result<Cluster, Error> {
        self.get(&format!("/v1beta1/clusters/{id}?view=FULL"), id).await
    }

    /// Every instance the key can see, on whatever cloud, page by page.
    pub async fn clusters(&self) -> Result<Vec<Cluster>, Error> {
        let mut clusters = Vec::new();
        let mut token = String::new();
        for _ in 0..PAGES {
            let encoded = crate::cloud::sign::percent_encode(&token);
            let path = format!("/v1beta1/clusters?pageSize={PAGE}&pageToken={encoded}");
            let path = if token.is_empty() { path.trim_end_matches("&pageToken=") } else { &path };
            let page: Page = self.get(path, "the list of instances").await?;
            clusters.extend(page.clusters);
            match page.next.filter(|next| !next.is_empty() && *next != token) {
                Some(next) => token = next,
                None => break,
            }
        }
        Ok(clusters)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, what: &str) -> Result<T, Error> {
        let signed = self.sign(path).await?;
        let was_signed = signed.is_some();
        let mut reply = self.exchange(path, signed).await?;
        // A first request has no nonce yet; a later one may have an old nonce.
        if reply.status == 401 && (!was_signed || is_stale(&reply)) {
            self.learn(&reply).await?;
            let signed = self.sign(path).await?;
            reply = self.exchange(path, signed).await?;
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

    async fn exchange(&self, path: &str, signed: Option<HeaderValue>) -> Result<Reply, Error> {
        let late = || Error::NoAnswer { host: self.host(), reason: "no answer in time".to_owned() };
        let send = async {
            let mut request =
                self.http.get(format!("{}{path}", self.base)).header(ACCEPT, "application/json");
            if let Some(signed) = signed {
                request = request.header(AUTHORIZATION, signed);
            }
            let failed = |error| no_answer(&self.base, error);
            let mut response = request.send().await.map_err(failed)?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(failed)? {
                if body.len() + chunk.len() > MAX {
                    return Err(Error::Unusable { host: self.host(), status });
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Reply { status, headers, body })
        };
        tokio::time::timeout(ANSWER, send).await.map_err(|_| late())?
    }

    /// TiDB Cloud facts, section 4: statuses, `{code, message, details}`, rate limit and trace id.
    fn judge<T: DeserializeOwned>(&self, reply: &Reply, what: &str) -> Result<T, Error> {
        let header = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok());
        let trace_id = header("x-debug-trace-id").map(cut);
        let what = what.to_owned();
        let unusable = || Error::Unusable { host: self.host(), status: reply.status };
        match reply.status {
            200 => serde_json::from_slice(&reply.body).map_err(|_| unusable()),
            401 => Err(Error::Unauthorized),
            403 => Err(Error::Forbidden { what, trace_id }),
            404 => Err(Error::NotFound { what, trace_id }),
            429 => {
                let reset = header("x-ratelimit-reset").and_then(|text| text.trim().parse().ok());
                Err(Error::Throttled { reset })
            }
            status => {
                let status_of = |body: serde_json::Value| body.get("message")?.as_str().map(cut);
                let body = serde_json::from_slice(&reply.body).map_err(|_| unusable())?;
                Err(Error::Refused { status, message: status_of(body), trace_id })
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

fn no_answer(base: &str, error: reqwest::Error) -> Error {
    Error::NoAnswer { host: host(base), reason: root_cause(&error.without_url()) }
}
