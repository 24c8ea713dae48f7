//! The RAM role of an ECS instance, from its metadata service (facts section g, IMDS): with a session token
//! (version 2), else without (version 1) unless that is switched off.

use reqwest::{Method, Url};

use super::fetch::{Fetch, FetchError, checked, handed_out, host};
use super::{Chain, Credentials, Ecs, Why};
use crate::cloud::notice;
use crate::cloud::sign::percent_encode;
use crate::secret::Secret;

const TTL: (&str, &str) = ("x-aliyun-ecs-metadata-token-ttl-seconds", "21600");
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const ROLES: &str = "latest/meta-data/ram/security-credentials/";

/// The key of `role`, else of the role the instance has; with the role's name.
pub(super) async fn take(chain: &Chain, role: Option<&str>) -> Result<(Credentials, String), Why> {
    let ecs = &chain.places().ecs;
    if ecs.disabled {
        return Err(Why::Disabled("ALIBABA_CLOUD_ECS_METADATA_DISABLED"));
    }
    let base = base(ecs)?;
    let fetch = Fetch::new(chain, notice::Service::EcsMetadata, &base, (ecs.limit, ecs.limit))?;
    let service = Service { fetch, base };
    match service.token().await {
        Ok(token) => match service.key(role, Some(&token)).await {
            // facts section g: version 1 is tried as well when a read of version 2 is refused
            Err(Why::Fetch(FetchError::Status { status, .. })) if status != 404 && !ecs.v1_disabled => {
                service.key(role, None).await
            }
            other => other,
        },
        Err(error) if ecs.v1_disabled || error.is_nobody_there() => Err(error.into()),
        Err(_) => service.key(role, None).await,
    }
}

/// The service's own address is the one plain `http` address that leads nowhere beyond the host.
fn base(ecs: &Ecs) -> Result<Url, FetchError> {
    let text = format!("{}/", ecs.base.trim_end_matches('/'));
    if ecs.base == Ecs::BASE { Url::parse(&text).map_err(|_| FetchError::NotAUrl) } else { checked(&text) }
}

struct Service<'a> {
    fetch: Fetch<'a>,
    base: Url,
}

impl Service<'_> {
    fn url(&self, path: &str) -> Result<Url, FetchError> {
        self.base.join(path).map_err(|_| FetchError::NotAUrl)
    }

    async fn token(&self) -> Result<Secret, FetchError> {
        let url = self.url("latest/api/token")?;
        text(&url, &self.fetch.send(Method::PUT, &url, Some(TTL)).await?)
    }

    async fn key(&self, role: Option<&str>, token: Option<&Secret>) -> Result<(Credentials, String), Why> {
        let header = token.map(|token| (TOKEN, token.expose()));
        let role = match role {
            Some(role) => role.to_owned(),
            None => self.role(header).await?,
        };
        let url = self.url(&format!("{ROLES}{}", percent_encode(&role)))?;
        let body = self.fetch.get(&url, header).await.map_err(no_role)?;
        Ok((handed_out(&url, &body)?, role))
    }

    async fn role(&self, header: Option<(&'static str, &str)>) -> Result<String, Why> {
        let url = self.url(ROLES)?;
        let body = self.fetch.get(&url, header).await.map_err(no_role)?;
        let text = text(&url, &body)?;
        let role = text.expose().lines().next().unwrap_or_default().trim();
        if role.is_empty() { Err(Why::NoRole) } else { Ok(role.to_owned()) }
    }
}

fn text(url: &Url, body: &[u8]) -> Result<Secret, FetchError> {
    let text = std::str::from_utf8(body).map_err(|_| FetchError::Shape { host: host(url) })?;
    Ok(Secret::new(text.trim()))
}

/// The metadata service answers 404 where the instance has no such role.
fn no_role(error: FetchError) -> Why {
    match error {
        FetchError::Status { status: 404, .. } => Why::NoRole,
        other => Why::Fetch(other),
    }
}
