//! `--log-file`: what a run asked, what came back and what came of it, as JSON lines for whoever has to find out why.
//!
//! Each line is written when it happens, so that a run that is killed leaves a usable log; the file is appended to, and
//! for its owner alone. No secret gets in: requests come masked, and what the environment holds is looked for in every
//! line. Knows nothing of sentences and terminals.

mod line;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::env::Env;
use crate::error::Error;
use crate::event::{Event, Reporter};
use crate::secret::Secret;

/// Variables whose values are secrets.
const SECRETS: [&str; 6] = [
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
    "TIDB_PE_PASSWORD",
    "TIDB_CLOUD_PRIVATE_KEY",
    "TIDBCLOUD_PRIVATE_KEY",
];
/// What is shorter is a word that may stand anywhere.
const SHORTEST: usize = 6;

/// The log of one run.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    state: Mutex<State>,
    /// Tells the lines of several runs apart.
    run: String,
    began: Instant,
    secrets: Vec<Secret>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Why a line could not be written, if one could not.
    lost: Option<String>,
    ended: bool,
}

impl Log {
    /// Opens the file, or makes it.
    pub fn open(path: &Path, env: &Env) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        // A pipe that nobody reads must not keep the run from beginning.
        #[cfg(unix)]
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
        let file = options.open(path)?;
        let secrets = SECRETS.iter().filter_map(|name| env.secret(name));
        let secrets =
            secrets.filter(|secret| secret.expose().len() >= SHORTEST).flat_map(spellings).collect();
        let run = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
        let state = Mutex::new(State { file, lost: None, ended: false });
        Ok(Self { path: path.to_owned(), state, run, began: Instant::now(), secrets })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run begins. What a URL among the arguments holds beside host and path is masked.
    pub fn start(&self, command: &str, args: &[String]) {
        let args: Vec<String> = args.iter().map(|arg| line::masked_arg(arg)).collect();
        self.write(&json!({
            "event": "start",
            "version": env!("CARGO_PKG_VERSION"),
            "command": command,
            "args": args,
            "os": std::env::consts::OS,
            "arch": std::env::consts::ARCH,
        }));
    }

    /// The run ends.
    pub fn end(&self, exit_code: u8, error: Option<&Error>) {
        let mut line = json!({
            "event": "end",
            "exit_code": exit_code,
            "duration_ms": self.began.elapsed().as_millis(),
        });
        if let Some(error) = error {
            line["error"] =
                json!({"kind": error.kind(), "code": error.code(), "request_id": error.request_id()});
        }
        self.write(&line);
        self.state().ended = true;
    }

    /// Why the log is not complete, if it is not.
    pub fn lost(&self) -> Option<String> {
        self.state().lost.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, line: &Value) {
        let mut line = line.clone();
        line::mask(&mut line, &self.secrets);
        let time = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        // One write a line: other runs may append to the same file.
        let text = format!("{}\n", line::in_order(&time, &self.run, &line));
        let mut state = self.state();
        if let Err(error) = state.file.write_all(text.as_bytes()) {
            state.lost.get_or_insert_with(|| error.to_string());
        }
    }
}

/// A secret as it is, and as it is inside a quoted text.
fn spellings(secret: Secret) -> [Secret; 2] {
    let quoted = zeroize::Zeroizing::new(format!("{:?}", secret.expose()));
    let inside = Secret::new(&quoted[1..quoted.len() - 1]);
    [secret, inside]
}

impl Reporter for Log {
    fn emit(&self, event: Event) {
        if let Some(line) = line::of(&event) {
            self.write(&line);
        }
    }
}

impl Drop for Log {
    /// A run that panics ends, too.
    fn drop(&mut self) {
        if !self.state().ended && std::thread::panicking() {
            self.write(&json!({"event": "end", "exit_code": 1, "error": {"kind": "internal"}}));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Warning;

    fn read(path: &Path) -> Vec<Value> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn lines_are_there_at_once_and_those_of_two_runs_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let (one, two) =
            (Log::open(&path, &Env::default()).unwrap(), Log::open(&path, &Env::default()).unwrap());
        one.start("setup", &["--vpc-id".to_owned(), "vpc-1".to_owned()]);
        two.start("check", &[]);
        one.emit(Event::Adopted { endpoint_id: "ep-1".to_owned() });
        let lines = read(&path);
        assert_eq!(lines.len(), 3);
        assert_eq!((&lines[0]["run"], &lines[0]["args"][1]), (&lines[2]["run"], &json!("vpc-1")));
        assert_ne!(lines[0]["run"], lines[1]["run"]);
        assert_eq!((&lines[2]["event"], &lines[2]["endpoint_id"]), (&json!("adopted"), &json!("ep-1")));
        one.end(7, Some(&Error::NotAccepted));
        let end = read(&path).pop().unwrap();
        assert_eq!((&end["exit_code"], &end["error"]["kind"]), (&json!(7), &json!("usage")));
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_the_owner_alone_and_a_pipe_without_a_reader_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        Log::open(&path, &Env::default()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(Log::open(&pipe, &Env::default()).is_err());
        assert!(Log::open(dir.path(), &Env::default()).is_err());
    }

    #[test]
    fn what_the_environment_holds_is_masked_wherever_it_turns_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let env = Env::of([("TIDB_PE_PASSWORD", "s3cr3t \"pass\""), ("TIDB_CLOUD_PRIVATE_KEY", "short")]);
        let log = Log::open(&path, &env).unwrap();
        log.start("setup", &["--database".to_owned(), "s3cr3t \"pass\"".to_owned()]);
        log.emit(Event::Warning(Warning::ZoneNotCovered("a s3cr3t \"pass\" b".to_owned())));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("s3cr3t") && text.contains("a *** b"), "{text}");
    }

    #[test]
    fn a_full_disk_is_remembered() {
        let full = Path::new("/dev/full");
        if let Ok(log) = Log::open(full, &Env::default()) {
            log.start("setup", &[]);
            assert!(log.lost().is_some());
        }
    }
}
