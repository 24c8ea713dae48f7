//! PrivateLink: the zones of an endpoint. facts b1

use serde_json::{Value, json};

use super::create::{Wanted, check_zone, interface, parse_ip};
use super::endpoints::{change, check_changeable, check_growable, find};
use super::page::by_token;
use super::{Ctx, dry_run_passed, once};
use crate::sandbox::life::ms;
use crate::sandbox::refusal::{Refusal, bad, invalid};

/// facts b1 `ListVpcEndpointZones`
pub(super) fn list(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let endpoint = find(ctx)?;
    let (timing, stuck) = (&ctx.scenario.timing, &ctx.scenario.stuck_zones);
    let zones = endpoint.zones.iter().map(|zone| {
        let status = endpoint.zone_status(zone, timing, stuck, ctx.now);
        let mut item = json!({
            "ZoneId": zone.id,
            "ZoneStatus": status,
            "ZoneDomain": endpoint.zone_domain(&zone.id),
            "VSwitchId": zone.vswitch,
            "RegionId": endpoint.region,
        });
        // The network interface appears with the zone, not before.
        if status != "Creating" {
            item["EniId"] = json!(zone.eni);
            item["EniIp"] = json!(zone.ip.to_string());
        }
        item
    });
    Ok(by_token(ctx.args, zones.collect(), 50)?.privatelink("Zones"))
}

/// facts b1 `AddZoneToVpcEndpoint`
pub(super) fn add(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "AddZoneToVpcEndpoint", "IdempotenceSignatureMismatch", |ctx| {
        let endpoint = find(ctx)?;
        if ctx.args.text("Ipv6Address").is_some() {
            return Err(invalid("Ipv6Address", "the service has no IPv6"));
        }
        let wanted = Wanted {
            zone: ctx.args.need("ZoneId").into(),
            vswitch: ctx.args.need("VSwitchId").into(),
            ip: ctx.args.text("ip").map(parse_ip).transpose()?,
        };
        check_growable(ctx, &endpoint)?;
        if endpoint.zones.iter().any(|zone| zone.id == wanted.zone) {
            return Err(bad("EndpointZoneDuplicated", "The endpoint has this zone already."));
        }
        check_zone(ctx, &endpoint.region, &endpoint.vpc, &wanted)?;
        if endpoint.zones.len() >= ctx.scenario.quota.zones_per_endpoint {
            return Err(bad("QuotaMisMatched", "The endpoint has as many zones as the quota allows."));
        }
        if ctx.args.flag("DryRun") {
            return Err(dry_run_passed());
        }
        let zone = interface(ctx, wanted)?;
        let busy = ctx.now + ms(ctx.scenario.timing.change_ms);
        change(ctx, |endpoint| {
            endpoint.zones.push(zone);
            endpoint.busy = busy;
        });
        Ok(json!({}))
    })
}

/// facts b1 `RemoveZoneFromVpcEndpoint`: `Deleting`, then it disappears.
pub(super) fn remove(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "RemoveZoneFromVpcEndpoint", "IdempotenceSignatureMismatch", |ctx| {
        let endpoint = find(ctx)?;
        let id = ctx.args.need("ZoneId").to_string();
        if !endpoint.zones.iter().any(|zone| zone.id == id) {
            return Err(bad("EndpointZoneNotFound", "The endpoint does not have this zone."));
        }
        check_changeable(ctx, &endpoint)?;
        if ctx.args.flag("DryRun") {
            return Err(dry_run_passed());
        }
        let done = ctx.now + ms(ctx.scenario.timing.change_ms);
        change(ctx, |endpoint| {
            endpoint.busy = done;
            for zone in endpoint.zones.iter_mut().filter(|zone| zone.id == id) {
                zone.gone = Some(done);
            }
        });
        Ok(json!({}))
    })
}
