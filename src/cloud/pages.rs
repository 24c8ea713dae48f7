//! Lists read to their end, in both of Alibaba Cloud's ways of paging (facts section b), also where a server counts
//! wrongly, hands out smaller pages than asked for, or repeats itself.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use futures_util::stream::{self, Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::Client;
use super::de;
use super::error::{Error, ErrorKind, Unusable};
use super::operation::Operation;
use super::sign::Params;

/// Pages of one list asked for at the same time.
const PARALLEL: usize = 8;
/// No real list has more pages.
const MAX_PAGES: usize = 500;
/// Facts section b2: `PageSize` is at most 50.
const SIZE: usize = 50;

/// Follows `NextToken` until it is absent or empty.
pub(crate) async fn by_token<T: DeserializeOwned + Send>(
    client: &Client,
    operation: Operation,
    region: &str,
    params: Params,
    list: &'static str,
) -> Result<Vec<T>, Error> {
    by_token_with(client, operation, region, params, list, |_| ()).await.map(|(items, ())| items)
}

/// The same, with what `also` finds beside the list on the last page.
pub(crate) async fn by_token_with<T: DeserializeOwned + Send, A: Default + Send>(
    client: &Client,
    operation: Operation,
    region: &str,
    params: Params,
    list: &'static str,
    also: impl Fn(&Value) -> A + Send + Sync,
) -> Result<(Vec<T>, A), Error> {
    let (mut all, mut beside) = (Items::default(), A::default());
    let mut read = |mut value: Value| {
        let found = also(&value);
        let page = TokenPage::read(&mut value, list)?;
        beside = found;
        Ok(match all.add(page.items) {
            Ok(()) => page.next.map_or(Step::End, Step::On),
            Err(Repeats) => Step::Again,
        })
    };
    // On the heap, and the same code for every `T`.
    Box::pin(walk(client, operation, region, params, &mut read)).await?;
    Ok((all.items, beside))
}

/// What comes after a page.
enum Step {
    /// Nothing.
    End,
    /// The page behind this token.
    On(String),
    /// The same once more.
    Again,
}

async fn walk(
    client: &Client,
    operation: Operation,
    region: &str,
    mut params: Params,
    read: &mut (dyn FnMut(Value) -> Result<Step, String> + Send),
) -> Result<(), Error> {
    let mut tokens = HashSet::new();
    for _ in 0..MAX_PAGES {
        match client.call_with(operation, region, params.clone(), &mut *read).await? {
            Step::End => return Ok(()),
            Step::On(token) if tokens.insert(token.clone()) => params.insert("NextToken".to_owned(), token),
            Step::On(_) | Step::Again => break,
        };
    }
    Err(endless(operation))
}

/// The same, page by page as they come.
pub(crate) fn each_by_token<T: DeserializeOwned + Send>(
    client: &Client,
    operation: Operation,
    region: &str,
    params: Params,
    list: &'static str,
) -> impl Stream<Item = Result<Vec<T>, Error>> {
    let begin = (params, HashSet::new(), Items::default());
    stream::try_unfold(Some(begin), move |walk| async move {
        let Some((mut params, mut tokens, mut all)) = walk else { return Ok(None) };
        let read = |mut value| TokenPage::read(&mut value, list);
        let page: TokenPage<T> = client.call_with(operation, region, params.clone(), read).await?;
        all.add(page.items).map_err(|Repeats| endless(operation))?;
        let fresh = std::mem::take(&mut all.items);
        let Some(token) = page.next else { return Ok(Some((fresh, None))) };
        if !tokens.insert(token.clone()) || tokens.len() == MAX_PAGES {
            return Err(endless(operation));
        }
        params.insert("NextToken".to_owned(), token);
        Ok(Some((fresh, Some((params, tokens, all)))))
    })
}

/// Asks for page 1, then for all the others at the same time.
pub(crate) async fn by_number<T: DeserializeOwned + Send>(
    client: &Client,
    operation: Operation,
    region: &str,
    params: Params,
    list: &'static str,
) -> Result<Vec<T>, Error> {
    let page = |number: usize| {
        let mut params = params.clone();
        params.insert("PageSize".to_owned(), SIZE.to_string());
        params.insert("PageNumber".to_owned(), number.to_string());
        client.call_with(operation, region, params, move |value| NumberPage::<T>::read(value, list))
    };
    let mut all = Items::default();
    let mut add = |page: NumberPage<T>| {
        let length = page.items.len();
        all.add(page.items).map(|()| length).map_err(|Repeats| endless(operation))
    };
    let first = page(1).await?;
    let total = first.total;
    let size = add(first)?;
    let mut read = size;
    let pages = if size == 0 { 1 } else { total.div_ceil(size).clamp(1, MAX_PAGES) };
    let mut rest = stream::iter(2..=pages).map(page).buffered(PARALLEL);
    while let Some(next) = rest.next().await {
        match add(next?)? {
            // Counted too many, or some are gone since.
            0 => return Ok(all.items),
            length => read += length,
        }
    }
    drop(rest);
    // Counted too few, or not at all: a full page may have another one behind it.
    let mut number = pages;
    while read > total && read == number * SIZE && number < MAX_PAGES {
        number += 1;
        read += add(page(number).await?)?;
    }
    Ok(all.items)
}

/// One item, and what it looked like.
pub(super) type Item<T> = (u64, T);

/// Everything so far, each item once.
struct Items<T> {
    items: Vec<T>,
    seen: HashSet<u64>,
}

/// A page that has items and none of them new.
struct Repeats;

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { items: Vec::new(), seen: HashSet::new() }
    }
}

impl<T> Items<T> {
    /// An item that moved on to the next page while it was asked for is there twice, which is no harm.
    fn add(&mut self, page: Vec<Item<T>>) -> Result<(), Repeats> {
        let (before, is_empty) = (self.items.len(), page.is_empty());
        for (look, item) in page {
            if self.seen.insert(look) {
                self.items.push(item);
            }
        }
        if is_empty || self.items.len() > before { Ok(()) } else { Err(Repeats) }
    }
}

/// A page of a list that goes on behind a token.
pub(super) struct TokenPage<T> {
    pub(super) items: Vec<Item<T>>,
    next: Option<String>,
}

impl<T: DeserializeOwned> TokenPage<T> {
    pub(super) fn read(value: &mut Value, list: &str) -> Result<Self, String> {
        let next = value.get("NextToken").and_then(Value::as_str).filter(|token| !token.is_empty());
        let next = next.map(ToOwned::to_owned);
        Ok(Self { items: items(value, list)?, next })
    }
}

/// A page of a list whose pages are numbered.
pub(super) struct NumberPage<T> {
    pub(super) items: Vec<Item<T>>,
    total: usize,
}

impl<T: DeserializeOwned> NumberPage<T> {
    pub(super) fn read(mut value: Value, list: &str) -> Result<Self, String> {
        let total = value.get_mut("TotalCount").map(Value::take).unwrap_or_default();
        let total = de::number(total).ok().flatten().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        Ok(Self { items: items(&mut value, list)?, total })
    }
}

fn items<T: DeserializeOwned>(value: &mut Value, list: &str) -> Result<Vec<Item<T>>, String> {
    let found = value.get_mut(list).map(Value::take).ok_or_else(|| format!("the answer has no `{list}`"))?;
    let found: Vec<Value> = de::list(found).map_err(|error| error.to_string())?;
    let item = |value: Value| {
        let look = look(&value);
        serde_json::from_value(value).map(|item| (look, item)).map_err(|error| error.to_string())
    };
    found.into_iter().map(item).collect()
}

fn look(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn endless(operation: Operation) -> Error {
    let what = Unusable::Shape("the list repeats itself and never ends".to_owned());
    Error { operation, kind: ErrorKind::Unusable { status: 200, what }, tries: 1, request_id: None }
}
