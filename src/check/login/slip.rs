//! What is likely wrong with user and password, without ever showing the password.
//!
//! A password copied out of a URL is still percent-encoded; one pasted into a URL without encoding shifts what comes
//! after it, and shows as a missing prefix (TiDB Cloud facts, sections 5 and 6F).

use serde::Serialize;

use crate::check::Target;

/// A likely slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slip {
    /// The password holds `%40` or the like: copied out of a URL.
    PasswordEncoded,
    /// The password begins or ends with a blank.
    PasswordPadded,
    /// The password stands in quotes or angle brackets: a placeholder, or copied with its quotes.
    PasswordQuoted,
    /// The user holds what only a URL has: the password in that URL is not percent-encoded.
    UserFromUrl,
}

/// The first slip that shows.
pub(super) fn find(target: &Target) -> Option<Slip> {
    let user = target.user.as_deref().unwrap_or_default();
    if user.contains(['@', ':', '/']) {
        return Some(Slip::UserFromUrl);
    }
    let password = target.password.as_ref()?.expose();
    if password != password.trim() {
        Some(Slip::PasswordPadded)
    } else if is_quoted(password) {
        Some(Slip::PasswordQuoted)
    } else if is_encoded(password) {
        Some(Slip::PasswordEncoded)
    } else {
        None
    }
}

fn is_quoted(text: &str) -> bool {
    [('"', '"'), ('\'', '\''), ('<', '>'), ('{', '}')]
        .iter()
        .any(|&(open, close)| text.len() > 1 && text.starts_with(open) && text.ends_with(close))
}

fn is_encoded(text: &str) -> bool {
    text.as_bytes().windows(3).any(|w| w[0] == b'%' && w[1..].iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn each_slip_is_recognised() {
        let slip = |user: &str, password: &str| {
            let mut target = Target::new("ep", 4000);
            (target.user, target.password) = (Some(user.into()), Some(Secret::new(password)));
            find(&target)
        };
        assert_eq!(slip("a.root", "p%40ss"), Some(Slip::PasswordEncoded));
        assert_eq!(slip("a.root", "100%sure"), None);
        assert_eq!(slip("a.root", "secret "), Some(Slip::PasswordPadded));
        assert_eq!(slip("a.root", "<PASSWORD>"), Some(Slip::PasswordQuoted));
        assert_eq!(slip("a.root:x@ep", "secret"), Some(Slip::UserFromUrl));
        assert_eq!(slip("a.root", "p@ss:w/ord"), None);
    }
}
