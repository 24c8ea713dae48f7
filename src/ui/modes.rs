//! The terminal's modes: what they were before this process, and what it made of them. Whoever is stopped hands the
//! terminal back, and takes it again when it goes on.

use std::sync::{Mutex, PoisonError};

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use super::stir::{self, Stir};
use super::term;

/// The modes that were set last, to be taken again.
static OURS: Mutex<Option<Termios>> = Mutex::new(None);

/// Sets the terminal's modes.
pub fn set(modes: &Termios) {
    // Held meanwhile, so that nobody takes older ones again in between.
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    *ours = Some(modes.clone());
    let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, modes);
}

/// Echoes nothing from now on, until the terminal is put back: what is typed while nothing is asked would land in a line
/// of progress, and may be a password that comes early.
pub fn hush() {
    if let Ok(mut modes) = tcgetattr(std::io::stdin()) {
        modes.local_modes &= !LocalModes::ECHO;
        set(&modes);
    }
}

/// The terminal as it was found; put back however the process ends.
#[derive(Debug, Default)]
pub struct Saved {
    modes: Option<Termios>,
}

impl Saved {
    /// Remembers the terminal's modes.
    pub fn take() -> Self {
        Self { modes: tcgetattr(std::io::stdin()).ok() }
    }

    /// Puts them back: echo, line mode, the cursor, and pastes as they were. Talk that waited is said.
    pub fn restore(&self) {
        term::bracket_pastes(false);
        term::release();
        self.put_back();
    }

    /// Hands the terminal back for a while: to the shell, which stops this process.
    pub fn hand_over(&self) {
        if is_background() {
            return;
        }
        term::pause_brackets(true);
        if self.is_changed() {
            *OURS.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(std::io::stdin()).ok();
        }
        self.put_back();
        if term::is_asking() {
            // The shell speaks below the question.
            term::draw("\n");
        }
    }

    /// Takes it again, and has an open question drawn below what the shell said. In the background it stays the shell's:
    /// whoever brings this to the foreground tells so again.
    pub fn take_again(&self) {
        if self.modes.is_none() || is_background() {
            return;
        }
        if let Some(ours) = OURS.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, ours);
        }
        term::pause_brackets(false);
        stir::stir(Stir::Continued);
    }

    fn put_back(&self) {
        let Some(modes) = &self.modes else { return };
        if is_background() {
            return;
        }
        if self.is_changed() {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, modes);
        }
        if console::user_attended_stderr() {
            let _ = console::Term::stderr().show_cursor();
        }
    }

    /// Whether the terminal is not as it was.
    fn is_changed(&self) -> bool {
        let Some(before) = &self.modes else { return false };
        tcgetattr(std::io::stdin()).is_ok_and(|now| {
            (now.input_modes, now.output_modes, now.local_modes)
                != (before.input_modes, before.output_modes, before.local_modes)
        })
    }
}

/// Whether the terminal belongs to somebody else now: touching it would stop this process.
fn is_background() -> bool {
    tcgetpgrp(std::io::stdin()).is_ok_and(|group| group != getpgrp())
}
