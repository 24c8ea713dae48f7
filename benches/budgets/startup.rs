//! How long `--help` and `--version` take, beside the smallest program that Rust makes on the same machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::section::{Budget, Section};
use crate::stats::{digits, median, ms, percentile};
use crate::table::Table;
use crate::world::bare;

/// How much longer than the smallest program, in milliseconds.
const LIMIT: f64 = 5.0;

/// One program with its arguments, and how long its runs took.
struct Contender {
    name: &'static str,
    command: Command,
    times: Vec<f64>,
}

/// Runs all of them in turn, so that what slows the machine slows them alike.
pub(crate) fn section(binary: &Path, quick: bool) -> Result<Section> {
    let home = tempfile::tempdir()?;
    let smallest = smallest(home.path())?;
    let with = |program: &Path, args: &[&str]| {
        let mut command = bare(program, home.path());
        command.args(args);
        command
    };
    let mut contenders = [
        ("smallest Rust program", with(&smallest, &[])),
        ("`--version`", with(binary, &["--version"])),
        ("`--help`", with(binary, &["--help"])),
        ("`setup --help`", with(binary, &["setup", "--help"])),
    ]
    .map(|(name, command)| Contender { name, command, times: Vec::new() });
    for _ in 0..if quick { 50 } else { 500 } {
        for contender in &mut contenders {
            let began = Instant::now();
            ensure!(contender.command.status()?.success(), "{} failed", contender.name);
            contender.times.push(ms(began.elapsed()));
        }
    }
    Ok(told(&contenders))
}

fn told(contenders: &[Contender]) -> Section {
    let mut table =
        Table::new(["Start-up", "median, ms", "90th percentile, ms", "more than the smallest, ms"]);
    let mut budgets = Vec::new();
    let least = median(contenders[0].times.clone());
    for Contender { name, times, .. } in contenders {
        let middle = median(times.clone());
        let high = percentile(times.clone(), 0.9);
        table.row([(*name).to_owned(), digits(middle, 2), digits(high, 2), digits(middle - least, 2)]);
        if *name == "`--help`" {
            let what = "`--help`, more than the smallest Rust program";
            budgets.push(Budget::at_most(what, LIMIT, middle - least, "ms"));
        }
    }
    let runs = contenders[0].times.len();
    Section { title: "Start-up", note: format!("{runs} runs of each, in turn."), table, budgets }
}

fn smallest(directory: &Path) -> Result<PathBuf> {
    let (source, program) = (directory.join("smallest.rs"), directory.join("smallest"));
    std::fs::write(&source, "fn main() {}\n")?;
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status =
        Command::new(rustc).args(["-O", "-C", "strip=symbols", "-o"]).arg(&program).arg(&source).status()?;
    ensure!(status.success(), "rustc failed");
    Ok(program)
}
