//! The parameters of a request: query and form body together. facts a1

use percent_encoding::percent_decode_str;

use super::http::Request;
use super::refusal::{Refusal, bad, invalid};
use crate::cloud::sign::Params;

/// Actions whose parameters are declared as form data: in a query they are not seen (facts a1, `TagResources`).
const FORM_ONLY: &[&str] = &["TagResources"];

/// The merged parameters. A key has one place, and one value.
pub(super) fn merged(request: &Request) -> Result<Params, Refusal> {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let in_query = decoded(query)?;
    let mut params = in_query.clone();
    for (key, value) in decoded(&body(request)?)? {
        if params.insert(key.clone(), value).is_some() {
            return Err(invalid(&key, "it is in the query and in the body"));
        }
    }
    if params.get("Action").is_some_and(|action| FORM_ONLY.contains(&action.as_str())) {
        let own = in_query.keys().find(|key| !super::args::PUBLIC.contains(&key.as_str()));
        if let Some(key) = own {
            return Err(invalid(key, "this action takes it in the form body"));
        }
    }
    Ok(params)
}

fn body(request: &Request) -> Result<String, Refusal> {
    if request.body.is_empty() {
        return Ok(String::new());
    }
    let kind = request.header("content-type").unwrap_or_default();
    if request.method != "POST" || !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(bad("InvalidParameter", "A body is a form that comes with POST."));
    }
    String::from_utf8(request.body.clone()).map_err(|_| bad("InvalidParameter", "The body is not UTF-8."))
}

fn decoded(text: &str) -> Result<Params, Refusal> {
    let mut params = Params::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = decode(key)?;
        if params.insert(key.clone(), decode(value)?).is_some() {
            return Err(invalid(&key, "it is given twice"));
        }
    }
    Ok(params)
}

/// As any form reader does it: `+` is a space.
fn decode(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| bad("InvalidParameter", "A parameter is not UTF-8."))
}
