//! `tidb-pe list`: one region or every region at once; a region that fails is a line.

use crate::common::{Run, sandbox};

const TWO: &str = r#"
latency_ms = 400

[[endpoint]]
name = "by-the-tool"
tags = { "created-by" = "tidb-pe", "tidb-pe-service" = "epsrv-t4nsandbox0000000001" }

[[endpoint]]
name = "by-hand"
service = "epsrv-t4nother00000000000001"
"#;

#[test]
fn a_region_is_a_table_and_a_document() {
    let cloud = sandbox(TWO);
    let region = ["list", "--region-id", "ap-southeast-1"];
    let document = Run::against(&cloud, &region).args(&["-o", "json"]).go().expect(0).json();
    let rows = document["endpoints"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["created_by_tidb_pe"], &rows[0]["tidb_cloud"]), (&true.into(), &true.into()));
    assert_eq!(
        (&rows[1]["created_by_tidb_pe"], &rows[1]["tidb_cloud"]),
        (&false.into(), &serde_json::Value::Null)
    );
    let text = Run::against(&cloud, &region).go().expect(0);
    let lines: Vec<&str> = text.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", text.stdout);
    assert!(lines[0].starts_with("ENDPOINT") && lines[1].contains("tidb-pe") && lines[2].contains("by-hand"));
    assert!(cloud.calls().iter().all(|call| call.action == "ListVpcEndpoints"));
}

#[test]
fn every_region_is_asked_at_the_same_time_and_one_that_fails_is_an_entry() {
    let failing =
        "[[fault]]\naction = \"ListVpcEndpoints\"\nregion = \"us-east-1\"\nkind = \"500\"\ntimes = 0\n";
    let cloud = sandbox(&format!("{TWO}\n{failing}"));
    let document = Run::against(&cloud, &["list", "--all-regions", "-o", "json"]).go().expect(0).json();
    assert_eq!(document["endpoints"].as_array().unwrap().len(), 2);
    let errors = document["errors"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[0]["region_id"]), (1, &"us-east-1".into()));
    let warning = document["warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("us-east-1 could not be read: "), "{warning}");
    assert_eq!((&errors[0]["kind"], &errors[0]["code"]), (&"network".into(), &"InternalError".into()));
    let calls = cloud.calls();
    assert_eq!(calls[0].action, "DescribeRegions");
    let lists = &calls[1..];
    assert_eq!(lists.len(), 30, "one try a region");
    let together = lists.iter().filter(|call| call.overlaps(&lists[0])).count();
    assert!(together > 20, "only {together} at the same time");
    let text = Run::against(&cloud, &["list", "--all-regions"]).go().expect(0);
    assert!(text.stderr.contains("us-east-1 could not be read: "), "{}", text.stderr);
    assert_eq!(text.stdout.lines().count(), 3);
}

/// What is empty as far as it could be read is not said to be empty.
#[test]
fn nothing_found_and_a_region_unread_is_not_nothing() {
    let failing =
        "[[fault]]\naction = \"ListVpcEndpoints\"\nregion = \"us-east-1\"\nkind = \"500\"\ntimes = 0\n";
    let cloud = sandbox(failing);
    let text = Run::against(&cloud, &["list", "--all-regions"]).go().expect(0);
    assert!(text.stderr.contains("us-east-1 could not be read: "), "{}", text.stderr);
    assert!(text.stderr.contains("There may be some in us-east-1"), "{}", text.stderr);
    assert!(!text.stderr.contains("No endpoints."), "{}", text.stderr);
    let chinese = Run::against(&cloud, &["list", "--all-regions", "--lang", "zh"]).go().expect(0);
    assert!(chinese.stderr.contains("us-east-1 中可能有"), "{}", chinese.stderr);
    let document = Run::against(&cloud, &["list", "--all-regions", "-o", "json"]).go().expect(0).json();
    assert_eq!(document["endpoints"].as_array().unwrap().len(), 0);
    assert_eq!(document["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn where_no_region_answers_that_is_the_result() {
    let failing = "[[fault]]\naction = \"ListVpcEndpoints\"\nkind = \"503\"\ntimes = 0\n";
    let cloud = sandbox(&format!("{TWO}\n{failing}"));
    let document = Run::against(&cloud, &["list", "--all-regions", "-o", "json"]).go().expect(7).json();
    assert_eq!(document["errors"].as_array().unwrap().len(), 30);
}

#[test]
fn nothing_is_no_failure() {
    let cloud = sandbox("");
    let outcome = Run::against(&cloud, &["list", "--region-id", "ap-southeast-1"]).go().expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.trim()), ("", "No endpoints."));
    Run::against(&cloud, &["list"]).go().expect(2);
}
