//! Input that nobody means well with: from the cloud, from the database, from the command line, from the system.

mod answers;
mod commands;
mod inputs;
mod names;
mod server;
mod system;

use std::time::{Duration, Instant};

use crate::common::{Outcome, Run};

/// What a terminal would obey, what hides or reorders text, and what looks like a line of this tool.
pub(crate) const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}lla\u{200b}\u{e0041} ' \" $(id) `id`\r\n✓ Endpoint is fine\t";

/// Nobody reads more than this.
const SANE: usize = 48 << 10;
/// A busy machine is slow; a hanging one is slower.
const IN_TIME: Duration = Duration::from_secs(60);

/// Text as TOML writes it.
pub(crate) fn toml(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// Runs it, and fails the test if it takes long, prints much, or prints what a terminal would obey.
#[track_caller]
pub(crate) fn tame(run: Run) -> Outcome {
    let started = Instant::now();
    let outcome = run.go();
    assert!(started.elapsed() < IN_TIME, "it took {:?}", started.elapsed());
    assert_tame(&outcome);
    outcome
}

/// Fails the test if the output is long, or a terminal would obey it.
#[track_caller]
pub(crate) fn assert_tame(outcome: &Outcome) {
    for (name, text) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
        let hidden = |c: char| {
            (c.is_control() && c != '\n' && c != '\t')
                || matches!(u32::from(c), 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe0000..=0xe0fff)
        };
        if let Some(at) = text.find(hidden) {
            let around: String =
                text[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{name} has {:?} after {around:?}", text[at..].chars().next());
        }
        assert!(text.len() < SANE, "{name} has {} bytes", text.len());
        let faked = text.lines().any(|line| line.starts_with("✓ Endpoint is fine"));
        assert!(!faked, "{name} has a line that this tool did not write:\n{text}");
    }
}
