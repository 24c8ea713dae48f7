//! A question to the cloud that got no usable answer, as a layer shows it.

use serde::Serialize;

use crate::cloud;

/// Which way the question failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The key was refused.
    KeyRefused,
    /// The identity may not ask this.
    NotPermitted,
    /// No connection, no answer in time, or nothing that makes sense.
    NoAnswer,
    /// The cloud refused for another reason.
    Refused,
}

/// A call that did not end with a usable answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unanswered {
    /// Which way.
    #[serde(rename = "code")]
    pub why: Why,
    /// The API that was called.
    pub action: &'static str,
    /// The cloud's own code.
    pub cloud_code: Option<String>,
    /// The id to quote.
    pub request_id: Option<String>,
    /// Everything else, for the sentences and the exit code.
    #[serde(skip)]
    pub error: Box<cloud::Error>,
}

impl From<cloud::Error> for Unanswered {
    fn from(error: cloud::Error) -> Self {
        let why = if error.is_credentials() {
            Why::KeyRefused
        } else if error.is_permission() {
            Why::NotPermitted
        } else if error.is_outage() {
            Why::NoAnswer
        } else {
            Why::Refused
        };
        Self {
            why,
            action: error.operation.action,
            cloud_code: error.code().map(super::capped),
            request_id: error.request_id.as_deref().map(super::capped),
            error: Box::new(error),
        }
    }
}
