//! `--wait-timeout` is a promise: nothing goes on for longer than one answer's time after it.

use std::time::{Duration, Instant};

use tidb_pe::cloud::Tuning;

use crate::matrix::routes::{ROUTES, world};
use crate::rehearsal::quick;

const WAIT: Duration = Duration::from_secs(1);
/// What a slow machine may add.
const SLOW: Duration = Duration::from_secs(4);

/// Calls that hang for ever after the plan was accepted: the run, the call, and how many of the same came before.
const HANGING: [(&str, &str, usize); 17] = [
    ("setup", "CreateVSwitch", 0),
    ("setup", "DescribeVSwitchAttributes", 0),
    ("setup", "CreateSecurityGroup", 0),
    ("setup", "AuthorizeSecurityGroup", 0),
    ("setup", "CreateVpcEndpoint", 0),
    ("setup", "GetVpcEndpointAttribute", 0),
    ("setup", "ListVpcEndpointZones", 0),
    ("setup, adopting", "AddZoneToVpcEndpoint", 0),
    ("setup, adopting", "AttachSecurityGroupToVpcEndpoint", 0),
    ("setup, adopting", "ListVpcEndpointSecurityGroups", 1),
    ("setup --open-service", "OpenPrivateLinkService", 0),
    ("delete --with-created", "RemoveZoneFromVpcEndpoint", 0),
    ("delete --with-created", "DeleteVpcEndpoint", 0),
    ("delete --with-created", "GetVpcEndpointAttribute", 1),
    ("delete --with-created", "ListVpcEndpointZones", 1),
    ("delete --with-created", "DeleteSecurityGroup", 0),
    ("delete --with-created", "DeleteVSwitch", 0),
];

/// The budget of a call is out of reach, so that nothing but the deadline ends it.
fn tuning() -> Tuning {
    let long = Duration::from_secs(600);
    Tuning { budget: long, outage: long, ..quick() }
}

#[test]
fn nothing_outlives_the_wait_timeout_by_more_than_one_answer() {
    for kind in ["hang", "hang-after", "500"] {
        let runs: Vec<_> =
            HANGING.map(|row| std::thread::spawn(move || run(row, kind))).into_iter().collect();
        for ((route, action, _), run) in HANGING.iter().zip(runs) {
            let (code, took, told) = run.join().expect("it ends");
            let what = format!("{route}, {action}, {kind}: {code} after {took:?}");
            assert!([0, 5, 7].contains(&code), "{what}: {told}");
            assert!(took <= WAIT + tuning().answer + SLOW, "{what}: {told}");
        }
    }
}

fn run((route, action, skip): (&str, &str, usize), kind: &str) -> (i32, Duration, String) {
    let route = ROUTES.iter().find(|known| known.name == route).expect("a run of the matrix");
    let fault = format!("[[fault]]\naction = '{action}'\nkind = '{kind}'\nskip = {skip}\ntimes = 0\n");
    let cloud = world(route.world, &fault);
    let run = (route.run)(&cloud).args(&["--wait-timeout", "1s"]).tuned(tuning());
    let began = Instant::now();
    let outcome = run.go();
    (outcome.code, began.elapsed(), outcome.stderr)
}
