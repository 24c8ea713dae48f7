//! Results as text: the plan, the connection block, an error; and errors as data for JSON.

use std::path::Path;

use console::measure_text_width;

use super::clean::clean;
use super::style::Style;
use super::words::{self, Row, candidates, errors, errors_en, headings};
use crate::check::Status;
use crate::error::{Error, Kind};
use crate::lang::Lang;
use crate::plan::{Plan, Removal};
use crate::problem::{Problem, variable};
use crate::report::{
    CandidateReport, ClientReport, ConnectionReport, EndpointRow, ErrorReport, MissingReport, PolicyReport,
    SandboxReport, ScenarioReport,
};

/// The plan, for standard error.
pub fn plan(plan: &Plan, style: Style) -> String {
    block(headings::plan(style.lang), &words::plan::rows(style.lang, plan), style)
}

fn block(heading: &str, rows: &[Row], style: Style) -> String {
    let widest = rows.iter().map(|(label, ..)| measure_text_width(label)).max().unwrap_or(0);
    let lines = rows.iter().map(|(label, text, source)| {
        let source = source.map(|source| style.dim(&format!(" ({source})"))).unwrap_or_default();
        let text = format!("{}{source}", clean(text));
        if style.is_narrow() {
            return format!("  {label}\n{}", style.fold(&format!("    {text}"), 4));
        }
        style.fold(&format!("  {}  {text}", padded(label, widest)), widest + 4)
    });
    format!("\n{}\n{}\n", style.bold(heading), lines.collect::<Vec<_>>().join("\n"))
}

/// What a deletion takes away, for standard error.
pub fn removal(removal: &Removal, style: Style) -> String {
    block(headings::removal(style.lang), &words::removal::rows(style.lang, removal), style)
}

/// The table of endpoints, for standard output.
pub fn endpoints(rows: &[EndpointRow], lang: Lang) -> String {
    let head = headings::endpoints(lang);
    let cells = |row: &EndpointRow| {
        let service = row.service_name.rsplit('.').next().unwrap_or_default();
        let made = if row.created_by_tidb_pe { "tidb-pe" } else { "-" };
        [&row.id, &row.region_id, &row.status, &row.connection_status, &row.vpc_id, service, made, &row.name]
            .map(|text| if text.is_empty() { "-".to_owned() } else { clean(text) })
    };
    let table: Vec<[String; 8]> =
        std::iter::once(head.map(ToOwned::to_owned)).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| table.iter().map(|row| measure_text_width(&row[column])).max();
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).map(|(text, width)| padded(text, *width));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    table.iter().map(line).collect()
}

/// The connection block, for standard output.
pub fn connection(connection: &ConnectionReport, lang: Lang) -> String {
    let user = connection.user.as_deref().unwrap_or(crate::connection::USER_PLACEHOLDER);
    let labels = headings::connection(lang);
    let values = [
        clean(&connection.host),
        connection.port.to_string(),
        clean(user),
        clean(&connection.database),
        connection.ssl_mode.clone(),
    ];
    let widest = labels.iter().map(|label| measure_text_width(label)).max().unwrap_or(0);
    let line = |(label, value): (&str, String)| format!("{}  {value}\n", padded(label, widest));
    let lines: String = labels.into_iter().zip(values).map(line).collect();
    let block = format!("{lines}\n{}\n\n{}\n", connection.command, connection.url);
    let clients = connection.clients.iter().map(|one| format!("\n# {}\n{}\n", one.client, one.text));
    std::iter::once(block).chain(clients).collect::<Vec<_>>().concat()
}

/// The settings of clients, for standard output: one as it is, several each under its name.
pub fn clients(clients: &[ClientReport], headings: bool) -> String {
    let heading = |one: &ClientReport| if headings { format!("# {}\n", one.client) } else { String::new() };
    clients.iter().map(|one| format!("{}{}\n", heading(one), one.text)).collect::<Vec<_>>().join("\n")
}

/// The policy, for standard output: the document alone, so that it can be pasted or piped.
pub fn policy(report: &PolicyReport) -> String {
    format!("{}\n", serde_json::to_string_pretty(&report.policy).unwrap_or_default())
}

/// The scenarios, for standard output.
pub fn scenarios(report: &SandboxReport, style: Style) -> String {
    let rows = report.scenarios.iter().flatten();
    let widest = rows.clone().map(|row| row.name.len()).max().unwrap_or(0);
    let line =
        |row: &ScenarioReport| format!("{:<widest$}  {}\n", row.name, words::sandbox::about(style.lang, row));
    style.plain(&rows.map(line).collect::<Vec<_>>().concat())
}

/// How to use the simulated world, for standard output.
pub fn sandbox(report: &SandboxReport, style: Style) -> String {
    style.plain(&words::sandbox::running(style.lang, report))
}

/// An error, for standard error: what, why, what to do, the id to quote.
pub fn error(error: &Error, style: Style) -> String {
    let lang = style.lang;
    let (message, hint) = match error {
        // The finding and its remedy stand above, unless nothing was to be said.
        Error::TestFailed(finding) if !style.quiet => (errors::test_failed(lang, finding), None),
        _ => errors::error(lang, error),
    };
    let heading = match error.kind() {
        Kind::Cancelled => style.bold(headings::cancelled(lang)),
        _ => style.red(headings::error(lang)),
    };
    let gap = headings::gap(lang);
    let mut lines = vec![format!("{heading}{gap}{}", lines_cleaned(&message))];
    if let Some(hint) = hint {
        lines.push(format!("{}{gap}{}", style.cyan(headings::hint(lang)), lines_cleaned(&hint)));
    }
    if let Some(id) = error.request_id() {
        lines.push(format!("{}{gap}{}", style.dim(headings::request_id(lang)), clean(id)));
    }
    style.fold(&lines.join("\n"), 2)
}

/// Where the log of a failed run is, for standard error. Not folded, so that path and id can be copied.
pub fn log_file(path: &Path, lost: Option<&str>, error: &Error, style: Style) -> String {
    let path = path.display().to_string();
    let text = match lost {
        Some(reason) => errors::log_incomplete(style.lang, &path, reason),
        None => errors::log_file(style.lang, &path, error),
    };
    format!("{}{}{}", style.dim(headings::log(style.lang)), headings::gap(style.lang), clean(&text))
}

/// That a log could not be written to its end, although the run itself went well.
pub fn log_lost(path: &Path, reason: &str, style: Style) -> String {
    let text = errors::log_incomplete(style.lang, &path.display().to_string(), reason);
    format!("{} {}", style.mark(Status::Warn), clean(&text))
}

/// An error, for JSON: always English.
pub fn error_report(error: &Error) -> ErrorReport {
    let (message, hint) = errors_en::error(error);
    ErrorReport {
        kind: error.kind(),
        code: error.code().map(clean),
        message: lines_cleaned(&message),
        hint: hint.map(|hint| lines_cleaned(&hint)),
        request_id: error.request_id().map(clean),
        missing: (error.kind() == Kind::Usage).then(|| missing(error)),
    }
}

fn missing(error: &Error) -> Vec<MissingReport> {
    let Error::Problems(problems) = error else { return Vec::new() };
    let candidate = |c: &crate::problem::Candidate| CandidateReport {
        id: clean(&c.id),
        label: clean(&candidates::label(Lang::En, c)),
    };
    let report = |problem: &Problem| match problem {
        Problem::Missing { flag, candidates, .. } => Some(MissingReport {
            flag: (*flag).to_owned(),
            env: variable(flag),
            candidates: candidates.iter().map(candidate).collect(),
        }),
        _ => None,
    };
    problems.iter().filter_map(report).collect()
}

fn padded(text: &str, width: usize) -> String {
    console::pad_str(text, width, console::Alignment::Left, None).into_owned()
}

/// Keeps the line ends this tool wrote itself.
pub(crate) fn lines_cleaned(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}
