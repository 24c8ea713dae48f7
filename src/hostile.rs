//! One function for each kind of input that a stranger writes: any bytes are read the way the tool reads them, and what
//! is said about them has to be short, plain and without secrets. The fuzzers in `fuzz/` call these, and so do the property
//! tests below.

use serde_json::Value;

use crate::check::certificate::{Certificate, covers};
use crate::check::greeting::{self, Greeting, Hello, ServerError};
use crate::check::handshake::Session;
use crate::check::tls::{Facts, Outcome, judge};
use crate::check::{CheckItem, Finding, Target, login};
use crate::cloud::credentials::{Credentials, Miss};
use crate::cloud::{self, privatelink};
use crate::connection::SslMode;
use crate::error::Error;
use crate::problem::Problem;
use crate::service_name::ServiceName;
use crate::tidb_cloud::Cluster;
use crate::ui::clean;
use crate::ui::render;
use crate::ui::style::Style;
use crate::ui::words::{checks_en, credentials_en};

/// A line of an error is no longer than this.
const LONGEST_LINE: usize = 4100;

/// The text that `--from` takes.
pub fn paste(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let pasted = crate::paste::parse(&text);
    assert_eq!(pasted, crate::paste::parse(&text), "it is read in two ways");
    if let Some(password) = &pasted.password {
        let shown = format!("{pasted:?}");
        let tells = password.expose().len() > 12 && shown.matches(password.expose()).count() > 0;
        let is_elsewhere = [&pasted.user, &pasted.database, &pasted.service_name, &pasted.region_id]
            .into_iter()
            .flatten()
            .chain(&pasted.az_ids)
            .chain(&pasted.users)
            .chain(&pasted.service_names)
            .any(|other| format!("{other:?}").contains(password.expose()));
        assert!(!tells || is_elsewhere, "the password shows");
    }
    for (flag, values) in [("--service-name", pasted.service_names), ("--user", pasted.users)] {
        tame(&Problem::SeveralPasted { flag, values }.into());
    }
    if let Some(text) = pasted.service_name
        && let Err(why) = text.parse::<ServiceName>()
    {
        tame(&Problem::ServiceName { text, why }.into());
    }
}

/// `~/.aliyun/config.json`.
pub fn config_json(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        found(cloud::credentials::hostile::config_json(text));
    }
}

/// `~/.alibabacloud/credentials`.
pub fn ini(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        found(cloud::credentials::hostile::ini(text));
    }
}

/// An answer of the cloud, of a server that hands out keys, or of the TiDB Cloud API; the first byte picks the status.
pub fn answer(bytes: &[u8]) {
    let (status, body) = match bytes.split_first() {
        Some((first, rest)) => ([200, 200, 302, 400, 403, 404, 500, 503][usize::from(first % 8)], rest),
        None => (200, bytes),
    };
    let (wrong, request_id) = cloud::hostile::read(status, body);
    for kind in wrong {
        let request_id = request_id.clone();
        let error = cloud::Error { operation: privatelink::LIST_VPC_ENDPOINTS, kind, tries: 1, request_id };
        let finding = Finding::unanswered(crate::check::CheckId::Endpoint, error.clone());
        tame_finding(&finding);
        tame(&Error::from(error.clone()));
        tame(&Error::Hidden { error: error.clone(), is_open: true });
        tame(&Error::Unanswered(error));
    }
    found(vec![cloud::credentials::hostile::handed_out(body)]);
    if let Ok(cluster) = serde_json::from_slice::<Cluster>(body)
        && let Err(why) = cluster.facts()
    {
        tame(&Error::Unfit { cluster_id: cluster.cluster_id.clone(), why });
    }
}

/// The first packet of a database, and an error packet after it.
pub fn database(bytes: &[u8]) {
    for whole in [bytes.to_vec(), [&[0x0a], bytes].concat(), [&[0xff], bytes].concat()] {
        match greeting::parse(&whole) {
            Ok(Hello::Greeting(greeting)) => greeted(&greeting),
            Ok(Hello::Error(error)) => refused(&error),
            Err(failure) => untold(Outcome::NoGreeting(failure)),
        }
    }
    let mut stream = bytes;
    // In memory nothing is waited for.
    if let Some(Err(failure)) = futures_util::FutureExt::now_or_never(greeting::read(&mut stream)) {
        untold(Outcome::NoGreeting(failure));
    }
}

/// A certificate.
pub fn certificate(bytes: &[u8]) {
    let asked = "ep-1.epsrv-1.ap-southeast-1.privatelink.aliyuncs.com";
    let Some(certificate) = Certificate::read(bytes) else { return };
    let identity = certificate.identity(bytes, "ap-southeast-1", asked);
    if let Some(name) = &identity {
        assert!(covers(bytes, name), "{name:?} is not proven");
        assert!(name.bytes().all(|b| b.is_ascii_graphic()), "{name:?} is no name");
    }
    let session = Session { protocol: "TLSv1.3".to_owned(), cipher: "TLS_AES_256_GCM_SHA384".to_owned() };
    for mode in [SslMode::Required, SslMode::VerifyCa, SslMode::VerifyIdentity] {
        let (session, certificate) = (session.clone(), Box::new(certificate.clone()));
        let named = covers(bytes, asked);
        told(mode, Outcome::Session { session, certificate, identity: identity.clone(), named });
    }
    let refusal = crate::check::handshake::Refusal::Certificate(rustls::CertificateError::UnknownIssuer);
    untold(Outcome::NoSession(refusal, Some(Box::new(certificate))));
}

fn greeted(greeting: &Greeting) {
    assert!(greeting.version.chars().count() <= 300, "a version of any length is kept");
    assert_eq!(greeting::ssl_request(greeting).len(), 36);
}

fn refused(error: &ServerError) {
    let mut target = Target::new("ep", 4000);
    target.user = Some("prefix.root".to_owned());
    tame_finding(&login::refused(&target, error.clone()));
    untold(Outcome::Refused(error.clone()));
}

fn untold(outcome: Outcome) {
    told(SslMode::VerifyCa, outcome);
}

fn told(mode: SslMode, outcome: Outcome) {
    let address = std::net::IpAddr::from([10, 0, 0, 10]);
    let (server_name, own_ca, limit_ms) = ("ep-1.example".to_owned(), false, 10_000);
    tame_finding(&judge(Facts { mode, server_name, own_ca, address, limit_ms, outcome }));
}

/// What is said about credentials has no value of theirs in it.
fn found(found: Vec<Result<Credentials, Miss>>) {
    for each in found {
        match each {
            Ok(credentials) => {
                let secret = credentials.access_key_secret.expose();
                let shown = format!("{credentials:?}");
                let is_elsewhere = credentials.access_key_id.contains(secret);
                assert!(secret.len() < 12 || is_elsewhere || !shown.contains(secret), "the secret shows");
            }
            Err(miss) => {
                tame(&Error::NoCredentials(vec![miss.clone()]));
                plain(&clean::clean(&credentials_en::skipped(&miss)));
            }
        }
    }
}

/// An error as text and as JSON.
fn tame(error: &Error) {
    let text = render::error(error, Style::bare());
    for line in text.lines() {
        assert!(line.chars().count() <= LONGEST_LINE, "a line of {} characters", line.chars().count());
    }
    let report = render::error_report(error);
    plain(&text);
    plain(&report.message);
    document(&serde_json::to_value(&report).unwrap_or_default());
}

fn tame_finding(finding: &Finding) {
    let (summary, remedy) = checks_en::finding(finding);
    for text in [Some(summary), remedy].into_iter().flatten() {
        assert!(text.chars().count() <= 3 * LONGEST_LINE, "{} characters", text.chars().count());
        plain(&clean::clean(&text));
    }
    document(&serde_json::to_value(CheckItem::from(finding)).unwrap_or_default());
    tame(&Error::CheckFailed(Box::new(finding.clone())));
    tame(&Error::TestFailed(finding.clone()));
}

/// The document says what it says without a character that a terminal obeys.
fn document(value: &Value) {
    let text = clean::json(&format!("{value:#}"));
    plain(&text);
    assert_eq!(
        serde_json::from_str::<Value>(&text).ok().as_ref(),
        Some(value),
        "the document says something else"
    );
}

fn plain(text: &str) {
    let obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
    };
    assert!(!text.contains(obeyed), "{text:?} is not plain");
}

#[cfg(test)]
mod tests;
