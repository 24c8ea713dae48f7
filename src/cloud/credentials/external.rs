//! A command that prints credentials (facts section g, External): no shell, a time limit, no secrets of others.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use zeroize::Zeroizing;

use super::External;

/// The most that is read of a command's output.
const MAX: u64 = 64 << 10;

/// Why a command gave no credentials. Its output is not in here: it may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// `process_command` names no command.
    Nothing,
    /// It could not be started; the system's reason.
    NotStarted(String),
    /// It did not end in time and was stopped.
    TooLong(Duration),
    /// It ended with another code than 0; `None`: by a signal.
    Failed(Option<i32>),
    /// It printed more than 64 KiB.
    TooMuch,
    /// What it printed is no JSON of credentials.
    Shape,
}

/// What `command` prints. Words are split at spaces; quotes mean nothing, as in the CLI.
pub(super) async fn run(command: &str, how: &External) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let mut words = command.split_whitespace();
    let program = words.next().ok_or(CommandError::Nothing)?;
    let mut process = Command::new(program);
    // Standard error stays the user's: such commands ask people to sign in there. Standard input may be the
    // database password's.
    process.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    for name in &how.withheld {
        process.env_remove(name);
    }
    let mut child = process.spawn().map_err(|error| CommandError::NotStarted(error.to_string()))?;
    let output = async {
        let mut output = Zeroizing::new(Vec::new());
        if let Some(stdout) = child.stdout.take() {
            stdout.take(MAX + 1).read_to_end(&mut output).await.map_err(not_started)?;
        }
        if output.len() as u64 > MAX {
            return Err(CommandError::TooMuch);
        }
        let status = child.wait().await.map_err(not_started)?;
        if status.success() { Ok(output) } else { Err(CommandError::Failed(status.code())) }
    };
    tokio::time::timeout(how.limit, output).await.unwrap_or(Err(CommandError::TooLong(how.limit)))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn not_started(error: std::io::Error) -> CommandError {
    CommandError::NotStarted(error.to_string())
}
