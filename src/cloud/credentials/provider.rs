//! Hands out the key before every signature, and renews a temporary one before it ends: once, however many wait.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::chain::{Chain, Step};
use super::{Credentials, Miss, Source};

/// facts section g: a key is renewed when this much is left of it.
const MARGIN: SignedDuration = SignedDuration::from_secs(180);

/// A source that hands out an old key, or none, is not asked again sooner than this.
const PAUSE: Duration = Duration::from_secs(10);

/// Hands out the key to sign with. Cheap to clone.
#[derive(Clone)]
pub struct Provider(Option<Arc<Inner>>);

struct Inner {
    source: Source,
    origin: Option<(Chain, Step)>,
    state: Mutex<State>,
}

struct State {
    current: Arc<Credentials>,
    /// When the source was last asked again, and whether the key it gave then had ended.
    asked: Option<(Instant, bool)>,
    /// What it said, where it gave nothing.
    failure: Option<Miss>,
}

impl Provider {
    /// A key that nothing renews.
    pub fn fixed(credentials: Credentials, source: Source) -> Self {
        Self::new(credentials, source, None)
    }

    /// Nobody: requests go out unsigned.
    pub fn nobody() -> Self {
        Self(None)
    }

    /// A key that `step` of `chain` gives anew.
    pub(super) fn renewing(credentials: Credentials, source: Source, chain: Chain, step: Step) -> Self {
        Self::new(credentials, source, Some((chain, step)))
    }

    fn new(credentials: Credentials, source: Source, origin: Option<(Chain, Step)>) -> Self {
        let state = State { current: Arc::new(credentials), asked: None, failure: None };
        Self(Some(Arc::new(Inner { source, origin, state: Mutex::new(state) })))
    }

    /// Where the key was found.
    pub fn source(&self) -> Option<&Source> {
        self.0.as_ref().map(|inner| &inner.source)
    }

    /// The key to sign with now; `None` if nobody signs. While it is renewed, every caller waits for the one
    /// renewal.
    pub async fn credentials(&self) -> Result<Option<Arc<Credentials>>, Miss> {
        let Some(inner) = &self.0 else { return Ok(None) };
        let arrived = Instant::now();
        let mut state = inner.state.lock().await;
        if state.is_ending() && state.may_ask(arrived) {
            // A key that still works is used up before its source's trouble is anyone's problem.
            let _ = inner.renew(&mut state).await;
        }
        match &state.failure {
            Some(miss) if state.has_ended() => Err(miss.clone()),
            _ => Ok(Some(Arc::clone(&state.current))),
        }
    }

    /// Gets another key in place of `refused`, which the server says has expired. `false` if there is none.
    pub async fn replace(&self, refused: &Arc<Credentials>) -> Result<bool, Miss> {
        let Some(inner) = &self.0 else { return Ok(false) };
        let mut state = inner.state.lock().await;
        if !Arc::ptr_eq(&state.current, refused) {
            return Ok(true);
        }
        if inner.origin.is_none() {
            return Ok(false);
        }
        inner.renew(&mut state).await?;
        Ok(state.current.security_token != refused.security_token)
    }
}

impl Inner {
    async fn renew(&self, state: &mut State) -> Result<(), Miss> {
        let Some((chain, step)) = &self.origin else { return Ok(()) };
        let taken = chain.take(step).await;
        let answer = match taken {
            Ok(taken) => {
                state.current = Arc::new(taken.credentials);
                state.failure = None;
                Ok(())
            }
            Err(miss) => {
                state.failure = Some(miss.clone());
                Err(miss)
            }
        };
        state.asked = Some((Instant::now(), state.has_ended()));
        answer
    }
}

impl State {
    fn left(&self) -> Option<SignedDuration> {
        self.current.expires.map(|end| end.duration_since(Timestamp::now()))
    }

    fn is_ending(&self) -> bool {
        self.left().is_some_and(|left| left <= MARGIN)
    }

    /// By this machine's clock, which may be wrong: a key that was just handed out counts as good.
    fn has_ended(&self) -> bool {
        self.left().is_some_and(|left| left <= SignedDuration::ZERO)
    }

    /// Not if it was asked while this caller waited, nor a moment ago, unless the key has ended since.
    fn may_ask(&self, arrived: Instant) -> bool {
        self.asked.is_none_or(|(asked, had_ended)| {
            let ended_since = !had_ended && self.has_ended();
            asked < arrived && (ended_since || asked.elapsed() >= PAUSE)
        })
    }
}
