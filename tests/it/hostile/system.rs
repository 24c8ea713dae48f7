//! A system that does not do its part: no home, no room, no standard streams, a clock that is years off.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use tidb_pe::sandbox::Sandbox;

use super::assert_tame;
use crate::common::{Outcome, Run, sandbox, shipped};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const BARE: &str = "[[vpc]]\nname = \"app\"\nvswitch = []\n\n[[vpc.group]]\nname = \"web\"\n";

fn setup(cloud: &Sandbox) -> Run {
    let args = ["setup", "--service-name", SERVICE, "--create-vswitch", "--create-security-group"];
    Run::against(cloud, &args).args(&["--skip-test", "--yes", "-o", "json"])
}

/// Runs it from a shell, which does `before` first; `redirect` stands behind the command.
fn by_shell(run: Run, before: &str, redirect: &str) -> Outcome {
    let (command, home) = run.into_parts();
    let mut shell = Command::new("/bin/sh");
    let script = format!("{before}\n\"$0\" \"$@\" {redirect}");
    shell.args(["-c", &script]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(home.path()).stdin(Stdio::null());
    let outcome = Outcome::of(&shell.output().expect("a shell"));
    assert_tame(&outcome);
    outcome
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o7777
}

/// A second run finds what the first one made, also without any state.
fn assert_one_endpoint(cloud: &Sandbox, first: &Outcome) {
    let id = first.json()["endpoint"]["id"].as_str().expect("an id").to_owned();
    let again = setup(cloud).go().expect(0).json();
    assert_eq!((&again["changed"], &again["endpoint"]["id"]), (&false.into(), &id.into()));
    let now = cloud.state();
    assert_eq!((now.endpoints.len(), now.vswitches.len(), now.groups.len()), (1, 1, 2));
}

#[test]
fn state_is_for_its_owner_alone_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let cloud = sandbox(BARE);
        let folder = tempfile::tempdir().expect("a directory");
        let state = folder.path().join("made/by/tidb-pe");
        let run = setup(&cloud).env("TIDB_PE_STATE_DIR", &state.display().to_string());
        by_shell(run, &format!("umask {umask}"), "").expect(0);
        assert_eq!(mode(&state), 0o700, "umask {umask}");
        let files: Vec<_> = std::fs::read_dir(&state).expect("a directory").flatten().collect();
        assert!(files.len() >= 2, "a record and a lock: {files:?}");
        for file in files {
            assert_eq!(mode(&file.path()), 0o600, "umask {umask}: {}", file.path().display());
        }
    }
}

#[test]
fn a_state_directory_behind_a_link_is_the_state_directory() {
    let cloud = sandbox(BARE);
    let folder = tempfile::tempdir().expect("a directory");
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    std::fs::create_dir(&real).expect("a directory");
    symlink(&real, &link).expect("a link");
    let run = setup(&cloud).env("TIDB_PE_STATE_DIR", &link.display().to_string());
    let outcome = run.go().expect(0);
    assert!(outcome.json().get("warnings").is_none(), "{}", outcome.stdout);
    assert!(std::fs::read_dir(&real).expect("a directory").count() >= 2);
}

#[test]
fn without_a_usable_state_directory_it_warns_once_and_goes_on() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("file"), "not a directory").expect("a file");
    symlink(path("nowhere"), path("dangling")).expect("a link");
    symlink(path("loop"), path("loop")).expect("a link");
    let long = "n".repeat(300);
    let below = [path("file"), path("file").join("below"), path("loop"), path(&long), "/dev/null/x".into()];
    for state in below.iter().map(|path| path.display().to_string()).chain(["/proc/tidb-pe".to_owned()]) {
        let cloud = sandbox(BARE);
        let outcome = setup(&cloud).env("TIDB_PE_STATE_DIR", &state).go().expect(0);
        assert_tame(&outcome);
        let document = outcome.json();
        let warnings = document["warnings"].as_array().unwrap_or_else(|| panic!("{state}: {document:#}"));
        let about = |text: &&serde_json::Value| {
            text.as_str().is_some_and(|text| text.contains(&state[..20.min(state.len())]))
        };
        assert_eq!(warnings.iter().filter(about).count(), 1, "{state}: {warnings:?}");
        assert_one_endpoint(&cloud, &outcome);
    }
    assert_eq!(std::fs::read_to_string(path("file")).expect("a file"), "not a directory");
}

#[test]
fn a_state_directory_that_may_not_be_written() {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o500)).expect("a directory of ours");
    let cloud = sandbox(BARE);
    let state = folder.path().join("state").display().to_string();
    let outcome = setup(&cloud).env("TIDB_PE_STATE_DIR", &state).go().expect(0);
    // Root may write anywhere; then there is nothing to warn of.
    let warned = outcome.json().get("warnings").is_some();
    assert_eq!(warned, !Path::new(&state).exists(), "{}", outcome.stdout);
    assert_one_endpoint(&cloud, &outcome);
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).expect("a directory of ours");
}

#[test]
fn what_lies_about_in_the_state_directory_is_left_alone() {
    let cloud = sandbox(BARE);
    let state = tempfile::tempdir().expect("a directory");
    let put = |name: &str, bytes: &[u8]| std::fs::write(state.path().join(name), bytes).expect("a file");
    put("other.json", b"\xff\xfe\0garbage");
    put("large.json", &vec![b'['; 9 << 20]);
    put("empty.json", b"");
    put("note.txt", b"mine");
    std::fs::create_dir(state.path().join("folder.json")).expect("a directory");
    let pipe = state.path().join("pipe.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo starts").success());
    let run = || setup(&cloud).env("TIDB_PE_STATE_DIR", &state.path().display().to_string());
    let first = run().go().expect(0);
    assert_eq!(run().go().expect(0).json()["changed"], false);
    assert_one_endpoint(&cloud, &first);
    assert_eq!(std::fs::read(state.path().join("note.txt")).expect("a file"), b"mine");
    assert_eq!(std::fs::read(state.path().join("other.json")).expect("a file"), b"\xff\xfe\0garbage");
}

#[test]
fn without_room_for_its_state_it_goes_on() {
    // The limit stands in for a full disk: every write to a file fails.
    for before in ["ulimit -f 0", "trap '' XFSZ; ulimit -f 0"] {
        let cloud = sandbox(BARE);
        let state = tempfile::tempdir().expect("a directory");
        let run = setup(&cloud).env("TIDB_PE_STATE_DIR", &state.path().display().to_string());
        let outcome = by_shell(run, before, "").expect(0);
        let warnings = outcome.json()["warnings"].to_string();
        assert!(warnings.contains("too large"), "{before}: {warnings}");
        let left: Vec<_> = std::fs::read_dir(state.path()).expect("a directory").flatten().collect();
        assert!(left.iter().all(|file| file.path().extension().is_some_and(|end| end == "lock")), "{left:?}");
        assert_one_endpoint(&cloud, &outcome);
    }
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let cloud = shipped("instant");
    let list = |format: &str| {
        Run::against(&cloud, &["setup", "--service-name", SERVICE, "--yes", "--skip-test", "-o", format])
    };
    for format in ["text", "json"] {
        let outcome = by_shell(list(format), "", "> /dev/full");
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("could not be written"), "{}", outcome.stderr);
    }
    for args in [["man"].as_slice(), &["completions", "bash"], &["--help"], &["--version"], &["policy"]] {
        let outcome = by_shell(Run::new(args), "", "> /dev/full");
        assert_eq!(outcome.code, 1, "{args:?}: {}", outcome.stderr);
    }
    // Talk that cannot be written is no failure of what was done.
    by_shell(list("json"), "", "2> /dev/full").expect(0);
}

#[test]
fn closed_streams_are_no_reason_to_fail() {
    let cloud = shipped("instant");
    let run = || Run::against(&cloud, &["setup", "--service-name", SERVICE, "--yes", "--skip-test"]);
    for redirect in [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        let state = tempfile::tempdir().expect("a directory");
        let run = run().env("TIDB_PE_STATE_DIR", &state.path().display().to_string());
        by_shell(run, "", redirect).expect(0);
        // No file of the run has become a standard stream.
        for file in std::fs::read_dir(state.path()).into_iter().flatten().flatten() {
            let text = std::fs::read_to_string(file.path()).expect("text");
            assert!(!text.contains("Host:") && !text.contains('✓'), "{redirect}: {text}");
        }
    }
    let outcome = by_shell(run().args(&["--password-stdin", "-o", "json"]), "", "<&-").expect(2);
    assert!(outcome.json()["error"]["message"].as_str().is_some_and(|m| m.contains("--password-stdin")));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    // A hundred kilobytes: it goes in the middle of them.
    let cloud = sandbox(&"[[endpoint]]\nname = 'app'\nzones = [{ zone = 'ap-southeast-1a' }]\n".repeat(200));
    let list = ["list", "--region-id", "ap-southeast-1", "-o", "json"];
    for run in [Run::new(&["man"]), Run::against(&cloud, &list)] {
        let outcome = by_shell(run, "{", "; echo \"code $?\" >&2; } | head -c 10");
        assert_eq!((outcome.stdout.len(), outcome.stderr.as_str()), (10, "code 0\n"));
    }
}

#[test]
fn without_a_home_directory() {
    let cloud = sandbox(BARE);
    let state = tempfile::tempdir().expect("a directory");
    for home in [None, Some(""), Some("/nonexistent"), Some("relative"), Some("/dev/null")] {
        let run = setup(&cloud).env("TIDB_PE_STATE_DIR", &state.path().display().to_string()).without("HOME");
        let run = if let Some(home) = home { run.env("HOME", home) } else { run };
        let outcome = run.go().expect(0);
        assert_tame(&outcome);
        assert_eq!(cloud.state().endpoints.len(), 1);
    }
    // A home where nothing can be made: state is not kept, and that is said.
    let cloud = sandbox(BARE);
    let outcome = setup(&cloud).env("HOME", "/dev/null").go().expect(0);
    assert!(outcome.json()["warnings"].to_string().contains("/dev/null"), "{}", outcome.stdout);
    assert_one_endpoint(&cloud, &outcome);
}

#[test]
fn a_clock_that_is_decades_off_is_corrected() {
    let years = |years: i64| years * 365 * 24 * 3600;
    // The cloud's clock against this machine's: as if this machine stood in 1970, or in 2100.
    for skew in [years(56), -years(74), years(1), -years(1)] {
        let cloud = sandbox(&format!("clock_skew_s = {skew}\n{BARE}"));
        let outcome = setup(&cloud).go().expect(0);
        assert_tame(&outcome);
        assert!(outcome.json()["warnings"].to_string().contains("clock is"), "{}", outcome.stdout);
        assert_one_endpoint(&cloud, &outcome);
    }
}

#[test]
fn a_record_from_another_century_misleads_nobody() {
    for at in ["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let cloud = sandbox(BARE);
        let state = tempfile::tempdir().expect("a directory");
        let run = || setup(&cloud).env("TIDB_PE_STATE_DIR", &state.path().display().to_string());
        run().go().expect(0);
        for file in std::fs::read_dir(state.path()).expect("a directory").flatten() {
            if file.path().extension().is_some_and(|end| end == "json") {
                let mut record: serde_json::Value =
                    serde_json::from_slice(&std::fs::read(file.path()).expect("a file")).expect("JSON");
                for entry in record["entries"].as_array_mut().expect("a list") {
                    entry["at"] = at.into();
                    entry["id"] = serde_json::Value::Null;
                }
                std::fs::write(file.path(), record.to_string()).expect("a file");
            }
        }
        let again = run().go().expect(0).json();
        assert_eq!(again["changed"], false, "{at}: {again:#}");
        assert_eq!(cloud.state().endpoints.len(), 1, "{at}");
    }
}
