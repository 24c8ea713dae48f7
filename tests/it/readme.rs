//! The README is the manual, so it has to be true, in both languages. `UPDATE_README=1` rewrites the transcripts.

use crate::common::{Run, bracketed, screen};
use tidb_pe::sandbox::Scenario;

/// One language's README.
struct Readme {
    file: &'static str,
    text: &'static str,
    lang: &'static str,
}

const READMES: [Readme; 2] = [
    Readme { file: "README.md", text: include_str!("../../README.md"), lang: "en" },
    Readme { file: "README.zh-CN.md", text: include_str!("../../README.zh-CN.md"), lang: "zh" },
];

/// Wide enough that no id is cut.
const COLUMNS: u16 = 120;
/// Above what `setup --sandbox` shows.
const TRANSCRIPT: &str = "<!-- transcript: setup --sandbox -->";

impl Readme {
    /// What stands between the fences after a text.
    fn section(&self, after: &str) -> &'static str {
        let (_, rest) =
            self.text.split_once(after).unwrap_or_else(|| panic!("{after:?} is in {}", self.file));
        let (_, block) = rest.split_once("```text\n").unwrap();
        block.split_once("```").unwrap().0.trim_end()
    }

    /// Writes what the sandbox says today into it.
    fn update(&self, shown: &str) {
        let (before, rest) = self.text.split_once(TRANSCRIPT).unwrap();
        let (open, block) = rest.split_once("```text\n").unwrap();
        let (_, after) = block.split_once("```").unwrap();
        let text = format!("{before}{TRANSCRIPT}{open}```text\n{shown}\n```{after}");
        std::fs::write(format!("{}/{}", env!("CARGO_MANIFEST_DIR"), self.file), text).unwrap();
    }
}

/// Times and round trips differ from run to run, and where CA certificates are from machine to machine.
fn timeless(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut cut = false;
    for line in text.lines() {
        // How the rest of a line with a time is folded depends on the time.
        if cut && line.starts_with("  ") {
            continue;
        }
        let before = [" (2", " (3", " in ", "用时", " --ssl-ca="];
        let first = before.iter().filter_map(|mark| line.find(mark)).min();
        let has_time = line.contains("Active") || line.contains("8.0.11") || line.contains(" --ssl-ca=");
        cut = has_time && first.is_some();
        lines.push(first.filter(|_| has_time).map_or(line, |at| &line[..at]).to_owned());
    }
    lines
}

/// A person pastes the dialog, and accepts the plan.
fn session(lang: &str) -> String {
    let run = Run::new(&["setup", "--sandbox", "--lang", lang]).env("TERM", "xterm-256color");
    let mut terminal = run.in_terminal_of(COLUMNS.into());
    terminal.shows("Esc ").types(&bracketed(&Scenario::default().dialog()));
    terminal.shows("Proceed?").types("y\r");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    screen(&seen, COLUMNS).lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[test]
fn the_transcript_is_what_the_sandbox_shows() {
    for readme in READMES {
        let shown = session(readme.lang);
        if std::env::var_os("UPDATE_README").is_some() {
            readme.update(&shown);
            continue;
        }
        assert_eq!(timeless(readme.section(TRANSCRIPT)), timeless(&shown), "{}", readme.file);
    }
}

#[test]
fn both_have_the_same_sections_and_commands() {
    let [english, chinese] = READMES.map(|readme| {
        let headings = readme.text.lines().filter(|line| line.starts_with('#') && line.contains("# "));
        let commands =
            readme.text.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap());
        let levels = headings.map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>();
        (levels, commands.collect::<Vec<_>>())
    });
    assert_eq!(english, chinese);
}

#[test]
fn every_exit_code_of_the_code_is_explained() {
    for readme in READMES {
        for code in ["0", "1", "2", "3", "4", "5", "6", "7", "130, 143"] {
            assert!(readme.text.contains(&format!("\n| {code} | ")), "{code} in {}", readme.file);
        }
    }
}

#[test]
fn every_flag_the_readme_names_exists() {
    let command = tidb_pe::cli::command();
    let mut known: Vec<String> =
        vec!["--release".into(), "--locked".into(), "--path".into(), "--password".into()];
    let mut commands = vec![&command];
    commands.extend(command.get_subcommands());
    for command in commands {
        known
            .extend(command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")));
    }
    for readme in READMES {
        // A transcript shows other programs' flags as well.
        let mut parts = readme.text.split("```text");
        let first = parts.next().unwrap_or_default();
        let after = parts.map(|part| part.split_once("```").unwrap().1);
        let prose: String = std::iter::once(first).chain(after).collect();
        for word in prose.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let is_flag = word.starts_with("--") && word.len() > 3 && !word.starts_with("---");
            assert!(!is_flag || word == "--help" || known.iter().any(|flag| flag == word), "{word}");
        }
    }
}
