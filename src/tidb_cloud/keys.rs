//! Where TiDB Cloud API keys live (TiDB Cloud facts, section 4), in the order they are tried: two spellings in the
//! environment, `ticloud`'s file, `ti`'s file.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::cloud::credentials::{FileError, read_text};
use crate::secret::Secret;

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The public half, which digest calls the user.
    pub public: String,
    /// The private half.
    pub private: Secret,
    /// Where it was found.
    pub source: Source,
}

/// Where a key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Two variables, of which this is the public half's.
    Environment(&'static str),
    /// A profile of `ticloud`.
    Ticloud {
        /// Its name.
        profile: String,
        /// The file.
        path: PathBuf,
    },
    /// `ti`'s file.
    Ti(PathBuf),
    /// The embedded simulated cloud.
    Sandbox,
}

/// A place without a usable key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// Neither variable is set.
    Unset {
        /// The public half's.
        public: &'static str,
        /// The private half's.
        private: &'static str,
    },
    /// One is set, this one is not.
    Half(&'static str),
    /// No home directory is known.
    NoHome,
    /// A file could not be used.
    File(PathBuf, FileError),
    /// The file has no such profile.
    NoProfile {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
    },
    /// The file or its profile has no key pair: `ticloud` may be signed in by OAuth instead.
    NoKeys {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: Option<String>,
    },
}

/// Where to look.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `TIDB_CLOUD_PUBLIC_KEY` and `TIDB_CLOUD_PRIVATE_KEY`.
    pub tidb_cloud: (Option<String>, Option<Secret>),
    /// `TIDBCLOUD_PUBLIC_KEY` and `TIDBCLOUD_PRIVATE_KEY`, as the Terraform provider spells them.
    pub tidbcloud: (Option<String>, Option<Secret>),
    /// `~/.ticloud/config`.
    pub ticloud: Option<PathBuf>,
    /// `~/.ti/credentials`.
    pub ti: Option<PathBuf>,
}

impl Miss {
    /// Whether nothing was there at all, in contrast to something that does not work.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Unset { .. } | Self::NoHome | Self::File(_, FileError::Missing))
    }
}

/// The first key there is, with what was passed over, or why each place had none.
pub fn find(places: &Places) -> Result<(Keys, Vec<Miss>), Vec<Miss>> {
    let mut misses = Vec::new();
    let found = [
        from_variables(&places.tidb_cloud, "TIDB_CLOUD_PUBLIC_KEY", "TIDB_CLOUD_PRIVATE_KEY"),
        from_variables(&places.tidbcloud, "TIDBCLOUD_PUBLIC_KEY", "TIDBCLOUD_PRIVATE_KEY"),
        from_ticloud(places.ticloud.as_ref()),
        from_ti(places.ti.as_ref()),
    ];
    for each in found {
        match each {
            Ok(keys) => return Ok((keys, misses)),
            Err(miss) => misses.push(miss),
        }
    }
    Err(misses)
}

fn from_variables(
    pair: &(Option<String>, Option<Secret>),
    public: &'static str,
    private: &'static str,
) -> Result<Keys, Miss> {
    match pair {
        (Some(key), Some(secret)) => {
            Ok(Keys { public: key.clone(), private: secret.clone(), source: Source::Environment(public) })
        }
        (None, None) => Err(Miss::Unset { public, private }),
        (Some(_), None) => Err(Miss::Half(private)),
        (None, Some(_)) => Err(Miss::Half(public)),
    }
}

/// A table a profile; its name is lower-cased by `ticloud`.
fn from_ticloud(path: Option<&PathBuf>) -> Result<Keys, Miss> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Profile {
        public_key: Option<Secret>,
        private_key: Option<Secret>,
    }
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct File {
        current_profile: Option<String>,
        #[serde(flatten)]
        profiles: std::collections::BTreeMap<String, toml::Value>,
    }
    let (path, text) = text_of(path)?;
    let malformed = |error: &toml::de::Error| {
        let before = error.span().map_or(0, |span| span.start);
        let line = text.get(..before).unwrap_or_default().split('\n').count();
        Miss::File(path.clone(), FileError::Malformed { line, column: None })
    };
    let file: File = toml::from_str(&text).map_err(|error| malformed(&error))?;
    let profile =
        file.current_profile.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned());
    let lower = profile.to_lowercase();
    let table = file.profiles.into_iter().find(|(name, _)| name.to_lowercase() == lower);
    let Some((_, table)) = table.filter(|(_, value)| value.is_table()) else {
        return Err(Miss::NoProfile { path, profile });
    };
    let keys = table.try_into::<Profile>().ok().and_then(|p| Some((p.public_key?, p.private_key?)));
    match keys.filter(|(public, private)| !public.is_empty() && !private.is_empty()) {
        Some((public, private)) => Ok(Keys {
            public: public.expose().to_owned(),
            private,
            source: Source::Ticloud { profile, path },
        }),
        None => Err(Miss::NoKeys { path, profile: Some(profile) }),
    }
}

/// `name = value` lines, under `[default]` or under nothing; quotes are taken off. The facts name the fields only,
/// so the form around them is read leniently.
fn from_ti(path: Option<&PathBuf>) -> Result<Keys, Miss> {
    let (path, text) = text_of(path)?;
    let mut section = "default";
    let (mut public, mut private) = (None, None);
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
            continue;
        }
        let Some((name, value)) = line.split_once('=').or_else(|| line.split_once(':')) else {
            return Err(Miss::File(path, FileError::Malformed { line: number, column: None }));
        };
        let value = Some(value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty());
        match (section, name.trim()) {
            ("default", "tidb_cloud_public_key") => public = value.map(ToOwned::to_owned),
            ("default", "tidb_cloud_private_key") => private = value.map(Secret::new),
            _ => {}
        }
    }
    match (public, private) {
        (Some(public), Some(private)) => Ok(Keys { public, private, source: Source::Ti(path) }),
        _ => Err(Miss::NoKeys { path, profile: None }),
    }
}

fn text_of(path: Option<&PathBuf>) -> Result<(PathBuf, Zeroizing<String>), Miss> {
    let path = path.ok_or(Miss::NoHome)?;
    match read_text(path) {
        Ok(text) => Ok((path.clone(), text)),
        Err(error) => Err(Miss::File(path.clone(), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(ticloud: &str, ti: &str) -> (tempfile::TempDir, Places) {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            Some(path)
        };
        let places =
            Places { ticloud: file("config", ticloud), ti: file("credentials", ti), ..Places::default() };
        (dir, places)
    }

    const TICLOUD: &str = "current-profile = \"Work\"\n[default]\npublic-key = \"d\"\nprivate-key = \"dd\"\n\
                           [work]\npublic-key = \"w\"\nprivate-key = \"ww\"\ntelemetry-enabled = false\n";
    const TI: &str = "[default]\ntidb_cloud_public_key = \"t\"\ntidb_cloud_private_key = 'tt'\n";

    #[test]
    fn the_order_is_environment_ticloud_ti() {
        let pair = |name: &str| (Some(name.to_owned()), Some(Secret::new(name)));
        let (_dir, mut places) = places(TICLOUD, TI);
        let public = |places: &Places| find(places).unwrap().0.public;
        places.tidb_cloud = pair("1");
        places.tidbcloud = pair("2");
        assert_eq!(public(&places), "1");
        places.tidb_cloud = (None, None);
        assert_eq!(public(&places), "2");
        places.tidbcloud = (None, None);
        assert_eq!(public(&places), "w");
        places.ticloud = None;
        assert_eq!(public(&places), "t");
        places.ti = None;
        assert_eq!(find(&places).unwrap_err().len(), 4);
    }

    #[test]
    fn broken_files_name_a_line_and_quote_nothing() {
        let (_dir, places) = places("a = 1\nprivate-key = \"hunter2\n", "[default]\nhunter2\n");
        let misses = find(&places).unwrap_err();
        let malformed = |line| FileError::Malformed { line, column: None };
        assert!(matches!(&misses[2], Miss::File(_, error) if *error == malformed(2)), "{misses:?}");
        assert!(matches!(&misses[3], Miss::File(_, error) if *error == malformed(2)), "{misses:?}");
        assert!(!format!("{misses:?}").contains("hunter2"));
    }

    #[test]
    fn half_a_key_is_none() {
        let (_dir, places) = places("[default]\npublic-key = \"d\"\n", "tidb_cloud_public_key = t\n");
        let half = Places { tidbcloud: (Some("p".to_owned()), None), ..places };
        let misses = find(&half).unwrap_err();
        assert_eq!(misses[1], Miss::Half("TIDBCLOUD_PRIVATE_KEY"));
        assert!(matches!(misses[2], Miss::NoKeys { .. }) && matches!(misses[3], Miss::NoKeys { .. }));
    }
}
