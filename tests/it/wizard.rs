//! Questions in a real terminal: what is missing is offered with its consequence, and a deletion wants the id typed.

use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::common::{Run, shipped};
use crate::network::SERVICE;

const PATIENCE_MS: u64 = 20_000;

fn start(home: &tempfile::TempDir, args: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidb-pe"));
    command.env_clear().env("HOME", home.path()).env("LANG", "C.UTF-8").env("TERM", "xterm");
    command.env("PATH", "/usr/bin:/bin").current_dir(home.path()).args(args);
    spawn_command(command, Some(PATIENCE_MS)).expect("a terminal")
}

fn answer(session: &mut PtySession, question: &str, keys: &str) {
    session.exp_string(question).unwrap_or_else(|error| panic!("{question}: {error}"));
    session.send(keys).expect("it listens");
    session.flush().expect("it listens");
}

fn end(session: &mut PtySession) -> Option<i32> {
    session.exp_eof().expect("it ends");
    match session.process().wait().expect("a status") {
        WaitStatus::Exited(_, code) => Some(code),
        _ => None,
    }
}

#[test]
fn what_is_missing_is_offered_and_made_after_a_yes() {
    let home = tempfile::tempdir().expect("a home");
    let mut session = start(&home, &["setup", "--sandbox=bare-vpc", "--skip-test"]);
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Create one?", "y\r");
    answer(&mut session, "Create one that does?", "y\r");
    session.exp_string("in a new vSwitch tidb-pe-t4nsandbox0000000001").expect("the plan");
    answer(&mut session, "Proceed?", "y\r");
    session.exp_string("vSwitch vsw-t4nsandbox0000000001").expect("a vSwitch");
    session.exp_string("Security group sg-t4nsandbox0000000001 created.").expect("a group");
    session.exp_string("Endpoint ep-t4nsandbox0000000001 created.").expect("an endpoint");
    assert_eq!(end(&mut session), Some(0));
}

/// Also where there is nothing to choose from, the lines of the plan have their lists.
#[test]
fn what_is_missing_is_a_row_of_the_list_too() {
    let home = tempfile::tempdir().expect("a home");
    let mut session = start(&home, &["setup", "--sandbox=bare-vpc", "--skip-test"]);
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Create one?", "y\r");
    answer(&mut session, "Create one that does?", "y\r");
    for (line, row) in [("vSwitch", "create one in a free range"), ("Security", "create one that lets")] {
        answer(&mut session, "Proceed?", "c\r");
        answer(&mut session, "Which line?", line);
        std::thread::sleep(std::time::Duration::from_millis(200));
        answer(&mut session, "Enter takes it", "\r");
        answer(&mut session, row, "\r");
    }
    answer(&mut session, "Proceed?", "y\r");
    session.exp_string("Endpoint ep-t4nsandbox0000000001 created.").expect("an endpoint");
    assert_eq!(end(&mut session), Some(0));
    // A no to the question leads to the list of what there is, with the same row.
    let mut session = start(&home, &["setup", "--sandbox=sg-closed", "--skip-test"]);
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Create one that does?", "\r");
    session.exp_string("lets only its own members in on 4000").expect("what there is");
    answer(&mut session, "create one that lets", "create\r");
    session.exp_string("Plan").expect("the plan");
    answer(&mut session, "Proceed?", "y\r");
    session.exp_string("Security group sg-").expect("a group");
    assert_eq!(end(&mut session), Some(0));
}

#[test]
fn a_no_leaves_everything_as_it_is() {
    let home = tempfile::tempdir().expect("a home");
    let mut session = start(&home, &["setup", "--sandbox=bare-vpc", "--skip-test"]);
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Create one?", "\r");
    session.exp_string("The VPC has no vSwitch.").expect("what there is");
    session.exp_string("Nothing is created. y creates one, < goes back").expect("how to go on");
    // Back to the first question, and on again.
    answer(&mut session, "Create one?", "<\r");
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Create one?", "y\r");
    answer(&mut session, "Create one that does?", "n\r");
    session.exp_string("The VPC has no security group.").expect("what there is");
    answer(&mut session, "Create one that does?", "\u{3}");
    session.exp_string("Nothing was changed").expect("a cancellation");
    assert_eq!(end(&mut session), Some(130));
    let mut session = start(&home, &["setup", "--sandbox=no-vswitch-in-zone", "--skip-test"]);
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Create one?", "\r");
    session.exp_string("None of the VPC's vSwitches serves").expect("why");
    session.exp_string("vsw-t4nsandbox0000000001  app-a, ap-southeast-1a").expect("what there is");
    answer(&mut session, "Create one?", "\u{1b}");
    assert_eq!(end(&mut session), Some(130));
    let mut session = start(&home, &["setup", "--sandbox=not-open", "--skip-test"]);
    answer(&mut session, "Paste the text", "\r");
    answer(&mut session, "Activate it?", "y\r");
    answer(&mut session, "Proceed?", "n\r");
    session.exp_string("Nothing was changed").expect("a cancellation");
    assert_eq!(end(&mut session), Some(130));
}

#[test]
fn a_deletion_wants_the_id_typed() {
    let home = tempfile::tempdir().expect("a home");
    let id = "ep-t4nsandbox0000000001";
    let mut session = start(&home, &["delete", id, "--sandbox=existing-endpoint"]);
    answer(&mut session, "type its id", "yes\n");
    answer(&mut session, "That is not its id", &format!("{id}\n"));
    session.exp_string("is gone").expect("the end");
    assert_eq!(end(&mut session), Some(0));
    let mut session = start(&home, &["delete", id, "--sandbox=existing-endpoint"]);
    answer(&mut session, "type its id", "\u{3}");
    session.exp_string("Nothing was changed").expect("a cancellation");
    assert_eq!(end(&mut session), Some(130));
}

/// One wrong character is no reason to begin anew.
#[test]
fn a_service_name_the_cloud_does_not_know_is_asked_for_again() {
    let cloud = shipped("instant");
    let wrong = SERVICE.replace("0001", "0009");
    let mut terminal = Run::against(&cloud, &["setup", "--skip-test"]).in_terminal();
    terminal.shows("Paste the text").types("\r").shows("Service Name").types(&format!("{wrong}\r"));
    terminal.shows("knows no endpoint service").shows("Service Name").types("\u{15}");
    terminal.types(&format!("{SERVICE}\r")).shows("Proceed?").types("y\r");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(cloud.state().endpoints.len(), 1);
}
