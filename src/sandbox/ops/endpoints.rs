//! PrivateLink: endpoints that exist. facts b1

use serde_json::{Value, json};

use super::create::check_groups;
use super::page::by_token;
use super::{Ctx, dry_run_passed, once};
use crate::sandbox::life::ms;
use crate::sandbox::model::{Endpoint, Tags};
use crate::sandbox::refusal::{Refusal, bad};

/// The fields that Create, Get and List share (facts b1 `CreateVpcEndpoint`, response).
pub(super) fn common(ctx: &Ctx<'_>, endpoint: &Endpoint) -> serde_json::Map<String, Value> {
    let timing = &ctx.scenario.timing;
    let fields = json!({
        "EndpointId": endpoint.id,
        "EndpointDomain": endpoint.domain(),
        "EndpointName": endpoint.name,
        "EndpointDescription": endpoint.description,
        "EndpointStatus": endpoint.status(timing, ctx.now),
        "ConnectionStatus": endpoint.connection(timing, ctx.now),
        "EndpointBusinessStatus": endpoint.life(timing, ctx.now).business(),
        "ServiceId": endpoint.service,
        "ServiceName": endpoint.service_name,
        "ServiceRegionId": endpoint.region,
        "VpcId": endpoint.vpc,
        "Bandwidth": 3072,
        "CrossRegionBandwidth": 0,
        "AddressIpVersion": endpoint.address_version,
        "ZoneAffinityEnabled": endpoint.zone_affinity,
        "CreateTime": ctx.iso(endpoint.created),
    });
    match fields {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}

/// What Get and List add. There are no zones, addresses or groups in it (facts 0.8).
fn details(endpoint: &Endpoint) -> Value {
    json!({
        "EndpointType": "Interface",
        "PolicyDocument": "",
        "ProtectedEnabled": endpoint.protected,
        "RegionId": endpoint.region,
        "ResourceGroupId": endpoint.resource_group,
        "ResourceOwner": false,
        "ZonePrivateIpAddressCount": 1,
    })
}

/// The endpoint a call is about.
pub(super) fn find(ctx: &Ctx<'_>) -> Result<Endpoint, Refusal> {
    let id = ctx.args.need("EndpointId");
    let found = ctx.state.endpoint(&ctx.region(), id).cloned();
    found
        .filter(|endpoint| ctx.is_known(endpoint.created))
        .ok_or_else(|| bad("EndpointNotFound", format!("The specified endpoint {id} does not exist."))) // facts 0.5
}

/// facts b1 `GetVpcEndpointAttribute`
pub(super) fn get(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let endpoint = find(ctx)?;
    let mut body = super::merge(common(ctx, &endpoint), details(&endpoint));
    body["Payer"] = json!(ctx.scenario.service.payer.word());
    Ok(body)
}

/// facts b1 `ListVpcEndpoints`: the same without `Payer`, with `Tags`.
pub(super) fn list(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let region = ctx.region();
    let tags = ctx.args.rows("Tag");
    let mut found = Vec::new();
    for endpoint in ctx.state.endpoints.iter().filter(|endpoint| endpoint.region == region) {
        if !ctx.is_listed(endpoint.created) {
            continue;
        }
        let mut item = super::merge(common(ctx, endpoint), details(endpoint));
        let filters = ["EndpointId", "EndpointName", "EndpointType", "EndpointStatus", "ConnectionStatus"]
            .into_iter()
            .chain(["ServiceName", "ServiceRegionId", "VpcId", "AddressIpVersion", "ResourceGroupId"]);
        let mut same = filters.map(|name| ctx.args.text(name).is_none_or(|wanted| item[name] == wanted));
        if same.all(|same| same) && has_tags(&endpoint.tags, &tags) {
            item["Tags"] = plain_tags(&endpoint.tags);
            found.push(item);
        }
    }
    Ok(by_token(ctx.args, found, 50)?.privatelink("Endpoints"))
}

/// Whether every wanted tag is there; a tag without a value asks for the key alone.
pub(super) fn has_tags(tags: &Tags, wanted: &[std::collections::BTreeMap<&str, &str>]) -> bool {
    wanted.iter().all(|row| {
        let value = tags.get(*row.get("Key").unwrap_or(&""));
        value.is_some_and(|value| row.get("Value").is_none_or(|wanted| wanted == value))
    })
}

/// `[{"Key","Value"}]`
pub(super) fn plain_tags(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// facts b1 `ListVpcEndpointSecurityGroups`
pub(super) fn security_groups(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let endpoint = find(ctx)?;
    let group = |(id, attached): &(String, i64)| {
        let status = if ctx.now < *attached { "Attaching" } else { "Attached" };
        json!({ "SecurityGroupId": id, "SecurityGroupStatus": status })
    };
    let groups = endpoint.groups.iter().map(group).collect();
    Ok(by_token(ctx.args, groups, 50)?.privatelink("SecurityGroups"))
}

/// An endpoint can be changed once it is Active, not while another change or its connection is under way
/// (facts b1 `AddZoneToVpcEndpoint`, d PrivateLink state codes).
pub(super) fn check_changeable(ctx: &Ctx<'_>, endpoint: &Endpoint) -> Result<(), Refusal> {
    let timing = &ctx.scenario.timing;
    match (endpoint.status(timing, ctx.now), endpoint.connection(timing, ctx.now)) {
        ("Pending", _) => Err(bad("EndpointLocked", "The endpoint is locked by another operation.")),
        ("Active", "Connecting") => {
            Err(bad("EndpointConnectionOperationDenied", "The endpoint is being connected."))
        }
        ("Active", _) => Ok(()),
        (status, _) => Err(bad(
            "EndpointOperationDenied",
            format!("The endpoint is {status}, which does not allow this."),
        )),
    }
}

/// Adding to an endpoint needs an account that pays and a service that exists.
pub(super) fn check_growable(ctx: &Ctx<'_>, endpoint: &Endpoint) -> Result<(), Refusal> {
    let life = endpoint.life(&ctx.scenario.timing, ctx.now);
    if life.business() != "Normal" {
        // facts d: arrears
        return Err(bad(
            "IncorrectBusinessStatus.VpcEndpoint",
            "The endpoint is locked because of overdue payments.",
        ));
    }
    if life.connection() == "ServiceDeleted" {
        return Err(bad("EndpointServiceDeleted", "The endpoint service has been deleted."));
    }
    check_changeable(ctx, endpoint)
}

/// facts b1 `AttachSecurityGroupToVpcEndpoint`
pub(super) fn attach_group(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "AttachSecurityGroupToVpcEndpoint", "IdempotenceSignatureMismatch", |ctx| {
        let endpoint = find(ctx)?;
        let id = ctx.args.need("SecurityGroupId").to_string();
        if endpoint.groups.iter().any(|(known, _)| *known == id) {
            return Err(bad("SecurityGroupExist", "The security group is attached already."));
        }
        let attached = endpoint.groups.iter().map(|(id, _)| id.as_str());
        let all: Vec<&str> = attached.chain([id.as_str()]).collect();
        check_groups(ctx, &endpoint.region, &endpoint.vpc, &all)?;
        check_growable(ctx, &endpoint)?;
        if ctx.args.flag("DryRun") {
            return Err(dry_run_passed());
        }
        let done = ctx.now + ms(ctx.scenario.timing.change_ms);
        change(ctx, |endpoint| {
            endpoint.groups.push((id, done));
            endpoint.busy = done;
        });
        Ok(json!({}))
    })
}

/// facts b1 `DeleteVpcEndpoint`: zones first.
pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "DeleteVpcEndpoint", "IdempotenceSignatureMismatch", |ctx| {
        let endpoint = find(ctx)?;
        // A zone that is still going keeps the endpoint busy, and is a dependence all the same.
        if !endpoint.zones.is_empty() {
            return Err(bad(
                "EndpointDependenceViolation",
                "The endpoint still has zones: remove them first.",
            ));
        }
        check_changeable(ctx, &endpoint)?;
        if ctx.args.flag("DryRun") {
            return Err(dry_run_passed());
        }
        let gone = ctx.now + ms(ctx.scenario.timing.change_ms);
        change(ctx, |endpoint| endpoint.gone = Some(gone));
        Ok(json!({}))
    })
}

/// Applies a change to the endpoint of the call.
pub(super) fn change(ctx: &mut Ctx<'_>, change: impl FnOnce(&mut Endpoint)) {
    let id = ctx.args.need("EndpointId");
    if let Some(endpoint) = ctx.state.endpoints.iter_mut().find(|endpoint| endpoint.id == id) {
        change(endpoint);
    }
}
