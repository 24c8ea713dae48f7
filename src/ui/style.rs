//! How text is shown: colour, symbols, animation. Decided once, from flags and environment.

use std::ffi::OsString;

use console::Style as Paint;

use crate::check::Status;
use crate::cli::{Global, When};
use crate::env::Env;
use crate::lang::Lang;

/// How text is shown on standard error.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the terminal")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Whether colours are used.
    pub color: bool,
    /// Whether symbols beyond ASCII are used.
    pub unicode: bool,
    /// Whether lines are redrawn.
    pub animate: bool,
    /// Nothing but results and errors.
    pub quiet: bool,
    /// 0: normal; 1: more; 2: every request.
    pub verbose: u8,
    /// Columns of the terminal; `None` where lines are not folded.
    pub width: Option<usize>,
}

impl Style {
    /// From the flags, else from the environment.
    pub fn new(global: &Global, env: &Env) -> Self {
        Self::on(global, env, env.stderr_tty)
    }

    /// The same for standard output.
    pub fn on_stdout(global: &Global, env: &Env) -> Self {
        Self::on(global, env, env.stdout_tty)
    }

    fn on(global: &Global, env: &Env, tty: bool) -> Self {
        let dumb = env.var("TERM") == Some("dumb");
        let color = match global.color.unwrap_or(When::Auto) {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let forced = env.var("CLICOLOR_FORCE").is_some_and(|value| value != "0");
                env.var("NO_COLOR").is_none() && ((tty && !dumb) || forced)
            }
        };
        let calm = dumb || env.var("NO_COLOR").is_some() || env.switch("ACCESSIBLE");
        Self {
            lang: Lang::of(global, env),
            color,
            unicode: env.is_utf8() && !dumb,
            animate: tty && !calm && !global.quiet,
            quiet: global.quiet,
            verbose: global.verbose,
            width: env.stderr_tty.then(terminal_width),
        }
    }

    /// For what is said before the arguments are parsed, or because they cannot be: without colour or animation.
    pub fn before_parsing(args: &[OsString], env: &Env) -> Self {
        Self { lang: Lang::before_parsing(args, env), unicode: env.is_utf8(), ..Self::bare() }
    }

    /// Without colour, symbols or animation, in English.
    pub fn bare() -> Self {
        Self {
            lang: Lang::En,
            color: false,
            unicode: false,
            animate: false,
            quiet: false,
            verbose: 0,
            width: None,
        }
    }

    /// The mark of a layer's outcome, and of any line like it.
    pub fn mark(self, status: Status) -> String {
        let (unicode, ascii, paint) = match status {
            Status::Pass => ("✓", "ok", Paint::new().green()),
            Status::Warn => ("!", "!", Paint::new().yellow()),
            Status::Fail => ("✗", "x", Paint::new().red()),
            Status::Skip => ("–", "-", Paint::new().dim()),
        };
        self.paint(if self.unicode { unicode } else { ascii }, &paint)
    }

    /// Columns of the terminal as it is now.
    pub fn columns(self) -> usize {
        terminal_width()
    }

    /// Whether columns of text have no room beside each other.
    pub fn is_narrow(self) -> bool {
        self.width.is_some_and(|width| width < 60)
    }

    /// `text` folded to the terminal, where there is one; later lines start with `indent` spaces.
    pub fn fold(self, text: &str, indent: usize) -> String {
        let text = self.plain(text);
        self.width.map_or_else(|| text.clone(), |width| super::wrap::wrap(&text, width, indent))
    }

    /// Less important text.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, &Paint::new().dim())
    }

    /// Headings.
    pub fn bold(self, text: &str) -> String {
        self.paint(text, &Paint::new().bold())
    }

    /// What is wrong.
    pub fn red(self, text: &str) -> String {
        self.paint(text, &Paint::new().red().bold())
    }

    /// What to do.
    pub fn cyan(self, text: &str) -> String {
        self.paint(text, &Paint::new().cyan())
    }

    /// `text` with everything beyond ASCII that this tool writes itself replaced where it cannot be shown.
    pub fn plain(self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        let text = text.replace('×', "x").replace('…', "...").replace(['·', '–', '—'], "-");
        text.replace(['“', '”'], "\"").replace(['‘', '’'], "'")
    }

    fn paint(self, text: &str, paint: &Paint) -> String {
        if self.color {
            paint.clone().force_styling(true).apply_to(text).to_string()
        } else {
            text.to_owned()
        }
    }
}

fn terminal_width() -> usize {
    usize::from(console::Term::stderr().size().1).max(20)
}
