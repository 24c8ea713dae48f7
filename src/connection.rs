//! What the user can now use: host, port, user and TLS as one client's settings. Pure.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// How much of the server's identity a client proves, in MySQL's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// No TLS. Allowed on the private endpoint, where TLS is optional.
    Disabled,
    /// TLS where the server offers it, without proof of identity.
    Preferred,
    /// TLS always, without proof of identity.
    Required,
    /// TLS with a verified certificate chain; the name is reported, not compared.
    #[default]
    VerifyCa,
    /// TLS with a verified chain and a name that matches.
    VerifyIdentity,
}

impl SslMode {
    /// The mode's name on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Preferred => "preferred",
            Self::Required => "required",
            Self::VerifyCa => "verify-ca",
            Self::VerifyIdentity => "verify-identity",
        }
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
