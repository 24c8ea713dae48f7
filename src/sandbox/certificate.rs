//! Throw-away authorities and certificates for rehearsals: good ones, and each kind of bad one.

mod version_one;

use std::sync::Arc;

use anyhow::Result;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// What is right or wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CertificateKind {
    /// Nothing is wrong.
    #[default]
    Valid,
    /// Its last day is long past.
    Expired,
    /// It carries no names.
    NoNames,
    /// Another authority signed it than the one shown as trusted.
    Stranger,
    /// It is made for a client.
    ClientOnly,
    /// It is of X.509 version 1.
    VersionOne,
}

/// A certificate with its key, and the authority a client is told to trust.
#[derive(Debug)]
pub struct Issued {
    /// The authority, PEM.
    pub ca_pem: String,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// Its key, PEM.
    pub key_pem: String,
}

/// The names a gateway's certificate in `region_id` carries: a wildcard and the public gateway.
pub fn gateway_names(region_id: &str) -> Vec<String> {
    let domain = format!("{region_id}.prod.alicloud.tidbcloud.com");
    vec![format!("*.{domain}"), format!("gateway01.{domain}")]
}

impl Issued {
    /// Makes an authority, and with it a certificate of `kind` for `names`.
    pub fn new(kind: CertificateKind, names: &[String]) -> Result<Self> {
        let (ca_pem, issuer) = authority("Sandbox CA")?;
        let (_, stranger) = authority("Another CA")?;
        let issuer = if kind == CertificateKind::Stranger { stranger } else { issuer };
        let key = KeyPair::generate()?;
        let mut certificate = leaf(kind, names)?.signed_by(&key, &issuer)?.der().to_vec();
        if kind == CertificateKind::VersionOne {
            certificate = version_one::from_version_three(&certificate, issuer.key())?;
        }
        Ok(Self { ca_pem, certificate_pem: pem(&certificate), key_pem: key.serialize_pem() })
    }

    /// The settings of a TLS server that shows this certificate.
    pub fn server_config(&self) -> Result<rustls::ServerConfig> {
        let provider = crate::tls::provider();
        let chain = vec![CertificateDer::from_pem_slice(self.certificate_pem.as_bytes())?];
        let key = PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes())?;
        // Not `with_single_cert`: that looks at the certificate, and refuses version 1.
        let certified = CertifiedKey::new(chain, provider.key_provider.load_private_key(key)?);
        Ok(rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified))))
    }
}

fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn authority(name: &str) -> Result<(String, Issuer<'static, KeyPair>)> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    Ok((pem, Issuer::new(params, key)))
}

fn leaf(kind: CertificateKind, names: &[String]) -> Result<CertificateParams> {
    let names = if kind == CertificateKind::NoNames { Vec::new() } else { names.to_vec() };
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Sandbox gateway");
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![match kind {
        CertificateKind::ClientOnly => ExtendedKeyUsagePurpose::ClientAuth,
        _ => ExtendedKeyUsagePurpose::ServerAuth,
    }];
    if kind == CertificateKind::Expired {
        params.not_after = rcgen::date_time_ymd(2020, 2, 2);
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_makes_a_server() {
        use CertificateKind as Kind;
        let bad = [Kind::Expired, Kind::NoNames, Kind::Stranger, Kind::ClientOnly, Kind::VersionOne];
        for kind in [Kind::Valid].into_iter().chain(bad) {
            let issued = Issued::new(kind, &gateway_names("ap-southeast-1")).unwrap();
            issued.server_config().unwrap();
            assert!(issued.ca_pem.contains("BEGIN CERTIFICATE"));
        }
    }
}
