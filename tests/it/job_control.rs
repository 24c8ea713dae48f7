//! A shell that stops the process and lets it go on: the terminal is the shell's meanwhile, and nothing that is typed
//! at a hidden question ever shows.

use std::process::Command;
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

use crate::common::{Run, readable, shipped};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const SECRET: &str = "typed-in-the-dark";

/// What the shell does once the job has stopped or ended, until it brings the job back.
const SHELL: &str = r#"echo "left with $?"
echo modes: $(stty -a | tr ';' '\n' | grep -o -- '-\?\(echo\|icanon\|isig\)\b' | sort)
read line
stty echo icanon isig
fg
echo "ended with $?"
"#;

/// Starts it as a job of a shell that says how the terminal is once the job has stopped or ended, and brings the job
/// back when it is told to.
fn job(run: Run) -> (PtySession, TempDir) {
    let (command, home) = run.env("TERM", "xterm-256color").into_parts();
    // Whoever starts the tests in the background ignores SIGQUIT, and that is inherited.
    let heard = if cfg!(target_os = "linux") { "env --default-signal=QUIT,TSTP" } else { "" };
    let script = format!(
        "set -m\nstty echo\nsh -c 'echo \"pid=$$.\"; exec {heard} \"$0\" \"$@\"' \"$0\" \"$@\"\n{SHELL}"
    );
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &script]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(home.path());
    (spawn_command(shell, Some(20_000)).expect("a terminal"), home)
}

fn shows(session: &mut PtySession, text: &str) -> String {
    session.exp_string(text).unwrap_or_else(|error| panic!("{text}: {}", readable(&error.to_string())))
}

fn types(session: &mut PtySession, keys: &str) {
    std::thread::sleep(Duration::from_millis(200));
    session.send(keys).expect("it listens");
    session.flush().expect("it listens");
}

fn signal(name: &str, pid: &str) {
    let status = Command::new("kill").args([name, pid]).status().expect("kill");
    assert!(status.success(), "{name} {pid}");
}

fn at_the_password(session: &mut PtySession) -> String {
    shows(session, "pid=");
    let pid = shows(session, ".");
    shows(session, "Password of me.root");
    std::thread::sleep(Duration::from_millis(200));
    pid
}

#[test]
fn a_hidden_question_that_was_stopped_stays_hidden() {
    for plain in [false, true] {
        let cloud = shipped("instant");
        let run = Run::against(&cloud, &["setup", "--service-name", SERVICE, "--user", "me.root"]);
        let run = if plain { run.env("ACCESSIBLE", "1") } else { run };
        let (mut session, _home) = job(run);
        let pid = at_the_password(&mut session);
        signal("-TSTP", &pid);
        shows(&mut session, "left with ");
        shows(&mut session, "modes: echo icanon isig");
        types(&mut session, "\n");
        if !plain {
            shows(&mut session, "Password of me.root");
        }
        types(&mut session, SECRET);
        types(&mut session, "\r");
        let seen = shows(&mut session, "Proceed");
        assert!(!seen.contains(SECRET), "it shows:\n{seen:?}");
        types(&mut session, "n\r");
        shows(&mut session, "ended with 130");
    }
}

/// In raw mode the terminal makes no signals of these keys.
#[test]
fn ctrl_z_stops_and_ctrl_backslash_ends_at_a_drawn_question() {
    let cloud = shipped("instant");
    let (mut session, _home) =
        job(Run::against(&cloud, &["setup", "--service-name", SERVICE, "--user", "me.root"]));
    at_the_password(&mut session);
    types(&mut session, "\u{1a}");
    shows(&mut session, "left with ");
    shows(&mut session, "modes: echo icanon isig");
    types(&mut session, "\n");
    shows(&mut session, "Password of me.root");
    types(&mut session, "\u{1c}");
    shows(&mut session, "ended with 131");
}

#[test]
fn sigquit_leaves_a_usable_terminal() {
    let cloud = shipped("instant");
    let (mut session, _home) =
        job(Run::against(&cloud, &["setup", "--service-name", SERVICE, "--user", "me.root"]));
    let pid = at_the_password(&mut session);
    signal("-QUIT", &pid);
    shows(&mut session, "left with 131");
    shows(&mut session, "modes: echo icanon isig");
}
