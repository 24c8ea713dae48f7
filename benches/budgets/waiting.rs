//! Waiting for an endpoint: how long after it is ready that is noticed, and how often the cloud is asked meanwhile.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use tidb_pe::sandbox::Call;

use crate::section::{Budget, Section};
use crate::setup::every_id;
use crate::stats::{digits, median, ms, percentile};
use crate::table::Table;
use crate::world::World;

/// The limit of the median lag, in seconds.
const LAG: f64 = 1.0;
/// Requests in the first minute.
const REQUESTS: f64 = 90.0;
/// Waiting runs at the same time: they sleep nearly always.
const AT_ONCE: usize = 10;

/// From ready to noticed, over endpoints that get ready at many different moments.
pub(crate) fn lag(binary: &Path, quick: bool) -> Result<Section> {
    let runs = if quick { 10 } else { 50 };
    let mut lags = Vec::new();
    for batch in (0..runs).collect::<Vec<u32>>().chunks(AT_ONCE) {
        let found = thread::scope(|scope| {
            let running: Vec<_> =
                batch.iter().map(|&number| scope.spawn(move || one(binary, ready_after(number)))).collect();
            let ended = |run: thread::ScopedJoinHandle<'_, Result<f64>>| {
                run.join().map_err(|_| anyhow!("a run panicked"))?
            };
            running.into_iter().map(ended).collect::<Result<Vec<f64>>>()
        })?;
        lags.extend(found);
    }
    let mut table =
        Table::new(["Lag from ready to noticed", "runs", "median, s", "90th percentile, s", "most, s"]);
    let [middle, high, most] =
        [median(lags.clone()), percentile(lags.clone(), 0.9), percentile(lags.clone(), 1.0)];
    let cell = |value| digits(value, 2);
    let name = "ready 2 to 6 s after creation, 50 ms a call".to_owned();
    table.row([name, runs.to_string(), cell(middle), cell(high), cell(most)]);
    let budgets = vec![Budget::at_most("Lag from ready to noticed, median", LAG, middle, "s")];
    let note = "From the moment the last zone is Connected to the line that says so. In the first minute the cloud is asked \
                every second, later every 2 s, after five minutes every 5 s: half of that on average, plus two calls.";
    Ok(Section { title: "Lag", note: note.to_owned(), table, budgets })
}

/// Milliseconds after creation, spread evenly whatever the number of runs: steps of the golden ratio.
fn ready_after(number: u32) -> u32 {
    2000 + number.wrapping_mul(2_654_435_769) / (u32::MAX / 4000)
}

fn one(binary: &Path, ready: u32) -> Result<f64> {
    let timing = format!("active_ms = 500, connecting_ms = 700, connected_ms = 1200, zones_ms = {ready}");
    let world = World::of(&format!("latency_ms = 50\ntiming = {{ {timing} }}\n"))?;
    let args = [&every_id()[..], &["--skip-test"]].concat();
    let mut child = world.command(binary, &args).stderr(Stdio::piped()).spawn()?;
    let lines = BufReader::new(child.stderr.take().context("a pipe")?).lines();
    let mut noticed = None;
    for line in lines {
        if line?.contains("is Active and Connected") {
            noticed.get_or_insert(world.cloud().elapsed());
        }
    }
    ensure!(child.wait()?.success(), "a waiting run failed");
    let created = created(&world.cloud().calls())?;
    Ok((ms(noticed.context("it was never noticed")?) - created - f64::from(ready)) / 1000.0)
}

fn created(calls: &[Call]) -> Result<f64> {
    let create =
        calls.iter().find(|call| call.action == "CreateVpcEndpoint").context("nothing was created")?;
    create.finished.map(ms).context("the create call has no answer")
}

/// How often the cloud is asked about an endpoint that does not get ready.
pub(crate) fn requests(binary: &Path, quick: bool) -> Result<Section> {
    let seconds = if quick { 6 } else { 60 };
    let cases = [
        ("never Active", "behaviour = 'stuck'\n"),
        ("Active and Connected, one zone never is", "stuck_zones = ['ap-southeast-1a']\n"),
    ];
    let counted = thread::scope(|scope| {
        let running = cases.map(|(_, toml)| scope.spawn(move || asked(binary, toml, seconds)));
        let ended = |run: thread::ScopedJoinHandle<'_, Result<usize>>| {
            run.join().map_err(|_| anyhow!("a run panicked"))?
        };
        running.into_iter().map(ended).collect::<Result<Vec<usize>>>()
    })?;
    let mut table = Table::new(["Waiting for an endpoint that is", "seconds", "requests", "a minute"]);
    let mut budgets = Vec::new();
    for ((name, _), requests) in cases.into_iter().zip(counted) {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let a_minute = requests as f64 * 60.0 / f64::from(seconds);
        table.row([name.to_owned(), seconds.to_string(), requests.to_string(), digits(a_minute, 0)]);
        let what = format!("Requests in the first minute of waiting, {name}");
        budgets.push(Budget::at_most(what, REQUESTS, a_minute, ""));
    }
    Ok(Section { title: "Requests while waiting", note: String::new(), table, budgets })
}

/// Requests after the create call, in so many seconds.
fn asked(binary: &Path, toml: &str, seconds: u32) -> Result<usize> {
    let world = World::of(&format!("latency_ms = 50\n{toml}"))?;
    let timeout = format!("{seconds}s");
    let ran = world.run(binary, &[&every_id()[..], &["--wait-timeout", &timeout]].concat())?;
    ensure!(ran.code == 5, "a wait that cannot succeed ended with {}", ran.code);
    let create = ran.calls.iter().position(|call| call.action == "CreateVpcEndpoint");
    Ok(ran.calls.len() - 1 - create.context("nothing was created")?)
}
