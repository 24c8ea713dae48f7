//! VPC: regions and VPCs. facts b2

use serde_json::{Value, json};

use super::page::by_number;
use super::{Ctx, REGIONS};
use crate::sandbox::model::Vpc;
use crate::sandbox::refusal::{Refusal, invalid};

/// facts b2 `DescribeRegions`
#[expect(clippy::unnecessary_wraps, reason = "every action has one signature")]
pub(super) fn regions(_: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let region = |id: &&str| json!({ "RegionId": id, "LocalName": id, "RegionEndpoint": format!("vpc.{id}.aliyuncs.com") });
    let regions: Vec<Value> = REGIONS.iter().map(region).collect();
    Ok(json!({ "Regions": { "Region": regions } }))
}

/// facts b2 `DescribeVpcs`
pub(super) fn list(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let (args, region) = (ctx.args, ctx.region());
    let ids: Option<Vec<&str>> = args.text("VpcId").map(|ids| ids.split(',').collect());
    if ids.as_ref().is_some_and(|ids| ids.len() > 20) {
        return Err(invalid("VpcId", "at most 20 ids, comma-separated"));
    }
    let wanted = |vpc: &&Vpc| {
        vpc.region == region
            && ids.as_ref().is_none_or(|ids| ids.contains(&vpc.id.as_str()))
            && args.text("VpcName").is_none_or(|name| name == vpc.name)
            && args.text("IsDefault").is_none_or(|default| (default == "true") == vpc.default)
            && args.rows("Tag").is_empty()
    };
    let found = ctx.state.vpcs.iter().filter(wanted).map(|vpc| describe(ctx, vpc)).collect();
    Ok(by_number(args, found, "Vpcs", "Vpc"))
}

fn describe(ctx: &Ctx<'_>, vpc: &Vpc) -> Value {
    let vswitches = ctx.state.vswitches.iter().filter(|vswitch| vswitch.vpc == vpc.id);
    let vswitch_ids: Vec<&str> = vswitches.map(|vswitch| vswitch.id.as_str()).collect();
    json!({
        "VpcId": vpc.id,
        "VpcName": vpc.name,
        "Status": vpc.status,
        "CidrBlock": vpc.cidr.to_string(),
        "SecondaryCidrBlocks": {
            "SecondaryCidrBlock": vpc.secondary_cidrs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
        "IsDefault": vpc.default,
        "RegionId": vpc.region,
        "OwnerId": ctx.scenario.account.id.parse::<u64>().unwrap_or(0),
        "EnabledIpv6": false,
        "Ipv6CidrBlock": "",
        "VSwitchIds": { "VSwitchId": vswitch_ids },
        "UserCidrs": { "UserCidr": [] },
        "DnsHostnameStatus": "DISABLED",
        "Description": "",
        "Tags": { "Tag": [] },
    })
}
