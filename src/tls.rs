//! The one crypto provider, ring, and whom we trust.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Makes ring the provider of the whole process. May be called often; the first call counts.
///
/// Libraries that build their own TLS settings, such as the database driver, take the process's provider, and
/// panic where there is none.
pub fn install_crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Ring, for settings built here.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Mozilla's roots, or only those of `ca` (PEM) where one is given. The error says why `ca` cannot be used.
pub fn roots(ca: Option<&[u8]>) -> Result<RootCertStore, String> {
    let Some(pem) = ca else {
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        store.add(certificate).map_err(|error| error.to_string())?;
    }
    if store.is_empty() { Err("it holds no PEM certificate".to_owned()) } else { Ok(store) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert_eq!(roots(Some(b"")).unwrap_err(), "it holds no PEM certificate");
        assert!(roots(Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).is_err());
    }

    #[test]
    fn mozilla_is_the_default() {
        assert!(roots(None).unwrap().len() > 50);
    }
}
