//! `docs/benchmarks.md`: the numbers between two marks are written from here, the prose around them by people.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::section::{Section, verdicts};

const BEGIN: &str = "<!-- measured: written by `cargo bench -- --write` -->\n";
const END: &str = "<!-- end of measured -->\n";

/// The tables, the machine first.
pub(crate) fn measured(sections: &[Section]) -> String {
    let tables: Vec<String> = sections.iter().map(Section::markdown).collect();
    let budgets = verdicts(sections);
    format!("{}\n\n### Budgets\n\n{budgets}\n{}", machine(), tables.join("\n"))
}

/// Puts them in the place of the old ones.
pub(crate) fn write(sections: &[Section]) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/benchmarks.md");
    let text = fs::read_to_string(&path)?;
    let (before, rest) =
        text.split_once(BEGIN).context("docs/benchmarks.md has no mark where numbers begin")?;
    let (_, after) = rest.split_once(END).context("docs/benchmarks.md has no mark where numbers end")?;
    fs::write(&path, format!("{before}{BEGIN}\n{}\n{END}{after}", measured(sections)))?;
    Ok(())
}

/// What they were measured on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| architecture.to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GB", kib * 1024 / 1_000_000_000));
    let rustc = std::process::Command::new("rustc").arg("--version").output().ok();
    let rustc = rustc.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let rustc = rustc.split(" (").next().unwrap_or_default().trim().to_owned();
    format!("Machine: {processor}, {cores} cores{memory}, {system} {architecture}, {rustc}.")
}

/// The value in a line `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
