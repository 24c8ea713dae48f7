//! The client: signs, sends, judges the failure, waits, tries again within its budget.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::attempt::{Attempt, Failure, Read};
use super::classify::{Class, class, may_retry};
use super::clock::{Clock, Healing, Stamp};
use super::credentials::{Credentials, Provider, Source};
use super::error::{Error, ErrorKind};
use super::hosts::Hosts;
use super::limiter::{Limiter, Limiters, Permit};
use super::notice::{Notice, Observer};
use super::operation::{Operation, Product};
use super::schedule::Schedule;
use super::sign::Params;
use super::signer::Signer;
use super::transport;
use super::tuning::Tuning;

/// A signed connection to Alibaba Cloud. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    tuning: Tuning,
    until: Option<Instant>,
    /// Whether it asks many hosts, none of which minds the others.
    spreads: bool,
}

struct Shared {
    http: reqwest::Client,
    hosts: Hosts,
    provider: Provider,
    clock: Clock,
    observer: Arc<dyn Observer>,
    limiters: Limiters,
    /// Products whose missing host inside the VPC was mentioned.
    mentioned: Mutex<Vec<Product>>,
}

/// One call on its way.
struct Call {
    operation: Operation,
    region: String,
    limiter: Arc<Limiter>,
    schedule: Schedule,
    /// When it began; what it stands in line moves this on.
    began: Instant,
    has_token: bool,
    renewed: bool,
    /// The last id a server gave.
    request_id: Option<String>,
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
        let limiters = Limiters::new(tuning.backoff, tuning.budget);
        let (clock, mentioned) = (Clock::default(), Mutex::default());
        let shared = Shared { http, hosts, provider, clock, observer, limiters, mentioned };
        Ok(Self { shared: Arc::new(shared), tuning, until: None, spreads: false })
    }

    /// The same for one request to each of many regions, all at the same time: each has a host of its own, and none is
    /// worth waiting for.
    #[must_use]
    pub fn everywhere(&self) -> Self {
        Self { tuning: self.tuning.once(), spreads: true, ..self.clone() }
    }

    /// The same, but nothing is begun or tried again after `deadline`; what is under way then has an answer's time.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        Self { until: Some(deadline), ..self.clone() }
    }

    /// When nothing is begun any more.
    pub fn deadline(&self) -> Option<Instant> {
        self.until
    }

    /// The time limits.
    pub fn tuning(&self) -> Tuning {
        self.tuning
    }

    /// Where the key that signs was found.
    pub fn source(&self) -> Option<&Source> {
        self.shared.provider.source()
    }

    /// The cloud's time by its last answer; this machine's before the first.
    pub fn now(&self) -> jiff::Timestamp {
        self.shared.clock.server_now()
    }

    /// Calls `operation` and reads its answer as `T`.
    pub(crate) async fn call<T: DeserializeOwned + Send>(
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
    pub(crate) async fn call_with<T: Send>(
        &self,
        operation: Operation,
        region: &str,
        params: Params,
        mut read: impl FnMut(Value) -> Result<T, String> + Send,
    ) -> Result<T, Error> {
        let mut answer = None;
        let mut take = |value| read(value).map(|read| answer = Some(read));
        // On the heap, and the same code for every `T`: there are many.
        Box::pin(self.ask(operation, region, &params, &mut take)).await?;
        let Some(answer) = answer else { unreachable!("what succeeds was read") };
        Ok(answer)
    }

    async fn ask(
        &self,
        operation: Operation,
        region: &str,
        params: &Params,
        read: &mut Read<'_>,
    ) -> Result<(), Error> {
        let mut call = self.begin(operation, region, params.contains_key("ClientToken"));
        self.mention_gap(operation.product, region);
        loop {
            let credentials = self.credentials().await.map_err(|kind| call.error(kind))?;
            let permit = self.admit(&mut call).await?;
            let one_of_few = if self.spreads { None } else { self.shared.limiters.one_of_few().await };
            let signer = self.signer(credentials);
            let Err(mut failure) = self.attempt(&mut call, params, &signer, read).await else {
                self.answered(&call);
                return Ok(());
            };
            self.failed(&mut call, &permit, &failure);
            drop((permit, one_of_few));
            match self.pause(&mut call, &mut failure, &signer).await {
                Some(pause) => {
                    let reason = failure.kind.outcome();
                    let (action, region) = (operation.action.to_owned(), call.region.clone());
                    self.say(Notice::Retry { action, region, reason, delay: pause });
                    tokio::time::sleep(pause).await;
                }
                None => return Err(call.error(failure.kind)),
            }
        }
    }

    fn begin(&self, operation: Operation, region: &str, has_token: bool) -> Call {
        let began = Instant::now();
        let until = self.until.map(|until| until.saturating_duration_since(began));
        Call {
            operation,
            region: region.to_owned(),
            limiter: self.shared.limiters.of(operation.product, region),
            schedule: Schedule::new(self.tuning, until),
            began,
            has_token,
            renewed: false,
            request_id: None,
        }
    }

    /// Waits until the limiter lets the next try through.
    async fn admit(&self, call: &mut Call) -> Result<Permit, Error> {
        let arrived = Instant::now();
        let admitted = call.limiter.admit(call.operation.action);
        let last = self.until.map(|until| until.max(arrived) + self.tuning.answer);
        let admitted = match last {
            Some(last) => tokio::time::timeout_at(last, admitted).await.map_err(|_| {
                let host = transport::host_of(&self.url(call));
                call.error(ErrorKind::Timeout { host, after: arrived.elapsed() })
            })?,
            None => admitted.await,
        };
        let permit = admitted.map_err(|mute| {
            call.request_id = call.request_id.take().or_else(|| mute.request_id.clone());
            call.error(mute.kind.clone())
        })?;
        if self.until.is_none() {
            call.began += arrived.elapsed();
        }
        Ok(permit)
    }

    async fn attempt(
        &self,
        call: &mut Call,
        params: &Params,
        signer: &Signer,
        read: &mut Read<'_>,
    ) -> Result<(), Failure> {
        let limit = call.begin_try();
        let attempt = Attempt {
            operation: call.operation,
            region: &call.region,
            number: call.schedule.tries(),
            limit,
            url: &self.url(call),
        };
        attempt
            .send(&self.shared.http, params, signer, &self.shared.clock, &*self.shared.observer, read)
            .await
    }

    fn answered(&self, call: &Call) {
        if call.limiter.answered(call.operation.action) {
            let (product, region) = (call.operation.product, call.region.clone());
            self.say(Notice::Recovered { product, region });
        }
    }

    /// Tells the limiter, so that all others know.
    fn failed(&self, call: &mut Call, permit: &Permit, failure: &Failure) {
        call.request_id = failure.request_id.clone().or_else(|| call.request_id.take());
        let class = class(&failure.kind);
        if !matches!(class, Class::Throttled | Class::Transient | Class::NotSent) {
            return self.answered(call);
        }
        call.limiter.unanswered(call.operation.action, &failure.kind, failure.request_id.as_ref());
        if class != Class::Throttled {
            return;
        }
        let asked = failure.retry_after.map(|asked| call.schedule.bounded(asked));
        if let Some(slowed) = call.limiter.throttled(permit, asked) {
            let (product, region) = (call.operation.product, call.region.clone());
            let (at_once, per_second, pause) = (slowed.at_once, slowed.pace, asked);
            self.say(Notice::Slowed { product, region, at_once, per_second, pause });
        }
    }

    /// How long to wait before the next try; `None` if there is to be none.
    async fn pause(
        &self,
        call: &mut Call,
        failure: &mut Failure,
        signer: &Signer,
    ) -> Option<std::time::Duration> {
        let class = class(&failure.kind);
        if matches!(failure.kind, ErrorKind::Timeout { .. }) {
            call.schedule.timed_out();
        }
        if class == Class::Clock && !self.heal(signer.stamp, failure.date.as_deref()) {
            return None;
        }
        if class == Class::Expired
            && (std::mem::replace(&mut call.renewed, true) || !self.renew(failure, signer).await)
        {
            return None;
        }
        let may = may_retry(class, call.operation.access, call.has_token)
            && call.limiter.hopeless(call.operation.action).is_none();
        let pause = call.schedule.pause(class, failure.retry_after, call.began.elapsed());
        pause.filter(|_| may)
    }

    /// facts section d, `InvalidSecurityToken.Expired`: another key once, then the same request.
    async fn renew(&self, failure: &mut Failure, signer: &Signer) -> bool {
        let Some(refused) = &signer.credentials else { return false };
        match self.shared.provider.replace(refused).await {
            Ok(renewed) => renewed,
            Err(miss) => {
                failure.kind = ErrorKind::Credentials(Box::new(miss));
                false
            }
        }
    }

    /// The key of the next request.
    async fn credentials(&self) -> Result<Option<Arc<Credentials>>, ErrorKind> {
        self.shared.provider.credentials().await.map_err(|miss| ErrorKind::Credentials(Box::new(miss)))
    }

    /// With that key, the clock as it is now.
    fn signer(&self, credentials: Option<Arc<Credentials>>) -> Signer {
        let (timestamp, stamp) = self.shared.clock.stamp();
        Signer { credentials, timestamp, stamp }
    }

    fn heal(&self, stamp: Stamp, date: Option<&str>) -> bool {
        match self.shared.clock.heal(stamp, date) {
            Healing::Healed(off) => {
                self.say_skew(off);
                true
            }
            Healing::AlreadyHealed => true,
            Healing::Hopeless => false,
        }
    }

    fn url(&self, call: &Call) -> String {
        self.shared.hosts.url(call.operation.product, &call.region)
    }

    /// Says once a product that its public host stands in.
    fn mention_gap(&self, product: Product, region: &str) {
        if !self.shared.hosts.falls_back(product, region) {
            return;
        }
        let mut mentioned = self.shared.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        if !mentioned.contains(&product) {
            mentioned.push(product);
            self.say(Notice::NoVpcHost { product, region: region.to_owned() });
        }
    }

    fn say_skew(&self, off: SignedDuration) {
        self.say(Notice::ClockSkew { seconds: off.as_secs() });
    }

    fn say(&self, notice: Notice) {
        self.shared.observer.notice(notice);
    }
}

impl Call {
    /// Begins a try, and says how long to wait for its answer.
    fn begin_try(&mut self) -> std::time::Duration {
        self.schedule.begin(self.began.elapsed(), self.limiter.mute_for(self.operation.action))
    }

    fn error(&self, kind: ErrorKind) -> Error {
        let (operation, tries) = (self.operation, self.schedule.tries());
        Error { operation, kind, tries, request_id: self.request_id.clone() }
    }
}
