//! Changes of what exists: zones, groups, tags, deletion, vSwitches, rules.

use super::*;

/// A ready endpoint in zones a and b.
fn ready(text: &str) -> (Sandbox, String) {
    let sandbox = start_with(text);
    let id = create(&sandbox);
    sandbox.advance(MINUTE);
    (sandbox, id)
}

const SLOW_CHANGES: &str = "timing.change_ms = 30000\ntiming.vswitch_ms = 30000\ntiming.linger_ms = 30000";

#[test]
fn one_change_at_a_time() {
    let (sandbox, id) = ready(SLOW_CHANGES);
    let endpoint = ("EndpointId", id.as_str());
    let zone = [REGION, endpoint, ("ZoneId", "ap-southeast-1c"), ("VSwitchId", "vsw-t4nsandbox0000000003")];
    let group = [REGION, endpoint, ("SecurityGroupId", "sg-t4nsandbox0000000001")];
    good(&sandbox, "AddZoneToVpcEndpoint", &zone);
    assert_eq!(sandbox.state().endpoints[0].status, "Pending");
    assert_eq!(refused(&sandbox, "AttachSecurityGroupToVpcEndpoint", &group).1, "EndpointLocked");
    sandbox.advance(MINUTE);
    good(&sandbox, "AttachSecurityGroupToVpcEndpoint", &group);
    let groups = good(&sandbox, "ListVpcEndpointSecurityGroups", &[REGION, endpoint]);
    assert_eq!(groups["SecurityGroups"][1]["SecurityGroupStatus"], "Attaching");
    sandbox.advance(MINUTE);
    assert_eq!(refused(&sandbox, "AddZoneToVpcEndpoint", &zone).1, "EndpointZoneDuplicated");
    assert_eq!(refused(&sandbox, "AttachSecurityGroupToVpcEndpoint", &group).1, "SecurityGroupExist");
    let zones = sandbox.state().endpoints[0].zones.iter().map(|zone| zone.3).collect::<Vec<_>>();
    assert_eq!(zones, ["Connected"; 3]);
}

#[test]
fn nothing_changes_while_creating_or_connecting() {
    let sandbox = start_with("timing = { active_ms = 10000, connecting_ms = 20000, connected_ms = 300000 }");
    let id = create(&sandbox);
    let params = [REGION, ("EndpointId", id.as_str()), ("ZoneId", "ap-southeast-1a")];
    assert_eq!(refused(&sandbox, "RemoveZoneFromVpcEndpoint", &params).1, "EndpointOperationDenied");
    sandbox.advance(Duration::from_secs(25));
    assert_eq!(
        refused(&sandbox, "RemoveZoneFromVpcEndpoint", &params).1,
        "EndpointConnectionOperationDenied"
    );
}

#[test]
fn deletion_goes_zones_first() {
    let (sandbox, id) = ready(SLOW_CHANGES);
    let endpoint = [REGION, ("EndpointId", id.as_str())];
    assert_eq!(
        refused(&sandbox, "DeleteVpcEndpoint", &endpoint),
        (400, "EndpointDependenceViolation".into())
    );
    for zone in ["ap-southeast-1a", "ap-southeast-1b"] {
        let params = [REGION, ("EndpointId", id.as_str()), ("ZoneId", zone)];
        good(&sandbox, "RemoveZoneFromVpcEndpoint", &params);
        assert_eq!(refused(&sandbox, "DeleteVpcEndpoint", &endpoint).1, "EndpointDependenceViolation");
        sandbox.advance(Duration::from_secs(30));
        assert_eq!(refused(&sandbox, "RemoveZoneFromVpcEndpoint", &params).1, "EndpointZoneNotFound");
    }
    let vswitch = [REGION, ("VSwitchId", "vsw-t4nsandbox0000000002")];
    assert_eq!(refused(&sandbox, "DeleteVSwitch", &vswitch).1, "DependencyViolation", "addresses linger");
    let group = [REGION, ("SecurityGroupId", "sg-t4nsandbox0000000002")];
    assert_eq!(refused(&sandbox, "DeleteSecurityGroup", &group), (403, "DependencyViolation".into()));
    good(&sandbox, "DeleteVpcEndpoint", &endpoint);
    let body = good(&sandbox, "GetVpcEndpointAttribute", &endpoint);
    assert_eq!(body["EndpointStatus"], "Deleting");
    sandbox.advance(Duration::from_secs(30));
    assert_eq!(refused(&sandbox, "GetVpcEndpointAttribute", &endpoint), (400, "EndpointNotFound".into()));
    good(&sandbox, "DeleteVSwitch", &vswitch);
    good(&sandbox, "DeleteSecurityGroup", &group);
    assert_eq!(refused(&sandbox, "DeleteVSwitch", &vswitch).0, 404);
    assert_eq!(refused(&sandbox, "DeleteSecurityGroup", &group).0, 404);
}

#[test]
fn tags_travel_in_the_form() {
    let (sandbox, id) = ready("");
    let own = [
        REGION,
        ("ResourceType", "VpcEndpoint"),
        ("ResourceId.1", id.as_str()),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "data"),
    ];
    good(&sandbox, "TagResources", &own);
    let listed = good(&sandbox, "ListTagResources", &own[..3]);
    let tags = listed["TagResources"].as_array().expect("a list");
    assert_eq!((tags.len(), tags[1]["TagKey"].as_str()), (2, Some("team")));
    let mut params = public(&sandbox, "TagResources");
    params.extend(pairs(&own));
    let target = format!("/?{}", canonical_query(&signed(&sandbox, params)));
    let reply = exchange(&sandbox, "POST", &target, "").expect("an answer");
    assert_eq!(reply.json()["Code"], "InvalidParameter", "in the query they are not seen");
    let nobody = [REGION, ("ResourceType", "VpcEndpoint"), ("ResourceId.1", "ep-x"), ("Tag.1.Key", "a")];
    assert_eq!(refused(&sandbox, "TagResources", &nobody).1, "InvalidResourceId.NotFound");
}

#[test]
fn a_vswitch_is_created_once_and_becomes_available() {
    let sandbox = start_with(SLOW_CHANGES);
    let with = |cidr: &'static str, token: &'static str| {
        vec![
            REGION,
            ("VpcId", "vpc-t4nsandbox0000000001"),
            ("ZoneId", "ap-southeast-1a"),
            ("CidrBlock", cidr),
            ("ClientToken", token),
        ]
    };
    let first = good(&sandbox, "CreateVSwitch", &with("10.0.9.0/24", "a"))["VSwitchId"].clone();
    let id = first.as_str().expect("an id");
    assert_eq!(good(&sandbox, "CreateVSwitch", &with("10.0.9.0/24", "a"))["VSwitchId"], first);
    assert_eq!(refused(&sandbox, "CreateVSwitch", &with("10.0.10.0/24", "b")).1, "IncorrectVSwitchStatus");
    let status = || good(&sandbox, "DescribeVSwitchAttributes", &[("VSwitchId", id)])["Status"].clone();
    assert_eq!(status(), "Pending");
    sandbox.advance(MINUTE);
    assert_eq!(status(), "Available");
    let rows = [
        ("10.0.9.128/25", "InvalidCidrBlock.Overlapped"),
        ("10.0.9.1/24", "InvalidCidrBlock.Malformed"),
        ("10.0.9.0/30", "InvalidCidrBlock.Malformed"),
        ("192.168.0.0/24", "InvalidParameter"),
    ];
    for (cidr, code) in rows {
        assert_eq!(refused(&sandbox, "CreateVSwitch", &with(cidr, "c")), (400, code.into()), "{cidr}");
    }
}

#[test]
fn a_group_gets_rules() {
    let sandbox = start("instant");
    let own =
        [REGION, ("VpcId", "vpc-t4nsandbox0000000001"), ("SecurityGroupName", "tidb"), ("ClientToken", "g")];
    let created = good(&sandbox, "CreateSecurityGroup", &own);
    let id = created["SecurityGroupId"].as_str().expect("an id");
    let with = |key: &'static str, value: &'static str| {
        let mut params = vec![
            REGION,
            ("SecurityGroupId", id),
            ("Permissions.1.Policy", "accept"),
            ("Permissions.1.Priority", "1"),
            ("Permissions.1.IpProtocol", "TCP"),
            ("Permissions.1.PortRange", "4000/4000"),
            ("Permissions.1.SourceCidrIp", "10.0.0.0/16"),
        ];
        params.retain(|(known, _)| *known != key);
        params.push((key, value));
        params
    };
    let rows = [
        ("Permissions.1.Priority", "101", "InvalidParameter"),
        ("Permissions.1.IpProtocol", "HTTP", "InvalidIpProtocol.Malformed"),
        ("Permissions.1.PortRange", "4000", "InvalidParameter"),
        ("Permissions.1.SourceCidrIp", "everyone", "InvalidSourceCidrIp.Malformed"),
        ("Permissions.1.SourceCidrIp", "", "MissingParameter"),
        ("IpProtocol", "TCP", "InvalidParameter"),
    ];
    for (key, value, code) in rows {
        assert_eq!(
            refused(&sandbox, "AuthorizeSecurityGroup", &with(key, value)),
            (400, code.into()),
            "{key}"
        );
    }
    good(&sandbox, "AuthorizeSecurityGroup", &with("ClientToken", "r"));
    good(&sandbox, "AuthorizeSecurityGroup", &with("ClientToken", "another"));
    let body = good(&sandbox, "DescribeSecurityGroupAttribute", &[REGION, ("SecurityGroupId", id)]);
    let rules = body["Permissions"]["Permission"].as_array().expect("a list");
    assert_eq!((rules.len(), rules[0]["Policy"].as_str()), (1, Some("Accept")));
}
