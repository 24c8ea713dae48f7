//! `tidb-pe sandbox`: the simulated world in the foreground, for other processes on this machine.
//!
//! What they need stands in a directory of its own, for this user alone, and is removed at the end: an environment file to
//! source, the CA of the gateway, and the names and routes of the simulated network, which change as endpoints do.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli;
use crate::error::Error;
use crate::problem::{Problem, Shape};
use crate::report::{SandboxReport, ScenarioReport};
use crate::sandbox::{Lab, Scenario};
use crate::shell;

/// How often names and routes are written anew: an endpoint's addresses are asked for a moment after it is ready.
const REFRESH: Duration = Duration::from_millis(50);

/// A simulated world that other processes can use, until it is dropped.
pub struct Running {
    lab: Lab,
    directory: PathBuf,
}

/// Every scenario with its description.
pub fn list() -> SandboxReport {
    let scenario = |(name, description): (&'static str, String)| ScenarioReport { name, description };
    let scenarios = Scenario::names().into_iter().map(scenario).collect();
    SandboxReport { scenarios: Some(scenarios), ..SandboxReport::default() }
}

impl Running {
    /// Starts the world of `flags`, else of `--sandbox`, and says how to use it.
    pub async fn start(flags: &cli::Sandbox, global: Option<&str>) -> Result<(Self, SandboxReport), Error> {
        let name = flags.scenario.as_deref().or(global).unwrap_or("happy");
        let scenario = Scenario::named(name).map_err(|_| unknown(name))?;
        let internal =
            |error: &dyn std::fmt::Display| Error::Internal(format!("the sandbox cannot start: {error}"));
        let lab = Lab::start(scenario).await.map_err(|error| internal(&format!("{error:#}")))?;
        let directory = directory().map_err(|error| internal(&error))?;
        let running = Self { lab, directory };
        running.write().map_err(|error| internal(&error))?;
        running.refresh().map_err(|error| internal(&error))?;
        let report = running.report(name);
        Ok((running, report))
    }

    /// Keeps names and routes up to date, for ever.
    pub async fn keep(&self) -> Error {
        loop {
            tokio::time::sleep(REFRESH).await;
            if let Err(error) = self.refresh() {
                return Error::Internal(format!("{}: {error}", self.directory.display()));
            }
        }
    }

    fn report(&self, name: &str) -> SandboxReport {
        let cloud = self.lab.cloud();
        SandboxReport {
            scenario: Some(name.to_owned()),
            endpoint_url: Some(self.lab.url()),
            tidb_cloud_url: Some(cloud.tidb_cloud_url()),
            gateway: Some(self.lab.gateway_addr().to_string()),
            environment_file: Some(self.path("env").display().to_string()),
            ca_file: Some(self.path("ca.pem").display().to_string()),
            dialog: Some(cloud.scenario().dialog()),
            ..SandboxReport::default()
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn write(&self) -> io::Result<()> {
        put(&self.path("ca.pem"), self.lab.ca_pem())?;
        put(&self.path("env"), &self.environment())
    }

    /// For a POSIX shell to source.
    fn environment(&self) -> String {
        let cloud = self.lab.cloud();
        let (key, tidb) = (cloud.access_key(), cloud.tidb_cloud_key());
        let at = |name: &str| format!("@{}", self.path(name).display());
        let mut pairs = vec![
            ("TIDB_PE_ENDPOINT_URL", self.lab.url()),
            ("TIDB_PE_REGION_ID", cloud.scenario().region.clone()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret.expose().to_owned()),
            ("TIDB_PE_TIDB_CLOUD_URL", cloud.tidb_cloud_url()),
            ("TIDB_CLOUD_PUBLIC_KEY", tidb.public),
            ("TIDB_CLOUD_PRIVATE_KEY", tidb.private.expose().to_owned()),
            ("TIDB_PE_PASSWORD", cloud.scenario().database.password.clone()),
            ("TIDB_PE_SSL_CA", self.path("ca.pem").display().to_string()),
            ("TIDB_PE_RESOLVE", at("names")),
            ("TIDB_PE_DIAL", at("routes")),
            ("TIDB_PE_STATE_DIR", self.path("state").display().to_string()),
            // Nobody listens on this port: no real metadata service is asked.
            ("TIDB_PE_ECS_METADATA_URL", "http://127.0.0.1:1".to_owned()),
        ];
        pairs.extend(
            key.security_token.map(|token| ("ALIBABA_CLOUD_SECURITY_TOKEN", token.expose().to_owned())),
        );
        let line = |(name, value): (&str, String)| format!("export {name}={}\n", shell::quote(&value));
        pairs.into_iter().map(line).collect()
    }

    /// Names and routes of the endpoints as they are now.
    fn refresh(&self) -> io::Result<()> {
        let network = self.lab.names();
        let (mut names, mut routes) = (Vec::new(), Vec::new());
        let port = self.lab.cloud().scenario().database.port;
        for endpoint in self.lab.cloud().state().endpoints {
            let addresses = network.resolve(&endpoint.domain).unwrap_or_default();
            let list = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
            if !list.is_empty() {
                names.push(format!("{}={list}", endpoint.domain));
            }
            for address in addresses.into_iter().map(|ip| SocketAddr::new(ip, port)) {
                routes.extend(network.dial(address).map(|(host, to)| format!("{address}={host}:{to}")));
            }
        }
        replace(&self.path("names"), &names.join(","))?;
        replace(&self.path("routes"), &routes.join(","))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // What was made here holds nothing that anybody needs later.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn unknown(name: &str) -> Error {
    let names = Scenario::names().into_iter().map(|(name, _)| name).collect();
    let expected = Shape::Scenario(names);
    Problem::Malformed { flag: "SCENARIO", text: name.to_owned(), expected }.into()
}

fn directory() -> io::Result<PathBuf> {
    let name = format!("tidb-pe-sandbox-{}", uuid::Uuid::new_v4().simple());
    let path = std::env::temp_dir().join(name);
    fs::DirBuilder::new().mode(0o700).create(&path)?;
    Ok(path)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    use io::Write as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// Written beside it first, so that a reader never sees half of it; and only where something changed.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let fresh = path.with_extension("new");
    put(&fresh, text)?;
    fs::rename(fresh, path)
}
