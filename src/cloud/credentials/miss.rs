//! Why a source of credentials gave nothing, as data. No value of any file is ever in here.

use std::path::PathBuf;

use super::external::CommandError;
use super::fetch::FetchError;
use super::files::FileError;
use crate::cloud::Error;

/// A source that was looked at and gave nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// The source.
    pub place: Place,
    /// Why it gave nothing.
    pub why: Why,
}

/// A source of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Keys in the environment.
    Environment,
    /// A role by an OIDC token.
    Oidc,
    /// The Alibaba Cloud CLI's configuration file, or one profile of it.
    Profile(Option<String>),
    /// The SDKs' INI file.
    Ini,
    /// The metadata service of an ECS instance.
    Ecs,
    /// `ALIBABA_CLOUD_CREDENTIALS_URI`.
    Uri,
}

/// Why a source gave nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// These variables are not set.
    Unset(Vec<&'static str>),
    /// One of the two key variables is set, the named other is not.
    Half {
        /// The variable that is missing.
        missing: &'static str,
    },
    /// This variable switches it off.
    Disabled(&'static str),
    /// No home directory is known, so neither is the file.
    NoHome,
    /// None of these files exists.
    NoFiles(Vec<PathBuf>),
    /// A file could not be used.
    File(PathBuf, FileError),
    /// The file has no profile or section of this name.
    Unknown {
        /// The file.
        path: PathBuf,
        /// The name that was asked for.
        name: String,
        /// The names in the file.
        known: Vec<String>,
    },
    /// A profile or section lacks a field.
    Incomplete {
        /// The field that is missing.
        field: &'static str,
    },
    /// The mode or type is one nobody knows.
    Mode(String),
    /// The mode is known and not usable here.
    Unsupported(Unsupported),
    /// Profiles that name each other as their source, in order.
    Cycle(Vec<String>),
    /// A cached temporary key has ended, and only the CLI can renew it.
    Stale {
        /// The profile to run `aliyun configure` for.
        profile: String,
    },
    /// The external command gave nothing.
    Command(CommandError),
    /// A server gave nothing.
    Fetch(FetchError),
    /// The instance has no RAM role.
    NoRole,
    /// STS did not hand out the role's key.
    Sts(Box<Error>),
    /// Something this machine lacks; the system's reason.
    System(String),
}

/// Modes that the CLI has and this tool refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsupported {
    /// Deprecated in the CLI, and only there.
    RsaKeyPair,
    /// Not accepted by the APIs this tool calls.
    BearerToken,
    /// Signs nothing.
    Anonymous,
}

impl Miss {
    /// Whether nothing was there at all, in contrast to something that does not work.
    pub fn is_absent(&self) -> bool {
        match &self.why {
            Why::Unset(_) | Why::Disabled(_) | Why::NoHome | Why::NoFiles(_) => true,
            Why::NoRole => self.place == Place::Ecs,
            Why::Fetch(error) => self.place == Place::Ecs && error.is_nobody_there(),
            _ => false,
        }
    }
}

impl Miss {
    /// Whether STS gave no usable answer, and may give one later.
    pub fn is_outage(&self) -> bool {
        matches!(&self.why, Why::Sts(error) if error.is_outage())
    }

    /// The id that STS gave with its refusal.
    pub fn request_id(&self) -> Option<&str> {
        match &self.why {
            Why::Sts(error) => error.request_id.as_deref(),
            _ => None,
        }
    }
}

impl From<FetchError> for Why {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

impl From<CommandError> for Why {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

impl From<Error> for Why {
    fn from(error: Error) -> Self {
        Self::Sts(Box::new(error))
    }
}
