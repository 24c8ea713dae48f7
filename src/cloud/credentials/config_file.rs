//! `~/.aliyun/config.json`, the Alibaba Cloud CLI's own file (facts section g). Only read, never written.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Why;
use super::files::{FileError, read_text};
use crate::cloud::de;
use crate::secret::Secret;

/// The file's profiles.
pub(super) struct ConfigFile {
    path: PathBuf,
    current: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    current: Option<String>,
    #[serde(default)]
    profiles: Option<Vec<Entry>>,
}

/// One profile, every field of every mode; what an external command prints has the same shape.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    pub(super) name: Option<String>,
    pub(super) mode: Option<String>,
    pub(super) access_key_id: Option<String>,
    pub(super) access_key_secret: Option<Secret>,
    pub(super) sts_token: Option<Secret>,
    /// Unix seconds, of the cached key of `CloudSSO` and `OAuth`.
    #[serde(deserialize_with = "de::number")]
    pub(super) sts_expiration: Option<u64>,
    /// RFC 3339, of what an external command prints.
    pub(super) expiration: Option<String>,
    pub(super) region_id: Option<String>,
    pub(super) ram_role_name: Option<String>,
    pub(super) ram_role_arn: Option<String>,
    pub(super) ram_session_name: Option<String>,
    pub(super) role_session_name: Option<String>,
    #[serde(deserialize_with = "de::number")]
    pub(super) expired_seconds: Option<u64>,
    pub(super) external_id: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) sts_region: Option<String>,
    pub(super) sts_endpoint: Option<String>,
    #[serde(deserialize_with = "de::flag")]
    pub(super) enable_vpc: Option<bool>,
    pub(super) source_profile: Option<String>,
    pub(super) oidc_provider_arn: Option<String>,
    pub(super) oidc_token_file: Option<String>,
    pub(super) process_command: Option<String>,
    pub(super) credentials_uri: Option<String>,
}

impl ConfigFile {
    /// Reads the whole file.
    pub(super) fn read(path: &Path) -> Result<Self, Why> {
        let text = read_text(path).map_err(|error| match error {
            FileError::Missing => Why::NoFiles(vec![path.to_owned()]),
            other => Why::File(path.to_owned(), other),
        })?;
        Self::parse(path, &text)
    }

    /// Understands its text.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Why> {
        // As bytes, as all JSON is read: one parser in the binary, not two.
        // serde's message can quote a value of the file, which may be a secret: only the place is kept.
        let raw: Raw = serde_json::from_slice(text.as_bytes()).map_err(|error| {
            let place = FileError::Malformed { line: error.line(), column: Some(error.column()) };
            Why::File(path.to_owned(), place)
        })?;
        let current = raw.current.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned());
        Ok(Self { path: path.to_owned(), current, entries: raw.profiles.unwrap_or_default() })
    }

    /// The name of the profile to use without a choice.
    pub(super) fn current(&self) -> &str {
        &self.current
    }

    /// The names of its profiles.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| entry.name.as_deref())
    }

    /// The profile of this name.
    pub(super) fn entry(&self, name: &str) -> Result<&Entry, Why> {
        let found = self.entries.iter().find(|entry| entry.name.as_deref() == Some(name));
        found.ok_or_else(|| Why::Unknown {
            path: self.path.clone(),
            name: name.to_owned(),
            known: self.entries.iter().filter_map(|entry| entry.name.clone()).collect(),
        })
    }
}

impl Entry {
    /// A field that has to be there.
    pub(super) fn need<'a>(field: Option<&'a String>, name: &'static str) -> Result<&'a str, Why> {
        given(field).ok_or(Why::Incomplete { field: name })
    }

    /// The stored key, with its token if `token` says so.
    pub(super) fn secret(field: Option<&Secret>, name: &'static str) -> Result<Secret, Why> {
        field.filter(|secret| !secret.is_empty()).cloned().ok_or(Why::Incomplete { field: name })
    }

    /// This profile with what an external command printed over it, as the CLI merges them.
    pub(super) fn overlaid(&self, printed: Self) -> Self {
        Self {
            mode: printed.mode,
            access_key_id: printed.access_key_id,
            access_key_secret: printed.access_key_secret,
            sts_token: printed.sts_token,
            expiration: printed.expiration,
            ram_role_name: printed.ram_role_name.or_else(|| self.ram_role_name.clone()),
            ram_role_arn: printed.ram_role_arn.or_else(|| self.ram_role_arn.clone()),
            ..self.clone()
        }
    }
}

/// A field that says something.
pub(super) fn given(field: Option<&String>) -> Option<&str> {
    field.map(|text| text.trim()).filter(|text| !text.is_empty())
}
