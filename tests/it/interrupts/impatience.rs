//! A second Ctrl-C, a terminal that is closed, and `nohup`.

use std::io::{PipeReader, PipeWriter, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::running::{Running, interrupted, tell};
use crate::common::{Run, Terminal, shipped};

const SETUP: [&str; 5] = [
    "setup",
    "--service-name",
    "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001",
    "--yes",
    "--skip-test",
];
const ID: &str = "ep-t4nsandbox0000000001";

/// A pipe that nobody reads and that takes no more.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut filler = writer.try_clone().expect("a second end");
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    // It stays in its last write, for as long as the test's process lives.
    std::thread::spawn(move || {
        while filler.write_all(&[b'.'; 512]).is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_millis(50));
        match written.load(Ordering::SeqCst) {
            now if now == before && now > 0 => return (reader, writer),
            now => before = now,
        }
    }
}

fn kill(pid: u32, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

#[test]
fn a_second_ctrl_c_ends_it_even_where_its_last_words_are_stuck() {
    for (first, second, code) in [("INT", "INT", 130), ("TERM", "TERM", 143), ("HUP", "INT", 130)] {
        let cloud = shipped("stuck");
        let (mut command, _home) = Run::against(&cloud, &SETUP).args(&["-q"]).into_parts();
        let (_unread, full) = full_pipe();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(full)
            .spawn()
            .expect("the binary starts");
        while !cloud.calls().iter().any(|call| call.action == "GetVpcEndpointAttribute") {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill(child.id(), first);
        if first == "HUP" {
            // A closed terminal tells so more than once.
            std::thread::sleep(Duration::from_millis(50));
            kill(child.id(), first);
        }
        std::thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().expect("a child").is_none(), "SIG{first}: its last words were not stuck");
        let started = Instant::now();
        kill(child.id(), second);
        let status = child.wait().expect("it ends");
        tell(&format!("a second SIG{second} after SIG{first}"), started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        assert_eq!(status.code(), Some(code), "SIG{first}, SIG{second}");
    }
}

#[test]
fn under_nohup_a_closed_terminal_stops_nothing() {
    let cloud = shipped("stuck");
    let (command, home) = Run::against(&cloud, &SETUP).args(&["-o", "json"]).into_parts();
    let mut nohup = Command::new("/bin/sh");
    nohup.env_clear().args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]);
    nohup.arg(command.get_program()).args(command.get_args());
    nohup.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    nohup.current_dir(home.path());
    nohup.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = nohup.spawn().expect("a shell");
    let polls = || cloud.calls().iter().filter(|call| call.action == "GetVpcEndpointAttribute").count();
    while polls() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(child.id(), "HUP");
    let before = polls();
    let started = Instant::now();
    while polls() < before + 2 {
        assert!(child.try_wait().expect("a child").is_none(), "it ended");
        assert!(started.elapsed() < Duration::from_secs(30), "it does not go on");
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(child.id(), "TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
}

/// Hidden and shown again as often: the cursor is there at the end.
fn assert_cursor_is_shown(seen: &str) {
    let shown = seen.rfind("\u{1b}[?25h");
    assert!(shown.is_some() && shown > seen.rfind("\u{1b}[?25l"), "the cursor stays hidden:\n{seen:?}");
}

fn waiting(cloud: &tidb_pe::sandbox::Sandbox) -> Terminal {
    let mut terminal = Run::against(cloud, &SETUP).in_terminal();
    terminal.shows("Endpoint Creating");
    terminal
}

#[test]
fn at_a_terminal_the_spinner_goes_and_the_cursor_comes_back() {
    let cloud = shipped("stuck");
    let mut terminal = waiting(&cloud);
    terminal.types("\u{3}");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130, "{seen}");
    assert!(seen.contains(&format!("Endpoint {ID} exists")), "{seen}");
    assert_cursor_is_shown(&seen);
    let mut terminal = waiting(&cloud);
    terminal.terminate();
    let (code, seen) = terminal.ends();
    assert_eq!(code, 143, "{seen}");
    assert!(seen.contains("Terminated. Endpoint"), "{seen}");
    assert_cursor_is_shown(&seen);
}

#[test]
fn in_text_what_exists_is_said_too() {
    let cloud = shipped("stuck");
    let mut running = Running::start(Run::against(&cloud, &SETUP));
    running.until("waiting", |_| cloud.calls().iter().any(|call| call.action == "GetVpcEndpointAttribute"));
    let (outcome, _) = running.ends_by("HUP");
    let outcome = outcome.expect(143);
    assert_eq!(outcome.stdout, "");
    let said = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(&format!("The terminal went away. Endpoint {ID} exists and costs money")),
        "{said}"
    );
    assert!(said.contains(&format!("To undo: tidb-pe delete {ID}")), "{said}");
    let json = Running::start(Run::against(&cloud, &SETUP).args(&["-o", "json"]));
    let mut json = json;
    json.until("waiting", |said| said.contains("Endpoint ep-"));
    interrupted("json", json.ends_by("HUP"), 143);
}
