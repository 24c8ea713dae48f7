//! What is happening, as values. Logic emits events; `ui` turns them into lines, bars or nothing.

use std::sync::Mutex;

use crate::check::Finding;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A layer of the connection test has been judged.
    Checked(Finding),
}

/// Receives events. Implementations must be quick: the caller waits.
pub trait Reporter: Send + Sync {
    /// Takes note of `event`.
    fn emit(&self, event: Event);
}

/// Keeps every event, for tests that assert what happened instead of reading text.
#[derive(Debug, Default)]
pub struct Recording(Mutex<Vec<Event>>);

impl Recording {
    /// Everything emitted so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Reporter for Recording {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event);
    }
}
