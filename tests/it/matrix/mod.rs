//! The fault matrix: every action the tool calls × every way a call can fail, once and for ever, through whole runs
//! of the command. Time limits are scaled down; `tests/it/real_time.rs` has a dozen cells with the real ones.
//!
//! The outcome is `docs/fault-matrix.md`; `UPDATE_DOCS=1` writes it anew.

pub(crate) mod routes;
mod table;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tidb_pe::cloud::{Access, policy};

use crate::common::Outcome;
use crate::fake::Fake;
use crate::rehearsal::{Rehearsal, quick};
use routes::{ROUTES, Route, world};

/// Runs at the same time: most of them wait.
const AT_ONCE: usize = 8;
/// However slow this machine is, a run that takes so long is one that hangs.
const HANGS: Duration = Duration::from_secs(60);

/// A way in which a call fails.
struct Kind {
    /// As the table calls it.
    name: &'static str,
    /// As the sandbox calls it.
    fault: &'static str,
    /// Whether the call is carried out although no answer comes.
    carried_out: bool,
    /// Whether there is an id to quote.
    has_id: bool,
    /// Whether nothing comes, so that the time is what ends it.
    is_silent: bool,
}

const fn kind(name: &'static str, fault: &'static str, has_id: bool) -> Kind {
    Kind { name, fault, has_id, carried_out: false, is_silent: false }
}

impl Kind {
    const fn carried_out(self) -> Self {
        Self { carried_out: true, ..self }
    }

    const fn silent(self) -> Self {
        Self { is_silent: true, ..self }
    }
}

const KINDS: [Kind; 15] = [
    kind("throttled", "throttle", true),
    kind("throttled, retry-after", "throttle-with-retry-after", true),
    kind("500", "500", true),
    kind("503", "503", true),
    kind("reset before", "reset-before", false),
    kind("reset after", "reset-after", false).carried_out(),
    kind("hang", "hang", false).silent(),
    kind("hang after", "hang-after", false).carried_out().silent(),
    kind("slow body", "slow-body", true).carried_out().silent(),
    kind("garbage", "garbage", true),
    kind("HTML page", "html", false),
    kind("truncated", "truncated", true).carried_out(),
    kind("empty", "empty", true),
    kind("redirect", "redirect", false),
    kind("clock skew", "clock-skew", true),
];

/// What `check` looks at beside the layers themselves.
const BESIDE: [&str; 5] = [
    "ListVpcEndpointServicesByEndUser",
    "ListVpcEndpointSecurityGroups",
    "DescribeVpcs",
    "DescribeSecurityGroups",
    "DescribeSecurityGroupAttribute",
];

/// What came of a fault that strikes once, and of one that strikes for ever.
#[derive(Debug, Clone, Default)]
struct Cell {
    once: Option<u8>,
    for_ever: Option<u8>,
    /// Whether an id was told.
    has_id: bool,
    wrong: Vec<String>,
}

/// A call of a run.
struct Row {
    action: String,
    route: &'static Route,
}

#[test]
fn every_action_and_every_fault() {
    let trap = Fake::answering(|_| (200, "{}".to_owned()));
    let rows = rows();
    let cells = cells(&rows, &trap.url);
    assert_eq!(trap.asked().len(), 0, "a redirect was followed");
    let wrong: Vec<String> = cells.values().flat_map(|cell| cell.wrong.clone()).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    table::compare(&table::table(&rows, &cells));
}

/// Every action that any of the runs calls, and thereby every action of the client.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for route in &ROUTES {
        let cloud = world(route.world, "");
        let outcome = (route.run)(&cloud).go();
        assert_eq!(outcome.code, 0, "{}: {}{}", route.name, outcome.stdout, outcome.stderr);
        assert_eq!((route.wrong)(&cloud), None, "{}", route.name);
        let mut called: Vec<String> = cloud.calls().into_iter().map(|call| call.action).collect();
        called.extend(route.calls.iter().map(|action| (*action).to_owned()));
        called.retain(|action| route.calls.is_empty() || route.calls.contains(&action.as_str()));
        // Reads are sent together: the order in which they arrive is nobody's.
        called.sort_unstable();
        called.dedup();
        if route.calls.is_empty() {
            called.insert(0, "*".to_owned());
        }
        rows.extend(called.into_iter().map(|action| Row { action, route }));
    }
    for operation in policy::operations() {
        let has_row = rows.iter().any(|row| row.action == operation.action);
        assert!(has_row, "no run of the matrix calls {}", operation.action);
    }
    rows
}

/// Fills every cell, a few at a time.
fn cells(rows: &[Row], trap: &str) -> BTreeMap<(usize, usize), Cell> {
    let places: Vec<(usize, usize)> =
        (0..KINDS.len()).flat_map(|kind| (0..rows.len()).map(move |row| (row, kind))).collect();
    let (next, cells) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            let fill = || {
                while let Some((row, kind)) = places.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let cell = cell(&rows[*row], &KINDS[*kind], trap);
                    cells.lock().unwrap().insert((*row, *kind), cell);
                }
            };
            scope.spawn(fill);
        }
    });
    cells.into_inner().unwrap()
}

fn cell(row: &Row, kind: &Kind, trap: &str) -> Cell {
    let mut cell = Cell::default();
    if kind.fault == "clock-skew" && row.action == "GetCluster" {
        // HTTP digest has no clock.
        return cell;
    }
    let what = format!("{} in {}, {}", row.action, row.route.name, kind.name);
    let fault = |times: usize| {
        format!(
            "[[fault]]\naction = {:?}\nkind = {:?}\ntimes = {times}\ndelay_ms = 50\nto = {trap:?}\n",
            row.action, kind.fault
        )
    };
    let once = run(row, kind, &fault(1));
    cell.once = Some(once.outcome.code.try_into().unwrap_or(255));
    cell.wrong.extend(once.heals().map(|why| format!("{what}, once: {why}")));
    let mut for_ever = run(row, kind, &fault(0));
    cell.for_ever = Some(for_ever.outcome.code.try_into().unwrap_or(255));
    cell.has_id = for_ever.request_id().is_some();
    cell.wrong.extend(
        for_ever.ends(expected(row, kind), &row.action, kind).map(|why| format!("{what}, for ever: {why}")),
    );
    if row.changes_something() {
        for_ever.cloud.calm();
        for_ever.outcome = for_ever.run.go();
        cell.wrong.extend(for_ever.heals().map(|why| format!("{what}, run again afterwards: {why}")));
    }
    cell
}

impl Row {
    fn changes_something(&self) -> bool {
        policy::operations().any(|known| known.action == self.action && known.access != Access::Read)
    }
}

/// The exit code of a fault that does not end.
fn expected(row: &Row, kind: &Kind) -> i32 {
    match (row.action.as_str(), kind.fault) {
        // What it cannot know is a warning.
        (action, _) if row.route.name == "check" && BESIDE.contains(&action) => 0,
        // The endpoint is found by its name.
        ("CreateVpcEndpoint", _) if kind.carried_out => 0,
        // The key is no good without the right time.
        (_, "clock-skew") => 3,
        _ => 7,
    }
}

/// A run that is over.
struct Ran {
    cloud: tidb_pe::sandbox::Sandbox,
    run: Rehearsal,
    outcome: Outcome,
    took: Duration,
    wrong: fn(&tidb_pe::sandbox::Sandbox) -> Option<String>,
}

fn run(row: &Row, kind: &Kind, fault: &str) -> Ran {
    let cloud = world(row.route.world, fault);
    let run = (row.route.run)(&cloud);
    let run = if kind.is_silent { run.tuned(quick()) } else { run };
    let began = Instant::now();
    let outcome = run.go();
    Ran { cloud, run, outcome, took: began.elapsed(), wrong: row.route.wrong }
}

impl Ran {
    fn document(&self) -> Value {
        serde_json::from_str(&self.outcome.stdout).unwrap_or_default()
    }

    fn request_id(&self) -> Option<String> {
        self.document()["error"]["request_id"].as_str().map(ToOwned::to_owned)
    }

    /// What is wrong with a run that should end well, with one of everything.
    fn heals(&self) -> Option<String> {
        if self.outcome.code != 0 || self.document()["ok"] != true {
            return Some(self.told());
        }
        (self.wrong)(&self.cloud)
    }

    /// What is wrong with a run that should end with `code`.
    fn ends(&self, code: i32, action: &str, kind: &Kind) -> Option<String> {
        if self.outcome.code != code || self.took > HANGS {
            return Some(format!(
                "{} instead of {code} after {:?}: {}",
                self.outcome.code,
                self.took,
                self.told()
            ));
        }
        if code == 0 {
            return (self.wrong)(&self.cloud).or_else(|| self.hides_something(action));
        }
        let error = &self.document()["error"];
        let expected = if code == 7 { "network" } else { "credentials" };
        if error["kind"] != expected || error["message"].as_str().is_none_or(str::is_empty) {
            return Some(format!("{error}"));
        }
        if kind.has_id != error["request_id"].is_string() {
            return Some(format!("request id {}", error["request_id"]));
        }
        let told = self.request_id().is_none_or(|id| self.outcome.stderr.contains(&id));
        (!told).then(|| format!("its id is not told: {}", self.outcome.stderr))
    }

    /// A check that could not know everything says so. Service and names of groups only add advice.
    fn hides_something(&self, action: &str) -> Option<String> {
        let document = self.document();
        let checks = document["checks"].as_array()?;
        let warns = checks.iter().any(|check| check["status"] == "warn");
        let advice = ["ListVpcEndpointServicesByEndUser", "DescribeSecurityGroups"].contains(&action);
        (!warns && !advice).then(|| "every layer passes".to_owned())
    }

    fn told(&self) -> String {
        format!("exit code {}: {}{}", self.outcome.code, self.outcome.stderr, self.document()["error"])
    }
}
