//! The time that requests are stamped with: this machine's clock plus what the server said it is off by.
//!
//! Healed at most once per run (facts section d, `InvalidTimeStamp.Expired`), for all requests in flight: a request
//! remembers the clock it was stamped with, so ten refusals of the old clock make one correction.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

/// A clock that can be set right once.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset: Mutex<Option<SignedDuration>>,
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
        let offset = *self.offset.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Timestamp::now() + offset.unwrap_or(SignedDuration::ZERO);
        let stamp = if offset.is_some() { Stamp::Healed } else { Stamp::Local };
        (now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), stamp)
    }

    /// Takes the server's word for the time after it refused a request stamped with `stamp`.
    pub(crate) fn heal(&self, stamp: Stamp, server_date: Option<&str>) -> Healing {
        let mut offset = self.offset.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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
    fn no_date_no_healing() {
        let clock = Clock::default();
        assert_eq!(clock.heal(Stamp::Local, None), Healing::Hopeless);
        assert_eq!(clock.heal(Stamp::Local, Some("yesterday")), Healing::Hopeless);
    }
}
