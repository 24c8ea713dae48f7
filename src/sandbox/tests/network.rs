//! VPC, ECS and the service list: reads and paging.

use std::collections::BTreeSet;

use super::*;

/// Reads a token-paged list to the end; the ids and the number of pages.
fn by_token(
    sandbox: &Sandbox,
    action: &str,
    own: &[(&str, &str)],
    list: &str,
    id: &str,
) -> (BTreeSet<String>, usize) {
    let (mut ids, mut pages, mut token) = (BTreeSet::new(), 0, String::new());
    loop {
        let mut params = own.to_vec();
        if !token.is_empty() {
            params.push(("NextToken", &token));
        }
        let body = good(sandbox, action, &params);
        let items = body.pointer(list).and_then(Value::as_array).expect("a list").clone();
        ids.extend(items.iter().filter_map(|item| item[id].as_str().map(str::to_string)));
        pages += 1;
        let next = body["NextToken"].as_str().unwrap_or_default().to_string();
        if next.is_empty() {
            return (ids, pages);
        }
        token = next;
    }
}

/// Reads a numbered list to the end; the ids.
fn by_number(sandbox: &Sandbox, action: &str, list: &str, id: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for page in 1.. {
        let page = page.to_string();
        let body = good(sandbox, action, &[REGION, ("PageSize", "50"), ("PageNumber", &page)]);
        let items = body.pointer(list).and_then(Value::as_array).expect("a list").clone();
        if items.is_empty() {
            assert_eq!(body["TotalCount"], ids.len());
            break;
        }
        ids.extend(items.iter().filter_map(|item| item[id].as_str().map(str::to_string)));
    }
    ids
}

#[test]
fn a_large_account_takes_many_pages() {
    let sandbox = start("many");
    assert_eq!(by_number(&sandbox, "DescribeVpcs", "/Vpcs/Vpc", "VpcId").len(), 250);
    assert_eq!(by_number(&sandbox, "DescribeVSwitches", "/VSwitches/VSwitch", "VSwitchId").len(), 400);
    let own = [REGION, ("MaxResults", "100")];
    let list = "/SecurityGroups/SecurityGroup";
    let (groups, pages) = by_token(&sandbox, "DescribeSecurityGroups", &own, list, "SecurityGroupId");
    assert_eq!((groups.len(), pages), (300, 3));
    let own = [REGION, ("MaxResults", "50")];
    let (endpoints, pages) = by_token(&sandbox, "ListVpcEndpoints", &own, "/Endpoints", "EndpointId");
    assert_eq!((endpoints.len(), pages), (120, 3));
}

#[test]
fn pages_have_limits() {
    let sandbox = start("instant");
    let rows = [
        ("DescribeVpcs", ("PageSize", "51")),
        ("DescribeVSwitches", ("PageNumber", "0")),
        ("DescribeSecurityGroups", ("MaxResults", "101")),
        ("ListVpcEndpoints", ("MaxResults", "0")),
        ("ListVpcEndpoints", ("NextToken", "made-up")),
    ];
    for (action, param) in rows {
        assert_eq!(refused(&sandbox, action, &[REGION, param]), (400, "InvalidParameter".into()), "{action}");
    }
}

#[test]
fn the_service_list_counts_in_a_string() {
    let sandbox = start("instant");
    let body = good(&sandbox, "ListVpcEndpointServicesByEndUser", &[REGION, ("ServiceName", SERVICE)]);
    assert_eq!(body["TotalCount"], "1");
    assert_eq!(body["Services"][0]["Zones"][2], "ap-southeast-1c");
    assert_eq!(body["Services"][0]["AutoAcceptEnabled"], true);
    let none = good(&sandbox, "ListVpcEndpointServicesByEndUser", &[REGION, ("ServiceName", "other")]);
    assert_eq!(none["TotalCount"], "0");
    for name in ["service-not-found", "service-unlisted-but-real"] {
        let body = good(&start(name), "ListVpcEndpointServicesByEndUser", &[REGION]);
        assert_eq!(body["Services"], serde_json::json!([]), "{name}");
    }
}

#[test]
fn exactly_one_default_group_is_open() {
    let sandbox = start("happy");
    let open = |id: &str| {
        let body = good(&sandbox, "DescribeSecurityGroupAttribute", &[REGION, ("SecurityGroupId", id)]);
        assert_eq!(body["InnerAccessPolicy"], "Accept");
        let rule = body["Permissions"]["Permission"][0].clone();
        assert_eq!(
            (rule["Priority"].as_str(), rule["SourceCidrIp"].as_str()),
            (Some("1"), Some("10.0.0.0/16"))
        );
        rule["PortRange"] == "4000/4000"
    };
    assert_eq!(["sg-t4nsandbox0000000001", "sg-t4nsandbox0000000002"].map(open), [false, true]);
}

#[test]
fn a_vswitch_reads_alike_in_both_shapes() {
    let sandbox = start("instant");
    let id = ("VSwitchId", "vsw-t4nsandbox0000000003");
    let list = good(&sandbox, "DescribeVSwitches", &[REGION, id]);
    let mut flat = good(&sandbox, "DescribeVSwitchAttributes", &[REGION, id]);
    flat.as_object_mut().expect("an object").remove("RequestId");
    assert_eq!(list["VSwitches"]["VSwitch"][0], flat);
    assert_eq!(flat["AvailableIpAddressCount"], 252);
    let nowhere = refused(&sandbox, "DescribeVSwitchAttributes", &[REGION, ("VSwitchId", "vsw-x")]);
    assert_eq!(nowhere, (404, "InvalidVSwitchId.NotFound".into()));
    assert_eq!(refused(&sandbox, "DescribeVSwitches", &[]).1, "MissingParameter");
}

#[test]
fn other_regions_are_empty() {
    let sandbox = start("existing-endpoint");
    let tokyo = ("RegionId", "ap-northeast-1");
    assert_eq!(good(&sandbox, "DescribeVpcs", &[tokyo])["TotalCount"], 0);
    assert_eq!(good(&sandbox, "ListVpcEndpoints", &[tokyo])["TotalCount"], 0);
    assert_eq!(good(&sandbox, "ListVpcEndpoints", &[REGION])["TotalCount"], 1);
    assert_eq!(refused(&sandbox, "DescribeVpcs", &[("RegionId", "mars")]), (404, "RegionNotFound".into()));
    let regions = good(&sandbox, "DescribeRegions", &[]);
    assert_eq!(regions["Regions"]["Region"].as_array().map(Vec::len), Some(30));
}

#[test]
fn endpoints_are_found_by_what_they_are() {
    let sandbox = start("existing-endpoint");
    let total = |filter: &[(&str, &str)]| {
        let params: Vec<(&str, &str)> = filter.iter().copied().chain([REGION]).collect();
        good(&sandbox, "ListVpcEndpoints", &params)["TotalCount"].as_u64()
    };
    assert_eq!(total(&[("ServiceName", SERVICE), ("VpcId", "vpc-t4nsandbox0000000001")]), Some(1));
    assert_eq!(total(&[("ServiceName", "other")]), Some(0));
    assert_eq!(total(&[("EndpointStatus", "Active"), ("ConnectionStatus", "Connected")]), Some(1));
    assert_eq!(total(&[("Tag.1.Key", "team"), ("Tag.1.Value", "data")]), Some(1));
    assert_eq!(total(&[("Tag.1.Key", "team"), ("Tag.1.Value", "web")]), Some(0));
    let list = good(&sandbox, "ListVpcEndpoints", &[REGION]);
    let endpoint = &list["Endpoints"][0];
    assert_eq!(endpoint["Tags"][0]["Key"], "team");
    assert!(endpoint.get("Payer").is_none() && endpoint.get("Zones").is_none());
}
