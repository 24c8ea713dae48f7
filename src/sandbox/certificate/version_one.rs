//! A certificate of X.509 version 1, made from one of version 3: no tool of today makes them any more, and
//! servers that made their own years ago still show them.

use anyhow::{Context, Result};
use rcgen::SigningKey;

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
/// The version and the extensions: what version 1 does not have.
const NEWER: [u8; 2] = [0xa0, 0xa3];

/// `certificate` without version and extensions, signed again by `signer`.
pub(super) fn from_version_three(certificate: &[u8], signer: &impl SigningKey) -> Result<Vec<u8>> {
    let mut whole = parts(parts(certificate)?.first().context("no certificate")?.1)?.into_iter();
    let (_, body, _) = whole.next().context("no body")?;
    let (_, _, algorithm) = whole.next().context("no algorithm")?;
    let kept = parts(body)?.into_iter().filter(|(tag, ..)| !NEWER.contains(tag));
    let body = wrap(SEQUENCE, &kept.map(|(.., raw)| raw).collect::<Vec<_>>().concat());
    let signature = [&[0], signer.sign(&body)?.as_slice()].concat();
    Ok(wrap(SEQUENCE, &[body.as_slice(), algorithm, &wrap(BIT_STRING, &signature)].concat()))
}

/// Tag, content and the whole of each element of a DER text.
type Part<'a> = (u8, &'a [u8], &'a [u8]);

fn parts(mut der: &[u8]) -> Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    while let [tag, length, ..] = *der {
        let wide = usize::from(length).checked_sub(0x80);
        let digits = der.get(2..2 + wide.unwrap_or(0)).context("cut short")?;
        let size = digits.iter().fold(0, |size, &byte| size << 8 | usize::from(byte));
        let (begin, size) = (2 + digits.len(), if wide.is_some() { size } else { usize::from(length) });
        let content = der.get(begin..begin + size).context("cut short")?;
        parts.push((tag, content, &der[..begin + size]));
        der = &der[begin + size..];
    }
    Ok(parts)
}

fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let length = match (high, low) {
        (0, 0..0x80) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag], length.as_slice(), content].concat()
}
