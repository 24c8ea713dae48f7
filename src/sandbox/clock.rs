//! The simulated cloud's time: real time since the start, which a test can put forward.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

/// Milliseconds since the sandbox started; negative for what happened before.
pub(super) type Ms = i64;

/// Elapsed time and wall time that always agree.
pub(super) struct Clock {
    start: Instant,
    wall: SystemTime,
    skew_ms: Ms,
    forward: AtomicI64,
}

impl Clock {
    /// A clock whose wall time is `skew_s` seconds ahead of this machine's.
    pub(super) fn start(skew_s: i64) -> Self {
        Self {
            start: Instant::now(),
            wall: SystemTime::now(),
            skew_ms: skew_s.saturating_mul(1000),
            forward: AtomicI64::new(0),
        }
    }

    /// Lets `by` pass at once.
    pub(super) fn advance(&self, by: Duration) {
        self.forward.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Real time since the start, for the record of calls; unaffected by `advance`.
    pub(super) fn stopwatch(&self) -> Duration {
        self.start.elapsed()
    }

    /// Simulated milliseconds since the start.
    pub(super) fn now(&self) -> Ms {
        millis(self.start.elapsed()) + self.forward.load(Ordering::SeqCst)
    }

    /// The cloud's wall time at `at`.
    pub(super) fn wall(&self, at: Ms) -> Timestamp {
        let start = Timestamp::try_from(self.wall).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = jiff::SignedDuration::from_millis(at + self.skew_ms);
        start.checked_add(offset).unwrap_or(start)
    }
}

fn millis(d: Duration) -> Ms {
    Ms::try_from(d.as_millis()).unwrap_or(Ms::MAX / 4)
}

/// `2022-01-02T19:11:12Z`: the shape of `Timestamp` and `CreateTime` (facts a1, b1).
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The HTTP `Date` header.
pub(super) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
