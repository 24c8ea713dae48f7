//! Events as lines and a spinner on standard error.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::clean::clean;
use super::style::Style;
use super::term;
use super::words::{checks_en, clients_en, events_en, plan_en, tidb_cloud_en};
use crate::check::{Finding, Status};
use crate::event::{Event, Phase, Reporter};

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
        bar.set_message(self.style.plain(events_en::phase(phase)));
        *self.spinner.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&bar));
        tokio::spawn(async move {
            tokio::time::sleep(QUIET_FIRST).await;
            if !bar.is_finished() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(100));
            }
        });
    }

    fn end(&self) {
        if let Some(bar) = self.spinner.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }

    /// Not folded, so that it can be copied.
    fn next(&self, command: &str) {
        if !self.style.quiet {
            term::err(&format!("\n{}\n  {}", events_en::NEXT, clean(command)));
        }
    }

    /// On a terminal the spinner's text; elsewhere a line per change.
    fn state(&self, text: &str, elapsed: Duration) {
        let spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match spinner {
            Some(bar) => bar.set_message(clean(text)),
            None => self.line(&format!("  {} ({})", clean(text), super::words::seconds(elapsed)), 4),
        }
    }

    fn finding(&self, finding: &Finding) {
        let (summary, remedy) = checks_en::finding(finding);
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
        match event {
            Event::Sandbox { scenario } => {
                self.line(&self.style.dim(&events_en::sandbox(&clean(&scenario))), 0);
            }
            Event::Begin(phase) => self.begin(phase),
            Event::End => self.end(),
            Event::Identity { identity, source } => {
                self.marked(Status::Pass, &events_en::identity(&identity, &source));
            }
            Event::Instance { id, name, busy, source } => {
                let status = if busy.is_some() { Status::Warn } else { Status::Pass };
                self.marked(status, &tidb_cloud_en::instance(&id, &name, busy.as_deref(), &source));
            }
            Event::TidbKeysSkipped(miss) => self.marked(Status::Warn, &tidb_cloud_en::skipped(&miss)),
            Event::NoInstances(error) => self.marked(Status::Warn, &tidb_cloud_en::no_list(&error)),
            Event::Verified(service) => self.marked(Status::Pass, &events_en::verified(&service)),
            Event::Warning(warning) => self.marked(Status::Warn, &plan_en::warning(&warning)),
            Event::Made { thing, id } => self.marked(Status::Pass, &events_en::made(thing, &id)),
            Event::Removed { thing, id } => self.marked(Status::Pass, &events_en::removed(thing, &id)),
            Event::Absent { endpoint_id } => self.marked(Status::Pass, &events_en::absent(&endpoint_id)),
            Event::RegionFailed { region_id, why } => {
                self.marked(Status::Warn, &format!("{region_id}: {why}"));
            }
            Event::NoEndpoints => self.line(events_en::NO_ENDPOINTS, 0),
            Event::Queued => self.marked(Status::Warn, events_en::QUEUED),
            Event::Adopted { endpoint_id } => self.marked(Status::Pass, &events_en::adopted(&endpoint_id)),
            Event::NeedsAcceptance { endpoint_id, account_id } => {
                self.marked(Status::Warn, &events_en::needs_acceptance(&endpoint_id, &account_id));
            }
            Event::State { endpoint, connection, zones, elapsed } => {
                self.state(&events_en::state(endpoint.as_str(), connection.as_str(), zones), elapsed);
            }
            Event::Ready { elapsed } => self.marked(Status::Pass, &events_en::ready(elapsed)),
            Event::NotWaited { endpoint_id } => {
                self.marked(Status::Warn, &events_en::not_waited(&endpoint_id));
            }
            Event::NotTested => self.marked(Status::Skip, events_en::NOT_TESTED),
            Event::Next(command) => self.next(&command),
            Event::Checked(finding) => self.finding(&finding),
            Event::Note { client, note } => {
                self.marked(Status::Warn, &clients_en::note(client, note));
            }
            Event::Cloud(notice) => {
                if let Some(text) = events_en::notice(&notice) {
                    self.marked(Status::Warn, &text);
                }
                let chatty = matches!(
                    notice,
                    crate::cloud::Notice::Retry { .. }
                        | crate::cloud::Notice::Slowed { .. }
                        | crate::cloud::Notice::Skipped(_)
                );
                let shown = self.style.verbose >= if chatty { 1 } else { 2 };
                if let Some(text) = events_en::log(&notice).filter(|_| shown) {
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
