//! The lines of an open question: drawn again at each key, and taken away once it is answered.

use console::measure_text_width;

use crate::ui::stir::Stir;
use crate::ui::style::Style;
use crate::ui::term;
use crate::ui::wrap::wrap;

/// What is drawn of a question.
pub struct Screen {
    style: Style,
    /// The lines that stand there.
    drawn: String,
    hides_cursor: bool,
}

impl Screen {
    /// Nothing yet.
    pub fn new(style: Style, hides_cursor: bool) -> Self {
        let screen = Self { style, drawn: String::new(), hides_cursor };
        screen.hide_cursor();
        screen
    }

    /// Gets ready to be drawn again; below what was written since, where the process was stopped.
    pub fn stirred(&mut self, stir: Stir) {
        if stir == Stir::Continued {
            self.drawn.clear();
            self.hide_cursor();
        }
    }

    fn hide_cursor(&self) {
        if self.hides_cursor {
            term::draw("\x1b[?25l");
        }
    }

    /// Columns that can be used: the last one makes some terminals begin a new row.
    pub fn columns(&self) -> usize {
        self.style.columns().saturating_sub(1).max(10)
    }

    /// Rows that can be used.
    pub fn rows() -> usize {
        usize::from(console::Term::stderr().size().0).max(6)
    }

    /// Draws `lines` in place of what was there; the cursor stays `back` columns before the end of the last one. Lines
    /// that are too long are folded, but for the last, which has to fit.
    pub fn draw(&mut self, lines: &[String], back: usize) {
        let width = self.columns();
        let folded: Vec<String> = lines.iter().map(|line| wrap(line, width, 2)).collect();
        let text = folded.join("\n");
        let cursor = if back > 0 { format!("\x1b[{back}D") } else { String::new() };
        term::draw(&format!("{}{text}{cursor}", self.home()));
        self.drawn = text;
    }

    /// Takes the question away and leaves one line in its place.
    pub fn close(self, line: &str) {
        let line = wrap(line, self.columns(), 2);
        term::draw(&format!("{}{line}\n", self.home()));
    }

    /// Takes the question away without a trace.
    pub fn vanish(self) {
        term::draw(&self.home());
    }

    /// Rows above the one the cursor is in. A word that is longer than a row takes several, and so does every line in a
    /// terminal that has become narrower: most fold what stands there.
    fn above(&self) -> usize {
        let columns = self.columns() + 1;
        let rows = |line: &str| measure_text_width(line).saturating_sub(1) / columns + 1;
        self.drawn.split('\n').map(rows).sum::<usize>() - 1
    }

    fn home(&self) -> String {
        let above = self.above();
        let up = if above > 0 { format!("\x1b[{above}A") } else { String::new() };
        format!("{up}\r\x1b[J")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.hides_cursor {
            term::draw("\x1b[?25h");
        }
    }
}
