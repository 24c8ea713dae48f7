//! How long to wait before the next try.

use std::time::Duration;

use super::classify::Class;

/// No single wait is longer than this, unless the server asks for it.
const CAP: Duration = Duration::from_secs(20);

/// Exponential from `base`, with half of it left to chance so that many callers do not return together.
pub(crate) fn delay(class: Class, failures: u32, retry_after: Option<Duration>, scale: f64) -> Duration {
    if let Some(asked) = retry_after {
        return asked;
    }
    let base = match class {
        Class::NonceUsed | Class::Clock | Class::Expired | Class::Final => return Duration::ZERO,
        Class::Transient | Class::NotSent => Duration::from_millis(200),
        Class::Throttled => Duration::from_millis(500),
        Class::Busy => Duration::from_secs(1),
    };
    let full = base.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(CAP);
    full.mul_f64((0.5 + random() / 2.0) * scale)
}

/// A number in `0.0..1.0`.
#[expect(clippy::cast_precision_loss, reason = "32 random bits are exact in an f64")]
pub(crate) fn random() -> f64 {
    (uuid::Uuid::new_v4().as_u128() >> 96) as f64 / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_stays_within_its_bounds() {
        for failures in 1..20 {
            let d = delay(Class::Throttled, failures, None, 1.0);
            let full = Duration::from_millis(500).saturating_mul(1 << (failures - 1).min(10)).min(CAP);
            assert!(d >= full / 2 && d <= full, "{failures}: {d:?}");
        }
    }

    #[test]
    fn obeys_the_server() {
        let asked = Some(Duration::from_millis(1234));
        assert_eq!(delay(Class::Throttled, 1, asked, 1.0), Duration::from_millis(1234));
    }
}
