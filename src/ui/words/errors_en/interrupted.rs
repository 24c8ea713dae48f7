//! What an interruption leaves behind, in English.

use crate::error::Signal;
use crate::event::Thing;
use crate::ui::words::pieces::some;

fn signal_text(signal: Signal) -> &'static str {
    match signal {
        Signal::Interrupt => "Interrupted",
        Signal::Terminate => "Terminated",
        Signal::Hangup => "The terminal went away",
        Signal::Decline => "The plan was not accepted",
    }
}

/// A deletion was cut off.
pub(super) fn deletion_cancelled(
    signal: Signal,
    id: Option<&str>,
    changed: bool,
    removed: &[String],
) -> (String, Option<String>) {
    let how = signal_text(signal);
    let so_far = list(" Deleted so far: ", removed);
    match (id, changed) {
        (Some(id), true) => (
            format!(
                "{how}. Endpoint {id} is partly deleted: it costs money as long as it has zones.{so_far}"
            ),
            some("Run the same command again to finish."),
        ),
        (None, true) => (format!("{how}.{so_far}"), some("Run the same command again to finish.")),
        (_, false) => (format!("{how}. Nothing was changed."), None),
    }
}

/// A setup was cut off: what exists, how to go on, how to undo.
pub(super) fn cancelled(
    signal: Signal,
    making: Option<Thing>,
    endpoint_id: Option<&str>,
    made: &[String],
) -> (String, Option<String>) {
    let how = signal_text(signal);
    let so_far = list(" Made so far: ", made);
    let open = making.filter(|thing| *thing != Thing::Endpoint).map(in_flight).unwrap_or_default();
    match (endpoint_id, making) {
        (Some(id), _) => (
            format!("{how}{open}. Endpoint {id} exists and costs money while it does.{so_far}"),
            Some(format!(
                "Run the same command again to go on with it. To undo: tidb-pe delete {id}{}",
                if made.is_empty() { "" } else { " --with-created" }
            )),
        ),
        (None, Some(Thing::Endpoint)) => (
            format!("{how} while the endpoint was being created: it may exist.{so_far}"),
            some("Run the same command again: if it exists, it is used. Or look: tidb-pe list."),
        ),
        (None, Some(_)) => (
            format!("{how}{open}.{so_far}"),
            some("Run the same command again: what was made is used, and nothing is made twice."),
        ),
        (None, None) if !made.is_empty() => {
            (format!("{how}.{so_far}"), some("Run the same command again to go on with it."))
        }
        (None, None) => (format!("{how}. Nothing was changed."), None),
    }
}

fn list(lead: &str, items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!("{lead}{}.", items.join(", ")) }
}

/// The answer to a call is not known.
fn in_flight(thing: Thing) -> String {
    match thing {
        Thing::Service => " while PrivateLink was being activated: it may be by now".to_owned(),
        Thing::VSwitch => " while a vSwitch was being created: it may exist".to_owned(),
        Thing::SecurityGroup => " while a security group was being created: it may exist".to_owned(),
        Thing::SecurityGroupRule => {
            " while a rule was being added to a security group: it may be there".to_owned()
        }
        Thing::Endpoint => " while the endpoint was being created: it may exist".to_owned(),
        Thing::Zone => " while a zone was being added: it may be there".to_owned(),
        Thing::Attachment => " while a security group was being attached: it may be".to_owned(),
    }
}
