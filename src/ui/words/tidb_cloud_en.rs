//! What the TiDB Cloud API says, and where its keys were looked for, in English.

use super::credentials_en;
use crate::tidb_cloud::keys::{Miss, Source};
use crate::tidb_cloud::{Error, Unfit};

const CONSOLE: &str = "API keys are made at https://tidbcloud.com/org-settings/api-keys";

/// No key: every place with its reason; what to do.
pub fn no_keys(misses: &[Miss]) -> (String, Option<String>) {
    let lines: Vec<String> = misses.iter().map(|each| format!("\n  {}", miss(each))).collect();
    let hint = format!(
        "Set TIDB_CLOUD_PUBLIC_KEY and TIDB_CLOUD_PRIVATE_KEY, or give --service-name instead of --cluster-id. {CONSOLE}"
    );
    (format!("No TiDB Cloud API key. Looked at, in this order:{}", lines.concat()), Some(hint))
}

/// A place without a usable key.
pub fn miss(miss: &Miss) -> String {
    match miss {
        Miss::Unset { public, private } => format!("environment: {public}, {private} are not set"),
        Miss::Half(variable) => format!("environment: {variable} is missing"),
        Miss::NoHome => "no home directory is known".to_owned(),
        Miss::File(path, error) => credentials_en::file(&path.display().to_string(), error),
        Miss::NoProfile { path, profile } => format!("{} has no profile {profile:?}", path.display()),
        Miss::NoKeys { path, profile: Some(profile) } => format!(
            "profile {profile:?} of {} has no public-key and private-key; a sign-in by browser is not used",
            path.display()
        ),
        Miss::NoKeys { path, profile: None } => {
            format!("{} has no tidb_cloud_public_key and tidb_cloud_private_key", path.display())
        }
    }
}

/// A place that was passed over although something is there.
pub fn skipped(each: &Miss) -> String {
    format!("TiDB Cloud API key, {}.", miss(each))
}

/// The instance, and whose key told of it.
pub fn instance(id: &str, name: &str, busy: Option<&str>, source: &Source) -> String {
    let state = busy.map(|state| format!(" It is {state} at the moment.")).unwrap_or_default();
    format!("TiDB Cloud instance {name:?} ({id}), API key from {}.{state}", from(source))
}

/// The list could not be had.
pub fn no_list(error: &crate::error::Error) -> String {
    format!("TiDB Cloud's list of instances is not available. {}", super::errors_en::error(error).0)
}

fn from(source: &Source) -> String {
    match source {
        Source::Environment(variable) => format!("the environment ({variable})"),
        Source::Ticloud { profile, path } => format!("profile {profile:?} of {}", path.display()),
        Source::Ti(path) => path.display().to_string(),
        Source::Sandbox => "the sandbox".to_owned(),
    }
}

/// Why an instance cannot be connected; what to do.
pub fn unfit(id: &str, why: &Unfit) -> (String, Option<String>) {
    let (what, hint) = match why {
        Unfit::OtherCloud { provider } => (
            format!("TiDB Cloud instance {id} runs on {}, not on Alibaba Cloud.", cloud(provider)),
            "A private endpoint leads to an instance on the same cloud, in the same region. Give the id of one on \
             Alibaba Cloud; for the others, see Connect > Private Endpoint in the TiDB Cloud console.",
        ),
        Unfit::NotRunning { state } => (
            format!("TiDB Cloud instance {id} cannot be connected: its state is {state}."),
            match state.as_str() {
                "PAUSED" | "PAUSING" | "INACTIVE" => {
                    "Resume it in the TiDB Cloud console, then run the same command again."
                }
                "CREATING" => "Wait until the console shows it as active, then run the same command again.",
                _ => "It is going away: give the id of another instance.",
            },
        ),
        Unfit::NoPrivateEndpoint => (
            format!("TiDB Cloud instance {id} has no private endpoint."),
            "Its plan or region may not offer one: look at Connect > Private Endpoint in the TiDB Cloud console. If it \
             shows a Service Name there, give it as --service-name.",
        ),
    };
    (what, Some(hint.to_owned()))
}

fn cloud(provider: &str) -> String {
    match provider {
        "aws" => "AWS".to_owned(),
        "gcp" => "Google Cloud".to_owned(),
        "azure" => "Azure".to_owned(),
        "" => "an unnamed cloud".to_owned(),
        other => format!("{other:?}"),
    }
}

/// A request that did not end with a usable answer; what to do.
pub fn error(error: &Error) -> (String, Option<String>) {
    let name_it = "Or give --service-name, --az-id and --region-id as the TiDB Cloud console shows them.";
    let (what, hint) = match error {
        Error::Unauthorized => (
            "TiDB Cloud does not accept the API key: it is unknown, or its private key is wrong.".to_owned(),
            format!("Compare both halves with the console. {CONSOLE}"),
        ),
        Error::Forbidden { what, .. } => (
            format!("The TiDB Cloud API key may not read {what}."),
            format!("Give the key a role in the instance's project, or use another key. {name_it}"),
        ),
        Error::NotFound { what, .. } => (
            format!("TiDB Cloud knows no instance {what} that this API key may see."),
            "Compare the id with the console's address bar, and that the key is of the same organization. Starter and \
             Essential instances are known here; Dedicated ones are not."
                .to_owned(),
        ),
        Error::Throttled { reset, .. } => (
            "TiDB Cloud takes no more requests of this API key for now (100 a minute).".to_owned(),
            match reset {
                Some(seconds) => format!("Run the same command again in {seconds} s. {name_it}"),
                None => format!("Run the same command again in a minute. {name_it}"),
            },
        ),
        Error::Refused { status, message, .. } => (
            format!(
                "The TiDB Cloud API refused with HTTP {status}{}",
                message.as_ref().map_or_else(|| ".".to_owned(), |message| format!(": {message}."))
            ),
            format!("Run the same command again in a minute. {name_it}"),
        ),
        Error::Unusable { host, status, .. } => (
            format!("{host} gave no usable answer (HTTP {status}): it is not the TiDB Cloud API's."),
            format!("A proxy may stand between; or check --tidb-cloud-url. {name_it}"),
        ),
        Error::NoDigest { host } => (
            format!("{host} does not ask for HTTP digest, the only way in which the private key is not sent itself."),
            format!("A proxy may stand between; or check --tidb-cloud-url. {name_it}"),
        ),
        Error::NoAnswer { host, reason, .. } => (
            format!("No answer from {host}, the TiDB Cloud API: {reason}."),
            format!("Check this machine's internet access and proxy. {name_it}"),
        ),
    };
    (what, Some(hint))
}
