//! Where keys were looked for and why there was none, in English.

use super::pieces::{chmod, configure, quoted};
use crate::cloud::credentials::{CommandError, FetchError, FileError, Miss, Place, Source, Unsupported, Why};

const HINT: &str = "Run `aliyun configure`, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET. To \
                    see the whole journey without an account: tidb-pe setup --sandbox";

/// Every source with its reason; what to do.
pub fn none(misses: &[Miss]) -> (String, Option<String>) {
    let what = if let [only] = misses {
        format!("No usable Alibaba Cloud credentials: {}.", miss(only))
    } else {
        let lines: Vec<String> = misses.iter().map(|each| format!("\n  {}", miss(each))).collect();
        format!("No usable Alibaba Cloud credentials. Looked at, in this order:{}", lines.concat())
    };
    let broken = misses.iter().find(|each| !each.is_absent()).map(|each| {
        format!("Mend the source you mean to use, such as {}; or run `aliyun configure`.", place(&each.place))
    });
    (what, Some(misses.iter().find_map(remedy).or(broken).unwrap_or_else(|| HINT.to_owned())))
}

/// What a source can be mended by, if it is more than a missing file.
pub fn remedy(miss: &Miss) -> Option<String> {
    match &miss.why {
        Why::Stale { profile } => Some(format!("Run: {}", configure(profile))),
        Why::Unknown { known, .. } if !known.is_empty() => {
            Some(format!("Known profiles: {}.", quoted(known, ", ")))
        }
        _ => None,
    }
}

/// One source with its reason.
pub fn miss(miss: &Miss) -> String {
    format!("{}: {}", place(&miss.place), why(&miss.why))
}

/// A source that won.
pub fn source(source: &Source) -> String {
    match source {
        Source::Environment => "the environment".to_owned(),
        Source::Oidc { role_arn } => format!("the OIDC token in the environment (role {role_arn})"),
        Source::Profile { name, mode, path } => format!("profile {name:?} ({mode}) of {}", path.display()),
        Source::Ini { section, path } => format!("section {section:?} of {}", path.display()),
        Source::EcsRole { role } => format!("this ECS instance's RAM role {role:?}"),
        Source::Uri => "ALIBABA_CLOUD_CREDENTIALS_URI".to_owned(),
        Source::Prompt => "the prompt, for this run only".to_owned(),
        Source::Sandbox => "the sandbox".to_owned(),
    }
}

/// A source that was passed over.
pub fn skipped(each: &Miss) -> String {
    let remedy = remedy(each).map(|remedy| format!(" {remedy}")).unwrap_or_default();
    format!("Credentials, {}.{remedy}", miss(each))
}

/// A file that others can read.
pub fn loose(path: &std::path::Path) -> String {
    format!("{} holds secrets and can be read by other users: {}", path.display(), chmod(path))
}

fn place(place: &Place) -> String {
    match place {
        Place::Environment => "environment".to_owned(),
        Place::Oidc => "OIDC (RRSA)".to_owned(),
        Place::Profile(None) => "Alibaba Cloud CLI profile".to_owned(),
        Place::Profile(Some(name)) => format!("profile {name:?}"),
        Place::Ini => "credentials file of the SDKs".to_owned(),
        Place::Ecs => "RAM role of an ECS instance".to_owned(),
        Place::Uri => "credentials URI".to_owned(),
    }
}

fn why(why: &Why) -> String {
    match why {
        Why::Unset(names) => match &names[..] {
            [only] => format!("{only} is not set"),
            _ => format!("{} are not set", names.join(", ")),
        },
        Why::Half { missing } => format!("{missing} is missing"),
        Why::Disabled(variable) => format!("switched off by {variable}"),
        Why::NoHome => "no home directory is known".to_owned(),
        Why::NoFiles(paths) => {
            let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            format!("there is no {}", paths.join(" or "))
        }
        Why::File(path, error) => file(&path.display().to_string(), error),
        Why::Unknown { path, name, .. } => format!("{} has no {name:?}", path.display()),
        Why::Incomplete { field } => format!("it lacks {field}, or what is there cannot be used"),
        Why::Mode(mode) => format!("its mode {mode:?} is not one the Alibaba Cloud CLI knows"),
        Why::Unsupported(mode) => unsupported(*mode).to_owned(),
        Why::Cycle(names) => {
            format!("source_profile goes in a circle: {}", quoted(names, " > "))
        }
        Why::Stale { profile } => {
            format!("its sign-in has expired; run {}", configure(profile))
        }
        Why::Command(error) => command(error),
        Why::Fetch(error) => fetch(error),
        Why::NoRole => "no RAM role is attached to this instance".to_owned(),
        Why::Sts(error) => super::errors_en::cloud_error(error).0.trim_end_matches('.').to_owned(),
        Why::System(reason) => reason.clone(),
    }
}

/// Why a file could not be used; with the line, never with what is in it.
pub fn file(path: &str, error: &FileError) -> String {
    match error {
        FileError::Missing => format!("there is no {path}"),
        FileError::NotAFile => format!("{path} is no regular file"),
        FileError::Unreadable(reason) => format!("{path} cannot be read: {reason}"),
        FileError::TooLarge => format!("{path} is larger than 1 MiB, which no such file is"),
        FileError::Encoding { line } => format!("{path}, line {line}: not UTF-8 text"),
        FileError::Malformed { line, column: Some(column) } => {
            format!("{path}, line {line}, column {column}: cannot be understood")
        }
        FileError::Malformed { line, column: None } => format!("{path}, line {line}: cannot be understood"),
        FileError::Empty => format!("{path}, line 1: the file is empty"),
    }
}

fn unsupported(mode: Unsupported) -> &'static str {
    match mode {
        Unsupported::RsaKeyPair => {
            "mode RsaKeyPair is refused: the Alibaba Cloud CLI has deprecated it; use a RAM role or an AccessKey"
        }
        Unsupported::BearerToken => {
            "mode BearerToken is refused: PrivateLink, VPC and ECS take signed requests only; use a RAM role or an \
             AccessKey"
        }
        Unsupported::Anonymous => {
            "mode Anonymous is refused: it signs nothing, and every request here is signed"
        }
    }
}

fn command(error: &CommandError) -> String {
    match error {
        CommandError::Nothing => "process_command is empty".to_owned(),
        CommandError::NotStarted(reason) => format!("its command could not be run: {reason}"),
        CommandError::TooLong(limit) => {
            format!("its command did not end within {} and was stopped", super::seconds(*limit))
        }
        CommandError::Failed(Some(code)) => format!("its command ended with code {code}"),
        CommandError::Failed(None) => "its command was ended by a signal".to_owned(),
        CommandError::TooMuch => "its command printed more than 64 KiB".to_owned(),
        CommandError::Shape => "what its command printed is no JSON of credentials".to_owned(),
    }
}

fn fetch(error: &FetchError) -> String {
    match error {
        FetchError::NotAUrl => "its address is no https URL".to_owned(),
        FetchError::PlainHttp { host } => {
            format!(
                "plain http to {host} would show the key to the network; use https, or a loopback address"
            )
        }
        FetchError::NoAnswer { host, reason, .. } => format!("{host} does not answer: {reason}"),
        FetchError::Status { host, status } => format!("{host} answered with HTTP {status}"),
        FetchError::TooLarge { host } => format!("{host} answered with more than 64 KiB"),
        FetchError::Shape { host } => format!("the answer of {host} holds no credentials"),
    }
}
