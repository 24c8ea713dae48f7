//! Many endpoints: the time and the memory that they take.

use std::path::Path;

use anyhow::Result;
use tidb_pe::sandbox::Call;

use crate::peak;
use crate::section::{Budget, Section};
use crate::setup::{LOGIN, READY_AT_ONCE, every_id};
use crate::stats::{digits, median};
use crate::table::Table;
use crate::world::World;

/// Requests that the client has under way at the same time.
const PARALLEL: f64 = 20.0;
/// The limit of the time, as a factor on what the requests alone need.
const FACTOR: f64 = 1.3;
/// The limit of the memory, in MB.
const MEMORY: f64 = 20.0;

const CHECK_ALL: &[&str] = &["check", "--all", "--region-id", "ap-southeast-1", "-o", "json"];
const LIST_ALL: &[&str] = &["list", "--all-regions", "-o", "json"];

/// A VPC with so many endpoints of this tool, each in one zone.
fn scenario(endpoints: usize, latency: u32) -> String {
    let network = "[[vpc]]\nname = 'app'\ncidr = '10.0.0.0/8'\n\
                   vswitch = [{ name = 'wide', zone = 'ap-southeast-1a', cidr = '10.0.0.0/16' }]\n\
                   [[vpc.group]]\nname = 'database'\n\
                   rule = [{ ports = '4000/4000', source_cidr = '10.0.0.0/8' }]\n";
    let one = "[[endpoint]]\nname = 'app'\nzones = [{ zone = 'ap-southeast-1a' }]\n\
               tags = { created-by = 'tidb-pe' }\n";
    let service = "[service]\nzones = ['ap-southeast-1a']\n";
    format!("latency_ms = {latency}\n{service}{network}{}", one.repeat(endpoints))
}

/// `check --all`, beside what its calls alone would take.
pub(crate) fn time(binary: &Path, quick: bool) -> Result<Section> {
    let (counts, latency, runs): (&[usize], u32, _) =
        if quick { (&[100], 50, 1) } else { (&[1, 100, 1000], 100, 3) };
    let head = [
        "`check --all`, endpoints",
        "ms a call",
        "calls",
        "most at once",
        "wall, s",
        "calls alone, s",
        "factor",
    ];
    let mut table = Table::new(head);
    let mut budgets = Vec::new();
    for &count in counts {
        let world = World::of(&scenario(count, latency))?;
        let ran = (0..runs).map(|_| world.done(binary, CHECK_ALL)).collect::<Result<Vec<_>>>()?;
        let wall = median(ran.iter().map(|ran| ran.took.as_secs_f64()).collect());
        let calls = &ran[0].calls;
        let alone = number(calls.len()) * f64::from(latency) / 1000.0 / PARALLEL;
        table.row([
            count.to_string(),
            latency.to_string(),
            calls.len().to_string(),
            most_at_once(calls).to_string(),
            digits(wall, 2),
            digits(alone, 2),
            digits(wall / alone, 2),
        ]);
        if count == 1000 {
            let what = "`check --all`, 1,000 endpoints: wall time beside calls × latency / parallel limit";
            budgets.push(Budget::at_most(what, FACTOR, wall / alone, "times"));
        }
    }
    let note = format!(
        "*Calls alone* is calls × latency / {PARALLEL}, the requests that the client has under way at the same time. Every \
         layer is checked, down to TCP and TLS of each endpoint."
    );
    Ok(Section { title: "Many endpoints", note, table, budgets })
}

/// The peak of each command.
pub(crate) fn memory(binary: &Path, quick: bool) -> Result<Section> {
    let (counts, runs): (&[usize], _) = if quick { (&[1, 100], 1) } else { (&[1, 100, 1000], 3) };
    let mut table = Table::new(["Peak memory of", "endpoints", "MB"]);
    let mut budgets = Vec::new();
    let mut note = |what: &str, endpoints: usize, peaks: Vec<f64>| {
        let most = peaks.into_iter().fold(0.0, f64::max);
        table.row([format!("`{what}`"), endpoints.to_string(), digits(most, 1)]);
        let what = format!("Peak memory, `{what}`, {endpoints} endpoints").replace(", 1 endpoints", "");
        budgets.push(Budget::at_most(what, MEMORY, most, "MB"));
    };
    let setup = [&every_id()[..], &LOGIN].concat();
    let fresh = || World::of(&format!("latency_ms = 20\n{READY_AT_ONCE}"));
    let peaks = (0..runs).map(|_| peak::of(&fresh()?.command(binary, &setup))).collect::<Result<_>>()?;
    note("setup", 1, peaks);
    for (what, args) in [("list --all-regions", LIST_ALL), ("check --all", CHECK_ALL)] {
        for &count in counts {
            let world = World::of(&scenario(count, 20))?;
            let peaks = (0..runs).map(|_| peak::of(&world.command(binary, args))).collect::<Result<_>>()?;
            note(what, count, peaks);
        }
    }
    let title = "Memory";
    let note = "The largest of the runs. The sandbox speaks plain HTTP: to the real API each connection adds its TLS state.";
    Ok(Section { title, note: note.to_owned(), table, budgets })
}

/// The most calls that ran at the same moment.
fn most_at_once(calls: &[Call]) -> usize {
    let running = |at| calls.iter().filter(move |c| c.started <= at && c.finished.is_none_or(|end| end > at));
    calls.iter().map(|call| running(call.started).count()).max().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn number(number: usize) -> f64 {
    number as f64
}
