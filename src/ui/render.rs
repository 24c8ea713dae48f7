//! Results as text: the plan, the connection block, an error; and errors as data for JSON.

use std::path::Path;

use super::clean::clean;
use super::style::Style;
use super::words::plan_en::Row;
use super::words::{errors_en, plan_en, removal_en};
use crate::error::{Error, Kind};
use crate::plan::{Plan, Removal};
use crate::problem::{Problem, variable};
use crate::report::{
    CandidateReport, ClientReport, ConnectionReport, EndpointRow, ErrorReport, MissingReport, PolicyReport,
};

/// The plan, for standard error.
pub fn plan(plan: &Plan, style: Style) -> String {
    block("Plan", &plan_en::rows(plan), style)
}

fn block(heading: &str, rows: &[Row], style: Style) -> String {
    let widest = rows.iter().map(|(label, ..)| label.len()).max().unwrap_or(0);
    let lines = rows.iter().map(|(label, text, source)| {
        let source = source.map(|source| style.dim(&format!(" ({source})"))).unwrap_or_default();
        let text = format!("{}{source}", clean(text));
        if style.is_narrow() {
            return format!("  {label}\n{}", style.fold(&format!("    {text}"), 4));
        }
        style.fold(&format!("  {label:<widest$}  {text}"), widest + 4)
    });
    format!("\n{}\n{}\n", style.bold(heading), lines.collect::<Vec<_>>().join("\n"))
}

/// What a deletion takes away, for standard error.
pub fn removal(removal: &Removal, style: Style) -> String {
    block("Delete", &removal_en::rows(removal), style)
}

/// The table of endpoints, for standard output.
pub fn endpoints(rows: &[EndpointRow]) -> String {
    let head = ["ENDPOINT", "REGION", "STATUS", "CONNECTION", "VPC", "SERVICE", "MADE BY", "NAME"];
    let cells = |row: &EndpointRow| {
        let service = row.service_name.rsplit('.').next().unwrap_or_default();
        let made = if row.created_by_tidb_pe { "tidb-pe" } else { "-" };
        [&row.id, &row.region_id, &row.status, &row.connection_status, &row.vpc_id, service, made, &row.name]
            .map(|text| if text.is_empty() { "-".to_owned() } else { clean(text) })
    };
    let table: Vec<[String; 8]> =
        std::iter::once(head.map(ToOwned::to_owned)).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| table.iter().map(|row| console::measure_text_width(&row[column])).max();
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; 8]| {
        let padded = row
            .iter()
            .zip(&widths)
            .map(|(text, width)| console::pad_str(text, *width, console::Alignment::Left, None).into_owned());
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    table.iter().map(line).collect()
}

/// The connection block, for standard output.
pub fn connection(connection: &ConnectionReport) -> String {
    let user = connection.user.as_deref().unwrap_or(crate::connection::USER_PLACEHOLDER);
    let block = format!(
        "Host:      {}\nPort:      {}\nUser:      {}\nDatabase:  {}\nSSL mode:  {}\n\n{}\n\n{}\n",
        clean(&connection.host),
        connection.port,
        clean(user),
        clean(&connection.database),
        connection.ssl_mode,
        connection.command,
        connection.url
    );
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

/// An error, for standard error: what, why, what to do, the id to quote.
pub fn error(error: &Error, style: Style) -> String {
    let (message, hint) = match error {
        // The finding and its remedy stand above, unless nothing was to be said.
        Error::TestFailed(finding) if !style.quiet => (errors_en::test_failed(finding), None),
        _ => errors_en::error(error),
    };
    let heading = match error.kind() {
        Kind::Cancelled => style.bold("cancelled:"),
        _ => style.red("error:"),
    };
    let mut lines = vec![format!("{heading} {}", lines_cleaned(&message))];
    if let Some(hint) = hint {
        lines.push(format!("{} {}", style.cyan("hint:"), lines_cleaned(&hint)));
    }
    if let Some(id) = error.request_id() {
        lines.push(format!("{} {}", style.dim("request id:"), clean(id)));
    }
    style.fold(&lines.join("\n"), 2)
}

/// Where the log of a failed run is, for standard error. Not folded, so that path and id can be copied.
pub fn log_file(path: &Path, lost: Option<&str>, error: &Error, style: Style) -> String {
    let path = path.display().to_string();
    let text = match lost {
        Some(reason) => errors_en::log_incomplete(&path, reason),
        None => errors_en::log_file(&path, error),
    };
    format!("{} {}", style.dim("log:"), clean(&text))
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
    let candidate =
        |c: &crate::problem::Candidate| CandidateReport { id: clean(&c.id), label: clean(&c.label) };
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

/// Keeps the line ends this tool wrote itself.
fn lines_cleaned(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}
