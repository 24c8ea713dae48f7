//! PrivateLink: activation and the services on offer. facts b1

use serde_json::{Value, json};

use super::page::by_token;
use super::{Ctx, REGIONS};
use crate::sandbox::genesis::RESOURCE_GROUP;
use crate::sandbox::refusal::{Refusal, bad};
use crate::sandbox::scenario::ServiceStatus;

/// facts b1 `CheckProductOpen`; that it is not open is found before any PrivateLink action.
#[expect(clippy::unnecessary_wraps, reason = "every action has one signature")]
pub(super) fn check_open(_: &mut Ctx<'_>) -> Result<Value, Refusal> {
    Ok(json!({ "Success": true }))
}

/// facts b1 `OpenPrivateLinkService`
pub(super) fn open(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    if ctx.state.product_open {
        // facts 0.12: misspelt by the cloud itself.
        return Err(bad("OrderOpend", "The service has already been activated."));
    }
    ctx.state.product_open = true;
    Ok(json!({ "OrderId": "200000000000001" }))
}

/// facts b1 `DescribeRegions`: wrapped, unlike PrivateLink's other lists (facts 0.7).
#[expect(clippy::unnecessary_wraps, reason = "every action has one signature")]
pub(super) fn regions(_: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let region = |id: &&str| {
        json!({
            "RegionId": id,
            "LocalName": id,
            "RegionEndpoint": format!("privatelink.{id}.aliyuncs.com"),
            "ServiceResourceTypes": { "ServiceResourceType": ["nlb", "slb"] },
        })
    };
    let regions: Vec<Value> = REGIONS.iter().map(region).collect();
    Ok(json!({ "Regions": { "Region": regions } }))
}

/// facts b1 `ListVpcEndpointServicesByEndUser`
pub(super) fn services(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let found: Vec<Value> =
        if is_listed(ctx) && matches_filters(ctx) { vec![service(ctx)] } else { Vec::new() };
    let page = by_token(ctx.args, found, 50)?;
    let total = page.total.to_string();
    let mut body = page.privatelink("Services");
    body["TotalCount"] = json!(total); // facts 0.6: a string here
    Ok(body)
}

/// Hidden where it does not exist, is gone, is not listed, or this account may not connect (facts b1: likely).
fn is_listed(ctx: &Ctx<'_>) -> bool {
    let service = &ctx.scenario.service;
    let alive = service.exists && service.status != ServiceStatus::Deleted;
    alive && service.listed && service.whitelisted && ctx.region() == ctx.scenario.region
}

fn matches_filters(ctx: &Ctx<'_>) -> bool {
    let same = |param: &str, value: &str| ctx.args.text(param).is_none_or(|wanted| wanted == value);
    same("ServiceId", &ctx.scenario.service.id)
        && same("ServiceName", &ctx.scenario.service_name())
        && same("ServiceType", "Interface")
        && same("ServiceRegionId", &ctx.scenario.region)
        && same("ResourceGroupId", RESOURCE_GROUP)
        && ctx.args.rows("Tag").is_empty()
}

fn service(ctx: &Ctx<'_>) -> Value {
    let service = &ctx.scenario.service;
    json!({
        "ServiceId": service.id,
        "ServiceName": ctx.scenario.service_name(),
        "ServiceDomain": format!("{}.{}.privatelink.aliyuncs.com", service.id, ctx.scenario.region), // facts f
        "ServiceType": "Interface",
        "ServiceResourceType": service.resource_type,
        "Zones": ctx.scenario.service_zones(),
        "AutoAcceptEnabled": service.auto_accept,
        "Payer": service.payer.word(),
        "AddressIpVersion": "IPv4",
        "ServiceSupportIPv6": false,
        "ZoneAffinityEnabled": true,
        "VpcEndpointPolicySupported": false,
        "ResourceGroupId": RESOURCE_GROUP,
        "Tags": [],
    })
}
