//! The client: signs, sends, judges the failure, waits, tries again within its budget.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::backoff;
use super::body;
use super::classify::{Class, class, may_retry};
use super::clock::{Clock, Healing, Stamp};
use super::credentials::Credentials;
use super::error::{Error, ErrorKind, SignatureMismatch, Unusable};
use super::hosts::Hosts;
use super::operation::Operation;
use super::sign::{Params, signature, string_to_sign};
use super::transport::{self, Reply};

/// Requests under way at the same time, however many things are looked at: what a shared account bears.
const IN_FLIGHT: usize = 20;

/// Time limits of the transport, as values so that tests can scale them down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tuning {
    /// For a TCP and TLS connection.
    pub connect: Duration,
    /// For a complete answer; doubled at each try that timed out.
    pub answer: Duration,
    /// For all tries of one call together.
    pub budget: Duration,
    /// How many tries one call gets.
    pub tries: u32,
    /// How many it gets while it is throttled.
    pub throttled_tries: u32,
    /// Factor on every wait between tries.
    pub backoff: f64,
}

impl Tuning {
    /// For many calls at once: being throttled is to be expected, and is worth waiting for.
    pub fn patient() -> Self {
        Self { throttled_tries: 12, ..Self::default() }
    }
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(20),
            budget: Duration::from_secs(90),
            tries: 5,
            throttled_tries: 5,
            backoff: 1.0,
        }
    }
}

/// What the client has to say while it works.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// One request was answered or given up.
    Attempt {
        /// The operation.
        operation: Operation,
        /// The region asked.
        region: String,
        /// Which try this was, from 1.
        attempt: u32,
        /// How long it took.
        took: Duration,
        /// The server's id of the answer.
        request_id: Option<String>,
        /// `ok`, or the error's code or kind.
        outcome: String,
    },
    /// A try did not succeed and another follows.
    Retry {
        /// The operation.
        operation: Operation,
        /// Why.
        reason: String,
        /// How long the client waits first.
        delay: Duration,
    },
    /// This machine's clock is off and was corrected for this run.
    ClockSkew {
        /// Seconds the server is ahead; negative when it is behind.
        seconds: i64,
    },
}

/// Hears what the client has to say.
pub trait Observer: Send + Sync {
    /// Takes note.
    fn notice(&self, notice: Notice);
}

/// A signed connection to Alibaba Cloud. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    hosts: Hosts,
    credentials: Credentials,
    clock: Arc<Clock>,
    tuning: Tuning,
    observer: Arc<dyn Observer>,
    in_flight: Arc<Semaphore>,
}

/// A try that did not succeed, with what the reply says about the next one.
struct Failure {
    kind: ErrorKind,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    date: Option<String>,
}

impl Client {
    /// A client that signs with `credentials` and asks `hosts`.
    pub fn new(
        hosts: Hosts,
        credentials: Credentials,
        tuning: Tuning,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, reqwest::Error> {
        let http = transport::http_client(&hosts, tuning.connect)?;
        let in_flight = Arc::new(Semaphore::new(IN_FLIGHT));
        Ok(Self(Arc::new(Inner {
            http,
            hosts,
            credentials,
            clock: Arc::default(),
            tuning,
            observer,
            in_flight,
        })))
    }

    /// The same with other time limits, for callers that rather hear nothing than wait. The time for a connection
    /// stays as it is.
    #[must_use]
    pub fn tuned(&self, tuning: Tuning) -> Self {
        let Inner { http, hosts, credentials, clock, observer, .. } = &*self.0;
        let (http, hosts, credentials) = (http.clone(), hosts.clone(), credentials.clone());
        let (clock, observer) = (Arc::clone(clock), Arc::clone(observer));
        // One request a region: each goes to a host of its own.
        let in_flight = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self(Arc::new(Inner { http, hosts, credentials, clock, tuning, observer, in_flight }))
    }

    /// Who signs.
    pub fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    /// Calls `operation` and reads its answer as `T`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        operation: Operation,
        region: &str,
        params: Params,
    ) -> Result<T, Error> {
        self.call_with(operation, region, params, |value| {
            serde_json::from_value(value).map_err(|error| error.to_string())
        })
        .await
    }

    /// Calls `operation`; an answer that `read` refuses counts as unusable, like any other garbage.
    pub(crate) async fn call_with<T>(
        &self,
        operation: Operation,
        region: &str,
        params: Params,
        read: impl Fn(Value) -> Result<T, String>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let has_token = params.contains_key("ClientToken");
        let mut timeouts = 0;
        let mut tries = 0;
        loop {
            tries += 1;
            let limit = self.answer_limit(timeouts, started, tries);
            let (stamp, result) = self.attempt(operation, region, &params, limit, tries, &read).await;
            let failure = match result {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            timeouts += u32::from(matches!(failure.kind, ErrorKind::Timeout { .. }));
            let delay = self.next_delay(&failure, stamp, tries);
            let retry = may_retry(class(&failure.kind), operation.access, has_token)
                && delay.is_some_and(|delay| self.has_budget(started, &failure.kind, tries, delay));
            let Some(delay) = delay.filter(|_| retry) else {
                let Failure { kind, request_id, .. } = failure;
                return Err(Error { operation, kind, tries, request_id });
            };
            self.say_retry(operation, &failure.kind, delay);
            tokio::time::sleep(delay).await;
        }
    }

    /// Twice as long for every try that timed out, but never past the budget; the second try is always had.
    fn answer_limit(&self, timeouts: u32, started: Instant, tries: u32) -> Duration {
        let tuning = &self.0.tuning;
        let limit = tuning.answer.saturating_mul(1 << timeouts.min(6));
        if tries <= 2 { limit } else { limit.min(tuning.budget.saturating_sub(started.elapsed())) }
    }

    fn has_budget(&self, started: Instant, kind: &ErrorKind, tries: u32, delay: Duration) -> bool {
        let tuning = &self.0.tuning;
        let limit = if class(kind) == Class::Throttled { tuning.throttled_tries } else { tuning.tries };
        let in_budget = started.elapsed() + delay < tuning.budget;
        // The second try is always had, unless there is to be only one.
        tries < limit && (tries < 2 || in_budget)
    }

    /// How long to wait before the next try; `None` when the clock cannot be healed.
    fn next_delay(&self, failure: &Failure, stamp: Stamp, tries: u32) -> Option<Duration> {
        let class = class(&failure.kind);
        if class == Class::Clock && !self.heal(stamp, failure.date.as_deref()) {
            return None;
        }
        let asked = failure.retry_after.map(|asked| asked.min(self.0.tuning.budget));
        Some(backoff::delay(class, tries, asked, self.0.tuning.backoff))
    }

    fn heal(&self, stamp: Stamp, date: Option<&str>) -> bool {
        match self.0.clock.heal(stamp, date) {
            Healing::Healed(off) => {
                self.say_skew(off);
                true
            }
            Healing::AlreadyHealed => true,
            Healing::Hopeless => false,
        }
    }

    async fn attempt<T>(
        &self,
        operation: Operation,
        region: &str,
        params: &Params,
        limit: Duration,
        attempt: u32,
        read: impl Fn(Value) -> Result<T, String>,
    ) -> (Stamp, Result<T, Failure>) {
        // It is never closed, so this always succeeds.
        let _permit = self.0.in_flight.acquire().await;
        let started = Instant::now();
        let (signed, signed_string, stamp) = self.sign(operation, params);
        let url = self.0.hosts.url(operation.product, region);
        let result = match transport::post(&self.0.http, &url, &signed, limit).await {
            Ok(reply) => judge(&reply, &signed_string, read),
            Err(kind) => Err(Failure { kind, request_id: None, retry_after: None, date: None }),
        };
        let (request_id, outcome) = match &result {
            Ok((_, request_id)) => (request_id.clone(), "ok".to_owned()),
            Err(failure) => (failure.request_id.clone(), outcome(&failure.kind)),
        };
        self.0.observer.notice(Notice::Attempt {
            operation,
            region: region.to_owned(),
            attempt,
            took: started.elapsed(),
            request_id,
            outcome,
        });
        (stamp, result.map(|(value, _)| value))
    }

    /// Adds the public parameters, with a nonce and a timestamp of their own, and the signature.
    fn sign(&self, operation: Operation, params: &Params) -> (Params, String, Stamp) {
        let Inner { credentials, clock, .. } = &*self.0;
        let (timestamp, stamp) = clock.stamp();
        let mut signed = params.clone();
        let mut put = |name: &str, value: &str| signed.insert(name.to_owned(), value.to_owned());
        put("Action", operation.action);
        put("Version", operation.product.version());
        put("Format", "JSON");
        put("AccessKeyId", &credentials.access_key_id);
        put("SignatureMethod", "HMAC-SHA1");
        put("SignatureVersion", "1.0");
        put("SignatureNonce", &uuid::Uuid::new_v4().to_string());
        put("Timestamp", &timestamp);
        if let Some(token) = &credentials.security_token {
            put("SecurityToken", token.expose());
        }
        let string = string_to_sign("POST", &signed);
        signed.insert("Signature".to_owned(), signature(&credentials.access_key_secret, &string));
        (signed, string, stamp)
    }

    fn say_retry(&self, operation: Operation, kind: &ErrorKind, delay: Duration) {
        self.0.observer.notice(Notice::Retry { operation, reason: outcome(kind), delay });
    }

    fn say_skew(&self, off: SignedDuration) {
        self.0.observer.notice(Notice::ClockSkew { seconds: off.as_secs() });
    }
}

/// The answer, or the failure with everything the reply says about it.
fn judge<T>(
    reply: &Reply,
    signed_string: &str,
    read: impl Fn(Value) -> Result<T, String>,
) -> Result<(T, Option<String>), Failure> {
    let request_id = body::request_id(reply);
    let answer = body::read(reply).and_then(|value| {
        read(value).map_err(|why| ErrorKind::Unusable { status: reply.status, what: Unusable::Shape(why) })
    });
    match answer {
        Ok(value) => Ok((value, request_id)),
        Err(mut kind) => {
            explain_signature(&mut kind, signed_string);
            Err(Failure { kind, request_id, retry_after: reply.retry_after, date: reply.date.clone() })
        }
    }
}

/// Facts section a1: the message embeds the server's string to sign; equal to ours means a wrong secret.
fn explain_signature(kind: &mut ErrorKind, ours: &str) {
    let ErrorKind::Api { code, message, signature, .. } = kind else { return };
    if code == "SignatureDoesNotMatch" {
        *signature = Some(match message.split_once("string to sign is:") {
            Some((_, theirs)) if theirs.contains(ours) => SignatureMismatch::WrongSecret,
            Some(_) => SignatureMismatch::DifferentString,
            None => SignatureMismatch::Unknown,
        });
        // The string holds every parameter; nobody needs to read it in an error message.
        if let Some(end) = message.find("server string to sign") {
            message.truncate(end);
        }
    }
}

fn outcome(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Api { code, .. } => code.clone(),
        ErrorKind::Unusable { status, .. } => format!("unusable answer (HTTP {status})"),
        ErrorKind::Connect { .. } => "no connection".to_owned(),
        ErrorKind::Broken { .. } => "connection broken".to_owned(),
        ErrorKind::Timeout { .. } => "timeout".to_owned(),
    }
}
