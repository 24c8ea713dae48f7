//! A simulated world in this process, and the tool in another one that is pointed at it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tidb_pe::sandbox::{Call, Lab, Sandbox, Scenario};
use tokio::runtime::{Builder, Runtime};

/// The addresses that the first endpoint gets.
const ADDRESSES: [&str; 3] = ["10.0.0.10", "10.0.1.10", "10.0.2.10"];

/// A cloud, its network and a gateway, with a home directory for the tool.
pub(crate) struct World {
    lab: Lab,
    home: TempDir,
    resolve: String,
    dial: String,
    _runtime: Runtime,
}

/// One run of the tool.
pub(crate) struct Ran {
    /// From start to end.
    pub(crate) took: Duration,
    /// Its exit code.
    pub(crate) code: i32,
    /// What the cloud was asked meanwhile.
    pub(crate) calls: Vec<Call>,
}

impl World {
    /// The world of a scenario's TOML text.
    pub(crate) fn of(toml: &str) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let lab = runtime.block_on(Lab::start(Scenario::parse(toml)?))?;
        let home = tempfile::tempdir()?;
        std::fs::write(home.path().join("ca.pem"), lab.ca_pem())?;
        let (resolve, dial) = routes(&lab);
        Ok(Self { lab, home, resolve, dial, _runtime: runtime })
    }

    /// The cloud.
    pub(crate) fn cloud(&self) -> &Sandbox {
        self.lab.cloud()
    }

    /// The tool in a bare environment, with nothing to read and nobody who reads.
    pub(crate) fn command(&self, binary: &Path, args: &[&str]) -> Command {
        let key = self.lab.access_key();
        let mut command = bare(binary, self.home.path());
        command
            .args(args)
            .env("TIDB_PE_ENDPOINT_URL", self.lab.url())
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret.expose())
            .env("TIDB_PE_PASSWORD", &self.cloud().scenario().database.password)
            .env("TIDB_PE_SSL_CA", self.home.path().join("ca.pem"))
            .env("TIDB_PE_RESOLVE", &self.resolve)
            .env("TIDB_PE_DIAL", &self.dial)
            // Nobody listens on this port: no real metadata service is asked.
            .env("TIDB_PE_ECS_METADATA_URL", "http://127.0.0.1:1");
        command
    }

    /// Runs the tool to its end.
    pub(crate) fn run(&self, binary: &Path, args: &[&str]) -> Result<Ran> {
        let before = self.cloud().calls().len();
        let mut command = self.command(binary, args);
        let began = Instant::now();
        let code = command.status()?.code().context("it was killed")?;
        let took = began.elapsed();
        Ok(Ran { took, code, calls: self.cloud().calls().split_off(before) })
    }

    /// The same, and an exit code other than 0 is no measurement.
    pub(crate) fn done(&self, binary: &Path, args: &[&str]) -> Result<Ran> {
        let ran = self.run(binary, args)?;
        ensure!(ran.code == 0, "tidb-pe {} ended with {}", args.join(" "), ran.code);
        Ok(ran)
    }
}

/// A program in a bare environment.
pub(crate) fn bare(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("PATH", "/usr/bin:/bin")
        .current_dir(home);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Names and routes of the endpoints that are there; where there are none, of the one that will be.
fn routes(lab: &Lab) -> (String, String) {
    let gateway = lab.gateway_addr();
    let (mut resolve, mut dial) = (String::new(), String::new());
    for endpoint in lab.cloud().state().endpoints {
        for (_, _, address, _) in &endpoint.zones {
            let _ = write!(resolve, "{}={address},", endpoint.domain);
            let _ = write!(dial, "{address}:4000={gateway},");
        }
    }
    if resolve.is_empty() {
        let _ = write!(resolve, "*.privatelink.aliyuncs.com={}", ADDRESSES.join("|"));
        for address in ADDRESSES {
            let _ = write!(dial, "{address}:4000={gateway},");
        }
    }
    (resolve, dial)
}
