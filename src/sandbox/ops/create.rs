//! PrivateLink: `CreateVpcEndpoint` with all its checks. facts b1

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::endpoints::common;
use super::{Ctx, check_description, check_name, dry_run_passed, once};
use crate::sandbox::genesis::{RESOURCE_GROUP, attach};
use crate::sandbox::life::Fate;
use crate::sandbox::model::Endpoint;
use crate::sandbox::refusal::{Refusal, bad, invalid, missing};
use crate::sandbox::scenario::ServiceStatus;

/// A zone that is asked for.
pub(super) struct Wanted {
    pub(super) zone: String,
    pub(super) vswitch: String,
    pub(super) ip: Option<Ipv4Addr>,
}

/// facts b1 `CreateVpcEndpoint`
pub(super) fn create(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    if ctx.args.flag("DryRun") {
        // Nothing is created, so nothing is remembered under the token either.
        check(ctx)?;
        return Err(dry_run_passed());
    }
    once(ctx, "CreateVpcEndpoint", "IdempotenceSignatureMismatch", |ctx| {
        let wanted = check(ctx)?;
        let endpoint = build(ctx, wanted)?;
        let body = Value::Object(common(ctx, &endpoint));
        ctx.state.endpoints.push(endpoint);
        Ok(body)
    })
}

/// Every check, in the order: form, service, VPC, groups, zones, duplicates, quota.
fn check(ctx: &Ctx<'_>) -> Result<Vec<Wanted>, Refusal> {
    let args = ctx.args;
    if let Some(token) = args.text("ClientToken") {
        super::check_token(token)?;
    }
    if let Some(name) = args.text("EndpointName") {
        check_name("EndpointName", name)?;
    }
    if let Some(text) = args.text("EndpointDescription") {
        check_description("EndpointDescription", text)?;
    }
    args.tags()?;
    let wanted = wanted(ctx)?;
    check_service(ctx)?;
    check_options(ctx)?;
    let (region, vpc) = (ctx.region(), args.need("VpcId"));
    if ctx.state.vpc(&region, vpc).is_none() {
        return Err(bad("VpcNotFound", format!("The specified VPC {vpc} does not exist.")));
    }
    let groups = args.list("SecurityGroupId");
    if groups.is_empty() {
        return Err(bad(
            "EndpointMustContainSecurityGroup",
            "An endpoint needs at least one security group.",
        ));
    }
    check_groups(ctx, &region, vpc, &groups)?;
    for (n, zone) in wanted.iter().enumerate() {
        if wanted[..n].iter().any(|earlier| earlier.zone == zone.zone) {
            return Err(bad("EndpointZoneDuplicated", format!("The zone {} is given twice.", zone.zone)));
        }
        check_zone(ctx, &region, vpc, zone)?;
    }
    check_duplicate(ctx, vpc)?;
    check_quota(ctx, vpc, wanted.len())?;
    Ok(wanted)
}

/// The zones asked for, each with a zone id and a vSwitch.
fn wanted(ctx: &Ctx<'_>) -> Result<Vec<Wanted>, Refusal> {
    let read = |(n, row): (usize, &BTreeMap<&str, &str>)| {
        let field = |name: &str| {
            let value = row.get(name).filter(|value| !value.is_empty());
            value.map(ToString::to_string).ok_or_else(|| missing(&format!("Zone.{}.{name}", n + 1)))
        };
        if row.contains_key("Ipv6Address") {
            return Err(invalid("Zone.N.Ipv6Address", "the service has no IPv6"));
        }
        let ip = row.get("ip").map(|ip| parse_ip(ip)).transpose()?;
        Ok(Wanted { zone: field("ZoneId")?, vswitch: field("VSwitchId")?, ip })
    };
    ctx.args.rows("Zone").iter().enumerate().map(read).collect()
}

/// A fixed address.
pub(super) fn parse_ip(text: &str) -> Result<Ipv4Addr, Refusal> {
    text.parse().map_err(|_| invalid("ip", "it is no IPv4 address"))
}

/// The service by name or id (facts b1, `ServiceName` / `ServiceId`; facts d, state codes).
fn check_service(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let service = &ctx.scenario.service;
    let (name, id) = (ctx.args.text("ServiceName"), ctx.args.text("ServiceId"));
    if name.is_none() && id.is_none() {
        return Err(missing("ServiceName"));
    }
    let same =
        name.is_none_or(|name| name == ctx.scenario.service_name()) && id.is_none_or(|id| id == service.id);
    let here = ctx.region() == ctx.scenario.region;
    if !service.exists || !same || !here {
        return Err(bad("EndpointServiceNotFound", "The specified endpoint service does not exist."));
    }
    if service.status == ServiceStatus::Deleted {
        return Err(bad("EndpointServiceDeleted", "The endpoint service has been deleted."));
    }
    if !service.whitelisted {
        let why = "The account is not in the whitelist of the endpoint service.";
        return Err(bad("EndpointServiceNotAuthorized", why));
    }
    if service.status != ServiceStatus::Active {
        return Err(bad("IncorrectStatus.VpcEndpointService", "The endpoint service is not Active."));
    }
    Ok(())
}

/// What the service does not offer.
fn check_options(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let args = ctx.args;
    if args.text("EndpointType").is_some_and(|kind| kind != "Interface") {
        return Err(bad("Mismatch.EndpointType", "The endpoint service takes endpoints of type Interface."));
    }
    if args.text("PolicyDocument").is_some() {
        let why = "The endpoint service does not support endpoint policies.";
        return Err(bad("OperationDenied.EndpointPolicyNotSupport", why));
    }
    if args.text("AddressIpVersion") == Some("DualStack") {
        return Err(invalid("AddressIpVersion", "the service has no IPv6"));
    }
    if args.text("ServiceRegionId").is_some_and(|region| region != ctx.region()) {
        return Err(invalid("ServiceRegionId", "the service is not offered across regions"));
    }
    Ok(())
}

/// Groups are of the endpoint's VPC and all of one type (facts f, security groups).
pub(super) fn check_groups(ctx: &Ctx<'_>, region: &str, vpc: &str, ids: &[&str]) -> Result<(), Refusal> {
    let mut kinds = Vec::new();
    for id in ids {
        let group = ctx.state.group(region, id).filter(|group| group.vpc == vpc);
        let unknown =
            || bad("SecurityGroupNotFound", format!("There is no security group {id} in the VPC {vpc}."));
        kinds.push(group.ok_or_else(unknown)?.kind);
    }
    if kinds.windows(2).any(|pair| pair[0] != pair[1]) {
        // facts b1: misspelt by the cloud itself.
        let code = "SecurityGroupTypeOnlySingleTypeSupporteded";
        return Err(bad(code, "Security groups of different types cannot be combined."));
    }
    Ok(())
}

/// A zone of the service, and a usable vSwitch of the VPC in it (facts b1 errors; f, vSwitch).
pub(super) fn check_zone(ctx: &Ctx<'_>, region: &str, vpc: &str, wanted: &Wanted) -> Result<(), Refusal> {
    let zone = &wanted.zone;
    if !ctx.scenario.service_zones().contains(zone) {
        let why = format!("The endpoint service does not support the zone {zone}.");
        return Err(bad("EndpointServiceNotSupportedZone", why));
    }
    if ctx.scenario.service.empty_zones.contains(zone) {
        let why = format!("The endpoint service has no resource in the zone {zone}.");
        return Err(bad("EndpointServiceResourceNotFound", why));
    }
    let id = &wanted.vswitch;
    let vswitch = ctx.state.vswitch(region, id).filter(|vswitch| vswitch.vpc == vpc && vswitch.zone == *zone);
    let Some(vswitch) = vswitch else {
        return Err(bad(
            "VSwitchNotFound",
            format!("There is no vSwitch {id} in the VPC {vpc} and the zone {zone}."),
        ));
    };
    if !vswitch.is_available(ctx.now) {
        return Err(bad("VSwitchStatusNotAllowed", format!("The vSwitch {id} is not Available.")));
    }
    if vswitch.free == 0 {
        return Err(bad("ResourceNotEnough.VSwitchIp", format!("The vSwitch {id} has no free address.")));
    }
    if wanted.ip.is_some_and(|ip| !vswitch.cidr.contains(&ip) || vswitch.taken.contains(&ip)) {
        return Err(bad("EniIpUnavailable", "The specified address is not available."));
    }
    Ok(())
}

/// facts 0.11: one endpoint a service and VPC.
fn check_duplicate(ctx: &Ctx<'_>, vpc: &str) -> Result<(), Refusal> {
    let service = &ctx.scenario.service.id;
    let same = |endpoint: &&Endpoint| endpoint.vpc == vpc && endpoint.service == *service;
    match ctx.state.endpoints.iter().find(same) {
        Some(_) if ctx.scenario.service.duplicates => Ok(()),
        Some(_) => Err(bad("EndpointDuplicated", "The VPC has an endpoint for this service already.")),
        None => Ok(()),
    }
}

/// facts b1 errors, f quotas
fn check_quota(ctx: &Ctx<'_>, vpc: &str, zones: usize) -> Result<(), Refusal> {
    let quota = &ctx.scenario.quota;
    let exceeded = |what: &str| {
        let why = format!("The quota {what} is exceeded.");
        Err(bad(&format!("QuotaExceeded.{what}"), why))
    };
    if zones > quota.zones_per_endpoint {
        return exceeded("epZonePerEndpoint");
    }
    if ctx.state.endpoints.iter().filter(|endpoint| endpoint.vpc == vpc).count() >= quota.endpoints_per_vpc {
        return exceeded("totalEpPerVpc");
    }
    let idle = |endpoint: &&Endpoint| endpoint.connection(&ctx.scenario.timing, ctx.now) == "Disconnected";
    if ctx.state.endpoints.iter().filter(idle).count() >= quota.idle_endpoints {
        return exceeded("totalIdleEndpoint");
    }
    Ok(())
}

/// The endpoint, with an address taken in every vSwitch.
fn build(ctx: &mut Ctx<'_>, wanted: Vec<Wanted>) -> Result<Endpoint, Refusal> {
    let (args, now, service) = (ctx.args, ctx.now, &ctx.scenario.service);
    let id = ctx.state.next_id("ep");
    let mut zones = Vec::new();
    for zone in wanted {
        zones.push(interface(ctx, zone)?);
    }
    let text = |name: &str| args.text(name).unwrap_or_default().to_string();
    Ok(Endpoint {
        id,
        name: text("EndpointName"),
        description: text("EndpointDescription"),
        region: ctx.region(),
        vpc: text("VpcId"),
        service: service.id.clone(),
        service_name: ctx.scenario.service_name(),
        resource_group: args.text("ResourceGroupId").unwrap_or(RESOURCE_GROUP).into(),
        zone_affinity: args.flag("ZoneAffinityEnabled"),
        protected: args.flag("ProtectedEnabled"),
        address_version: "IPv4".into(),
        fate: Fate::of(ctx.scenario.behaviour, service.auto_accept, service.accepted_after_ms),
        created: now,
        busy: now,
        gone: None,
        zones,
        groups: args.list("SecurityGroupId").into_iter().map(|group| (group.to_string(), now)).collect(),
        tags: args.tags()?,
    })
}

/// A network interface in the wanted vSwitch, which was checked before.
pub(super) fn interface(ctx: &mut Ctx<'_>, wanted: Wanted) -> Result<crate::sandbox::model::Zone, Refusal> {
    attach(ctx.state, wanted.zone, wanted.vswitch, wanted.ip, ctx.now)
        .map_err(|_| bad("ResourceNotEnough.VSwitchIp", "The vSwitch has no free address."))
}
