//! Many faults at once, at random: what heals by itself heals together, too.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tidb_pe::cloud::{Tuning, policy};

use crate::matrix::routes::{ROUTES, world};
use crate::rehearsal::quick;

const SEEDS: usize = 20;
/// What a call may meet without anybody having to know.
const KINDS: [&str; 16] = [
    "throttle",
    "throttle-with-retry-after",
    "500",
    "503",
    "reset-before",
    "reset-after",
    "hang",
    "hang-after",
    "slow-body",
    "slow",
    "garbage",
    "html",
    "truncated",
    "empty",
    "redirect",
    "hang-up",
];

/// A small generator, so that a failure can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // Knuth's constants.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

/// Up to four faults for every action, one after the other or with calls between them.
fn faults(seed: usize) -> String {
    let mut dice = Dice(seed as u64);
    let mut text = String::new();
    for operation in policy::operations() {
        let mut skip = 0;
        for _ in 0..dice.below(5) {
            let kind = KINDS[dice.below(KINDS.len())];
            let _ = writeln!(
                text,
                "[[fault]]\naction = '{}'\nkind = '{kind}'\nskip = {skip}\ndelay_ms = 40",
                operation.action
            );
            skip = dice.below(3);
        }
    }
    text
}

#[test]
fn runs_come_through_a_storm_with_one_of_everything() {
    let long = Duration::from_secs(60);
    // More tries than faults: a slow machine may add one of its own.
    let tuning = Tuning { budget: long, outage: long, tries: 9, throttled_tries: 9, ..quick() };
    let routes = ROUTES.iter().filter(|route| route.name == "setup" || route.name.starts_with("delete"));
    let cells: Vec<_> = routes.flat_map(|route| (0..SEEDS).map(move |seed| (route, seed))).collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let weather = || {
        while let Some((route, seed)) = cells.get(next.fetch_add(1, Ordering::SeqCst)) {
            let cloud = world(route.world, &faults(*seed));
            let outcome = (route.run)(&cloud).tuned(tuning).go();
            if outcome.code != 0 {
                wrong.lock().unwrap().push(format!("{} seed {seed}: {}", route.name, outcome.stderr));
            }
            let left = (route.wrong)(&cloud).map(|left| format!("{} seed {seed}: {left}", route.name));
            wrong.lock().unwrap().extend(left);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(weather);
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
