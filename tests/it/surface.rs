//! The surface scripts and fingers rely on: help, completions, the manual page, the keys of each document.
//!
//! A change here is a change of the contract, or a new flag: look at it, then accept it with `INSTA_UPDATE=always`.

use serde_json::Value;

use crate::common::{Run, sandbox};

fn printed(args: &[&str]) -> String {
    Run::new(args).go().expect(0).stdout
}

#[test]
fn help_of_every_command() {
    insta::assert_snapshot!("help", printed(&["--help"]));
    for command in ["setup", "check", "connection-string", "sandbox", "completions", "man"] {
        insta::assert_snapshot!(format!("help_{command}"), printed(&[command, "--help"]));
    }
}

#[test]
fn completions_of_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        for word in
            ["setup", "check", "connection-string", "completions", "man", "service-name", "show-password"]
        {
            assert!(script.contains(word), "{shell} knows no {word}");
        }
    }
    insta::assert_snapshot!("completions_bash", printed(&["completions", "bash"]));
    assert_eq!(Run::new(&["completions", "tcsh"]).go().code, 2);
}

#[test]
fn completions_are_a_script_that_bash_reads() {
    let script = printed(&["completions", "bash"]);
    let outcome = std::process::Command::new("bash").args(["-n", "-c", &script]).output();
    assert!(outcome.expect("bash runs").status.success());
}

#[test]
fn completions_know_what_belongs_to_each_command() {
    let script = printed(&["completions", "bash"]);
    let complete = |words: &str, last: &str| {
        let count = words.split(' ').count();
        let run = format!(
            "{script}\nCOMP_WORDS=({words} '{last}'); COMP_CWORD={count}; _tidb__pe tidb-pe '{last}' x; echo \"${{COMPREPLY[@]}}\""
        );
        let output =
            std::process::Command::new("bash").args(["--norc", "-c", &run]).output().expect("bash runs");
        String::from_utf8(output.stdout).expect("text")
    };
    for (words, last, expected) in [
        ("tidb-pe", "conn", "connection-string"),
        ("tidb-pe setup", "--vsw", "--vswitch-id --vswitch-cidr"),
        ("tidb-pe connection-string", "--cl", "--client"),
        ("tidb-pe sandbox", "--li", "--list"),
        ("tidb-pe completions", "fi", "fish"),
    ] {
        assert_eq!(complete(words, last).trim(), expected, "{words} {last}");
    }
}

#[test]
fn the_manual_page() {
    let page = printed(&["man"]);
    assert!(page.contains(".TH tidb-pe 1"), "{page}");
    insta::assert_snapshot!("man", page.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

/// Every key, once, with the type of its value; lists by their first item.
fn keys(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                keys(value, &format!("{path}.{key}"), into);
            }
        }
        Value::Array(items) => {
            into.push(format!("{path}[]"));
            if let Some(first) = items.first() {
                keys(first, &format!("{path}[]"), into);
            }
        }
        Value::Null => into.push(format!("{path}: null")),
        Value::Bool(_) => into.push(format!("{path}: bool")),
        Value::Number(_) => into.push(format!("{path}: number")),
        Value::String(_) => into.push(format!("{path}: string")),
    }
}

fn shape(args: &[&str], code: i32) -> String {
    let outcome = Run::new(args).args(&["-o", "json", "--connect-timeout", "5s"]).go().expect(code);
    let mut all = Vec::new();
    keys(&outcome.json(), "", &mut all);
    all.join("\n")
}

#[test]
fn the_keys_of_each_document() {
    insta::assert_snapshot!("json_setup", shape(&["setup", "--sandbox=instant"], 0));
    insta::assert_snapshot!("json_setup_dry_run", shape(&["setup", "--sandbox=instant", "--dry-run"], 0));
    insta::assert_snapshot!("json_check", shape(&["check", "--sandbox=existing-endpoint"], 0));
    insta::assert_snapshot!("json_check_failed", shape(&["check", "--sandbox=wrong-password"], 6));
    insta::assert_snapshot!("json_check_all", shape(&["check", "--sandbox=instant", "--all"], 0));
    insta::assert_snapshot!("json_connection_string", shape(&["connection-string", "--sandbox=instant"], 0));
    insta::assert_snapshot!("json_usage", shape(&["check", "--region-id", "nowhere"], 2));
}

#[test]
fn a_failure_without_a_document_of_its_own_still_has_the_common_keys() {
    let cloud = sandbox("");
    let outcome = Run::against(&cloud, &["check", "--no-such-flag", "-o", "json"]).go().expect(2);
    let document = outcome.json();
    assert_eq!((&document["schema_version"], &document["ok"]), (&1.into(), &false.into()));
    assert_eq!(document["error"]["kind"], "usage");
}
