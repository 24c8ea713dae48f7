//! VPC: vSwitches. facts b2

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::endpoints::{has_tags, plain_tags};
use super::page::by_number;
use super::{Ctx, dry_run_passed, no_such, once};
use crate::sandbox::genesis::vswitch_ready;
use crate::sandbox::model::{VSwitch, Vpc};
use crate::sandbox::refusal::{Refusal, bad, invalid, missing};
use crate::sandbox::scenario::zone_id;

/// facts b2 `DescribeVSwitches`: one of `RegionId` and `VpcId`.
pub(super) fn list(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let args = ctx.args;
    if args.text("RegionId").is_none() && args.text("VpcId").is_none() {
        return Err(missing("RegionId"));
    }
    let same = |param: &str, value: &str| args.text(param).is_none_or(|wanted| wanted == value);
    let tags = args.rows("Tag");
    let wanted = |vswitch: &&VSwitch| {
        ctx.is_listed(vswitch.created)
            && same("RegionId", &vswitch.region)
            && same("VpcId", &vswitch.vpc)
            && same("VSwitchId", &vswitch.id)
            && same("ZoneId", &vswitch.zone)
            && same("VSwitchName", &vswitch.name)
            && same("IsDefault", "false")
            && has_tags(&vswitch.tags, &tags)
    };
    let found = ctx.state.vswitches.iter().filter(wanted).map(|vswitch| describe(ctx, vswitch)).collect();
    Ok(by_number(args, found, "VSwitches", "VSwitch"))
}

/// facts b2 `DescribeVSwitchAttributes`: the same fields, flat.
pub(super) fn get(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let id = ctx.args.need("VSwitchId");
    let found = ctx.state.vswitch(&ctx.region(), id);
    found.map(|vswitch| describe(ctx, vswitch)).ok_or_else(|| no_such("InvalidVSwitchId.NotFound", id))
}

fn describe(ctx: &Ctx<'_>, vswitch: &VSwitch) -> Value {
    json!({
        "VSwitchId": vswitch.id,
        "VSwitchName": vswitch.name,
        "Description": vswitch.description,
        "VpcId": vswitch.vpc,
        "ZoneId": vswitch.zone,
        "CidrBlock": vswitch.cidr.to_string(),
        "AvailableIpAddressCount": vswitch.free,
        "Status": if vswitch.is_available(ctx.now) { "Available" } else { "Pending" },
        "ShareType": "",
        "OwnerId": ctx.scenario.account.id.parse::<u64>().unwrap_or(0),
        "IsDefault": false,
        "RouteTable": { "RouteTableId": "vtb-t4nsandbox0000000001", "RouteTableType": "System" },
        "Tags": { "Tag": plain_tags(&vswitch.tags) },
    })
}

/// facts b2 `CreateVSwitch`. VPC's own code for a token that is used again for something else is not in the facts.
pub(super) fn create(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "CreateVSwitch", "IdempotentParameterMismatch", |ctx| {
        let (args, region) = (ctx.args, ctx.region());
        let id = args.need("VpcId");
        let vpc = ctx.state.vpc(&region, id).cloned().ok_or_else(|| no_such("InvalidVpcId.NotFound", id))?;
        let zone = args.need("ZoneId");
        if !zone_exists(ctx, &region, zone) {
            return Err(no_such("InvalidZoneId.NotFound", zone));
        }
        let name = args.text("VSwitchName").unwrap_or_default();
        if name.chars().count() > 128 {
            return Err(invalid("VSwitchName", "1 to 128 characters"));
        }
        check_vpc(ctx, &vpc)?;
        let cidr = range(ctx, &vpc)?;
        let tags = args.tags()?;
        let vswitch = VSwitch {
            id: ctx.state.next_id("vsw"),
            name: name.into(),
            description: args.text("Description").unwrap_or_default().into(),
            region,
            vpc: vpc.id,
            zone: zone.into(),
            cidr,
            free: VSwitch::room(cidr),
            pending: false,
            created: ctx.now,
            ready: vswitch_ready(ctx.scenario, ctx.now),
            taken: std::collections::BTreeSet::new(),
            lingers: ctx.now,
            tags,
        };
        let body = json!({ "VSwitchId": vswitch.id });
        ctx.state.vswitches.push(vswitch);
        Ok(body)
    })
}

/// A region has zones a, b and c, and those that something of the scenario is in.
fn zone_exists(ctx: &Ctx<'_>, region: &str, zone: &str) -> bool {
    ["a", "b", "c"].iter().any(|letter| zone_id(region, letter) == zone)
        || (region == ctx.scenario.region && ctx.scenario.service_zones().iter().any(|known| known == zone))
        || ctx.state.vswitches.iter().any(|vswitch| vswitch.region == region && vswitch.zone == zone)
}

/// The VPC is Available, has room, and no other vSwitch of it is being created (facts b2 errors).
fn check_vpc(ctx: &Ctx<'_>, vpc: &Vpc) -> Result<(), Refusal> {
    let siblings = || ctx.state.vswitches.iter().filter(|vswitch| vswitch.vpc == vpc.id);
    if vpc.status != "Available" {
        return Err(bad("IncorrectVpcStatus", "The status of the VPC does not allow this."));
    }
    if siblings().any(|vswitch| ctx.now < vswitch.ready) {
        return Err(bad("IncorrectVSwitchStatus", "Another vSwitch of the VPC is being created."));
    }
    if siblings().count() >= ctx.scenario.quota.vswitches_per_vpc {
        return Err(bad("QuotaExceeded.VSwitch", "The VPC has as many vSwitches as the quota allows."));
    }
    Ok(())
}

/// The range asked for: inside the VPC, clear of the other vSwitches.
fn range(ctx: &Ctx<'_>, vpc: &Vpc) -> Result<Ipv4Net, Refusal> {
    let overlaps = |cidr: &Ipv4Net| {
        let taken = |vswitch: &VSwitch| vswitch.cidr.contains(cidr) || cidr.contains(&vswitch.cidr);
        ctx.state.vswitches.iter().any(|vswitch| vswitch.vpc == vpc.id && taken(vswitch))
    };
    if let Some(text) = ctx.args.text("CidrBlock") {
        let parsed = text.parse::<Ipv4Net>().ok().filter(|cidr| cidr.trunc() == *cidr);
        let fits = parsed.filter(|cidr| (16..=29).contains(&cidr.prefix_len()));
        let cidr = fits.ok_or_else(|| bad("InvalidCidrBlock.Malformed", "The CIDR block is malformed."))?;
        let inside =
            std::iter::once(&vpc.cidr).chain(&vpc.secondary_cidrs).any(|whole| whole.contains(&cidr));
        if !inside {
            return Err(invalid("CidrBlock", "it is not inside the VPC"));
        }
        if overlaps(&cidr) {
            return Err(bad("InvalidCidrBlock.Overlapped", "The CIDR block overlaps with another vSwitch."));
        }
        return Ok(cidr);
    }
    let mask = ctx.args.number("CidrMask").and_then(|mask| u8::try_from(mask).ok());
    let subnets = vpc.cidr.subnets(mask.ok_or_else(|| missing("CidrBlock"))?);
    let free = subnets.ok().and_then(|mut subnets| subnets.find(|cidr| !overlaps(cidr)));
    free.ok_or_else(|| bad("ResourceNotAvailable", "The VPC has no such range left."))
}

/// facts b2 `DeleteVSwitch`
pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let id = ctx.args.need("VSwitchId");
    let vswitch =
        ctx.state.vswitch(&ctx.region(), id).ok_or_else(|| no_such("InvalidVSwitchId.NotFound", id))?;
    if ctx.now < vswitch.ready {
        return Err(bad("IncorrectVSwitchStatus", "The vSwitch is being created."));
    }
    if !vswitch.taken.is_empty() || ctx.now < vswitch.lingers {
        return Err(bad("DependencyViolation", "The vSwitch still has network interfaces."));
    }
    if ctx.args.flag("DryRun") {
        return Err(dry_run_passed());
    }
    ctx.state.vswitches.retain(|vswitch| vswitch.id != id);
    Ok(json!({}))
}
