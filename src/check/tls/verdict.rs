//! Everything the *tls* layer can find, as data.

use std::net::IpAddr;

use serde::Serialize;

use crate::check::certificate::Certificate;
use crate::check::greeting::ServerError;
use crate::check::handshake::Session;
use crate::connection::SslMode;
use crate::net::ConnectFailure;

/// What became of greeting, handshake and certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// `verify-ca`: the chain is proven; this is whose certificate it is.
    ChainVerified {
        /// A name the certificate proves.
        identity: String,
        /// The session.
        #[serde(flatten)]
        session: Session,
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// `verify-identity`: the chain is proven and the name is the right one.
    IdentityVerified {
        /// The name.
        identity: String,
        /// The session.
        #[serde(flatten)]
        session: Session,
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// `required` or `preferred`: encrypted, with nobody knows whom.
    IdentityNotProven {
        /// The mode that asked for no proof.
        mode: SslMode,
        /// The session.
        #[serde(flatten)]
        session: Session,
        /// The certificate, unverified.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// `preferred`, and the server offers no TLS: it goes on in plain.
    FellBack {
        /// The address that was asked.
        address: IpAddr,
    },
    /// `disabled`: nothing was tried.
    Disabled,
    /// The server refused before it greeted; the *login* layer reports it.
    ServerError {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// The server offers no TLS, and the mode needs it.
    NotOffered {
        /// The address that was asked.
        address: IpAddr,
        /// The mode.
        mode: SslMode,
    },
    /// The chain is proven; the name is another.
    NameMismatch {
        /// The name the server is known by.
        expected: String,
        /// The best name the certificate proves, a concrete one under a wildcard.
        identity: Option<String>,
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// The chain is proven, and there is no name in the certificate to check.
    NoNames {
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// An X.509 certificate of version 1, which can carry no names and is not accepted.
    VersionOne {
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// Past its last day.
    Expired {
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// Before its first day: more often a wrong clock.
    NotYetValid {
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// Signed by nobody we trust.
    UnknownIssuer {
        /// Whether the user named the authorities to trust.
        own_ca: bool,
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// Not made for a server.
    WrongPurpose {
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// Not acceptable for another reason.
    BadCertificate {
        /// The library's words.
        text: String,
        /// The certificate.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// The handshake broke.
    HandshakeFailed {
        /// Why, in the library's words.
        text: String,
    },
    /// The handshake was not finished in time.
    HandshakeTimedOut {
        /// How long it had.
        after_ms: u64,
    },
    /// The connection opened and nothing was said.
    Silent {
        /// The address that was asked.
        address: IpAddr,
        /// How long it had.
        after_ms: u64,
    },
    /// The connection opened and was closed without a word.
    ClosedWithoutGreeting {
        /// The address that was asked.
        address: IpAddr,
    },
    /// The connection broke in the middle of the greeting.
    GreetingLost {
        /// The address that was asked.
        address: IpAddr,
        /// Why.
        text: String,
    },
    /// Something else than MySQL speaks here.
    #[serde(rename = "not-mysql")]
    NotMySql {
        /// The address that was asked.
        address: IpAddr,
        /// Its first bytes, as text.
        sample: String,
    },
    /// The greeting makes no sense.
    GreetingMalformed {
        /// The address that was asked.
        address: IpAddr,
    },
    /// The connection for this layer did not open, though one before did.
    NotConnected {
        /// The address that was asked.
        address: IpAddr,
        /// Why.
        reason: ConnectFailure,
    },
    /// The file of `--ssl-ca` cannot be used.
    BadCa {
        /// Why.
        text: String,
    },
    /// The name to verify is no valid server name.
    BadServerName {
        /// The name.
        name: String,
    },
}
