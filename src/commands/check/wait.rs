//! `--wait`: until the endpoint is ready, or what its not becoming so means for the result.

use std::time::Duration;

use super::Desk;
use crate::apply;
use crate::check::{CheckId, Sheet, endpoint, root_cause};
use crate::cloud::privatelink::Endpoint;
use crate::commands::setup::outcome::not_ready;
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::wait::{self, Goal, Hopeless, Look, Outcome};

/// How long to wait, unless told otherwise.
const WAIT: Duration = Duration::from_secs(600);

/// What the waiting has shown.
#[derive(Default)]
pub(super) struct Waited {
    /// A state that will not change.
    pub(super) seen: Option<Hopeless>,
    timed_out: Option<(String, Goal, Option<Look>)>,
}

impl Desk<'_> {
    /// Waits where that was asked for. The facts are the last that were seen.
    pub(super) async fn wait(&self, facts: &endpoint::Facts) -> Result<(endpoint::Facts, Waited), Error> {
        let (Ok(endpoint), true) = (&facts.answer, self.flags.wait) else {
            return Ok((facts.clone(), Waited::default()));
        };
        // On the heap: nearly nobody waits, and those who do not are many at once.
        Ok(Box::pin(self.until_ready(facts, endpoint)).await)
    }

    async fn until_ready(&self, facts: &endpoint::Facts, endpoint: &Endpoint) -> (endpoint::Facts, Waited) {
        let service = self.survey.service(&endpoint.service_name).await;
        let auto_accept = service.and_then(|service| service.auto_accept_enabled);
        let timeout = self.flags.wait_timeout.unwrap_or(WAIT);
        let (begun, outage) = (self.world.begun(), self.survey.cloud().tuning().outage);
        let cloud_time = self.survey.cloud().now();
        let (zones, is_new) = (Vec::new(), false);
        let goal = Goal { zones, auto_accept, is_new, timeout, begun, outage, cloud_time };
        let id = endpoint.endpoint_id.as_str();
        let lookout = apply::lookout(self.survey.cloud(), self.survey.region(), id);
        self.reporter.emit(Event::Begin(Phase::Waiting));
        let outcome = wait::until_ready(async || lookout.look().await, &goal, &*self.reporter).await;
        self.reporter.emit(Event::End);
        let with = |look: Look| endpoint::Facts { answer: Ok(look.endpoint), ..facts.clone() };
        match outcome {
            Ok(Outcome::Ready(look)) => (with(look), Waited::default()),
            Ok(Outcome::Hopeless(look, why)) => (with(look), Waited { seen: Some(why), ..Waited::default() }),
            Ok(Outcome::TimedOut(look)) => {
                let last = look.clone().map_or_else(|| facts.clone(), with);
                (last, Waited { timed_out: Some((id.to_owned(), goal, look)), ..Waited::default() })
            }
            Err(error) => (endpoint::Facts { answer: Err(error), ..facts.clone() }, Waited::default()),
        }
    }
}

impl Waited {
    /// The failure that the first broken layer means: not ready in time, where it is one that waiting changes.
    pub(super) fn outcome(&self, sheet: &Sheet) -> Result<(), Error> {
        let cause = root_cause(sheet.findings()).map(|finding| finding.id);
        match &self.timed_out {
            Some((id, goal, look)) if matches!(cause, Some(CheckId::Connection | CheckId::Zones)) => {
                Err(not_ready(id, look.as_ref(), goal, None))
            }
            _ => super::outcome(sheet),
        }
    }
}
