//! The wizard's course in a real terminal: by paste, one by one, back and forth, narrow, in Chinese, without drawing.

use std::time::Duration;

use tidb_pe::sandbox::Scenario;

use crate::common::{Run, Terminal, World, bracketed, readable, sandbox, screen, shipped};

const SERVICE: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001";
const PASTE: &str = "Paste the text";
const ENTER: &str = "\r";
const DOWN: &str = "\u{1b}[B";
const ESC: &str = "\u{1b}";

fn dialog() -> String {
    Scenario::default().dialog()
}

/// Two VPCs of three vSwitches each, ready at once.
fn two_vpcs() -> World {
    World::of(
        "[timing]\nactive_ms = 1\nconnecting_ms = 2\nconnected_ms = 3\nzones_ms = 4\n\
         [[vpc]]\nname = \"app\"\n[[vpc]]\nname = \"batch\"\ncidr = \"172.16.0.0/16\"\n",
    )
}

/// Everything is settled by what was pasted: two keys, `y` and Enter, lead to a tested connection.
#[test]
fn from_a_paste_to_a_tested_connection_in_two_keys() {
    let mut terminal =
        Run::new(&["setup", "--sandbox=instant"]).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows(PASTE).types(&bracketed(&format!("{}PASSWORD: sandbox-password\n", dialog())));
    terminal.shows("from the pasted text").shows("given, not shown").shows("Proceed?").types("y\r");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    let seen = readable(&seen);
    assert!(seen.contains("✓ query  8.0.11-TiDB"), "{seen}");
    assert!(seen.contains(&format!("{SERVICE} (from the pasted text)")), "{seen}");
}

/// Where the terminal marks nothing, an empty line ends the block: three keys.
#[test]
fn an_unmarked_paste_ends_with_an_empty_line() {
    let mut terminal = Run::new(&["setup", "--sandbox=instant", "--skip-test"])
        .env("TERM", "xterm-256color")
        .in_terminal_of(140);
    terminal.shows(PASTE).types(&dialog().replace('\n', "\r"));
    std::thread::sleep(Duration::from_millis(400));
    terminal.types(ENTER).shows("Proceed?").types("y\r");
    assert_eq!(terminal.ends().0, 0);
}

#[test]
fn each_value_is_asked_for_one_by_one() {
    let world = two_vpcs();
    let mut terminal = Run::in_lab(&world.lab, &["setup"]).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows(PASTE).types(ENTER);
    terminal.shows("Service Name (TiDB Cloud console").types("com.amazonaws.vpce.us-east-1.vpce-svc-0a1\r");
    terminal.shows("of AWS, not of Alibaba Cloud").types(&format!("\u{15}{SERVICE}\r"));
    terminal.shows("SQL user for").types("sandbox00000001.root\r");
    terminal.shows("Password of sandbox00000001.root").types("sandbox-password\r");
    terminal.shows("VPC your application runs in").types(ENTER);
    terminal.shows("USD 0.01").shows("Proceed?").types("maybe\r").shows("answer y or n").types("\u{15}y\n");
    terminal.shows("Host:").shows("8.0.11-TiDB");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(world.lab.cloud().state().endpoints.len(), 1);
}

/// A Service Name typed where the dialog was asked for is an answer too.
#[test]
fn a_service_name_typed_at_the_first_question_is_taken() {
    let cloud = shipped("instant");
    let mut terminal = Run::against(&cloud, &["setup", "--skip-test", "--dry-run"])
        .env("TERM", "xterm-256color")
        .in_terminal_of(140);
    terminal.shows(PASTE).types(&format!("{SERVICE}\r")).shows("Price");
    assert_eq!(terminal.ends().0, 0);
}

#[test]
fn a_paste_with_yes_lines_never_confirms_the_plan() {
    let endings = ["\r\r\ry\ry\ryes\r", "\rProceed? y\ry\r\r\r", "\r\ry\r"];
    for (number, ending) in endings.into_iter().enumerate() {
        let cloud = shipped("instant");
        let mut terminal =
            Run::against(&cloud, &["setup", "--skip-test"]).env("TERM", "xterm-256color").in_terminal_of(140);
        terminal.shows(PASTE).types(&format!("{}{ending}", dialog().replace('\n', "\r")));
        if number != 1 {
            // The text does not end with an empty line, so it waits for one.
            std::thread::sleep(Duration::from_millis(400));
            terminal.types(ENTER);
        }
        terminal.shows("Proceed?");
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(cloud.state().endpoints.len(), 0, "the paste said yes");
        // At the plan itself, several lines at once are a paste and no answer.
        terminal.types("Region ID: ap-southeast-1\ry\ry\r");
        std::thread::sleep(Duration::from_millis(300));
        terminal.types(&bracketed("y\n"));
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(cloud.state().endpoints.len(), 0, "the paste said yes");
        terminal.types("\u{15}n\r");
        assert_eq!(terminal.ends().0, 130);
    }
}

#[test]
fn back_twice_and_another_answer() {
    let world = two_vpcs();
    let mut terminal = Run::in_lab(&world.lab, &["setup"]).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows(PASTE).types(ENTER).shows("Service Name (").types(&format!("{SERVICE}\r"));
    terminal.shows("SQL user for").types("wrong.root\r");
    terminal.shows("Password of wrong.root").types("wrong-Pa55word!\r");
    terminal.shows("VPC your application runs in").types(DOWN).types(ENTER);
    // Back over the list and the password to the user, which still stands there.
    terminal.shows("Proceed?").types("<\r").shows("VPC your application runs in").types("<");
    terminal.shows("Password of wrong.root").types("<\r").shows("SQL user for").shows("wrong.root");
    terminal.types("\u{15}sandbox00000001.root\r");
    terminal.shows("Password of sandbox00000001.root").types("sandbox-password\r");
    // The list begins at the VPC that was chosen before, the second one.
    terminal
        .shows("VPC your application runs in")
        .shows("> vpc-t4nsandbox0000000002")
        .types(DOWN)
        .types(ENTER);
    terminal.shows("10.0.0.0/24").shows("Proceed?").types("y\r");
    terminal.shows("8.0.11-TiDB");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    let state = world.lab.cloud().state();
    assert_eq!(state.endpoints.len(), 1);
}

#[test]
fn a_line_of_the_plan_can_be_changed() {
    let world = two_vpcs();
    let args = ["setup", "--service-name", SERVICE, "--skip-test"];
    let mut terminal = Run::in_lab(&world.lab, &args).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows("VPC your application runs in").types("app").types(ENTER);
    terminal.shows("\"app\"").shows("Proceed?").types("c\r").shows("Which line?").types("VPC").types(ENTER);
    terminal.shows("VPC your application runs in").types(DOWN).types(ENTER).shows("\"batch\"");
    terminal.shows("Proceed?").types("c\r").shows("Which line?").types("Availability").types(ENTER);
    terminal.shows("Availability Zone ID, one or several").types("\u{15}ap-southeast-1b\r");
    terminal
        .shows("1 zone ")
        .shows("Proceed?")
        .types("c\r")
        .shows("Which line?")
        .types("Security")
        .types(ENTER);
    terminal
        .shows("lets your VPC in on 4000")
        .shows("lets only its own members in on 4000")
        .types("<")
        .shows("Proceed?");
    terminal.types("c\r").shows("Which line?").types("Endpoint Name").types(ENTER);
    terminal
        .shows("Endpoint Name (")
        .types("\u{15}shop\r")
        .shows("create shop")
        .shows("Proceed?")
        .types("y\r");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    let state = world.lab.cloud().state();
    assert_eq!(state.endpoints.len(), 1);
    assert_eq!(state.endpoints[0].name, "shop");
    assert_eq!(state.endpoints[0].zones.len(), 1);
}

/// What a person might type where the keys are not the same: nothing of it becomes a secret or a name.
#[test]
fn the_signs_for_help_and_back_are_never_an_answer() {
    let cloud = shipped("instant");
    let args = ["setup", "--service-name", SERVICE];
    let mut terminal = Run::against(&cloud, &args).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal
        .shows("SQL user for")
        .types("a b?\r")
        .shows("A user name has no spaces")
        .types("\u{15}me.root\r");
    terminal
        .shows("Password of me.root")
        .shows("? and Enter")
        .types("?\r")
        .shows("used for the test and not stored");
    terminal
        .types("?<\r")
        .shows("SQL user for")
        .shows("me.root")
        .types("?")
        .shows("with its prefix")
        .types(ENTER);
    terminal.shows("Password of me.root").types(ENTER).shows("Proceed?").types("c\r").shows("Which line?");
    // A number goes to its line, and a value that does not do brings its question back.
    terminal.types("3").types(ENTER).shows("Availability Zone ID, one").types("\u{15}ap-southeast-1z\r");
    terminal.shows("not offered in zone ap-southeast-1z").shows("Availability Zone ID, one").types("<\r");
    terminal.shows("Proceed?").types(ESC);
    assert_eq!(terminal.ends().0, 130);
}

#[test]
fn help_explains_and_says_where_to_find_it() {
    let cloud = shipped("two-vpcs");
    let mut terminal =
        Run::against(&cloud, &["setup", "--skip-test"]).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows(PASTE).types("?").shows("Connection Type: Private Endpoint").types(ENTER);
    terminal
        .shows("Service Name (")
        .types("?\r")
        .shows("has the region in it")
        .types(&format!("{SERVICE}\r"));
    terminal.shows("VPC your application runs in").types("?").shows("only machines in it, or linked to it");
    terminal.types(ESC);
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130, "{seen}");
    assert!(seen.contains("Nothing was changed"), "{seen}");
}

/// The account is looked at while a person types, so that the list does not have to wait.
#[test]
fn look_ups_run_while_a_question_is_open() {
    let world = World::of(
        "latency_ms = 150\n[[vpc]]\nname = \"app\"\n[[vpc]]\nname = \"batch\"\ncidr = \"172.16.0.0/16\"\n",
    );
    let args = ["setup", "--service-name", SERVICE];
    let mut terminal = Run::in_lab(&world.lab, &args).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows("SQL user for");
    let looked = |action: &str| world.lab.cloud().calls().iter().filter(|call| call.action == action).count();
    for _ in 0..100 {
        if looked("DescribeSecurityGroups") == 2 {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // The account, and the networks of both VPCs, before anything was chosen; nothing of it disturbs the question.
    assert_eq!(
        (looked("DescribeVpcs"), looked("DescribeVSwitches"), looked("DescribeSecurityGroups")),
        (1, 2, 2)
    );
    terminal.types(ENTER).shows("Service verified").shows("VPC your application runs in").types(ENTER);
    terminal.shows("Proceed?").types("n\r");
    assert_eq!(terminal.ends().0, 130);
    assert_eq!(
        (looked("DescribeVpcs"), looked("DescribeVSwitches"), looked("DescribeSecurityGroups")),
        (1, 2, 2)
    );
}

fn widest(seen: &str) -> usize {
    // Commands and ids that somebody copies stay whole.
    let is_text = |line: &&str| {
        !line.contains("tidb-pe ") && !line.split(' ').any(|word| console::measure_text_width(word) > 36)
    };
    // What is drawn over something begins a line of its own here.
    let apart = seen.replace("\u{1b}[J", "\n").replace("\r\n", "\n").replace('\r', "\n");
    readable(&apart).lines().filter(is_text).map(console::measure_text_width).max().unwrap_or(0)
}

fn chosen_in(terminal: &mut Terminal, question: &str, proceed: &str) {
    terminal.shows(question).types(DOWN).types(DOWN).types(ENTER).shows(proceed).types("y\r");
}

#[test]
fn forty_columns_are_enough() {
    let args = ["setup", "--sandbox=two-vpcs", "--service-name", SERVICE, "--skip-test"];
    let mut terminal = Run::new(&args).env("TERM", "xterm-256color").in_terminal_of(40);
    chosen_in(&mut terminal, "VPC your application runs in", "Proceed?");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    assert!(widest(&seen) <= 40, "{} columns\n{}", widest(&seen), readable(&seen));
    // Nothing that was drawn over stays: no question, no row, no spinner.
    let shown = screen(&seen, 40);
    for gone in ["? ", "> ", "  Enter takes it"] {
        assert!(!shown.lines().any(|line| line.starts_with(gone)), "{gone:?} stays:\n{shown}");
    }
    assert!(!shown.contains("Endpoint Creating") && !shown.contains("Looking at"), "{shown}");
}

/// Who sees a part of a list is told so.
#[test]
fn a_long_list_says_how_many_rows_there_are() {
    let vpc = |n: usize| format!("[[vpc]]\nname = \"team-{n:02}\"\nvswitch = []\n");
    let vpcs: Vec<String> = (1..=40).map(vpc).collect();
    let cloud = sandbox(&vpcs.concat());
    let args = ["setup", "--service-name", SERVICE, "--skip-test"];
    let mut terminal = Run::against(&cloud, &args).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows("VPC your application runs in").shows("12 of 40   Enter takes it");
    terminal.types("team-3").shows("10 of 40   Enter").types("9").shows("1 of 40   Enter").types(ESC);
    assert_eq!(terminal.ends().0, 130);
    let run = Run::against(&cloud, &args).env("TERM", "xterm-256color").args(&["--lang", "zh"]);
    let mut terminal = run.in_terminal_of(140);
    terminal.shows("VPC").shows("40").shows("12").types(ESC);
    let (code, seen) = terminal.ends();
    assert_eq!(code, 130);
    assert!(readable(&seen).contains("共 40 行，显示 12 行"), "{}", readable(&seen));
}

/// Who logs in is a line of the plan like any other; the password is none.
#[test]
fn the_sql_user_is_a_line_of_the_plan() {
    let world = two_vpcs();
    let args = ["setup", "--service-name", SERVICE, "--vpc-id", "vpc-t4nsandbox0000000001"];
    let mut terminal = Run::in_lab(&world.lab, &args).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows("SQL user for").types(ENTER);
    terminal.shows("<PREFIX>.root").shows("not given").shows("Proceed?");
    terminal.types("c\r").shows("Which line?").types("SQL user").types(ENTER);
    terminal.shows("SQL user for").types("sandbox00000001.root\r");
    terminal.shows("Password of sandbox00000001.root").types("sandbox-password\r");
    terminal
        .shows("sandbox00000001.root")
        .shows("chosen")
        .shows("Proceed?")
        .types("y\r")
        .shows("8.0.11-TiDB");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
}

#[test]
fn in_chinese_eighty_and_forty_columns_are_enough() {
    for columns in [80, 40] {
        let args = ["setup", "--sandbox=two-vpcs", "--service-name", SERVICE, "--skip-test"];
        let mut terminal =
            Run::new(&args).env("LANG", "zh_CN.UTF-8").env("TERM", "xterm-256color").in_terminal_of(columns);
        chosen_in(&mut terminal, "VPC", "Proceed?");
        let (code, seen) = terminal.ends();
        let seen = readable(&seen);
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains("应用所在的专有网络 VPC"), "{seen}");
        assert!(seen.contains("终端节点"), "{seen}");
    }
}

/// For a screen reader nothing is drawn over: lists are numbered, and every question is a line.
#[test]
fn accessible_questions_are_plain_lines() {
    let world = two_vpcs();
    let run = Run::in_lab(&world.lab, &["setup"]).env("ACCESSIBLE", "1");
    let mut terminal = run.env("TERM", "xterm-256color").in_terminal_of(140);
    terminal.shows(PASTE).types(&format!("{}\r\r", dialog().replace('\n', "\r")));
    terminal.shows("Password").types("sandbox-password\r");
    terminal.shows("1 vpc-").shows("2 vpc-").shows("VPC [1]:").types("?\r").shows("only machines in it");
    terminal.types("3\r").shows("a number from 1 to 2").types("<\r").shows("Password").types(ENTER);
    terminal.shows("VPC [1]:").types("2\r").shows("172.16.").shows("Proceed").types("<\r");
    terminal
        .shows("VPC [2]:")
        .types("vpc-t4nsandbox0000000001\r")
        .shows("10.0.0.0/24")
        .shows("Proceed")
        .types("y\r")
        .shows("8.0.11-TiDB");
    let (code, seen) = terminal.ends();
    assert_eq!(code, 0, "{seen}");
    assert!(
        !seen.contains("\u{1b}[J") && !seen.contains("\u{1b}[?25l"),
        "something was drawn over:\n{seen:?}"
    );
    assert_eq!(world.lab.cloud().state().endpoints.len(), 1);
}

#[test]
fn a_text_without_anything_known_is_asked_for_one_by_one() {
    let cloud = shipped("instant");
    let mut terminal =
        Run::against(&cloud, &["setup", "--skip-test"]).env("TERM", "xterm-256color").in_terminal_of(140);
    terminal
        .shows(PASTE)
        .types(&bracketed("hello\nworld\n"))
        .shows("Nothing in the text")
        .shows("Service Name (");
    // What is wrong in a pasted dialog is said, and the dialog is asked for again.
    terminal
        .types("<")
        .shows(PASTE)
        .types(&bracketed("Service Name: com.amazonaws.vpce.us-east-1.vpce-svc-0a1\n"));
    terminal.shows("of AWS, not of Alibaba Cloud").shows(PASTE).types(&bracketed(&dialog()));
    terminal.shows("Proceed?").types(ESC);
    assert_eq!(terminal.ends().0, 130);
}
