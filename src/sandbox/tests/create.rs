//! `CreateVpcEndpoint`: its life, its idempotence, its refusals.

use super::*;

fn phase(sandbox: &Sandbox, id: &str) -> String {
    let endpoint = good(sandbox, "GetVpcEndpointAttribute", &[REGION, ("EndpointId", id)]);
    let zones = good(sandbox, "ListVpcEndpointZones", &[REGION, ("EndpointId", id)]);
    let word = |value: &Value| value.as_str().unwrap_or("?").to_string();
    let zone = &zones["Zones"][0];
    format!(
        "{}/{}/{}",
        word(&endpoint["EndpointStatus"]),
        word(&endpoint["ConnectionStatus"]),
        word(&zone["ZoneStatus"])
    )
}

const SLOW: &str =
    "timing = { active_ms = 100000, connecting_ms = 200000, connected_ms = 300000, zones_ms = 400000 }";

#[test]
fn from_creation_to_ready() {
    let sandbox = start_with(SLOW);
    let created = good(&sandbox, "CreateVpcEndpoint", &create_params());
    assert_eq!(created["EndpointStatus"], "Creating");
    assert_eq!(created["ServiceName"], SERVICE);
    let id = created["EndpointId"].as_str().expect("an id");
    assert!(id.starts_with("ep-t4n") && id.len() == 23, "{id}");
    let mut seen = vec![phase(&sandbox, id)];
    for _ in 0..4 {
        sandbox.advance(Duration::from_secs(100));
        seen.push(phase(&sandbox, id));
    }
    let expected = [
        "Creating/Disconnected/Creating",
        "Active/Disconnected/Wait",
        "Active/Connecting/Connecting",
        "Active/Connected/Connecting",
        "Active/Connected/Connected",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_ready_endpoint_has_names_and_addresses() {
    let sandbox = start_with(SLOW);
    let id = create(&sandbox);
    let domain = sandbox.state().endpoints[0].domain.clone();
    let names = sandbox.names();
    assert_eq!(names.resolve(&domain), Some(vec![]), "not connected yet");
    sandbox.advance(Duration::from_secs(400));
    let addresses = names.resolve(&domain).expect("a name of the sandbox");
    assert_eq!(addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.10", "10.0.1.10"]);
    assert!(names.admits(addresses[0], 4000) && !names.admits(addresses[0], 443));
    assert!(names.owns(addresses[0]) && !names.owns("10.0.2.10".parse().expect("an address")));
    let zones = good(&sandbox, "ListVpcEndpointZones", &[REGION, ("EndpointId", &id)]);
    assert_eq!(zones["TotalCount"], 2);
    assert_eq!(zones["Zones"][1]["EniIp"], "10.0.1.10");
    let zone_domain = zones["Zones"][1]["ZoneDomain"].as_str().expect("a domain");
    assert_eq!(names.resolve(&zone_domain.to_uppercase()), Some(vec![addresses[1]]));
    assert_eq!(names.resolve("example.com"), None);
    let groups = good(&sandbox, "ListVpcEndpointSecurityGroups", &[REGION, ("EndpointId", &id)]);
    assert_eq!(groups["SecurityGroups"][0]["SecurityGroupStatus"], "Attached");
}

#[test]
fn a_token_creates_once() {
    let sandbox = start("instant");
    let first = create(&sandbox);
    assert_eq!(create(&sandbox), first, "the same call gets the first answer");
    let other = create_with("EndpointName", "other");
    assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &other).1, "IdempotenceSignatureMismatch");
    let again = create_with("ClientToken", "token-2");
    assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &again), (400, "EndpointDuplicated".into()));
    assert_eq!(sandbox.state().endpoints.len(), 1);
    assert_eq!(sandbox.state().vswitches[0].1, 251, "one address is taken");
}

#[test]
fn a_dry_run_checks_and_creates_nothing() {
    let sandbox = start("instant");
    let dry = create_with("DryRun", "true");
    assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &dry), (400, "DryRunOperation".into()));
    assert!(sandbox.state().endpoints.is_empty());
    create(&sandbox);
    let mut dry = create_with("DryRun", "true");
    dry.retain(|(key, _)| *key != "ClientToken");
    assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &dry).1, "EndpointDuplicated");
}

#[test]
fn wrong_values_are_refused() {
    let sandbox = start_with(
        "service.zones = [\"ap-southeast-1a\", \"ap-southeast-1b\"]\nservice.empty_zones = [\"ap-southeast-1b\"]",
    );
    let rows = [
        ("RegionId", "ap-southeast-99", "RegionNotFound"),
        ("RegionId", "ap-southeast-5", "EndpointServiceNotFound"),
        ("VpcId", "vpc-nowhere", "VpcNotFound"),
        ("ServiceName", "com.aliyuncs.privatelink.ap-southeast-1.epsrv-x", "EndpointServiceNotFound"),
        ("ServiceId", "epsrv-x", "EndpointServiceNotFound"),
        ("EndpointType", "Interfaces", "InvalidParameter"),
        ("EndpointType", "Reverse", "Mismatch.EndpointType"),
        ("EndpointName", "1tidb", "InvalidParameter"),
        ("EndpointName", "t", "InvalidParameter"),
        ("EndpointDescription", "https://example.com", "InvalidParameter"),
        ("SecurityGroupId.1", "sg-nowhere", "SecurityGroupNotFound"),
        ("SecurityGroupId.3", "sg-t4nsandbox0000000001", "InvalidParameter"),
        ("Zone.2.ZoneId", "ap-southeast-1a", "EndpointZoneDuplicated"),
        ("Zone.2.ZoneId", "ap-southeast-1c", "EndpointServiceNotSupportedZone"),
        ("Zone.2.ZoneId", "ap-southeast-1b", "EndpointServiceResourceNotFound"),
        ("Zone.1.VSwitchId", "vsw-t4nsandbox0000000002", "VSwitchNotFound"),
        ("Zone.1.ip", "10.0.1.5", "EniIpUnavailable"),
        ("Zone.1.Ip", "10.0.0.5", "InvalidParameter"),
        ("DryRun", "True", "InvalidParameter"),
        ("AddressIpVersion", "DualStack", "InvalidParameter"),
        ("PolicyDocument", "{}", "OperationDenied.EndpointPolicyNotSupport"),
        ("Tag.1.Key", "acs:mine", "IllegalTagKeyParam"),
        ("Tag.2.Key", "created-by", "DuplicatedTagKey"),
        ("Colour", "red", "InvalidParameter"),
    ];
    for (key, value, code) in rows {
        let refusal = refused(&sandbox, "CreateVpcEndpoint", &create_with(key, value));
        assert_eq!(refusal, (400, code.into()), "{key}={value}");
    }
    let absent = [("SecurityGroupId", "EndpointMustContainSecurityGroup"), ("VpcId", "MissingParameter")];
    for (prefix, code) in
        absent.into_iter().chain([("ServiceName", "MissingParameter"), ("EndpointType", "MissingParameter")])
    {
        assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &create_without(prefix)).1, code, "{prefix}");
    }
    assert!(sandbox.state().endpoints.is_empty());
}

#[test]
fn the_service_may_say_no() {
    let rows = [
        ("service.exists = false", "EndpointServiceNotFound"),
        ("service.status = \"deleted\"", "EndpointServiceDeleted"),
        ("service.status = \"pending\"", "IncorrectStatus.VpcEndpointService"),
        ("service.whitelisted = false", "EndpointServiceNotAuthorized"),
        ("service.listed = false", "no error"),
        ("quota.endpoints_per_vpc = 0", "QuotaExceeded.totalEpPerVpc"),
        ("quota.zones_per_endpoint = 1", "QuotaExceeded.epZonePerEndpoint"),
        ("quota.idle_endpoints = 0", "QuotaExceeded.totalIdleEndpoint"),
        ("product_open = false", "NeedOpenProduct"),
        ("denied = [\"privatelink:CreateVpcEndpoint\"]", "NoPermission"),
        ("denied = [\"privatelink:*\"]", "NoPermission"),
    ];
    for (text, code) in rows {
        let sandbox = start_with(text);
        assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &create_params()).1, code, "{text}");
    }
}

#[test]
fn vswitches_and_groups_may_say_no() {
    let network = |vswitch: &str, kind: &str| {
        format!(
            "[[vpc]]\n[[vpc.vswitch]]\nzone = 'ap-southeast-1a'\ncidr = '10.0.0.0/24'\n{vswitch}\n\
             [[vpc.vswitch]]\nzone = 'ap-southeast-1b'\ncidr = '10.0.1.0/24'\n\
             [[vpc.group]]\n[[vpc.group]]\ntype = '{kind}'"
        )
    };
    let rows = [
        ("free = 0", "normal", "ResourceNotEnough.VSwitchIp"),
        ("status = 'Pending'", "normal", "VSwitchStatusNotAllowed"),
        ("", "enterprise", "SecurityGroupTypeOnlySingleTypeSupporteded"),
        ("", "normal", "no error"),
    ];
    let mut params = create_params();
    params.push(("SecurityGroupId.2", "sg-t4nsandbox0000000001"));
    for (vswitch, kind, code) in rows {
        let sandbox = start_with(&network(vswitch, kind));
        assert_eq!(refused(&sandbox, "CreateVpcEndpoint", &params).1, code, "{vswitch} {kind}");
    }
}

#[test]
fn a_denial_names_the_action() {
    let sandbox = start("permission-denied");
    let (status, body) = call(&sandbox, "CreateVpcEndpoint", &create_params());
    assert_eq!((status, body["Code"].as_str()), (400, Some("NoPermission")));
    assert_eq!(body["AccessDeniedDetail"]["AuthAction"], "privatelink:CreateVpcEndpoint");
    assert_eq!(body["HostId"], "privatelink.ap-southeast-1.aliyuncs.com");
    let (status, body) =
        call(&sandbox, "CreateVSwitch", &[REGION, ("VpcId", "v"), ("ZoneId", "z"), ("CidrBlock", "c")]);
    assert_eq!((status, body["Code"].as_str()), (403, Some("Forbidden.RAM")));
}

#[test]
fn other_fates() {
    let rows = [
        ("stuck", "Creating/Disconnected/Creating"),
        ("rejected", "Active/Disconnected/Disconnected"),
        ("needs-acceptance", "Active/Disconnected/Wait"),
        ("arrears", "Active/Connected/Connected"),
    ];
    for (scenario, expected) in rows {
        let sandbox = start(scenario);
        let id = create(&sandbox);
        sandbox.advance(MINUTE);
        assert_eq!(phase(&sandbox, &id), expected, "{scenario}");
    }
    let sandbox = start("arrears");
    let id = create(&sandbox);
    sandbox.advance(MINUTE);
    let endpoint = good(&sandbox, "GetVpcEndpointAttribute", &[REGION, ("EndpointId", &id)]);
    assert_eq!(endpoint["EndpointBusinessStatus"], "FinancialLocked");
}
