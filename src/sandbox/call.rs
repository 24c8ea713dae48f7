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

/// How many rounds these calls, in the order of arrival, took: the longest row of calls of which each was made only after
/// the one before it had been answered.
pub fn rounds(calls: &[Call]) -> usize {
    let mut depths: Vec<usize> = Vec::with_capacity(calls.len());
    for call in calls {
        let answered = |earlier: &Call| earlier.finished.is_some_and(|end| end <= call.started);
        let before = calls.iter().zip(&depths).filter(|(earlier, _)| answered(earlier));
        depths.push(1 + before.map(|(_, depth)| *depth).max().unwrap_or(0));
    }
    depths.into_iter().max().unwrap_or(0)
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

    #[test]
    fn rounds_are_the_longest_row_of_calls_that_waited_for_each_other() {
        let together = [call(0, Some(10)), call(1, Some(12)), call(2, Some(9))];
        let then = [call(13, Some(20)), call(14, None)];
        let late = call(15, Some(16));
        assert_eq!(rounds(&[]), 0);
        assert_eq!(rounds(&together), 1);
        assert_eq!(rounds(&[&together[..], &then].concat()), 2);
        assert_eq!(rounds(&[&together[..], &then, &[late]].concat()), 2, "nothing answered comes between");
    }
}
