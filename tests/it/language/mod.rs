//! The language of what people read, and that scripts never notice it.

mod prose;
mod width;

use serde_json::Value;
use tidb_pe::sandbox::Scenario;

use crate::common::{Outcome, Run};
use prose::{copyable_before_a_mark, english_sentence, has_chinese};

fn chinese(args: &[&str]) -> Run {
    Run::new(args).env("LANG", "zh_CN.UTF-8")
}

/// The run as a person who reads Chinese sees it.
fn person(args: &[&str]) -> Outcome {
    let person = chinese(args).go();
    let said = format!("{}{}", person.stdout, person.stderr);
    assert!(has_chinese(&person.stderr), "{args:?}\n{said}");
    for line in said.lines() {
        assert_eq!(english_sentence(line), None, "{args:?}\n{said}");
        assert_eq!(copyable_before_a_mark(line), None, "{args:?}\n{said}");
    }
    person
}

/// The same run for a person, and as documents for a script in both languages.
fn one_world(args: &[&str]) -> Outcome {
    let person = person(args);
    let script = |lang| {
        let run = Run::new(args).env("LANG", lang).args(&["-o", "json"]);
        let home = run.home().display().to_string();
        let outcome = run.go();
        Outcome { stdout: outcome.stdout.replace(&home, "HOME"), ..outcome }
    };
    let (there, here) = (script("C.UTF-8"), script("zh_CN.UTF-8"));
    assert_eq!((there.code, here.code), (person.code, person.code), "{args:?}\n{}", person.stderr);
    assert_eq!(timeless(&there.stdout), timeless(&here.stdout), "{args:?}");
    assert!(!has_chinese(&here.stdout), "{}", here.stdout);
    person
}

/// What differs from run to run: how long a query took, which of several requests at once came first, and how far an
/// endpoint was that did not become ready.
fn timeless(document: &str) -> String {
    let line = |line: &str| {
        let varies = ["\"latency_ms\"", "(median of 5)", "equest_id\"", "request id"];
        let varies = varies.iter().any(|word| line.contains(word));
        line.chars().filter(|c| !(varies && c.is_ascii_digit())).collect::<String>()
    };
    let mut value: Value = serde_json::from_str(document).expect("a document");
    let unfinished =
        value["ok"] == false && value.as_object_mut().is_some_and(|d| d.remove("endpoint").is_some());
    let text = if unfinished { format!("{value:#}") } else { document.to_owned() };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Every fourth of the shipped worlds, beginning with this one: tests run side by side.
fn every_fourth(first: usize) {
    for name in Scenario::names().into_iter().map(|(name, _)| name).skip(first).step_by(4) {
        let world = format!("--sandbox={name}");
        match name {
            // The same as `instant`, and slower.
            "happy" => {}
            // How far they got when the time was up differs from run to run.
            "stuck" | "needs-acceptance" => drop(person(&["setup", &world, "--wait-timeout", "1s"])),
            _ => drop(one_world(&["setup", &world])),
        }
    }
}

#[test]
fn the_first_quarter_of_the_worlds() {
    every_fourth(0);
}

#[test]
fn the_second_quarter_of_the_worlds() {
    every_fourth(1);
}

#[test]
fn the_third_quarter_of_the_worlds() {
    every_fourth(2);
}

#[test]
fn the_last_quarter_of_the_worlds() {
    every_fourth(3);
}

#[test]
fn every_command_speaks_it() {
    const ID: &str = "ep-t4nsandbox0000000001";
    for args in [
        &["check", "--sandbox=instant"][..],
        &["check", "--sandbox=wrong-password"],
        &["check", "--sandbox=sg-closed", "--connect-timeout", "1s"],
        &["check", "--sandbox=arrears"],
        &["check", "--sandbox=instant", "--all"],
        &["list", "--sandbox=instant", "--all-regions"],
        &["list", "--sandbox=existing-endpoint"],
        &["delete", "--sandbox=existing-endpoint", ID, "--yes"],
        &["delete", "--sandbox=existing-endpoint", ID, "--non-interactive"],
        &["delete", "--sandbox=happy", ID, "--if-exists"],
        &["connection-string", "--sandbox=instant", "--client", "jdbc", "--ssl-mode", "verify-ca"],
        &["setup", "--sandbox=two-vpcs", "--region-id", "nowhere", "--tag", "a=1", "--tag", "a=2"],
    ] {
        one_world(args);
    }
    let scenarios = chinese(&["sandbox", "--list"]).go().expect(0).stdout;
    assert!(scenarios.lines().all(has_chinese), "{scenarios}");
}

#[test]
fn without_keys_every_source_is_named() {
    for args in
        [&["list", "--region-id", "ap-southeast-1"][..], &["setup", "--cluster-id", "10000000000000000001"]]
    {
        let outcome = one_world(args);
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
        assert!(outcome.stderr.starts_with("错误："), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("\n建议："), "{}", outcome.stderr);
    }
}

#[test]
fn the_flag_wins_over_its_variable_and_that_over_the_locale() {
    let says = |args: &[&str], vars: &[(&str, &str)]| {
        let run = Run::new(&["list", "--sandbox=instant"]).args(args).without("LANG");
        let run = vars.iter().fold(run, |run, (name, value)| run.env(name, value));
        has_chinese(&run.go().expect(0).stderr)
    };
    let zh = ("LANG", "zh_CN.UTF-8");
    assert!(!says(&[], &[]));
    assert!(says(&[], &[zh]));
    assert!(!says(&["--lang", "en"], &[zh]));
    assert!(!says(&[], &[zh, ("TIDB_PE_LANG", "en")]));
    assert!(says(&["--lang", "zh"], &[("LANG", "C.UTF-8"), ("TIDB_PE_LANG", "en")]));
    assert!(says(&[], &[zh, ("TIDB_PE_LANG", "")]));
    assert!(!says(&[], &[zh, ("LC_ALL", "C")]));
    assert!(!says(&[], &[zh, ("LC_MESSAGES", "en_US.UTF-8")]));
    assert!(!says(&[], &[("LANG", "zh_CN.GB2312")]));
    assert!(says(&["--lang=zh"], &[("LANG", "zh_CN.GB2312")]));
}

#[test]
fn help_is_chinese_with_the_same_flags_and_keeps_to_its_columns() {
    let command = tidb_pe::cli::command();
    let names = command.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>();
    for args in names.into_iter().map(|name| vec![name]).chain([vec![]]) {
        for (flag, columns) in [("-h", 60), ("-h", 100), ("--help", 80)] {
            let printed = |run: Run| run.args(&args).args(&[flag]).go().expect(0).stdout;
            let english = printed(Run::new(&[]));
            let text = printed(chinese(&[]).env("COLUMNS", &columns.to_string()));
            assert!(!has_chinese(&english), "{english}");
            for word in english.split_whitespace().filter(|word| word.starts_with("--")) {
                let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
                assert!(text.contains(word), "{word} is missing:\n{text}");
            }
            assert_eq!(text.lines().find_map(english_sentence), None, "{text}");
            for english in ["Usage", "Options:", "Print ", "env:", "default:", "ossible values"] {
                assert!(!text.contains(english), "{english}:\n{text}");
            }
            width::fits(&text, columns);
        }
    }
}

#[test]
fn a_command_line_that_cannot_be_read_is_refused_in_chinese() {
    for (args, says) in [
        (&["list", "--foo"][..], "没有参数 --foo"),
        (&["lst"], "是否应为 list ？"),
        (&["delete"], "缺少参数 <ENDPOINT_ID>"),
        (&["setup", "--port", "x"], "--port <PORT> 的值不能是 \"x\"：不是数字"),
        (&["setup", "--wait-timeout", "soon"], "90s、10m 或 1h30m"),
        (&["list", "--output", "xml"], "可选值：text, json"),
        (&["list", "--yes", "--yes"], "--yes 只能使用一次"),
        (&["setup", "--ssl-mode"], "缺少值"),
    ] {
        let outcome = chinese(args).go().expect(2);
        assert!(outcome.stderr.starts_with("错误：") && outcome.stderr.contains(says), "{}", outcome.stderr);
        assert_eq!(outcome.stderr.lines().find_map(english_sentence), None, "{}", outcome.stderr);
        if !args.contains(&"--output") {
            let script = |run: Run| run.env("TIDB_PE_OUTPUT", "json").go().expect(2).stdout;
            assert_eq!(script(Run::new(args)), script(chinese(args)));
        }
    }
}

#[test]
fn a_language_nobody_speaks_here_is_refused() {
    let outcome = Run::new(&["list", "--lang", "fr"]).go().expect(2);
    assert!(outcome.stderr.contains("[possible values: en, zh]"), "{}", outcome.stderr);
}

#[test]
fn a_terminal_that_shows_only_ascii_gets_only_ascii() {
    for args in [
        &["setup", "--sandbox=instant"][..],
        &["setup", "--sandbox=sg-closed"],
        &["setup", "--sandbox=two-vpcs"],
        &["check", "--sandbox=wrong-password"],
        &["check", "--sandbox=instant"],
        &["list", "--sandbox=existing-endpoint"],
        &["setup", "--service-name", "epsrv-t4nsandbox0000000001"],
        &["--help"],
        &["setup", "--help"],
        &["check", "--help"],
        &["connection-string", "--help"],
    ] {
        for lang in ["C", "zh_CN.GB18030"] {
            let outcome = Run::new(args).env("LANG", lang).go();
            assert!(outcome.stdout.is_ascii() && outcome.stderr.is_ascii(), "{args:?}\n{outcome:#?}");
        }
    }
}
