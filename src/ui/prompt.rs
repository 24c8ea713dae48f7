//! Asking one thing at a time: what a question is, and the ways to ask it.

use crate::secret::Secret;

use super::ask::{self, Shown};
use super::style::Style;
use super::term;
use super::topic::Topic;
use super::words::wizard;

/// The user left at a question: Esc or Ctrl-C, or the terminal went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left;

/// Why a line was not accepted, as a sentence.
pub type Refusal = String;

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply<T> {
    /// The answer.
    Answer(T),
    /// The question before it, please.
    Back,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is about.
    pub topic: Topic,
    /// Whether there is an earlier question to go back to.
    pub back: bool,
}

/// A row of a list: cells that stand in columns, the first one an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The cells.
    pub cells: Vec<String>,
}

/// A way to ask. Blocks until answered.
pub trait Prompter: Send + Sync {
    /// A line of text. `earlier` stands there to be taken or changed.
    fn text(
        &self,
        question: &Question,
        earlier: &str,
        accept: &dyn Fn(&str) -> Result<(), Refusal>,
    ) -> Result<Reply<String>, Left>;
    /// One row of a list, by index; `at` is the row that was chosen before.
    fn select(&self, question: &Question, rows: &[Row], at: usize) -> Result<Reply<usize>, Left>;
    /// A secret, without echo; `None` if only Enter was pressed.
    fn secret(&self, question: &Question) -> Result<Reply<Option<Secret>>, Left>;
    /// A pasted block, without echo; `None` if only Enter was pressed.
    fn block(&self, question: &Question) -> Result<Reply<Option<Secret>>, Left>;
}

impl Question {
    /// Whether there is more to say about it.
    pub fn has_help(&self) -> bool {
        !matches!(self.topic, Topic::Deletion { .. })
    }

    /// Whether its answer decides something: then lines that come all at once are a paste, and no answer.
    pub fn decides(&self) -> bool {
        matches!(
            self.topic,
            Topic::Proceed
                | Topic::OpenService
                | Topic::NewVSwitch { .. }
                | Topic::NewGroup { .. }
                | Topic::Deletion { .. }
        )
    }

    /// The question, and which keys there are.
    pub fn heading(&self, style: Style, hint: &str) -> String {
        let title = style.bold(&wizard::title(style.lang, &self.topic));
        let hint = if hint.is_empty() { String::new() } else { style.dim(&format!(" ({hint})")) };
        style.plain(&format!("{} {title}{hint}", style.cyan("?")))
    }

    /// What helps answering.
    pub fn help(&self, style: Style) -> String {
        style.plain(&wizard::help(style.lang, &self.topic))
    }

    /// The line that stays: the subject and the answer.
    pub fn answered(&self, style: Style, answer: &str) -> String {
        let nothing = if self.decides() { wizard::no(style.lang) } else { wizard::nothing(style.lang) };
        let answer = if answer.is_empty() { nothing } else { answer };
        let mark = style.cyan(if style.unicode { "›" } else { ">" });
        format!("{mark} {}: {answer}", wizard::label(style.lang, &self.topic))
    }
}

impl Row {
    /// A row of these cells.
    pub fn new(cells: Vec<String>) -> Self {
        Self { cells }
    }

    /// What stays of the row that was chosen.
    pub fn said(&self) -> String {
        self.cells.iter().take(2).filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }
}

/// Asks on the terminal, on standard error, drawing as keys are pressed.
pub struct Terminal(pub Style);

impl Prompter for Terminal {
    fn text(
        &self,
        question: &Question,
        earlier: &str,
        accept: &dyn Fn(&str) -> Result<(), Refusal>,
    ) -> Result<Reply<String>, Left> {
        let _hold = term::Hold::talk();
        ask::line(self.0, question, earlier, Shown::Plain, accept)
    }

    fn select(&self, question: &Question, rows: &[Row], at: usize) -> Result<Reply<usize>, Left> {
        let _hold = term::Hold::talk();
        ask::list(self.0, question, rows, at)
    }

    fn secret(&self, question: &Question) -> Result<Reply<Option<Secret>>, Left> {
        let _hold = term::Hold::talk();
        Ok(ask::line(self.0, question, "", Shown::Hidden, &|_| Ok(()))?.map(given))
    }

    fn block(&self, question: &Question) -> Result<Reply<Option<Secret>>, Left> {
        let _hold = term::Hold::talk();
        Ok(ask::block(self.0, question, true)?.map(given))
    }
}

pub(super) fn given(text: String) -> Option<Secret> {
    (!text.is_empty()).then(|| Secret::new(text))
}

impl<T> Reply<T> {
    /// The same reply with another answer.
    pub fn map<U>(self, other: impl FnOnce(T) -> U) -> Reply<U> {
        match self {
            Self::Answer(answer) => Reply::Answer(other(answer)),
            Self::Back => Reply::Back,
        }
    }
}
