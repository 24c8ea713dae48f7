//! Chinese on narrow terminals: characters take two columns, and only what is copied may stick out.

use super::chinese;

/// A thing that is copied whole, alone on its line or behind the name of a layer.
fn may_stick_out(line: &str, columns: usize) -> bool {
    let longest = line.split_whitespace().max_by_key(|word| word.len()).unwrap_or_default();
    let beside = console::measure_text_width(line.trim_start()) - longest.len();
    longest.is_ascii() && beside < 20 && longest.len() + beside + 4 > columns
}

/// Only what is copied is wider than the terminal.
pub(super) fn fits(text: &str, columns: usize) {
    for line in text.lines().filter(|line| console::measure_text_width(line) > columns) {
        assert!(may_stick_out(line, columns), "{columns}: {line}\n{text}");
    }
}

#[test]
fn a_report_keeps_to_its_columns() {
    for scenario in ["instant", "wrong-password", "sg-closed", "needs-acceptance"] {
        for columns in [40, 80] {
            let world = format!("--sandbox={scenario}");
            let run =
                chinese(&["check", &world, "--connect-timeout", "1s"]).env("COLUMNS", &columns.to_string());
            fits(&run.go().stdout, columns);
        }
    }
}

#[test]
fn a_terminal_keeps_to_its_columns() {
    for args in [
        &["setup", "--sandbox=instant", "--dry-run", "--yes"][..],
        &["setup", "--sandbox=sg-closed", "--yes", "--non-interactive"],
        &["setup", "--sandbox=two-vpcs", "--yes", "--non-interactive"],
        &["delete", "--sandbox=existing-endpoint", "ep-t4nsandbox0000000001", "--non-interactive"],
    ] {
        for columns in [40, 80] {
            let run = chinese(args).env("TERM", "dumb").env("COLUMNS", &columns.to_string());
            let (_, shown) = run.in_terminal_of(columns).ends();
            // The terminal's bytes come as one character each.
            let bytes = shown.chars().map(|c| u8::try_from(c).expect("a byte")).collect();
            let shown = String::from_utf8(bytes).expect("UTF-8");
            assert!(super::has_chinese(&shown), "{shown}");
            fits(&shown.replace('\r', ""), columns);
        }
    }
}
