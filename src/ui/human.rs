//! Events as lines and a spinner on standard error.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::clean::clean;
use super::style::Style;
use super::term;
use super::words::{self, checks, clients, events, plan, tidb_cloud};
use crate::check::{Finding, Status};
use crate::event::{Closing, Event, Phase, Reporter};

/// Nothing is drawn before this, so that quick steps do not flicker.
const QUIET_FIRST: Duration = Duration::from_millis(250);

/// Shows events to a person.
pub struct Human {
    style: Style,
    spinner: Mutex<Option<Arc<ProgressBar>>>,
}

impl Human {
    /// Shows events in `style`.
    pub fn new(style: Style) -> Self {
        Self { style, spinner: Mutex::new(None) }
    }

    /// Writes a line, above the spinner if one turns.
    fn line(&self, text: &str, indent: usize) {
        if self.style.quiet {
            return;
        }
        let text = self.style.fold(text, indent);
        match &*self.spinner.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bar) => bar.suspend(|| term::err(&text)),
            None => term::err(&text),
        }
    }

    fn marked(&self, status: Status, text: &str) {
        self.line(&format!("{} {}", self.style.mark(status), clean(text)), 2);
    }

    fn begin(&self, phase: Phase) {
        self.end();
        if !self.style.animate {
            return;
        }
        let bar = Arc::new(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        let ticks = if self.style.unicode { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { r"-\|/ " };
        if let Ok(template) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(template.tick_chars(ticks));
        }
        bar.set_message(self.fitting(events::phase(self.style.lang, phase)));
        *self.spinner.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&bar));
        tokio::spawn(async move {
            tokio::time::sleep(QUIET_FIRST).await;
            if !bar.is_finished() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(100));
            }
        });
    }

    /// Cut to one row beside the spinner and the time: a row that is folded is not taken away whole.
    fn fitting(&self, text: &str) -> String {
        let room = self.style.columns().saturating_sub("- ".len() + " 10m 00s ".len());
        let more = if self.style.unicode { "…" } else { "..." };
        console::truncate_str(&self.style.plain(text), room, more).into_owned()
    }

    fn end(&self) {
        if let Some(bar) = self.spinner.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }

    /// Not folded, so that it can be copied; quoting has spelled out what must not reach a terminal.
    fn command(&self, lead: &str, command: &str) {
        if !self.style.quiet {
            let lead = self.style.fold(lead, 0);
            term::err(&format!("\n{lead}\n  {command}"));
        }
    }

    fn closing(&self, closing: &Closing) {
        let mark = self.style.dim(if self.style.unicode { "·" } else { "-" });
        self.line("", 0);
        for row in events::closing(self.style.lang, closing) {
            self.line(&format!("{mark} {}", clean(&row)), 2);
        }
        if let (Some(command), false) = (&closing.undo, self.style.quiet) {
            term::err(&format!("{mark} {}{}", events::undo(self.style.lang), command));
        }
    }

    /// On a terminal the spinner's text; elsewhere a line per change.
    fn state(&self, text: &str, elapsed: Duration) {
        let spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match spinner {
            Some(bar) => {
                let text = format!("{}{}", clean(text), events::typical(self.style.lang));
                bar.set_message(self.fitting(&text));
            }
            None => {
                self.line(&format!("  {} ({})", clean(text), words::elapsed(self.style.lang, elapsed)), 4);
            }
        }
    }

    fn finding(&self, finding: &Finding) {
        let (summary, remedy) = checks::finding(self.style.lang, finding);
        let (mark, layer) = (self.style.mark(finding.status), finding.id.as_str());
        let (layer, indent) =
            if self.style.is_narrow() { (layer.to_owned(), 2) } else { (format!("{layer:<6}"), 9) };
        self.line(&format!("{mark} {layer} {}", clean(&summary)), indent);
        if let Some(remedy) = remedy.filter(|_| finding.status != Status::Pass) {
            self.line(&format!("{}{}", " ".repeat(indent), self.style.cyan(&clean(&remedy))), indent);
        }
    }
}

impl Reporter for Human {
    fn emit(&self, event: Event) {
        let lang = self.style.lang;
        match event {
            Event::Sandbox { scenario } => {
                self.line(&self.style.dim(&events::sandbox(lang, &clean(&scenario))), 0);
            }
            Event::Begin(phase) => self.begin(phase),
            Event::End => self.end(),
            Event::Identity { identity, source } => {
                self.marked(Status::Pass, &events::identity(lang, &identity, &source));
            }
            Event::Instance { id, name, busy, source } => {
                let status = if busy.is_some() { Status::Warn } else { Status::Pass };
                self.marked(status, &tidb_cloud::instance(lang, &id, &name, busy.as_deref(), &source));
            }
            Event::TidbKeysSkipped(miss) => self.marked(Status::Warn, &tidb_cloud::skipped(lang, &miss)),
            Event::NoInstances(error) => self.marked(Status::Warn, &tidb_cloud::no_list(lang, &error)),
            Event::Verified(service) => self.marked(Status::Pass, &events::verified(lang, &service)),
            Event::Warning(warning) => self.marked(Status::Warn, &plan::warning(lang, &warning)),
            Event::Made { thing, id } => self.marked(Status::Pass, &events::made(lang, thing, &id)),
            Event::Removed { thing, id } => self.marked(Status::Pass, &events::removed(lang, thing, &id)),
            Event::Absent { endpoint_id } => self.marked(Status::Pass, &events::absent(lang, &endpoint_id)),
            Event::RegionFailed { region_id, error } => {
                self.marked(Status::Warn, &events::region_failed(lang, &region_id, &error));
            }
            Event::NoEndpoints { unread } => self.line(&events::no_endpoints(lang, &unread), 0),
            Event::Queued => self.marked(Status::Warn, events::queued(lang)),
            Event::Adopted { endpoint_id } => self.marked(Status::Pass, &events::adopted(lang, &endpoint_id)),
            Event::NeedsAcceptance { endpoint_id, account_id } => {
                self.marked(Status::Warn, &events::needs_acceptance(lang, &endpoint_id, &account_id));
            }
            Event::State { endpoint, connection, zones, elapsed } => {
                self.state(&events::state(lang, endpoint.as_str(), connection.as_str(), zones), elapsed);
            }
            Event::Ready { elapsed } => self.marked(Status::Pass, &events::ready(lang, elapsed)),
            Event::NotWaited { endpoint_id } => {
                self.marked(Status::Warn, &events::not_waited(lang, &endpoint_id));
            }
            Event::DryRun { asked } => self.marked(Status::Pass, events::dry_run(lang, asked)),
            Event::NotTested => self.marked(Status::Skip, events::not_tested(lang)),
            Event::Closing(closing) => self.closing(&closing),
            Event::Next { command, elsewhere } => {
                self.command(&events::next(lang, elsewhere.as_deref()), &command);
            }
            Event::TestAgain { command, lacks_password } => {
                self.command(&events::test_again(lang, lacks_password), &command);
            }
            Event::Checked(finding) => self.finding(&finding),
            Event::Note { client, note } => {
                self.marked(Status::Warn, &clients::note(lang, client, note));
            }
            Event::Cloud(notice) => {
                if let Some(text) = events::notice(lang, &notice) {
                    self.marked(Status::Warn, &text);
                }
                let chatty = matches!(
                    notice,
                    crate::cloud::Notice::Retry { .. }
                        | crate::cloud::Notice::Slowed { .. }
                        | crate::cloud::Notice::Skipped(_)
                );
                let shown = self.style.verbose >= if chatty { 1 } else { 2 };
                if let Some(text) = events::log(lang, &notice).filter(|_| shown) {
                    self.line(&self.style.dim(&clean(&text)), 2);
                }
            }
        }
    }
}

impl Drop for Human {
    fn drop(&mut self) {
        self.end();
    }
}
