//! Sentences of the *tls* layer.

use super::{Words, alone, names, server, time, with};
use crate::check::certificate::Certificate;
use crate::check::handshake::Session;
use crate::check::tls::Verdict as V;
use crate::connection::SslMode;
use crate::ui::words::pieces::day;

pub(super) fn words(verdict: &V) -> Words {
    match verdict {
        V::ChainVerified { identity, session, certificate } => {
            alone(proven(session, &format!("proves {identity}"), certificate))
        }
        V::IdentityVerified { identity, session, certificate } => {
            alone(proven(session, &format!("is made for {identity}"), certificate))
        }
        V::IdentityNotProven { mode, session, certificate } => not_proven(*mode, session, certificate),
        V::FellBack { address } => {
            with(format!("The server at {address} offers no TLS; going on without."), PREFERRED)
        }
        V::Disabled => alone("Not used: --ssl-mode disabled.".to_owned()),
        V::ServerError { error } => {
            alone(format!("Not looked at: the server refused before it greeted: {}.", server(error)))
        }
        V::NotOffered { address, mode } => {
            with(format!("The server at {address} offers no TLS, which --ssl-mode {mode} needs."), NO_TLS)
        }
        V::NameMismatch { expected, identity, certificate } => {
            mismatch(expected, identity.as_deref(), certificate)
        }
        V::NoNames { certificate } => {
            with(by(certificate, "carries no name that could be checked"), NO_NAMES)
        }
        V::VersionOne { certificate } => {
            with(by(certificate, "is of X.509 version 1: too old to carry names"), VERSION_ONE)
        }
        V::Expired { certificate } => {
            with(made_for(certificate, &format!("expired on {}", day(&certificate.not_after))), EXPIRED)
        }
        V::NotYetValid { certificate } => {
            let from = format!("is valid only from {}", certificate.not_before);
            with(made_for(certificate, &from), "Check this machine's clock.")
        }
        V::UnknownIssuer { own_ca, certificate } => {
            let issued = format!("was issued by {}, which is not trusted", certificate.issuer);
            with(made_for(certificate, &issued), if *own_ca { WRONG_CA } else { UNKNOWN_ISSUER })
        }
        V::WrongPurpose { certificate } => with(made_for(certificate, "is not made for servers"), CHECK_HOST),
        V::BadCertificate { text, certificate } => {
            with(made_for(certificate, &format!("is not acceptable: {text}")), CHECK_HOST)
        }
        V::HandshakeFailed { text } => with(format!("The TLS handshake failed: {text}."), HANDSHAKE),
        V::HandshakeTimedOut { after_ms } => {
            with(format!("The TLS handshake was not finished within {}.", time(*after_ms)), SLOW_HANDSHAKE)
        }
        V::Silent { address, after_ms } => with(
            format!("{address} accepts connections but said nothing within {}.", time(*after_ms)),
            SILENT,
        ),
        V::ClosedWithoutGreeting { address } => {
            with(format!("{address} closed the connection without a word."), ALLOWLIST)
        }
        V::GreetingLost { address, text } => {
            with(format!("The connection to {address} broke during the greeting: {text}."), "Try again.")
        }
        V::NotMySql { address, sample } => {
            with(format!("{address} does not speak MySQL: it says \"{sample}\"."), ANOTHER_SERVICE)
        }
        V::GreetingMalformed { address } => {
            with(format!("{address} greets almost like MySQL, but it makes no sense."), ANOTHER_SERVICE)
        }
        V::NotConnected { address, reason } => with(
            format!("{address} answered a moment ago and does not now: {reason}."),
            "Try again: the network or the endpoint is changing.",
        ),
        V::BadCa { text } => with(format!("The file given with --ssl-ca cannot be used: {text}."), BAD_CA),
        V::BadServerName { name } => {
            with(format!("\"{name}\" is no name a certificate can prove."), SERVER_NAME)
        }
    }
}

const PREFERRED: &str =
    "--ssl-mode required refuses to go on like this; --ssl-mode disabled says that it is meant.";
const NO_TLS: &str = "TiDB Cloud's gateway does offer TLS: check that this is the right host. Inside the VPC a \
    private endpoint also works with --ssl-mode disabled.";
const NO_NAMES: &str = "MySQL and MariaDB make such certificates for themselves; TiDB Cloud's has names: check \
    the host. --ssl-mode required encrypts without proof.";
const VERSION_ONE: &str = "TiDB Cloud's is not like that: check the host. A server of your own needs a certificate \
    of version 3; as it is, only --ssl-mode disabled can be tested.";
const EXPIRED: &str =
    "If this machine's clock is right, the server has to renew it: tell TiDB Cloud's support.";
const WRONG_CA: &str = "The authorities given with --ssl-ca did not sign it. TiDB Cloud's certificate needs no \
    --ssl-ca; for another server give its own authority.";
const UNKNOWN_ISSUER: &str = "TiDB Cloud's authority is built in, so this is another server, or a proxy that opens \
    TLS. If you trust it, give its authority with --ssl-ca.";
const CHECK_HOST: &str = "Every common client accepts TiDB Cloud's certificate: check the host.";
const HANDSHAKE: &str = "A proxy or firewall on the way may be interfering, or the server speaks neither TLS 1.2 \
    nor 1.3.";
const SLOW_HANDSHAKE: &str = "Try again with a longer --connect-timeout. If it stays so, look at the MTU of the \
    VPN or tunnel: small packets pass, large ones do not.";
const SILENT: &str = "A MySQL server speaks first: check host and port. A load balancer with nothing behind it is \
    silent like this.";
const ALLOWLIST: &str = "If the instance's private endpoint has Authorized Networks, this endpoint's id must be \
    among them (TiDB Cloud console, Settings > Networking). Otherwise check that the endpoint's connection is \
    Connected.";
const ANOTHER_SERVICE: &str = "Another service listens there: check host and port (TiDB Cloud's is 4000).";
const BAD_CA: &str = "Give the authorities' certificates in PEM form, or leave --ssl-ca out: TiDB Cloud's authority \
    is built in.";
const SERVER_NAME: &str = "Give --tls-server-name a host name without wildcard, such as the one in TiDB Cloud's public connection string.";

fn proven(session: &Session, what: &str, certificate: &Certificate) -> String {
    let (protocol, issuer, until) = (&session.protocol, &certificate.issuer, day(&certificate.not_after));
    format!("{protocol}; the certificate {what} (issued by {issuer}, until {until}).")
}

fn not_proven(mode: SslMode, session: &Session, certificate: &Certificate) -> Words {
    let (protocol, names) = (&session.protocol, names(certificate));
    with(
        format!("{protocol}: encrypted, identity not proven. The certificate claims {names}."),
        &format!("--ssl-mode {mode} accepts any certificate; --ssl-mode verify-ca asks for proof."),
    )
}

fn mismatch(expected: &str, identity: Option<&str>, certificate: &Certificate) -> Words {
    let summary = format!("The certificate is made for {}, not for {expected}.", names(certificate));
    let remedy = match identity {
        Some(name) if name.ends_with(".tidbcloud.com") => format!(
            "The endpoint domain is Alibaba Cloud's, the certificate TiDB Cloud's. Use --ssl-mode verify-ca, or \
             say whom you expect with --tls-server-name {name}."
        ),
        Some(name) => format!(
            "That is no name of TiDB Cloud: check the host. If it is the server you mean, use --tls-server-name \
             {name}, or --ssl-mode verify-ca."
        ),
        None => "Check the host, or use --ssl-mode verify-ca, or --tls-server-name NAME.".to_owned(),
    };
    (summary, Some(remedy))
}

fn by(certificate: &Certificate, what: &str) -> String {
    format!("The certificate, issued by {}, {what}.", certificate.issuer)
}

fn made_for(certificate: &Certificate, what: &str) -> String {
    format!("The certificate for {} {what}.", names(certificate))
}
