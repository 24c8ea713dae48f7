//! STS 2015-04-01: who signs, and keys of roles (facts section b4).

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::Error as _;

use super::client::Client;
use super::de;
use super::error::Error;
use super::operation::Feature::{Create, Delete, Verify};
use super::operation::{Operation, Product};
use super::sign::Params;
use crate::secret::Secret;

/// `GetCallerIdentity`.
pub const GET_CALLER_IDENTITY: Operation =
    Operation::read(Product::Sts, "GetCallerIdentity").for_features(&[Verify, Create, Delete]);
/// `AssumeRole`.
pub const ASSUME_ROLE: Operation = Operation::read(Product::Sts, "AssumeRole").granted_elsewhere();
/// `AssumeRoleWithOIDC`: not signed, the token speaks for the caller.
pub const ASSUME_ROLE_WITH_OIDC: Operation =
    Operation::read(Product::Sts, "AssumeRoleWithOIDC").granted_elsewhere();

/// Every operation of this file.
pub(super) const OPERATIONS: &[Operation] = &[GET_CALLER_IDENTITY, ASSUME_ROLE, ASSUME_ROLE_WITH_OIDC];

/// The account and identity behind the credentials.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    /// Number of the Alibaba Cloud account.
    #[serde(deserialize_with = "de::id")]
    pub account_id: String,
    /// Resource name of the user or role.
    #[serde(default, deserialize_with = "de::text")]
    pub arn: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    #[serde(default, deserialize_with = "de::text")]
    pub identity_type: String,
}

/// What is said to `AssumeRole`. Has no `Debug`: the external id is agreed upon in secret.
#[derive(Clone)]
pub struct AssumeRole {
    /// `acs:ram::<account>:role/<name>`.
    pub role_arn: String,
    /// 2 to 64 letters, digits and `.@-_`.
    pub session_name: String,
    /// How long the key is good for, at least 900.
    pub seconds: u64,
    /// Narrows what the key may do.
    pub policy: Option<String>,
    /// Agreed with the role's owner.
    pub external_id: Option<String>,
}

/// What is said to `AssumeRoleWithOIDC`.
#[derive(Debug, Clone)]
pub struct AssumeRoleWithOidc {
    /// `acs:ram::<account>:role/<name>`.
    pub role_arn: String,
    /// `acs:ram::<account>:oidc-provider/<name>`.
    pub provider_arn: String,
    /// The token.
    pub token: Secret,
    /// 2 to 64 letters, digits and `.@-_`.
    pub session_name: String,
    /// How long the key is good for, at least 900.
    pub seconds: u64,
    /// Narrows what the key may do.
    pub policy: Option<String>,
}

/// A role's temporary key.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Issued {
    /// The public half.
    pub access_key_id: String,
    /// The secret half.
    pub access_key_secret: Secret,
    /// What makes it temporary.
    pub security_token: Secret,
    /// When it ends.
    #[serde(deserialize_with = "moment")]
    pub expiration: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    credentials: Issued,
}

fn moment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = de::text(deserializer)?;
    text.parse().map(Some).map_err(|_| D::Error::custom("Expiration is no time"))
}

/// Asks who signs; needs no permission.
pub async fn get_caller_identity(client: &Client, region: &str) -> Result<Identity, Error> {
    client.call(GET_CALLER_IDENTITY, region, Params::new()).await
}

/// Gets a role's key with the client's own.
pub async fn assume_role(client: &Client, region: &str, request: &AssumeRole) -> Result<Issued, Error> {
    let mut params = session(&request.role_arn, &request.session_name, request.seconds);
    put(&mut params, "Policy", request.policy.as_deref());
    put(&mut params, "ExternalId", request.external_id.as_deref());
    issue(client, ASSUME_ROLE, region, params).await
}

/// Gets a role's key with an OIDC token. The token travels in the body: it is long.
pub async fn assume_role_with_oidc(
    client: &Client,
    region: &str,
    request: &AssumeRoleWithOidc,
) -> Result<Issued, Error> {
    let mut params = session(&request.role_arn, &request.session_name, request.seconds);
    put(&mut params, "OIDCProviderArn", Some(&request.provider_arn));
    put(&mut params, "OIDCToken", Some(request.token.expose()));
    put(&mut params, "Policy", request.policy.as_deref());
    issue(client, ASSUME_ROLE_WITH_OIDC, region, params).await
}

fn session(role_arn: &str, name: &str, seconds: u64) -> Params {
    let mut params = Params::new();
    put(&mut params, "RoleArn", Some(role_arn));
    put(&mut params, "RoleSessionName", Some(name));
    put(&mut params, "DurationSeconds", Some(&seconds.to_string()));
    params
}

fn put(params: &mut Params, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        params.insert(name.to_owned(), value.to_owned());
    }
}

/// The reader's own words could quote a secret, so they are replaced.
async fn issue(client: &Client, operation: Operation, region: &str, params: Params) -> Result<Issued, Error> {
    let read = |value| {
        serde_json::from_value(value)
            .map(|answer: Answer| answer.credentials)
            .map_err(|_| "it has no complete Credentials".to_owned())
    };
    client.call_with(operation, region, params, read).await
}
