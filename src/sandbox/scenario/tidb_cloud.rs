//! What the TiDB Cloud API knows and how it answers (TiDB Cloud facts, section 4).

use serde::Deserialize;

/// The instance behind the endpoint service, as the API tells of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TidbCloud {
    /// Its id.
    pub cluster_id: String,
    /// Its name.
    pub name: String,
    /// `alicloud`, `aws`, …
    pub provider: String,
    /// `ACTIVE`, `PAUSED`, …
    pub state: String,
    /// Whether it has a private endpoint.
    pub private_endpoint: bool,
    /// Further instances, on another cloud, listed before it.
    pub others: usize,
    /// How long a nonce is good for, in requests; 0: for ever.
    pub nonce_uses: u32,
    /// What is wrong with every answer to a caller that has signed in.
    pub fault: Option<TidbCloudFault>,
    /// Whether the key that is handed out has another secret than the API knows.
    pub wrong_secret: bool,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TidbCloudFault {
    /// 403.
    Forbidden,
    /// 429 with the seconds until the limit is lifted.
    Throttled,
    /// A web page with status 200.
    Page,
    /// 500 with the API's own words.
    Broken,
    /// 401 that asks for Basic instead of Digest.
    Basic,
}

impl Default for TidbCloud {
    fn default() -> Self {
        Self {
            cluster_id: "10000000000000000001".into(),
            name: "sandbox".into(),
            provider: "alicloud".into(),
            state: "ACTIVE".into(),
            private_endpoint: true,
            others: 0,
            nonce_uses: 0,
            fault: None,
            wrong_secret: false,
        }
    }
}
