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
    shown.retain(|key, _| key != "Signature" && key != "SecurityToken" && key != "OIDCToken");
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(started: u64, finished: Option<u64>) -> Call {
        Call {
            action: String::new(),
            product: "",
            version: String::new(),
            params: Params::new(),
            started: Duration::from_millis(started),
            finished: finished.map(Duration::from_millis),
            status: None,
            code: None,
        }
    }

    #[test]
    fn calls_overlap_while_one_has_not_ended() {
        let rows = [
            (call(0, Some(10)), call(5, Some(15)), true),
            (call(0, Some(10)), call(2, Some(3)), true),
            (call(0, Some(10)), call(10, Some(15)), false),
            (call(0, None), call(10, Some(15)), true),
        ];
        for (a, b, together) in rows {
            assert_eq!((a.overlaps(&b), b.overlaps(&a)), (together, together), "{a:?} {b:?}");
        }
    }
}
