//! A dozen cells of the fault matrix with the real time limits, through the real binary. They take one and a half
//! minutes, so that they run with `tests/run --full` (`TIDB_PE_FULL=1`) only.

use std::thread;
use std::time::{Duration, Instant};

use crate::common::{Outcome, Run, sandbox};
use crate::crash::{BARE, SETUP};

const TWO_MINUTES: Duration = Duration::from_secs(120);

/// A fault for ever: action, kind, further keys, the run's further arguments, and how it has to end.
struct Cell(&'static str, &'static str, &'static str, &'static [&'static str], i32);

const CELLS: [Cell; 14] = [
    Cell("GetCallerIdentity", "hang", "", &[], 7),
    Cell("CreateVSwitch", "hang", "", &[], 7),
    Cell("CreateVpcEndpoint", "hang", "", &[], 7),
    Cell("CreateVpcEndpoint", "hang-after", "", &[], 0),
    Cell("GetVpcEndpointAttribute", "hang", "", &[], 7),
    Cell("ListVpcEndpointZones", "slow-body", "delay_ms = 5000", &[], 7),
    Cell("GetVpcEndpointAttribute", "503", "", &[], 7),
    Cell("GetVpcEndpointAttribute", "throttle", "", &[], 7),
    Cell("GetVpcEndpointAttribute", "throttle-with-retry-after", "delay_ms = 50000", &[], 7),
    Cell("DescribeSecurityGroups", "throttle-with-retry-after", "delay_ms = 3600000", &[], 7),
    Cell("DescribeVpcs", "reset-before", "", &[], 7),
    Cell("*", "hang", "", &[], 7),
    Cell("GetVpcEndpointAttribute", "hang", "", &["--wait-timeout", "20s"], 5),
    Cell("CreateSecurityGroup", "hang", "", &["--wait-timeout", "20s"], 7),
];

#[test]
fn what_lasts_ends_within_two_minutes() {
    if std::env::var_os("TIDB_PE_FULL").is_none() {
        return;
    }
    let runs: Vec<_> = CELLS.iter().map(|cell| thread::spawn(move || run(cell))).collect();
    let runs: Vec<(Outcome, Duration)> = runs.into_iter().map(|run| run.join().expect("it ends")).collect();
    for (Cell(action, kind, _, args, code), (outcome, took)) in CELLS.iter().zip(runs) {
        let what = format!("{action} {kind} {args:?}: {} after {took:?}", outcome.code);
        assert_eq!(outcome.code, *code, "{what}\n{}", outcome.stderr);
        assert!(took < TWO_MINUTES, "{what}");
        if args.contains(&"--wait-timeout") {
            // The waiting, and one answer's time.
            assert!(took < Duration::from_secs(20 + 20 + 5), "{what}");
        }
    }
}

fn run(Cell(action, kind, more, args, _): &Cell) -> (Outcome, Duration) {
    let fault = format!("[[fault]]\naction = '{action}'\nkind = '{kind}'\ntimes = 0\n{more}\n");
    let cloud = sandbox(&format!("{BARE}{fault}"));
    let began = Instant::now();
    let outcome = Run::against(&cloud, &SETUP).args(args).go();
    (outcome, began.elapsed())
}
