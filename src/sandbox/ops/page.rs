//! The two ways of paging: by token, and by number.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::sandbox::args::Args;
use crate::sandbox::refusal::{Refusal, invalid};

/// A page of a token-paged list.
pub(super) struct TokenPage {
    pub(super) items: Vec<Value>,
    pub(super) total: usize,
    pub(super) max: usize,
    /// The next page's token, empty on the last.
    pub(super) next: String,
}

/// Cuts the page that `MaxResults` and `NextToken` ask for.
pub(super) fn by_token(args: &Args, all: Vec<Value>, default: usize) -> Result<TokenPage, Refusal> {
    let max = args.number("MaxResults").unwrap_or(default);
    let start = match args.text("NextToken") {
        None => 0,
        Some(token) => {
            offset(token).ok_or_else(|| invalid("NextToken", "it was not given out by this list"))?
        }
    };
    let total = all.len();
    let items = all.into_iter().skip(start).take(max).collect();
    let end = start.saturating_add(max);
    let next = if end < total { token(end) } else { String::new() };
    Ok(TokenPage { items, total, max, next })
}

/// Opaque, and with characters that have to be encoded.
fn token(offset: usize) -> String {
    STANDARD.encode(format!(">>{offset}>"))
}

fn offset(token: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    text.strip_prefix(">>")?.strip_suffix('>')?.parse().ok()
}

impl TokenPage {
    /// PrivateLink's shape: the last page has no `NextToken` (facts b, conventions; b1).
    pub(super) fn privatelink(self, list: &str) -> Value {
        let mut body = Map::new();
        body.insert(list.into(), Value::Array(self.items));
        body.insert("MaxResults".into(), json!(self.max));
        body.insert("TotalCount".into(), json!(self.total));
        if !self.next.is_empty() {
            body.insert("NextToken".into(), json!(self.next));
        }
        Value::Object(body)
    }

    /// ECS' shape: a wrapped list, no total, an empty token on the last page (facts b3).
    pub(super) fn ecs(self, list: &str, item: &str) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert(list.into(), json!({ item: self.items }));
        body.insert("NextToken".into(), json!(self.next));
        body
    }
}

/// A page of VPC's shape (facts b2): `PageSize` at most 50, 10 if not given.
pub(super) fn by_number(args: &Args, all: Vec<Value>, list: &str, item: &str) -> Value {
    let size = args.number("PageSize").unwrap_or(10);
    let page = args.number("PageNumber").unwrap_or(1);
    let total = all.len();
    let items: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
    json!({ list: { item: items }, "PageNumber": page, "PageSize": size, "TotalCount": total })
}
