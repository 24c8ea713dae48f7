//! What a server's certificate says about itself, and which name it proves.

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use serde::Serialize;

use super::der;

/// More names than this are not kept.
const MOST_NAMES: usize = 20;
const TIDB_CLOUD: &str = ".tidbcloud.com";

/// The readable part of a certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// DNS names and addresses it is made for.
    pub names: Vec<String>,
    /// Who signed it.
    pub issuer: String,
    /// From when it is valid.
    pub not_before: String,
    /// Until when it is valid.
    pub not_after: String,
    /// Whether it is of X.509 version 1, which has no names at all.
    #[serde(skip)]
    pub version_one: bool,
}

impl Certificate {
    /// Reads a certificate; `None` where it is none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let fields = der::fields(der)?;
        Some(Self {
            names: fields.names.iter().take(MOST_NAMES).map(|name| super::capped(name)).collect(),
            issuer: super::capped(&fields.issuer),
            not_before: fields.not_before.to_string(),
            not_after: fields.not_after.to_string(),
            version_one: fields.version_one,
        })
    }

    /// The best name the certificate `der` proves: TiDB Cloud's gateway of the region, else another name of
    /// TiDB Cloud, else the one asked for, else any.
    ///
    /// A wildcard is no name to ask a server for, so a concrete name under it stands in its place.
    pub fn identity(&self, der: &[u8], region_id: &str, asked: &str) -> Option<String> {
        let concrete: Vec<String> = self.names.iter().map(|name| under(name)).collect();
        let (tidb, other): (Vec<_>, Vec<_>) =
            concrete.into_iter().partition(|name| name.ends_with(TIDB_CLOUD));
        let gateways = ["gateway01", "gateway01-privatelink"]
            .map(|gateway| format!("{gateway}.{region_id}.prod.alicloud{TIDB_CLOUD}"));
        let known = if region_id.is_empty() { Vec::new() } else { gateways.to_vec() };
        let candidates = known.into_iter().chain(tidb).chain([asked.to_owned()]).chain(other);
        candidates.into_iter().find(|name| covers(der, name))
    }
}

/// Whether the certificate `der` is made for `name`.
pub fn covers(der: &[u8], name: &str) -> bool {
    let der = CertificateDer::from(der);
    let (Ok(parsed), Ok(name)) = (ParsedCertificate::try_from(&der), ServerName::try_from(name)) else {
        return false;
    };
    verify_server_name(&parsed, &name).is_ok()
}

fn under(name: &str) -> String {
    match name.strip_prefix("*.") {
        Some(rest) => format!("gateway01.{}", rest.to_ascii_lowercase()),
        None => name.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(names: &[&str]) -> Vec<u8> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap().der().to_vec()
    }

    fn identity(names: &[&str], region_id: &str) -> Option<String> {
        let der = der(names);
        Certificate::read(&der).unwrap().identity(&der, region_id, "ep.example")
    }

    #[test]
    fn the_regions_gateway_takes_the_wildcards_place() {
        let wildcard = "*.ap-southeast-1.prod.alicloud.tidbcloud.com";
        let gateway = "gateway01.ap-southeast-1.prod.alicloud.tidbcloud.com";
        assert_eq!(identity(&[wildcard], "ap-southeast-1").as_deref(), Some(gateway));
        assert_eq!(identity(&[wildcard], "").as_deref(), Some(gateway));
        assert_eq!(identity(&["ep.example", wildcard], "eu-central-1").as_deref(), Some(gateway));
        let private = "gateway01-privatelink.ap-southeast-1.prod.alicloud.tidbcloud.com";
        assert_eq!(identity(&[private], "ap-southeast-1").as_deref(), Some(private));
    }

    #[test]
    fn without_a_tidb_name_the_one_asked_for_then_any() {
        assert_eq!(identity(&["a.example", "ep.example"], "r").as_deref(), Some("ep.example"));
        assert_eq!(identity(&["a.example"], "r").as_deref(), Some("a.example"));
        assert_eq!(identity(&["*.a.example"], "r").as_deref(), Some("gateway01.a.example"));
        assert_eq!(identity(&["127.0.0.1"], "r").as_deref(), Some("127.0.0.1"));
        assert_eq!(identity(&[], "r"), None);
    }

    #[test]
    fn a_name_that_only_ends_like_tidb_cloud_is_not_preferred() {
        assert_eq!(identity(&["eviltidbcloud.com", "ep.example"], "r").as_deref(), Some("ep.example"));
    }

    #[test]
    fn names_dates_and_issuer_are_read() {
        let certificate = Certificate::read(&der(&["a.example", "127.0.0.1", "::1"])).unwrap();
        assert_eq!(certificate.names, ["a.example", "127.0.0.1", "::1"]);
        assert_eq!(certificate.not_before, "1975-01-01T00:00:00Z");
        assert!(certificate.issuer.contains("rcgen"), "{}", certificate.issuer);
        assert!(!certificate.version_one);
        assert_eq!(Certificate::read(b"nothing"), None);
    }
}
