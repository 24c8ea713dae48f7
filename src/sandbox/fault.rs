//! What goes wrong on purpose. facts d, and every proxy between here and there.

use std::time::Duration;

use super::http::{Answer, Response};
use super::refusal::{Refusal, bad};
use super::scenario::{Fault, FaultKind, Scenario};
use super::state::State;

/// Where `redirect` leads.
pub(super) const PORTAL: &str = "/portal";

const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Proxy</title></head><body>Please sign in.</body></html>";

/// `{}`, compressed.
const GZIPPED: &[u8] =
    &[0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xab, 0xae, 0x05, 0, 0x43, 0xbf, 0xa6, 0xa3, 0x02, 0, 0, 0];

/// A fault that strikes a call.
pub(super) struct Struck<'a>(&'a Fault);

impl Struck<'_> {
    /// The error that takes the place of the operation (facts d).
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self.0.kind {
            FaultKind::Throttle | FaultKind::ThrottleWithRetryAfter => {
                Some(bad("Throttling.User", "Request was denied due to user flow control."))
            }
            FaultKind::Error => {
                Some(Refusal::new(self.0.status.unwrap_or(400), &self.0.code, self.0.message.clone()))
            }
            FaultKind::InternalError => Some(Refusal::new(
                500,
                "InternalError",
                "The request processing has failed due to some unknown error.",
            )),
            FaultKind::Unavailable => Some(Refusal::new(
                503,
                "ServiceUnavailable",
                "The request has failed due to a temporary failure of the server.",
            )),
            FaultKind::ClockSkew => {
                Some(bad("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."))
            }
            _ => None,
        }
    }

    /// Whether the operation takes effect all the same.
    pub(super) fn is_carried_out(&self) -> bool {
        matches!(
            self.0.kind,
            FaultKind::ResetAfter
                | FaultKind::HangAfter
                | FaultKind::Slow
                | FaultKind::SlowBody
                | FaultKind::Truncated
                | FaultKind::HangUp
                | FaultKind::Interim
        )
    }

    /// Its kind.
    pub(super) fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// Its `delay_ms`.
    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.0.delay_ms)
    }
}

/// The first fault of the scenario that strikes this call. Faults before it that match are counted too, so that
/// `skip` and `times` speak of matching calls.
pub(super) fn strike<'a>(
    scenario: &'a Scenario,
    state: &mut State,
    action: &str,
    region: Option<&String>,
) -> Option<Struck<'a>> {
    let matches = |fault: &Fault| {
        let action = fault.action == "*" || fault.action == action;
        action && fault.region.as_ref().is_none_or(|wanted| Some(wanted) == region)
    };
    for (fault, seen) in scenario.fault.iter().zip(&mut state.faults) {
        if !matches(fault) {
            continue;
        }
        *seen += 1;
        let last = if fault.times == 0 { usize::MAX } else { fault.skip + fault.times };
        if *seen > fault.skip && *seen <= last {
            return Some(Struck(fault));
        }
    }
    None
}

/// What becomes of the answer.
pub(super) async fn apply(struck: &Struck<'_>, mut response: Response) -> Answer {
    match struck.0.kind {
        FaultKind::ResetBefore | FaultKind::ResetAfter => return Answer::Reset,
        FaultKind::Hang | FaultKind::HangAfter => return Answer::Hang,
        FaultKind::Truncated => return Answer::Truncated(response),
        FaultKind::SlowBody => return Answer::Trickle(response, struck.delay()),
        FaultKind::Interim => return Answer::Interim(response),
        FaultKind::HangUp => return Answer::HangUp(response),
        FaultKind::Slow => tokio::time::sleep(struck.delay()).await,
        FaultKind::Throttle
        | FaultKind::Error
        | FaultKind::InternalError
        | FaultKind::Unavailable
        | FaultKind::ClockSkew => {}
        // facts d, headers: milliseconds.
        FaultKind::ThrottleWithRetryAfter => {
            response.headers.push(("x-acs-retry-after", struck.0.delay_ms.to_string()));
        }
        FaultKind::Garbage => response.body = b"\x00\xff{\"RequestId\":".to_vec(),
        FaultKind::Empty => response.body.clear(),
        FaultKind::Gzip => {
            response.headers.push(("Content-Encoding", "gzip".into()));
            response.body = GZIPPED.to_vec();
        }
        FaultKind::TooLarge => {
            response.body = format!("{{\"Padding\":\"{}\"}}", "x".repeat(8 << 20)).into_bytes();
        }
        FaultKind::Html => {
            response = page(&date_of(&response));
            response.status = struck.0.status.unwrap_or(200);
        }
        FaultKind::Redirect => {
            response = page(&date_of(&response));
            response.status = struck.0.status.unwrap_or(302);
            response.headers.push(("Location", struck.0.to.clone().unwrap_or_else(|| PORTAL.into())));
        }
    }
    Answer::Whole(response)
}

fn date_of(response: &Response) -> String {
    response
        .headers
        .iter()
        .find(|(name, _)| *name == "Date")
        .map(|(_, date)| date.clone())
        .unwrap_or_default()
}

/// A proxy's page: no request id, no JSON.
pub(super) fn page(date: &str) -> Response {
    Response {
        status: 200,
        headers: vec![("Date", date.into()), ("Content-Type", "text/html; charset=utf-8".into())],
        body: PAGE.into(),
    }
}
