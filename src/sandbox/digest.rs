//! HTTP digest as a server checks it: MD5, `qop=auth`, one count a use (RFC 7616, section 3.4).

use std::collections::HashMap;
use std::fmt::Write;

use md5::{Digest, Md5};

/// Hands out nonces and remembers how often each was used.
#[derive(Default)]
pub(super) struct Nonces {
    uses: HashMap<String, u32>,
}

/// What a caller presents is refused for this.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Nothing that can be checked, or the wrong secret.
    Unknown,
    /// The nonce has been used up: a new one is worth another try.
    Stale,
}

/// Who may come in.
pub(super) struct Door<'a> {
    pub(super) realm: &'a str,
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    /// How many requests a nonce is good for; 0: for ever.
    pub(super) uses: u32,
}

impl Nonces {
    /// A new nonce.
    pub(super) fn next(&mut self) -> String {
        let nonce = format!("sandboxnonce{:08}", self.uses.len() + 1);
        self.uses.insert(nonce.clone(), 0);
        nonce
    }

    /// Checks an `Authorization` header: the user, the nonce, a count that was not used, the response.
    pub(super) fn check(
        &mut self,
        door: &Door<'_>,
        header: &str,
        method: &str,
        target: &str,
    ) -> Result<(), Refused> {
        let fields = fields(header).ok_or(Refused::Unknown)?;
        let field = |name: &str| fields.get(name).map(String::as_str).ok_or(Refused::Unknown);
        let named = field("username")? == door.user && field("realm")? == door.realm;
        if !named || field("uri")? != target || field("qop")? != "auth" {
            return Err(Refused::Unknown);
        }
        let (nonce, nc, cnonce) = (field("nonce")?, field("nc")?, field("cnonce")?);
        let first = hash(&[door.user, door.realm, door.password]);
        let second = hash(&[method, target]);
        if field("response")? != hash(&[&first, nonce, nc, cnonce, "auth", &second]) {
            return Err(Refused::Unknown);
        }
        let count = u32::from_str_radix(nc, 16).map_err(|_| Refused::Unknown)?;
        let used = self.uses.get_mut(nonce).ok_or(Refused::Stale)?;
        if count <= *used || nc.len() != 8 {
            return Err(Refused::Unknown);
        }
        if door.uses > 0 && count > door.uses {
            return Err(Refused::Stale);
        }
        *used = count;
        Ok(())
    }
}

fn hash(parts: &[&str]) -> String {
    let mut text = String::new();
    for byte in Md5::digest(parts.join(":")) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `Digest name="value", name=value`; no value of these has a comma but the URI's, which is quoted.
fn fields(header: &str) -> Option<HashMap<String, String>> {
    let mut rest = header.strip_prefix("Digest ")?.trim();
    let mut fields = HashMap::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        fields.insert(name.trim().to_owned(), value.trim().to_owned());
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 2617, section 3.5.
    #[test]
    fn agrees_with_the_standards_own_example() {
        let door = Door { realm: "testrealm@host.com", user: "Mufasa", password: "Circle Of Life", uses: 0 };
        let header = r#"Digest username="Mufasa", realm="testrealm@host.com",
            nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001,
            cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc""#;
        let mut nonces = Nonces::default();
        nonces.uses.insert("dcd98b7102dd2f0e8b11d0f600bfb0c093".to_owned(), 0);
        let mut check = |header: &str| nonces.check(&door, header, "GET", "/dir/index.html");
        assert_eq!(check(header), Ok(()));
        assert_eq!(check(header), Err(Refused::Unknown), "a count is used once");
        assert_eq!(check(&header.replace("6629", "6628")), Err(Refused::Unknown));
        assert_eq!(check("Basic TXVmYXNh"), Err(Refused::Unknown));
        assert_eq!(check("Digest x"), Err(Refused::Unknown));
    }
}
