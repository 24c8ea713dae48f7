//! Two runs on one machine that would change the same endpoint: the second waits for the first.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::event::{Event, Phase};
use crate::journal::{Busy, Lock, StateDir, Trouble};

use super::World;

/// A turn that was taken.
pub(super) struct Turn {
    /// Held as long as things may change; `None` where this machine has nothing to lock with.
    pub(super) lock: Option<Lock>,
    /// Why the directory is of no use.
    pub(super) trouble: Option<Trouble>,
    /// Whether another run had it before.
    pub(super) waited: bool,
}

/// Waits until no other run changes what `key` names. Without a directory to lock in, a name is locked where there are
/// such.
pub(super) async fn take(world: &World, key: &str, patience: Duration) -> Result<Turn, Error> {
    let deadline = Instant::now() + patience;
    let (mut waited, mut trouble) = (false, None);
    loop {
        let lock = match world.state.try_lock(key) {
            Ok(lock) => Some(lock),
            Err(why) => {
                trouble = Some(why);
                StateDir::try_lock_by_name(key)
            }
        };
        match lock.transpose() {
            Ok(lock) => {
                world.reporter.emit(Event::End);
                return Ok(Turn { lock, trouble, waited });
            }
            Err(Busy) if Instant::now() >= deadline => return Err(Error::OtherRun { waited: patience }),
            Err(Busy) if !waited => {
                waited = true;
                world.reporter.emit(Event::Queued);
                world.reporter.emit(Event::Begin(Phase::Queueing));
            }
            Err(Busy) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
