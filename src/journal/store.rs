//! The state directory: durable writes, and a lock for one service in one VPC.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
#[cfg(target_os = "linux")]
use std::os::{
    linux::net::SocketAddrExt,
    unix::net::{SocketAddr, UnixListener},
};
use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
#[cfg(target_os = "linux")]
use sha1::{Digest, Sha1};

use super::record::{Record, VERSION};
use crate::env::Env;

/// No record is larger; anything that is was not written by this tool.
const MAX_FILE: u64 = 4 << 20;

/// The directory state lives in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateDir(Place);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Place {
    At(PathBuf),
    /// There should be one, and nothing says where.
    Unknown,
    /// A sandbox: what is made lives no longer than the run.
    #[default]
    Unneeded,
}

/// Why the directory is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The file or directory.
    pub path: PathBuf,
    /// The system's reason, or ours.
    pub reason: String,
    /// Whether only what was remembered is lost; a new record can be written.
    pub is_damage: bool,
}

/// The records at one moment, to tell whether another run changed one since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, Vec<u8>>);

/// Held while this run changes things. The system lets go of it when the process dies, however it dies.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not read")] Held);

#[derive(Debug)]
#[expect(dead_code, reason = "held, not read")]
enum Held {
    Nothing,
    File(File),
    #[cfg(target_os = "linux")]
    Name(UnixListener),
}

/// Another run holds the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl StateDir {
    /// No directory is needed: nothing is remembered, nothing is locked.
    pub fn none() -> Self {
        Self(Place::Unneeded)
    }

    /// This directory.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(Place::At(path.into()))
    }

    /// `TIDB_PE_STATE_DIR`, else `$XDG_STATE_HOME/tidb-pe`, else `~/.local/state/tidb-pe`. The XDG specification wants
    /// a relative path ignored.
    pub fn of(env: &Env) -> Self {
        let own = env.var("TIDB_PE_STATE_DIR").map(PathBuf::from);
        let xdg = || env.var("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || env.home.as_ref().map(|home| home.join(".local").join("state"));
        let path = own.or_else(|| xdg().or_else(home).map(|path| path.join("tidb-pe")));
        Self(path.map_or(Place::Unknown, Place::At))
    }

    fn path(&self) -> Option<&Path> {
        if let Place::At(path) = &self.0 { Some(path) } else { None }
    }

    /// The directory, where one is needed.
    fn needed(&self) -> Result<Option<&Path>, Trouble> {
        match &self.0 {
            Place::At(path) => Ok(Some(path)),
            Place::Unneeded => Ok(None),
            Place::Unknown => {
                let reason = "no home directory is known".to_owned();
                Err(Trouble {
                    path: Path::new("~/.local/state/tidb-pe").to_owned(),
                    reason,
                    is_damage: false,
                })
            }
        }
    }

    /// Every record there is; what cannot be read is left out.
    pub fn records(&self) -> Vec<Record> {
        self.snapshot().0.values().filter_map(|bytes| parse(bytes)).collect()
    }

    /// Every record as it stands.
    pub fn snapshot(&self) -> Snapshot {
        let Some(entries) = self.path().and_then(|dir| fs::read_dir(dir).ok()) else {
            return Snapshot::default();
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let records = names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"));
        let read = |name: String| {
            let bytes = read_file(&self.path()?.join(&name)).ok()?;
            Some((name, bytes))
        };
        Snapshot(records.filter_map(read).collect())
    }

    /// Whether a record changed since `before`.
    pub fn changed_since(&self, before: &Snapshot, key: &str) -> bool {
        let name = format!("{key}.json");
        self.snapshot().0.get(&name) != before.0.get(&name)
    }

    /// Takes the lock of a record, if nobody holds it. `Ok(Err(Busy))` if another run does.
    pub fn try_lock(&self, key: &str) -> Result<Result<Lock, Busy>, Trouble> {
        let Some(dir) = self.needed()? else { return Ok(Ok(Lock(Held::Nothing))) };
        make_dir(dir)?;
        let path = dir.join(format!("{key}.lock"));
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).map_err(|error| trouble(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Ok(Lock(Held::File(file)))),
            Err(TryLockError::WouldBlock) => Ok(Err(Busy)),
            Err(TryLockError::Error(error)) => Err(trouble(&path, &error)),
        }
    }

    /// The same without a directory, on systems that know names without files. `None` on others.
    pub fn try_lock_by_name(key: &str) -> Option<Result<Lock, Busy>> {
        by_name(key)
    }

    /// The record with this key; `None` if there is none.
    pub(super) fn read(&self, key: &str) -> Result<Option<Record>, Trouble> {
        let Some(dir) = self.path() else { return Ok(None) };
        let path = dir.join(format!("{key}.json"));
        match read_file(&path) {
            Ok(bytes) => {
                let reason = "it is damaged, or of another version".to_owned();
                parse(&bytes).map(Some).ok_or(Trouble { path, reason, is_damage: true })
            }
            // A path through something that is no directory reads like an absent file; writing will tell.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(trouble(&path, &error)),
        }
    }

    /// Writes a record so that it is whole and on disk when this returns, whatever happens meanwhile.
    pub(super) fn write(&self, record: &Record) -> Result<(), Trouble> {
        let Some(dir) = self.needed()? else { return Ok(()) };
        make_dir(dir)?;
        let path = dir.join(format!("{}.json", record.key()));
        let text = serde_json::to_vec_pretty(record).unwrap_or_default();
        replace(dir, &path, &text).map_err(|error| trouble(&path, &error))
    }

    /// Removes a record that has nothing to say any more.
    pub(super) fn remove(&self, key: &str) -> Result<(), Trouble> {
        let Some(dir) = self.needed()? else { return Ok(()) };
        let path = dir.join(format!("{key}.json"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(trouble(&path, &error)),
            _ => Ok(()),
        }
    }
}

/// A name of the network namespace: nothing is written, and the system frees it when the process dies.
#[cfg(target_os = "linux")]
fn by_name(key: &str) -> Option<Result<Lock, Busy>> {
    // A name has at most 107 bytes.
    let name = format!("tidb-pe/{}", URL_SAFE_NO_PAD.encode(Sha1::digest(key)));
    let address = SocketAddr::from_abstract_name(name).ok()?;
    match UnixListener::bind_addr(&address) {
        Ok(listener) => Some(Ok(Lock(Held::Name(listener)))),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Some(Err(Busy)),
        Err(_) => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn by_name(_: &str) -> Option<Result<Lock, Busy>> {
    None
}

fn parse(bytes: &[u8]) -> Option<Record> {
    serde_json::from_slice::<Record>(bytes).ok().filter(|record| record.version == VERSION)
}

fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    // Asked before opening: opening a pipe would wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// For this user alone: what is in an account is nobody else's business.
fn make_dir(dir: &Path) -> Result<(), Trouble> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(dir).map_err(|error| trouble(dir, &error))
}

/// A new file, on disk before it takes the old one's name, and the name on disk as well.
fn replace(dir: &Path, path: &Path, text: &[u8]) -> std::io::Result<()> {
    let temporary = dir.join(format!(".{}.tmp", uuid::Uuid::new_v4()));
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    options.mode(0o600);
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(dir)?.sync_all()
    });
    if written.is_err() {
        // Nothing more can be done about a leftover than to say why, which the caller does.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn trouble(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble { path: path.to_owned(), reason: error.to_string(), is_damage: false }
}
