//! What clap says, in the person's language. In English clap's own words stand; in Chinese its help is dressed, its
//! lines are folded here, because they have no spaces to fold at, and its errors are said anew.

use clap::error::{ContextKind, ContextValue};

use super::style::Style;
use super::words::{arguments_zh, headings, help_zh};
use super::wrap::wrap;
use crate::lang::Lang;

/// As wide as help gets.
const WIDEST: usize = 100;

/// The command line with its help in `lang`.
pub fn dress(command: clap::Command, lang: Lang) -> clap::Command {
    match lang {
        Lang::En => command,
        Lang::Zh => help_zh::dress(command).term_width(0),
    }
}

/// The text of help or of the version, on a terminal or a pipe of so many columns.
pub fn text(error: &clap::Error, style: Style, width: Option<usize>) -> String {
    let text = error.render();
    let text = if style.color { text.ansi().to_string() } else { text.to_string() };
    let text = match style.lang {
        Lang::En => text,
        Lang::Zh => folded(&text, width.unwrap_or(WIDEST).min(WIDEST)),
    };
    style.plain(&text)
}

/// Why the command line could not be read.
pub fn refusal(error: &clap::Error, style: Style) -> String {
    let said = match style.lang {
        Lang::En => None,
        Lang::Zh => arguments_zh::refused(error),
    };
    let Some(what) = said else { return error.render().to_string().trim_end().to_owned() };
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n\n{}", help_zh::line(&usage.to_string())),
        _ => String::new(),
    };
    format!("{}{what}{usage}\n\n{}", headings::error(style.lang), arguments_zh::MORE)
}

fn folded(text: &str, width: usize) -> String {
    let line = |line: &str| {
        let line = help_zh::line(line);
        format!("{}\n", wrap(&line, width, column(&line)))
    };
    text.lines().map(line).collect()
}

/// Where the second column of a line begins, else the line itself.
fn column(line: &str) -> usize {
    let text = line.trim_start_matches(' ');
    let lead = line.len() - text.len();
    let gap = text.find("  ").filter(|_| lead > 0);
    let second = gap.map(|gap| line.len() - text[gap..].trim_start_matches(' ').len());
    console::measure_text_width(&line[..second.unwrap_or(lead)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_column_stays_a_column() {
        assert_eq!(column("  -y, --yes   接受计划"), 14);
        assert_eq!(column("          接受计划"), 10);
        assert_eq!(column("用法：tidb-pe"), 0);
        assert_eq!(folded("  -y, --yes  Print help", 18), "  -y, --yes  显示\n             帮助\n");
    }
}
