//! From an HTTP reply to JSON or a typed error, whatever stands between: JSON, XML, a proxy's page, nothing.

use serde_json::Value;

use super::de::one_line;
use super::error::{AccessDenied, ErrorKind, Unusable};
use super::transport::Reply;

/// The longest code, id or name that is kept; real ones have a quarter of it.
const LONGEST_NAME: usize = 256;
/// The longest message that is kept.
const LONGEST_MESSAGE: usize = 2000;
/// The message about a signature has the whole string to sign in it, which has every parameter in it.
const LONGEST_STRING_TO_SIGN: usize = 64 << 10;

/// The JSON of a successful reply, or what went wrong.
pub(crate) fn read(reply: &Reply) -> Result<Value, ErrorKind> {
    let unusable = |what| ErrorKind::Unusable { status: reply.status, what };
    if (300..400).contains(&reply.status) {
        let to = reply.location.as_deref().unwrap_or_default();
        return Err(unusable(Unusable::Redirect(one_line(to, LONGEST_NAME))));
    }
    let text = String::from_utf8_lossy(&reply.body);
    let parsed = parse(&text).map_err(unusable)?;
    if (200..300).contains(&reply.status) {
        return match parsed {
            Parsed::Json(value @ Value::Object(_)) => Ok(value),
            Parsed::Json(_) => Err(unusable(Unusable::Shape("the answer is no JSON object".to_owned()))),
            Parsed::Xml(_) => Err(unusable(garbage(&text))),
        };
    }
    api_error(reply.status, &parsed).ok_or_else(|| unusable(garbage(&text))).and_then(Err)
}

/// The request id in a reply: header first, then the body.
pub(crate) fn request_id(reply: &Reply) -> Option<String> {
    let id = reply.request_id.clone().or_else(|| {
        let text = String::from_utf8_lossy(&reply.body);
        parse(&text).ok()?.field("RequestId", "requestId")
    });
    id.map(|id| one_line(&id, LONGEST_NAME))
}

enum Parsed {
    Json(Value),
    Xml(String),
}

impl Parsed {
    fn field(&self, name: &str, lower: &str) -> Option<String> {
        match self {
            Self::Json(value) => {
                let field = value.get(name).or_else(|| value.get(lower))?;
                let text = field.as_str().map_or_else(|| field.to_string(), ToOwned::to_owned);
                (!text.is_empty()).then_some(text)
            }
            Self::Xml(text) => xml_element(text, name),
        }
    }
}

fn parse(text: &str) -> Result<Parsed, Unusable> {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if trimmed.is_empty() {
        return Err(Unusable::Empty);
    }
    if let Ok(value) = serde_json::from_slice(trimmed.as_bytes()) {
        return Ok(Parsed::Json(value));
    }
    let head: String = trimmed.chars().take(400).collect::<String>().to_ascii_lowercase();
    if head.contains("<html") || head.contains("<!doctype") {
        return Err(Unusable::Html(xml_element(trimmed, "title").map(|title| one_line(&title, 200))));
    }
    if trimmed.contains("<Error>") && trimmed.contains("<Code>") {
        return Ok(Parsed::Xml(trimmed.to_owned()));
    }
    Err(garbage(trimmed))
}

/// The error bodies of facts section d; readers also accept lower-case names.
fn api_error(status: u16, parsed: &Parsed) -> Option<ErrorKind> {
    let code = one_line(&parsed.field("Code", "code")?, LONGEST_NAME);
    let longest = if code == "SignatureDoesNotMatch" { LONGEST_STRING_TO_SIGN } else { LONGEST_MESSAGE };
    let link = |text: &String| {
        text.starts_with("https://")
            && text.len() <= LONGEST_NAME
            && text.bytes().all(|b| b.is_ascii_graphic())
    };
    Some(ErrorKind::Api {
        status,
        code,
        message: one_line(&parsed.field("Message", "message").unwrap_or_default(), longest),
        recommend: parsed.field("Recommend", "recommend").filter(link),
        denied: access_denied(parsed),
        signature: None,
    })
}

fn access_denied(parsed: &Parsed) -> Option<AccessDenied> {
    let Parsed::Json(value) = parsed else { return None };
    let detail = value.get("AccessDeniedDetail")?;
    let given = |name| detail.get(name).and_then(Value::as_str).filter(|s| !s.is_empty());
    let text = |name| given(name).map(|text| one_line(text, LONGEST_NAME));
    Some(AccessDenied {
        action: text("AuthAction"),
        principal: text("AuthPrincipalDisplayName"),
        reason: text("NoPermissionType"),
    })
}

fn xml_element(text: &str, name: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find(&format!("<{}>", name.to_ascii_lowercase()))? + name.len() + 2;
    let end = start + lower[start..].find("</")?;
    let content = text[start..end].trim();
    (!content.is_empty()).then(|| unescape(content))
}

/// A string to sign inside an XML message is full of `&amp;`.
fn unescape(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

fn garbage(text: &str) -> Unusable {
    Unusable::Garbage(one_line(text, 200))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.as_bytes().to_vec().into(), ..Reply::default() }
    }

    fn code_of(result: Result<Value, ErrorKind>) -> String {
        match result {
            Err(ErrorKind::Api { code, .. }) => code,
            other => panic!("expected an API error, got {other:?}"),
        }
    }

    #[test]
    fn reads_error_bodies_in_every_spelling() {
        let upper = r#"{"RequestId":"R1","HostId":"h","Code":"EndpointNotFound","Message":"m"}"#;
        assert_eq!(code_of(read(&reply(400, upper))), "EndpointNotFound");
        let lower = r#"{"requestId":"R2","code":"Throttling","message":"m"}"#;
        assert_eq!(code_of(read(&reply(400, lower))), "Throttling");
        let xml =
            "<?xml version='1.0'?><Error><RequestId>R3</RequestId><Code>ServiceUnavailable</Code></Error>";
        assert_eq!(code_of(read(&reply(503, xml))), "ServiceUnavailable");
        assert_eq!(request_id(&reply(503, xml)).as_deref(), Some("R3"));
        let entities = "<Error><Code>X</Code><Message>string to sign is:POST&amp;%2F&amp;a</Message></Error>";
        let Err(ErrorKind::Api { message, .. }) = read(&reply(400, entities)) else { panic!("no error") };
        assert_eq!(message, "string to sign is:POST&%2F&a");
    }

    #[test]
    fn tells_a_proxys_page_from_a_truncated_answer() {
        let what = |status, body: &str| match read(&reply(status, body)) {
            Err(ErrorKind::Unusable { what, .. }) => what,
            other => panic!("expected an unusable answer, got {other:?}"),
        };
        assert_eq!(what(502, ""), Unusable::Empty);
        assert_eq!(
            what(200, "<!DOCTYPE html><html><head><title>Sign in</title></head></html>"),
            Unusable::Html(Some("Sign in".to_owned()))
        );
        assert_eq!(what(200, "{\"RequestId\":"), Unusable::Garbage("{\"RequestId\":".to_owned()));
        assert_eq!(what(200, "[1]"), Unusable::Shape("the answer is no JSON object".to_owned()));
        assert_eq!(what(500, "{}"), Unusable::Garbage("{}".to_owned()));
    }

    #[test]
    fn a_ram_denial_names_the_action() {
        let body = r#"{"Code":"NoPermission","Message":"m","AccessDeniedDetail":{
            "AuthAction":"privatelink:CreateVpcEndpoint","NoPermissionType":"ImplicitDeny",
            "AuthPrincipalDisplayName":"deployer"}}"#;
        let Err(ErrorKind::Api { denied: Some(denied), .. }) = read(&reply(400, body)) else {
            panic!("no detail")
        };
        assert_eq!(denied.action.as_deref(), Some("privatelink:CreateVpcEndpoint"));
        assert_eq!(denied.principal.as_deref(), Some("deployer"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics_on_any_bytes(status in 100u16..600, body: Vec<u8>) {
            let reply = Reply { status, body: body.into(), ..Reply::default() };
            let _ = read(&reply);
            let _ = request_id(&reply);
        }

        #[test]
        fn never_panics_on_markup(body in "(<|>|/|title|Error|Code|é|ẞ|İ| ){0,40}") {
            let _ = read(&reply(500, &body));
        }
    }
}
