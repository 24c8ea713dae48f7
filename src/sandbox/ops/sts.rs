//! STS: facts b4.

use serde_json::{Value, json};

use super::Ctx;
use crate::sandbox::auth;
use crate::sandbox::refusal::{Refusal, bad, invalid};

/// facts b4 `GetCallerIdentity`
#[expect(clippy::unnecessary_wraps, reason = "every action has one signature")]
pub(super) fn caller_identity(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let account = &ctx.scenario.account;
    let arn = match (&account.arn, account.kind.as_str()) {
        (Some(arn), _) => arn.clone(),
        (None, "Account") => format!("acs:ram::{}:root", account.id),
        (None, "AssumedRoleUser") => format!("acs:ram::{}:assumed-role/sandbox/session", account.id),
        (None, _) => format!("acs:ram::{}:user/sandbox", account.id),
    };
    let mut body = json!({
        "AccountId": account.id,
        "Arn": arn,
        "IdentityType": account.kind,
        "PrincipalId": "200000000000000001",
        "UserId": "200000000000000001",
    });
    if account.kind == "AssumedRoleUser" {
        body["RoleId"] = json!("300000000000000001");
    }
    Ok(body)
}

/// facts b4 `AssumeRole`
pub(super) fn assume_role(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    session(ctx)
}

/// facts b4 `AssumeRoleWithOIDC`
pub(super) fn assume_role_with_oidc(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let token = ctx.args.text("OIDCToken").unwrap_or_default();
    // facts b4: 4 to 20000 characters
    if !(4..=20000).contains(&token.len()) || token.contains(char::is_whitespace) {
        return Err(bad("AuthenticationFail.OIDCToken.Invalid", "This JWT token is invalid."));
    }
    session(ctx)
}

fn session(ctx: &mut Ctx<'_>) -> Result<Value, Refusal> {
    let arn = ctx.args.text("RoleArn").unwrap_or_default().to_owned();
    let role = arn.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":role/"));
    let Some((account, role)) = role.filter(|(account, role)| !account.is_empty() && !role.is_empty()) else {
        return Err(invalid("RoleArn", "acs:ram::<account>:role/<name>"));
    };
    let name = ctx.args.text("RoleSessionName").unwrap_or_default();
    let good = name.chars().all(|c| c.is_ascii_alphanumeric() || ".@-_".contains(c));
    if !good || !(2..=64).contains(&name.len()) {
        return Err(invalid("RoleSessionName", "2 to 64 letters, digits and .@-_"));
    }
    let user = format!("acs:ram::{account}:assumed-role/{role}/{name}");
    let asked = ctx.args.text("DurationSeconds").and_then(|text| text.parse().ok()).unwrap_or(3600);
    let key = &ctx.scenario.key;
    let told = key.session_s.unwrap_or(asked);
    let good = key.session_good_s.unwrap_or(told);
    let at = |seconds: u64| ctx.now + i64::try_from(seconds).unwrap_or(0) * 1000;
    let (told, ends) = (ctx.iso(at(told)), at(good));
    let issued = auth::issue(ctx.state, ends);
    Ok(json!({
        "Credentials": {
            "AccessKeyId": issued.id,
            "AccessKeySecret": issued.secret.expose(),
            "SecurityToken": issued.security_token.as_ref().map(crate::secret::Secret::expose),
            "Expiration": told,
        },
        "AssumedRoleUser": { "Arn": user, "AssumedRoleId": format!("300000000000000001:{role}") },
    }))
}
