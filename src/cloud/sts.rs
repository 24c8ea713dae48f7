//! STS 2015-04-01: who signs (facts section b4).

use serde::Deserialize;

use super::client::Client;
use super::de;
use super::error::Error;
use super::operation::{Operation, Product};
use super::sign::Params;

/// `GetCallerIdentity`.
pub const GET_CALLER_IDENTITY: Operation = Operation::read(Product::Sts, "GetCallerIdentity");

/// The account and identity behind the credentials.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    /// Number of the Alibaba Cloud account.
    #[serde(deserialize_with = "de::text")]
    pub account_id: String,
    /// Resource name of the user or role.
    #[serde(default, deserialize_with = "de::text")]
    pub arn: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    #[serde(default, deserialize_with = "de::text")]
    pub identity_type: String,
}

/// Asks who signs; needs no permission.
pub async fn get_caller_identity(client: &Client, region: &str) -> Result<Identity, Error> {
    client.call(GET_CALLER_IDENTITY, region, Params::new()).await
}
