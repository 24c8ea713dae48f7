//! Results as text: the plan, the connection block, an error; and errors as data for JSON.

use super::clean::clean;
use super::style::Style;
use super::words::{errors_en, plan_en};
use crate::error::{Error, Kind};
use crate::plan::Plan;
use crate::problem::{Problem, variable};
use crate::report::{CandidateReport, ConnectionReport, ErrorReport, MissingReport, PolicyReport};

/// The plan, for standard error.
pub fn plan(plan: &Plan, style: Style) -> String {
    let rows = plan_en::rows(plan);
    let widest = rows.iter().map(|(label, ..)| label.len()).max().unwrap_or(0);
    let lines = rows.iter().map(|(label, text, source)| {
        let source = source.map(|source| style.dim(&format!("  ({source})"))).unwrap_or_default();
        format!("  {label:<widest$}  {}{source}", style.plain(&clean(text)))
    });
    std::iter::once(style.bold("Plan")).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The connection block, for standard output.
pub fn connection(connection: &ConnectionReport) -> String {
    let user = connection.user.as_deref().unwrap_or(crate::connection::USER_PLACEHOLDER);
    format!(
        "Host:      {}\nPort:      {}\nUser:      {}\nDatabase:  {}\nSSL mode:  {}\n\n{}\n\n{}\n",
        clean(&connection.host),
        connection.port,
        clean(user),
        clean(&connection.database),
        connection.ssl_mode,
        connection.command,
        connection.url
    )
}

/// The policy, for standard output: the document alone, so that it can be pasted or piped.
pub fn policy(report: &PolicyReport) -> String {
    format!("{}\n", serde_json::to_string_pretty(&report.policy).unwrap_or_default())
}

/// An error, for standard error: what, why, what to do, the id to quote.
pub fn error(error: &Error, style: Style) -> String {
    let (message, hint) = errors_en::error(error);
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
    style.plain(&lines.join("\n"))
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
