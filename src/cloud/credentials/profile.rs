//! `~/.aliyun/config.json`, the Alibaba Cloud CLI's own file (facts section g). Only read, never written.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::secret::Secret;

/// A profile that holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The public half of the key.
    pub access_key_id: String,
    /// The secret half.
    pub access_key_secret: Secret,
    /// Set for `StsToken` profiles.
    pub security_token: Option<Secret>,
    /// The profile's default region.
    pub region_id: Option<String>,
}

/// Why no profile could be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileError {
    /// There is no such file.
    NoFile(PathBuf),
    /// The file could not be read; the system's reason.
    Unreadable(PathBuf, String),
    /// The file is no configuration of the CLI; the reader's reason, which names line and column but no value.
    Malformed(PathBuf, String),
    /// The file has no profile of this name; the names it has.
    Unknown {
        /// The file.
        path: PathBuf,
        /// The name that was asked for.
        name: String,
        /// The names in the file.
        known: Vec<String>,
    },
    /// The profile has no key, or no token where its mode needs one.
    Incomplete {
        /// The profile.
        name: String,
        /// The field that is missing.
        field: &'static str,
    },
    /// The profile's mode is not one this version can use.
    Mode {
        /// The profile.
        name: String,
        /// Its mode.
        mode: String,
    },
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    current: String,
    #[serde(default)]
    profiles: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Entry {
    name: String,
    mode: String,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    region_id: Option<String>,
}

/// Reads the profile called `name`, else the file's current one.
pub fn load_profile(path: &Path, name: Option<&str>) -> Result<Profile, ProfileError> {
    let text = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ProfileError::NoFile(path.to_owned()),
        _ => ProfileError::Unreadable(path.to_owned(), error.to_string()),
    })?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let file: File = serde_json::from_slice(text).map_err(|error| malformed(path, &error))?;
    let wanted = name.map_or_else(|| default_name(&file), ToOwned::to_owned);
    let known: Vec<String> = file.profiles.iter().map(|entry| entry.name.clone()).collect();
    match file.profiles.into_iter().find(|entry| entry.name == wanted) {
        Some(entry) => entry.into_profile(),
        None => Err(ProfileError::Unknown { path: path.to_owned(), name: wanted, known }),
    }
}

fn default_name(file: &File) -> String {
    if file.current.is_empty() { "default".to_owned() } else { file.current.clone() }
}

/// serde's message can quote a value of the file, which may be a secret: only the place is kept.
fn malformed(path: &Path, error: &serde_json::Error) -> ProfileError {
    let place = format!("line {}, column {}", error.line(), error.column());
    ProfileError::Malformed(path.to_owned(), place)
}

impl Entry {
    fn into_profile(self) -> Result<Profile, ProfileError> {
        let name = self.name;
        let need = |value: Option<String>, field| {
            let present = value.filter(|text| !text.is_empty());
            present.ok_or_else(|| ProfileError::Incomplete { name: name.clone(), field })
        };
        let security_token = match self.mode.as_str() {
            "AK" => None,
            "StsToken" => Some(Secret::new(need(self.sts_token, "sts_token")?)),
            _ => return Err(ProfileError::Mode { name, mode: self.mode }),
        };
        Ok(Profile {
            access_key_id: need(self.access_key_id, "access_key_id")?,
            access_key_secret: Secret::new(need(self.access_key_secret, "access_key_secret")?),
            security_token,
            region_id: self.region_id.filter(|region| !region.is_empty()),
            name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(json: &[u8], name: Option<&str>) -> Result<Profile, ProfileError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.json");
        std::fs::write(&path, json).unwrap();
        load_profile(&path, name)
    }

    #[test]
    fn broken_files_are_told_apart_and_quote_no_secret() {
        let error = load(br#"{"profiles":[{"name":"x","access_key_secret":["hunter2"]}]}"#, None);
        let text = format!("{error:?}");
        assert!(text.contains("line 1") && !text.contains("hunter2"), "{text}");
        assert!(matches!(load(b"", None), Err(ProfileError::Malformed(..))));
        assert!(matches!(load(b"\xff\xfe\x00", None), Err(ProfileError::Malformed(..))));
        let missing = load_profile(Path::new("/nonexistent/config.json"), None);
        assert!(matches!(missing, Err(ProfileError::NoFile(_))));
    }

    #[test]
    fn an_unknown_profile_lists_those_there_are() {
        let json = br#"{"current":"a","profiles":[{"name":"a","mode":"AK"}]}"#;
        let Err(ProfileError::Unknown { name, known, .. }) = load(json, Some("b")) else { panic!() };
        assert_eq!((name.as_str(), known), ("b", vec!["a".to_owned()]));
        assert!(matches!(load(json, None), Err(ProfileError::Incomplete { field: "access_key_id", .. })));
    }

    #[test]
    fn other_modes_are_named() {
        let json = br#"{"current":"e","profiles":[{"name":"e","mode":"EcsRamRole","ram_role_name":"r"}]}"#;
        assert!(matches!(load(json, None), Err(ProfileError::Mode { mode, .. }) if mode == "EcsRamRole"));
    }
}
