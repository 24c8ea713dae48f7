//! Every sentence, one file a subject and language. Who has a language asks the subject: `checks::finding(lang, …)`.
//! Documents for scripts ask the English file.

pub mod arguments_zh;
pub mod candidates;
pub mod checks_en;
pub mod checks_zh;
pub mod clients_en;
pub mod clients_zh;
pub mod credentials_en;
pub mod credentials_zh;
pub mod errors_en;
pub mod errors_zh;
pub mod events_en;
pub mod events_zh;
pub mod headings_en;
pub mod headings_zh;
pub mod help_zh;
mod pieces;
pub mod plan_en;
pub mod plan_zh;
mod preview;
pub mod problems_en;
pub mod problems_zh;
mod reading;
mod reasons_zh;
pub mod removal_en;
pub mod removal_zh;
pub mod report_en;
pub mod report_zh;
mod sandbox_en;
mod sandbox_zh;
pub mod tidb_cloud_en;
pub mod tidb_cloud_zh;
pub mod wizard;
mod wizard_en;
mod wizard_zh;

use std::time::Duration;

use crate::check::Finding;
use crate::cloud::Notice;
use crate::cloud::credentials::{Miss, Source};
use crate::cloud::privatelink::Service;
use crate::cloud::sts::Identity;
use crate::connection::clients::Note;
use crate::error::Error;
use crate::event::{Closing, Phase, Thing};
use crate::lang::Lang;
use crate::plan::{Plan, Removal, Warning};
use crate::problem::Problem;
use crate::report::{SandboxReport, ScenarioReport};
use crate::tidb_cloud::keys;

/// What happened, and what to do where something is to be done.
pub type Words = (String, Option<String>);

/// A line of a preview: what it is, its value, where the value came from.
pub type Row = (&'static str, String, Option<&'static str>);

/// One function a sentence, which takes the language first and asks that language's file. What is missing in a file
/// does not compile.
macro_rules! subject {
    ($(#[$doc:meta])* $subject:ident: $en:ident, $zh:ident {
        $($(#[$about:meta])* $name:ident($($arg:ident: $type:ty),*) -> $words:ty;)*
    }) => {
        $(#[$doc])*
        pub mod $subject {
            use super::*;

            $($(#[$about])*
            pub fn $name(lang: Lang, $($arg: $type),*) -> $words {
                match lang {
                    Lang::En => super::$en::$name($($arg),*),
                    Lang::Zh => super::$zh::$name($($arg),*),
                }
            })*
        }
    };
}

subject! {
    /// What a check found.
    checks: checks_en, checks_zh {
        /// The sentences for a finding.
        finding(finding: &Finding) -> Words;
    }
}

subject! {
    /// The settings of clients.
    clients: clients_en, clients_zh {
        /// One sentence about the settings of a client.
        note(client: &str, note: Note) -> String;
    }
}

subject! {
    /// Alibaba Cloud keys.
    credentials: credentials_en, credentials_zh {
        /// A source that was passed over.
        skipped(miss: &Miss) -> String;
    }
}

subject! {
    /// Why a command did not do what was asked.
    errors: errors_en, errors_zh {
        /// What happened and why; what to do.
        error(error: &Error) -> Words;
        /// The connection test's failure where its finding was already shown.
        test_failed(finding: &Finding) -> String;
        /// Where the log is, and what to quote.
        log_file(path: &str, error: &Error) -> String;
        /// A log that could not be written to its end.
        log_incomplete(path: &str, why: &str) -> String;
    }
}

subject! {
    /// What is happening.
    events: events_en, events_zh {
        /// The spinner's text.
        phase(phase: Phase) -> &'static str;
        /// The simulated cloud is running.
        sandbox(scenario: &str) -> String;
        /// Whose key it is.
        identity(identity: &Identity, source: &Source) -> String;
        /// The console's green tick.
        verified(service: &Service) -> String;
        /// Made by this run.
        made(thing: Thing, id: &str) -> String;
        /// Removed by this run.
        removed(thing: Thing, id: &str) -> String;
        /// What was to be deleted is not there.
        absent(endpoint_id: &str) -> String;
        /// There is nothing to list, but for regions that could not be read.
        no_endpoints(unread: &[String]) -> String;
        /// A region of several could not be read.
        region_failed(region_id: &str, error: &Error) -> String;
        /// Another run is at it.
        queued() -> &'static str;
        /// One that was there is used.
        adopted(endpoint_id: &str) -> String;
        /// The provider has to accept by hand.
        needs_acceptance(endpoint_id: &str, account_id: &str) -> String;
        /// Nobody waited.
        not_waited(endpoint_id: &str) -> String;
        /// How a dry run ended.
        dry_run(asked: bool) -> &'static str;
        /// The connection was not tested.
        not_tested() -> &'static str;
        /// Above the command that repeats the run.
        next(elsewhere: Option<&str>) -> String;
        /// Above the command that tests again.
        test_again(lacks_password: bool) -> String;
        /// What was made, how it is undone, who else may use it.
        closing(closing: &Closing) -> Vec<String>;
        /// Before the command that takes it away again.
        undo() -> &'static str;
        /// A state of the endpoint.
        state(endpoint: &str, connection: &str, zones: Option<(usize, usize)>) -> String;
        /// How long getting ready takes, behind its state.
        typical() -> &'static str;
        /// Ready.
        ready(elapsed: Duration) -> String;
        /// What the client says; `None` for what only a verbose log shows.
        notice(notice: &Notice) -> Option<String>;
        /// What a verbose log shows.
        log(notice: &Notice) -> Option<String>;
    }
}

subject! {
    /// What stands above, before or between the sentences.
    headings: headings_en, headings_zh {
        /// Above the plan.
        plan() -> &'static str;
        /// Above what a deletion takes away.
        removal() -> &'static str;
        /// Before an error.
        error() -> &'static str;
        /// Before what was cut off.
        cancelled() -> &'static str;
        /// Before what to do.
        hint() -> &'static str;
        /// Before the id to quote.
        request_id() -> &'static str;
        /// Before where the log is.
        log() -> &'static str;
        /// Between a heading that ends with a colon and what it is about.
        gap() -> &'static str;
        /// Above the columns of the endpoints: id, region, status, connection, VPC, service, maker, name.
        endpoints() -> [&'static str; 8];
        /// Before the values of a connection: host, port, user, database, SSL mode.
        connection() -> [&'static str; 5];
        /// The first place of the drawing.
        this_machine() -> &'static str;
        /// A zone without an address.
        no_address() -> &'static str;
        /// The hop that is broken.
        broken_here(layer: &str) -> String;
    }
}

subject! {
    /// The plan.
    plan: plan_en, plan_zh {
        /// The preview.
        rows(plan: &Plan) -> Vec<Row>;
        /// One sentence a warning.
        warning(warning: &Warning) -> String;
        /// Where a value came from, in a word or two.
        source(source: crate::answers::Source) -> Option<&'static str>;
    }
}

subject! {
    /// What is wrong with the answers.
    problems: problems_en, problems_zh {
        /// A sentence about the problem, and one about what to do.
        problem(problem: &Problem) -> Words;
    }
}

subject! {
    /// What a deletion takes away.
    removal: removal_en, removal_zh {
        /// The preview.
        rows(removal: &Removal) -> Vec<Row>;
    }
}

subject! {
    /// What a report comes down to.
    report: report_en, report_zh {
        /// Before the layer and its sentence.
        root_cause() -> &'static str;
        /// Nothing failed; the layers that are worth a look, and those that were not checked.
        sound(warned: &[&str], skipped: &[&str]) -> String;
        /// The last line of `--all`.
        count(of: usize, failed: usize) -> String;
    }
}

subject! {
    /// The simulated world in the foreground.
    sandbox: sandbox_en, sandbox_zh {
        /// How to use it.
        running(report: &SandboxReport) -> String;
        /// What is special about a scenario.
        about(scenario: &ScenarioReport) -> String;
    }
}

subject! {
    /// What the TiDB Cloud API says.
    tidb_cloud: tidb_cloud_en, tidb_cloud_zh {
        /// The instance, and whose key told of it.
        instance(id: &str, name: &str, busy: Option<&str>, source: &keys::Source) -> String;
        /// A place that was passed over although something is there.
        skipped(miss: &keys::Miss) -> String;
        /// The list could not be had.
        no_list(error: &Error) -> String;
    }
}

/// A duration in English: `850 ms`, `12 s`, `2 min 5 s`, `1 day 3 h`.
pub fn seconds(duration: Duration) -> String {
    elapsed(Lang::En, duration)
}

/// A duration as people say it.
pub fn elapsed(lang: Lang, duration: Duration) -> String {
    let [ms, s, min] = units(lang);
    let whole = duration.as_secs();
    let days = whole / 86400;
    let [h, day] = match (lang, days) {
        (Lang::En, 1) => ["h", "day"],
        (Lang::En, _) => ["h", "days"],
        (Lang::Zh, _) => ["小时", "天"],
    };
    let both = |(count, unit): (u64, &str), (rest, smaller): (u64, &str)| match rest {
        0 => format!("{count} {unit}"),
        _ => format!("{count} {unit} {rest} {smaller}"),
    };
    match whole {
        0 => format!("{} {ms}", duration.as_millis()),
        1..60 => format!("{whole} {s}"),
        60..3600 => both((whole / 60, min), (whole % 60, s)),
        3600..86400 => both((whole / 3600, h), (whole % 3600 / 60, min)),
        _ => both((days, day), (whole % 86400 / 3600, h)),
    }
}

/// A limit as it was set: whole seconds as seconds.
fn millis(lang: Lang, ms: u64) -> String {
    let [milliseconds, seconds, _] = units(lang);
    if ms >= 1000 && ms.is_multiple_of(1000) {
        format!("{} {seconds}", ms / 1000)
    } else {
        format!("{ms} {milliseconds}")
    }
}

fn units(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["ms", "s", "min"],
        Lang::Zh => ["毫秒", "秒", "分钟"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_people_say_them() {
        let said = |seconds: u64| {
            let duration = Duration::from_secs(seconds);
            (elapsed(Lang::En, duration), elapsed(Lang::Zh, duration))
        };
        let is = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
        assert_eq!(said(12), is("12 s", "12 秒"));
        assert_eq!(said(125), is("2 min 5 s", "2 分钟 5 秒"));
        assert_eq!(said(600), is("10 min", "10 分钟"));
        assert_eq!(said(5400), is("1 h 30 min", "1 小时 30 分钟"));
        assert_eq!(said(86400), is("1 day", "1 天"));
        assert_eq!(said(2 * 86400 + 3 * 3600 + 59), is("2 days 3 h", "2 天 3 小时"));
    }
}
