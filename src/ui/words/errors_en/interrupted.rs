//! What an interruption leaves behind, in English.

use crate::error::Signal;
use crate::ui::words::pieces::some;

fn signal_text(signal: Signal) -> &'static str {
    match signal {
        Signal::Interrupt => "Interrupted",
        Signal::Terminate => "Terminated",
        Signal::Decline => "The plan was not accepted",
    }
}

/// A deletion was cut off.
pub(super) fn deletion_cancelled(
    signal: Signal,
    id: Option<&str>,
    changed: bool,
) -> (String, Option<String>) {
    let how = signal_text(signal);
    match (id, changed) {
        (Some(id), true) => (
            format!("{how}. Endpoint {id} is partly deleted: it costs money as long as it has zones."),
            some("Run the same command again to finish."),
        ),
        (None, true) => (format!("{how}."), some("Run the same command again to finish.")),
        (_, false) => (format!("{how}. Nothing was changed."), None),
    }
}

/// A setup was cut off: what exists, how to go on, how to undo.
pub(super) fn cancelled(
    signal: Signal,
    creating: bool,
    endpoint_id: Option<&str>,
    made: &[String],
) -> (String, Option<String>) {
    let how = signal_text(signal);
    let so_far = if made.is_empty() { String::new() } else { format!(" Made so far: {}.", made.join(", ")) };
    match (endpoint_id, creating) {
        (Some(id), _) => (
            format!("{how}. Endpoint {id} exists and costs money while it does."),
            Some(format!(
                "Run the same command again to go on with it. To undo: tidb-pe delete {id}{}",
                if made.is_empty() { "" } else { " --with-created" }
            )),
        ),
        (None, true) => (
            format!("{how} while the endpoint was being created: it may exist.{so_far}"),
            some("Run the same command again: if it exists, it is used. Or look: tidb-pe list."),
        ),
        (None, false) if !made.is_empty() => {
            (format!("{how}.{so_far}"), some("Run the same command again to go on with it."))
        }
        (None, false) => (format!("{how}. Nothing was changed."), None),
    }
}
