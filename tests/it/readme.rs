//! The README is the manual, so it has to be true, in both languages. `UPDATE_README=1` rewrites the transcripts.

use crate::common::{Outcome, Run};

/// One language's README.
struct Readme {
    file: &'static str,
    text: &'static str,
    lang: &'static str,
    /// Before the result on standard output.
    result: &'static str,
}

const READMES: [Readme; 2] = [
    Readme {
        file: "README.md",
        text: include_str!("../../README.md"),
        lang: "en",
        result: "on standard output:",
    },
    Readme {
        file: "README.zh-CN.md",
        text: include_str!("../../README.zh-CN.md"),
        lang: "zh",
        result: "结果写入标准输出：",
    },
];

/// Above what `setup --sandbox` says.
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
    fn update(&self, outcome: &Outcome) {
        let (before, rest) = self.text.split_once(TRANSCRIPT).unwrap();
        let (open, block) = rest.split_once("```text\n").unwrap();
        let (_, after) = block.split_once("```").unwrap();
        let said: Vec<&str> = outcome.stderr.trim_end().lines().filter(|line| !is_state(line)).collect();
        let said = said.join("\n");
        let text = format!("{before}{TRANSCRIPT}{open}```text\n{said}\n```{after}");
        std::fs::write(format!("{}/{}", env!("CARGO_MANIFEST_DIR"), self.file), text).unwrap();
    }
}

/// How far the endpoint is, as it is seen now and then.
fn is_state(line: &str) -> bool {
    ["Endpoint Creating", "Endpoint Active", "终端节点 Creating", "终端节点 Active"]
        .iter()
        .any(|state| line.starts_with(&format!("  {state}")))
}

/// Times and round trips differ from run to run.
fn timeless(text: &str) -> Vec<String> {
    let before = |line: &str, mark: &str| line.split(mark).next().unwrap_or_default().to_owned();
    text.lines()
        .filter(|line| !is_state(line))
        .map(|line| match line {
            line if line.contains("Active and Connected") => before(line, " ("),
            line if line.contains(" answers as ") => before(line, " in "),
            line if line.contains("用时") => before(line, "用时"),
            line => line.to_owned(),
        })
        .collect()
}

#[test]
fn the_transcript_is_what_the_sandbox_prints() {
    for readme in READMES {
        let outcome = Run::new(&["setup", "--sandbox", "--lang", readme.lang]).go().expect(0);
        if std::env::var_os("UPDATE_README").is_some() {
            readme.update(&outcome);
            continue;
        }
        assert_eq!(timeless(readme.section(TRANSCRIPT)), timeless(&outcome.stderr), "{}", readme.file);
        assert!(outcome.stdout.starts_with(readme.section(readme.result)), "{}", outcome.stdout);
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
        for word in readme.text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let is_flag = word.starts_with("--") && word.len() > 3 && !word.starts_with("---");
            assert!(!is_flag || word == "--help" || known.iter().any(|flag| flag == word), "{word}");
        }
    }
}
