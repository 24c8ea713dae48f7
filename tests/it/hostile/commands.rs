//! Commands and settings that are printed to be pasted: a shell, and Python, read back what went in.

use std::path::Path;
use std::process::Command;

use super::assert_tame;
use crate::common::{Run, World, sandbox};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const ID: &str = "ep-t4nsandbox0000000001";
const READY: &str = "[[endpoint]]\nname = 'app'\n";
/// A name of a folder that nobody should choose.
const FOLDER: &str = "it's \"a\" $HOME `id` $(id) *;\n\t\u{1b}[31m%s\\n 终端 😀 \u{202e}~#!&|<>";
const DATABASE: &str = "te'st \"$(id)\" `id` \\n %40 终端";
const USER: &str = "3pTAoNNegb47Uc8.ro'ot \"$HOME\"";

/// The words of a command line, as a shell reads them.
fn words(line: &str) -> Vec<String> {
    let script = format!("for word in {line}; do printf '%s\\0' \"$word\"; done");
    let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
    assert!(output.stderr.is_empty(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_terminator('\0').map(ToOwned::to_owned).collect()
}

/// The word after `flag`.
fn after<'a>(words: &'a [String], flag: &str) -> &'a str {
    let at = words.iter().position(|word| word == flag).unwrap_or_else(|| panic!("no {flag}: {words:?}"));
    &words[at + 1]
}

/// A password and an authority in a folder with that name.
fn odd_files(world: &World, home: &Path) -> (String, String) {
    let folder = home.join(FOLDER);
    std::fs::create_dir_all(&folder).expect("a folder");
    let (password, ca) = (folder.join("pass word"), folder.join("ca'.pem"));
    std::fs::write(&password, "p'a\"s$(id)s").expect("a file");
    std::fs::write(&ca, world.lab.ca_pem()).expect("a file");
    (password.display().to_string(), ca.display().to_string())
}

#[test]
fn the_command_that_repeats_a_run_is_read_back_by_a_shell() {
    let world = World::of("[timing]\nactive_ms = 0\nconnecting_ms = 0\nconnected_ms = 0\nzones_ms = 0\n");
    let state = tempfile::tempdir().expect("a directory");
    let files = tempfile::tempdir().expect("a directory");
    let (password, ca) = odd_files(&world, files.path());
    let tag = "it's=a \"$(id)\" 😀";
    let run = |args: &[&str]| {
        let run = Run::in_lab(&world.lab, args).without("TIDB_PE_SSL_CA");
        run.env("TIDB_PE_STATE_DIR", &state.path().display().to_string())
    };
    let args = ["setup", "--service-name", SERVICE, "--skip-test", "--yes", "--endpoint-name", "终端-节点_1"];
    let more = ["--tag", tag, "--tag", "空=值", "--user", USER, "--database", DATABASE];
    let paths = ["--password-file", &password, "--ssl-ca", &ca];
    let first = run(&args).args(&more).args(&paths).args(&["-o", "json"]).go().expect(0);
    assert_tame(&first);
    let document = first.json();
    let next = document["next"].as_str().expect("a command");
    let words = words(next);
    for (flag, value) in [
        ("--tag", tag),
        ("--user", USER),
        ("--database", DATABASE),
        ("--password-file", &password),
        ("--ssl-ca", &ca),
        ("--endpoint-name", "终端-节点_1"),
    ] {
        assert_eq!(after(&words, flag), value);
    }
    // In text it is the same line, and it does what it says.
    let text = run(&args).args(&more).args(&paths).go().expect(0);
    assert_tame(&text);
    assert!(text.stderr.contains(next), "{next}\n{}", text.stderr);
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let again = run(&words).without("TIDB_PE_ENDPOINT_URL").args(&["-o", "json"]).go().expect(0).json();
    assert_eq!((&again["changed"], &again["next"]), (&false.into(), &next.into()));
}

#[test]
fn client_commands_are_read_back_by_a_shell() {
    let world = World::of(READY);
    let files = tempfile::tempdir().expect("a directory");
    let (_, ca) = odd_files(&world, files.path());
    let password = "p'a\"s$(id)`id`\\ \n\t\u{1b}%s! 终端";
    for client in ["mysql", "mariadb", "mycli"] {
        let run = Run::in_lab(&world.lab, &["connection-string", ID, "--region-id", "ap-southeast-1"])
            .args(&["--client", client, "--user", USER, "--database", DATABASE, "--ssl-ca", &ca])
            .args(&["--show-password"])
            .env("TIDB_PE_PASSWORD", password);
        let outcome = run.go().expect(0);
        assert_tame(&outcome);
        let words = words(outcome.stdout.trim_end());
        assert_eq!(after(&words, "-u"), USER, "{client}");
        assert_eq!(after(&words, "-D"), DATABASE, "{client}");
        assert!(words.contains(&format!("--ssl-ca={ca}")), "{client}: {words:?}");
        assert!(words.contains(&format!("-p{password}")), "{client}: {words:?}");
    }
}

#[test]
fn an_env_file_is_read_back_by_a_shell() {
    let world = World::of(READY);
    let files = tempfile::tempdir().expect("a directory");
    let (_, ca) = odd_files(&world, files.path());
    let passwords =
        ["plain", "p'a\"s$(id)`id`\\ \\n%s!", "two\nlines 'quoted' $HOME", "back`tick`", "a\"b$c", "#x y=z"];
    for password in passwords {
        let run = Run::in_lab(&world.lab, &["connection-string", ID, "--region-id", "ap-southeast-1"])
            .args(&["--client", "env", "--user", USER, "--database", DATABASE, "--ssl-ca", &ca])
            .args(&["--show-password"])
            .env("TIDB_PE_PASSWORD", password);
        let file = files.path().join("settings.env");
        std::fs::write(&file, run.go().expect(0).stdout).expect("a file");
        let names = ["TIDB_USER", "TIDB_PASSWORD", "TIDB_DB_NAME", "CA_PATH", "TIDB_PORT"];
        let print = names.map(|name| format!("printf '%s\\0' \"${name}\"")).join("; ");
        let script = format!("set -aeu; . '{}'; {print}; env > /dev/null", file.display());
        let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("text");
        let values: Vec<&str> = text.split_terminator('\0').collect();
        assert_eq!(values, [USER, password, DATABASE, &ca, "4000"], "{password:?}");
    }
}

/// Stands in for the drivers, and says what they were called with.
const DRIVERS: &str = r#"
import json, sys, types
def module(name):
    made = types.ModuleType(name)
    made.connect = lambda **given: print(json.dumps([given["user"], given["password"], given["database"]]))
    sys.modules[name] = made
    return made
module("pymysql"), module("MySQLdb")
module("mysql").connector = module("mysql.connector")
exec(compile(sys.stdin.read(), "settings", "exec"))
if "DATABASES" in globals():
    given = DATABASES["default"]
    print(json.dumps([given["USER"], given["PASSWORD"], given["NAME"]]))
"#;

#[test]
#[allow(clippy::print_stdout, reason = "the one line a reader of the test's output needs")]
fn settings_in_python_are_read_back_by_python() {
    use std::io::Write;
    if Command::new("python3").arg("--version").output().is_err() {
        println!("python3 not found: skipped");
        return;
    }
    let cloud = sandbox(READY);
    let password = "p'a\"s$(id)\\ \n\t\u{1b}\u{7f}%s{x}😀 终端\u{2028}";
    for client in ["pymysql", "mysqlclient", "mysql-connector-python", "django"] {
        let run = Run::against(&cloud, &["connection-string", ID, "--region-id", "ap-southeast-1"])
            .args(&["--client", client, "--user", USER, "--database", DATABASE, "--show-password"])
            .env("TIDB_PE_PASSWORD", password);
        let settings = run.go().expect(0).stdout;
        let mut python = Command::new("python3")
            .args(["-c", DRIVERS])
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("python3 starts");
        python.stdin.take().expect("a pipe").write_all(settings.as_bytes()).expect("it reads");
        let output = python.wait_with_output().expect("it ends");
        let read: Vec<String> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{client}: {error}\n{settings}"));
        assert_eq!(read, [USER, password, DATABASE], "{client}");
    }
}
