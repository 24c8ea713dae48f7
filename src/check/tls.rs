//! The *tls* layer: is the connection encrypted, and whose certificate is it?

use std::net::{IpAddr, SocketAddr};

use rustls::CertificateError;
use rustls::pki_types::ServerName;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::certificate::{Certificate, covers};
use super::greeting::{self, Greeting, GreetingFailure, Hello, ServerError};
use super::handshake::{self, Refusal, Session, Trust};
use super::target::Target;
use super::{CheckId, Finding, Status};
use crate::connection::SslMode;
use crate::net::{ConnectFailure, Net};

mod verdict;
pub use verdict::Verdict;

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// How much is to be proven.
    pub mode: SslMode,
    /// The name the server is known by.
    pub server_name: String,
    /// Whether the user named the authorities to trust.
    pub own_ca: bool,
    /// The address that was asked.
    pub address: IpAddr,
    /// How long each step had.
    pub limit_ms: u64,
    /// How far it went.
    pub outcome: Outcome,
}

/// How far the way from a connection to a session went.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The file of authorities cannot be used.
    BadCa(String),
    /// The name is no name a certificate can carry.
    BadServerName,
    /// The second connection did not open.
    NotConnected(ConnectFailure),
    /// Nothing was said in time.
    Silent,
    /// There is no greeting.
    NoGreeting(GreetingFailure),
    /// The server refused with an error of its own.
    Refused(ServerError),
    /// The server offers no TLS.
    NotOffered,
    /// A session, with the certificate and what it proves.
    Session {
        /// What was agreed on.
        session: Session,
        /// The server's certificate.
        certificate: Box<Certificate>,
        /// The best name it proves.
        identity: Option<String>,
        /// Whether it proves the name the server is known by.
        named: bool,
    },
    /// No session; the certificate, where one was shown.
    NoSession(Refusal, Option<Box<Certificate>>),
}

/// How a login goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// Without TLS.
    Plain,
    /// With TLS and no proof.
    Unproven,
    /// With TLS and a certificate that has to prove this name.
    Proven(String),
}

/// Greets the server, goes on to TLS and looks at the certificate; no user, no password.
pub async fn gather(target: &Target, net: &Net, address: IpAddr) -> Facts {
    let outcome = match approach(target, net, address).await {
        Ok((stream, name, trust)) => shake(target, stream, name, trust).await,
        Err(outcome) => outcome,
    };
    Facts {
        mode: target.ssl_mode,
        server_name: target.server_name().to_owned(),
        own_ca: target.ssl_ca.is_some(),
        address,
        limit_ms: super::millis(target.connect_timeout),
        outcome,
    }
}

/// Judges how far it went.
pub fn judge(facts: Facts) -> Finding {
    let (status, verdict) = judged(facts);
    finding(status, verdict)
}

/// The outcome where no TLS is wanted.
pub fn disabled() -> Finding {
    finding(Status::Skip, Verdict::Disabled)
}

/// How to go on after `finding`, or `None` where there is nothing to go on with.
pub fn channel(finding: &Finding) -> Option<Channel> {
    let super::Verdict::Tls(verdict) = &finding.verdict else { return None };
    match verdict {
        Verdict::ChainVerified { identity: name, .. } | Verdict::IdentityVerified { identity: name, .. } => {
            Some(Channel::Proven(name.clone()))
        }
        Verdict::IdentityNotProven { .. } => Some(Channel::Unproven),
        Verdict::FellBack { .. } | Verdict::Disabled => Some(Channel::Plain),
        _ => None,
    }
}

/// The error a server gave instead of a greeting.
pub fn server_error(finding: &Finding) -> Option<&ServerError> {
    match &finding.verdict {
        super::Verdict::Tls(Verdict::ServerError { error }) => Some(error),
        _ => None,
    }
}

/// The session in words, such as `TLSv1.3 TLS_AES_256_GCM_SHA384`.
pub fn session(finding: &Finding) -> Option<String> {
    let super::Verdict::Tls(
        Verdict::ChainVerified { session, .. }
        | Verdict::IdentityVerified { session, .. }
        | Verdict::IdentityNotProven { session, .. },
    ) = &finding.verdict
    else {
        return None;
    };
    Some(format!("{} {}", session.protocol, session.cipher))
}

type Approach = (TcpStream, ServerName<'static>, Trust);

async fn approach(target: &Target, net: &Net, address: IpAddr) -> Result<Approach, Outcome> {
    let trust = trust(target)?;
    let name = ServerName::try_from(target.server_name().to_owned()).map_err(|_| Outcome::BadServerName)?;
    let (limit, at) = (target.connect_timeout, SocketAddr::new(address, target.dialled().1));
    let mut stream = net.connect(at, limit).await.map_err(Outcome::NotConnected)?;
    let hello = timeout(limit, greeting::read(&mut stream)).await.map_err(|_| Outcome::Silent)?;
    match hello.map_err(Outcome::NoGreeting)? {
        Hello::Error(error) => Err(Outcome::Refused(error)),
        Hello::Greeting(Greeting { tls: false, .. }) => Err(Outcome::NotOffered),
        Hello::Greeting(greeting) => {
            let asked = stream.write_all(&greeting::ssl_request(&greeting)).await;
            asked.map_err(|error| Outcome::NoGreeting(GreetingFailure::Lost(error.to_string())))?;
            Ok((stream, name, trust))
        }
    }
}

fn trust(target: &Target) -> Result<Trust, Outcome> {
    if target.ssl_mode < SslMode::VerifyCa {
        return Ok(Trust::Anybody);
    }
    crate::tls::roots(target.ssl_ca.as_deref()).map(Trust::Roots).map_err(Outcome::BadCa)
}

async fn shake(target: &Target, stream: TcpStream, name: ServerName<'static>, trust: Trust) -> Outcome {
    let handshake::Outcome { session, leaf } =
        handshake::shake(stream, name, trust, target.connect_timeout).await;
    let certificate = leaf.as_deref().and_then(Certificate::read).map(Box::new);
    match (session, leaf) {
        (Ok(session), Some(der)) => {
            let certificate = certificate.unwrap_or_default();
            let identity = certificate.identity(&der, &target.region_id, target.server_name());
            Outcome::Session { session, certificate, identity, named: covers(&der, target.server_name()) }
        }
        (Ok(_), None) => Outcome::NoSession(Refusal::Broken("no certificate was shown".into()), None),
        (Err(refusal), _) => Outcome::NoSession(refusal, certificate),
    }
}

fn judged(facts: Facts) -> (Status, Verdict) {
    let Facts { mode, server_name, own_ca, address, limit_ms: after_ms, outcome } = facts;
    match outcome {
        Outcome::Session { session, certificate, identity, named } => {
            let names = Names { expected: server_name, named, identity };
            judge_session(mode, names, session, *certificate)
        }
        Outcome::Refused(error) => (Status::Skip, Verdict::ServerError { error }),
        Outcome::NotOffered if mode == SslMode::Preferred => (Status::Warn, Verdict::FellBack { address }),
        Outcome::NotOffered => (Status::Fail, Verdict::NotOffered { address, mode }),
        Outcome::NoSession(refusal, certificate) => {
            (Status::Fail, no_session(refusal, *certificate.unwrap_or_default(), own_ca, after_ms))
        }
        Outcome::NoGreeting(failure) => (Status::Fail, no_greeting(failure, address)),
        Outcome::Silent => (Status::Fail, Verdict::Silent { address, after_ms }),
        Outcome::NotConnected(reason) => (Status::Fail, Verdict::NotConnected { address, reason }),
        Outcome::BadCa(text) => (Status::Fail, Verdict::BadCa { text: super::capped(&text) }),
        Outcome::BadServerName => (Status::Fail, Verdict::BadServerName { name: server_name }),
    }
}

/// The name the server is known by, whether the certificate proves it, and what it proves best.
struct Names {
    expected: String,
    named: bool,
    identity: Option<String>,
}

fn judge_session(
    mode: SslMode,
    names: Names,
    session: Session,
    certificate: Certificate,
) -> (Status, Verdict) {
    let Names { expected, named, identity } = names;
    match (mode, identity) {
        (SslMode::Disabled | SslMode::Preferred | SslMode::Required, _) => {
            (Status::Warn, Verdict::IdentityNotProven { mode, session, certificate })
        }
        (SslMode::VerifyIdentity, _) if named => {
            (Status::Pass, Verdict::IdentityVerified { identity: expected, session, certificate })
        }
        (SslMode::VerifyIdentity, identity) if !certificate.names.is_empty() => {
            (Status::Fail, Verdict::NameMismatch { expected, identity, certificate })
        }
        (SslMode::VerifyCa, Some(identity)) => {
            (Status::Pass, Verdict::ChainVerified { identity, session, certificate })
        }
        (SslMode::VerifyCa | SslMode::VerifyIdentity, _) => (Status::Fail, Verdict::NoNames { certificate }),
    }
}

fn no_session(refusal: Refusal, certificate: Certificate, own_ca: bool, after_ms: u64) -> Verdict {
    match refusal {
        // Refused by the library before anything else is looked at, with words only its authors understand.
        Refusal::Certificate(_) if certificate.version_one => Verdict::VersionOne { certificate },
        Refusal::Certificate(problem) => certificate_problem(&problem, certificate, own_ca),
        Refusal::Broken(text) => Verdict::HandshakeFailed { text },
        Refusal::TimedOut => Verdict::HandshakeTimedOut { after_ms },
    }
}

fn certificate_problem(problem: &CertificateError, certificate: Certificate, own_ca: bool) -> Verdict {
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            Verdict::Expired { certificate }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Verdict::NotYetValid { certificate }
        }
        // The same name on another authority's key: the signature does not fit instead.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            Verdict::UnknownIssuer { own_ca, certificate }
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Verdict::WrongPurpose { certificate }
        }
        other => Verdict::BadCertificate { text: super::capped(&other.to_string()), certificate },
    }
}

fn no_greeting(failure: GreetingFailure, address: IpAddr) -> Verdict {
    match failure {
        GreetingFailure::Closed => Verdict::ClosedWithoutGreeting { address },
        GreetingFailure::Lost(text) => Verdict::GreetingLost { address, text },
        GreetingFailure::NotMySql(sample) => Verdict::NotMySql { address, sample },
        GreetingFailure::Malformed => Verdict::GreetingMalformed { address },
    }
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Tls, status, verdict: super::Verdict::Tls(verdict) }
}
