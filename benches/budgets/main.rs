//! What the tool costs, and whether that keeps its budgets: the real release binary against the sandbox, which runs in
//! this process, so that the measured one holds nothing but the tool.
//!
//! `cargo bench` measures everything and prints the tables; `-- --write` also puts them into `docs/benchmarks.md`;
//! `-- --quick` is a smoke run; `-- --binary PATH` measures another binary than that of this tree; words after that pick
//! measurements by name.

mod binary;
mod document;
mod many;
mod peak;
mod section;
mod setup;
mod startup;
mod stats;
mod table;
mod waiting;
mod world;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use binary::Binary;
use section::Section;

/// Every measurement, by the name that picks it.
const MEASUREMENTS: [&str; 7] = ["size", "startup", "setup", "lag", "requests", "memory", "many"];

/// What was asked for.
#[derive(Default)]
struct Options {
    quick: bool,
    write: bool,
    binary: Option<PathBuf>,
    picked: Vec<String>,
}

fn main() -> Result<()> {
    if peak::is_parent()? {
        return Ok(());
    }
    let options = Options::read()?;
    tidb_pe::tls::install_crypto();
    let binary = match &options.binary {
        Some(path) => Binary::of(path)?,
        None => Binary::build()?,
    };
    let mut sections = Vec::new();
    for name in MEASUREMENTS {
        if options.picked.is_empty() || options.picked.iter().any(|picked| picked == name) {
            say(&format!("Measuring: {name}."))?;
            sections.push(measure(name, &binary, options.quick)?);
        }
    }
    say(&format!("\n{}", document::measured(&sections)))?;
    if options.write {
        document::write(&sections)?;
    }
    Ok(())
}

fn measure(name: &str, binary: &Binary, quick: bool) -> Result<Section> {
    let path = &binary.path();
    match name {
        "size" => binary.section(quick),
        "startup" => startup::section(path, quick),
        "setup" => setup::section(path, quick),
        "lag" => waiting::lag(path, quick),
        "requests" => waiting::requests(path, quick),
        "memory" => many::memory(path, quick),
        _ => many::time(path, quick),
    }
}

impl Options {
    fn read() -> Result<Self> {
        let mut options = Self::default();
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                // Cargo's own.
                "--bench" => {}
                "--quick" => options.quick = true,
                "--write" => options.write = true,
                "--binary" => options.binary = Some(args.next().context("--binary takes a path")?.into()),
                name if MEASUREMENTS.contains(&name) => options.picked.push(arg),
                _ => bail!(
                    "{arg}: give --quick, --write, --binary PATH, or some of {}",
                    MEASUREMENTS.join(", ")
                ),
            }
        }
        let whole = !options.quick && options.picked.is_empty() && options.binary.is_none();
        ensure!(whole || !options.write, "only a whole run is written into the documentation");
        Ok(options)
    }
}

/// One line, at once.
fn say(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}
