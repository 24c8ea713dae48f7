//! An endpoint that an earlier run asked for, and whose answer never came.
//!
//! It may exist although no list shows it yet. Another request would make a second one, so the same one is sent again,
//! under the same client token: whatever became of the first, there is one endpoint.

use super::network::zone_plan;
use super::{Desk, FOUND, GroupPlan, GroupTarget, NewEndpoint, Warning, mark};
use crate::answers::Sourced;
use crate::cloud::privatelink::CreateEndpoint;

/// What the earlier run asked for in this VPC. `None` if there is no such request, or if a vSwitch it names is gone: the
/// endpoint would hold an address of it, so there is none.
pub(super) fn resumed(desk: &mut Desk, unanswered: &[CreateEndpoint]) -> Option<NewEndpoint> {
    let request = unanswered.iter().find(|request| request.vpc_id == desk.vpc.id.value)?;
    let vswitch = |id: &String| desk.network.vswitches.iter().find(|vswitch| vswitch.vswitch_id == *id);
    let zone = |(_, id): &(String, String)| Some(zone_plan(vswitch(id)?, Sourced::new(id.clone(), FOUND)));
    let zones = request.zones.iter().map(zone).collect::<Option<Vec<_>>>()?;
    desk.warnings.push(Warning::Resumed { flags: ignored(desk, request) });
    Some(NewEndpoint {
        name: request.endpoint_name.clone(),
        zones,
        groups: request.security_group_ids.iter().map(|id| group_plan(desk, id)).collect(),
        tags: request.tags.clone(),
        resource_group_id: request.resource_group_id.clone(),
    })
}

fn group_plan(desk: &Desk, id: &str) -> GroupPlan {
    let known = desk.network.groups.iter().find(|group| group.group.security_group_id == id);
    let name = known.map(|group| group.group.security_group_name.clone()).unwrap_or_default();
    GroupPlan { target: GroupTarget::Use { id: Sourced::new(id.to_owned(), FOUND), name }, rule: None }
}

/// The flags that ask for something else than the earlier run did.
fn ignored(desk: &Desk, request: &CreateEndpoint) -> Vec<&'static str> {
    let answers = desk.answers;
    let vswitches: Vec<String> = request.zones.iter().map(|(_, vswitch)| vswitch.clone()).collect();
    let is_outside =
        |zones: &Sourced<Vec<String>>| request.zones.iter().any(|(zone, _)| !zones.value.contains(zone));
    let differs = |given: &Option<Sourced<Vec<String>>>, asked: &[String]| {
        given.as_ref().is_some_and(|given| !same_set(&given.value, asked))
    };
    let given_tags = answers.tags.iter().filter(|tag| !mark::KEYS.contains(&&*tag.key));
    let flags = [
        (answers.az_ids.as_ref().is_some_and(is_outside), "--az-id"),
        (differs(&answers.vswitch_ids, &vswitches), "--vswitch-id"),
        (differs(&answers.security_group_ids, &request.security_group_ids), "--security-group-id"),
        (
            answers.endpoint_name.as_ref().is_some_and(|name| *name != request.endpoint_name),
            "--endpoint-name",
        ),
        (given_tags.into_iter().any(|tag| !request.tags.contains(tag)), "--tag"),
        (
            answers.resource_group_id.is_some() && answers.resource_group_id != request.resource_group_id,
            "--resource-group-id",
        ),
    ];
    flags.into_iter().filter_map(|(is_ignored, flag)| is_ignored.then_some(flag)).collect()
}

fn same_set(one: &[String], other: &[String]) -> bool {
    one.iter().all(|id| other.contains(id)) && other.iter().all(|id| one.contains(id))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NAME, Row, VPC, answers, groups, ids, inventory, open, zones};
    use super::super::{EndpointPlan, Plan, decide};
    use super::*;
    use crate::answers::Answers;
    use crate::inventory::Inventory;

    const A: Row = ("vsw-a", "a", "10.0.0.0/24", 9);
    const OTHER_A: Row = ("vsw-0", "a", "10.0.2.0/24", 99);
    const B: Row = ("vsw-b", "b", "10.0.1.0/24", 9);

    fn asked_for() -> CreateEndpoint {
        let zone = |letter: &str| (format!("ap-southeast-1{letter}"), format!("vsw-{letter}"));
        CreateEndpoint {
            region_id: "ap-southeast-1".to_owned(),
            vpc_id: VPC.to_owned(),
            service_name: NAME.to_owned(),
            endpoint_name: "earlier".to_owned(),
            zones: vec![zone("a"), zone("b")],
            security_group_ids: vec!["sg-1".to_owned()],
            tags: mark::tags(&NAME.parse().unwrap()),
            resource_group_id: None,
        }
    }

    fn with(vswitches: &[Row], unanswered: CreateEndpoint) -> Inventory {
        let groups = vec![open("sg-1"), open("sg-2")];
        Inventory { unanswered: vec![unanswered], ..inventory(vswitches, groups) }
    }

    fn resumed_flags(plan: &Plan) -> Option<Vec<&'static str>> {
        plan.warnings.iter().find_map(|warning| match warning {
            Warning::Resumed { flags } => Some(flags.clone()),
            _ => None,
        })
    }

    #[test]
    fn the_same_request_is_planned_whatever_else_would_be_chosen_now() {
        let plan = decide(&answers(), &with(&[OTHER_A, A, B], asked_for())).unwrap();
        assert_eq!(
            (zones(&plan), groups(&plan)),
            (vec!["a:vsw-a".into(), "b:vsw-b".into()], vec!["sg-1".into()])
        );
        assert_eq!(plan.request(), Some(asked_for()));
        assert_eq!(resumed_flags(&plan), Some(vec![]));
    }

    #[test]
    fn what_was_narrowed_since_is_named() {
        let answers =
            Answers { az_ids: ids(&["ap-southeast-1b"]), security_group_ids: ids(&["sg-2"]), ..answers() };
        let plan = decide(&answers, &with(&[A, B], asked_for())).unwrap();
        assert_eq!(plan.request(), Some(asked_for()));
        assert_eq!(resumed_flags(&plan), Some(vec!["--az-id", "--security-group-id"]));
    }

    #[test]
    fn one_that_cannot_exist_is_not_resumed() {
        let elsewhere = CreateEndpoint { vpc_id: "vpc-other".to_owned(), ..asked_for() };
        let only_group = Answers { security_group_ids: ids(&["sg-2"]), ..answers() };
        for inventory in [with(&[OTHER_A, B], asked_for()), with(&[OTHER_A, B], elsewhere)] {
            let plan = decide(&only_group, &inventory).unwrap();
            assert_eq!(zones(&plan), ["a:vsw-0", "b:vsw-b"]);
            assert!(resumed_flags(&plan).is_none());
        }
    }

    #[test]
    fn one_that_is_listed_is_adopted_instead() {
        let listed = serde_json::from_value(serde_json::json!({
            "EndpointId": "ep-1", "VpcId": VPC, "ServiceName": NAME
        }));
        let inventory = Inventory { endpoints: vec![listed.unwrap()], ..with(&[A, B], asked_for()) };
        let plan = decide(&answers(), &inventory).unwrap();
        assert!(matches!(plan.endpoint, EndpointPlan::Adopt(_)) && resumed_flags(&plan).is_none());
    }
}
