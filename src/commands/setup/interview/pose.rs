//! One question at a time: what it shows, and what its answer settles.

use crate::answers::{Answers, Source, Sourced};
use crate::cloud::credentials;
use crate::cloud::credentials::Provider;
use crate::commands::instance;
use crate::error::Error;
use crate::paste;
use crate::plan;
use crate::problem::{About, Candidate};
use crate::secret::Secret;
use crate::ui::prompt::{Question, Reply};
use crate::ui::topic::Topic;
use crate::ui::words::wizard::{self, Remark};

use super::create::serves;
use super::{Ask, Interview};

impl Interview<'_> {
    /// Asks, and takes the answer or goes back.
    pub(super) async fn pose(&mut self, ask: Ask) -> Result<(), Error> {
        let before = self.answers.clone();
        let back = !self.trail.is_empty();
        match self.put(&ask, back).await? {
            Reply::Answer(()) => self.trail.push((ask, before)),
            Reply::Back => self.back(),
        }
        Ok(())
    }

    /// Asks, and takes the answer.
    pub(super) async fn put(&mut self, ask: &Ask, back: bool) -> Result<Reply<()>, Error> {
        match ask {
            Ask::Instance => self.instance(back).await,
            Ask::Paste => self.paste(back).await,
            Ask::ServiceName => self.service_name(back).await,
            Ask::Key => self.key(back).await,
            Ask::User => self.user(back).await,
            Ask::Password => self.password(back).await,
            Ask::Vpc => self.vpc(back).await,
            Ask::Group => self.group(back).await,
            Ask::Zones => self.zones(back).await,
            Ask::VSwitch(zone) => self.vswitch(zone, back).await,
            Ask::EndpointName => self.endpoint_name(back).await,
            Ask::OpenService => self.permit(ask, Topic::OpenService, back, |p| &mut p.open_service).await,
            Ask::NewVSwitch { vpc, zones } => {
                let topic = Topic::NewVSwitch { vpc: vpc.clone(), zones: zones.clone() };
                self.new_vswitch(ask, topic, back).await
            }
            Ask::NewGroup { clients, port } => {
                let topic = Topic::NewGroup { clients: clients.clone(), port: *port };
                self.new_group(ask, topic, back).await
            }
            // It is asked where the plan lies.
            Ask::Decide => Ok(Reply::Answer(())),
        }
    }

    async fn instance(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let mut list = self.instances.clone().unwrap_or_default();
        let none = About::Text(self.wizard.words(Remark::NoInstance));
        list.push(Candidate { id: String::new(), about: vec![none] });
        let question = Question { topic: Topic::Instance, back };
        let Reply::Answer(id) = self.choose(question, list, None).await? else { return Ok(Reply::Back) };
        if !id.is_empty() {
            instance::take(self.world, self.setup, &id, &mut self.answers).await?;
        }
        Ok(Reply::Answer(()))
    }

    /// The text of the dialog. Enter keeps what was pasted before; in the sandbox it takes the scenario's values.
    async fn paste(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let dialog = self.world.sandbox_dialog();
        let topic = Topic::Paste { sandbox: dialog.is_some() };
        if let Some(dialog) = dialog.filter(|_| self.earlier.pasted.is_none()) {
            self.wizard.remark(Remark::SandboxDialog);
            dialog.lines().for_each(|line| self.wizard.say(&format!("  {line}")));
        }
        let wizard = self.wizard.clone();
        let asked = wizard.block(Question { topic, back });
        let Reply::Answer(text) = self.scout.meanwhile(&self.answers, asked).await? else {
            return Ok(Reply::Back);
        };
        let taken = match text.or_else(|| self.earlier.pasted.clone()) {
            Some(text) => self.take_text(text),
            None => true,
        };
        if taken {
            // In the sandbox nothing stays open that the scenario knows.
            self.world.fill_from_sandbox(&mut self.answers);
            return Ok(Reply::Answer(()));
        }
        Box::pin(self.paste(back)).await
    }

    /// Whether the text could be taken; what is wrong with it has been said otherwise.
    fn take_text(&mut self, text: Secret) -> bool {
        let pasted = paste::parse(text.expose());
        if pasted.is_empty() {
            // In the sandbox nothing more is asked.
            if !self.world.is_sandbox() {
                self.wizard.remark(Remark::NothingRecognised);
            }
            return true;
        }
        let mut answers = self.answers.clone();
        let mut problems: Vec<_> =
            answers.fill_from_text(pasted.clone(), &self.setup.connection).err().into_iter().collect();
        problems.extend(answers.problems());
        if !problems.is_empty() {
            self.earlier.pasted = None;
            self.wizard.refuse(&problems);
            return false;
        }
        self.wizard.settled(&pasted);
        self.answers = answers;
        self.earlier.pasted = Some(text);
        true
    }

    async fn service_name(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let region = self.answers.region_id.clone().filter(|region| region.source != Source::Profile);
        let earlier = self.earlier.service_name.clone();
        let wizard = self.wizard.clone();
        let asked = wizard.service_name(back, &earlier, region.map(|region| region.value));
        let Reply::Answer(name) = self.scout.meanwhile(&self.answers, asked).await? else {
            return Ok(Reply::Back);
        };
        self.earlier.service_name = name.to_string();
        self.answers.service_name = Some(Sourced::new(name, Source::Prompt));
        Ok(Reply::Answer(()))
    }

    async fn key(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let missing = || Error::NoCredentials(self.misses.clone());
        if !self.world.may_type_key() {
            return Err(missing());
        }
        match self.wizard.key(&self.misses, back).await? {
            Reply::Back => Ok(Reply::Back),
            Reply::Answer(None) => Err(missing()),
            Reply::Answer(Some(key)) => {
                self.scout.take_key(Provider::fixed(key, credentials::Source::Prompt));
                Ok(Reply::Answer(()))
            }
        }
    }

    async fn user(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let earlier = self.earlier.user.clone();
        let (wizard, lang) = (self.wizard.clone(), self.world.style.lang);
        let accept = move |text: &str| if is_user(text) { Ok(()) } else { Err(no_user(lang)) };
        let asked = wizard.line(Question { topic: Topic::User, back }, &earlier, accept);
        let Reply::Answer(user) = self.scout.meanwhile(&self.answers, asked).await? else {
            return Ok(Reply::Back);
        };
        self.earlier.user.clone_from(&user);
        self.answers.connection.user = (!user.is_empty()).then_some(user);
        self.answers.connection.user_source = Source::Prompt;
        Ok(Reply::Answer(()))
    }

    async fn password(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let user = self.answers.connection.user.clone().unwrap_or_default();
        let topic =
            Topic::Password { user: crate::ui::clean::clean(&user), kept: self.earlier.password.is_some() };
        let wizard = self.wizard.clone();
        let asked = wizard.secret(Question { topic, back });
        let Reply::Answer(password) = self.scout.meanwhile(&self.answers, asked).await? else {
            return Ok(Reply::Back);
        };
        let password = password.or_else(|| self.earlier.password.clone());
        self.earlier.password.clone_from(&password);
        self.answers.connection.password = password;
        Ok(Reply::Answer(()))
    }

    async fn vpc(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let list = plan::vpc_candidates(&self.looked().await?.vpcs);
        let question = Question { topic: Topic::Vpc, back };
        let earlier = self.earlier.vpc.clone();
        let Reply::Answer(id) = self.choose(question, list, earlier.as_deref()).await? else {
            return Ok(Reply::Back);
        };
        self.earlier.vpc = Some(id.clone());
        self.answers.vpc_id = Some(Sourced::new(id, Source::Prompt));
        Ok(Reply::Answer(()))
    }

    async fn group(&mut self, back: bool) -> Result<Reply<()>, Error> {
        let question = Question { topic: Topic::Group, back };
        let (mut list, earlier) = (self.groups.clone(), self.earlier.group.clone());
        if !list.iter().any(serves) {
            list.push(self.to_create(Remark::CreateGroup));
        }
        let Reply::Answer(id) = self.choose(question, list, earlier.as_deref()).await? else {
            return Ok(Reply::Back);
        };
        self.answers.permits.create_security_group = id.is_empty();
        if id.is_empty() {
            self.answers.security_group_ids = None;
            return Ok(Reply::Answer(()));
        }
        self.earlier.group = Some(id.clone());
        self.answers.security_group_ids = Some(Sourced::new(vec![id], Source::Prompt));
        Ok(Reply::Answer(()))
    }

    pub(super) async fn permit(
        &mut self,
        ask: &Ask,
        topic: Topic,
        back: bool,
        permit: fn(&mut crate::answers::Permits) -> &mut bool,
    ) -> Result<Reply<()>, Error> {
        let wizard = self.wizard.clone();
        let asked = wizard.yes(Question { topic, back }, self.earlier.yes.contains(ask));
        let Reply::Answer(yes) = self.scout.meanwhile(&self.answers, asked).await? else {
            return Ok(Reply::Back);
        };
        *permit(&mut self.answers.permits) = yes;
        self.earlier.yes.retain(|earlier| earlier != ask);
        self.earlier.yes.extend(yes.then(|| ask.clone()));
        Ok(Reply::Answer(()))
    }

    /// A line that is always accepted.
    pub(super) async fn line(
        &mut self,
        topic: Topic,
        back: bool,
        earlier: &str,
    ) -> Result<Reply<String>, Error> {
        let wizard = self.wizard.clone();
        let asked = wizard.line(Question { topic, back }, earlier, |_| Ok(()));
        self.scout.meanwhile(&self.answers, asked).await
    }

    pub(super) async fn choose(
        &mut self,
        question: Question,
        list: Vec<Candidate>,
        earlier: Option<&str>,
    ) -> Result<Reply<String>, Error> {
        let wizard = self.wizard.clone();
        let asked = wizard.choose(question, list, earlier);
        self.scout.meanwhile(&self.answers, asked).await
    }

    /// Forgets what was chosen for another VPC or service.
    pub(super) fn forget_network(answers: &mut Answers) {
        answers.vswitch_ids = None;
        answers.security_group_ids = None;
        answers.permits.create_vswitch = false;
        answers.permits.create_security_group = false;
    }
}

/// Empty, or a name as TiDB Cloud makes them.
fn is_user(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>?".contains(c))
}

fn no_user(lang: crate::lang::Lang) -> String {
    wizard::remark(lang, Remark::NoUser)
}
