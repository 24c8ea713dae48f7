//! Ctrl-C, SIGTERM and a terminal that goes away: the first is told to the command, which ends in order. A second Ctrl-C
//! or SIGTERM ends the process where it stands, whatever the command is stuck in.

use tokio::signal::unix::{Signal as Ear, SignalKind, signal};
use tokio::sync::oneshot;

use crate::error::Signal;

/// What signals come.
pub(crate) struct Signals(oneshot::Receiver<Signal>);

impl Signals {
    /// Listens from now on, on a thread of its own. `restore` puts the terminal back where nothing else can.
    pub(crate) fn listen(restore: impl FnOnce() + Send + 'static) -> Self {
        let (tell, told) = oneshot::channel();
        forgo_death_by_file_size();
        if let Ok(mut ears) = Ears::open() {
            tokio::spawn(async move {
                // Nobody listens once the command has ended by itself.
                let _ = tell.send(ears.next().await);
                let last = ears.impatience().await;
                restore();
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
