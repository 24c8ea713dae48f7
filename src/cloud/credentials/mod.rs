//! Who signs: the sources of credentials that Alibaba Cloud's own tools use, in their order (facts section g).
//!
//! - [`Places`]: what the outside world says about where to look; nothing in here reads variables
//! - [`Chain`]: the sources in the official order; the first that has a key wins and is remembered
//! - [`Provider`]: asked before every signature; renews temporary credentials once for all who wait
//! - one file a source: `environment`, `oidc`, `profile` (with `config_file`), `ini`, `imds`, `uri`, `external`
//! - `role`: from one key to a role's; `fetch`, `files`: bounded reading from servers and from disk
//!
//! Nothing is ever stored or written.

mod chain;
mod config_file;
mod environment;
mod external;
mod fetch;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod hostile;
mod imds;
mod ini;
mod miss;
mod oidc;
mod places;
mod profile;
mod provider;
mod role;
mod uri;

use std::path::PathBuf;

use jiff::Timestamp;

pub use chain::{Chain, Found};
pub use external::CommandError;
pub use fetch::FetchError;
pub use files::{FileError, is_loose, read_text};
pub use miss::{Miss, Place, Unsupported, Why};
pub use places::{Ecs, External, Oidc, Places, Sts};
pub use provider::Provider;

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
    /// When a temporary key ends, where its source says so.
    pub expires: Option<Timestamp>,
}

impl Credentials {
    /// A key without an end.
    pub fn permanent(access_key_id: impl Into<String>, access_key_secret: Secret) -> Self {
        Self { access_key_id: access_key_id.into(), access_key_secret, security_token: None, expires: None }
    }
}

/// The place credentials were found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `ALIBABA_CLOUD_ACCESS_KEY_ID` and its companions.
    Environment,
    /// A role by an OIDC token, as RRSA gives it to pods.
    Oidc {
        /// The role.
        role_arn: String,
    },
    /// A profile of the Alibaba Cloud CLI.
    Profile {
        /// Its name.
        name: String,
        /// Its mode.
        mode: String,
        /// The file it is in.
        path: PathBuf,
    },
    /// A section of the SDKs' INI file.
    Ini {
        /// Its name.
        section: String,
        /// The file.
        path: PathBuf,
    },
    /// The RAM role of the ECS instance this runs on.
    EcsRole {
        /// The role's name.
        role: String,
    },
    /// `ALIBABA_CLOUD_CREDENTIALS_URI`.
    Uri,
    /// Typed at a prompt, for this run only.
    Prompt,
    /// The embedded simulated cloud.
    Sandbox,
}

impl Source {
    /// The kind of source, as scripts see it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Oidc { .. } => "oidc",
            Self::Profile { .. } => "profile",
            Self::Ini { .. } => "ini",
            Self::EcsRole { .. } => "ecs-role",
            Self::Uri { .. } => "uri",
            Self::Prompt => "prompt",
            Self::Sandbox => "sandbox",
        }
    }
}
