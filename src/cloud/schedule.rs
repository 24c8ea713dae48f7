//! When a call is tried again, for how long it is waited, and when it is given up. Arithmetic only: whoever uses it
//! tells the time.

use std::time::Duration;

use super::backoff;
use super::classify::Class;
use super::tuning::Tuning;

/// The tries of one call. Time in here is the call's own: since it began, without what it stood in line.
#[derive(Debug)]
pub(crate) struct Schedule {
    tuning: Tuning,
    tries: u32,
    timeouts: u32,
    /// When nothing is begun any more, and what may still be under way then has an answer's time.
    until: Option<Duration>,
}

impl Schedule {
    /// A call that may be tried by `tuning`, and not again after `until`.
    pub(crate) fn new(tuning: Tuning, until: Option<Duration>) -> Self {
        Self { tuning, tries: 0, timeouts: 0, until }
    }

    /// How many tries there were.
    pub(crate) fn tries(&self) -> u32 {
        self.tries
    }

    /// Begins a try, and says how long to wait for its answer: twice as long for every try that timed out, but what
    /// is left of the budget at most, and an answer's time at least. `mute` is how long nobody has had an answer.
    pub(crate) fn begin(&mut self, now: Duration, mute: Duration) -> Duration {
        self.tries += 1;
        let Tuning { answer, budget, .. } = self.tuning;
        let left = budget.saturating_sub(now.max(mute));
        let wanted = answer.saturating_mul(1 << self.timeouts.min(6));
        let limit = wanted.min(left.max(answer));
        self.until.map_or(limit, |until| limit.min((until + answer).saturating_sub(now)))
    }

    /// A try timed out.
    pub(crate) fn timed_out(&mut self) {
        self.timeouts += 1;
    }

    /// How long to wait before the next try; `None` if there is none. `asked` is what the server asks for.
    pub(crate) fn pause(&self, class: Class, asked: Option<Duration>, now: Duration) -> Option<Duration> {
        let Tuning { budget, tries, throttled_tries, backoff, .. } = self.tuning;
        let most = if class == Class::Throttled { throttled_tries } else { tries };
        let pause = backoff::delay(class, self.tries, asked.map(|asked| self.bounded(asked)), backoff);
        let end = self.until.map_or(budget, |until| until.min(budget));
        (self.tries < most && now + pause < end).then_some(pause)
    }

    /// No server is obeyed for longer than most of the budget.
    pub(crate) fn bounded(&self, asked: Duration) -> Duration {
        asked.min(self.tuning.budget * 2 / 3)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLASSES: [Class; 6] =
        [Class::Throttled, Class::Transient, Class::NotSent, Class::NonceUsed, Class::Clock, Class::Busy];

    /// How a try fails: its class, whether it takes all its time, else how much of it, and what the server asks for.
    type Failure = (usize, bool, f64, Option<u64>);

    /// Lets a call fail for ever and says how long that took and how many tries it had.
    fn fail(tuning: Tuning, until: Option<Duration>, failures: &[Failure]) -> (Duration, u32) {
        let mut schedule = Schedule::new(tuning, until);
        let mut now = Duration::ZERO;
        for (class, hangs, part, asked) in failures.iter().cycle() {
            let limit = schedule.begin(now, Duration::ZERO);
            now += if *hangs { limit } else { limit.mul_f64(*part) };
            if *hangs {
                schedule.timed_out();
            }
            let class = if *hangs { Class::Transient } else { CLASSES[*class] };
            match schedule.pause(class, asked.map(Duration::from_millis), now) {
                Some(pause) => now += pause,
                None => break,
            }
        }
        (now, schedule.tries())
    }

    #[test]
    fn a_call_that_hangs_gets_three_tries_and_the_budget() {
        let (took, tries) = fail(Tuning::default(), None, &[(0, true, 0.0, None)]);
        assert_eq!(tries, 3);
        assert!((89..=110).contains(&took.as_secs()), "{took:?}");
    }

    #[test]
    fn five_tries_that_fail_at_once_take_seconds() {
        let (took, tries) = fail(Tuning::default(), None, &[(1, false, 0.0, None)]);
        assert_eq!(tries, 5);
        assert!(took < Duration::from_secs(4), "{took:?}");
    }

    #[test]
    fn a_server_that_asks_for_an_hour_is_obeyed_for_a_minute() {
        let (took, tries) = fail(Tuning::default(), None, &[(0, false, 0.0, Some(3_600_000))]);
        assert_eq!((tries, took.as_secs()), (2, 60));
    }

    #[test]
    fn nothing_is_tried_twice_where_one_try_is_all() {
        let (_, tries) = fail(Tuning::default().once(), None, &[(1, false, 0.0, None)]);
        assert_eq!(tries, 1);
    }

    proptest! {
        /// What fails for ever ends within two minutes, however it fails.
        #[test]
        fn no_call_outlives_two_minutes(
            failures in prop::collection::vec(
                (0..CLASSES.len(), any::<bool>(), 0.0..1.0, prop::option::of(0_u64..200_000)), 1..8
            )
        ) {
            for tuning in [Tuning::default(), Tuning::default().patient(), Tuning::default().brisk()] {
                let (took, tries) = fail(tuning, None, &failures);
                prop_assert!(took <= Duration::from_secs(110), "{took:?}");
                prop_assert!(tries <= 12);
            }
        }

        /// Nothing goes on for longer than one answer's time after the end of the waiting.
        #[test]
        fn no_call_outlives_its_deadline_by_more_than_one_answer(
            until in 0_u64..120_000,
            failures in prop::collection::vec(
                (0..CLASSES.len(), any::<bool>(), 0.0..1.0, prop::option::of(0_u64..200_000)), 1..8
            )
        ) {
            let until = Duration::from_millis(until);
            let (took, _) = fail(Tuning::default(), Some(until), &failures);
            prop_assert!(took <= until + Tuning::default().answer, "{took:?}");
        }
    }
}
