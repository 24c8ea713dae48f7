//! Whatever a user can copy from TiDB Cloud, turned into values. Pure; never panics on any text.
//!
//! Understood: the connection dialog with English, Chinese or Japanese labels (`Key: value`, or label and value on
//! lines of their own), JSON of the TiDB Cloud API, connection strings and commands, `.env` lines. What is not
//! recognised is ignored; nothing is validated here.

mod dsn;
mod json;
mod labels;

use crate::secret::Secret;
use crate::service_name::ServiceName;
use crate::zone;

/// What was recognised. Empty fields were not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pasted {
    /// Service Name, as written; may be another cloud's.
    pub service_name: Option<String>,
    /// Availability Zone ID, one or several.
    pub az_ids: Vec<String>,
    /// Region ID, as written.
    pub region_id: Option<String>,
    /// The SQL user with its prefix.
    pub user: Option<String>,
    /// The password, if the text has a real one.
    pub password: Option<Secret>,
    /// The database.
    pub database: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// Every Service Name, where the text has several: nothing tells which is meant.
    pub service_names: Vec<String>,
    /// Every SQL user, where the text has several.
    pub users: Vec<String>,
}

/// The most that is looked at: a dialog is a few hundred characters, an API answer a few thousand.
const MAX: usize = 256 * 1024;

/// Recognises what it can. Earlier and more explicit sources win: JSON, labels, then bare patterns.
pub fn parse(text: &str) -> Pasted {
    let text = cut(text.trim_start_matches('\u{feff}'));
    let mut pasted = json::parse(text).unwrap_or_else(|| {
        let mut pasted = labels::parse(text);
        pasted.fill(dsn::parse(text));
        pasted.fill(patterns(text));
        pasted
    });
    pasted.service_names = service_names(text);
    pasted
}

impl Pasted {
    /// Whether nothing was recognised.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes from `other` what is still open.
    fn fill(&mut self, other: Self) {
        self.meet(other.user.as_deref());
        for user in &other.users {
            self.meet(Some(user));
        }
        self.service_name = self.service_name.take().or(other.service_name);
        self.region_id = self.region_id.take().or(other.region_id);
        self.user = self.user.take().or(other.user);
        self.password = self.password.take().or(other.password);
        self.database = self.database.take().or(other.database);
        self.port = self.port.or(other.port);
        if self.az_ids.is_empty() {
            self.az_ids = other.az_ids;
        }
    }
}

impl Pasted {
    /// Another user of the same text. One without a prefix is an example, or another database's.
    fn meet(&mut self, user: Option<&str>) {
        let (Some(known), Some(user)) = (&self.user, user) else { return };
        if known != user && known.contains('.') && user.contains('.') {
            for one in [known, user] {
                if self.users.iter().all(|listed| listed != one) {
                    self.users.push(one.to_owned());
                }
            }
        }
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Values that are recognised by their shape alone.
fn patterns(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    for word in words(text) {
        let other_cloud = word.starts_with("com.amazonaws.vpce") || word.contains("/serviceAttachments/");
        if pasted.service_name.is_none() && (word.parse::<ServiceName>().is_ok() || other_cloud) {
            pasted.service_name = Some(word.to_owned());
        } else if is_zone(word) && !pasted.az_ids.iter().any(|known| known == word) {
            pasted.az_ids.push(word.to_owned());
        }
    }
    pasted
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'`,;()[]{}<>=，；、".contains(c));
    words.map(|word| word.trim_matches(|c: char| ".:：".contains(c)))
}

/// The Service Names, if there are several.
fn service_names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for word in words(text).filter(|word| word.parse::<ServiceName>().is_ok()) {
        if names.iter().all(|known| known != word) {
            names.push(word.to_owned());
        }
    }
    if names.len() > 1 { names } else { Vec::new() }
}

fn is_zone(word: &str) -> bool {
    crate::cloud::hosts::REGIONS.into_iter().any(|region| zone::is_in(word, region))
}

/// A dialog shows these where the real password is not known.
fn password(text: &str) -> Option<Secret> {
    let bare = text.trim().trim_matches(|c| c == '\'' || c == '"');
    let lower = bare.to_ascii_lowercase();
    let placeholder = bare.is_empty()
        || bare.chars().all(|c| "*•●·x".contains(c))
        || (bare.starts_with(['<', '{', '$', '[']) && bare.ends_with(['>', '}', ']']))
        || ["your_password", "your-password", "password", "passwd"].contains(&lower.as_str());
    (!placeholder).then(|| Secret::new(bare))
}

/// A user with its prefix; placeholders are left out.
fn user(text: &str) -> Option<String> {
    let bare = text.trim().trim_matches(|c| c == '\'' || c == '"');
    let plain = !bare.is_empty() && !bare.contains(char::is_whitespace) && !bare.starts_with(['<', '{', '$']);
    plain.then(|| bare.to_owned())
}

#[cfg(test)]
mod tests;
