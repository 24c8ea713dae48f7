//! `setup`: rounds of calls that wait for each other, and the time from start to end.
//!
//! The endpoint is ready the moment it is made, so that what is measured is the tool and the latency, and not the cloud.

use std::path::Path;

use anyhow::{Result, ensure};
use tidb_pe::sandbox::{Call, rounds};

use crate::section::{Budget, Section};
use crate::stats::{digits, median, ms};
use crate::table::Table;
use crate::world::World;

/// Rounds beside polls with every id given, and with nothing but the three values.
const ROUNDS: (f64, f64) = (3.0, 5.0);

const THREE: &[&str] = &[
    "--service-name",
    "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001",
    "--az-id",
    "ap-southeast-1a",
    "--region-id",
    "ap-southeast-1",
];
const VPC: &[&str] = &["--vpc-id", "vpc-t4nsandbox0000000001"];
const NETWORK: &[&str] =
    &["--vswitch-id", "vsw-t4nsandbox0000000001", "--security-group-id", "sg-t4nsandbox0000000002"];

/// The user whom the gateway knows.
pub(crate) const LOGIN: [&str; 2] = ["--user", "sandbox00000001.root"];

/// The endpoint is ready at once.
pub(crate) const READY_AT_ONCE: &str =
    "timing = { active_ms = 0, connecting_ms = 0, connected_ms = 0, zones_ms = 0 }\n";

/// What a user gives.
#[derive(Clone, Copy, PartialEq)]
enum Given {
    Everything,
    ThreeAndVpc,
    Three,
}

impl Given {
    fn name(self) -> &'static str {
        match self {
            Self::Everything => "every id",
            Self::ThreeAndVpc => "three values and the VPC",
            Self::Three => "three values",
        }
    }

    /// With several VPCs, three values have more than one right answer.
    fn is_refused(self, vpcs: usize) -> bool {
        self == Self::Three && vpcs > 1
    }
}

/// The command line with every id given.
pub(crate) fn every_id() -> Vec<&'static str> {
    args(Given::Everything)
}

fn args(given: Given) -> Vec<&'static str> {
    let (vpc, network): (&[&str], &[&str]) = match given {
        Given::Everything => (VPC, NETWORK),
        Given::ThreeAndVpc => (VPC, &[]),
        Given::Three => (&[], &[]),
    };
    [&["setup", "--yes"], THREE, vpc, network].concat()
}

/// What the runs of one row have in common.
struct Row {
    wall: f64,
    asked: usize,
    beside_polls: usize,
    rounds: usize,
}

/// Every latency, number of VPCs, and way to call it.
pub(crate) fn section(binary: &Path, quick: bool) -> Result<Section> {
    let (latencies, counts, runs): (&[u32], &[usize], _) =
        if quick { (&[50], &[1, 10], 1) } else { (&[0, 50, 100, 200], &[1, 10, 100], 5) };
    let head =
        ["`setup`, given", "VPCs", "ms a call", "calls", "rounds", "beside polls", "wall, ms", "own, ms"];
    let mut table = Table::new(head);
    let (mut every, mut three) = (0, 0);
    for given in [Given::Everything, Given::ThreeAndVpc, Given::Three] {
        for &vpcs in counts {
            for &latency in latencies {
                let row = measure(binary, given, vpcs, latency, runs)?;
                if latency > 0 && given == Given::Everything {
                    every = every.max(row.beside_polls);
                } else if latency > 0 && given == Given::Three {
                    three = three.max(row.beside_polls);
                }
                table.row(cells(given, vpcs, latency, &row));
            }
        }
    }
    let budgets = vec![
        Budget::at_most("`setup`, every id given: rounds beside polls", ROUNDS.0, count(every), ""),
        Budget::at_most("`setup`, three values: rounds beside polls", ROUNDS.1, count(three), ""),
    ];
    let note = "Median of the runs. *Own* is what is left of the wall time without rounds × latency: process, signing, \
                parsing, and a connection test to the gateway with TLS and login. Several VPCs and nothing but the three \
                values: refused with the list of VPCs, exit 2, before anything is made.";
    Ok(Section { title: "Setup", note: note.to_owned(), table, budgets })
}

fn measure(binary: &Path, given: Given, vpcs: usize, latency: u32, runs: usize) -> Result<Row> {
    let mut rows = Vec::new();
    for _ in 0..runs {
        let toml = format!("latency_ms = {latency}\nfiller_vpcs = {}\n{READY_AT_ONCE}", vpcs - 1);
        let world = World::of(&toml)?;
        let args = [&args(given)[..], &LOGIN].concat();
        let ran = world.run(binary, &args)?;
        let expected = if given.is_refused(vpcs) { 2 } else { 0 };
        ensure!(ran.code == expected, "setup given {} ended with {}", given.name(), ran.code);
        let beside: Vec<Call> = ran.calls.iter().filter(|call| !is_poll(call)).cloned().collect();
        rows.push(Row {
            wall: ms(ran.took),
            asked: ran.calls.len(),
            beside_polls: rounds(&beside),
            rounds: rounds(&ran.calls),
        });
    }
    rows.sort_by_key(|row| row.beside_polls);
    let wall = median(rows.iter().map(|row| row.wall).collect());
    let middle = rows.swap_remove(rows.len() / 2);
    Ok(Row { wall, ..middle })
}

fn is_poll(call: &Call) -> bool {
    ["GetVpcEndpointAttribute", "ListVpcEndpointZones"].contains(&call.action.as_str())
}

fn cells(given: Given, vpcs: usize, latency: u32, row: &Row) -> [String; 8] {
    // Without latency, calls that were sent together need not have been answered together.
    let rounds = |rounds: usize| if latency == 0 { "–".to_owned() } else { rounds.to_string() };
    let own = row.wall - f64::from(latency) * count(row.rounds);
    [
        given.name().to_owned(),
        vpcs.to_string(),
        latency.to_string(),
        row.asked.to_string(),
        rounds(row.rounds),
        rounds(row.beside_polls),
        digits(row.wall, 0),
        digits(own, 0),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn count(number: usize) -> f64 {
    number as f64
}
