//! One row of a list: arrows, or a part of what the row says.

use console::{measure_text_width, pad_str, truncate_str};

use super::Screen;
use crate::ui::clean::clean;
use crate::ui::keyboard::{Keyboard, Pressed};
use crate::ui::keys::Key;
use crate::ui::prompt::{Left, Question, Reply, Row};
use crate::ui::style::Style;
use crate::ui::words::wizard::{self, Hint};

/// More rows than this are scrolled.
const WINDOW: usize = 12;

/// Asks for one of `rows`; `at` is where the cursor begins.
pub fn list(style: Style, question: &Question, rows: &[Row], at: usize) -> Result<Reply<usize>, Left> {
    let mut keyboard = Keyboard::take();
    let mut screen = Screen::new(style, true);
    let mut picker = Picker::new(rows, at);
    let mut help = None;
    loop {
        if !keyboard.has_more() {
            picker.draw(style, &mut screen, question, help.as_deref());
        }
        let key = match keyboard.key() {
            Pressed::Key(key) => key,
            Pressed::Stirred(stir) => {
                screen.stirred(stir);
                continue;
            }
            Pressed::Nothing | Pressed::Gone => return Err(Left),
        };
        match key {
            Key::Leave => return Err(Left),
            Key::Char('?') if question.has_help() => {
                keyboard.swallow_enter();
                help = Some(question.help(style));
            }
            Key::Char('<') if question.back => {
                keyboard.swallow_enter();
                screen.vanish();
                return Ok(Reply::Back);
            }
            Key::Enter => {
                if let Some(index) = picker.chosen() {
                    screen.close(&question.answered(style, &rows[index].said()));
                    return Ok(Reply::Answer(index));
                }
            }
            other => picker.press(&other),
        }
    }
}

/// The rows that match what was typed, and the one the cursor is in.
struct Picker<'a> {
    rows: &'a [Row],
    filter: String,
    matching: Vec<usize>,
    at: usize,
}

impl<'a> Picker<'a> {
    fn new(rows: &'a [Row], at: usize) -> Self {
        let matching: Vec<usize> = (0..rows.len()).collect();
        Self { rows, filter: String::new(), at: at.min(matching.len().saturating_sub(1)), matching }
    }

    fn chosen(&self) -> Option<usize> {
        self.matching.get(self.at).copied()
    }

    fn press(&mut self, key: &Key) {
        let last = self.matching.len().saturating_sub(1);
        match key {
            Key::Up => self.at = self.at.checked_sub(1).unwrap_or(last),
            Key::Down => self.at = if self.at == last { 0 } else { self.at + 1 },
            Key::PageUp => self.at = self.at.saturating_sub(WINDOW),
            Key::PageDown => self.at = (self.at + WINDOW).min(last),
            Key::Home => self.at = 0,
            Key::End => self.at = last,
            Key::Kill => self.narrow(String::new()),
            Key::Backspace => {
                let mut filter = self.filter.clone();
                filter.pop();
                self.narrow(filter);
            }
            Key::Char(c) if self.numbered(*c).is_some() => self.at = self.numbered(*c).unwrap_or(self.at),
            Key::Char(c) => self.narrow(format!("{}{c}", self.filter)),
            // One id may be pasted; a whole dialog is meant for another question.
            Key::Paste(text) if !text.trim().contains('\n') => self.narrow(clean(text.trim())),
            _ => {}
        }
    }

    /// The row with this number, where the rows are numbered.
    fn numbered(&self, digit: char) -> Option<usize> {
        let is_numbered = self.filter.is_empty() && self.rows.first().is_some_and(|row| row.cells[0] == "1");
        let number = digit.to_string();
        self.rows.iter().position(|row| row.cells[0] == number).filter(|_| is_numbered)
    }

    fn narrow(&mut self, filter: String) {
        let kept = self.chosen();
        let wanted = filter.to_lowercase();
        let matches = |row: &Row| row.cells.iter().any(|cell| cell.to_lowercase().contains(&wanted));
        self.matching = (0..self.rows.len()).filter(|index| matches(&self.rows[*index])).collect();
        self.filter = filter;
        self.at = kept.and_then(|kept| self.matching.iter().position(|index| *index == kept)).unwrap_or(0);
    }

    fn draw(&self, style: Style, screen: &mut Screen, question: &Question, help: Option<&str>) {
        let hint = wizard::hint(style.lang, Hint::List { back: question.back, help: question.has_help() });
        let mut lines = vec![question.heading(style, "")];
        lines.extend(help.iter().flat_map(|help| help.lines()).map(|line| format!("  {line}")));
        if !self.filter.is_empty() {
            lines.push(format!("  {}", wizard::filtered(style.lang, &self.filter, self.matching.len())));
        }
        let rows = self.window(style, screen.columns(), lines.len() + 1);
        let hint = match wizard::shown(style.lang, rows.len(), self.rows.len()) {
            count if rows.len() < self.rows.len() => format!("{count}   {hint}"),
            _ => hint,
        };
        lines.extend(rows);
        lines.extend(self.whole(style, screen.columns()));
        lines.push(format!("  {}", style.dim(&hint)));
        screen.draw(&lines, 0);
    }

    /// Where the row under the cursor does not fit, all of it.
    fn whole(&self, style: Style, columns: usize) -> Option<String> {
        let row = &self.rows[self.chosen()?];
        let fits = 2 + measure_text_width(padded(row, &widths(self.rows)).trim_end()) < columns;
        let cells = row.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>();
        (!fits).then(|| format!("  {}", style.dim(&format!("({})", cells.join(", ")))))
    }

    /// The rows around the cursor, as many as the screen has room for.
    fn window(&self, style: Style, columns: usize, taken: usize) -> Vec<String> {
        let room = Screen::rows().saturating_sub(taken + 2).clamp(1, WINDOW);
        let start = self.at.saturating_sub(room - 1).min(self.matching.len().saturating_sub(room));
        let start = start.max((self.at + 1).saturating_sub(room));
        let widths = widths(self.rows);
        let shown = self.matching.iter().enumerate().skip(start).take(room);
        let more = if style.unicode { "…" } else { "..." };
        shown
            .map(|(position, index)| {
                let text = format!("  {}", padded(&self.rows[*index], &widths));
                let text = truncate_str(text.trim_end(), columns.saturating_sub(1), more).into_owned();
                if position == self.at { style.cyan(&format!(">{}", &text[1..])) } else { text }
            })
            .collect()
    }
}

/// The widest cell of each column.
fn widths(rows: &[Row]) -> Vec<usize> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| measure_text_width(cell)).max()
    };
    // A row of a single cell, such as "none of these", does not widen the first column.
    (0..columns)
        .map(|column| {
            let several =
                rows.iter().filter(|row| row.cells.len() > 1).filter_map(|row| row.cells.get(column));
            several.map(|cell| measure_text_width(cell)).max().or_else(|| width(column)).unwrap_or(0)
        })
        .collect()
}

fn padded(row: &Row, widths: &[usize]) -> String {
    if row.cells.len() == 1 {
        return row.cells[0].clone();
    }
    let cell =
        |(cell, width): (&String, &usize)| pad_str(cell, *width, console::Alignment::Left, None).into_owned();
    row.cells.iter().zip(widths).map(cell).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        [["vpc-1", "app"], ["vpc-2", "batch"], ["vpc-3", "数据"]]
            .into_iter()
            .map(|cells| Row::new(cells.into_iter().map(ToOwned::to_owned).collect()))
            .collect()
    }

    #[test]
    fn arrows_go_around_and_typing_narrows() {
        let rows = rows();
        let mut picker = Picker::new(&rows, 0);
        picker.press(&Key::Up);
        assert_eq!(picker.chosen(), Some(2));
        picker.press(&Key::Down);
        picker.press(&Key::Down);
        assert_eq!(picker.chosen(), Some(1));
        picker.press(&Key::Char('B'));
        assert_eq!((picker.chosen(), picker.matching.len()), (Some(1), 1));
        picker.press(&Key::Paste("none\n".to_owned()));
        assert_eq!(picker.chosen(), None);
        picker.press(&Key::Kill);
        assert_eq!(picker.matching.len(), 3);
        picker.press(&Key::Paste("a dialog\nwith lines".to_owned()));
        assert_eq!(picker.matching.len(), 3);
    }

    #[test]
    fn the_window_follows_the_cursor_and_fits() {
        let rows: Vec<Row> =
            (0..40).map(|n| Row::new(vec![format!("vpc-{n:02}"), "名".repeat(40)])).collect();
        let mut picker = Picker::new(&rows, 39);
        let drawn = picker.window(Style::bare(), 30, 2);
        assert!(drawn.last().unwrap().starts_with("> vpc-39"), "{drawn:?}");
        assert!(drawn.iter().all(|line| measure_text_width(line) <= 30), "{drawn:?}");
        picker.press(&Key::Home);
        assert!(picker.window(Style::bare(), 30, 2)[0].starts_with("> vpc-00"));
    }
}
