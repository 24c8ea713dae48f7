//! ECS: the rules of security groups. facts b3

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::page::by_token;
use super::{Ctx, no_such, once};
use crate::sandbox::model::Group;
use crate::sandbox::refusal::{Refusal, bad, invalid, missing};
use crate::sandbox::scenario::{Rule, RulePolicy};

/// The group a call is about.
fn find(ctx: &Ctx<'_>) -> Result<Group, Refusal> {
    let id = ctx.args.need("SecurityGroupId");
    ctx.state.group(&ctx.region(), id).cloned().ok_or_else(|| no_such("InvalidSecurityGroupId.NotFound", id))
}

/// facts b3 `DescribeSecurityGroupAttribute`
pub(super) fn get(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let group = find(ctx)?;
    let inbound = ctx.args.text("Direction") != Some("egress");
    let rules = group.rules.iter().filter(|_| inbound).map(|(id, rule)| describe(id, rule)).collect();
    let mut body = by_token(ctx.args, rules, 500)?.ecs("Permissions", "Permission");
    body.insert("VpcId".into(), json!(group.vpc));
    body.insert("RegionId".into(), json!(group.region));
    body.insert("SecurityGroupId".into(), json!(group.id));
    body.insert("SecurityGroupName".into(), json!(group.name));
    body.insert("InnerAccessPolicy".into(), json!(group.inner_access.word()));
    Ok(Value::Object(body))
}

/// `Priority` is a string, and what does not apply is an empty one (facts b3).
fn describe(id: &str, rule: &Rule) -> Value {
    json!({
        "SecurityGroupRuleId": id,
        "Direction": "ingress",
        "Policy": rule.policy.word(),
        "IpProtocol": rule.protocol,
        "PortRange": rule.ports,
        "SourceCidrIp": rule.source_cidr.as_deref().unwrap_or_default(),
        "Ipv6SourceCidrIp": "",
        "SourceGroupId": rule.source_group.as_deref().unwrap_or_default(),
        "SourcePrefixListId": rule.prefix_list.as_deref().unwrap_or_default(),
        "PortRangeListId": "",
        "Priority": rule.priority.to_string(),
        "NicType": "intranet",
        "Description": rule.description,
    })
}

/// facts b3 `AuthorizeSecurityGroup`: `Permissions.N`, the flat old parameters are not taken.
pub(super) fn authorize(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "AuthorizeSecurityGroup", "IdempotentParameterMismatch", |ctx| {
        let group = find(ctx)?;
        let rows = ctx.args.rows("Permissions");
        if rows.is_empty() {
            return Err(missing("Permissions.1.IpProtocol"));
        }
        let rules: Vec<Rule> = rows.iter().map(|row| rule(ctx, &group, row)).collect::<Result<_, _>>()?;
        if group.rules.len() + rules.len() > ctx.scenario.quota.rules_per_group {
            return Err(Refusal::new(
                403,
                "AuthorizationLimitExceed",
                "The group has as many rules as it can.",
            ));
        }
        // A rule that is there already is no error and not added again (general knowledge, not in the facts).
        let new = rules.into_iter().filter(|rule| group.rules.iter().all(|(_, known)| known != rule));
        let new: Vec<(String, Rule)> = new.map(|rule| (ctx.state.next_id("sgr"), rule)).collect();
        if let Some(group) = ctx.state.groups.iter_mut().find(|known| known.id == group.id) {
            group.rules.extend(new);
        }
        Ok(json!({}))
    })
}

fn rule(ctx: &Ctx<'_>, group: &Group, row: &BTreeMap<&str, &str>) -> Result<Rule, Refusal> {
    let text = |name: &str| row.get(name).filter(|value| !value.is_empty()).map(ToString::to_string);
    let protocol = text("IpProtocol").ok_or_else(|| missing("Permissions.N.IpProtocol"))?;
    if !["TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL"].contains(&protocol.to_uppercase().as_str()) {
        return Err(bad("InvalidIpProtocol.Malformed", "The protocol is not valid."));
    }
    let rule = Rule {
        priority: text("Priority").and_then(|priority| priority.parse().ok()).unwrap_or(1),
        policy: policy(text("Policy").as_deref())?,
        protocol: protocol.to_uppercase(),
        ports: ports(text("PortRange").as_deref())?,
        source_cidr: text("SourceCidrIp"),
        source_group: text("SourceGroupId"),
        prefix_list: text("SourcePrefixListId"),
        description: text("Description").unwrap_or_default(),
    };
    check_source(ctx, group, &rule)?;
    Ok(rule)
}

fn policy(text: Option<&str>) -> Result<RulePolicy, Refusal> {
    match text.map(str::to_lowercase).as_deref() {
        None | Some("accept") => Ok(RulePolicy::Accept),
        Some("drop") => Ok(RulePolicy::Drop),
        Some(_) => Err(invalid("Permissions.N.Policy", "it must be accept or drop")),
    }
}

/// `4000/4000`, or `-1/-1` for every port.
fn ports(text: Option<&str>) -> Result<String, Refusal> {
    let text = text.ok_or_else(|| missing("Permissions.N.PortRange"))?;
    let range = text
        .split_once('/')
        .and_then(|(from, to)| Some((from.parse::<u16>().ok()?, to.parse::<u16>().ok()?)));
    let good = text == "-1/-1" || range.is_some_and(|(from, to)| from >= 1 && from <= to);
    if good { Ok(text.into()) } else { Err(invalid("Permissions.N.PortRange", "FROM/TO, or -1/-1")) }
}

/// Exactly one source, and one that exists.
fn check_source(ctx: &Ctx<'_>, group: &Group, rule: &Rule) -> Result<(), Refusal> {
    let sources = [&rule.source_cidr, &rule.source_group, &rule.prefix_list];
    if sources.into_iter().flatten().count() != 1 {
        return Err(missing("Permissions.N.SourceCidrIp"));
    }
    let is_range =
        |text: &String| text.parse::<Ipv4Net>().is_ok() || text.parse::<std::net::Ipv4Addr>().is_ok();
    if rule.source_cidr.as_ref().is_some_and(|text| !is_range(text)) {
        return Err(bad("InvalidSourceCidrIp.Malformed", "The source is no range of addresses."));
    }
    let Some(source) = &rule.source_group else { return Ok(()) };
    match ctx.state.group(&group.region, source) {
        None => Err(no_such("InvalidSecurityGroupId.NotFound", source)),
        Some(source) if source.vpc != group.vpc => {
            Err(bad("InvalidSourceGroupId.Mismatch", "The source group is of another VPC."))
        }
        Some(_) => Ok(()),
    }
}
