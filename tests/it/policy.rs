//! `tidb-pe policy`, and the hint of a refused permission.

use serde_json::{Value, json};

use crate::common::{Run, sandbox};
use crate::credentials::LOOK;

fn actions(policy: &Value) -> Vec<&str> {
    policy["Statement"][0]["Action"].as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

#[test]
fn text_is_the_document_and_json_holds_it() {
    let text = Run::new(&["policy"]).go().expect(0);
    let json = Run::new(&["policy", "-o", "json"]).go().expect(0).json();
    assert_eq!(text.json(), json["policy"]);
    assert_eq!(json["features"], json!(["verify", "create"]));
    assert_eq!((&json["ok"], &json["command"]), (&json!(true), &json!("policy")));
    assert_eq!(json["policy"]["Version"], "1");
    assert_eq!(
        json["policy"]["Statement"][1],
        json!({"Effect": "Allow", "Resource": "*", "Action": ["ram:CreateServiceLinkedRole"],
               "Condition": {"StringEquals": {"ram:ServiceName": "privatelink.aliyuncs.com"}}})
    );
    assert!(actions(&json["policy"]).contains(&"privatelink:CreateVpcEndpoint"));
}

#[test]
fn features_repeat_or_are_separated_by_commas() {
    let one = Run::new(&["policy", "--feature", "verify,network"]).go().expect(0);
    let two = Run::new(&["policy", "--feature", "network", "--feature", "verify"]).go().expect(0);
    let three = Run::new(&["policy"]).env("TIDB_PE_FEATURE", "verify,network").go().expect(0);
    assert_eq!((&one.stdout, &one.stdout), (&two.stdout, &three.stdout));
    let verify = Run::new(&["policy", "--feature", "verify"]).go().expect(0).json();
    assert!(!verify.to_string().contains("Create"), "{verify}");
    Run::new(&["policy", "--feature", "everything"]).go().expect(2);
}

/// Nothing that `setup` calls is missing from the policy for it.
#[test]
fn the_policy_for_create_is_enough_for_setup() {
    let policy = Run::new(&["policy"]).go().expect(0).json();
    let allowed = actions(&policy);
    let world = crate::common::World::start(tidb_pe::sandbox::Scenario::named("instant").unwrap());
    let args = [&LOOK[..5], &["--yes", "--skip-test"]].concat();
    Run::in_lab(&world.lab, &args).go().expect(0);
    for call in world.lab.cloud().calls() {
        let action = format!("{}:{}", call.product, call.action);
        assert!(allowed.contains(&action.as_str()), "{action} is called and not allowed");
    }
}

#[test]
fn a_refused_permission_names_the_action_and_the_policy_command() {
    for (denied, feature) in [("privatelink:CreateVpcEndpoint", "create"), ("vpc:DescribeVpcs", "verify")] {
        let cloud = sandbox(&format!("denied = [\"{denied}\"]"));
        let args = [&LOOK[..5], &["--yes", "--skip-test", "-o", "json"]].concat();
        let error = Run::against(&cloud, &args).go().expect(3).json()["error"].clone();
        assert_eq!(error["kind"], "permission");
        assert!(error["message"].as_str().unwrap().contains(denied), "{error}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains(&format!("tidb-pe policy --feature {feature}")), "{hint}");
    }
}
