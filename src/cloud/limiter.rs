//! How many requests one product in one region gets at the same time and in a second.
//!
//! Everybody slows down when one is throttled, and speeds up again while answers come: half at once, then a little
//! more with every answer, as senders of packets do. What `x-acs-retry-after` asks for (facts section d) holds for all of them. Who stands in
//! line for something that nobody has had an answer to for a call's whole budget is sent away.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turnstile, Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::error::ErrorKind;
use super::operation::Product;

/// Requests under way at the same time, to one product or to all: what a shared account bears.
const AT_ONCE: usize = 20;
/// The slowest pace, in requests a second.
const SLOWEST: f64 = 2.0;
/// Faster than this nothing is held back.
const FREE: f64 = 50.0;
/// How much the pace grows with every answer.
const GROWTH: f64 = 0.5;
/// Over which the pace is measured.
const SECOND: Duration = Duration::from_secs(1);

/// A limiter for each product and region, and one for all of them together.
#[derive(Debug)]
pub(crate) struct Limiters {
    all: Arc<Semaphore>,
    each: Mutex<HashMap<(Product, String), Arc<Limiter>>>,
    scale: f64,
    patience: Duration,
}

/// The limiter of one product in one region.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: Mutex<State>,
    /// Whoever is first in line; the others wait for it, in their order.
    first: Turnstile<()>,
    left: Notify,
    /// After so long without an answer there will be none.
    patience: Duration,
}

#[derive(Debug)]
struct State {
    /// Factor on the distance between requests.
    scale: f64,
    under_way: usize,
    at_once: usize,
    /// Answers since one more at once was let in.
    answers: usize,
    /// Requests a second; `None`: as they come.
    pace: Option<f64>,
    /// When the next one may start.
    next: Instant,
    /// When the last ones started, for a second.
    starts: VecDeque<Instant>,
    slowed: Option<Instant>,
    /// Actions that have had no answer since.
    mute: HashMap<&'static str, Mute>,
}

/// An action that gets no answer.
#[derive(Debug, Clone)]
pub(crate) struct Mute {
    since: Instant,
    last: Instant,
    /// What happened last.
    pub(crate) kind: ErrorKind,
    /// The server's id of the last answer, if there was one.
    pub(crate) request_id: Option<String>,
}

/// A request under way. When it is dropped, another one may start.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    began: Instant,
}

/// How slowly it goes from now on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slowed {
    pub(crate) at_once: usize,
    pub(crate) pace: f64,
}

impl Limiters {
    /// Limiters that hold nothing back yet. `scale` is a factor on the distance between requests; after `patience`
    /// without an answer there will be none.
    pub(crate) fn new(scale: f64, patience: Duration) -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), each: Mutex::default(), scale, patience }
    }

    /// Waits until it is one of few that are under way, wherever to.
    pub(crate) async fn one_of_few(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed, so there always is one.
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// The one of this product and region.
    pub(crate) fn of(&self, product: Product, region: &str) -> Arc<Limiter> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let known = each.entry((product, region.to_owned()));
        Arc::clone(known.or_insert_with(|| Arc::new(Limiter::new(self.scale, self.patience))))
    }
}

impl Limiter {
    fn new(scale: f64, patience: Duration) -> Self {
        let state = State {
            scale,
            under_way: 0,
            at_once: AT_ONCE,
            answers: 0,
            pace: None,
            next: Instant::now(),
            starts: VecDeque::new(),
            slowed: None,
            mute: HashMap::new(),
        };
        Self { state: Mutex::new(state), first: Turnstile::new(()), left: Notify::new(), patience }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn. Who would have to wait for an action that is hopeless is sent away.
    pub(crate) async fn admit(self: &Arc<Self>, action: &'static str) -> Result<Permit, Box<Mute>> {
        let _turn = self.first.lock().await;
        loop {
            let wait = match self.state().start() {
                Ok(began) => return Ok(Permit { limiter: Arc::clone(self), began }),
                Err(wait) => wait,
            };
            if let Some(mute) = self.hopeless(action) {
                return Err(Box::new(mute));
            }
            match wait {
                Some(at) => tokio::time::sleep_until(at).await,
                None => self.left.notified().await,
            }
        }
    }

    /// How long nobody has had an answer to `action`.
    pub(crate) fn mute_for(&self, action: &str) -> Duration {
        let state = self.state();
        let mute = state.mute.get(action).filter(|mute| mute.last.elapsed() < self.patience);
        mute.map(|mute| mute.since.elapsed()).unwrap_or_default()
    }

    /// What happened last to an action that nobody has had an answer to for too long.
    pub(crate) fn hopeless(&self, action: &str) -> Option<Mute> {
        let hopeless = self.mute_for(action) >= self.patience;
        self.state().mute.get(action).filter(|_| hopeless).cloned()
    }

    /// An answer came. `true` if nothing is held back any more.
    pub(crate) fn answered(&self, action: &str) -> bool {
        let mut state = self.state();
        state.mute.remove(action);
        state.speed_up()
    }

    /// No answer came that anybody could use.
    pub(crate) fn unanswered(&self, action: &'static str, kind: &ErrorKind, request_id: Option<&String>) {
        let (last, before) = (Instant::now(), self.mute_for(action));
        let mute = Mute { since: last - before, last, kind: kind.clone(), request_id: request_id.cloned() };
        self.state().mute.insert(action, mute);
    }

    /// A request was too much; `asked` is for how long the server wants to hear nothing. `None` if others that were
    /// under way with it have made it slower already.
    pub(crate) fn throttled(&self, permit: &Permit, asked: Option<Duration>) -> Option<Slowed> {
        let mut state = self.state();
        if let Some(asked) = asked {
            state.next = state.next.max(Instant::now() + asked);
        }
        state.slow_down(permit.began)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limiter.state().under_way -= 1;
        self.limiter.left.notify_one();
    }
}

impl State {
    /// Starts a request, else says when one may start; `None`: when another one has ended.
    fn start(&mut self) -> Result<Instant, Option<Instant>> {
        let now = Instant::now();
        if self.under_way >= self.at_once {
            return Err(None);
        }
        if self.next > now {
            return Err(Some(self.next));
        }
        self.under_way += 1;
        self.forget_old(now);
        self.starts.push_back(now);
        if let Some(pace) = self.pace {
            self.next = now + self.gap(pace);
        }
        Ok(now)
    }

    /// Half of what there was, once for all that were under way then.
    fn slow_down(&mut self, began: Instant) -> Option<Slowed> {
        if self.slowed.is_some_and(|slowed| began <= slowed) {
            return None;
        }
        let now = Instant::now();
        self.forget_old(now);
        let measured = u32::try_from(self.starts.len()).map_or(FREE, f64::from);
        let pace = (self.pace.unwrap_or(measured) / 2.0).clamp(SLOWEST, FREE);
        self.at_once = (self.under_way.min(self.at_once) / 2).max(1);
        self.next = self.next.max(now + self.gap(pace));
        (self.slowed, self.pace, self.answers) = (Some(now), Some(pace), 0);
        Some(Slowed { at_once: self.at_once, pace })
    }

    /// One more at once for as many answers as are let in; `true` if with this one nothing is held back any more.
    fn speed_up(&mut self) -> bool {
        self.answers += 1;
        if self.answers >= self.at_once && self.at_once < AT_ONCE {
            self.at_once += 1;
            self.answers = 0;
        }
        let Some(pace) = self.pace else { return false };
        self.pace = Some(pace + GROWTH).filter(|pace| *pace < FREE);
        self.pace.is_none()
    }

    fn forget_old(&mut self, now: Instant) {
        while self.starts.front().is_some_and(|start| now.duration_since(*start) > SECOND) {
            self.starts.pop_front();
        }
    }

    fn gap(&self, pace: f64) -> Duration {
        Duration::from_secs_f64(self.scale / pace)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(90);

    fn limiter() -> Arc<Limiter> {
        Limiters::new(1.0, PATIENCE).of(Product::PrivateLink, "ap-southeast-1")
    }

    impl Limiter {
        fn restraint(&self) -> (Option<f64>, usize) {
            let state = self.state();
            (state.pace, state.at_once)
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn timeout() -> ErrorKind {
        ErrorKind::Timeout { host: "h".to_owned(), after: Duration::from_secs(20) }
    }

    /// Sends `count` requests that take 100 ms each; how many there were at the same time, and how long all took.
    async fn send(limiter: &Arc<Limiter>, count: usize) -> (usize, Duration) {
        let most = std::sync::atomic::AtomicUsize::new(0);
        let started = Instant::now();
        let one = async || {
            let _permit = limiter.admit("A").await.unwrap();
            most.fetch_max(limiter.state().under_way, std::sync::atomic::Ordering::SeqCst);
            tokio::time::sleep(ms(100)).await;
            limiter.answered("A");
        };
        join_all((0..count).map(|_| one())).await;
        (most.into_inner(), started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn twenty_at_once_and_nobody_waits_for_nothing() {
        assert_eq!(send(&limiter(), 20).await, (20, ms(100)));
        let (most, took) = send(&limiter(), 100).await;
        assert_eq!(most, 20);
        assert!(took < ms(520), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_throttling_slows_everybody_and_answers_speed_up_again() {
        let limiter = limiter();
        let all = join_all((0..20).map(|_| limiter.admit("A"))).await;
        let permits: Vec<Permit> = all.into_iter().map(Result::unwrap).collect();
        tokio::time::sleep(ms(10)).await;
        assert_eq!(limiter.throttled(&permits[0], None), Some(Slowed { at_once: 10, pace: 10.0 }));
        assert_eq!(limiter.throttled(&permits[1], None), None, "it was under way with the other");
        drop(permits);
        let (most, took) = send(&limiter, 10).await;
        assert!(most <= 10 && took > ms(500), "{most} at once, {took:?}");
        let (_, took) = send(&limiter, 200).await;
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(limiter.restraint(), (None, AT_ONCE));
        assert_eq!(send(&limiter, 20).await, (20, ms(100)), "as if nothing had been");
    }

    #[tokio::test(start_paused = true)]
    async fn what_one_is_asked_to_wait_all_wait() {
        let limiter = limiter();
        let permit = limiter.admit("A").await.unwrap();
        limiter.throttled(&permit, Some(Duration::from_secs(7)));
        drop(permit);
        let started = Instant::now();
        drop(limiter.admit("B").await.unwrap());
        assert_eq!(started.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_again_and_again_it_never_stops_altogether() {
        let limiter = limiter();
        for _ in 0..50 {
            let permit = limiter.admit("A").await.unwrap();
            tokio::time::sleep(ms(1)).await;
            limiter.throttled(&permit, None);
        }
        assert_eq!(limiter.restraint(), (Some(SLOWEST), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn products_and_regions_do_not_slow_each_other() {
        let limiters = Limiters::new(1.0, PATIENCE);
        let here = limiters.of(Product::Ecs, "a");
        let permit = here.admit("A").await.unwrap();
        here.throttled(&permit, Some(PATIENCE));
        let started = Instant::now();
        for (product, region) in [(Product::Ecs, "b"), (Product::Vpc, "a")] {
            drop(limiters.of(product, region).admit("A").await.unwrap());
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn in_line_for_what_never_answers_nobody_stays() {
        let limiter = limiter();
        let held = join_all((0..AT_ONCE).map(|_| limiter.admit("A"))).await;
        limiter.unanswered("A", &timeout(), None);
        tokio::time::sleep(PATIENCE.checked_sub(ms(1)).unwrap()).await;
        limiter.unanswered("A", &timeout(), Some(&"id".to_owned()));
        tokio::time::sleep(ms(1)).await;
        let started = Instant::now();
        let sent_away = join_all((0..100).map(|_| limiter.admit("A"))).await;
        for mute in sent_away {
            let mute = mute.unwrap_err();
            assert_eq!((mute.kind, mute.request_id.as_deref()), (timeout(), Some("id")));
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
        drop(held);
        assert!(limiter.admit("A").await.is_ok(), "who need not wait may try");
        limiter.answered("A");
        assert!(limiter.hopeless("A").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_failure_says_nothing_about_now() {
        let limiter = limiter();
        limiter.unanswered("A", &timeout(), None);
        tokio::time::sleep(PATIENCE * 10).await;
        assert!(limiter.hopeless("A").is_none());
        limiter.unanswered("A", &timeout(), None);
        assert_eq!(limiter.mute_for("A"), Duration::ZERO);
    }
}
