//! Standard output, standard error, and the terminal's state. The only file that writes to them.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

static LOST: Mutex<Option<String>> = Mutex::new(None);

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
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        LOST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.to_string());
    }
}

/// Why a result could not be written, if one could not.
pub fn lost() -> Option<String> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Writes a line of talk to standard error.
pub fn err(line: &str) {
    if keep(|kept| kept.err.extend([line, "\n"])) {
        return;
    }
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{line}");
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
            Self { attributes: rustix::termios::tcgetattr(std::io::stdin()).ok() }
        }
        #[cfg(not(unix))]
        {
            Self::default()
        }
    }

    /// Puts it back: echo, line mode, and the cursor.
    pub fn restore(&self) {
        #[cfg(unix)]
        if let Some(attributes) = &self.attributes {
            let now = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(std::io::stdin(), now, attributes);
            if console::user_attended_stderr() {
                let _ = console::Term::stderr().show_cursor();
            }
        }
    }
}

/// Drops what was typed or pasted ahead, so that it cannot answer the next question.
pub fn forget_typed_ahead() {
    std::thread::sleep(std::time::Duration::from_millis(40));
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
}
