//! What we are about to create and what we created, so that a rerun and a deletion are safe.
//!
//! Before a creating call its client token and parameters are on disk. A rerun that finds the intent unanswered, and
//! the thing nowhere in the lists, sends the same call with the same token: whatever became of the first, there is
//! one. Without the directory a rerun goes by the lists alone. No secret is ever in here: the parameters are those
//! before signing.

mod record;
mod store;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

pub use record::{Entry, Kind, Record};
pub use store::{Busy, Lock, Snapshot, StateDir, Trouble};

/// An unanswered intent older than this is not sent again: by then the lists tell whether it was carried out, and a
/// token must not outlive what it made. How long the cloud remembers a token is not documented.
const SAFE: SignedDuration = SignedDuration::from_mins(30);

/// The record of one service in one VPC, and where it is kept.
#[derive(Debug)]
pub struct Journal {
    dir: StateDir,
    record: Record,
    trouble: Option<Trouble>,
    is_told: bool,
}

/// A client token for a call, and whether an earlier run may have used it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// At most 64 ASCII characters.
    pub text: String,
    /// Whether it comes from an unanswered intent.
    pub is_reused: bool,
}

/// A token of its own for one call and its repetitions. Random, never derived: a derived one would replay what was
/// made and deleted before.
pub fn client_token() -> String {
    format!("tidb-pe-{}", uuid::Uuid::new_v4())
}

impl Journal {
    /// Reads the record of a service in a VPC, or begins one. What cannot be read counts as empty.
    pub fn open(dir: &StateDir, region_id: &str, vpc_id: &str, service_name: &str) -> Self {
        let empty = Record::new(region_id, vpc_id, service_name);
        let (record, trouble) = match dir.read(&empty.key()) {
            Ok(record) => (record.unwrap_or(empty), None),
            Err(trouble) => (empty, Some(trouble)),
        };
        Self { dir: dir.clone(), record, trouble, is_told: false }
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
        let now = Timestamp::now();
        let young = |entry: &Entry| now.duration_since(entry.at) < SAFE;
        self.record.entries.retain(|entry| entry.id.is_some() || young(entry));
        let same = |entry: &&Entry| entry.kind == kind && entry.id.is_none() && entry.params == *params;
        if let Some(entry) = self.record.entries.iter().find(same) {
            return Token { text: entry.token.clone(), is_reused: true };
        }
        let token = client_token();
        let (params, id, is_open_second) = (params.clone(), None, false);
        self.record.entries.push(Entry { kind, token: token.clone(), params, at: now, id, is_open_second });
        self.save();
        Token { text: token, is_reused: false }
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
                let (token, params, at) = (client_token(), BTreeMap::new(), Timestamp::UNIX_EPOCH);
                let id = Some(id.to_owned());
                self.record.entries.push(Entry { kind, token, params, at, id, is_open_second: false });
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
            // One warning is enough, and nothing else changes: the lists still keep the promise.
            self.trouble.get_or_insert(trouble);
        }
    }
}

#[cfg(test)]
mod tests;
