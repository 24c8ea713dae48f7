//! `tidb-pe connection-string`: which endpoint, which client, and what is never shown unasked.

use crate::common::{Run, sandbox};

const ID: &str = "ep-t4nsandbox0000000001";
const DOMAIN: &str =
    "ep-t4nsandbox0000000001.epsrv-t4nsandbox0000000001.ap-southeast-1.privatelink.aliyuncs.com";
const READY: &str = "[[endpoint]]\nname = 'app'\n";

fn strings(cloud: &tidb_pe::sandbox::Sandbox, args: &[&str]) -> Run {
    Run::against(
        cloud,
        &["connection-string", "--region-id", "ap-southeast-1", "--user", "3pTAoNNegb47Uc8.root"],
    )
    .args(args)
}

#[test]
fn one_client_is_printed_ready_to_paste() {
    let cloud = sandbox(READY);
    let outcome = strings(&cloud, &[ID, "--client", "jdbc"]).go().expect(0);
    let expected = format!(
        "jdbc:mysql://{DOMAIN}:4000/test?sslMode=VERIFY_CA&enabledTLSProtocols=TLSv1.2,TLSv1.3\
         &user=3pTAoNNegb47Uc8.root&password=<PASSWORD>\n"
    );
    assert_eq!((outcome.stdout, outcome.stderr), (expected, String::new()));
    let mysql = strings(&cloud, &[ID]).go().expect(0);
    assert!(
        mysql.stdout.starts_with("mysql --comments") && mysql.stdout.ends_with(" -p\n"),
        "{}",
        mysql.stdout
    );
}

#[test]
fn all_of_them_are_listed_in_json_and_text() {
    let cloud = sandbox(READY);
    let document = strings(&cloud, &[ID, "--client", "all", "-o", "json"]).go().expect(0).json();
    let all = document["connection_strings"].as_array().expect("a list");
    assert_eq!(all.len(), 22);
    assert!(all.iter().all(|one| one["text"].as_str().is_some_and(|text| text.contains(DOMAIN))));
    let text = strings(&cloud, &[ID, "--client", "all"]).go().expect(0).stdout;
    assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 22, "{text}");
}

#[test]
fn an_unknown_client_is_refused_with_the_list_before_anything_is_asked() {
    let cloud = sandbox(READY);
    let outcome = strings(&cloud, &[ID, "--client", "jdcb"]).go().expect(2);
    assert!(outcome.stderr.contains("mysql, mariadb, mycli, jdbc"), "{}", outcome.stderr);
    assert_eq!(cloud.calls().len(), 0);
}

#[test]
fn the_password_is_a_placeholder_unless_it_is_to_be_shown() {
    let cloud = sandbox(READY);
    let run = |args: &[&str]| {
        strings(&cloud, args)
            .args(&["--client", "all"])
            .env("TIDB_PE_PASSWORD", "not@secret:here")
            .go()
            .expect(0)
    };
    let hidden = run(&[ID]);
    assert!(!hidden.stdout.contains("not@secret") && !hidden.stdout.contains("not%40secret"));
    let shown = run(&[ID, "--show-password"]).stdout;
    assert!(shown.contains("password=\"not@secret:here\""), "{shown}");
    assert!(shown.contains("3pTAoNNegb47Uc8.root:not%40secret%3Ahere@"), "{shown}");
    assert!(!shown.contains("<PASSWORD>"), "{shown}");
}

#[test]
fn what_a_client_cannot_prove_is_said_beside_its_settings() {
    let cloud = sandbox(READY);
    let outcome = strings(&cloud, &[ID, "--client", "php-mysqli", "-o", "json"]).go().expect(0);
    let document = outcome.json();
    assert_eq!(document["connection_strings"][0]["note"], "no-proof");
    assert!(document["warnings"][0].as_str().expect("a warning").contains("without proof"));
    let strict = strings(&cloud, &[ID, "--client", "mysql", "--ssl-mode", "verify-identity"]).go().expect(0);
    assert!(strict.stderr.contains("PrivateZone"), "{}", strict.stderr);
}

#[test]
fn an_endpoint_that_is_not_there_is_exit_4() {
    let cloud = sandbox("");
    strings(&cloud, &[ID, "-o", "json"]).go().expect(4);
    strings(&cloud, &["-o", "json"]).go().expect(4);
}

#[test]
fn setup_prints_mysql_and_mariadb_or_the_client_asked_for() {
    let setup = |args: &[&str]| {
        Run::new(&["setup", "--sandbox=instant", "--skip-test"]).args(args).go().expect(0).stdout
    };
    let both = setup(&[]);
    assert!(both.contains("\nmysql --comments") && both.contains("\n# mariadb\nmariadb -u"), "{both}");
    let django = setup(&["--client", "django"]);
    assert!(django.contains("# django\nDATABASES = {") && !django.contains("# mariadb"), "{django}");
}
