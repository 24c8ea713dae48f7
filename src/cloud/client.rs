//! The client: signs, sends, judges the failure, waits, tries again within its budget.

use std::sync::{Arc, Mutex, PoisonError};
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
use super::credentials::{Provider, Source};
use super::error::{Error, ErrorKind, SignatureMismatch, Unusable};
use super::hosts::Hosts;
use super::notice::{Notice, Observer};
use super::operation::{Operation, Product};
use super::sign::Params;
use super::signer::{Signer, masked};
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

/// A signed connection to Alibaba Cloud. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    hosts: Hosts,
    provider: Provider,
    clock: Arc<Clock>,
    tuning: Tuning,
    observer: Arc<dyn Observer>,
    in_flight: Semaphore,
    /// Products whose missing host inside the VPC was mentioned.
    mentioned: Mutex<Vec<Product>>,
}

/// One of the tries of a call.
struct Try<'a> {
    number: u32,
    limit: Duration,
    signer: &'a Signer,
}

/// A try that did not succeed, with what the reply says about the next one.
struct Failure {
    kind: ErrorKind,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    date: Option<String>,
}

impl Client {
    /// A client that signs with what `provider` hands out and asks `hosts`.
    pub fn new(
        hosts: Hosts,
        provider: Provider,
        tuning: Tuning,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, reqwest::Error> {
        let http = transport::http_client(hosts.is_loopback(), tuning.connect)?;
        let (clock, mentioned, in_flight) = (Arc::default(), Mutex::default(), Semaphore::new(IN_FLIGHT));
        Ok(Self(Arc::new(Inner { http, hosts, provider, clock, tuning, observer, in_flight, mentioned })))
    }

    /// The same with other time limits, for callers that rather hear nothing than wait. The time for a connection
    /// stays as it is.
    #[must_use]
    pub fn tuned(&self, tuning: Tuning) -> Self {
        let Inner { http, hosts, provider, clock, observer, .. } = &*self.0;
        let (http, hosts, provider) = (http.clone(), hosts.clone(), provider.clone());
        let (clock, observer) = (Arc::clone(clock), Arc::clone(observer));
        // One request a region: each goes to a host of its own.
        let (in_flight, mentioned) = (Semaphore::new(Semaphore::MAX_PERMITS), Mutex::default());
        Self(Arc::new(Inner { http, hosts, provider, clock, tuning, observer, in_flight, mentioned }))
    }

    /// Where the key that signs was found.
    pub fn source(&self) -> Option<&Source> {
        self.0.provider.source()
    }

    /// The cloud's time by its last answer; this machine's before the first.
    pub fn now(&self) -> jiff::Timestamp {
        self.0.clock.server_now()
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
        let mut renewed = false;
        self.mention_gap(operation.product, region);
        loop {
            tries += 1;
            let limit = self.answer_limit(timeouts, started, tries);
            let signer =
                self.signer().await.map_err(|kind| Error { operation, kind, tries, request_id: None })?;
            let this = Try { number: tries, limit, signer: &signer };
            let result = self.attempt(operation, region, &params, &this, &read).await;
            let mut failure = match result {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            timeouts += u32::from(matches!(failure.kind, ErrorKind::Timeout { .. }));
            let delay = self.next_delay(&mut failure, &signer, tries, &mut renewed).await;
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

    /// How long to wait before the next try; `None` when the clock cannot be healed or the key not be renewed.
    async fn next_delay(
        &self,
        failure: &mut Failure,
        signer: &Signer,
        tries: u32,
        renewed: &mut bool,
    ) -> Option<Duration> {
        let class = class(&failure.kind);
        if class == Class::Clock && !self.heal(signer.stamp, failure.date.as_deref()) {
            return None;
        }
        if class == Class::Expired && (std::mem::replace(renewed, true) || !self.renew(failure, signer).await)
        {
            return None;
        }
        let asked = failure.retry_after.map(|asked| asked.min(self.0.tuning.budget));
        Some(backoff::delay(class, tries, asked, self.0.tuning.backoff))
    }

    /// facts section d, `InvalidSecurityToken.Expired`: another key once, then the same request.
    async fn renew(&self, failure: &mut Failure, signer: &Signer) -> bool {
        let Some(refused) = &signer.credentials else { return false };
        match self.0.provider.replace(refused).await {
            Ok(renewed) => renewed,
            Err(miss) => {
                failure.kind = ErrorKind::Credentials(Box::new(miss));
                false
            }
        }
    }

    /// The key and the clock of the next request.
    async fn signer(&self) -> Result<Signer, ErrorKind> {
        let credentials = self.0.provider.credentials().await;
        let credentials = credentials.map_err(|miss| ErrorKind::Credentials(Box::new(miss)))?;
        let (timestamp, stamp) = self.0.clock.stamp();
        Ok(Signer { credentials, timestamp, stamp })
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
        this: &Try<'_>,
        read: impl Fn(Value) -> Result<T, String>,
    ) -> Result<T, Failure> {
        // It is never closed, so this always succeeds.
        let _permit = self.0.in_flight.acquire().await;
        let started = Instant::now();
        let (form, signed_string) = this.signer.sign(operation, params);
        let url = self.0.hosts.url(operation.product, region);
        let result = match transport::post(&self.0.http, &url, &form, this.limit).await {
            Ok(reply) => {
                self.0.clock.see(reply.date.as_deref());
                judge(&reply, &signed_string, read)
            }
            Err(kind) => Err(Failure { kind, request_id: None, retry_after: None, date: None }),
        };
        let (request_id, outcome) = match &result {
            Ok((_, request_id)) => (request_id.clone(), "ok".to_owned()),
            Err(failure) => (failure.request_id.clone(), outcome(&failure.kind)),
        };
        self.0.observer.notice(Notice::Attempt {
            operation,
            region: region.to_owned(),
            attempt: this.number,
            took: started.elapsed(),
            request_id,
            outcome,
            request: masked(&form),
        });
        result.map(|(value, _)| value)
    }

    fn say_retry(&self, operation: Operation, kind: &ErrorKind, delay: Duration) {
        self.0.observer.notice(Notice::Retry { operation, reason: outcome(kind), delay });
    }

    /// Says once a product that its public host stands in.
    fn mention_gap(&self, product: Product, region: &str) {
        if !self.0.hosts.falls_back(product, region) {
            return;
        }
        let mut mentioned = self.0.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        if !mentioned.contains(&product) {
            mentioned.push(product);
            self.0.observer.notice(Notice::NoVpcHost { product, region: region.to_owned() });
        }
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
        ErrorKind::Credentials(_) => "no credentials".to_owned(),
    }
}
