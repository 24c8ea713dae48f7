//! The transport's time limits, as values so that a rehearsal can scale them down.

use std::time::Duration;

/// Time limits of every conversation with an API.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tuning {
    /// For a TCP and TLS connection.
    pub connect: Duration,
    /// For a complete answer; doubled at each try that timed out.
    pub answer: Duration,
    /// For all tries of one call together. No try begins after it, and the last one ends within an answer's time.
    pub budget: Duration,
    /// How many tries one call gets.
    pub tries: u32,
    /// How many it gets while it is throttled.
    pub throttled_tries: u32,
    /// How long an API may give no usable answer while something is waited for.
    pub outage: Duration,
    /// How long what the cloud says it made may stay hidden from reads (facts section d, `EndpointNotFound`); after that it
    /// was deleted since. Two endpoints cost money for good, this only once.
    pub hidden: Duration,
    /// Factor on every wait between tries, and on the distance between requests after a throttling.
    pub backoff: f64,
}

impl Tuning {
    /// For many calls at once: being throttled is to be expected, and is worth waiting for.
    #[must_use]
    pub fn patient(self) -> Self {
        Self { throttled_tries: 12, ..self }
    }

    /// For one of many things asked at the same time, which must not keep the others: one try, half the time.
    #[must_use]
    pub fn once(self) -> Self {
        Self { tries: 1, throttled_tries: 1, answer: self.answer / 2, budget: self.answer / 2, ..self }
    }

    /// For whoever hands out keys. facts section g: 5 s for a connection, 10 s for an answer.
    #[must_use]
    pub(super) fn brisk(self) -> Self {
        Self { tries: 3, answer: self.answer / 2, budget: self.budget / 3, ..self }
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
            outage: Duration::from_secs(60),
            hidden: Duration::from_secs(120),
            backoff: 1.0,
        }
    }
}
