//! Asks for what is missing. Its only power is to fill the answers.

use std::sync::Arc;

use super::clean::clean;
use super::prompt::{Left, Prompter};
use super::term;
use super::words::{credentials_en, problems_en, wizard_en};
use crate::answers::{Answers, Source, Sourced};
use crate::cloud::credentials::{Credentials, Miss};
use crate::error::Error;
use crate::inventory::{Inventory, Network};
use crate::plan;
use crate::problem::{Candidate, Problem};
use crate::secret::Secret;
use crate::service_name::ServiceName;

/// Asks through a prompter, off the async threads.
#[derive(Clone)]
pub struct Wizard(Arc<dyn Prompter>);

impl Wizard {
    /// A wizard that asks through `prompter`.
    pub fn new(prompter: Arc<dyn Prompter>) -> Self {
        Self(prompter)
    }

    /// What has to be known before anything can be looked up.
    pub async fn service_name(&self, answers: &mut Answers) -> Result<(), Error> {
        if answers.service_name.is_some() {
            return Ok(());
        }
        let region = answers.region().map(|region| region.value);
        let text = self
            .ask(move |prompter| {
                prompter.text(wizard_en::SERVICE_NAME, false, &|text| acceptable(text, region.as_deref()))
            })
            .await?;
        let text = bare_name(&text);
        let name: ServiceName = text.parse().map_err(|why| Problem::ServiceName { text, why })?;
        answers.service_name = Some(Sourced::new(name, Source::Prompt));
        Ok(())
    }

    /// A TiDB Cloud instance by its id; `None` if it is none of these.
    pub async fn instance(&self, mut candidates: Vec<Candidate>) -> Result<Option<String>, Error> {
        candidates.push(Candidate { id: String::new(), label: wizard_en::NO_INSTANCE.to_owned() });
        let id = self.choose(wizard_en::INSTANCE, candidates).await?;
        Ok((!id.is_empty()).then_some(id))
    }

    /// The VPC, where there are several.
    pub async fn vpc(&self, answers: &mut Answers, inventory: &Inventory) -> Result<(), Error> {
        if answers.vpc_id.is_none() && inventory.vpcs.len() > 1 {
            let id = self.choose(wizard_en::VPC, plan::vpc_candidates(&inventory.vpcs)).await?;
            answers.vpc_id = Some(Sourced::new(id, Source::Prompt));
        }
        Ok(())
    }

    /// A vSwitch for each zone of the service that has several usable ones.
    pub async fn vswitches(
        &self,
        answers: &mut Answers,
        network: &Network,
        zones: &[String],
    ) -> Result<(), Error> {
        if answers.vswitch_ids.is_some() {
            return Ok(());
        }
        let usable = |zone: &String| {
            network.vswitches.iter().filter(|v| v.zone_id == *zone && v.is_usable()).collect()
        };
        let per_zone: Vec<(String, Vec<_>)> = zones.iter().map(|zone| (zone.clone(), usable(zone))).collect();
        if per_zone.iter().all(|(_, vswitches)| vswitches.len() < 2) {
            return Ok(());
        }
        let mut ids = Vec::new();
        for (zone, vswitches) in per_zone {
            match &vswitches[..] {
                [] => {}
                [only] => ids.push(only.vswitch_id.clone()),
                _ => {
                    let candidates = plan::vswitch_candidates(vswitches.iter().copied());
                    ids.push(self.choose(&wizard_en::vswitch(&zone), candidates).await?);
                }
            }
        }
        answers.vswitch_ids = Some(Sourced::new(ids, Source::Prompt));
        Ok(())
    }

    /// The security group, where discovery did not settle it.
    pub async fn security_group(
        &self,
        answers: &mut Answers,
        candidates: Vec<Candidate>,
    ) -> Result<(), Error> {
        let id = self.choose(wizard_en::SECURITY_GROUP, candidates).await?;
        answers.security_group_ids = Some(Sourced::new(vec![id], Source::Prompt));
        Ok(())
    }

    /// Which endpoint is meant, where there are several.
    pub async fn endpoint(&self, candidates: Vec<Candidate>) -> Result<String, Error> {
        self.choose(wizard_en::ENDPOINT, candidates).await
    }

    /// User and password for the connection test, where they were not given.
    pub async fn login(&self, answers: &mut Answers) -> Result<(), Error> {
        let connection = &mut answers.connection;
        if connection.user.is_none() {
            let user = self.ask(|p| p.text(wizard_en::USER, true, &|_| Ok(()))).await?;
            connection.user = (!user.is_empty()).then_some(user);
        }
        if let (Some(user), None) = (connection.user.clone(), &connection.password) {
            let question = wizard_en::password(&clean(&user));
            connection.password = self.ask(move |p| p.secret(&question)).await?;
        }
        Ok(())
    }

    /// Whether PrivateLink may be activated.
    pub async fn open_service(&self, answers: &mut Answers) -> Result<(), Error> {
        answers.permits.open_service = self.ask(|p| p.confirm(wizard_en::OPEN_SERVICE)).await?;
        Ok(())
    }

    /// Whether a vSwitch may be created where none serves.
    pub async fn create_vswitch(
        &self,
        answers: &mut Answers,
        vpc_id: &str,
        zones: &[String],
    ) -> Result<(), Error> {
        let question = wizard_en::create_vswitch(&clean(vpc_id), zones);
        answers.permits.create_vswitch = self.ask(move |p| p.confirm(&question)).await?;
        Ok(())
    }

    /// Whether a security group may be created where none serves.
    pub async fn create_security_group(
        &self,
        answers: &mut Answers,
        clients: &str,
        port: u16,
    ) -> Result<(), Error> {
        let question = wizard_en::create_security_group(clients, port);
        answers.permits.create_security_group = self.ask(move |p| p.confirm(&question)).await?;
        Ok(())
    }

    /// Whether the plan is accepted.
    pub async fn proceed(&self) -> Result<(), Error> {
        if self.ask(|p| p.confirm(wizard_en::PROCEED)).await? { Ok(()) } else { Err(Error::declined()) }
    }

    /// Whether the endpoint is really to go: its id has to be typed.
    pub async fn confirm_deletion(&self, id: &str) -> Result<(), Error> {
        let (question, id) = (wizard_en::confirm_deletion(&clean(id)), id.to_owned());
        let refuse = || Err(wizard_en::NOT_THE_ID.to_owned());
        self.ask(move |p| p.text(&question, false, &|text| if text == id { Ok(()) } else { refuse() }))
            .await
            .map(drop)
    }

    /// A key for this run only, where none was found; `None` if the person has none either.
    pub async fn key(&self, misses: &[Miss]) -> Result<Option<Credentials>, Error> {
        for miss in misses.iter().filter(|miss| !miss.is_absent()) {
            term::err(&clean(&credentials_en::skipped(miss)));
        }
        let id = self.ask(|p| p.text(wizard_en::ACCESS_KEY_ID, true, &|_| Ok(()))).await?;
        if id.is_empty() {
            return Ok(None);
        }
        let Some(secret) = self.ask(|p| p.secret(wizard_en::ACCESS_KEY_SECRET)).await? else {
            return Ok(None);
        };
        // What is pasted often brings a space along, and no secret has one.
        let secret = Secret::new(secret.expose().trim());
        // facts section g: ids of temporary keys begin like this
        let security_token = if id.starts_with("STS.") {
            self.ask(|p| p.secret(wizard_en::SECURITY_TOKEN)).await?
        } else {
            None
        };
        Ok(Some(Credentials { security_token, ..Credentials::permanent(id, secret) }))
    }

    async fn choose(&self, question: &str, candidates: Vec<Candidate>) -> Result<String, Error> {
        let question = question.to_owned();
        let rows: Vec<String> = candidates.iter().map(|c| format!("{}  {}", c.id, c.label)).collect();
        let index = self.ask(move |p| p.select(&question, &rows)).await?;
        let chosen = candidates.into_iter().nth(index);
        chosen
            .map(|c| c.id)
            .ok_or_else(|| Error::Internal("a list answered with a row it does not have".to_owned()))
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Prompter) -> Result<T, Left> + Send + 'static,
    ) -> Result<T, Error> {
        let prompter = Arc::clone(&self.0);
        let answer = tokio::task::spawn_blocking(move || question(&*prompter)).await;
        answer.map_err(|error| Error::Internal(error.to_string()))?.map_err(|Left| Error::left())
    }
}

/// A line may be pasted with its label.
fn bare_name(text: &str) -> String {
    crate::paste::parse(text).service_name.unwrap_or_else(|| text.to_owned())
}

/// The same checks as for a flag, said at once.
fn acceptable(text: &str, region: Option<&str>) -> Result<(), String> {
    let text = &bare_name(text);
    let problem = match text.parse::<ServiceName>() {
        Err(why) => Problem::ServiceName { text: text.to_owned(), why },
        Ok(name) => match region.filter(|region| *region != name.region()) {
            None => return Ok(()),
            Some(region) => Problem::CrossRegion {
                service_region: name.region().to_owned(),
                region_id: region.to_owned(),
            },
        },
    };
    let (what, remedy) = problems_en::problem(&problem);
    Err(format!("{what} {}", remedy.unwrap_or_default()))
}
