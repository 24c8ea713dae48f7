//! Polls an endpoint until it is ready, hopeless, or the time is up.
//!
//! Generic over the look, so that tests run on a paused clock without a socket. The states are those of facts
//! section c: `Disconnected` right after creation is normal, and stays so while a provider has to accept.

mod lookout;

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use crate::cloud::Error;
use crate::cloud::privatelink::{
    BusinessStatus, ConnectionStatus, Endpoint, EndpointStatus, Zone, ZoneStatus,
};
use crate::event::{Event, Reporter};

pub use lookout::Lookout;

/// What one look at the endpoint shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Its states.
    pub endpoint: Endpoint,
    /// Its zones, asked for only once it is Active and Connected.
    pub zones: Option<Vec<Zone>>,
}

/// What is waited for.
#[derive(Debug, Clone)]
pub struct Goal {
    /// Zones that have to be connected; empty means all that the endpoint has.
    pub zones: Vec<String>,
    /// Whether the provider accepts without a person; `None` if unknown.
    pub auto_accept: Option<bool>,
    /// Whether it was just made: until it is seen for the first time, not found means not yet.
    pub is_new: bool,
    /// How long to wait.
    pub timeout: Duration,
    /// Since when.
    pub begun: Instant,
    /// An API that gives no usable answer for so long is not coming back soon.
    pub outage: Duration,
    /// The cloud's time when the waiting begins: this machine's clock may be off.
    pub cloud_time: Timestamp,
}

/// How the waiting ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Active, Connected, paid, with a domain name, and every zone has an address.
    Ready(Look),
    /// In a state that waiting does not change.
    Hopeless(Look, Hopeless),
    /// Not ready in time; the last look.
    TimedOut(Option<Look>),
}

/// A state that waiting does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hopeless {
    /// The endpoint is being deleted, or is gone.
    Deleted,
    /// The connection is being cut.
    Cut,
    /// The provider rejected the connection, or disabled it later.
    Rejected,
    /// The provider deleted the endpoint service.
    ServiceDeleted,
    /// Locked for an overdue payment.
    FinancialLocked,
    /// Everything is ready, and the cloud gives it no domain name that can be used.
    Nameless,
}

/// A provider that accepts by itself has done so long before this age.
pub const ACCEPTED_BY: Duration = Duration::from_secs(600);
/// A moment ago it was there, and a lagging answer may not know it yet (facts section d, `EndpointNotFound`).
const UNKNOWN_UNTIL: Duration = Duration::from_secs(60);

/// How long the domain name may come after everything else.
const NAME_WITHIN: Duration = Duration::from_secs(30);

/// Looks at once, then again and again, until the goal is met or cannot be.
pub async fn until_ready(
    look: impl AsyncFn() -> Result<Look, Error>,
    goal: &Goal,
    reporter: &dyn Reporter,
) -> Result<Outcome, Error> {
    let started = Instant::now();
    let deadline = goal.begun + goal.timeout;
    let mut watch = Watch::new(goal.outage);
    loop {
        let began = Instant::now();
        match tokio::time::timeout_at(watch.patience(deadline), look()).await {
            Ok(Ok(seen)) => {
                watch.outage = None;
                watch.report(&seen, started.elapsed(), reporter);
                match watch.judge(&seen, goal, age(&seen.endpoint, goal.cloud_time, started)) {
                    Verdict::Ready => return Ok(Outcome::Ready(seen)),
                    Verdict::Hopeless(why) => return Ok(Outcome::Hopeless(seen, why)),
                    Verdict::Waiting => watch.last = Some(seen),
                }
            }
            Ok(Err(error)) if error.is("EndpointNotFound") && watch.may_be_unknown(goal, started) => {}
            Ok(Err(error)) => watch.bear(error, began)?,
            Err(_) => return watch.out_of_time(),
        }
        let deadline = watch.patience(deadline);
        let next = began + interval(started.elapsed());
        sleep_until(next.min(deadline)).await;
        if next >= deadline {
            return watch.out_of_time();
        }
    }
}

/// 1 s in the first minute, then 2 s, after five minutes 5 s; a little less at random, so that many waiting runs
/// spread out.
fn interval(elapsed: Duration) -> Duration {
    let full = match elapsed.as_secs() {
        0..60 => Duration::from_secs(1),
        60..300 => Duration::from_secs(2),
        _ => Duration::from_secs(5),
    };
    full.mul_f64(1.0 - crate::cloud::random() / 10.0)
}

/// How old the endpoint is; by its own creation time, since it may have been there before this run.
fn age(endpoint: &Endpoint, begun: Timestamp, started: Instant) -> Duration {
    let created = endpoint.create_time.parse::<Timestamp>().ok();
    let before = created.and_then(|created| Duration::try_from(begun.duration_since(created)).ok());
    before.unwrap_or_default() + started.elapsed()
}

enum Verdict {
    Ready,
    Waiting,
    Hopeless(Hopeless),
}

struct Watch {
    patience: Duration,
    was_connected: bool,
    /// When everything but the name was ready for the first time.
    connected: Option<Instant>,
    last: Option<Look>,
    /// The last failure to look, and when the first of them in a row began.
    outage: Option<(Instant, Error)>,
    reported: Option<(EndpointStatus, ConnectionStatus, usize)>,
}

impl Watch {
    fn new(patience: Duration) -> Self {
        Self { patience, was_connected: false, connected: None, last: None, outage: None, reported: None }
    }

    /// Until when: half as long again as an outage may last, while there is one.
    fn patience(&self, deadline: Instant) -> Instant {
        self.outage.as_ref().map_or(deadline, |(since, _)| deadline.min(*since + self.patience * 3 / 2))
    }

    /// Without an answer to the contrary, the cloud has said that it made it: only the deadline ends that.
    fn may_be_unknown(&mut self, goal: &Goal, started: Instant) -> bool {
        self.outage = None;
        (goal.is_new && self.last.is_none()) || started.elapsed() < UNKNOWN_UNTIL
    }

    /// A passing outage of the API is no reason to stop waiting for the endpoint.
    fn bear(&mut self, error: Error, began: Instant) -> Result<(), Error> {
        let since = self.outage.as_ref().map_or(began, |(since, _)| *since);
        if !error.is_outage() || since.elapsed() >= self.patience {
            return Err(error);
        }
        self.outage = Some((since, error));
        Ok(())
    }

    /// Out of time while the API gives no answer is the API's failure, not the endpoint's.
    fn out_of_time(self) -> Result<Outcome, Error> {
        match self.outage {
            Some((_, error)) => Err(error),
            None => Ok(Outcome::TimedOut(self.last)),
        }
    }

    fn judge(&mut self, look: &Look, goal: &Goal, age: Duration) -> Verdict {
        let endpoint = &look.endpoint;
        if let Some(why) = self.hopeless(endpoint, goal, age) {
            return Verdict::Hopeless(why);
        }
        let connection = &endpoint.connection_status;
        self.was_connected |=
            matches!(connection, ConnectionStatus::Connecting | ConnectionStatus::Connected);
        let zones = look.zones.as_deref().unwrap_or_default();
        if !(is_connected(endpoint) && zones_ready(zones, &goal.zones)) {
            return Verdict::Waiting;
        }
        let connected = *self.connected.get_or_insert_with(Instant::now);
        match endpoint.endpoint_domain.is_empty() {
            false => Verdict::Ready,
            true if connected.elapsed() < NAME_WITHIN => Verdict::Waiting,
            true => Verdict::Hopeless(Hopeless::Nameless),
        }
    }

    fn hopeless(&self, endpoint: &Endpoint, goal: &Goal, age: Duration) -> Option<Hopeless> {
        if endpoint.endpoint_business_status == BusinessStatus::FinancialLocked {
            return Some(Hopeless::FinancialLocked);
        }
        if matches!(endpoint.endpoint_status, EndpointStatus::Deleting | EndpointStatus::Deleted) {
            return Some(Hopeless::Deleted);
        }
        match endpoint.connection_status {
            ConnectionStatus::ServiceDeleted => Some(Hopeless::ServiceDeleted),
            ConnectionStatus::Deleting | ConnectionStatus::Deleted => Some(Hopeless::Deleted),
            ConnectionStatus::Disconnecting => Some(Hopeless::Cut),
            ConnectionStatus::Disconnected => {
                let overdue = goal.auto_accept == Some(true) && age >= ACCEPTED_BY;
                (self.was_connected || overdue).then_some(Hopeless::Rejected)
            }
            _ => None,
        }
    }

    fn report(&mut self, look: &Look, elapsed: Duration, reporter: &dyn Reporter) {
        let zones = look.zones.as_deref().unwrap_or_default();
        let ready = zones.iter().filter(|zone| is_zone_ready(zone)).count();
        let endpoint = &look.endpoint;
        let state = (endpoint.endpoint_status.clone(), endpoint.connection_status.clone(), ready);
        if self.reported.as_ref() != Some(&state) {
            reporter.emit(Event::State {
                endpoint: state.0.clone(),
                connection: state.1.clone(),
                zones: look.zones.as_ref().map(|zones| (ready, zones.len())),
                elapsed,
            });
            self.reported = Some(state);
        }
    }
}

/// Active, Connected and paid; an absent business status counts as paid.
pub fn is_connected(endpoint: &Endpoint) -> bool {
    let paid = match &endpoint.endpoint_business_status {
        BusinessStatus::Normal => true,
        BusinessStatus::Other(text) => text.is_empty(),
        BusinessStatus::FinancialLocked => false,
    };
    paid && endpoint.endpoint_status == EndpointStatus::Active
        && endpoint.connection_status == ConnectionStatus::Connected
}

/// Connected, with an address.
pub fn is_zone_ready(zone: &Zone) -> bool {
    zone.zone_status == ZoneStatus::Connected && !zone.eni_ip.is_empty()
}

fn zones_ready(zones: &[Zone], requested: &[String]) -> bool {
    let ready = |id: &String| zones.iter().any(|zone| zone.zone_id == *id && is_zone_ready(zone));
    if requested.is_empty() {
        !zones.is_empty() && zones.iter().all(is_zone_ready)
    } else {
        requested.iter().all(ready)
    }
}

#[cfg(test)]
mod tests;
