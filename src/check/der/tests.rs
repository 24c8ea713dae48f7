use proptest::prelude::*;
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair, SanType};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509Version};

use super::*;

/// What the reference implementation reads.
fn reference(der: &[u8]) -> Fields {
    let (_, x509) = X509Certificate::from_der(der).unwrap();
    let stamp = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).unwrap();
    let extension = x509.subject_alternative_name().unwrap();
    let names = extension.iter().flat_map(|extension| &extension.value.general_names);
    Fields {
        version_one: x509.version() == X509Version::V1,
        issuer: x509.issuer().to_string(),
        not_before: stamp(x509.validity().not_before),
        not_after: stamp(x509.validity().not_after),
        names: names
            .filter_map(|name| match name {
                GeneralName::DNSName(dns) => Some((*dns).to_owned()),
                GeneralName::IPAddress(bytes) => readable(IP_ADDRESS, bytes),
                _ => None,
            })
            .collect(),
    }
}

fn signed(params: &CertificateParams) -> Vec<u8> {
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

fn value() -> impl Strategy<Value = DnValue> {
    let text = || "[a-zA-Z0-9 .,=+-]{0,150}";
    prop_oneof![
        "\\PC{0,40}".prop_map(DnValue::Utf8String),
        text().prop_map(|text| DnValue::PrintableString(text.replace('=', "").try_into().unwrap())),
        text().prop_map(|text| DnValue::Ia5String(text.try_into().unwrap())),
        "[a-z终端é]{0,20}".prop_map(|text| DnValue::BmpString(text.try_into().unwrap())),
    ]
}

fn kind() -> impl Strategy<Value = DnType> {
    prop_oneof![
        Just(DnType::CountryName),
        Just(DnType::LocalityName),
        Just(DnType::StateOrProvinceName),
        Just(DnType::OrganizationName),
        Just(DnType::OrganizationalUnitName),
        Just(DnType::CommonName),
        Just(DnType::CustomDnType(vec![2, 5, 4, 5])),
        Just(DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 25])),
        Just(DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1])),
    ]
}

fn san() -> impl Strategy<Value = SanType> {
    prop_oneof![
        "[a-z*.-]{0,300}".prop_map(|name| SanType::DnsName(name.try_into().unwrap())),
        any::<IpAddr>().prop_map(SanType::IpAddress),
        "[a-z@.]{1,40}".prop_map(|name| SanType::Rfc822Name(name.try_into().unwrap())),
        "[a-z:/.]{1,40}".prop_map(|name| SanType::URI(name.try_into().unwrap())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_reads_what_the_reference_reads(
        issuer in prop::collection::vec((kind(), value()), 0..8),
        sans in prop::collection::vec(san(), 0..30),
        from in 0..2_500_000_000_i64,
        days in 0..30_000_i64,
    ) {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        for (kind, value) in issuer {
            params.distinguished_name.push(kind, value);
        }
        params.subject_alt_names = sans;
        params.not_before = rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(from.unsigned_abs());
        params.not_after = params.not_before + std::time::Duration::from_secs(86_400 * days.unsigned_abs());
        let der = signed(&params);
        prop_assert_eq!(fields(&der), Some(reference(&der)));
    }

    #[test]
    fn half_of_one_is_none_and_no_byte_matters_to_anything_else(cut: prop::sample::Index, byte: u8) {
        let mut der = signed(&CertificateParams::new(vec!["a.example".to_owned()]).unwrap());
        let place = cut.index(der.len());
        prop_assert_eq!(fields(&der[..place]), None);
        der[place] = byte;
        if let Some(read) = fields(&der) {
            prop_assert!(read.names.len() <= 10, "{:?}", read);
        }
    }
}

#[test]
fn unknown_parts_are_numbers_and_several_in_one_are_joined() {
    let pair = |oid: &[u8], tag: u8, text: &[u8]| {
        let value = [&[tag, u8::try_from(text.len()).unwrap()], text].concat();
        let oid = [&[OBJECT_IDENTIFIER, u8::try_from(oid.len()).unwrap()], oid].concat();
        let length = u8::try_from(oid.len() + value.len()).unwrap();
        [&[SEQUENCE, length][..], &oid, &value].concat()
    };
    let pairs =
        [pair(&[0x55, 4, 3], 0x0c, b"a"), pair(&[0x2a, 0x83, 0x45, 1], OCTET_STRING, b"\xab")].concat();
    let set = [&[SET, u8::try_from(pairs.len()).unwrap()][..], &pairs].concat();
    assert_eq!(name(Der(&set)).as_deref(), Some("CN=a + 1.2.453.1=AB"));
}

#[test]
fn times_are_read_in_both_forms() {
    let read = |tag: u8, text: &str| {
        let der = [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        time(&mut Der(&der)).map(|time| time.to_string())
    };
    assert_eq!(read(UTC_TIME, "491231235959Z").as_deref(), Some("2049-12-31T23:59:59Z"));
    assert_eq!(read(UTC_TIME, "500101000000Z").as_deref(), Some("1950-01-01T00:00:00Z"));
    assert_eq!(read(UTC_TIME, "2601020304Z").as_deref(), Some("2026-01-02T03:04:00Z"));
    assert_eq!(read(GENERALIZED_TIME, "20500101000000Z").as_deref(), Some("2050-01-01T00:00:00Z"));
    for wrong in ["", "Z", "260102Z", "261302030405Z", "26010203040é", "260102030405+0100"] {
        assert_eq!(read(UTC_TIME, wrong), None, "{wrong}");
    }
}
