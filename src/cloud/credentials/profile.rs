//! A profile of the Alibaba Cloud CLI, by its mode (the table of facts section g).

use std::path::{Path, PathBuf};
use std::pin::Pin;

use jiff::Timestamp;

use super::config_file::{ConfigFile, Entry, given};
use super::role::{Assume, OidcRole, WithOidc};
use super::{Chain, Credentials, Source, Unsupported, Why, external, imds, uri};
use crate::secret::Secret;

/// A profile's key and region.
pub(super) struct Taken {
    pub(super) credentials: Credentials,
    pub(super) source: Source,
    pub(super) name: String,
    pub(super) region_id: Option<String>,
}

/// The key of the profile called `name`, else of the file's current one. The second half of an error is the
/// profile's name, as far as it is known.
pub(super) async fn take(
    chain: &Chain,
    path: &Path,
    name: Option<&str>,
) -> Result<Taken, (Why, Option<String>)> {
    let file = ConfigFile::read(path).map_err(|why| (why, None))?;
    let name = name.unwrap_or_else(|| file.current()).to_owned();
    let profiles = Profiles { chain, file: &file };
    let with_name = |why| match why {
        Why::Unknown { .. } => (why, None),
        why => (why, Some(name.clone())),
    };
    let credentials = profiles.resolve(&name, &mut Vec::new()).await.map_err(with_name)?;
    let entry = file.entry(&name).map_err(with_name)?;
    let source = Source::Profile {
        name: name.clone(),
        mode: entry.mode.clone().unwrap_or_default(),
        path: path.to_owned(),
    };
    let region_id = given(entry.region_id.as_ref()).map(ToOwned::to_owned);
    Ok(Taken { credentials, source, name, region_id })
}

struct Profiles<'a> {
    chain: &'a Chain,
    file: &'a ConfigFile,
}

type Resolved<'a> = Pin<Box<dyn Future<Output = Result<Credentials, Why>> + Send + 'a>>;

impl Profiles<'_> {
    /// `trail` holds the profiles that wait for this one.
    fn resolve<'a>(&'a self, name: &'a str, trail: &'a mut Vec<String>) -> Resolved<'a> {
        Box::pin(async move {
            let seen = trail.iter().any(|earlier| earlier == name);
            trail.push(name.to_owned());
            if seen {
                return Err(Why::Cycle(trail.clone()));
            }
            self.by_mode(self.file.entry(name)?, name, trail).await
        })
    }

    async fn by_mode(&self, entry: &Entry, name: &str, trail: &mut Vec<String>) -> Result<Credentials, Why> {
        let places = self.chain.places();
        match given(entry.mode.as_ref()).unwrap_or_default() {
            "ChainableRamRoleArn" => {
                let source = Entry::need(entry.source_profile.as_ref(), "source_profile")?;
                let key = self.resolve(source, trail).await?;
                self.assume(entry, key).await
            }
            "External" | "CredentialsURI" if places.external.disabled => {
                Err(Why::Disabled("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"))
            }
            "External" => {
                let command = Entry::need(entry.process_command.as_ref(), "process_command")?;
                let printed = external::run(command, &places.external).await?;
                let printed: Entry =
                    serde_json::from_slice(&printed).map_err(|_| external::CommandError::Shape)?;
                self.by_own_means(&entry.overlaid(printed), name).await
            }
            "CredentialsURI" => {
                uri::take(self.chain, Entry::need(entry.credentials_uri.as_ref(), "credentials_uri")?).await
            }
            _ => self.by_own_means(entry, name).await,
        }
    }

    /// The modes that need no other profile and no command.
    async fn by_own_means(&self, entry: &Entry, name: &str) -> Result<Credentials, Why> {
        let role_name = given(entry.ram_role_name.as_ref());
        match given(entry.mode.as_ref()).unwrap_or_default() {
            "" => Err(Why::Incomplete { field: "mode" }),
            "AK" => key(entry, None),
            "StsToken" => key(entry, Some(Entry::secret(entry.sts_token.as_ref(), "sts_token")?)),
            "RamRoleArn" => self.assume(entry, key(entry, entry.sts_token.clone())?).await,
            "EcsRamRole" => Ok(imds::take(self.chain, role_name).await?.0),
            "RamRoleArnWithRoleName" => {
                let key = imds::take(self.chain, role_name).await?.0;
                self.assume(entry, key).await
            }
            "OIDC" => self.oidc(entry).await,
            "CloudSSO" | "OAuth" => cached(entry, name),
            "RsaKeyPair" => Err(Why::Unsupported(Unsupported::RsaKeyPair)),
            "BearerToken" => Err(Why::Unsupported(Unsupported::BearerToken)),
            "Anonymous" => Err(Why::Unsupported(Unsupported::Anonymous)),
            other => Err(Why::Mode(other.to_owned())),
        }
    }

    async fn assume(&self, entry: &Entry, key: Credentials) -> Result<Credentials, Why> {
        let role = Assume {
            role_arn: Entry::need(entry.ram_role_arn.as_ref(), "ram_role_arn")?,
            session_name: session_name(entry),
            seconds: entry.expired_seconds,
            policy: given(entry.policy.as_ref()),
            external_id: given(entry.external_id.as_ref()),
        };
        role.take(self.chain, &self.sts(entry), key).await
    }

    async fn oidc(&self, entry: &Entry) -> Result<Credentials, Why> {
        let role = OidcRole {
            role_arn: Entry::need(entry.ram_role_arn.as_ref(), "ram_role_arn")?,
            provider_arn: Entry::need(entry.oidc_provider_arn.as_ref(), "oidc_provider_arn")?,
            token_file: PathBuf::from(Entry::need(entry.oidc_token_file.as_ref(), "oidc_token_file")?),
            with: WithOidc {
                session_name: session_name(entry),
                seconds: entry.expired_seconds,
                policy: given(entry.policy.as_ref()),
            },
        };
        role.take(self.chain, &self.sts(entry)).await
    }

    /// What the profile says about STS goes before what the environment says.
    fn sts(&self, entry: &Entry) -> super::Sts {
        let outer = &self.chain.places().sts;
        let endpoint = given(entry.sts_endpoint.as_ref()).map(ToOwned::to_owned);
        let region = given(entry.sts_region.as_ref()).map(ToOwned::to_owned);
        super::Sts {
            base: outer.base.clone(),
            // A profile's region is no use when the environment's endpoint hides it.
            endpoint: endpoint.or_else(|| outer.endpoint.clone().filter(|_| region.is_none())),
            region: region.or_else(|| outer.region.clone()),
            vpc: outer.vpc || entry.enable_vpc == Some(true),
        }
    }
}

pub(super) fn key(entry: &Entry, token: Option<Secret>) -> Result<Credentials, Why> {
    let expires = match given(entry.expiration.as_ref()) {
        Some(text) => Some(text.parse().map_err(|_| Why::Incomplete { field: "expiration" })?),
        None => None,
    };
    Ok(Credentials {
        access_key_id: Entry::need(entry.access_key_id.as_ref(), "access_key_id")?.to_owned(),
        access_key_secret: Entry::secret(entry.access_key_secret.as_ref(), "access_key_secret")?,
        security_token: token.filter(|token| !token.is_empty()),
        expires,
    })
}

/// facts section g: only the cache is used. Its tokens rotate and are the CLI's to write.
pub(super) fn cached(entry: &Entry, name: &str) -> Result<Credentials, Why> {
    let stale = || Why::Stale { profile: name.to_owned() };
    let seconds = entry.sts_expiration.and_then(|seconds| i64::try_from(seconds).ok()).ok_or_else(stale)?;
    let expires = Timestamp::from_second(seconds).map_err(|_| stale())?;
    if expires <= Timestamp::now() {
        return Err(stale());
    }
    let token = Entry::secret(entry.sts_token.as_ref(), "sts_token").map_err(|_| stale())?;
    let credentials = key(entry, Some(token)).map_err(|_| stale())?;
    Ok(Credentials { expires: Some(expires), ..credentials })
}

/// facts section g: OIDC profiles are written with one name and read by the SDKs with the other.
fn session_name(entry: &Entry) -> Option<&str> {
    given(entry.ram_session_name.as_ref()).or_else(|| given(entry.role_session_name.as_ref()))
}
