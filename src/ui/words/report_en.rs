//! What a report comes down to, in English.

/// Before the layer and its sentence.
pub fn root_cause() -> &'static str {
    "Root cause:"
}

/// Nothing failed; the layers that are worth a look, and those that were not checked.
pub fn sound(warned: &[&str], skipped: &[&str]) -> String {
    let list = |lead: &str, layers: &[&str]| {
        if layers.is_empty() { String::new() } else { format!("; {lead}: {}", layers.join(", ")) }
    };
    format!("Nothing is broken{}{}.", list("worth a look", warned), list("not checked", skipped))
}

/// The last line of `--all`.
pub fn count(of: usize, failed: usize) -> String {
    match of {
        0 => "No endpoint of this tool (tag created-by: tidb-pe) in the region.".to_owned(),
        _ => format!("{} of {of} endpoints: nothing is broken.", of - failed),
    }
}
