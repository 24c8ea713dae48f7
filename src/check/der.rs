//! The few fields of an X.509 certificate that are shown (RFC 5280, sections 4.1 and 4.2.1.6). What a certificate proves is
//! rustls's to say; nothing here is trusted.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;
/// `subjectAltName`, 2.5.29.17.
const SUBJECT_ALT_NAME: [u8; 3] = [0x55, 0x1d, 0x11];
/// How the parts of a name are called where people read them.
const SHORT: [(&str, &str); 11] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.17", "postalCode"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "Email"),
];

/// What is read of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    /// Whether it is of X.509 version 1.
    pub(super) version_one: bool,
    /// Who signed it.
    pub(super) issuer: String,
    /// From when it is valid.
    pub(super) not_before: Timestamp,
    /// Until when it is valid.
    pub(super) not_after: Timestamp,
    /// DNS names and addresses it is made for.
    pub(super) names: Vec<String>,
}

/// Reads a certificate; `None` where it is none.
pub(super) fn fields(certificate: &[u8]) -> Option<Fields> {
    let mut body = Der(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    let version = body.given(VERSION).and_then(|mut version| version.take(INTEGER));
    body.take(INTEGER)?;
    body.take(SEQUENCE)?;
    let issuer = name(body.inside(SEQUENCE)?)?;
    let mut validity = body.inside(SEQUENCE)?;
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    body.take(SEQUENCE)?;
    body.take(SEQUENCE)?;
    let version_one = version.is_none_or(|version| version == [0]);
    Some(Fields { version_one, issuer, not_before, not_after, names: names(body).unwrap_or_default() })
}

/// Elements one after the other.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element's tag and content.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, first], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match usize::from(first) {
            short @ ..=0x7f => (short, rest),
            long @ 0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(long - 0x80)?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which has to have this tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// The elements inside the next one.
    fn inside(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Self)
    }

    /// The same, where the next one has this tag.
    fn given(&mut self, tag: u8) -> Option<Self> {
        if self.0.first() == Some(&tag) { self.inside(tag) } else { None }
    }

    fn all(mut self) -> impl Iterator<Item = (u8, &'a [u8])> {
        std::iter::from_fn(move || self.next())
    }
}

/// `O=…, CN=…`, in the order of the certificate.
fn name(sequence: Der<'_>) -> Option<String> {
    let part = |(tag, content)| {
        let set = (tag == SET).then_some(Der(content))?;
        let pairs = set.all().map(|(tag, pair)| attribute((tag == SEQUENCE).then_some(Der(pair))?));
        pairs.collect::<Option<Vec<_>>>().map(|pairs| pairs.join(" + "))
    };
    sequence.all().map(part).collect::<Option<Vec<_>>>().map(|parts| parts.join(", "))
}

fn attribute(mut pair: Der<'_>) -> Option<String> {
    let oid = dotted(pair.take(OBJECT_IDENTIFIER)?);
    let kind = SHORT.iter().find(|(known, _)| *known == oid).map_or(oid.as_str(), |(_, short)| short);
    let (tag, value) = pair.next()?;
    Some(format!("{kind}={}", text(tag, value)))
}

/// A string of any kind; what is none is shown as its bytes.
fn text(tag: u8, value: &[u8]) -> Cow<'_, str> {
    match tag {
        BMP_STRING => {
            let units = value.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        0x07 | 0x0c | 0x12..=0x16 | 0x19..=0x1b => String::from_utf8_lossy(value),
        _ => value.iter().map(|byte| format!("{byte:02X}")).collect(),
    }
}

fn dotted(oid: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: u64 = 0;
    for byte in oid {
        number = number.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first);
                number -= first * 40;
            }
            numbers.push(std::mem::take(&mut number));
        }
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// RFC 5280, section 4.1.2.5; the seconds, which it demands, may be missing.
fn time(validity: &mut Der<'_>) -> Option<Timestamp> {
    let (tag, content) = validity.next()?;
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match tag {
        GENERALIZED_TIME => text.split_at_checked(4).map(|(year, rest)| (year.to_owned(), rest))?,
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            (format!("{}{year}", if year < "50" { "20" } else { "19" }), rest)
        }
        _ => return None,
    };
    let at = |place: usize| rest.get(place..place + 2);
    let (month, day, hour, minute) = (at(0)?, at(2)?, at(4)?, at(6)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{}Z", at(8).unwrap_or("00")).parse().ok()
}

/// The names among what is left of the body.
fn names(body: Der<'_>) -> Option<Vec<String>> {
    let (_, extensions) = body.all().find(|(tag, _)| *tag == EXTENSIONS)?;
    let extensions = Der(extensions).inside(SEQUENCE)?;
    let alternative = |(_, extension)| {
        let mut extension = Der(extension);
        let is_it = extension.take(OBJECT_IDENTIFIER)? == SUBJECT_ALT_NAME;
        extension.given(BOOLEAN);
        extension.take(OCTET_STRING).filter(|_| is_it)
    };
    let names = Der(extensions.all().find_map(alternative)?).inside(SEQUENCE)?;
    Some(names.all().filter_map(|(tag, name)| readable(tag, name)).collect())
}

fn readable(tag: u8, name: &[u8]) -> Option<String> {
    match tag {
        DNS_NAME => std::str::from_utf8(name).ok().filter(|name| name.is_ascii()).map(ToOwned::to_owned),
        IP_ADDRESS => {
            let v4 = <[u8; 4]>::try_from(name).map(IpAddr::from);
            v4.or_else(|_| <[u8; 16]>::try_from(name).map(IpAddr::from)).ok().map(|ip| ip.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
