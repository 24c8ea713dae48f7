//! STS: facts b4.

use serde_json::{Value, json};

use super::Ctx;
use crate::sandbox::refusal::Refusal;

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
