//! A GET or PUT for credentials: no redirect, a limit on time and size, and no word of the answer in an error.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{Chain, Credentials};
use crate::cloud::backoff;
use crate::cloud::classify::Class;
use crate::cloud::hosts::is_loopback;
use crate::cloud::notice::{Notice, Service};
use crate::cloud::transport;
use crate::secret::Secret;

/// The largest answer that is read; real ones have two kilobytes.
const MAX: usize = 64 << 10;

/// Why a server gave no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// The address is no `http://` or `https://` URL.
    NotAUrl,
    /// Plain `http` would show the credentials to the network.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// No connection, or it broke; the system's reason.
    NoAnswer {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
        /// Whether there was no connection at all.
        unreachable: bool,
    },
    /// Another status than 200.
    Status {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// More than 64 KiB.
    TooLarge {
        /// The host.
        host: String,
    },
    /// The answer is not what hands out credentials.
    Shape {
        /// The host.
        host: String,
    },
}

impl FetchError {
    /// Whether nobody answered at all.
    pub(super) fn is_nobody_there(&self) -> bool {
        matches!(self, Self::NoAnswer { unreachable: true, .. })
    }

    /// Whether another try may get an answer.
    fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer { unreachable, .. } => !unreachable,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }

    /// In a word or two, for a log.
    fn outcome(&self) -> &'static str {
        match self {
            Self::NotAUrl | Self::PlainHttp { .. } => "not asked",
            Self::NoAnswer { unreachable: true, .. } => "no connection",
            Self::NoAnswer { .. } => "no answer",
            Self::Status { .. } => "refused",
            Self::TooLarge { .. } | Self::Shape { .. } => "unusable answer",
        }
    }
}

/// A hiccup of a server on this machine or its host is over after so many tries.
const TRIES: u32 = 3;

/// Asks servers for credentials.
pub(super) struct Fetch<'a> {
    http: reqwest::Client,
    limit: Duration,
    chain: &'a Chain,
    service: Service,
}

/// A try that gave nothing, and the status if an answer began.
struct Lost(FetchError, Option<u16>);

/// Checks a URL: plain `http` is for this machine only.
pub(super) fn checked(text: &str) -> Result<Url, FetchError> {
    let url = Url::parse(text.trim()).map_err(|_| FetchError::NotAUrl)?;
    let host = url.host_str().ok_or(FetchError::NotAUrl)?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(host) => Ok(url),
        "http" => Err(FetchError::PlainHttp { host: host.to_owned() }),
        _ => Err(FetchError::NotAUrl),
    }
}

impl<'a> Fetch<'a> {
    /// For requests to `url`. Only `https` may go through a proxy.
    pub(super) fn new(
        chain: &'a Chain,
        service: Service,
        url: &Url,
        (connect, answer): (Duration, Duration),
    ) -> Result<Self, FetchError> {
        let private = url.scheme() == "http" || url.host_str().is_some_and(is_loopback);
        let http = transport::http_client(private, connect).map_err(|error| no_answer(&host(url), error))?;
        Ok(Self { http, limit: connect + answer, chain, service })
    }

    /// The body of a 200.
    pub(super) async fn get(
        &self,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, FetchError> {
        self.send(Method::GET, url, header).await
    }

    /// The body of a 200. What may pass is tried again.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, FetchError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let started = Instant::now();
            let answer = self.within_limit(method.clone(), url, header).await;
            self.say(&method, url, tries, started, &answer);
            match answer {
                Ok(body) => return Ok(body),
                Err(Lost(error, _)) if tries >= TRIES || !error.may_pass() => return Err(error),
                Err(_) => {
                    let scale = self.chain.tuning().backoff;
                    tokio::time::sleep(backoff::delay(Class::Transient, tries, None, scale)).await;
                }
            }
        }
    }

    async fn within_limit(
        &self,
        method: Method,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, Lost> {
        let late = || {
            let (host, reason) = (host(url), "no answer in time".to_owned());
            Lost(FetchError::NoAnswer { host, reason, unreachable: false }, None)
        };
        tokio::time::timeout(self.limit, self.exchange(method, url, header)).await.map_err(|_| late())?
    }

    async fn exchange(
        &self,
        method: Method,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, Lost> {
        let mut request = self.http.request(method, url.clone());
        if let Some((name, value)) = header {
            let value = HeaderValue::from_str(value)
                .map_err(|_| Lost(FetchError::Shape { host: host(url) }, None))?;
            request = request.header(HeaderName::from_static(name), value);
        }
        let failed = |status| move |error| Lost(no_answer(&host(url), error), status);
        let mut response = request.send().await.map_err(failed(None))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(Lost(FetchError::Status { host: host(url), status }, Some(status)));
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(failed(Some(status)))? {
            if body.len() + chunk.len() > MAX {
                return Err(Lost(FetchError::TooLarge { host: host(url) }, Some(status)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The path of a credentials URI may be a secret; the metadata service's is not.
    fn say<T>(&self, method: &Method, url: &Url, attempt: u32, started: Instant, answer: &Result<T, Lost>) {
        let (status, outcome) = match answer {
            Ok(_) => (Some(200), "ok"),
            Err(Lost(error, status)) => (*status, error.outcome()),
        };
        self.chain.observer().notice(Notice::Exchange {
            service: self.service,
            method: if *method == Method::PUT { "PUT" } else { "GET" },
            path: (self.service == Service::EcsMetadata).then(|| url.path().to_owned()),
            host: host(url),
            attempt,
            took: started.elapsed(),
            request_id: None,
            status,
            outcome: outcome.to_owned(),
        });
    }
}

/// Reads `{"Code":"Success","AccessKeyId",…,"Expiration"}`, the shape of IMDS and of credential URIs.
pub(super) fn handed_out(url: &Url, body: &[u8]) -> Result<Credentials, FetchError> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        code: Option<String>,
        access_key_id: String,
        access_key_secret: Secret,
        security_token: Option<Secret>,
        expiration: Option<String>,
    }
    let shape = || FetchError::Shape { host: host(url) };
    let reply: Reply = serde_json::from_slice(body).map_err(|_| shape())?;
    let empty = reply.access_key_id.is_empty() || reply.access_key_secret.is_empty();
    if empty || reply.code.is_some_and(|code| code != "Success") {
        return Err(shape());
    }
    let expires = match reply.expiration.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(text.parse().map_err(|_| shape())?),
        None => None,
    };
    Ok(Credentials {
        access_key_id: reply.access_key_id,
        access_key_secret: reply.access_key_secret,
        security_token: reply.security_token.filter(|token| !token.is_empty()),
        expires,
    })
}

/// Host and port, for errors: a path or query may hold a secret.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

fn no_answer(host: &str, error: reqwest::Error) -> FetchError {
    let unreachable = error.is_connect();
    let reason = transport::root_cause(&error.without_url());
    FetchError::NoAnswer { host: host.to_owned(), reason, unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in ["http://127.0.0.1:7002/creds", "http://localhost/c", "https://keys.example/c"] {
            assert!(checked(good).is_ok(), "{good}");
        }
        let host = "keys.example".to_owned();
        assert_eq!(checked("http://keys.example/c").unwrap_err(), FetchError::PlainHttp { host });
        assert_eq!(checked("file:///etc/passwd").unwrap_err(), FetchError::NotAUrl);
        assert_eq!(checked("creds").unwrap_err(), FetchError::NotAUrl);
    }
}
