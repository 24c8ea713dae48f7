//! Asks a person. Its only power is to fill the answers.

use std::sync::Arc;

use console::{Alignment, measure_text_width, pad_str};

use super::clean::clean;
use super::prompt::{Left, Prompter, Question, Refusal, Reply, Row};
use super::style::Style;
use super::term;
use super::topic::Topic;
use super::words::wizard::{self, Decision, Remark};
use super::words::{candidates, credentials, errors, plan, problems};
use crate::answers::Source;
use crate::cloud::credentials::{Credentials, Miss};
use crate::error::Error;
use crate::lang::Lang;
use crate::paste::Pasted;
use crate::problem::{Candidate, Problem};
use crate::secret::Secret;
use crate::service_name::ServiceName;

/// Asks through a prompter, off the async threads.
#[derive(Clone)]
pub struct Wizard {
    prompter: Arc<dyn Prompter>,
    style: Style,
}

impl Wizard {
    /// A wizard that asks through `prompter`.
    pub fn new(prompter: Arc<dyn Prompter>, style: Style) -> Self {
        Self { prompter, style }
    }

    /// A line of text; `earlier` stands there to be taken or changed.
    pub async fn line(
        &self,
        question: Question,
        earlier: &str,
        accept: impl Fn(&str) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<Reply<String>, Error> {
        let earlier = clean(earlier);
        self.ask(move |prompter| prompter.text(&question, &earlier, &accept)).await
    }

    /// One of several things, by its id; the list begins at `earlier`.
    pub async fn choose(
        &self,
        question: Question,
        from: Vec<Candidate>,
        earlier: Option<&str>,
    ) -> Result<Reply<String>, Error> {
        let rows: Vec<Row> = from.iter().map(|candidate| self.row(candidate)).collect();
        let at = from.iter().position(|candidate| Some(candidate.id.as_str()) == earlier).unwrap_or(0);
        let index = match self.ask(move |prompter| prompter.select(&question, &rows, at)).await? {
            Reply::Answer(index) => index,
            Reply::Back => return Ok(Reply::Back),
        };
        let chosen = from.into_iter().nth(index).map(|candidate| Reply::Answer(candidate.id));
        chosen.ok_or_else(|| Error::Internal("a list answered with a row it does not have".to_owned()))
    }

    fn row(&self, candidate: &Candidate) -> Row {
        let cells = candidates::cells(self.style.lang, candidate);
        let id = (!candidate.id.is_empty()).then(|| candidate.id.clone());
        Row::new(id.into_iter().chain(cells).map(|cell| clean(&cell)).collect())
    }

    /// A secret; `None` if only Enter was pressed.
    pub async fn secret(&self, question: Question) -> Result<Reply<Option<Secret>>, Error> {
        self.ask(move |prompter| prompter.secret(&question)).await
    }

    /// A pasted text; `None` if only Enter was pressed.
    pub async fn block(&self, question: Question) -> Result<Reply<Option<Secret>>, Error> {
        self.ask(move |prompter| prompter.block(&question)).await
    }

    /// Yes or no; Enter means no, or what was said `earlier`.
    pub async fn yes(&self, question: Question, earlier: bool) -> Result<Reply<bool>, Error> {
        let refusal = wizard::remark(self.style.lang, Remark::YesOrNo);
        let earlier = if earlier { "y" } else { "" };
        let accept = move |text: &str| match wizard::decision(text) {
            Some(Decision::Yes | Decision::No) => Ok(()),
            _ => Err(refusal.clone()),
        };
        Ok(self
            .line(question, earlier, accept)
            .await?
            .map(|text| wizard::decision(&text) == Some(Decision::Yes)))
    }

    /// What is to become of the plan; Enter means that it is left.
    pub async fn decide(&self, back: bool) -> Result<Reply<Decision>, Error> {
        let refusal = wizard::remark(self.style.lang, Remark::YesChangeNo);
        let accept = move |text: &str| wizard::decision(text).map(drop).ok_or_else(|| refusal.clone());
        let reply = self.line(Question { topic: Topic::Proceed, back }, "", accept).await?;
        Ok(reply.map(|text| wizard::decision(&text).unwrap_or(Decision::No)))
    }

    /// Service Name, for which `region` must be the region if one is given.
    pub async fn service_name(
        &self,
        back: bool,
        earlier: &str,
        region: Option<String>,
    ) -> Result<Reply<ServiceName>, Error> {
        let lang = self.style.lang;
        let accept = move |text: &str| acceptable(lang, text, region.as_deref());
        let question = Question { topic: Topic::ServiceName, back };
        let text = match self.line(question, earlier, accept).await? {
            Reply::Answer(text) => bare_name(&text),
            Reply::Back => return Ok(Reply::Back),
        };
        let name = text.parse().map_err(|why| Problem::ServiceName { text, why })?;
        Ok(Reply::Answer(name))
    }

    /// Which endpoint is meant, where there are several.
    pub async fn endpoint(&self, candidates: Vec<Candidate>) -> Result<String, Error> {
        let question = Question { topic: Topic::Endpoint, back: false };
        first_only(self.choose(question, candidates, None).await?)
    }

    /// Whether the endpoint is really to go: its id has to be typed.
    pub async fn confirm_deletion(&self, id: &str) -> Result<(), Error> {
        let question = Question { topic: Topic::Deletion { id: clean(id) }, back: false };
        let (id, refusal) = (id.to_owned(), wizard::remark(self.style.lang, Remark::NotTheId));
        let accept = move |text: &str| if text == id { Ok(()) } else { Err(refusal.clone()) };
        first_only(self.line(question, "", accept).await?).map(drop)
    }

    /// A key for this run only, where none was found; `None` if the person has none either.
    pub async fn key(&self, misses: &[Miss], back: bool) -> Result<Reply<Option<Credentials>>, Error> {
        self.key_again(misses, back, "").await
    }

    async fn key_again(
        &self,
        misses: &[Miss],
        back: bool,
        earlier: &str,
    ) -> Result<Reply<Option<Credentials>>, Error> {
        for miss in misses.iter().filter(|miss| !miss.is_absent()) {
            self.say(&clean(&credentials::skipped(self.style.lang, miss)));
        }
        let id = self.line(Question { topic: Topic::AccessKeyId, back }, earlier, |_| Ok(())).await?;
        let id = match id {
            Reply::Answer(id) if id.is_empty() => return Ok(Reply::Answer(None)),
            Reply::Answer(id) => id,
            Reply::Back => return Ok(Reply::Back),
        };
        let Reply::Answer(secret) =
            self.secret(Question { topic: Topic::AccessKeySecret, back: true }).await?
        else {
            return Box::pin(self.key_again(&[], back, &id)).await;
        };
        let Some(secret) = secret else { return Ok(Reply::Answer(None)) };
        // What is pasted often brings a space along, and no secret has one.
        let secret = Secret::new(secret.expose().trim());
        // facts section g: ids of temporary keys begin like this
        let security_token = if id.starts_with("STS.") {
            match self.secret(Question { topic: Topic::SecurityToken, back: true }).await? {
                Reply::Answer(token) => token,
                Reply::Back => return Box::pin(self.key_again(&[], back, &id)).await,
            }
        } else {
            None
        };
        Ok(Reply::Answer(Some(Credentials { security_token, ..Credentials::permanent(id, secret) })))
    }

    /// Says something between two questions.
    pub fn say(&self, text: &str) {
        term::err(&self.style.fold(text, 2));
    }

    /// Says a remark between two questions.
    pub fn remark(&self, remark: Remark) {
        self.say(&wizard::remark(self.style.lang, remark));
    }

    /// Says what there is, a line each.
    pub fn list(&self, candidates: &[Candidate]) {
        for candidate in candidates {
            let about = candidates::label(self.style.lang, candidate);
            term::err(&self.style.fold(&clean(&format!("  {}  {about}", candidate.id)), 4));
        }
    }

    /// Says what a pasted text has settled, without the password.
    pub fn settled(&self, pasted: &Pasted) {
        let lang = self.style.lang;
        let values = [
            pasted.service_name.clone(),
            (!pasted.az_ids.is_empty()).then(|| pasted.az_ids.join(", ")),
            pasted.region_id.clone(),
            pasted.user.clone(),
            pasted.password.as_ref().map(|_| wizard::hidden(lang, true).to_owned()),
            pasted.database.clone(),
            pasted.port.map(|port| port.to_string()),
        ];
        let names = wizard::recognised(lang);
        let widest = names.iter().map(|name| measure_text_width(name)).max().unwrap_or(0);
        let source = plan::source(lang, Source::Paste).unwrap_or_default();
        for (name, value) in names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))) {
            let name = pad_str(name, widest, Alignment::Left, None);
            let source = self.style.dim(&format!(" ({source})"));
            term::err(&self.style.fold(&format!("  {name}  {}{source}", clean(&value)), widest + 4));
        }
    }

    /// Says what is wrong with an answer.
    pub fn refuse(&self, problems: &[Problem]) {
        for problem in problems {
            self.complain(problems::problem(self.style.lang, problem));
        }
    }

    /// Says why something did not work that can be mended here.
    pub fn fail(&self, error: &Error) {
        self.complain(errors::error(self.style.lang, error));
    }

    fn complain(&self, (what, remedy): (String, Option<String>)) {
        self.say(&format!("{} {what} {}", self.style.red("!"), remedy.unwrap_or_default()));
    }

    /// The words of a remark, for a row of a list.
    pub fn words(&self, remark: Remark) -> String {
        wizard::remark(self.style.lang, remark)
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Prompter) -> Result<T, Left> + Send + 'static,
    ) -> Result<T, Error> {
        let prompter = Arc::clone(&self.prompter);
        let answer = tokio::task::spawn_blocking(move || question(&*prompter)).await;
        answer.map_err(|error| Error::Internal(error.to_string()))?.map_err(|Left| Error::left())
    }
}

/// The answer to a question that has none before it.
fn first_only<T>(reply: Reply<T>) -> Result<T, Error> {
    match reply {
        Reply::Answer(answer) => Ok(answer),
        Reply::Back => Err(Error::left()),
    }
}

/// A line may be pasted with its label.
fn bare_name(text: &str) -> String {
    crate::paste::parse(text).service_name.unwrap_or_else(|| text.to_owned())
}

/// The same checks as for a flag, said at once.
fn acceptable(lang: Lang, text: &str, region: Option<&str>) -> Result<(), String> {
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
    let (what, remedy) = problems::problem(lang, &problem);
    Err(format!("{what} {}", remedy.unwrap_or_default()))
}
