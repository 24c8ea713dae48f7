//! What the outside world says about where to look for credentials, as values.

use std::path::PathBuf;
use std::time::Duration;

use crate::cloud::hosts::Hosts;
use crate::secret::Secret;

/// Where to look.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `ALIBABA_CLOUD_ACCESS_KEY_ID`.
    pub key_id: Option<String>,
    /// `ALIBABA_CLOUD_ACCESS_KEY_SECRET`.
    pub key_secret: Option<Secret>,
    /// `ALIBABA_CLOUD_SECURITY_TOKEN`.
    pub token: Option<Secret>,
    /// A role by an OIDC token.
    pub oidc: Oidc,
    /// `--profile` or `TIDB_PE_PROFILE`: wins over keys in the environment.
    pub chosen_profile: Option<String>,
    /// `ALIBABA_CLOUD_PROFILE`: picks within the chain.
    pub chain_profile: Option<String>,
    /// The Alibaba Cloud CLI's configuration file.
    pub config_file: Option<PathBuf>,
    /// The variable that switches profiles off, if one does.
    pub profiles_disabled: Option<&'static str>,
    /// The INI files, of which the first that exists counts.
    pub ini_files: Vec<PathBuf>,
    /// The ECS metadata service.
    pub ecs: Ecs,
    /// `ALIBABA_CLOUD_CREDENTIALS_URI`. A secret: its query may hold a token.
    pub uri: Option<Secret>,
    /// Where STS answers.
    pub sts: Sts,
    /// External credential commands.
    pub external: External,
}

/// The variables that RRSA puts into a pod.
#[derive(Debug, Clone, Default)]
pub struct Oidc {
    /// `ALIBABA_CLOUD_ROLE_ARN`.
    pub role_arn: Option<String>,
    /// `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`.
    pub provider_arn: Option<String>,
    /// `ALIBABA_CLOUD_OIDC_TOKEN_FILE`.
    pub token_file: Option<PathBuf>,
    /// `ALIBABA_CLOUD_ROLE_SESSION_NAME`.
    pub session_name: Option<String>,
}

/// The metadata service of an ECS instance.
#[derive(Debug, Clone)]
pub struct Ecs {
    /// Its base URL, without a trailing slash.
    pub base: String,
    /// `ALIBABA_CLOUD_ECS_METADATA`: the role's name.
    pub role: Option<String>,
    /// `ALIBABA_CLOUD_ECS_METADATA_DISABLED`.
    pub disabled: bool,
    /// `ALIBABA_CLOUD_IMDSV1_DISABLED`.
    pub v1_disabled: bool,
    /// For a connection, and again for an answer.
    pub limit: Duration,
}

impl Ecs {
    /// Where the metadata service answers on every instance (facts section g).
    pub const BASE: &'static str = "http://100.100.100.200";
}

impl Default for Ecs {
    fn default() -> Self {
        Self {
            base: Self::BASE.to_owned(),
            role: None,
            disabled: false,
            v1_disabled: false,
            limit: Duration::from_secs(1),
        }
    }
}

/// Where STS answers.
#[derive(Debug, Clone, Default)]
pub struct Sts {
    /// `--endpoint-url`: wins over everything else.
    pub base: Option<Hosts>,
    /// `ALIBABA_CLOUD_STS_ENDPOINT`.
    pub endpoint: Option<String>,
    /// `ALIBABA_CLOUD_STS_REGION`.
    pub region: Option<String>,
    /// `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`.
    pub vpc: bool,
}

/// External credential commands.
#[derive(Debug, Clone)]
pub struct External {
    /// `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS`: also switches off `CredentialsURI` profiles, as in the CLI.
    pub disabled: bool,
    /// How long a command may take.
    pub limit: Duration,
    /// Variables that a command has no business with: other secrets.
    pub withheld: Vec<&'static str>,
}

impl Default for External {
    fn default() -> Self {
        // facts section g: the SDKs allow 60 s
        Self { disabled: false, limit: Duration::from_secs(60), withheld: Vec::new() }
    }
}
