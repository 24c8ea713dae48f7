//! Questions as plain lines, for screen readers (`ACCESSIBLE`) and terminals that cannot redraw: nothing moves, lists
//! are numbered.

use dialoguer::Password;

use super::ask;
use super::keyboard::Keyboard;
use super::prompt::{Left, Prompter, Question, Refusal, Reply, Row, given};
use super::style::Style;
use super::term;
use super::words::wizard::{self, Hint, Remark};
use crate::secret::Secret;

/// Asks line by line.
pub struct Plain(pub Style);

impl Prompter for Plain {
    fn text(
        &self,
        question: &Question,
        earlier: &str,
        accept: &dyn Fn(&str) -> Result<(), Refusal>,
    ) -> Result<Reply<String>, Left> {
        self.head(question);
        loop {
            let typed = self.typed(question, earlier)?;
            let text = if typed.is_empty() { earlier } else { &typed };
            match typed.as_str() {
                "<" if question.back => return Ok(Reply::Back),
                "?" if question.has_help() => term::err(&question.help(self.0)),
                _ => match accept(text) {
                    Ok(()) => return Ok(Reply::Answer(text.to_owned())),
                    Err(refusal) => term::err(&refusal),
                },
            }
        }
    }

    fn select(&self, question: &Question, rows: &[Row], at: usize) -> Result<Reply<usize>, Left> {
        self.head(question);
        for (number, row) in rows.iter().enumerate() {
            let number = (number + 1).to_string();
            let cells = row.cells.iter().filter(|cell| !cell.is_empty() && **cell != number);
            let cells = cells.cloned().collect::<Vec<_>>().join(", ");
            term::err(&self.0.fold(&format!("  {number} {cells}"), 4));
        }
        let accept = |text: &str| match row_of(text, rows) {
            Some(_) => Ok(()),
            None => Err(wizard::remark(self.0.lang, Remark::Number { of: rows.len() })),
        };
        loop {
            let typed = self.typed(question, &(at + 1).to_string())?;
            let text = if typed.is_empty() { (at + 1).to_string() } else { typed };
            match (text.as_str(), accept(&text)) {
                ("<", _) if question.back => return Ok(Reply::Back),
                ("?", _) => term::err(&question.help(self.0)),
                (text, Ok(())) => return Ok(Reply::Answer(row_of(text, rows).unwrap_or(at))),
                (_, Err(refusal)) => term::err(&refusal),
            }
        }
    }

    fn secret(&self, question: &Question) -> Result<Reply<Option<Secret>>, Left> {
        self.head(question);
        loop {
            drop(Keyboard::take());
            let label = wizard::label(self.0.lang, &question.topic);
            let text = Password::new()
                .with_prompt(label)
                .allow_empty_password(true)
                .report(false)
                .interact()
                .map_err(left)?;
            match text.trim() {
                "<" if question.back => return Ok(Reply::Back),
                "?" if question.has_help() => term::err(&question.help(self.0)),
                _ => return Ok(Reply::Answer(given(text))),
            }
        }
    }

    /// Key by key, because a terminal's own lines end at 4096 characters; nothing is drawn.
    fn block(&self, question: &Question) -> Result<Reply<Option<Secret>>, Left> {
        let hint = wizard::hint(self.0.lang, Hint::Block { back: question.back });
        term::err(&self.0.fold(&question.heading(self.0, &hint), 2));
        Ok(ask::block(self.0, question, false)?.map(given))
    }
}

impl Plain {
    fn head(&self, question: &Question) {
        let hint = Hint::Plain { back: question.back, help: question.has_help() };
        let hint = wizard::hint(self.0.lang, hint);
        term::err(&self.0.fold(&question.heading(self.0, &hint), 2));
    }

    /// A line as the terminal edits it.
    fn typed(&self, question: &Question, earlier: &str) -> Result<String, Left> {
        // Taking the keyboard for a moment drops what was typed ahead.
        drop(Keyboard::take());
        let label = wizard::label(self.0.lang, &question.topic);
        term::draw(&if earlier.is_empty() { format!("{label}: ") } else { format!("{label} [{earlier}]: ") });
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => Err(Left),
            Ok(_) => Ok(line.trim().to_owned()),
        }
    }
}

/// By number or by id.
fn row_of(text: &str, rows: &[Row]) -> Option<usize> {
    let number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_id = || rows.iter().position(|row| row.cells.first().is_some_and(|id| id == text));
    number.filter(|index| *index < rows.len()).or_else(by_id)
}

/// dialoguer fails when it is interrupted or when the terminal goes away: both mean that nobody answers.
fn left(_: dialoguer::Error) -> Left {
    Left
}
