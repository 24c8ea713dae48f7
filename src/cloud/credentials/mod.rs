//! Who signs: the sources of credentials that Alibaba Cloud's own tools use, in their order.
//!
//! Today: the environment, then AK and `StsToken` profiles of `~/.aliyun/config.json` (facts section g). Nothing is
//! ever stored.

mod profile;

use std::path::PathBuf;

pub use profile::{Profile, ProfileError, load_profile};

use crate::secret::Secret;

/// A key to sign with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half.
    pub access_key_id: String,
    /// The secret half.
    pub access_key_secret: Secret,
    /// Set for temporary keys.
    pub security_token: Option<Secret>,
    /// Where the key was found.
    pub source: Source,
}

/// A place credentials were found in, or looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `ALIBABA_CLOUD_ACCESS_KEY_ID` and its companions.
    Environment,
    /// A profile of the Alibaba Cloud CLI.
    Profile {
        /// Its name.
        name: String,
        /// The file it is in.
        path: PathBuf,
    },
    /// The embedded simulated cloud.
    Sandbox,
}

impl Source {
    /// The kind of source, as scripts see it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Profile { .. } => "profile",
            Self::Sandbox => "sandbox",
        }
    }
}

/// Why a source gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// Neither key variable is set.
    EnvironmentUnset,
    /// One of the two key variables is set, the named other is not.
    EnvironmentHalf {
        /// The variable that is missing.
        missing: &'static str,
    },
    /// `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is set.
    ProfilesDisabled,
    /// No home directory is known.
    NoHome,
    /// The file or the profile in it gave nothing.
    Profile(ProfileError),
}

/// Where to look.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `ALIBABA_CLOUD_ACCESS_KEY_ID`.
    pub key_id: Option<String>,
    /// `ALIBABA_CLOUD_ACCESS_KEY_SECRET`.
    pub key_secret: Option<Secret>,
    /// `ALIBABA_CLOUD_SECURITY_TOKEN`.
    pub token: Option<Secret>,
    /// `--profile` or `TIDB_PE_PROFILE`: wins over keys in the environment.
    pub chosen_profile: Option<String>,
    /// `ALIBABA_CLOUD_PROFILE`: picks within the chain.
    pub chain_profile: Option<String>,
    /// The Alibaba Cloud CLI's configuration file.
    pub config_file: Option<PathBuf>,
    /// `ALIBABA_CLOUD_CLI_PROFILE_DISABLED`.
    pub profiles_disabled: bool,
}

/// The first source that has a key, with the region its profile names; or why each had none.
pub fn find(places: &Places) -> Result<(Credentials, Option<String>), Vec<Miss>> {
    if let Some(name) = &places.chosen_profile {
        return from_profile(places, Some(name)).map_err(|miss| vec![miss]);
    }
    let environment = match from_environment(places) {
        Ok(credentials) => return Ok((credentials, None)),
        Err(miss) => miss,
    };
    if places.profiles_disabled {
        return Err(vec![environment, Miss::ProfilesDisabled]);
    }
    from_profile(places, places.chain_profile.as_deref()).map_err(|miss| vec![environment, miss])
}

fn from_environment(places: &Places) -> Result<Credentials, Miss> {
    match (&places.key_id, &places.key_secret) {
        (Some(id), Some(secret)) => Ok(Credentials {
            access_key_id: id.clone(),
            access_key_secret: secret.clone(),
            security_token: places.token.clone(),
            source: Source::Environment,
        }),
        (None, None) => Err(Miss::EnvironmentUnset),
        (Some(_), None) => Err(Miss::EnvironmentHalf { missing: "ALIBABA_CLOUD_ACCESS_KEY_SECRET" }),
        (None, Some(_)) => Err(Miss::EnvironmentHalf { missing: "ALIBABA_CLOUD_ACCESS_KEY_ID" }),
    }
}

fn from_profile(places: &Places, name: Option<&str>) -> Result<(Credentials, Option<String>), Miss> {
    let path = places.config_file.as_deref().ok_or(Miss::NoHome)?;
    let profile = load_profile(path, name).map_err(Miss::Profile)?;
    let credentials = Credentials {
        access_key_id: profile.access_key_id,
        access_key_secret: profile.access_key_secret,
        security_token: profile.security_token,
        source: Source::Profile { name: profile.name, path: path.to_owned() },
    };
    Ok((credentials, profile.region_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Places {
        Places {
            key_id: Some("LTAI-env".to_owned()),
            key_secret: Some(Secret::new("env-secret")),
            ..Places::default()
        }
    }

    fn with_file(places: Places, json: &str) -> (tempfile::TempDir, Places) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.json");
        std::fs::write(&path, json).unwrap();
        (dir, Places { config_file: Some(path), ..places })
    }

    const FILE: &str = r#"{"current":"a","profiles":[
        {"name":"a","mode":"AK","access_key_id":"LTAI-a","access_key_secret":"s","region_id":"cn-hangzhou"},
        {"name":"b","mode":"StsToken","access_key_id":"STS.b","access_key_secret":"s","sts_token":"t"}]}"#;

    #[test]
    fn the_environment_comes_before_the_file() {
        let (_dir, places) = with_file(keys(), FILE);
        assert_eq!(find(&places).unwrap().0.access_key_id, "LTAI-env");
    }

    #[test]
    fn a_chosen_profile_comes_before_the_environment() {
        let (_dir, places) = with_file(Places { chosen_profile: Some("b".to_owned()), ..keys() }, FILE);
        let (credentials, region) = find(&places).unwrap();
        assert_eq!(credentials.access_key_id, "STS.b");
        assert_eq!(credentials.security_token, Some(Secret::new("t")));
        assert_eq!(region, None);
    }

    #[test]
    fn the_chain_profile_only_picks_within_the_file() {
        let chain = Some("b".to_owned());
        let (_dir, places) = with_file(Places { chain_profile: chain.clone(), ..keys() }, FILE);
        assert_eq!(find(&places).unwrap().0.access_key_id, "LTAI-env");
        let (_dir, places) = with_file(Places { chain_profile: chain, ..Places::default() }, FILE);
        assert_eq!(find(&places).unwrap().0.access_key_id, "STS.b");
        let (_dir, places) = with_file(Places::default(), FILE);
        assert_eq!(find(&places).unwrap().1.as_deref(), Some("cn-hangzhou"));
    }

    #[test]
    fn every_source_says_why_it_had_nothing() {
        let half = Places { key_id: Some("LTAI".to_owned()), profiles_disabled: true, ..Places::default() };
        assert_eq!(
            find(&half).unwrap_err(),
            [Miss::EnvironmentHalf { missing: "ALIBABA_CLOUD_ACCESS_KEY_SECRET" }, Miss::ProfilesDisabled]
        );
        assert_eq!(find(&Places::default()).unwrap_err(), [Miss::EnvironmentUnset, Miss::NoHome]);
    }
}
