//! The command inside this process, with time limits scaled down: for runs by the hundred.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tempfile::TempDir;
use tidb_pe::cloud::{Notice, Observer, Tuning};
use tidb_pe::env::Env;
use tidb_pe::sandbox::Sandbox;

use crate::common::{Outcome, SECRETS};

/// One run of the command in this process.
pub(crate) struct Rehearsal {
    args: Vec<String>,
    vars: Vec<(String, String)>,
    home: TempDir,
    tuning: Tuning,
}

/// Hears everything, and keeps it.
#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<Notice>>);

impl Observer for Heard {
    fn notice(&self, notice: Notice) {
        self.0.lock().unwrap().push(notice);
    }
}

/// The real policy without its pauses, and with time enough for any answer that comes.
pub(crate) fn prompt() -> Tuning {
    Tuning {
        connect: Duration::from_secs(5),
        answer: Duration::from_secs(10),
        budget: Duration::from_secs(45),
        outage: Duration::from_millis(900),
        hidden: Duration::from_millis(500),
        backoff: 0.01,
        ..Tuning::default()
    }
}

/// The real policy at a fraction of its time, for answers that do not come.
pub(crate) fn quick() -> Tuning {
    Tuning { answer: Duration::from_millis(300), budget: Duration::from_millis(1350), ..prompt() }
}

impl Rehearsal {
    /// `tidb-pe` with `args` against a sandbox, with its key.
    pub(crate) fn against(cloud: &Sandbox, args: &[&str]) -> Self {
        let key = cloud.access_key();
        let rehearsal = Self::keyless(cloud, args)
            .var("ALIBABA_CLOUD_ACCESS_KEY_ID", &key.id)
            .var("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret.expose());
        match &key.security_token {
            Some(token) => rehearsal.var("ALIBABA_CLOUD_SECURITY_TOKEN", token.expose()),
            None => rehearsal,
        }
    }

    /// The same without a key.
    pub(crate) fn keyless(cloud: &Sandbox, args: &[&str]) -> Self {
        install();
        let url = cloud.url();
        let args = [args, &["--endpoint-url", url.as_str()]].concat();
        let rehearsal = Self {
            args: args.into_iter().map(ToOwned::to_owned).collect(),
            vars: Vec::new(),
            home: tempfile::tempdir().expect("a temporary home"),
            tuning: prompt(),
        };
        rehearsal.var("LANG", "C.UTF-8").var("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    }

    /// With a variable; those of flags have to be given as arguments.
    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With further arguments.
    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// With a file in the home directory.
    pub(crate) fn home_file(self, path: &str, content: &str) -> Self {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, content).expect("a file");
        self
    }

    /// The home directory.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// With other time limits.
    pub(crate) fn tuned(mut self, tuning: Tuning) -> Self {
        self.tuning = tuning;
        self
    }

    /// Runs it. It can be run again, with the same home.
    pub(crate) fn go(&self) -> Outcome {
        let args: Vec<OsString> =
            std::iter::once("tidb-pe").chain(self.args.iter().map(String::as_str)).map(Into::into).collect();
        let mut env = Env::of(self.vars.iter().cloned());
        (env.home, env.tuning) = (Some(PathBuf::from(self.home.path())), self.tuning);
        let (code, kept) = std::thread::scope(|scope| {
            // A whole command is a large future, and tests are not optimized.
            let builder = std::thread::Builder::new().stack_size(8 << 20);
            let run = builder.spawn_scoped(scope, || tidb_pe::rehearse(&args, env)).expect("a thread");
            run.join().expect("a panic is an exit code")
        });
        for secret in SECRETS {
            assert!(
                !kept.out.contains(secret) && !kept.err.contains(secret),
                "a secret shows:\n{}\n{}",
                kept.out,
                kept.err
            );
        }
        Outcome { code: code.into(), stdout: kept.out, stderr: kept.err }
    }
}

/// The crypto provider, once a process.
fn install() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(tidb_pe::tls::install_crypto);
}

/// An observer that nobody asks.
pub(crate) fn deaf() -> Arc<dyn Observer> {
    Arc::new(Heard::default())
}
