//! While an input is read that nobody writes to.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::running::{Running, at_once, interrupted};
use crate::common::{Run, shipped};

const SETUP: [&str; 6] = [
    "setup",
    "--service-name",
    "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001",
    "--yes",
    "-o",
    "json",
];

#[test]
fn of_standard_input() {
    let cloud = shipped("instant");
    for args in [["--password-stdin"].as_slice(), &["--from", "-"]] {
        at_once(|signal, code| {
            let (mut running, _open) =
                Running::start_with_open_stdin(Run::against(&cloud, &SETUP).args(args));
            running.until_it_listens();
            interrupted(&format!("{args:?}, SIG{signal}"), running.ends_by(signal), code);
        });
    }
    assert_eq!(cloud.calls().len(), 0);
}

/// As `--password-file <(pass show tidb)` makes one.
fn pipe(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo starts").success());
    path
}

#[test]
fn of_a_file_that_is_a_pipe() {
    let cloud = shipped("instant");
    let folder = tempfile::tempdir().expect("a directory");
    let path = pipe(folder.path()).display().to_string();
    for flag in ["--password-file", "--from", "--ssl-ca"] {
        at_once(|signal, code| {
            let mut running = Running::start(Run::against(&cloud, &SETUP).args(&[flag, &path]));
            running.until_it_listens();
            interrupted(&format!("{flag}, SIG{signal}"), running.ends_by(signal), code);
        });
    }
    for command in ["check", "connection-string"] {
        let args = [command, "--region-id", "ap-southeast-1", "--password-file", &path, "-o", "json"];
        let mut running = Running::start(Run::against(&cloud, &args));
        running.until_it_listens();
        interrupted(command, running.ends_by("INT"), 130);
    }
    assert_eq!(cloud.calls().len(), 0);
}
