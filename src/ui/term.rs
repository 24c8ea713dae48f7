//! Standard output, standard error, and the terminal's state. The only file that writes to them.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

static LOST: Mutex<Option<String>> = Mutex::new(None);
/// Lines of talk that wait until the open question is answered; `None` where none is open.
static HELD: Mutex<Option<Vec<String>>> = Mutex::new(None);
/// Whether the terminal was told to mark what is pasted.
static BRACKETS: AtomicBool = AtomicBool::new(false);

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// What would have been written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// To standard output.
    pub out: String,
    /// To standard error.
    pub err: String,
}

/// Runs something and keeps what it would have written from this thread.
pub fn keeping<T>(run: impl FnOnce() -> T) -> (T, Kept) {
    KEPT.with_borrow_mut(|kept| *kept = Some(Kept::default()));
    let result = run();
    (result, KEPT.take().unwrap_or_default())
}

/// Whether it was kept.
fn keep(write: impl FnOnce(&mut Kept)) -> bool {
    KEPT.with_borrow_mut(|kept| kept.as_mut().map(write).is_some())
}

/// Writes a result to standard output. A reader that went away is no error of ours; any other failure is kept for
/// [`lost`].
pub fn out(text: &str) {
    if keep(|kept| kept.out.push_str(text)) {
        return;
    }
    let mut stdout = io::stdout().lock();
    note(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
}

/// The same with a result that is made while it is written, so that it is never in memory as a whole.
pub fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    if KEPT.with_borrow(Option::is_some) {
        let mut text = Vec::new();
        note(write(&mut text));
        return out(&String::from_utf8_lossy(&text));
    }
    let mut stdout = BufWriter::new(io::stdout().lock());
    note(write(&mut stdout).and_then(|()| stdout.flush()));
}

fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        LOST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.to_string());
    }
}

/// Why a result could not be written, if one could not.
pub fn lost() -> Option<String> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Writes a line of talk to standard error; while a question is open, after it.
pub fn err(line: &str) {
    if let Some(held) = HELD.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        held.push(line.to_owned());
        return;
    }
    draw(&format!("{line}\n"));
}

/// Writes to standard error as it is: a question is drawn, moved over and taken away.
pub fn draw(text: &str) {
    if keep(|kept| kept.err.push_str(text)) {
        return;
    }
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// Tells the terminal to mark what is pasted, or no longer to.
pub fn bracket_pastes(on: bool) {
    if BRACKETS.swap(on, Ordering::SeqCst) != on {
        draw(if on { "\x1b[?2004h" } else { "\x1b[?2004l" });
    }
}

/// Keeps talk back as long as it lives, so that no line lands in an open question.
pub struct Hold(());

impl Hold {
    /// Begins to keep talk back.
    pub fn talk() -> Self {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default();
        Self(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        release();
    }
}

fn release() {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner).take();
    for line in held.into_iter().flatten() {
        err(&line);
    }
}

/// Echoes nothing from now on, until the terminal is put back: what is typed while nothing is asked would land in a line
/// of progress, and may be a password that comes early.
pub fn hush() {
    #[cfg(unix)]
    if let Ok(mut attributes) = rustix::termios::tcgetattr(io::stdin()) {
        attributes.local_modes &= !rustix::termios::LocalModes::ECHO;
        let now = rustix::termios::OptionalActions::Now;
        let _ = rustix::termios::tcsetattr(io::stdin(), now, &attributes);
    }
}

/// The terminal as it was found; put back however the process ends.
#[derive(Debug, Default)]
pub struct Saved {
    #[cfg(unix)]
    attributes: Option<rustix::termios::Termios>,
}

impl Saved {
    /// Remembers the terminal's state.
    pub fn take() -> Self {
        #[cfg(unix)]
        {
            Self { attributes: rustix::termios::tcgetattr(io::stdin()).ok() }
        }
        #[cfg(not(unix))]
        {
            Self::default()
        }
    }

    /// Puts it back: echo, line mode, the cursor, and pastes as they were. Talk that waited is said.
    pub fn restore(&self) {
        bracket_pastes(false);
        release();
        #[cfg(unix)]
        if let Some(attributes) = &self.attributes {
            let now = rustix::termios::OptionalActions::Now;
            if is_changed(attributes) {
                let _ = rustix::termios::tcsetattr(io::stdin(), now, attributes);
            }
            if console::user_attended_stderr() {
                let _ = console::Term::stderr().show_cursor();
            }
        }
    }
}

/// Whether the terminal is not as it was. Setting what is so already would stop a job in the background.
#[cfg(unix)]
fn is_changed(before: &rustix::termios::Termios) -> bool {
    rustix::termios::tcgetattr(io::stdin()).is_ok_and(|now| {
        (now.input_modes, now.output_modes, now.local_modes)
            != (before.input_modes, before.output_modes, before.local_modes)
    })
}
