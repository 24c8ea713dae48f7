//! ECS: security groups. facts b3

use serde_json::{Value, json};

use super::endpoints::has_tags;
use super::page::by_token;
use super::{Ctx, check_description, no_such, once};
use crate::sandbox::model::{Group, Tags};
use crate::sandbox::refusal::{Refusal, invalid};
use crate::sandbox::scenario::{GroupType, InnerAccess};

/// facts b3 `DescribeSecurityGroups`: by token, 10 a page unless told.
pub(super) fn list(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let (args, region, tags) = (ctx.args, ctx.region(), ctx.args.rows("Tag"));
    let same = |param: &str, value: &str| args.text(param).is_none_or(|wanted| wanted == value);
    let ids = ids(ctx)?;
    let wanted = |group: &&Group| {
        // Asked for by id it is a lookup, which lags behind as little as one of a single thing.
        (ids.is_some() || ctx.is_listed(group.created))
            && group.region == region
            && same("VpcId", &group.vpc)
            && same("SecurityGroupId", &group.id)
            && same("SecurityGroupName", &group.name)
            && same("SecurityGroupType", group.kind.word())
            && ids.as_ref().is_none_or(|ids| ids.contains(&group.id))
            && has_tags(&group.tags, &tags)
    };
    let found = ctx.state.groups.iter().filter(wanted).map(|group| describe(ctx, group)).collect();
    let mut body = by_token(args, found, 10)?.ecs("SecurityGroups", "SecurityGroup");
    body.insert("RegionId".into(), json!(region));
    Ok(Value::Object(body))
}

/// `SecurityGroupIds`: a JSON array of at most 100 ids.
fn ids(ctx: &Ctx<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(text) = ctx.args.text("SecurityGroupIds") else { return Ok(None) };
    let ids: Option<Vec<String>> = serde_json::from_slice(text.as_bytes()).ok();
    match ids.filter(|ids| ids.len() <= 100) {
        None => Err(invalid("SecurityGroupIds", "a JSON array of at most 100 ids")),
        ids => Ok(ids),
    }
}

fn describe(ctx: &Ctx<'_>, group: &Group) -> Value {
    json!({
        "SecurityGroupId": group.id,
        "SecurityGroupName": group.name,
        "SecurityGroupType": group.kind.word(),
        "VpcId": group.vpc,
        "Description": group.description,
        "ServiceManaged": false,
        "RuleCount": group.rules.len(),
        "CreationTime": ctx.iso(0),
        "Tags": { "Tag": ecs_tags(&group.tags) },
    })
}

/// facts b3: `TagKey` and `TagValue` here.
fn ecs_tags(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect()
}

/// facts b3 `CreateSecurityGroup`
pub(super) fn create(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    once(ctx, "CreateSecurityGroup", "IdempotentParameterMismatch", |ctx| {
        let (args, region) = (ctx.args, ctx.region());
        let vpc = args.text("VpcId").unwrap_or_default().to_string();
        if !vpc.is_empty() && ctx.state.vpc(&region, &vpc).is_none() {
            return Err(no_such("InvalidVpcId.NotFound", &vpc));
        }
        let name = args.text("SecurityGroupName").unwrap_or_default();
        if !name.is_empty() && !(2..=128).contains(&name.chars().count()) {
            return Err(invalid("SecurityGroupName", "2 to 128 characters"));
        }
        if let Some(text) = args.text("Description") {
            check_description("Description", text)?;
        }
        let enterprise = args.text("SecurityGroupType") == Some("enterprise");
        let tags = args.tags()?;
        let group = Group {
            id: ctx.state.next_id("sg"),
            name: name.into(),
            description: args.text("Description").unwrap_or_default().into(),
            region,
            vpc,
            kind: if enterprise { GroupType::Enterprise } else { GroupType::Normal },
            // facts f: members of a basic group reach each other, those of an enterprise group do not.
            inner_access: if enterprise { InnerAccess::Drop } else { InnerAccess::Accept },
            rules: Vec::new(),
            created: ctx.now,
            tags,
        };
        let body = json!({ "SecurityGroupId": group.id });
        ctx.state.groups.push(group);
        Ok(body)
    })
}

/// facts b3 `DeleteSecurityGroup`
pub(super) fn delete(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let id = ctx.args.need("SecurityGroupId");
    if ctx.state.group(&ctx.region(), id).is_none() {
        return Err(no_such("InvalidSecurityGroupId.NotFound", id));
    }
    let attached =
        ctx.state.endpoints.iter().any(|endpoint| endpoint.groups.iter().any(|(group, _)| group == id));
    let rules = ctx.state.groups.iter().filter(|group| group.id != id).flat_map(|group| &group.rules);
    let named = rules.into_iter().any(|(_, rule)| rule.source_group.as_deref() == Some(id));
    if attached || named {
        return Err(Refusal::new(403, "DependencyViolation", "The security group is still in use."));
    }
    ctx.state.groups.retain(|group| group.id != id);
    Ok(json!({}))
}
