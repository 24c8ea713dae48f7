//! The report of `check` on standard output: a line a layer as they come in, the drawing, the root cause last.

use std::sync::Arc;

use super::clean::clean;
use super::path::Path;
use super::style::Style;
use super::term;
use super::words::{checks, headings, report};
use super::wrap::fold;
use crate::check::{Finding, Sheet, Status, root_cause};
use crate::event::{Event, Reporter};
use crate::report::EndpointReport;

/// How the report is written.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    /// Colours and symbols.
    pub style: Style,
    /// Columns; `None` where lines need not be folded.
    pub width: Option<usize>,
}

/// The longest name of a layer.
const NAMES: usize = "security-group".len();
/// Narrower than this the sentence stands under the layer's name.
const NARROW: usize = 60;

/// Writes each layer to standard output as soon as it is judged, and hands everything else on.
pub struct Streamed {
    talk: Arc<dyn Reporter>,
    log: Arc<dyn Reporter>,
    paper: Paper,
}

impl Streamed {
    /// Hands on to `talk` what is no layer, and to `log` what is one.
    pub fn new(talk: Arc<dyn Reporter>, log: Arc<dyn Reporter>, paper: Paper) -> Self {
        Self { talk, log, paper }
    }
}

impl Reporter for Streamed {
    fn emit(&self, event: Event) {
        match event {
            Event::Checked(finding) => {
                term::out(&layer(&finding, self.paper));
                self.log.emit(Event::Checked(finding));
            }
            other => self.talk.emit(other),
        }
    }
}

/// A layer's line, and under it what to do.
pub fn layer(finding: &Finding, paper: Paper) -> String {
    let (summary, remedy) = checks::finding(paper.style.lang, finding);
    line(finding.status, finding.id.as_str(), &summary, remedy.as_deref(), paper)
}

fn line(status: Status, name: &str, summary: &str, remedy: Option<&str>, paper: Paper) -> String {
    let Paper { style, width } = paper;
    let mark = style.mark(status);
    let long = console::measure_text_width(&mark);
    let narrow = width.is_some_and(|width| width < NARROW);
    let indent = if narrow { long + 1 } else { long + 1 + NAMES + 2 };
    let blank = " ".repeat(indent);
    let folded = |text: &str| fold(&clean(text), width, indent, indent);
    let head = if narrow {
        format!("{mark} {}\n{blank}{}\n", style.bold(name), folded(summary))
    } else {
        format!("{mark} {name:<NAMES$}  {}\n", folded(summary))
    };
    let remedy = remedy.filter(|_| matches!(status, Status::Warn | Status::Fail));
    let remedy = remedy.map(|remedy| format!("{blank}{}\n", paint(&folded(remedy), style)));
    style.plain(&format!("{head}{}", remedy.unwrap_or_default()))
}

/// Line by line, so that a folded text keeps its indentation plain.
fn paint(text: &str, style: Style) -> String {
    let line = |line: &str| {
        let words = line.trim_start();
        format!("{}{}", &line[..line.len() - words.len()], style.cyan(words))
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The drawing, and what it comes down to.
pub fn ending(sheet: &Sheet, path: &Path, paper: Paper) -> String {
    let drawing = path.draw(paper.style, paper.width);
    let gap = if drawing.is_empty() { "" } else { "\n" };
    paper.style.plain(&format!("\n{drawing}{gap}{}\n", verdict(sheet, paper)))
}

fn verdict(sheet: &Sheet, paper: Paper) -> String {
    let Paper { style, width } = paper;
    if let Some(cause) = root_cause(sheet.findings()) {
        let (summary, _) = checks::finding(style.lang, cause);
        let lead = report::root_cause(style.lang);
        let folded = fold(
            &format!("{lead}{}{}: {summary}", headings::gap(style.lang), cause.id.as_str()),
            width,
            2,
            2,
        );
        let rest = folded.strip_prefix(lead).unwrap_or(&folded);
        return format!("{} {}{rest}", style.mark(Status::Fail), style.red(lead));
    }
    let of = |status| {
        let those = sheet.findings().iter().filter(move |finding| finding.status == status);
        those.map(|finding| finding.id.as_str()).collect::<Vec<_>>()
    };
    let (warned, skipped) = (of(Status::Warn), of(Status::Skip));
    let status = if warned.is_empty() { Status::Pass } else { Status::Warn };
    format!("{} {}", style.mark(status), fold(&report::sound(style.lang, &warned, &skipped), width, 2, 2))
}

/// One endpoint of `--all`.
pub fn result(endpoint: Option<&EndpointReport>, sheet: &Sheet, paper: Paper) -> String {
    let lang = paper.style.lang;
    let (id, name) = endpoint.map_or(("", ""), |endpoint| (endpoint.id.as_str(), endpoint.name.as_str()));
    let name = if name.is_empty() { id.to_owned() } else { format!("{id} ({})", clean(name)) };
    let (status, summary, remedy) = match root_cause(sheet.findings()) {
        Some(cause) => {
            let (summary, remedy) = checks::finding(lang, cause);
            (Status::Fail, format!("{}: {summary}", cause.id.as_str()), remedy)
        }
        None => (worst(sheet), report::sound(lang, &[], &[]), None),
    };
    let mark = paper.style.mark(status);
    let indent = console::measure_text_width(&mark) + 1;
    let folded = |text: &str| fold(&clean(text), paper.width, indent, indent);
    let remedy = remedy.map(|remedy| {
        let remedy = paint(&folded(&remedy), paper.style);
        format!("{}{remedy}\n", " ".repeat(indent))
    });
    let head = format!("{mark} {}\n", folded(&format!("{name}  {summary}")));
    paper.style.plain(&format!("{head}{}", remedy.unwrap_or_default()))
}

fn worst(sheet: &Sheet) -> Status {
    let warned = sheet.findings().iter().any(|finding| finding.status == Status::Warn);
    if warned { Status::Warn } else { Status::Pass }
}

/// How many of them passed.
pub fn count(of: usize, failed: usize, paper: Paper) -> String {
    let status = if failed == 0 { Status::Pass } else { Status::Fail };
    format!("{} {}\n", paper.style.mark(status), report::count(paper.style.lang, of, failed))
}
