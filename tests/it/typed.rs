//! At a terminal: a key typed for one run, an instance chosen from the list.

use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

use crate::common::{Run, sandbox, shipped};
use crate::credentials::{KEY, LOOK, SECRET, TEMPORARY, TOKEN, keyless};

/// Starts `run` in a terminal of its own.
fn at_a_terminal(run: Run) -> (PtySession, TempDir) {
    let (mut command, home) = run.env("TERM", "xterm").into_parts();
    // The terminal is standard input as well.
    command.stdin(std::process::Stdio::inherit());
    (spawn_command(command, Some(20_000)).expect("a terminal"), home)
}

/// Waits for a question, and a moment more: what is typed before a question is thrown away.
fn asked(session: &mut PtySession, question: &str) {
    session.exp_string(question).unwrap_or_else(|error| panic!("{question}: {error}"));
    std::thread::sleep(Duration::from_millis(200));
}

fn files(home: &TempDir) -> usize {
    std::fs::read_dir(home.path()).expect("a directory").count()
}

#[test]
fn without_credentials_a_key_may_be_typed_for_this_run_only() {
    let cloud = sandbox("key.kind = \"token\"");
    for (id, token) in [(KEY, None), (TEMPORARY, Some(TOKEN))] {
        let (mut session, home) = at_a_terminal(keyless(&cloud, &LOOK[..7]));
        asked(&mut session, "AccessKey ID, for this run only");
        session.send_line(id).unwrap();
        asked(&mut session, "AccessKey secret (not shown, not stored)");
        session.send_line(&format!("{SECRET} ")).unwrap();
        if let Some(token) = token {
            asked(&mut session, "Security token of this temporary key");
            session.send_line(token).unwrap();
        }
        let before = session.exp_string("the prompt, for this run only").expect("who signs");
        let after = session.exp_eof().expect("the end");
        assert!(!before.contains(SECRET) && !after.contains(SECRET), "{before}{after}");
        assert!(!before.contains(TOKEN) && !after.contains(TOKEN), "{before}{after}");
        assert_eq!(files(&home), 0, "nothing is stored");
    }
}

#[test]
fn without_a_typed_key_the_sources_are_listed() {
    let cloud = shipped("instant");
    let (mut session, _home) = at_a_terminal(keyless(&cloud, &LOOK[..7]));
    asked(&mut session, "AccessKey ID, for this run only");
    session.send_line("").unwrap();
    session.exp_string("No usable Alibaba Cloud credentials. Looked at, in this order:").expect("the list");
    session.exp_eof().expect("the end");
}

#[test]
fn an_unknown_profile_is_not_typed_over() {
    let cloud = shipped("instant");
    let (mut session, _home) = at_a_terminal(keyless(&cloud, &LOOK[..7]).args(&["--profile", "p"]));
    let text = session.exp_eof().expect("the end");
    assert!(
        !text.contains("AccessKey ID, for") && text.contains("No usable Alibaba Cloud credentials"),
        "{text}"
    );
}

#[test]
fn with_an_api_key_the_instance_is_chosen_from_a_list() {
    let cloud = sandbox("tidb_cloud.others = 120");
    let key = cloud.tidb_cloud_key();
    let args = ["setup", "--vpc-id", "vpc-t4nsandbox0000000001", "--dry-run", "--skip-test"];
    let run = Run::against(&cloud, &args)
        .env("TIDB_PE_TIDB_CLOUD_URL", &cloud.tidb_cloud_url())
        .env("TIDBCLOUD_PUBLIC_KEY", &key.public)
        .env("TIDBCLOUD_PRIVATE_KEY", key.private.expose());
    let (mut session, _home) = at_a_terminal(run);
    asked(&mut session, "TiDB Cloud instance on Alibaba Cloud");
    let rows = session.exp_string("none of these").expect("the last row");
    assert!(rows.contains("10000000000000000001") && !rows.contains("elsewhere"), "{rows}");
    std::thread::sleep(Duration::from_millis(200));
    session.send("\r").unwrap();
    session.flush().unwrap();
    session.exp_string("TiDB Cloud instance \"sandbox\" (10000000000000000001)").expect("the instance");
    session.exp_string("(from TiDB Cloud)").expect("the plan");
    session.exp_eof().expect("the end");
    assert_eq!(cloud.tidb_cloud_asked().len(), 3, "two pages and the instance");
}

#[test]
fn without_a_list_the_service_name_is_asked_for() {
    let cloud = sandbox("tidb_cloud.wrong_secret = true");
    let key = cloud.tidb_cloud_key();
    let run = Run::against(&cloud, &["setup", "--dry-run", "--skip-test"])
        .env("TIDB_PE_TIDB_CLOUD_URL", &cloud.tidb_cloud_url())
        .env("TIDB_CLOUD_PUBLIC_KEY", &key.public)
        .env("TIDB_CLOUD_PRIVATE_KEY", key.private.expose());
    let (mut session, _home) = at_a_terminal(run);
    session.exp_string("list of instances is not available").expect("a warning");
    asked(&mut session, "Paste the text");
    session.send("\r").unwrap();
    session.flush().unwrap();
    asked(&mut session, "Service Name (");
    session.send_line(LOOK[2]).unwrap();
    session.exp_string("Plan").expect("the plan");
    session.exp_eof().expect("the end");
}
