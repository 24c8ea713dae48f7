//! What stands above, before or between the sentences, in English.

/// Above the plan.
pub fn plan() -> &'static str {
    "Plan"
}

/// Above what a deletion takes away.
pub fn removal() -> &'static str {
    "Delete"
}

/// Before an error.
pub fn error() -> &'static str {
    "error:"
}

/// Before what was cut off.
pub fn cancelled() -> &'static str {
    "cancelled:"
}

/// Before what to do.
pub fn hint() -> &'static str {
    "hint:"
}

/// Before where the log is.
pub fn log() -> &'static str {
    "log:"
}

/// Before the id to quote.
pub fn request_id() -> &'static str {
    "request id:"
}

/// Between a heading that ends with a colon and what it is about.
pub fn gap() -> &'static str {
    " "
}

/// Above the columns of the endpoints.
pub fn endpoints() -> [&'static str; 8] {
    ["ENDPOINT", "REGION", "STATUS", "CONNECTION", "VPC", "SERVICE", "MADE BY", "NAME"]
}

/// Before the values of a connection.
pub fn connection() -> [&'static str; 5] {
    ["Host:", "Port:", "User:", "Database:", "SSL mode:"]
}

/// The first place of the drawing.
pub fn this_machine() -> &'static str {
    "this machine"
}

/// A zone without an address.
pub fn no_address() -> &'static str {
    "no address"
}

/// The hop that is broken.
pub fn broken_here(layer: &str) -> String {
    format!("broken here: {layer}")
}
