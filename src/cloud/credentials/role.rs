//! From one key to a role's: `AssumeRole` and `AssumeRoleWithOIDC` (facts sections b4 and g).

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Chain, Credentials, Provider, Source, Sts, Why, read_text};
use crate::cloud::client::Client;
use crate::cloud::hosts::Hosts;
use crate::cloud::sts::{self, Issued};
use crate::secret::Secret;

/// facts section b4: the least and the default.
const MIN_SECONDS: u64 = 900;
const SECONDS: u64 = 3600;

/// A role to assume with a key.
pub(super) struct Assume<'a> {
    pub(super) role_arn: &'a str,
    pub(super) session_name: Option<&'a str>,
    pub(super) seconds: Option<u64>,
    pub(super) policy: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
}

/// A role to assume with an OIDC token.
pub(super) struct OidcRole<'a> {
    pub(super) role_arn: &'a str,
    pub(super) provider_arn: &'a str,
    pub(super) token_file: PathBuf,
    pub(super) with: WithOidc<'a>,
}

/// What may be said about a session by OIDC token.
#[derive(Default)]
pub(super) struct WithOidc<'a> {
    pub(super) session_name: Option<&'a str>,
    pub(super) seconds: Option<u64>,
    pub(super) policy: Option<&'a str>,
}

impl Assume<'_> {
    /// The role's key.
    pub(super) async fn take(&self, chain: &Chain, sts: &Sts, key: Credentials) -> Result<Credentials, Why> {
        // This client only asks STS: where its key is from is said by whoever asked for the role.
        let client = client(chain, sts, Provider::fixed(key, Source::Environment))?;
        let request = sts::AssumeRole {
            role_arn: self.role_arn.to_owned(),
            session_name: session_name(self.session_name),
            seconds: seconds(self.seconds),
            policy: self.policy.map(ToOwned::to_owned),
            external_id: self.external_id.map(ToOwned::to_owned),
        };
        Ok(credentials(sts::assume_role(&client, region(sts), &request).await?))
    }
}

impl OidcRole<'_> {
    /// The role's key. The token's file is read each time: whoever put it there renews it.
    pub(super) async fn take(&self, chain: &Chain, sts: &Sts) -> Result<Credentials, Why> {
        let token = read_text(&self.token_file).map_err(|error| Why::File(self.token_file.clone(), error))?;
        let client = client(chain, sts, Provider::nobody())?;
        let request = sts::AssumeRoleWithOidc {
            role_arn: self.role_arn.to_owned(),
            provider_arn: self.provider_arn.to_owned(),
            token: Secret::new(token.trim()),
            session_name: session_name(self.with.session_name),
            seconds: seconds(self.with.seconds),
            policy: self.with.policy.map(ToOwned::to_owned),
        };
        Ok(credentials(sts::assume_role_with_oidc(&client, region(sts), &request).await?))
    }
}

/// A client for STS alone.
fn client(chain: &Chain, sts: &Sts, provider: Provider) -> Result<Client, Why> {
    let tuning = chain.tuning().brisk();
    let made = Client::new(hosts(sts)?, provider, tuning, Arc::clone(chain.observer()));
    made.map_err(|error| Why::System(error.to_string()))
}

/// facts section g: a base URL, a named host, a region's host, else the central one.
fn hosts(sts: &Sts) -> Result<Hosts, Why> {
    if let Some(base) = &sts.base {
        return Ok(base.clone());
    }
    if let Some(endpoint) = &sts.endpoint {
        let url = if endpoint.contains("://") { endpoint.clone() } else { format!("https://{endpoint}") };
        return Hosts::base(&url).map_err(|_| super::FetchError::NotAUrl.into());
    }
    Ok(match &sts.region {
        Some(_) if sts.vpc => Hosts::Vpc,
        Some(_) => Hosts::Public,
        None => Hosts::Base("https://sts.aliyuncs.com".to_owned()),
    })
}

fn region(sts: &Sts) -> &str {
    sts.region.as_deref().unwrap_or_default()
}

fn seconds(asked: Option<u64>) -> u64 {
    asked.filter(|seconds| *seconds > 0).unwrap_or(SECONDS).max(MIN_SECONDS)
}

fn session_name(given: Option<&str>) -> String {
    given.map_or_else(|| format!("tidb-pe-{}", Timestamp::now().as_second()), ToOwned::to_owned)
}

fn credentials(issued: Issued) -> Credentials {
    Credentials {
        access_key_id: issued.access_key_id,
        access_key_secret: issued.access_key_secret,
        security_token: Some(issued.security_token),
        expires: issued.expiration,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::operation::Product;

    #[test]
    fn sts_hosts_follow_what_was_said() {
        let url = |sts: &Sts| hosts(sts).unwrap().url(Product::Sts, region(sts));
        let beijing = Some("cn-beijing".to_owned());
        assert_eq!(url(&Sts::default()), "https://sts.aliyuncs.com/");
        let regional = Sts { region: beijing.clone(), ..Sts::default() };
        assert_eq!(url(&regional), "https://sts.cn-beijing.aliyuncs.com/");
        assert_eq!(url(&Sts { vpc: true, ..regional.clone() }), "https://sts-vpc.cn-beijing.aliyuncs.com/");
        let named = Sts { endpoint: Some("sts.example".to_owned()), ..regional };
        assert_eq!(url(&named), "https://sts.example/");
        let base = Sts { base: Some(Hosts::base("http://127.0.0.1:1").unwrap()), ..named };
        assert_eq!(url(&base), "http://127.0.0.1:1/");
        let plain = Sts { endpoint: Some("http://sts.example".to_owned()), ..Sts::default() };
        assert!(hosts(&plain).is_err());
    }

    #[test]
    fn a_session_lasts_at_least_a_quarter_of_an_hour() {
        assert_eq!((seconds(None), seconds(Some(0)), seconds(Some(60))), (3600, 3600, 900));
    }
}
