//! The release binary, as `cargo build --release` makes it: what is measured, and how large it is.
//!
//! `cargo bench` builds a binary too, but with the features that only tests ask of shared dependencies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::section::{Budget, Section};
use crate::stats::digits;
use crate::table::Table;

/// The limit of the size, in MB.
const LARGEST: f64 = 8.0;

/// A copy that no later build touches.
pub(crate) struct Binary {
    directory: TempDir,
    /// Whether this tree made it, so that it can be made without the sandbox too.
    is_own: bool,
}

impl Binary {
    /// Builds it.
    pub(crate) fn build() -> Result<Self> {
        Ok(Self { is_own: true, ..Self::of(&build(&[])?)? })
    }

    /// One that is there.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        fs::copy(path, directory.path().join("tidb-pe")).with_context(|| path.display().to_string())?;
        Ok(Self { directory, is_own: false })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("tidb-pe")
    }

    /// How large it is, with and without the sandbox; the latter is built only if there is time.
    pub(crate) fn section(&self, quick: bool) -> Result<Section> {
        let mut table = Table::new(["Release binary", "MB"]);
        let with = megabytes(&self.path())?;
        table.row(["with the sandbox (default)".to_owned(), digits(with, 2)]);
        if self.is_own && !quick {
            let without = megabytes(&build(&["--no-default-features"])?)?;
            table.row(["without (`--no-default-features`)".to_owned(), digits(without, 2)]);
            // What lies in the target directory afterwards is what everybody expects there.
            build(&[])?;
        }
        let budgets = vec![Budget::at_most("Release binary", LARGEST, with, "MB")];
        Ok(Section { title: "Size", note: String::new(), table, budgets })
    }
}

fn megabytes(file: &Path) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    Ok(fs::metadata(file)?.len() as f64 / 1e6)
}

/// Builds the release binary; where it is.
fn build(features: &[&str]) -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--quiet", "--bin", "tidb-pe", "--message-format", "json"]);
    let output = cargo
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(std::process::Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the release build failed");
    let messages = String::from_utf8(output.stdout)?;
    let executable =
        |line: &str| Some(serde_json::from_str::<Value>(line).ok()?["executable"].as_str()?.into());
    messages.lines().filter_map(executable).next_back().context("cargo names no executable")
}
