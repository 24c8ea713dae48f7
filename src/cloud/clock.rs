//! The time that requests are stamped with: this machine's clock plus what the server said it is off by.
//!
//! Healed at most once per run (facts section d, `InvalidTimeStamp.Expired`), for all requests in flight: a request
//! remembers the clock it was stamped with, so ten refusals of the old clock make one correction.
//!
//! What was created when is told by the server's clock. So every answer's date is kept as well: a clock that is some
//! minutes off is not refused, and would still make a new endpoint look old.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A clock that can be set right once.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset: Mutex<Option<SignedDuration>>,
    /// How far the server was ahead at its last answer.
    seen: Mutex<SignedDuration>,
}

/// Which clock stamped a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// This machine's own.
    Local,
    /// The one set right from a server's `Date`.
    Healed,
}

/// What a refusal of a timestamp led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Healing {
    /// The clock was just set right by this much.
    Healed(SignedDuration),
    /// Another request had already done so: stamp again.
    AlreadyHealed,
    /// Nothing can be done: no usable date, or the healed clock was refused as well.
    Hopeless,
}

impl Clock {
    /// The time to stamp a request with, as `2026-01-15T08:30:00Z`, and which clock it is from.
    pub(crate) fn stamp(&self) -> (String, Stamp) {
        let offset = *self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        let now = later(Timestamp::now(), offset.unwrap_or(SignedDuration::ZERO));
        let stamp = if offset.is_some() { Stamp::Healed } else { Stamp::Local };
        (now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), stamp)
    }

    /// Takes the server's word for the time after it refused a request stamped with `stamp`.
    pub(crate) fn heal(&self, stamp: Stamp, server_date: Option<&str>) -> Healing {
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        match (stamp, *offset) {
            (Stamp::Local, Some(_)) => Healing::AlreadyHealed,
            (Stamp::Healed, _) => Healing::Hopeless,
            (Stamp::Local, None) => {
                let Some(server) = server_date.and_then(parse_http_date) else { return Healing::Hopeless };
                let off = server.duration_since(Timestamp::now());
                *offset = Some(off);
                Healing::Healed(off)
            }
        }
    }
}

impl Clock {
    /// Takes note of an answer's date.
    pub(crate) fn see(&self, server_date: Option<&str>) {
        if let Some(server) = server_date.and_then(parse_http_date) {
            let ahead = server.duration_since(Timestamp::now());
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
        }
    }

    /// The server's time, as its answers tell.
    pub(crate) fn server_now(&self) -> Timestamp {
        later(Timestamp::now(), *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A server may say any date: at the end of all of them time stands still.
fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(now)
}

fn parse_http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http_date(off: SignedDuration) -> String {
        (Timestamp::now() + off).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    #[test]
    fn one_correction_serves_every_request_in_flight() {
        let clock = Clock::default();
        let date = http_date(SignedDuration::from_mins(40));
        let (_, first) = clock.stamp();
        let (_, second) = clock.stamp();
        let Healing::Healed(off) = clock.heal(first, Some(&date)) else { panic!("should heal") };
        assert!((off.as_secs() - 2400).abs() <= 2, "{off:?}");
        assert_eq!(clock.heal(second, Some(&date)), Healing::AlreadyHealed);
        let (_, third) = clock.stamp();
        assert_eq!(clock.heal(third, Some(&date)), Healing::Hopeless);
    }

    #[test]
    fn any_date_a_server_says_can_be_counted_from() {
        for date in [
            "Thu, 30 Dec 9999 21:59:59 GMT",
            "Thu, 30 Dec 9999 22:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
        ] {
            let clock = Clock::default();
            clock.see(Some(date));
            assert!(matches!(clock.heal(clock.stamp().1, Some(date)), Healing::Healed(_)), "{date}");
            std::thread::sleep(std::time::Duration::from_millis(1100));
            let (stamp, _) = clock.stamp();
            assert_eq!(stamp[..4], clock.server_now().to_string()[..4], "{date}");
        }
        let clock = Clock::default();
        clock.see(Some("Sat, 32 Foo 10000"));
        assert!(clock.server_now().duration_since(Timestamp::now()).abs() < SignedDuration::from_secs(1));
    }

    #[test]
    fn no_date_no_healing() {
        let clock = Clock::default();
        assert_eq!(clock.heal(Stamp::Local, None), Healing::Hopeless);
        assert_eq!(clock.heal(Stamp::Local, Some("yesterday")), Healing::Hopeless);
    }
}
