//! The most memory a process ever had: what the operating system counts for children that were waited for. It counts them
//! together, so each one gets a parent of its own, which is this program again.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};

/// As the first argument: run the rest, and write its peak into the file that comes next.
const PARENT: &str = "--parent-of";

/// Runs `command` to its end; its peak in MB.
pub(crate) fn of(command: &Command) -> Result<f64> {
    let file = tempfile::NamedTempFile::new()?;
    let mut parent = Command::new(std::env::current_exe()?);
    parent.arg(PARENT).arg(file.path()).arg(command.get_program()).args(command.get_args());
    parent.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(directory) = command.get_current_dir() {
        parent.current_dir(directory);
    }
    let status = parent.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).status()?;
    ensure!(status.success(), "{:?} ended with {status}", command.get_args());
    fs::read_to_string(file.path())?.trim().parse().context("no peak was written")
}

/// Whether this process is such a parent; then it has done its work.
pub(crate) fn is_parent() -> Result<bool> {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|first| first != PARENT) {
        return Ok(false);
    }
    let file = PathBuf::from(args.next().context("a file")?);
    let mut command = Command::new(args.next().context("a program")?);
    let status = command.args(args).stderr(std::process::Stdio::null()).status()?;
    ensure!(status.success(), "it ended with {status}");
    fs::write(file, megabytes(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss()).to_string())?;
    Ok(true)
}

/// Linux counts in KiB, macOS in bytes.
#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn megabytes(counted: i64) -> f64 {
    let unit = if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
    counted as f64 * unit / 1e6
}
