//! Who calls, and with which key.

use serde::Deserialize;

/// The identity `GetCallerIdentity` answers with.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// The 16-digit account id.
    pub id: String,
    /// The identity's ARN; left out: a RAM user `sandbox` of the account.
    pub arn: Option<String>,
    /// `Account`, `RAMUser` or `AssumedRoleUser` (facts b4).
    #[serde(rename = "type")]
    pub kind: String,
}

impl Default for Account {
    fn default() -> Self {
        Self { id: "1234567890123456".into(), arn: None, kind: "RAMUser".into() }
    }
}

/// The access key handed to the caller.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Key {
    /// What is special about it.
    pub kind: KeyKind,
    /// How long a role session is said to last; left out: as long as asked.
    pub session_s: Option<u64>,
    /// How long it really lasts; left out: as long as said.
    pub session_good_s: Option<u64>,
}

/// What the cloud thinks of the key that the sandbox hands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// A good permanent key.
    #[default]
    Ok,
    /// A good temporary key with its token.
    Token,
    /// The id is known, the secret handed out is another one.
    WrongSecret,
    /// The cloud does not know the id.
    Unknown,
    /// The key was disabled.
    Inactive,
    /// A temporary key whose token has expired.
    ExpiredToken,
    /// A temporary key handed out without its token.
    NeedsToken,
}
