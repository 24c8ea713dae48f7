//! What every command works with: the cloud, the network, the reporter, and someone to ask.

use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::places;
use crate::answers::{Answers, LARGEST_INPUT};
#[cfg(feature = "sandbox")]
use crate::answers::{Source, Sourced};
use crate::cli::{ApiNetwork, Global};
use crate::cloud::credentials::{self, Chain, Found, Miss, Provider};
use crate::cloud::hosts::Hosts;
use crate::cloud::{Client, Notice, Observer, Tuning};
use crate::env::Env;
use crate::error::Error;
use crate::event::{Event, Reporter};
use crate::journal::StateDir;
use crate::net::Net;
use crate::problem::Problem;
#[cfg(feature = "sandbox")]
use crate::sandbox::{Lab, Scenario};
use crate::ui::prompt::Reply;
use crate::ui::style::Style;
use crate::ui::wizard::Wizard;
use crate::whereami::{self, Whereami};

/// Who hands out the key, and the region of the profile it came from; or where it was looked for in vain.
pub type Search = Result<(Provider, Option<String>), Vec<Miss>>;

/// What a command works with.
pub struct World {
    /// Variables, terminals, directories.
    pub env: Env,
    /// The global flags.
    pub global: Global,
    /// The region the run is about, once one is known.
    pub region: Option<String>,
    /// How text is shown.
    pub style: Style,
    /// Who hears of events.
    pub reporter: Arc<dyn Reporter>,
    /// The log alone, for what is told in another way than by the reporter.
    pub log: Arc<dyn Reporter>,
    /// Who asks; `None` where nobody can be asked.
    pub wizard: Option<Wizard>,
    /// What the cloud client said that belongs into the result.
    pub notices: Arc<Notices>,
    /// Where state lives.
    pub state: StateDir,
    /// Since when `--wait-timeout` runs.
    pub begun: OnceLock<Instant>,
    /// The simulated world, where one was asked for.
    #[cfg(feature = "sandbox")]
    pub lab: Option<Lab>,
}

/// Hands the client's notices on as events, and keeps those that belong into the result.
pub struct Notices {
    reporter: Arc<dyn Reporter>,
    kept: Mutex<Vec<Notice>>,
}

impl Notices {
    /// Hands on to `reporter`.
    pub fn new(reporter: Arc<dyn Reporter>) -> Self {
        Self { reporter, kept: Mutex::default() }
    }

    /// What belongs into the result.
    pub fn kept(&self) -> Vec<Notice> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Observer for Notices {
    fn notice(&self, notice: Notice) {
        if notice.is_warning() {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        }
        self.reporter.emit(Event::Cloud(notice));
    }
}

impl World {
    /// Reads standard input to its end, off the async threads, so that a signal is still heard. At a terminal where
    /// somebody can be asked, the password is asked for instead, without echo.
    pub async fn take_stdin(&mut self) {
        if self.env.stdin_tty && self.wizard.is_some() {
            return;
        }
        let read = tokio::task::spawn_blocking(|| {
            let mut bytes = Vec::new();
            // One byte more shows that there is more.
            std::io::stdin()
                .take(LARGEST_INPUT + 1)
                .read_to_end(&mut bytes)
                .map(|_| bytes)
                .map_err(|e| e.to_string())
        });
        self.env.stdin = Some(read.await.unwrap_or_else(|error| Err(error.to_string())));
    }

    /// Since when `--wait-timeout` runs: from the first time anybody asks, once for everything that is waited for.
    pub fn begun(&self) -> Instant {
        *self.begun.get_or_init(Instant::now)
    }

    /// When `--wait-timeout` is over.
    pub fn deadline(&self, timeout: Duration) -> Instant {
        self.begun() + timeout
    }

    /// How much of `--wait-timeout` is left.
    pub fn left(&self, timeout: Duration) -> Duration {
        self.deadline(timeout).saturating_duration_since(Instant::now())
    }

    /// Whether the plan is accepted without asking: `--yes`, or a sandbox where nobody can be asked.
    pub fn accepts(&self) -> bool {
        self.global.yes || (self.is_sandbox() && self.wizard.is_none())
    }

    /// Whether a person is asked for what is missing, and for a yes.
    pub fn asks(&self) -> bool {
        self.wizard.is_some() && !self.global.yes
    }

    /// Fills in what the scenario knows and nobody gave.
    #[cfg(feature = "sandbox")]
    pub fn fill_from_sandbox(&self, answers: &mut Answers) {
        if let Some(lab) = &self.lab {
            fill(answers, lab.cloud().scenario());
        }
    }

    /// No simulated world in this build.
    #[cfg(not(feature = "sandbox"))]
    pub fn fill_from_sandbox(&self, _: &mut Answers) {}

    /// What a person could paste in the simulated world.
    #[cfg(feature = "sandbox")]
    pub fn sandbox_dialog(&self) -> Option<String> {
        self.lab.as_ref().map(|lab| lab.cloud().scenario().dialog())
    }

    /// No simulated world in this build.
    #[cfg(not(feature = "sandbox"))]
    pub fn sandbox_dialog(&self) -> Option<String> {
        None
    }

    /// Whether the cloud is simulated.
    pub fn is_sandbox(&self) -> bool {
        self.scenario().is_some()
    }

    /// The name of the sandbox scenario.
    #[cfg(feature = "sandbox")]
    pub fn scenario(&self) -> Option<&str> {
        self.global.sandbox.as_deref().and_then(scenario_name)
    }

    /// The name of the sandbox scenario.
    #[cfg(not(feature = "sandbox"))]
    pub fn scenario(&self) -> Option<&str> {
        None
    }

    /// Every problem with the global flags that shows without asking the cloud.
    pub fn problems(&self) -> Vec<Problem> {
        let unreadable = self.env.unreadable.iter().cloned();
        let mut problems: Vec<Problem> = unreadable.map(|variable| Problem::NotText { variable }).collect();
        // Known before anything is made, although it is only needed afterwards.
        if let Err(bad) = Net::from_vars(self.env.var("TIDB_PE_RESOLVE"), self.env.var("TIDB_PE_DIAL")) {
            problems.push(Problem::Rehearsal(bad));
        }
        if let Some(text) = &self.global.endpoint_url {
            if let Err(why) = Hosts::base(text) {
                problems.push(Problem::BaseUrl { flag: "--endpoint-url", text: text.clone(), why });
            }
            if self.is_sandbox() {
                problems.push(Problem::Conflict { one: "--sandbox", other: "--endpoint-url" });
            }
        }
        problems
    }

    /// Starts the simulated world if one was asked for, and fills in what the scenario knows.
    #[cfg(feature = "sandbox")]
    pub async fn start_sandbox(&mut self, answers: &mut Answers) -> Result<(), Error> {
        self.launch(answers, |scenario| scenario).await?;
        self.fill_from_sandbox(answers);
        Ok(())
    }

    /// The same where a person is asked first: the scenario's values wait for an Enter.
    #[cfg(feature = "sandbox")]
    pub async fn start_sandbox_to_ask(&mut self, answers: &mut Answers) -> Result<(), Error> {
        self.launch(answers, |scenario| scenario).await
    }

    /// The same with an endpoint to look at: the scenario's, else the one `setup` would have made in it.
    #[cfg(feature = "sandbox")]
    pub async fn start_sandbox_with_endpoint(&mut self, answers: &mut Answers) -> Result<(), Error> {
        self.launch(answers, Scenario::with_endpoint).await?;
        self.fill_from_sandbox(answers);
        Ok(())
    }

    #[cfg(feature = "sandbox")]
    async fn launch(
        &mut self,
        answers: &mut Answers,
        prepare: impl FnOnce(Scenario) -> Scenario,
    ) -> Result<(), Error> {
        let Some(name) = self.scenario().map(ToOwned::to_owned) else { return Ok(()) };
        let unknown = || Problem::Malformed {
            flag: "--sandbox",
            text: name.clone(),
            expected: crate::problem::Shape::Scenario(
                Scenario::names().into_iter().map(|(name, _)| name).collect(),
            ),
        };
        let scenario = prepare(Scenario::named(&name).map_err(|_| unknown())?);
        let lab = Lab::start(scenario).await.map_err(|error| Error::Internal(format!("{error:#}")))?;
        if answers.connection.ssl_ca.is_none() {
            answers.connection.ssl_ca = Some(lab.ca_pem().as_bytes().to_vec());
        }
        // Its ids live as long as this run; what is remembered of them would only mislead.
        self.state = StateDir::none();
        self.reporter.emit(Event::Sandbox { scenario: name });
        self.lab = Some(lab);
        Ok(())
    }

    /// No simulated world in this build.
    #[cfg(not(feature = "sandbox"))]
    #[expect(clippy::unused_async, reason = "the same call with and without the feature")]
    pub async fn start_sandbox(&mut self, _: &mut Answers) -> Result<(), Error> {
        Ok(())
    }

    /// No simulated world in this build.
    #[cfg(not(feature = "sandbox"))]
    #[expect(clippy::unused_async, reason = "the same call with and without the feature")]
    pub async fn start_sandbox_to_ask(&mut self, _: &mut Answers) -> Result<(), Error> {
        Ok(())
    }

    /// No simulated world in this build.
    #[cfg(not(feature = "sandbox"))]
    #[expect(clippy::unused_async, reason = "the same call with and without the feature")]
    pub async fn start_sandbox_with_endpoint(&mut self, _: &mut Answers) -> Result<(), Error> {
        Ok(())
    }

    /// The network: real, rehearsed or simulated.
    pub fn net(&self) -> Result<Net, Error> {
        #[cfg(feature = "sandbox")]
        if let Some(lab) = &self.lab {
            return Ok(Net::with(lab.names()));
        }
        Net::from_vars(self.env.var("TIDB_PE_RESOLVE"), self.env.var("TIDB_PE_DIAL"))
            .map_err(|bad| Problem::Rehearsal(bad).into())
    }

    /// Where this machine is. A rehearsed network has no place in a real VPC: then only the metadata service that the
    /// rehearsal names is asked, and in the sandbox none.
    pub fn whereami(&self, net: &Net) -> Whereami {
        #[cfg(feature = "sandbox")]
        if let Some(address) = self.lab.as_ref().and_then(|lab| lab.cloud().scenario().machine.address()) {
            return Whereami::posing(address);
        }
        let named = self.env.var("TIDB_PE_ECS_METADATA_URL").map(ToOwned::to_owned);
        let real = !self.is_sandbox() && !net.is_rehearsed();
        let disabled = self.is_sandbox() || self.env.switch("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
        let base = named.or_else(|| real.then(|| whereami::METADATA.to_owned()));
        Whereami::new(base.filter(|_| !disabled), real)
    }

    /// Who hands out the key to sign with, and the region of the profile it came from. Where there is no key, the
    /// person at the terminal may type one, for this run only.
    pub async fn credentials(&self) -> Result<(Provider, Option<String>), Error> {
        let misses = match self.find_credentials(self.region.as_deref()).await? {
            Ok(found) => return Ok(found),
            Err(misses) => misses,
        };
        let typed = match self.wizard.as_ref().filter(|_| self.may_type_key()) {
            Some(wizard) => match wizard.key(&misses, false).await? {
                Reply::Answer(typed) => typed,
                Reply::Back => None,
            },
            None => None,
        };
        let credentials = typed.ok_or(Error::NoCredentials(misses))?;
        Ok((Provider::fixed(credentials, credentials::Source::Prompt), None))
    }

    /// The same without asking anybody: the key, or where it was looked for in vain.
    pub async fn find_credentials(&self, region: Option<&str>) -> Result<Search, Error> {
        #[cfg(feature = "sandbox")]
        if let Some(lab) = &self.lab {
            let key = lab.access_key();
            let credentials = credentials::Credentials {
                security_token: key.security_token,
                ..credentials::Credentials::permanent(key.id, key.secret)
            };
            return Ok(Ok((Provider::fixed(credentials, credentials::Source::Sandbox), None)));
        }
        let base = self.global.endpoint_url.as_ref().map(|_| self.hosts()).transpose()?;
        let places = places::places(&self.env, &self.global, base, region);
        let observer: Arc<dyn Observer> = Arc::clone(&self.notices) as Arc<dyn Observer>;
        let found = Chain::new(places, self.env.tuning, observer).find().await;
        Ok(found.map(|Found { provider, region_id }| (provider, region_id)))
    }

    /// Whether a key may be typed: a profile that was named and has none is a mistake instead.
    pub fn may_type_key(&self) -> bool {
        self.global.profile.is_none()
    }

    /// A signed connection to the cloud: real, at `--endpoint-url`, or simulated.
    pub fn cloud(&self, provider: Provider) -> Result<Client, Error> {
        self.cloud_tuned(provider, self.env.tuning)
    }

    /// The same with time limits of its own.
    pub fn cloud_tuned(&self, provider: Provider, tuning: Tuning) -> Result<Client, Error> {
        let observer: Arc<dyn Observer> = Arc::clone(&self.notices) as Arc<dyn Observer>;
        let client = Client::new(self.hosts()?, provider, tuning, observer);
        client.map_err(|error| Error::Internal(format!("the HTTP client cannot start: {error}")))
    }

    fn hosts(&self) -> Result<Hosts, Error> {
        #[cfg(feature = "sandbox")]
        if let Some(lab) = &self.lab {
            return Ok(Hosts::Base(lab.url()));
        }
        match &self.global.endpoint_url {
            Some(text) => Hosts::base(text)
                .map_err(|why| Problem::BaseUrl { flag: "--endpoint-url", text: text.clone(), why }.into()),
            None => Ok(match places::api_network(&self.env, &self.global) {
                ApiNetwork::Public => Hosts::Public,
                ApiNetwork::Vpc => Hosts::Vpc,
            }),
        }
    }
}

/// `--sandbox=true` and `TIDB_PE_SANDBOX=1` mean the default scenario; `false`, `no` and `0` mean none.
#[cfg(feature = "sandbox")]
fn scenario_name(text: &str) -> Option<&str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some("happy"),
        "false" | "0" | "no" | "off" => None,
        _ => Some(text),
    }
}

#[cfg(feature = "sandbox")]
fn fill(answers: &mut Answers, scenario: &Scenario) {
    if answers.service_name.is_none()
        && let Ok(name) = scenario.service_name().parse()
    {
        answers.service_name = Some(Sourced::new(name, Source::Sandbox));
    }
    let connection = &mut answers.connection;
    let database = &scenario.database;
    if connection.user.is_none() {
        (connection.user, connection.user_source) = (Some(database.user.clone()), Source::Sandbox);
    }
    connection.password.get_or_insert_with(|| crate::secret::Secret::new(database.password.clone()));
}
