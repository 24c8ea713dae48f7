//! How the cloud says no.

use serde_json::Value;

/// An error on the wire: HTTP status, code and message (facts d).
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
    /// `AccessDeniedDetail` of a RAM denial.
    pub(super) denied: Option<Value>,
}

impl Refusal {
    /// An error with any status.
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), denied: None }
    }
}

/// A 400, which PrivateLink uses for "not found" and state errors too (facts 0.5).
pub(super) fn bad(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}

/// A 404, as VPC and ECS use it (facts b2, b3).
pub(super) fn not_found(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(404, code, message)
}

/// A parameter that has to be there (facts d).
pub(super) fn missing(name: &str) -> Refusal {
    bad(
        "MissingParameter",
        format!(
            "The input parameter \"{name}\" that is mandatory for processing this request is not supplied."
        ),
    )
}

/// A parameter with a value it cannot have (facts d).
pub(super) fn invalid(name: &str, why: &str) -> Refusal {
    bad("InvalidParameter", format!("The specified parameter \"{name}\" is not valid: {why}."))
}
