//! What a run leaves behind and whom it talks to: files in the state directory alone, and the addresses it was given.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tidb_pe::sandbox::Scenario;

use crate::common::{Outcome, Run, World};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const ID: &str = "ep-t4nsandbox0000000001";

/// A whole life of an endpoint, and a look at each point of it.
const LIFE: [&[&str]; 8] = [
    &["setup", "--service-name", SERVICE, "--dry-run"],
    &["setup", "--service-name", SERVICE, "--yes"],
    &["setup", "--service-name", SERVICE, "--yes", "-o", "json", "-vv"],
    &["check", ID, "--region-id", "ap-southeast-1"],
    &["check", "--all", "--region-id", "ap-southeast-1"],
    &["list", "--all-regions"],
    &["connection-string", ID, "--region-id", "ap-southeast-1", "--client", "all"],
    &["delete", ID, "--region-id", "ap-southeast-1", "--yes"],
];

fn in_lab(world: &World, args: &[&str]) -> Run {
    Run::in_lab(&world.lab, args)
        .env("TIDB_PE_USER", "sandbox00000001.root")
        .env("TIDB_PE_PASSWORD", "sandbox-password")
}

/// A home with what a user has in it, a working directory and a place for temporary files.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        for (path, text) in [
            ("home/.aliyun/config.json", r#"{"current":"","profiles":[]}"#),
            ("home/.ssh/id", "mine"),
            ("home/.config/tidb-pe/x", "mine"),
            ("work/notes.txt", "mine"),
            ("tmp/other", "mine"),
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn state(&self) -> PathBuf {
        self.path("home/.local/state/tidb-pe")
    }

    /// This run, started on this machine; `wrapper` comes before the program.
    fn command(&self, run: Run, wrapper: &[&str]) -> (Command, tempfile::TempDir) {
        let (command, kept) = run.into_parts();
        let mut words = wrapper.iter().map(std::ffi::OsStr::new).chain([command.get_program()]);
        let mut on_it = Command::new(words.next().expect("a program"));
        on_it.args(words).args(command.get_args());
        on_it.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        on_it.env("HOME", self.path("home")).env("TMPDIR", self.path("tmp")).current_dir(self.path("work"));
        on_it.stdin(Stdio::null());
        (on_it, kept)
    }

    /// Everything on it: kind, mode, size, time of change and content.
    fn listing(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a directory").flatten() {
                let (path, facts) = (entry.path(), entry.metadata().expect("it is there"));
                let content =
                    if facts.is_file() { std::fs::read(&path).expect("a file") } else { Vec::new() };
                // Making the state directory changes those above it.
                let time = facts.is_file().then(|| facts.modified().expect("a time"));
                found.insert(path.clone(), format!("{:?} {time:?} {content:?}", facts.permissions()));
                if facts.is_dir() {
                    folders.push(path);
                }
            }
        }
        found
    }
}

/// The paths that differ.
fn changed(before: &BTreeMap<PathBuf, String>, after: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

/// The state directory, what is in it, and what it is in.
fn is_of_state(path: &Path, state: &Path) -> bool {
    state.starts_with(path) || path.starts_with(state)
}

#[test]
fn nothing_but_the_state_directory_is_touched() {
    let world = World::start(Scenario::named("instant").expect("shipped"));
    let machine = Machine::new();
    let before = machine.listing();
    for args in LIFE {
        let (mut command, _kept) = machine.command(in_lab(&world, args), &[]);
        Outcome::of(&command.output().expect("it starts")).expect(0);
        let touched = changed(&before, &machine.listing());
        let elsewhere: Vec<&PathBuf> =
            touched.iter().filter(|path| !is_of_state(path, &machine.state())).collect();
        assert!(elsewhere.is_empty(), "{args:?} touched {elsewhere:?}");
        let odd = |path: &&PathBuf| {
            path.is_file() && !["json", "lock"].iter().any(|end| path.extension().is_some_and(|e| e == *end))
        };
        assert_eq!(touched.iter().find(odd), None, "{args:?}");
    }
}

#[test]
fn looking_and_the_sandbox_touch_nothing_at_all() {
    let world = World::of("[[endpoint]]\nname = 'app'\n");
    let machine = Machine::new();
    let before = machine.listing();
    let looks: [&[&str]; 6] = [LIFE[0], LIFE[3], LIFE[5], LIFE[6], &["policy"], &["man"]];
    for args in looks {
        let (mut command, _kept) = machine.command(in_lab(&world, args), &[]);
        Outcome::of(&command.output().expect("it starts")).expect(0);
        assert_eq!(changed(&before, &machine.listing()), [] as [PathBuf; 0], "{args:?}");
    }
    for args in [["setup", "--sandbox=instant", "--yes"], ["check", "--sandbox=instant", "-q"]] {
        let (mut command, _kept) = machine.command(Run::new(&args), &[]);
        Outcome::of(&command.output().expect("it starts")).expect(0);
        assert_eq!(changed(&before, &machine.listing()), [] as [PathBuf; 0], "{args:?}");
    }
}

/// System calls that change files or talk to somebody; those a machine does not have are left out by the `?`.
const CALLS: &str = "trace=?open,?openat,?openat2,?creat,?connect,?sendto,?sendmsg,?sendmmsg,?unlink,?unlinkat,?rename,\
                     ?renameat,?renameat2,?mkdir,?mkdirat,?mknod,?mknodat,?link,?linkat,?symlink,?symlinkat,?rmdir,\
                     ?truncate,?chmod,?fchmodat,?chown,?fchownat,?utimensat,?setxattr,?execve,?execveat,?bind";

/// One system call: its name, its arguments as strace writes them, and whether it succeeded.
struct Call {
    name: String,
    arguments: String,
    failed: bool,
}

fn calls(folder: &Path) -> Vec<Call> {
    let mut calls = Vec::new();
    // A file a thread, so that no call is cut in two.
    for file in std::fs::read_dir(folder).expect("a directory").flatten() {
        let text = String::from_utf8_lossy(&std::fs::read(file.path()).expect("a file")).into_owned();
        for line in text.lines() {
            let Some((name, rest)) = line.split_once('(') else { continue };
            let (arguments, result) = rest.rsplit_once(" = ").unwrap_or((rest, ""));
            let (name, arguments) = (name.to_owned(), arguments.trim_end_matches(')').to_owned());
            calls.push(Call { name, arguments, failed: result.starts_with('-') });
        }
    }
    calls
}

impl Call {
    /// The paths among its arguments.
    fn paths(&self) -> Vec<&Path> {
        self.arguments.split('"').skip(1).step_by(2).map(Path::new).collect()
    }

    /// Whether it may change a file. What failed has changed nothing, but shows what was tried.
    fn writes(&self) -> bool {
        match self.name.as_str() {
            "open" | "openat" | "openat2" => {
                ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| self.arguments.contains(flag))
            }
            "connect" | "sendto" | "sendmsg" | "sendmmsg" | "execve" | "execveat" | "bind" => false,
            _ => true,
        }
    }

    /// Whom it reaches; `None` where it names no address of the internet.
    fn address(&self) -> Option<SocketAddr> {
        let between = |before: &str, after: &str| {
            let rest = self.arguments.split_once(before)?.1;
            Some(rest.split_once(after)?.0.to_owned())
        };
        let port = between("port=htons(", ")")?.parse().ok()?;
        let ip = between("inet_addr(\"", "\")").or_else(|| between("inet_pton(AF_INET6, \"", "\""))?;
        Some(SocketAddr::new(ip.parse::<IpAddr>().ok()?, port))
    }
}

/// Whether strace is here and may trace. Without it the tests that need it say so and are skipped, unless they are
/// required.
#[allow(clippy::print_stdout, reason = "the one line a reader of the test's output needs")]
fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-e", "trace=none", "true"]).output();
    let can = tried.is_ok_and(|output| output.status.success());
    assert!(
        can || std::env::var_os("TIDB_PE_REQUIRE_STRACE").is_none(),
        "strace is required and cannot trace"
    );
    if !can {
        println!("strace not found, or it may not trace: skipped");
    }
    can
}

/// Runs it under strace.
fn traced(machine: &Machine, run: Run) -> (Outcome, Vec<Call>) {
    let traces = tempfile::tempdir().expect("a directory");
    let prefix = traces.path().join("trace").display().to_string();
    let wrapper = ["strace", "-ff", "-qq", "-s", "4096", "-e", "signal=none", "-e", CALLS, "-o", &prefix];
    let (mut command, _kept) = machine.command(run, &wrapper);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let outcome = Outcome::of(&command.output().expect("strace starts"));
    (outcome, calls(traces.path()))
}

/// Fails the test if a call changed a file outside the state directory, started a program, or reached an address that is
/// not one of `given`.
fn assert_traces(args: &[&str], calls: &[Call], state: Option<&Path>, given: impl Fn(SocketAddr) -> bool) {
    assert!(calls.iter().any(|call| call.name == "openat"), "{args:?}: nothing was traced");
    for call in calls {
        let shown = format!("{args:?}: {}({})", call.name, call.arguments);
        if call.writes() {
            for path in call.paths() {
                let ours = state.is_some_and(|state| is_of_state(path, state));
                assert!(ours || [Path::new("/dev/null"), Path::new("/dev/tty")].contains(&path), "{shown}");
            }
        }
        if call.name.starts_with("exec") && !call.failed {
            assert!(call.paths()[0].ends_with("tidb-pe"), "{shown}");
        }
        if call.name == "bind" {
            assert!(call.address().is_none_or(|address| address.ip().is_loopback()), "{shown}");
        }
        if ["connect", "sendto", "sendmsg", "sendmmsg"].contains(&call.name.as_str()) {
            assert!(!call.arguments.contains("AF_UNIX"), "{shown}");
            assert!(call.address().is_none_or(&given), "{shown}");
        }
    }
}

fn address_of(url: &str) -> SocketAddr {
    url.strip_prefix("http://").and_then(|rest| rest.parse().ok()).unwrap_or_else(|| panic!("{url}"))
}

#[test]
fn system_calls_reach_the_given_addresses_and_the_state_directory_alone() {
    if !can_trace() {
        return;
    }
    let world = World::start(Scenario::named("instant").expect("shipped"));
    let machine = Machine::new();
    let given = [
        address_of(&world.lab.cloud().url()),
        world.lab.gateway_addr(),
        address_of(crate::metadata::Metadata::none()),
    ];
    let mut reached = BTreeSet::new();
    for args in LIFE {
        let (outcome, calls) = traced(&machine, in_lab(&world, args));
        outcome.expect(0);
        reached.extend(calls.iter().filter(|call| call.name == "connect").filter_map(Call::address));
        assert_traces(args, &calls, Some(&machine.state()), |address| given.contains(&address));
    }
    assert!(
        reached.contains(&given[0]) && reached.contains(&given[1]),
        "the trace shows no connection: {reached:?}"
    );
}

#[test]
fn in_the_sandbox_system_calls_stay_on_this_machine_and_write_nothing() {
    if !can_trace() {
        return;
    }
    let machine = Machine::new();
    let commands: [&[&str]; 3] =
        [&["setup", "--sandbox=instant", "--yes"], &["check", "--sandbox=instant"], &["policy"]];
    for args in commands {
        let (outcome, calls) = traced(&machine, Run::new(args));
        outcome.expect(0);
        assert_traces(args, &calls, None, |address| address.ip().is_loopback());
    }
}

#[test]
fn a_proxy_in_the_environment_hears_nothing_of_loopback() {
    if !can_trace() {
        return;
    }
    let world = World::start(Scenario::named("instant").expect("shipped"));
    let machine = Machine::new();
    let run = in_lab(&world, LIFE[1]);
    let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let run = names.iter().fold(run, |run, name| run.env(name, "http://192.0.2.1:3128"));
    let (outcome, calls) = traced(&machine, run);
    outcome.expect(0);
    assert_traces(LIFE[1], &calls, Some(&machine.state()), |address| address.ip().is_loopback());
}
