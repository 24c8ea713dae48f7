//! Any text read as the files that hold credentials; for fuzzers and property tests.

use std::path::Path;

use super::config_file::{ConfigFile, Entry};
use super::{Credentials, Miss, Place, Why, fetch, ini, profile};

/// What the Alibaba Cloud CLI's file gives, for each of its profiles.
pub(crate) fn config_json(text: &str) -> Vec<Result<Credentials, Miss>> {
    let miss = |name: Option<&str>, why| Miss { place: Place::Profile(name.map(ToOwned::to_owned)), why };
    let file = match ConfigFile::parse(Path::new("/home/user/.aliyun/config.json"), text) {
        Ok(file) => file,
        Err(why) => return vec![Err(miss(None, why))],
    };
    let mut found = Vec::new();
    for name in file.names().chain([file.current(), "no such profile"]) {
        let taken = file.entry(name).and_then(|entry| offline(entry, name));
        found.push(taken.map_err(|why| miss(Some(name), why)));
    }
    found
}

/// The modes that ask nobody.
fn offline(entry: &Entry, name: &str) -> Result<Credentials, Why> {
    match entry.mode.as_deref() {
        Some("CloudSSO" | "OAuth") => profile::cached(entry, name),
        Some("AK" | "StsToken") => profile::key(entry, entry.sts_token.clone()),
        mode => Err(Why::Mode(mode.unwrap_or_default().to_owned())),
    }
}

/// What the SDKs' file gives, for each of its sections.
pub(crate) fn ini(text: &str) -> Vec<Result<Credentials, Miss>> {
    let miss = |why| Miss { place: Place::Ini, why };
    ini::keys(Path::new("/home/user/.alibabacloud/credentials"), text)
        .into_iter()
        .map(|found| found.map_err(miss))
        .collect()
}

/// What a server that hands out keys gives.
pub(crate) fn handed_out(body: &[u8]) -> Result<Credentials, Miss> {
    let url = fetch::checked("http://127.0.0.1/key")
        .map_err(|error| Miss { place: Place::Uri, why: error.into() })?;
    fetch::handed_out(&url, body).map_err(|error| Miss { place: Place::Uri, why: error.into() })
}
