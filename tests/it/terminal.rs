//! The terminal itself: leaving a question, signals, and calm where it is asked for.

use crate::common::{Run, shipped};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const ENTER: &str = "\r";
const DOWN: &str = "\u{1b}[B";
const CTRL_C: &str = "\u{3}";
const SHOW_CURSOR: &str = "\u{1b}[?25h";

#[test]
fn enter_at_the_plan_means_no() {
    let cloud = shipped("instant");
    let mut terminal =
        Run::against(&cloud, &["setup", "--service-name", SERVICE, "--skip-test"]).in_terminal();
    terminal.shows("Proceed?").types(ENTER);
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130, "{seen}");
    assert!(seen.contains("The plan was not accepted. Nothing was changed"), "{seen}");
    assert_eq!(cloud.state().endpoints.len(), 0);
}

#[test]
fn ctrl_c_in_a_list_restores_the_cursor() {
    let cloud = shipped("two-vpcs");
    let mut terminal =
        Run::against(&cloud, &["setup", "--service-name", SERVICE, "--skip-test"]).in_terminal();
    terminal.shows("VPC your application runs in").types(DOWN).types(CTRL_C);
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130, "{seen}");
    assert!(seen.rfind("\u{1b}[?2004l") > seen.rfind("\u{1b}[?2004h"), "pastes stay marked:\n{seen:?}");
    let cursor = seen.rfind(SHOW_CURSOR);
    assert!(cursor > seen.rfind("\u{1b}[?25l"), "the cursor stays hidden:\n{seen:?}");
    assert_eq!(cloud.state().endpoints.len(), 0);
}

/// Nobody has to press a key to see a question in a terminal that has another size.
#[test]
fn a_question_is_drawn_again_when_the_terminal_changes_its_size() {
    let cloud = shipped("two-vpcs");
    let args = ["setup", "--service-name", SERVICE];
    let mut terminal = Run::against(&cloud, &args).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows("SQL user for").resizes(60).shows("SQL user for").types("me.root").shows("me.root");
    terminal.types(ENTER).shows("Password of me.root").resizes(50).shows("Password of me.root");
    terminal.types(ENTER).shows("VPC your application runs in").resizes(100);
    terminal.shows("VPC your application runs in").types(CTRL_C);
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130, "{seen}");
    let mut terminal = Run::against(&cloud, &["setup"]).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows("Paste the text").resizes(60).shows("Paste the text").types(CTRL_C);
    assert_eq!(terminal.ends().0, 130);
}

#[test]
fn sigterm_at_a_question_ends_with_143_and_a_usable_terminal() {
    let cloud = shipped("two-vpcs");
    let mut terminal =
        Run::against(&cloud, &["setup", "--service-name", SERVICE, "--skip-test"]).in_terminal();
    terminal.shows("VPC your application runs in");
    terminal.terminate();
    let (code, seen) = terminal.ends();
    assert_eq!(code, 143, "{seen}");
    assert!(seen.contains("Terminated. Nothing was changed."), "{seen}");
}

#[test]
fn nothing_is_animated_where_calm_is_asked_for() {
    for (name, value) in [("NO_COLOR", "1"), ("ACCESSIBLE", "1"), ("TERM", "dumb")] {
        let cloud = shipped("instant");
        let args = ["setup", "--service-name", SERVICE, "--yes", "--skip-test"];
        let (code, seen) = Run::against(&cloud, &args).env(name, value).in_terminal_as_is().ends();
        assert_eq!(code, 0, "{seen}");
        assert!(!seen.contains("\u{1b}[2K"), "{name}: lines were redrawn:\n{seen:?}");
        assert!(seen.contains("connection Connected"), "{name}: states are lines of their own:\n{seen}");
    }
}

#[test]
fn in_the_background_of_a_shell_it_ends_like_anywhere_else() {
    let (command, home) = Run::new(&["policy", "-q"]).env("TERM", "xterm").into_parts();
    let mut shell = std::process::Command::new("/bin/sh");
    let script = "set -m; \"$0\" \"$@\" > /dev/null & wait $!; echo \"ended with $?\"";
    shell.args(["-c", script]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut session = rexpect::session::spawn_command(shell, Some(10_000)).expect("a terminal");
    // Touching the terminal from there would stop it for good.
    session.exp_string("ended with 0").expect("it ends");
    drop(home);
}
