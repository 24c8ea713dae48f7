//! `tidb-pe sandbox`: the simulated world for other processes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::common::Run;

/// What a sourced file exports.
fn variables(path: &str) -> Vec<(String, String)> {
    let script = format!("set -a; . {path}; env");
    let output = Command::new("sh").env_clear().args(["-c", &script]).output().expect("a shell");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// Ends with the test, however that ends.
struct Served(std::process::Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn another_process_connects_through_it_and_nothing_stays_behind() {
    let (mut command, home) = Run::new(&["sandbox", "instant"]).into_parts();
    command.env("TMPDIR", home.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut served = Served(command.spawn().expect("it starts"));
    let child = &mut served.0;
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let told: Vec<String> =
        lines.by_ref().map_while(Result::ok).take_while(|line| !line.contains("USERNAME")).collect();
    let source =
        told.iter().find_map(|line| line.trim().strip_prefix(". ")).expect("a file to source").to_owned();
    assert!(!told.iter().any(|line| line.contains("SandboxSecret")), "{told:?}");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&source).expect("the file")) & 0o777;
    assert_eq!(mode, 0o600);

    let setup = |args: &[&str]| {
        let run = variables(&source).iter().fold(Run::new(args), |run, (name, value)| match name.as_str() {
            "PWD" | "SHLVL" | "_" => run,
            name => run.env(name, value),
        });
        run.go()
    };
    let service = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
    let args = ["setup", "--service-name", service, "--user", "sandbox00000001.root", "--yes", "-o", "json"];
    let first = setup(&args).expect(0).json();
    assert_eq!((&first["changed"], &first["test"]["ok"]), (&true.into(), &true.into()));
    let second = setup(&args).expect(0).json();
    assert_eq!((&second["changed"], &second["test"]["ok"]), (&false.into(), &true.into()));

    // The region is known there, without a word.
    let listed = setup(&["list", "-o", "json"]).expect(0).json();
    assert_eq!(listed["endpoints"][0]["id"], first["endpoint"]["id"]);
    assert_eq!(setup(&["check", "-o", "json"]).expect(0).json()["ok"], true);

    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(interrupted.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "Ctrl-C is its proper end");
    let left: Vec<_> =
        std::fs::read_dir(home.path()).expect("a home").flatten().map(|e| e.file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_scenarios_are_listed() {
    let text = Run::new(&["sandbox", "--list"]).go().expect(0);
    assert!(text.stdout.lines().any(|line| line.starts_with("outside-vpc ")), "{}", text.stdout);
    let json = Run::new(&["sandbox", "--list", "-o", "json"]).go().expect(0).json();
    let all = json["scenarios"].as_array().expect("a list");
    assert_eq!(all.len(), text.stdout.lines().count());
    assert!(all.iter().all(|one| one["description"].as_str().is_some_and(|text| text.len() > 10)), "{json}");
    let unknown = Run::new(&["sandbox", "nowhere"]).go().expect(2);
    assert!(unknown.stderr.contains("happy"), "{}", unknown.stderr);
}
