//! One request's signature: the key and the clock it was made with.

use std::sync::Arc;

use super::clock::Stamp;
use super::credentials::Credentials;
use super::operation::Operation;
use super::sign::{Params, signature, string_to_sign};

/// What a request was signed with.
pub(super) struct Signer {
    /// Nobody, or the key as it was then.
    pub(super) credentials: Option<Arc<Credentials>>,
    pub(super) timestamp: String,
    pub(super) stamp: Stamp,
}

impl Signer {
    /// Adds the public parameters, with a nonce of their own, and the signature; also the string it is of.
    pub(super) fn sign(&self, operation: Operation, params: &Params) -> (Params, String) {
        let mut signed = params.clone();
        let mut put = |name: &str, value: &str| signed.insert(name.to_owned(), value.to_owned());
        put("Action", operation.action);
        put("Version", operation.product.version());
        put("Format", "JSON");
        put("SignatureNonce", &uuid::Uuid::new_v4().to_string());
        put("Timestamp", &self.timestamp);
        let Some(credentials) = &self.credentials else { return (signed, String::new()) };
        put("AccessKeyId", &credentials.access_key_id);
        put("SignatureMethod", "HMAC-SHA1");
        put("SignatureVersion", "1.0");
        if let Some(token) = &credentials.security_token {
            put("SecurityToken", token.expose());
        }
        let string = string_to_sign("POST", &signed);
        signed.insert("Signature".to_owned(), signature(&credentials.access_key_secret, &string));
        (signed, string)
    }
}

/// A request for a log. What proves or opens anything is masked, and so is the text of policies: it is long.
pub(super) fn masked(params: &Params) -> String {
    const SECRET: [&str; 4] = ["Signature", "SecurityToken", "OIDCToken", "ExternalId"];
    const DULL: [&str; 6] =
        ["Action", "Version", "Format", "SignatureMethod", "SignatureVersion", "SignatureNonce"];
    let shown = params.iter().filter(|(name, _)| !DULL.contains(&name.as_str()));
    let pairs: Vec<String> = shown
        .map(|(name, value)| {
            let value = if SECRET.contains(&name.as_str()) { "***" } else { value.as_str() };
            format!("{name}={value}")
        })
        .collect();
    pairs.join(" ")
}
