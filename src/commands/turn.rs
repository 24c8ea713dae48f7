//! Two runs on one machine that would change the same endpoint: the second waits for the first.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::event::{Event, Phase};
use crate::journal::{Busy, Lock, Trouble};

use super::World;

/// Waits until no other run changes what `key` names. Without a directory to lock in, nothing is waited for.
pub(super) async fn take(
    world: &World,
    key: &str,
    patience: Duration,
) -> Result<Result<Lock, Trouble>, Error> {
    let deadline = Instant::now() + patience;
    let mut told = false;
    loop {
        match world.state.try_lock(key) {
            Ok(Ok(lock)) => {
                world.reporter.emit(Event::End);
                return Ok(Ok(lock));
            }
            Err(trouble) => return Ok(Err(trouble)),
            Ok(Err(Busy)) if Instant::now() >= deadline => {
                return Err(Error::OtherRun { waited: patience });
            }
            Ok(Err(Busy)) if !told => {
                told = true;
                world.reporter.emit(Event::Queued);
                world.reporter.emit(Event::Begin(Phase::Queueing));
            }
            Ok(Err(Busy)) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
