//! PrivateLink: tags of endpoints. facts b1

use serde_json::{Value, json};

use super::Ctx;
use super::endpoints::has_tags;
use super::page::by_token;
use crate::sandbox::refusal::{Refusal, bad, missing};

/// facts b1 `TagResources`
pub(super) fn tag(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let tags = ctx.args.tags()?;
    let region = ctx.region();
    let ids = ctx.args.list("ResourceId");
    for id in &ids {
        if ctx.state.endpoint(&region, id).is_none() {
            return Err(bad("InvalidResourceId.NotFound", format!("The resource {id} does not exist.")));
        }
    }
    let tagged = |endpoint: &&mut crate::sandbox::model::Endpoint| ids.contains(&endpoint.id.as_str());
    for endpoint in ctx.state.endpoints.iter_mut().filter(tagged) {
        let mut all = endpoint.tags.clone();
        all.extend(tags.clone());
        if all.len() > 20 {
            return Err(bad("QuotaExceed.TagsPerResource", "A resource takes at most 20 tags."));
        }
        endpoint.tags = all;
    }
    Ok(json!({}))
}

/// facts b1 `ListTagResources`
pub(super) fn list(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let (ids, wanted, region) = (ctx.args.list("ResourceId"), ctx.args.rows("Tag"), ctx.region());
    if ids.is_empty() && wanted.is_empty() {
        return Err(missing("ResourceId.N"));
    }
    let kind = ctx.args.need("ResourceType");
    let mut found = Vec::new();
    for endpoint in ctx.state.endpoints.iter().filter(|endpoint| endpoint.region == region) {
        if !(ids.is_empty() || ids.contains(&endpoint.id.as_str())) || !has_tags(&endpoint.tags, &wanted) {
            continue;
        }
        found.extend(endpoint.tags.iter().map(|(key, value)| {
            json!({ "ResourceId": endpoint.id, "ResourceType": kind, "TagKey": key, "TagValue": value })
        }));
    }
    Ok(by_token(ctx.args, found, 50)?.privatelink("TagResources"))
}
