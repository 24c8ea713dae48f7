//! A TLS handshake that proves the chain, records the certificate, and leaves the name to the caller.
//!
//! Chain, expiry and key usage are verified as ever. Only the name is not compared here: the endpoint domain
//! is Alibaba Cloud's, the certificate TiDB's, so which name counts is the judge's business.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Whom a handshake believes.
#[derive(Debug)]
pub enum Trust {
    /// These roots.
    Roots(RootCertStore),
    /// Anybody: the user asked for encryption without proof.
    Anybody,
}

/// What was agreed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The version, such as `TLSv1.3`.
    pub protocol: String,
    /// The cipher suite.
    pub cipher: String,
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The certificate was not accepted.
    Certificate(CertificateError),
    /// The handshake broke, in words.
    Broken(String),
    /// Not finished in time.
    TimedOut,
}

/// How a handshake ended, and the certificate the server showed.
#[derive(Debug)]
pub struct Outcome {
    /// What was agreed on, or why nothing.
    pub session: Result<Session, Refusal>,
    /// The server's own certificate, also where it was not accepted.
    pub leaf: Option<Vec<u8>>,
}

/// Shakes hands, and closes.
pub async fn shake(stream: TcpStream, name: ServerName<'static>, trust: Trust, limit: Duration) -> Outcome {
    let verifier = Arc::new(Recorder { trust, provider: crate::tls::provider(), leaf: Mutex::default() });
    let session = match config(&verifier) {
        Ok(config) => connect(stream, name, config, limit).await,
        Err(error) => Err(Refusal::Broken(error.to_string())),
    };
    let leaf = verifier.leaf.lock().unwrap_or_else(PoisonError::into_inner).take();
    Outcome { session, leaf }
}

async fn connect(
    stream: TcpStream,
    name: ServerName<'static>,
    config: ClientConfig,
    limit: Duration,
) -> Result<Session, Refusal> {
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let mut stream =
        timeout(limit, connecting).await.map_err(|_| Refusal::TimedOut)?.map_err(|error| refusal(&error))?;
    let session = agreed(&stream);
    let _ = timeout(limit, stream.shutdown()).await;
    Ok(session)
}

fn config(verifier: &Arc<Recorder>) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&verifier.provider));
    let builder = builder.with_safe_default_protocol_versions()?.dangerous();
    let builder = builder.with_custom_certificate_verifier(Arc::clone(verifier) as _);
    let mut config = builder.with_no_client_auth();
    // One handshake; what would be kept for a next one takes memory for nothing.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn agreed(stream: &TlsStream<TcpStream>) -> Session {
    let (_, connection) = stream.get_ref();
    let protocol = connection.protocol_version().and_then(|version| version.as_str()).unwrap_or("TLS");
    let suite = connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or("");
    Session {
        protocol: protocol.replace("TLSv1_", "TLSv1."),
        // The name as registered and as every other tool shows it.
        cipher: suite.replace("TLS13_", "TLS_"),
    }
}

fn refusal(error: &io::Error) -> Refusal {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(problem)) => Refusal::Certificate(problem.clone()),
        Some(other) => Refusal::Broken(super::capped(&other.to_string())),
        None => Refusal::Broken(super::capped(&error.to_string())),
    }
}

/// Verifies all but the name, and keeps the certificate.
#[derive(Debug)]
struct Recorder {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    leaf: Mutex<Option<Vec<u8>>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.leaf.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.to_vec());
        if let Trust::Roots(roots) = &self.trust {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
