//! The README is the manual, so it has to be true.

use crate::common::Run;

const README: &str = include_str!("../../README.md");

fn section(after: &str) -> &'static str {
    let rest = README.split_once(after).unwrap_or_else(|| panic!("{after:?} is in the README")).1;
    rest.split_once("```text\n").unwrap().1.split_once("\n```").unwrap().0
}

/// Times and round trips differ from run to run.
fn timeless(text: &str) -> Vec<String> {
    let is_state =
        |line: &&str| line.starts_with("  Endpoint Creating") || line.starts_with("  Endpoint Active");
    text.lines()
        .filter(|line| !is_state(line))
        .map(|line| match line {
            line if line.contains("Active and Connected") => line.split(" (").next().unwrap().to_owned(),
            line if line.contains(" answers as ") => line.split(" in ").next().unwrap().to_owned(),
            line => line.to_owned(),
        })
        .collect()
}

/// Writes what the sandbox prints today into the README.
fn update(old: &str, new: &str) {
    let is_state =
        |line: &&str| !line.starts_with("  Endpoint Creating") && !line.starts_with("  Endpoint Active");
    let new: Vec<&str> = new.trim_end().lines().filter(is_state).collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    std::fs::write(path, README.replace(old, &new.join("\n"))).unwrap();
}

#[test]
fn the_transcript_is_what_the_sandbox_prints() {
    let outcome = Run::new(&["setup", "--sandbox"]).go().expect(0);
    if std::env::var_os("UPDATE_README").is_some() {
        update(section("<!-- transcript: setup --sandbox -->"), &outcome.stderr);
        return;
    }
    assert_eq!(timeless(section("<!-- transcript: setup --sandbox -->")), timeless(&outcome.stderr));
    assert!(outcome.stdout.starts_with(section("on standard output:")), "{}", outcome.stdout);
}

#[test]
fn every_exit_code_of_the_code_is_explained() {
    for code in ["0", "1", "2", "3", "4", "5", "6", "7", "130, 143"] {
        assert!(README.contains(&format!("\n| {code} | ")), "{code}");
    }
}

#[test]
fn every_flag_the_readme_names_exists() {
    let command = tidb_pe::cli::command();
    let mut known: Vec<String> =
        vec!["--release".into(), "--locked".into(), "--path".into(), "--password".into(), "--full".into()];
    let mut commands = vec![&command];
    commands.extend(command.get_subcommands());
    for command in commands {
        known
            .extend(command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")));
    }
    for word in README.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        let is_flag = word.starts_with("--") && word.len() > 3 && !word.starts_with("---");
        assert!(!is_flag || word == "--help" || known.iter().any(|flag| flag == word), "{word}");
    }
}
