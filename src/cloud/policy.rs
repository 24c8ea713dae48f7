//! The smallest RAM policy for what this tool does, from the operations as they are declared (facts section i).

use serde::Serialize;

use super::operation::{Feature, Operation};
use super::{ecs, privatelink, sts, vpc};

/// What a feature needs that no operation of this client is called.
const IMPLIED: [(Feature, &str, Option<&str>); 2] = [
    // facts section i: the tags that a create call carries
    (Feature::Create, "privatelink:TagResources", None),
    // facts section i: the first endpoint of an account creates PrivateLink's own role
    (Feature::Create, "ram:CreateServiceLinkedRole", Some("privatelink.aliyuncs.com")),
];

/// A RAM policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: &'static str,
    action: Vec<String>,
    resource: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    string_equals: ServiceName,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ServiceName {
    #[serde(rename = "ram:ServiceName")]
    service_name: &'static str,
}

/// Every operation of the client.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    [sts::OPERATIONS, privatelink::OPERATIONS, vpc::OPERATIONS, ecs::OPERATIONS].into_iter().flatten()
}

/// The smallest policy that allows `features`.
pub fn policy(features: &[Feature]) -> Policy {
    let wanted = |needed: &[Feature]| needed.iter().any(|feature| features.contains(feature));
    let mut action: Vec<String> =
        operations().filter(|op| wanted(op.features())).map(Operation::ram_action).collect();
    let mut linked = Vec::new();
    for (_, name, service_name) in IMPLIED.iter().filter(|(feature, ..)| features.contains(feature)) {
        match service_name {
            None => action.push((*name).to_owned()),
            Some(service_name) => linked.push(Statement {
                effect: "Allow",
                action: vec![(*name).to_owned()],
                resource: "*",
                condition: Some(Condition { string_equals: ServiceName { service_name } }),
            }),
        }
    }
    action.sort_unstable();
    action.dedup();
    let plain = Statement { effect: "Allow", action, resource: "*", condition: None };
    Policy { version: "1", statement: std::iter::once(plain).chain(linked).collect() }
}

/// The first feature that needs a RAM action, for a hint.
pub fn feature_of(ram_action: &str) -> Option<Feature> {
    let implied = || IMPLIED.iter().find(|(_, name, _)| *name == ram_action).map(|(feature, ..)| *feature);
    let operation = operations().find(|op| op.ram_action() == ram_action);
    operation.and_then(|op| op.features().first().copied()).or_else(implied)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::cloud::operation::Grant;

    const ALL: [Feature; 4] = [Feature::Verify, Feature::Create, Feature::Network, Feature::Delete];

    #[test]
    fn every_operation_says_what_has_to_allow_it() {
        for operation in operations() {
            assert_ne!(operation.grant, Grant::Undeclared, "{}", operation.action);
            assert!(operation.grant == Grant::Elsewhere || !operation.features().is_empty());
        }
    }

    /// The sources are read, so that an operation that is declared and not listed fails this test.
    #[test]
    fn every_declared_operation_is_in_the_table() {
        let listed: Vec<&str> = operations().map(|operation| operation.action).collect();
        let mut declared = 0;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cloud");
        let folders = [folder.clone(), folder.join("privatelink")];
        for file in folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("policy.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["Operation::read(", "Operation::write("] {
                for rest in text.split(call).skip(1) {
                    let action = rest.split('"').nth(1).unwrap();
                    declared += 1;
                    assert!(listed.contains(&action), "{action} of {} is in no OPERATIONS", path.display());
                }
            }
        }
        assert_eq!(declared, listed.len());
    }

    #[test]
    fn verifying_changes_nothing() {
        let text = serde_json::to_string(&policy(&[Feature::Verify])).unwrap();
        assert!(!text.contains("Create") && !text.contains("Delete") && !text.contains("Tag"), "{text}");
    }

    #[test]
    fn a_feature_only_adds() {
        let actions = |features: &[Feature]| policy(features).statement[0].action.clone();
        let all = actions(&ALL);
        for feature in ALL {
            assert!(actions(&[feature]).iter().all(|action| all.contains(action)));
        }
        assert_eq!(feature_of("ram:CreateServiceLinkedRole"), Some(Feature::Create));
        assert_eq!(feature_of("privatelink:CreateVpcEndpoint"), Some(Feature::Create));
        assert_eq!(feature_of("vpc:DescribeVpcs"), Some(Feature::Verify));
        assert_eq!(feature_of("oss:GetObject"), None);
    }
}
