//! Ctrl-C, SIGTERM and a terminal that goes away: the first is told to the command, which ends in order. A second Ctrl-C
//! or SIGTERM ends the process where it stands, whatever the command is stuck in.
//!
//! Whatever stops or ends the process finds the terminal as it was.

use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Signal as Deed, getpid, kill_process};
use tokio::signal::unix::{Signal as Ear, SignalKind, signal};
use tokio::sync::oneshot;

use crate::error::Signal;
use crate::ui::modes::Saved;
use crate::ui::stir::{Stir, stir};

/// The exit code of a process that SIGQUIT ended.
const QUIT: i32 = 128 + 3;
/// How long stopping may take to take hold. Where nobody could let the process go on, the system does not stop it.
const STOPPING: Duration = Duration::from_millis(100);

/// What signals come.
pub(crate) struct Signals(oneshot::Receiver<Signal>);

impl Signals {
    /// Listens from now on, on a thread of its own. `terminal` is put back where nothing else can.
    pub(crate) fn listen(terminal: Saved) -> Self {
        let (tell, told) = oneshot::channel();
        let terminal = Arc::new(terminal);
        forgo_death_by_file_size();
        heed_quitting(Arc::clone(&terminal));
        heed_stopping(Arc::clone(&terminal));
        heed_resizing();
        if let Ok(mut ears) = Ears::open() {
            tokio::spawn(async move {
                // Nobody listens once the command has ended by itself.
                let _ = tell.send(ears.next().await);
                let last = ears.impatience().await;
                terminal.restore();
                std::process::exit(last.exit_code().into());
            });
        }
        Self(told)
    }

    /// Waits for the first one.
    pub(crate) async fn first(self) -> Signal {
        match self.0.await {
            Ok(signal) => signal,
            Err(_) => std::future::pending().await,
        }
    }
}

struct Ears {
    interrupt: Ear,
    terminate: Ear,
    hangup: Option<Ear>,
}

impl Ears {
    fn open() -> std::io::Result<Self> {
        let hangup = if is_hangup_heard() { signal(SignalKind::hangup()).ok() } else { None };
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, hangup })
    }

    async fn next(&mut self) -> Signal {
        let Self { interrupt, terminate, hangup } = self;
        let hangup = async {
            match hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => Signal::Interrupt,
            _ = terminate.recv() => Signal::Terminate,
            _ = hangup => Signal::Hangup,
        }
    }

    /// A terminal that goes away tells so more than once: that is no impatience.
    async fn impatience(&mut self) -> Signal {
        loop {
            match self.next().await {
                Signal::Hangup => {}
                signal => return signal,
            }
        }
    }
}

/// SIGQUIT ends the process where it stands, as it does anywhere else.
fn heed_quitting(terminal: Arc<Saved>) {
    if let Some(mut quit) = ear(Deed::QUIT) {
        tokio::spawn(async move {
            if quit.recv().await.is_some() {
                terminal.restore();
                std::process::exit(QUIT);
            }
        });
    }
}

/// Hands the terminal to the shell whenever the process is stopped, and takes it again when it goes on.
fn heed_stopping(terminal: Arc<Saved>) {
    let (Some(mut stop), Some(mut go_on)) = (ear(Deed::TSTP), ear(Deed::CONT)) else { return };
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(()) = stop.recv() => {
                    terminal.hand_over();
                    // SIGTSTP itself is heard and stops nothing. This one does, but for a process that no shell could
                    // continue; SIGSTOP would stop that too.
                    let _ = kill_process(getpid(), Deed::TTIN);
                    // The first limit is over when the process goes on, however long it was stopped.
                    if tokio::time::timeout(STOPPING, go_on.recv()).await.is_err() {
                        let _ = tokio::time::timeout(STOPPING, go_on.recv()).await;
                    }
                }
                Some(()) = go_on.recv() => {}
                else => return,
            }
            terminal.take_again();
        }
    });
}

/// An open question is drawn again as soon as the terminal has another size.
fn heed_resizing() {
    if let Ok(mut resized) = signal(SignalKind::window_change()) {
        tokio::spawn(async move {
            while resized.recv().await.is_some() {
                stir(Stir::Resized);
            }
        });
    }
}

/// An ear for a signal, unless whoever started the process wants it ignored.
fn ear(deed: Deed) -> Option<Ear> {
    let number = deed.as_raw();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let is_ignored = ignored(&status).is_some_and(|mask| mask >> (number - 1) & 1 == 1);
    (!is_ignored).then(|| signal(SignalKind::from_raw(number)).ok()).flatten()
}

/// Writing past the limit on file sizes ends a process that does not listen; one that does gets an error it can tell.
fn forgo_death_by_file_size() {
    const SIGXFSZ: i32 = 25;
    // Where it cannot be listened to, the system's own way stays.
    let _ = signal(SignalKind::from_raw(SIGXFSZ));
}

/// Whoever starts this with `nohup` wants it to go on without a terminal, so SIGHUP stays ignored. Where the system does
/// not tell whether it is, it is left as it was found.
fn is_hangup_heard() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored(&status).is_some_and(|mask| mask & 1 == 0)
}

/// The signals that are ignored; bit 0 is SIGHUP.
fn ignored(status: &str) -> Option<u64> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_where_the_system_tells() {
        assert_eq!(ignored("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0"), Some(0x1001));
        assert_eq!(ignored("SigIgn:\tzz"), None);
        assert_eq!(ignored(""), None);
    }
}
