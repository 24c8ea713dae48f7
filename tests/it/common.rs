//! The command as a user runs it: the real binary, a bare environment, a home of its own, loopback only.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use tidb_pe::sandbox::{Lab, Sandbox, Scenario};

/// Secrets of every fixture: none may ever appear in any output of any test.
pub(crate) const SECRETS: [&str; 8] = [
    "SandboxSecretUv3xQ8rT1mZk5wYb7nCd9e",
    "SandboxSecretThatIsNotTheRightOne01",
    "SandboxToken/CAISqwJ1q6Ft5B2y+fSjIr5eLPdv+kRp8yM=",
    "sandbox-password",
    "wrong-Pa55word!",
    "s3cr3t@:/pass",
    "profile-secret-0000000001",
    "profile-token-0000000001",
];

/// One run of the binary.
pub(crate) struct Run {
    command: Command,
    home: TempDir,
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// `tidb-pe` with `args`, in a bare environment.
    pub(crate) fn new(args: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a temporary home");
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidb-pe"));
        command.env_clear().env("HOME", home.path()).env("LANG", "C.UTF-8").env("COLUMNS", "100");
        command.env("PATH", "/usr/bin:/bin").current_dir(home.path()).stdin(std::process::Stdio::null());
        // Nothing outside this machine is ever asked; tests of the metadata service have one of their own.
        command.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
        command.env("TIDB_PE_ECS_METADATA_URL", "http://127.0.0.1:1");
        command.args(args);
        Self { command, home }
    }

    /// `tidb-pe` against a sandbox in this process, with its key in the environment.
    pub(crate) fn against(sandbox: &Sandbox, args: &[&str]) -> Self {
        let key = sandbox.access_key();
        let run = Self::new(args)
            .env("TIDB_PE_ENDPOINT_URL", &sandbox.url())
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &key.id)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret.expose());
        match &key.security_token {
            Some(token) => run.env("ALIBABA_CLOUD_SECURITY_TOKEN", token.expose()),
            None => run,
        }
    }

    /// `tidb-pe` against a whole simulated world: the cloud, the endpoint's name and addresses, the gateway.
    pub(crate) fn in_lab(lab: &Lab, args: &[&str]) -> Self {
        let gateway = lab.gateway_addr();
        let addresses = ["10.0.0.10", "10.0.1.10", "10.0.2.10"];
        let resolve = format!("*.privatelink.aliyuncs.com={}", addresses.join("|"));
        let dial: Vec<String> = addresses.iter().map(|ip| format!("{ip}:4000={gateway}")).collect();
        let run = Self::against(lab.cloud(), args);
        let ca = run.home.path().join("ca.pem");
        std::fs::write(&ca, lab.ca_pem()).expect("a CA file");
        let ca = ca.display().to_string();
        run.env("TIDB_PE_SSL_CA", &ca).env("TIDB_PE_RESOLVE", &resolve).env("TIDB_PE_DIAL", &dial.join(","))
    }

    /// With a variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Without a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// With further arguments.
    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
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

    /// With `text` on standard input.
    pub(crate) fn stdin(self, text: &str) -> Outcome {
        use std::io::Write;
        let mut run = self;
        run.command.stdin(std::process::Stdio::piped());
        run.command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = run.command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(text.as_bytes()).expect("it reads its input");
        drop(stdin);
        Outcome::of(&child.wait_with_output().expect("the binary ends"))
    }

    /// Runs it to its end.
    pub(crate) fn go(mut self) -> Outcome {
        Outcome::of(&self.command.output().expect("the binary starts"))
    }

    /// The process to start, and the home directory to keep as long.
    pub(crate) fn into_parts(self) -> (Command, TempDir) {
        (self.command, self.home)
    }

    /// Starts it, for tests that interfere.
    pub(crate) fn spawn(mut self) -> (std::process::Child, TempDir) {
        self.command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        (self.command.spawn().expect("the binary starts"), self.home)
    }
}

impl Outcome {
    /// From a finished process. Fails the test if a secret shows, or if it panicked.
    pub(crate) fn of(output: &std::process::Output) -> Self {
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        for secret in SECRETS {
            assert!(
                !stdout.contains(secret) && !stderr.contains(secret),
                "a secret shows:\n{stdout}\n{stderr}"
            );
        }
        assert!(!stderr.contains("panicked at"), "it panicked:\n{stderr}");
        Self { code: output.status.code().unwrap_or(-1), stdout, stderr }
    }

    /// Standard output as exactly one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("not one JSON document: {error}\n{}\n{}", self.stdout, self.stderr)
        })
    }

    /// Fails the test unless it ended with `code`.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A sandbox with this scenario's TOML.
pub(crate) fn sandbox(toml: &str) -> Sandbox {
    Sandbox::start(Scenario::parse(toml).expect("a valid scenario")).expect("a sandbox")
}

/// A sandbox with a shipped scenario.
pub(crate) fn shipped(name: &str) -> Sandbox {
    Sandbox::start(Scenario::named(name).expect("a shipped scenario")).expect("a sandbox")
}

/// A whole simulated world with this scenario, for tests that connect.
pub(crate) struct World {
    pub(crate) lab: Lab,
    _runtime: tokio::runtime::Runtime,
}

impl World {
    /// Starts it.
    pub(crate) fn start(scenario: Scenario) -> Self {
        tidb_pe::tls::install_crypto();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("tokio");
        let lab = runtime.block_on(Lab::start(scenario)).expect("a lab");
        Self { lab, _runtime: runtime }
    }
}
