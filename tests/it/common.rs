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

/// What a terminal showed, without the codes that move and colour, and with its bytes read as UTF-8.
pub(crate) fn readable(seen: &str) -> String {
    // The terminal's bytes come as Latin-1.
    let bytes: Vec<u8> = seen.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    console::strip_ansi_codes(&String::from_utf8_lossy(&bytes)).replace('\r', "")
}

/// What is on the screen of a terminal of so many columns, with all that has scrolled away.
pub(crate) fn screen(seen: &str, columns: u16) -> String {
    let bytes: Vec<u8> = seen.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let size = |count: u16| std::num::NonZero::new(count).expect("a size");
    let mut terminal = vt100::Parser::new(size(400), size(columns), 0);
    terminal.process(&bytes);
    terminal.screen().contents()
}

/// `text` as a terminal brings what is pasted when it was told to mark it.
pub(crate) fn bracketed(text: &str) -> String {
    format!("\u{1b}[200~{}\u{1b}[201~", text.replace('\n', "\r"))
}

/// The binary in a terminal, as a person sees it.
pub(crate) struct Terminal {
    session: rexpect::session::PtySession,
    seen: String,
    _home: TempDir,
}

impl Terminal {
    /// Waits until the screen shows `text` (ASCII only: the terminal's bytes are not decoded).
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        match self.session.exp_string(text) {
            Ok(before) => self.seen.push_str(&before),
            Err(error) => {
                let error: String = readable(&error.to_string()).chars().take(3000).collect();
                panic!("{text:?} does not show: {error}\nseen before:\n{}", readable(&self.seen))
            }
        }
        self.seen.push_str(text);
        self
    }

    /// Types, without Enter.
    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        // A person answers a question after it is shown, and what is typed before that is thrown away.
        std::thread::sleep(std::time::Duration::from_millis(120));
        self.pastes(keys)
    }

    /// Sends keys at once, as a paste does.
    pub(crate) fn pastes(&mut self, keys: &str) -> &mut Self {
        self.session.send(keys).expect("the terminal takes keys");
        self.session.flush().expect("the terminal takes keys");
        self
    }

    /// Makes the terminal so many columns wide.
    pub(crate) fn resizes(&mut self, columns: u16) -> &mut Self {
        std::thread::sleep(std::time::Duration::from_millis(120));
        let terminal = self.session.process().get_file_handle().expect("a terminal");
        let columns = columns.to_string();
        let status = Command::new("stty").args(["cols", &columns]).stdin(terminal).status();
        assert!(status.expect("stty").success());
        self
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&mut self) {
        let signal = rexpect::process::Signal::SIGTERM;
        self.session.process_mut().signal(signal).expect("it is running");
    }

    /// Waits for the end; the exit code and everything that was shown.
    pub(crate) fn ends(mut self) -> (i32, String) {
        if let Ok(rest) = self.session.exp_eof() {
            self.seen.push_str(&rest);
        }
        let code = match self.session.process().wait().expect("it ends") {
            rexpect::process::WaitStatus::Exited(_, code) => code,
            other => panic!("it did not exit: {other:?}\n{}", self.seen),
        };
        for secret in SECRETS {
            assert!(!self.seen.contains(secret), "a secret shows:\n{}", self.seen);
        }
        (code, self.seen)
    }
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
        command.env("PATH", "/usr/bin:/bin").current_dir(home.path());
        // Nothing outside this machine is ever asked; tests of the metadata service have one of their own.
        command.env("TIDB_PE_ECS_METADATA_URL", crate::metadata::Metadata::none());
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
        Outcome::of(&self.command.stdin(std::process::Stdio::null()).output().expect("the binary starts"))
    }

    /// Starts it in a terminal of its own.
    pub(crate) fn in_terminal(self) -> Terminal {
        self.env("TERM", "xterm-256color").in_terminal_as_is()
    }

    /// Starts it in a terminal, with `TERM` as it was set.
    pub(crate) fn in_terminal_as_is(self) -> Terminal {
        let Self { command, home } = self;
        let session = rexpect::session::spawn_command(command, Some(10_000)).expect("a terminal");
        Terminal { session, seen: String::new(), _home: home }
    }

    /// Starts it in a terminal of so many columns, with `TERM` as it was set.
    pub(crate) fn in_terminal_of(self, columns: usize) -> Terminal {
        let Self { command, home } = self;
        let mut narrow = Command::new("sh");
        narrow.args(["-c", &format!("stty rows 40 cols {columns} && exec \"$0\" \"$@\"")]);
        narrow.arg(command.get_program()).args(command.get_args()).env_clear().current_dir(home.path());
        narrow.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self { command: narrow, home }.in_terminal_as_is()
    }

    /// The process to start, and the home directory to keep as long.
    pub(crate) fn into_parts(self) -> (Command, TempDir) {
        (self.command, self.home)
    }

    /// Starts it, for tests that interfere.
    pub(crate) fn spawn(mut self) -> (std::process::Child, TempDir) {
        self.command.stdin(std::process::Stdio::null());
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
    runtime: tokio::runtime::Runtime,
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
        Self { lab, runtime }
    }

    /// The same from TOML.
    pub(crate) fn of(toml: &str) -> Self {
        Self::start(Scenario::parse(toml).expect("a valid scenario"))
    }

    /// A runtime that lives as long as the world, for further servers in it.
    pub(crate) fn runtime(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }
}
