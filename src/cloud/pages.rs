//! Lists read to their end, in both of Alibaba Cloud's ways of paging (facts section b).

use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::Client;
use super::de;
use super::error::{Error, ErrorKind, Unusable};
use super::operation::Operation;
use super::sign::Params;

/// Pages of one list asked for at the same time.
const PARALLEL: usize = 8;
/// No real list has more pages; a server that repeats itself is stopped here.
const MAX_PAGES: usize = 500;

/// Follows `NextToken` until it is absent or empty.
pub(crate) async fn by_token<T: DeserializeOwned>(
    client: &Client,
    operation: Operation,
    region: &str,
    mut params: Params,
    list: &'static str,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    for _ in 0..MAX_PAGES {
        let page: TokenPage<T> =
            client.call_with(operation, region, params.clone(), |value| TokenPage::read(value, list)).await?;
        items.extend(page.items);
        let Some(token) = page.next else { return Ok(items) };
        if params.insert("NextToken".to_owned(), token.clone()) == Some(token) {
            return Err(endless(operation));
        }
    }
    Err(endless(operation))
}

/// Asks for page 1, then for all the others at the same time.
pub(crate) async fn by_number<T: DeserializeOwned>(
    client: &Client,
    operation: Operation,
    region: &str,
    params: Params,
    list: &'static str,
) -> Result<Vec<T>, Error> {
    // Facts section b2: PageSize is at most 50.
    const SIZE: usize = 50;
    let page = |number: usize| {
        let mut params = params.clone();
        params.insert("PageSize".to_owned(), SIZE.to_string());
        params.insert("PageNumber".to_owned(), number.to_string());
        client.call_with(operation, region, params, move |value| NumberPage::<T>::read(value, list))
    };
    let first = page(1).await?;
    let pages = first.total.div_ceil(SIZE).clamp(1, MAX_PAGES);
    let rest: Vec<NumberPage<T>> = stream::iter(2..=pages).map(page).buffered(PARALLEL).try_collect().await?;
    Ok(first.items.into_iter().chain(rest.into_iter().flat_map(|page| page.items)).collect())
}

pub(super) struct TokenPage<T> {
    pub(super) items: Vec<T>,
    next: Option<String>,
}

impl<T: DeserializeOwned> TokenPage<T> {
    pub(super) fn read(mut value: Value, list: &str) -> Result<Self, String> {
        let next = value.get("NextToken").and_then(Value::as_str).filter(|token| !token.is_empty());
        let next = next.map(ToOwned::to_owned);
        Ok(Self { items: items(&mut value, list)?, next })
    }
}

pub(super) struct NumberPage<T> {
    pub(super) items: Vec<T>,
    total: usize,
}

impl<T: DeserializeOwned> NumberPage<T> {
    pub(super) fn read(mut value: Value, list: &str) -> Result<Self, String> {
        let total = value.get_mut("TotalCount").map(Value::take).unwrap_or_default();
        let total = de::number(total).ok().flatten().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        Ok(Self { items: items(&mut value, list)?, total })
    }
}

fn items<T: DeserializeOwned>(value: &mut Value, list: &str) -> Result<Vec<T>, String> {
    let found = value.get_mut(list).map(Value::take).ok_or_else(|| format!("the answer has no `{list}`"))?;
    de::list(found).map_err(|error| error.to_string())
}

fn endless(operation: Operation) -> Error {
    let what = Unusable::Shape("the list never ends".to_owned());
    Error { operation, kind: ErrorKind::Unusable { status: 200, what }, tries: 1, request_id: None }
}
