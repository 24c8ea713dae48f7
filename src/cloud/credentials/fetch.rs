//! A GET or PUT for credentials: no redirect, a limit on time and size, and no word of the answer in an error.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};
use zeroize::Zeroizing;

use super::Credentials;
use crate::cloud::hosts::is_loopback;
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
}

/// Asks servers for credentials.
pub(super) struct Fetch {
    http: reqwest::Client,
    limit: Duration,
}

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

impl Fetch {
    /// For requests to `url`. Only `https` may go through a proxy.
    pub(super) fn new(url: &Url, connect: Duration, answer: Duration) -> Result<Self, FetchError> {
        let private = url.scheme() == "http" || url.host_str().is_some_and(is_loopback);
        let http = transport::http_client(private, connect).map_err(|error| no_answer(&host(url), error))?;
        Ok(Self { http, limit: connect + answer })
    }

    /// The body of a 200.
    pub(super) async fn get(
        &self,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, FetchError> {
        self.send(Method::GET, url, header).await
    }

    /// The body of a 200, to a request of any method.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, FetchError> {
        let late = || FetchError::NoAnswer {
            host: host(url),
            reason: "no answer in time".to_owned(),
            unreachable: false,
        };
        tokio::time::timeout(self.limit, self.exchange(method, url, header)).await.map_err(|_| late())?
    }

    async fn exchange(
        &self,
        method: Method,
        url: &Url,
        header: Option<(&'static str, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, FetchError> {
        let mut request = self.http.request(method, url.clone());
        if let Some((name, value)) = header {
            let value = HeaderValue::from_str(value).map_err(|_| FetchError::Shape { host: host(url) })?;
            request = request.header(HeaderName::from_static(name), value);
        }
        let failed = |error| no_answer(&host(url), error);
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(FetchError::Status { host: host(url), status });
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX {
                return Err(FetchError::TooLarge { host: host(url) });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
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
