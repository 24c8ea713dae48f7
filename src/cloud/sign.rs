//! Alibaba Cloud RPC signature, version 1.0 (HMAC-SHA1): facts section a1.
//!
//! Pure functions over strings. The order of parameters is the byte order of the raw keys, which is the
//! order of a `BTreeMap<String, String>`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

use crate::secret::Secret;

/// Request parameters by raw, unencoded name.
pub type Params = BTreeMap<String, String>;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encodes the UTF-8 bytes of `text`; only `A-Z a-z 0-9 - _ . ~` stay as they are.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// `key=value` pairs, both encoded, sorted by raw key, joined by `&`. An empty value stays as `key=`.
pub fn canonical_query(params: &Params) -> String {
    let pairs: Vec<String> = params
        .iter()
        .map(|(key, value)| format!("{}={}", percent_encode(key), percent_encode(value)))
        .collect();
    pairs.join("&")
}

/// What is signed: the HTTP method, the path `/` and the canonical query, encoded once more.
pub fn string_to_sign(method: &str, params: &Params) -> String {
    format!("{method}&%2F&{}", percent_encode(&canonical_query(params)))
}

/// Base64 of HMAC-SHA1 keyed with the secret followed by `&`.
pub fn signature(secret: &Secret, string_to_sign: &str) -> String {
    let key = zeroize::Zeroizing::new(format!("{}&", secret.expose()));
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(string_to_sign.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        method: String,
        params: Params,
        #[serde(default)]
        body_params: Params,
        secret: String,
        canonicalized_query_string: String,
        string_to_sign: String,
        signature: String,
    }

    #[test]
    fn agrees_with_every_official_vector() {
        let text = include_str!("../../tests/data/rpc-signature-vectors.json");
        let vectors: Vectors = serde_json::from_str(text).expect("the vectors are valid JSON");
        assert_eq!(vectors.vectors.len(), 12);
        for mut v in vectors.vectors {
            v.params.append(&mut v.body_params);
            assert_eq!(canonical_query(&v.params), v.canonicalized_query_string, "{}", v.name);
            assert_eq!(string_to_sign(&v.method, &v.params), v.string_to_sign, "{}", v.name);
            assert_eq!(signature(&Secret::new(v.secret), &v.string_to_sign), v.signature, "{}", v.name);
        }
    }

    proptest! {
        #[test]
        fn canonical_query_round_trips_any_unicode(
            params in proptest::collection::btree_map(any::<String>(), any::<String>(), 0..8)
        ) {
            let query = canonical_query(&params);
            prop_assert!(query.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%=&".contains(&b)));
            let decoded: Params = query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (key, value) = pair.split_once('=').expect("every pair has its sign");
                    let decode = |s| percent_encoding::percent_decode_str(s).decode_utf8().expect("UTF-8");
                    (decode(key).into_owned(), decode(value).into_owned())
                })
                .collect();
            prop_assert_eq!(decoded, params);
        }
    }
}
