//! The life of an endpoint, computed from its age: facts section c.
//!
//! Nothing ticks. Whoever asks gets the state that the elapsed time implies.

use super::clock::Ms;
use super::scenario::{Behaviour, Timing};

/// What becomes of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Ready after a while.
    Ready,
    /// The provider has to accept, at that age or never.
    Waiting(Option<Ms>),
    /// `Creating` for ever.
    Stuck,
    /// `Connecting`, then `Disconnected`.
    Rejected,
    /// `Connecting`, then `ServiceDeleted`.
    ServiceDeleted,
    /// Connects, but the account is in arrears.
    FinancialLocked,
}

impl Fate {
    /// The fate of a new endpoint.
    pub(super) fn of(behaviour: Behaviour, auto_accept: bool, accepted: Option<u64>) -> Self {
        match behaviour {
            Behaviour::Stuck => Self::Stuck,
            Behaviour::Rejected => Self::Rejected,
            Behaviour::ServiceDeleted => Self::ServiceDeleted,
            Behaviour::FinancialLocked => Self::FinancialLocked,
            Behaviour::Normal if auto_accept => Self::Ready,
            Behaviour::Normal => Self::Waiting(accepted.map(ms)),
        }
    }
}

/// An endpoint of a fate at an age.
#[derive(Clone, Copy)]
pub(super) struct Life<'a> {
    pub(super) fate: Fate,
    pub(super) timing: &'a Timing,
    pub(super) age: Ms,
}

impl Life<'_> {
    /// `EndpointStatus`, changes and deletion aside.
    pub(super) fn status(&self) -> &'static str {
        if self.fate == Fate::Stuck || self.age < ms(self.timing.active_ms) { "Creating" } else { "Active" }
    }

    /// `ConnectionStatus`. `Disconnected` is normal at first and while the provider has to accept.
    pub(super) fn connection(&self) -> &'static str {
        let Some(delay) = self.delay() else { return "Disconnected" };
        if self.age < ms(self.timing.connecting_ms) + delay {
            return "Disconnected";
        }
        if self.age < ms(self.timing.connected_ms) + delay {
            return "Connecting";
        }
        match self.fate {
            Fate::Rejected => "Disconnected",
            Fate::ServiceDeleted => "ServiceDeleted",
            _ => "Connected",
        }
    }

    /// `EndpointBusinessStatus`.
    pub(super) fn business(&self) -> &'static str {
        if self.fate == Fate::FinancialLocked { "FinancialLocked" } else { "Normal" }
    }

    /// `ZoneStatus` of a zone that is `zone_age` old; a stuck one never gets connected.
    pub(super) fn zone(&self, zone_age: Ms, stuck: bool) -> &'static str {
        if self.status() == "Creating" || zone_age < ms(self.timing.active_ms) {
            return "Creating";
        }
        match self.connection() {
            "Disconnected" if !self.was_connecting() => "Wait",
            "Connected" if !stuck && self.zone_is_up(zone_age) => "Connected",
            "Connecting" | "Connected" => "Connecting",
            _ => "Disconnected",
        }
    }

    fn zone_is_up(&self, zone_age: Ms) -> bool {
        let up = ms(self.timing.zones_ms);
        zone_age >= up && self.age >= up + self.delay().unwrap_or(0)
    }

    fn was_connecting(&self) -> bool {
        self.delay().is_some_and(|delay| self.age >= ms(self.timing.connecting_ms) + delay)
    }

    /// How much later than usual it starts to connect; `None`: never.
    fn delay(&self) -> Option<Ms> {
        match self.fate {
            Fate::Stuck | Fate::Waiting(None) => None,
            Fate::Waiting(Some(at)) => Some((at - ms(self.timing.connecting_ms)).max(0)),
            _ => Some(0),
        }
    }
}

/// Milliseconds of a scenario as simulated time.
pub(super) fn ms(value: u64) -> Ms {
    Ms::try_from(value).unwrap_or(Ms::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing {
        active_ms: 10,
        connecting_ms: 20,
        connected_ms: 30,
        zones_ms: 40,
        change_ms: 5,
        vswitch_ms: 5,
        listed_ms: 0,
        known_ms: 0,
        linger_ms: 5,
    };

    fn at(fate: Fate, age: Ms) -> String {
        let life = Life { fate, timing: &TIMING, age };
        format!("{}/{}/{}", life.status(), life.connection(), life.zone(age, false))
    }

    #[test]
    fn a_ready_endpoint_goes_through_every_state() {
        let seen: Vec<String> = [0, 10, 20, 30, 40].map(|age| at(Fate::Ready, age)).to_vec();
        let expected = [
            "Creating/Disconnected/Creating",
            "Active/Disconnected/Wait",
            "Active/Connecting/Connecting",
            "Active/Connected/Connecting",
            "Active/Connected/Connected",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn other_fates_end_elsewhere() {
        assert_eq!(at(Fate::Stuck, 9999), "Creating/Disconnected/Creating");
        assert_eq!(at(Fate::Rejected, 25), "Active/Connecting/Connecting");
        assert_eq!(at(Fate::Rejected, 9999), "Active/Disconnected/Disconnected");
        assert_eq!(at(Fate::Waiting(None), 9999), "Active/Disconnected/Wait");
        assert_eq!(at(Fate::Waiting(Some(100)), 99), "Active/Disconnected/Wait");
        assert_eq!(at(Fate::Waiting(Some(100)), 120), "Active/Connected/Connected");
        assert_eq!(at(Fate::ServiceDeleted, 9999), "Active/ServiceDeleted/Disconnected");
    }

    #[test]
    fn an_added_zone_has_its_own_age() {
        let life = Life { fate: Fate::Ready, timing: &TIMING, age: 1000 };
        assert_eq!([0, 15, 40].map(|age| life.zone(age, false)), ["Creating", "Connecting", "Connected"]);
        assert_eq!(life.zone(1000, true), "Connecting");
    }
}
