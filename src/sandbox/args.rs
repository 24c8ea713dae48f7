//! The parameters of a call, checked against the action's declaration.
//!
//! A declaration is one line of words: `Name`, `Name!` (required), `Name:bool`, `Name:1-50` (a number),
//! `Name:A|B` (one of), `Name.N` (a list), `Name.N.Field` (a list of records), `…#10` (at most ten items).
//! Unlike the real cloud, which ignores what it does not know, every other parameter is refused: a client's
//! misspelling must not pass its tests.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::{Refusal, bad, invalid, missing};
use crate::cloud::sign::Params;

/// The public parameters of every call (facts a1).
pub(super) const PUBLIC: &[&str] = &[
    "AccessKeyId",
    "Action",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// The parameters of a checked call, the public ones left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Args(Params);

/// One word of a declaration.
struct Declared<'a> {
    name: &'a str,
    required: bool,
    max_items: usize,
    kind: Option<&'a str>,
}

impl<'a> Declared<'a> {
    fn read(word: &'a str) -> Self {
        let (rest, kind) = word.split_once(':').map_or((word, None), |(rest, kind)| (rest, Some(kind)));
        let (rest, items) = rest.split_once('#').unwrap_or((rest, ""));
        let (name, required) = rest.strip_suffix('!').map_or((rest, false), |name| (name, true));
        Self { name, required, max_items: items.parse().unwrap_or(usize::MAX), kind }
    }

    /// Checks one value of this parameter, called `key` on the wire.
    fn check(&self, key: &str, value: &str) -> Result<(), Refusal> {
        match self.kind {
            None => Ok(()),
            // Only the lower-case words are certain to be understood (facts a1, lists).
            Some("bool") if ["true", "false"].contains(&value) => Ok(()),
            Some("bool") => Err(invalid(key, "it must be true or false")),
            Some(words) if words.contains('|') => one_of(key, value, words),
            Some(range) => in_range(key, value, range),
        }
    }
}

fn one_of(key: &str, value: &str, words: &str) -> Result<(), Refusal> {
    let known = words.split('|').any(|word| word == value);
    if known { Ok(()) } else { Err(invalid(key, &format!("it must be one of {words}"))) }
}

fn in_range(key: &str, value: &str, range: &str) -> Result<(), Refusal> {
    let (low, high) = range.split_once('-').unwrap_or((range, range));
    let bounds = (low.parse::<u64>().unwrap_or(0), high.parse::<u64>().unwrap_or(u64::MAX));
    let fits = value.parse::<u64>().is_ok_and(|n| n >= bounds.0 && n <= bounds.1);
    if fits { Ok(()) } else { Err(invalid(key, &format!("it must be a number of {range}"))) }
}

/// The declared form of a key (`Zone.2.ZoneId` is `Zone.N.ZoneId`) and its index.
fn declared_form(key: &str) -> (String, Option<&str>) {
    let mut index = None;
    let parts: Vec<&str> = key
        .split('.')
        .enumerate()
        .map(|(i, part)| {
            let is_index = i == 1 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if is_index {
                index = Some(part);
            }
            if is_index { "N" } else { part }
        })
        .collect();
    (parts.join("."), index)
}

impl Args {
    /// Checks `params` against the declaration `spec` of `action`.
    pub(super) fn check(action: &str, spec: &str, params: &Params) -> Result<Self, Refusal> {
        let declared: Vec<Declared<'_>> = spec.split_whitespace().map(Declared::read).collect();
        let own: Params = params
            .iter()
            .filter(|(key, _)| !PUBLIC.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let mut indices: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, value) in &own {
            let (form, index) = declared_form(key);
            let Some(known) = declared.iter().find(|d| d.name == form) else {
                return Err(invalid(
                    key,
                    &format!("{action} has no such parameter (this strict test server refuses it)"),
                ));
            };
            known.check(key, value)?;
            if let Some(index) = index {
                indices.entry(key.split('.').next().unwrap_or_default()).or_default().insert(index);
            }
        }
        for (list, seen) in &indices {
            check_indices(list, seen, &declared)?;
        }
        let args = Self(own);
        match declared.iter().find(|d| d.required && !args.has(d.name)) {
            Some(absent) => Err(missing(absent.name)),
            None => Ok(args),
        }
    }

    /// Whether a parameter, or an item of a list, was given a value.
    fn has(&self, name: &str) -> bool {
        match name.split_once(".N") {
            Some((list, _)) => self.0.keys().any(|key| key.starts_with(&format!("{list}."))),
            None => self.text(name).is_some(),
        }
    }

    /// A value; an empty one counts as not given.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A required value, which [`Args::check`] has seen.
    pub(super) fn need(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// A switch; not given is off.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }

    /// The items of `Name.N`, in order.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|n| self.0.get(&format!("{name}.{n}"))).map(String::as_str).collect()
    }

    /// The records of `Name.N.Field`, in order.
    pub(super) fn rows(&self, name: &str) -> Vec<BTreeMap<&str, &str>> {
        (1..=self.0.len())
            .map(|n| format!("{name}.{n}."))
            .map(|prefix| {
                let fields = self
                    .0
                    .iter()
                    .filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?, value.as_str())));
                fields.collect::<BTreeMap<&str, &str>>()
            })
            .take_while(|row| !row.is_empty())
            .collect()
    }

    /// The pairs of `Tag.N.Key` and `Tag.N.Value`.
    pub(super) fn tags(&self) -> Result<BTreeMap<String, String>, Refusal> {
        let mut tags = BTreeMap::new();
        for row in self.rows("Tag") {
            let key = row.get("Key").copied().unwrap_or_default();
            let value = row.get("Value").copied().unwrap_or_default();
            check_tag(key, value)?;
            if tags.insert(key.to_string(), value.to_string()).is_some() {
                return Err(bad("DuplicatedTagKey", format!("The tag key {key} is given twice."))); // facts b1 TagResources
            }
        }
        Ok(tags)
    }

    /// What makes two calls the same to `ClientToken`.
    pub(super) fn without_token(&self) -> Self {
        let mut rest = self.clone();
        rest.0.remove("ClientToken");
        rest
    }
}

/// Lists are counted from 1, without holes, and no longer than declared (facts a1, lists).
fn check_indices(list: &str, seen: &BTreeSet<&str>, declared: &[Declared<'_>]) -> Result<(), Refusal> {
    for n in 1..=seen.len() {
        if !seen.contains(n.to_string().as_str()) {
            return Err(invalid(&format!("{list}.{n}"), "a list is counted from 1 without holes"));
        }
    }
    let limit = declared.iter().filter(|d| d.name.split('.').next() == Some(list)).map(|d| d.max_items).min();
    if seen.len() > limit.unwrap_or(usize::MAX) {
        return Err(invalid(&format!("{list}.{}", seen.len()), "the list has too many items"));
    }
    Ok(())
}

/// facts b1 `TagResources`: 1 to 64 and 0 to 128 characters, reserved beginnings.
fn check_tag(key: &str, value: &str) -> Result<(), Refusal> {
    let reserved = key.starts_with("aliyun") || key.starts_with("acs:");
    let links = [key, value].iter().any(|text| text.contains("http://") || text.contains("https://"));
    if key.is_empty() || key.chars().count() > 64 || reserved || links {
        return Err(bad("IllegalTagKeyParam", format!("The tag key {key:?} is not valid.")));
    }
    if value.chars().count() > 128 {
        return Err(invalid("Tag.N.Value", "it has more than 128 characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "RegionId! Zone.N.ZoneId#2 Zone.N.VSwitchId DryRun:bool MaxResults:1-50 Kind:A|B";

    fn check(pairs: &[(&str, &str)]) -> Result<Args, String> {
        let params = pairs.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect();
        Args::check("Test", SPEC, &params).map_err(|refusal| format!("{} {}", refusal.code, refusal.message))
    }

    #[test]
    fn reads_what_is_declared() {
        let args = check(&[("RegionId", "r"), ("Zone.1.ZoneId", "a"), ("Zone.2.ZoneId", "b"), ("Kind", "B")]);
        let args = args.expect("all declared");
        assert_eq!(args.rows("Zone").len(), 2);
        assert_eq!(args.need("Kind"), "B");
    }

    #[test]
    fn refuses_everything_else() {
        let region = ("RegionId", "r");
        let refused = [
            vec![("Kind", "A")],
            vec![("RegionId", "")],
            vec![region, ("Zone.0.ZoneId", "a")],
            vec![region, ("Zone.2.ZoneId", "a")],
            vec![region, ("Zone.01.ZoneId", "a")],
            vec![region, ("Zone.ZoneId", "a")],
            vec![region, ("Zone.1.ZoneId", "a"), ("Zone.2.ZoneId", "a"), ("Zone.3.ZoneId", "a")],
            vec![region, ("DryRun", "True")],
            vec![region, ("MaxResults", "51")],
            vec![region, ("MaxResults", "x")],
            vec![region, ("Kind", "C")],
            vec![region, ("Colour", "red")],
        ];
        for pairs in refused {
            assert!(check(&pairs).is_err(), "{pairs:?}");
        }
    }
}
