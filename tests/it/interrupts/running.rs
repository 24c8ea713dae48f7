//! A run that is read along, signalled, and timed.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Outcome, Run};

/// The tool reacts in some milliseconds; a busy machine is given much more.
const AT_ONCE: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(30);

/// A signal, and the exit code it leads to.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 143)];

/// Every signal, at the same time: each run mostly waits.
pub(super) fn at_once(run: impl Fn(&str, i32) + Sync) {
    std::thread::scope(|scope| {
        for (signal, code) in SIGNALS {
            let run = &run;
            scope.spawn(move || run(signal, code));
        }
    });
}

/// A running `tidb-pe`.
pub(super) struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    stderr: JoinHandle<()>,
    stdout: JoinHandle<Vec<u8>>,
    _home: TempDir,
}

impl Running {
    /// Starts it with nothing on standard input.
    pub(super) fn start(run: Run) -> Self {
        let (command, home) = run.into_parts();
        let mut command = hearing_hangups(command);
        command.stdin(Stdio::null());
        Self::of(command, home)
    }

    /// Starts it with a standard input that nobody writes to and nobody closes.
    pub(super) fn start_with_open_stdin(run: Run) -> (Self, std::process::ChildStdin) {
        let (command, home) = run.into_parts();
        let mut command = hearing_hangups(command);
        command.stdin(Stdio::piped());
        let mut running = Self::of(command, home);
        let stdin = running.child.stdin.take().expect("a pipe");
        (running, stdin)
    }

    fn of(mut command: Command, home: TempDir) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let (mut err, mut out) = (child.stderr.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let said = Arc::new(Mutex::new(String::new()));
        let record = Arc::clone(&said);
        let stderr = std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = err.read(&mut piece) {
                record.lock().expect("no panic").push_str(&String::from_utf8_lossy(&piece[..count]));
            }
        });
        let stdout = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = out.read_to_end(&mut bytes);
            bytes
        });
        Self { child, said, stderr, stdout, _home: home }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    pub(super) fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    /// Waits until `there` holds. It must not end before that.
    pub(super) fn until(&mut self, place: &str, there: impl Fn(&str) -> bool) {
        let started = Instant::now();
        while !there(&self.said()) {
            let ended = self.child.try_wait().expect("a child");
            assert!(ended.is_none(), "{place}: it ended too early\n{}", self.said());
            assert!(started.elapsed() < LONG, "{place} was not reached\n{}", self.said());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until signals are caught: before that one would just kill it.
    pub(super) fn until_it_listens(&mut self) {
        let path = format!("/proc/{}/status", self.pid());
        self.until("listening", |_| {
            mask(&std::fs::read_to_string(&path).unwrap_or_default(), "SigCgt:") & (1 << 14) != 0
        });
    }

    /// Sends a signal.
    pub(super) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.expect("kill starts").success());
    }

    /// Sends a signal, and waits for the end: the outcome, and how long it took.
    pub(super) fn ends_by(mut self, name: &str) -> (Outcome, Duration) {
        let started = Instant::now();
        self.signal(name);
        let status = self.end(started + LONG);
        (self.outcome(status), started.elapsed())
    }

    fn end(&mut self, deadline: Instant) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end\n{}", self.said());
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    fn outcome(self, status: ExitStatus) -> Outcome {
        self.stderr.join().expect("no panic");
        let stdout = self.stdout.join().expect("no panic");
        let stderr = self.said.lock().expect("no panic").clone().into_bytes();
        Outcome::of(&std::process::Output { status, stdout, stderr })
    }
}

/// The figure, for whoever runs this with `--nocapture`.
#[allow(clippy::print_stdout, reason = "a figure of a test")]
pub(super) fn tell(place: &str, took: Duration) {
    println!("{place}: {} ms", took.as_millis());
}

/// Fails the test unless it was interrupted in order: code, document, sentence, and in time.
#[track_caller]
pub(super) fn interrupted(place: &str, (outcome, took): (Outcome, Duration), code: i32) -> Value {
    tell(place, took);
    let outcome = outcome.expect(code);
    assert!(took < AT_ONCE, "{place}: it took {took:?}");
    let document = outcome.json();
    assert_eq!(document["ok"], false, "{place}");
    assert_eq!(document["error"]["kind"], "cancelled", "{place}: {document:#}");
    let how = ["Interrupted", "Terminated", "The terminal went away"];
    let message = document["error"]["message"].as_str().expect("a message");
    assert!(how.iter().any(|how| message.starts_with(how)), "{place}: {message}");
    assert!(outcome.stderr.contains("cancelled: "), "{place}: {}", outcome.stderr);
    document
}

/// Whoever runs these tests with `nohup` passes on that SIGHUP is ignored.
fn hearing_hangups(command: Command) -> Command {
    let own = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if mask(&own, "SigIgn:") & 1 == 0 {
        return command;
    }
    let mut plain = Command::new("/usr/bin/env");
    plain.env_clear().arg("--default-signal=HUP").arg(command.get_program()).args(command.get_args());
    plain.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        plain.current_dir(folder);
    }
    plain
}

fn mask(status: &str, name: &str) -> u64 {
    let text = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
    u64::from_str_radix(text.trim(), 16).unwrap_or(0)
}
