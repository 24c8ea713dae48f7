//! Runs the plan's steps, each creating call once: the intent is in the journal before the call, and a repetition has
//! the same client token.

mod endpoint;
mod grow;
mod network;
mod remove;

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::cloud::privatelink::{self, Endpoint, Zone};
use crate::cloud::sign::Params;
use crate::cloud::{Client, Error as CloudError};
use crate::error::Error;
use crate::event::{Event, Reporter, Thing};
use crate::journal::{Journal, Kind, Token};
use crate::plan::{Plan, Warning};
use crate::report::SetupReport;
use crate::wait::Lookout;

pub use endpoint::Applied;
pub use remove::Remover;

/// A thing that was just made may be unknown to a read for a moment (facts section d, `EndpointNotFound`).
const UNKNOWN_FOR: Duration = Duration::from_secs(5);

/// What a plan is carried out with. `report` is true whenever this stops.
pub struct Worker<'a> {
    /// The cloud.
    pub cloud: &'a Client,
    /// Who hears of it.
    pub reporter: &'a dyn Reporter,
    /// Where intents are written.
    pub journal: &'a mut Journal,
    /// The document that says what was made.
    pub report: &'a mut SetupReport,
    /// How long all of it may take; where the cloud's client has a deadline, that counts.
    pub patience: Duration,
}

/// One creating call and how to tell whether what it says it made is there.
struct Call<S, E> {
    kind: Kind,
    params: Params,
    send: S,
    exists: E,
}

impl Worker<'_> {
    /// Sends a creating call, under the token of an earlier run if that one's answer never came. An answer that turns
    /// out to be an echo of something deleted since is dropped, and the call made anew.
    async fn once<T, S, E>(&mut self, call: Call<S, E>, id_of: impl Fn(&T) -> String) -> Result<T, CloudError>
    where
        S: AsyncFn(&str) -> Result<T, CloudError>,
        E: AsyncFn(&str) -> Result<bool, CloudError>,
    {
        let made = self.repeat(call, id_of).await;
        // Without a usable answer its fate stays open.
        if !made.as_ref().is_err_and(CloudError::is_ambiguous) {
            self.report.making = None;
        }
        made
    }

    async fn repeat<T, S, E>(
        &mut self,
        call: Call<S, E>,
        id_of: impl Fn(&T) -> String,
    ) -> Result<T, CloudError>
    where
        S: AsyncFn(&str) -> Result<T, CloudError>,
        E: AsyncFn(&str) -> Result<bool, CloudError>,
    {
        loop {
            let token = self.journal.intend(call.kind, &call.params);
            self.say_trouble();
            self.report.making = Some(call.kind.thing());
            let made = match (call.send)(&token.text).await {
                // A token that the cloud knows otherwise was sent before: for a paid thing that is an answer.
                Err(error)
                    if token.is_reused
                        && error.is_token_mismatch()
                        && (call.kind != Kind::Endpoint || token.is_settled()) =>
                {
                    self.journal.forget(&token);
                    continue;
                }
                Err(error) => return Err(self.give_up(&token, error)),
                Ok(made) => made,
            };
            let id = id_of(&made);
            if is_suspect(&token, &id) {
                let (visible_by, deadline) = (self.visible_by(&token), self.deadline());
                let seen = until(visible_by.min(deadline), async || (call.exists)(&id).await).await?;
                // Out of time before it is bound to be visible, it counts as there.
                if !seen && visible_by <= deadline {
                    self.journal.forget(&token);
                    continue;
                }
            }
            self.journal.made(&token, &id);
            return Ok(made);
        }
    }

    /// A refusal is no intent any more: a cloud that remembered it under the token would refuse for ever. A call
    /// without an answer may have been carried out, and counts as a change.
    fn give_up(&mut self, token: &Token, error: CloudError) -> CloudError {
        // A refusal after a try without an answer says nothing about that one: what that one made may be just what is in
        // the way, or this key may not do what that one did. Later, the lists tell.
        let is_unanswered = error.tries > 1 || (token.is_reused && !token.is_settled());
        if error.is_refusal() && !is_unanswered {
            self.journal.forget(token);
        }
        if error.is_ambiguous() || (error.is_refusal() && error.tries > 1) {
            self.report.changed = Some(true);
        }
        error
    }

    /// Until when what was made under a token is bound to be visible.
    fn visible_by(&self, token: &Token) -> Instant {
        let age = Duration::try_from(Timestamp::now().duration_since(token.at)).unwrap_or_default();
        let hidden = self.cloud.tuning().hidden;
        Instant::now() + hidden.saturating_sub(age).max(UNKNOWN_FOR.min(hidden))
    }

    fn deadline(&self) -> Instant {
        self.cloud.deadline().unwrap_or_else(|| Instant::now() + self.patience)
    }

    fn say_trouble(&mut self) {
        if let Some(trouble) = self.journal.take_trouble() {
            let warning = Warning::NoJournal(trouble);
            self.report.noted.push(warning.clone());
            self.reporter.emit(Event::Warning(warning));
        }
    }

    fn made(&mut self, thing: Thing, id: &str) {
        self.report.making = None;
        self.report.made(thing, id);
        self.reporter.emit(Event::Made { thing, id: id.to_owned() });
    }
}

/// Whether an answer may be the echo of something deleted since. One that repeats what an earlier answer said is none.
fn is_suspect(token: &Token, id: &str) -> bool {
    token.is_reused && token.known_id.as_deref() != Some(id)
}

/// Asks at once, then again and again, at first often, then every second. `false` at the deadline.
pub(crate) async fn until(
    deadline: Instant,
    done: impl AsyncFn() -> Result<bool, CloudError>,
) -> Result<bool, CloudError> {
    let mut pause = Duration::from_millis(100);
    while !done().await? {
        if Instant::now() + pause > deadline {
            return Ok(false);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
    Ok(true)
}

/// Activates PrivateLink for the account.
pub async fn open_service(worker: &mut Worker<'_>, region: &str) -> Result<(), Error> {
    worker.report.making = Some(Thing::Service);
    privatelink::change::open_service(&worker.cloud.until(worker.deadline()), region).await?;
    worker.made(Thing::Service, "PrivateLink");
    Ok(())
}

/// Asks the cloud whether the plan's create call would be accepted. `false` where it cannot be asked: the endpoint is
/// there or may be, or something the call names is still to be made.
pub async fn dry_run(cloud: &Client, plan: &Plan) -> Result<bool, CloudError> {
    match plan.request() {
        Some(request) if !plan.opens_service && !plan.is_resumed() => {
            privatelink::dry_run_create(cloud, &request, &crate::journal::client_token()).await.map(|()| true)
        }
        _ => Ok(false),
    }
}

/// Looks at an endpoint until it is ready.
pub fn lookout<'a>(
    cloud: &'a Client,
    region: &'a str,
    endpoint_id: &'a str,
) -> Lookout<
    impl AsyncFn() -> Result<Endpoint, CloudError> + 'a,
    impl AsyncFn() -> Result<Vec<Zone>, CloudError> + 'a,
> {
    Lookout::new(
        async move || privatelink::get_vpc_endpoint(cloud, region, endpoint_id).await,
        async move || privatelink::zones_of(cloud, region, endpoint_id).await,
    )
}

/// Repeats a change that is refused because another one is under way, until the deadline. The client has tried a few
/// times by itself before each of these (facts section d: retry, bounded).
async fn patiently<T>(
    deadline: Instant,
    change: impl AsyncFn() -> Result<T, CloudError>,
) -> Result<T, CloudError> {
    loop {
        match change().await {
            Err(error) if error.is_busy() && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            answer => return answer,
        }
    }
}
