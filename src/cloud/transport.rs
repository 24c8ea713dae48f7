//! One HTTP exchange: a form posted, a reply read to its end, within a time limit.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::error::{ErrorKind, Unusable};
use super::sign::{Params, canonical_query};

/// The largest answer that is read.
const MAX_BODY: usize = 8 << 20;

/// What came back.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Wiped on drop: STS hands out keys.
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) date: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) location: Option<String>,
}

/// An exchange without a whole answer, with what its beginning said.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<String>,
}

/// An HTTP client that follows no redirect, lets no proxy capture loopback, and needs no CA store on the machine.
///
/// `private` is for requests that stay on this machine or its host: no proxy may see them.
pub(crate) fn http_client(
    private: bool,
    connect_timeout: Duration,
) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("tidb-pe/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(Duration::from_secs(20))
        .tls_backend_preconfigured(tls_config(private));
    if private { builder.no_proxy() } else { builder }.build()
}

/// The Mozilla roots are compiled in, so a bare container works; the machine's own are added for company proxies.
fn tls_config(private: bool) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if !private {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let Ok(builder) = builder else { unreachable!("ring supports the default protocol versions") };
    builder.with_root_certificates(roots).with_no_client_auth()
}

/// Posts `params` as a form and reads the reply, all of it within `limit`. The signature travels in the body, so no
/// URL, and no log of URLs on the way, ever holds it.
pub(crate) async fn post(
    http: &reqwest::Client,
    url: &str,
    params: &Params,
    limit: Duration,
) -> Result<Reply, Lost> {
    let (host, deadline) = (host_of(url), Instant::now() + limit);
    let late = || ErrorKind::Timeout { host: host.clone(), after: limit };
    let request = http
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(reqwest::header::ACCEPT, "application/json")
        .body(canonical_query(params));
    let mut response = match timeout_at(deadline, request.send()).await {
        Ok(sent) => sent.map_err(|error| Lost::before(failure(error, &host)))?,
        Err(_) => return Err(Lost::before(late())),
    };
    let mut reply = head(response.status().as_u16(), response.headers());
    loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(None)) => return Ok(reply),
            Ok(Ok(Some(chunk))) if reply.body.len() + chunk.len() <= MAX_BODY => {
                reply.body.extend_from_slice(&chunk);
            }
            Ok(Ok(Some(_))) => {
                let kind = ErrorKind::Unusable { status: reply.status, what: Unusable::TooLarge };
                return Err(Lost::within(kind, reply));
            }
            Ok(Err(error)) => return Err(Lost::within(failure(error, &host), reply)),
            Err(_) => return Err(Lost::within(late(), reply)),
        }
    }
}

impl Lost {
    fn before(kind: ErrorKind) -> Self {
        Self { kind, status: None, request_id: None }
    }

    fn within(kind: ErrorKind, begun: Reply) -> Self {
        Self { kind, status: Some(begun.status), request_id: begun.request_id }
    }
}

fn head(status: u16, headers: &HeaderMap) -> Reply {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    Reply {
        status,
        body: Zeroizing::default(),
        date: text("date"),
        request_id: text("x-acs-request-id").filter(|id| !id.is_empty()),
        // facts section d: milliseconds
        retry_after: text("x-acs-retry-after")
            .and_then(|ms| ms.trim().parse().ok())
            .map(Duration::from_millis),
        location: text("location"),
    }
}

fn failure(error: reqwest::Error, host: &str) -> ErrorKind {
    let connect = error.is_connect();
    let reason = root_cause(&error.without_url());
    let host = host.to_owned();
    if connect { ErrorKind::Connect { host, reason } } else { ErrorKind::Broken { host, reason } }
}

pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Host and port of a URL.
pub(crate) fn host_of(url: &str) -> String {
    reqwest::Url::parse(url).ok().map_or_else(String::new, |url| match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    })
}
