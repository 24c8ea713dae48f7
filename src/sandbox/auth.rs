//! Who calls: public parameters, signature, time, nonce and token. facts a1 and d.

use jiff::Timestamp;

use super::clock::{Ms, iso};
use super::refusal::{Refusal, bad, invalid, missing, not_found};
use super::scenario::KeyKind;
use super::state::State;
use crate::cloud::sign::{Params, signature, string_to_sign};
use crate::secret::Secret;

/// What the caller has to present. None of it opens anything but the sandbox.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// The `AccessKey` id.
    pub id: String,
    /// The `AccessKey` secret.
    pub secret: Secret,
    /// The token of a temporary key.
    pub security_token: Option<Secret>,
}

const PERMANENT_ID: &str = "SandboxAccessKeyId000001";
const TEMPORARY_ID: &str = "STS.SandboxAccessKeyId000001";
const SECRET: &str = "SandboxSecretUv3xQ8rT1mZk5wYb7nCd9e";
const OTHER_SECRET: &str = "SandboxSecretThatIsNotTheRightOne01";
/// With characters that have to be encoded.
const TOKEN: &str = "SandboxToken/CAISqwJ1q6Ft5B2y+fSjIr5eLPdv+kRp8yM=";

/// How far a timestamp may be off: 15 minutes.
const MAX_SKEW_MS: u64 = 15 * 60 * 1000;

impl AccessKey {
    /// The key that a scenario hands out.
    pub(super) fn handed(kind: KeyKind) -> Self {
        let (id, secret, token) = match kind {
            KeyKind::Ok | KeyKind::Inactive => (PERMANENT_ID, SECRET, None),
            KeyKind::WrongSecret => (PERMANENT_ID, OTHER_SECRET, None),
            KeyKind::Unknown => ("SandboxAccessKeyIdUnknown", SECRET, None),
            KeyKind::Token | KeyKind::ExpiredToken => (TEMPORARY_ID, SECRET, Some(TOKEN)),
            KeyKind::NeedsToken => (TEMPORARY_ID, SECRET, None),
        };
        Self { id: id.into(), secret: Secret::new(secret), security_token: token.map(Secret::new) }
    }
}

/// A new session's key, good until `ends`.
pub(super) fn issue(state: &mut State, ends: Ms) -> AccessKey {
    let token = format!("SandboxSession/{:04}+q6Ft5B2y+fSjIr5eLPdv+kRp8yM=", state.sessions.len() + 1);
    state.sessions.push((token.clone(), ends));
    AccessKey { security_token: Some(Secret::new(token)), ..AccessKey::handed(KeyKind::Token) }
}

/// Refuses a call that nobody signs and that lacks what it needs all the same (facts g, OIDC).
pub(super) fn verify_unsigned(params: &Params, now: Timestamp) -> Result<(), Refusal> {
    if !need(params, "Format")?.eq_ignore_ascii_case("JSON") {
        return Err(invalid("Format", "this server speaks JSON only"));
    }
    check_time(need(params, "Timestamp")?, now)?;
    if params.contains_key("Signature") || params.contains_key("AccessKeyId") {
        return Err(invalid("Signature", "this action takes none"));
    }
    Ok(())
}

/// Refuses a call that is not signed as it has to be. `now` is the cloud's time.
pub(super) fn verify(
    state: &mut State,
    kind: KeyKind,
    method: &str,
    params: &Params,
    now: Timestamp,
    now_ms: Ms,
) -> Result<(), Refusal> {
    check_form(params)?;
    check_time(need(params, "Timestamp")?, now)?;
    check_key(need(params, "AccessKeyId")?, kind)?;
    check_token(state, params, kind, now_ms)?;
    check_signature(method, params)?;
    // Only a call that is really the caller's uses up its nonce.
    if !state.nonces.insert(need(params, "SignatureNonce")?.to_string()) {
        // facts d
        return Err(bad("SignatureNonceUsed", "The request signature nonce has been used."));
    }
    Ok(())
}

fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, Refusal> {
    params.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or_else(|| missing(name))
}

/// facts a1, public parameters; facts d for the codes.
fn check_form(params: &Params) -> Result<(), Refusal> {
    // Without it the real cloud answers in XML.
    if !need(params, "Format")?.eq_ignore_ascii_case("JSON") {
        return Err(invalid("Format", "this server speaks JSON only"));
    }
    if need(params, "SignatureMethod")? != "HMAC-SHA1" {
        return Err(bad("InvalidSignatureMethod", "The specified signature method is not supported."));
    }
    if need(params, "SignatureVersion")? != "1.0" {
        return Err(invalid("SignatureVersion", "it must be 1.0"));
    }
    need(params, "SignatureNonce")?;
    if !params.contains_key("Signature") {
        return Err(bad(
            "IncompleteSignature",
            "The request signature does not conform to Aliyun standards.",
        ));
    }
    Ok(())
}

/// facts a1: UTC, `YYYY-MM-DDThh:mm:ssZ`, no fraction; facts d: at most 15 minutes off.
fn check_time(text: &str, now: Timestamp) -> Result<(), Refusal> {
    let parsed = text.parse::<Timestamp>().ok().filter(|at| iso(*at) == text);
    let Some(at) = parsed else {
        return Err(bad(
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ));
    };
    if at.as_millisecond().abs_diff(now.as_millisecond()) > MAX_SKEW_MS {
        return Err(bad("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."));
    }
    Ok(())
}

/// facts d: 404 for an id nobody has, 400 for a disabled one.
fn check_key(id: &str, kind: KeyKind) -> Result<(), Refusal> {
    if ![PERMANENT_ID, TEMPORARY_ID].contains(&id) {
        return Err(not_found("InvalidAccessKeyId.NotFound", "Specified access key is not found."));
    }
    if kind == KeyKind::Inactive {
        return Err(bad("InvalidAccessKeyId.Inactive", "Specified access key is disabled."));
    }
    Ok(())
}

/// facts d, `InvalidSecurityToken.*`
fn check_token(state: &State, params: &Params, kind: KeyKind, now: Ms) -> Result<(), Refusal> {
    let session = |token: &str| state.sessions.iter().find(|(known, _)| known == token);
    let temporary = params.get("AccessKeyId").is_some_and(|id| id == TEMPORARY_ID);
    match params.get("SecurityToken").map(String::as_str) {
        None if temporary => Err(bad("MissingSecurityToken", "SecurityToken is mandatory for this action.")),
        Some(_) if !temporary => {
            let why = "Specified SecurityToken mismatches with the AccessKey.";
            Err(bad("InvalidSecurityToken.MismatchWithAccessKey", why))
        }
        Some(token) if session(token).is_some_and(|(_, ends)| *ends <= now) => {
            Err(bad("InvalidSecurityToken.Expired", "Specified SecurityToken is expired."))
        }
        Some(token) if session(token).is_some() => Ok(()),
        Some(token) if token != TOKEN => {
            Err(bad("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."))
        }
        Some(_) if kind == KeyKind::ExpiredToken => {
            Err(bad("InvalidSecurityToken.Expired", "Specified SecurityToken is expired."))
        }
        None | Some(_) => Ok(()),
    }
}

/// facts a1: the message embeds the server's own string to sign, so that a client can tell a wrong secret from
/// a wrong canonicalisation.
fn check_signature(method: &str, params: &Params) -> Result<(), Refusal> {
    let mut signed = params.clone();
    let given = signed.remove("Signature").unwrap_or_default();
    let text = string_to_sign(method, &signed);
    if signature(&Secret::new(SECRET), &text) == given {
        return Ok(());
    }
    let why =
        format!("Specified signature is not matched with our calculation. server string to sign is:{text}");
    Err(bad("SignatureDoesNotMatch", why))
}
