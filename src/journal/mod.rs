//! What we are about to create and what we created, so that a rerun and a deletion are safe.
//!
//! Before a creating call its client token and parameters are on disk. A rerun that finds the intent unanswered, and
//! the thing nowhere in the lists, sends the same call with the same token: whatever became of the first, there is
//! one. Without the directory a rerun goes by the lists, and by tokens that follow from the call. No secret is ever
//! in here: the parameters are those before signing.

mod record;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha1::{Digest, Sha1};

pub use record::{Entry, Kind, Record};
pub use store::{Busy, Lock, Snapshot, StateDir, Trouble};

/// The record of one service in one VPC, and where it is kept.
#[derive(Debug)]
pub struct Journal {
    dir: StateDir,
    record: Record,
    trouble: Option<Trouble>,
    is_told: bool,
    forgets: bool,
    derived: BTreeSet<String>,
}

/// A client token for a call, and whether an earlier run may have used it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// At most 64 ASCII characters.
    pub text: String,
    /// Whether another run may have used it: an earlier one whose answer never came, or any with the same call where
    /// nothing can be remembered.
    pub is_reused: bool,
    /// When it was first about to be sent, as far as is known.
    pub at: Timestamp,
    /// What an earlier answer under it said it made.
    pub known_id: Option<String>,
}

impl Token {
    /// Whether the lists tell by now what became of its first use.
    pub fn is_settled(&self) -> bool {
        Timestamp::now().duration_since(self.at) >= record::SETTLED
    }
}

/// A token of its own for one call and its repetitions. Random: a derived one would replay what was made and deleted
/// before.
pub fn client_token() -> String {
    format!("tidb-pe-{}", uuid::Uuid::new_v4())
}

/// Where nothing can be remembered, the same call gets the same token, so that runs which know nothing of each other
/// still make one thing; an echo of what was deleted since is told apart by looking for it.
fn derived_token(kind: Kind, params: &BTreeMap<String, String>) -> String {
    let mut digest = Sha1::new();
    digest.update(format!("{kind:?}"));
    for (name, value) in params {
        digest.update(format!("\0{name}\0{value}"));
    }
    format!("tidb-pe-{}", URL_SAFE_NO_PAD.encode(digest.finalize()))
}

impl Journal {
    /// Reads the record of a service in a VPC, or begins one. What cannot be read counts as empty.
    pub fn open(dir: &StateDir, region_id: &str, vpc_id: &str, service_name: &str) -> Self {
        let empty = Record::new(region_id, vpc_id, service_name);
        let (record, trouble) = match dir.read(&empty.key()) {
            Ok(record) => (record.unwrap_or(empty), None),
            Err(trouble) => (empty, Some(trouble)),
        };
        Self { dir: dir.clone(), record, trouble, is_told: false, forgets: false, derived: BTreeSet::new() }
    }

    /// What is recorded.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// What went wrong with the directory, told once.
    pub fn take_trouble(&mut self) -> Option<Trouble> {
        let trouble = self.trouble.take().filter(|_| !self.is_told);
        self.is_told |= trouble.is_some();
        trouble
    }

    /// The directory's trouble has been told already.
    pub fn hush(&mut self) {
        self.is_told = true;
    }

    /// The token for a call: that of the same call if its answer never came, else a new one, durably written first.
    pub fn intend(&mut self, kind: Kind, params: &BTreeMap<String, String>) -> Token {
        self.record.entries.retain(|entry| entry.id.is_some() || entry.is_open());
        let same = |entry: &&Entry| entry.kind == kind && entry.is_open() && entry.params == *params;
        if let Some(entry) = self.record.entries.iter().find(same) {
            let (text, at, known_id) = (entry.token.clone(), entry.at, entry.id.clone());
            return Token { text, is_reused: true, at, known_id };
        }
        let mut entry = Entry::new(kind, client_token(), params.clone());
        self.record.entries.push(entry.clone());
        self.save();
        // One that turned out to be an echo is not tried twice.
        let derived = derived_token(kind, params);
        let is_reused = self.forgets && self.derived.insert(derived.clone());
        if is_reused {
            self.record.entries.pop();
            entry.token = derived;
            self.record.entries.push(entry.clone());
        }
        Token { text: entry.token, is_reused, at: entry.at, known_id: None }
    }

    /// The call with this token made the thing with this id.
    pub fn made(&mut self, token: &Token, id: &str) {
        if let Some(entry) = self.record.entries.iter_mut().find(|entry| entry.token == token.text) {
            entry.id = Some(id.to_owned());
            if entry.kind == Kind::Endpoint {
                self.record.endpoint_id = Some(id.to_owned());
            }
            self.save();
        }
    }

    /// The cloud has shown this endpoint.
    pub fn seen(&mut self, endpoint_id: &str) {
        let mine = |entry: &&mut Entry| entry.id.as_deref() == Some(endpoint_id) && !entry.is_seen;
        if let Some(entry) = self.record.entries.iter_mut().find(mine) {
            entry.is_seen = true;
            self.save();
        }
    }

    /// The endpoint with this id was asked for with `--new`; until `close_second`, the same command goes on with it.
    pub fn open_second(&mut self, endpoint_id: &str) {
        self.mark_second(|entry| entry.id.as_deref() == Some(endpoint_id));
    }

    /// The run that asked for a second endpoint has ended well: the next `--new` makes another.
    pub fn close_second(&mut self) {
        self.mark_second(|_| false);
    }

    fn mark_second(&mut self, is_open: impl Fn(&Entry) -> bool) {
        let mut changed = false;
        for entry in self.record.entries.iter_mut().filter(|entry| entry.kind == Kind::Endpoint) {
            changed |= entry.is_open_second != is_open(entry);
            entry.is_open_second = is_open(entry);
        }
        if changed {
            self.save();
        }
    }

    /// The call with this token made nothing that exists.
    pub fn forget(&mut self, token: &Token) {
        self.record.entries.retain(|entry| entry.token != token.text);
        self.save();
    }

    /// These things are about to be deleted with the endpoint. Once it is gone, nothing else leads back to them.
    pub fn parting<'a>(&mut self, endpoint_id: &str, things: impl Iterator<Item = (Kind, &'a str)>) {
        for (kind, id) in things {
            if !self.record.made(kind).any(|known| known == id) {
                let entry = Entry::new(kind, client_token(), BTreeMap::new());
                let (at, id) = (Timestamp::UNIX_EPOCH, Some(id.to_owned()));
                self.record.entries.push(Entry { at, id, ..entry });
            }
        }
        if !self.record.entries.is_empty() {
            self.record.endpoint_id = Some(endpoint_id.to_owned());
            self.save();
        }
    }

    /// The thing with this id is gone.
    pub fn gone(&mut self, id: &str) {
        let before = self.record.entries.len();
        self.record.entries.retain(|entry| entry.id.as_deref() != Some(id));
        if self.record.entries.len() < before {
            self.save();
        }
    }

    /// The endpoint is gone: unanswered intents must not bring it back.
    pub fn endpoint_gone(&mut self, endpoint_id: &str) {
        let before = self.record.entries.len();
        self.record.entries.retain(|entry| entry.id.as_deref().is_some_and(|id| id != endpoint_id));
        if self.record.entries.len() < before {
            self.save();
        }
    }

    fn save(&mut self) {
        let saved = if self.record.entries.is_empty() {
            self.dir.remove(&self.record.key())
        } else {
            self.dir.write(&self.record)
        };
        if let Err(trouble) = saved {
            self.forgets = true;
            // One warning is enough.
            self.trouble.get_or_insert(trouble);
        }
    }
}

#[cfg(test)]
mod tests;
