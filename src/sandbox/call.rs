//! The record of a call, for tests that count rounds and look for what ran at once.

use std::time::Duration;

use crate::cloud::sign::Params;

/// One HTTP request.
#[derive(Clone, Debug)]
pub struct Call {
    /// The action; for a request to another path than `/`, that path.
    pub action: String,
    /// The product that has the action, such as `privatelink`; empty if none.
    pub product: &'static str,
    /// The API version asked for.
    pub version: String,
    /// The parameters without signature and token.
    pub params: Params,
    /// When the request was there, counted from the sandbox' start.
    pub started: Duration,
    /// When the answer was ready; `None` while it is not.
    pub finished: Option<Duration>,
    /// The HTTP status; `None` if there was no answer.
    pub status: Option<u16>,
    /// The error's code.
    pub code: Option<String>,
}

impl Call {
    /// A parameter's value.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// Whether two calls ran at the same time.
    pub fn overlaps(&self, other: &Call) -> bool {
        let starts_before_end = |a: &Call, b: &Call| b.finished.is_none_or(|end| a.started < end);
        starts_before_end(self, other) && starts_before_end(other, self)
    }
}

/// The parameters of a record.
pub(super) fn without_secrets(params: &Params) -> Params {
    let mut shown = params.clone();
    shown.retain(|key, _| key != "Signature" && key != "SecurityToken");
    shown
}
