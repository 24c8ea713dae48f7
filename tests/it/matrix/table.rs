//! The matrix as a table for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::{Cell, KINDS, Row};

const HEAD: &str = "\
# What a fault does to a run

Written by the test `matrix::every_action_and_every_fault`, which runs the whole command for each cell against a cloud
that fails in this way, and fails itself if the outcome is another one. `UPDATE_DOCS=1 cargo test --test it matrix::`
writes it anew.

Each cell is the exit code where the fault strikes the call **once**, then where it strikes it **for ever**, then `id` if
that failure names a request id to quote. `0` means that the run ended well with exactly one of everything: one endpoint,
one vSwitch, one security group, one rule; after `delete`, none. After every fault that struck a call which changes
something for ever, the cloud recovered and the same command was run again, and ended like that, too.

- `7`: no usable answer from the API; the error names action, cause and what to do.
- `check` gives `0` with a warning where it only lost what it looks at beside its layers.
- `3`: the clock. A timestamp that is refused once is healed for all requests by the server's own `Date`; refused again,
  the key is of no use.
- `CreateVpcEndpoint` ends well wherever the call was carried out: the endpoint is found by its name.
- `GetVpcEndpointAttribute` and `ListVpcEndpointZones` are what `setup` polls. An API that gives no usable answer while it
  polls ends the waiting after one to one and a half minutes with `7`, or with `5` if `--wait-timeout` is over before that.
- A fault that lasts ends the run within two minutes: a call is tried five times (three times if nothing comes at all)
  or for 90 seconds. The time limits are scaled down here; `tests/run --full` takes a dozen cells in real time.
- Redirects lead to another server, which records every request and has to get none.
- `AssumeRole` and the others that hand out a key end with `7` where they gave no usable answer, with `3` where they refused.
- The list of TiDB Cloud instances is asked for at a terminal only; its faults are in `tests/it/tidb_cloud.rs`. Several faults
  in one run are in `tests/it/storm.rs`, `--wait-timeout` is in `tests/it/deadlines.rs`.

";

/// The whole page.
pub(super) fn table(rows: &[Row], cells: &BTreeMap<(usize, usize), Cell>) -> String {
    let mut page = HEAD.to_owned();
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let _ = writeln!(page, "| run | action | {} |", names.join(" | "));
    let _ = writeln!(page, "|---|---|{}", "---|".repeat(KINDS.len()));
    for (index, row) in rows.iter().enumerate() {
        let action = if row.action == "*" { "every call" } else { &row.action };
        let line: Vec<String> = (0..KINDS.len()).map(|kind| text(&cells[&(index, kind)])).collect();
        let _ = writeln!(page, "| `{}` | {action} | {} |", row.route.name, line.join(" | "));
    }
    page
}

fn text(cell: &Cell) -> String {
    match (cell.once, cell.for_ever) {
        (Some(once), Some(for_ever)) => {
            format!("{once} · {for_ever}{}", if cell.has_id { " id" } else { "" })
        }
        _ => "n/a".to_owned(),
    }
}

/// Compares the page with the one that is there, or writes it.
pub(super) fn compare(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fault-matrix.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        return std::fs::write(&path, page).expect("it can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(there.lines()).find(|(new, old)| new != old);
    assert_eq!(
        page.lines().count(),
        there.lines().count(),
        "docs/fault-matrix.md: UPDATE_DOCS=1 writes it anew"
    );
    assert_eq!(differs, None, "docs/fault-matrix.md: UPDATE_DOCS=1 writes it anew");
}
