//! Asking one thing at a time on a terminal.

use dialoguer::{Input, Password, Select};

use super::clean::clip;
use super::term;
use super::words::wizard_en;
use crate::secret::Secret;

/// The user left at a question: Esc or Ctrl-C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left;

/// Why a line was not accepted, as a sentence.
pub type Refusal = String;

/// A way to ask. Blocks until answered.
pub trait Prompter: Send + Sync {
    /// A line of text; empty if `optional` and Enter was pressed.
    fn text(
        &self,
        question: &str,
        optional: bool,
        accept: &dyn Fn(&str) -> Result<(), Refusal>,
    ) -> Result<String, Left>;
    /// One row of a list, by index.
    fn select(&self, question: &str, rows: &[String]) -> Result<usize, Left>;
    /// A secret, without echo; `None` if only Enter was pressed.
    fn secret(&self, question: &str) -> Result<Option<Secret>, Left>;
    /// Yes or no; Enter means no.
    fn confirm(&self, question: &str) -> Result<bool, Left>;
}

/// Asks on the terminal, on standard error.
pub struct Terminal;

impl Prompter for Terminal {
    fn text(
        &self,
        question: &str,
        optional: bool,
        accept: &dyn Fn(&str) -> Result<(), Refusal>,
    ) -> Result<String, Left> {
        term::forget_typed_ahead();
        let input = Input::<String>::new().with_prompt(question).allow_empty(optional);
        input
            .validate_with(|text: &String| accept(text.trim()))
            .interact_text()
            .map(|t| t.trim().to_owned())
            .map_err(left)
    }

    fn select(&self, question: &str, rows: &[String]) -> Result<usize, Left> {
        term::forget_typed_ahead();
        let width = usize::from(console::Term::stderr().size().1).saturating_sub(6).max(20);
        let rows: Vec<String> = rows.iter().map(|row| clip(row, width)).collect();
        let select = Select::new().with_prompt(question).items(&rows).default(0).max_length(12);
        select.interact_opt().map_err(left)?.ok_or(Left)
    }

    fn secret(&self, question: &str) -> Result<Option<Secret>, Left> {
        term::forget_typed_ahead();
        let text =
            Password::new().with_prompt(question).allow_empty_password(true).interact().map_err(left)?;
        Ok((!text.is_empty()).then(|| Secret::new(text)))
    }

    fn confirm(&self, question: &str) -> Result<bool, Left> {
        let question = format!("{question} [y/N]");
        // A whole line, so that a stray key in a longer text is no yes.
        let answer = self.text(&question, true, &|text| yes_or_no(text).map(|_| ()))?;
        yes_or_no(&answer).map_err(|_| Left)
    }
}

fn yes_or_no(text: &str) -> Result<bool, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "" | "n" | "no" => Ok(false),
        _ => Err(wizard_en::YES_OR_NO.to_owned()),
    }
}

/// dialoguer fails when it is interrupted or when the terminal goes away: both mean that nobody answers.
fn left(_: dialoguer::Error) -> Left {
    Left
}
