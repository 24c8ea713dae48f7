//! One try of a call: signed, sent, its answer read and judged, and whoever observes told of it.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::body;
use super::clock::Clock;
use super::error::{ErrorKind, SignatureMismatch, Unusable};
use super::notice::{Notice, Observer};
use super::operation::Operation;
use super::sign::Params;
use super::signer::{Signer, masked};
use super::transport::{self, Lost, Reply};

/// Reads the answer of a call, or says why it cannot be read.
pub(super) type Read<'a> = dyn FnMut(Value) -> Result<(), String> + Send + 'a;

/// One of the tries of a call.
pub(super) struct Attempt<'a> {
    pub(super) operation: Operation,
    pub(super) region: &'a str,
    pub(super) number: u32,
    pub(super) limit: Duration,
    pub(super) url: &'a str,
}

/// A try that did not succeed, with what the reply says about the next one.
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) date: Option<String>,
}

impl Attempt<'_> {
    /// Sends it. An answer that `read` refuses counts as unusable, like any other garbage.
    pub(super) async fn send(
        &self,
        http: &reqwest::Client,
        params: &Params,
        signer: &Signer,
        clock: &Clock,
        observer: &dyn Observer,
        read: &mut Read<'_>,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        let (form, signed_string) = signer.sign(self.operation, params);
        let (status, result) = match transport::post(http, self.url, &form, self.limit).await {
            Ok(reply) => {
                clock.see(reply.date.as_deref());
                (Some(reply.status), judge(&reply, &signed_string, read))
            }
            Err(Lost { kind, status, request_id }) => {
                (status, Err(Failure { kind, request_id, retry_after: None, date: None }))
            }
        };
        let (request_id, outcome) = match &result {
            Ok(request_id) => (request_id.clone(), "ok".to_owned()),
            Err(failure) => (failure.request_id.clone(), failure.kind.outcome()),
        };
        observer.notice(Notice::Attempt {
            operation: self.operation,
            region: self.region.to_owned(),
            host: transport::host_of(self.url),
            attempt: self.number,
            took: started.elapsed(),
            request_id,
            status,
            outcome,
            request: masked(&form),
        });
        result.map(|_| ())
    }
}

/// The answer's request id, or the failure with everything the reply says about it.
fn judge(reply: &Reply, signed_string: &str, read: &mut Read<'_>) -> Result<Option<String>, Failure> {
    let request_id = body::request_id(reply);
    let answer = body::read(reply).and_then(|value| {
        read(value).map_err(|why| ErrorKind::Unusable { status: reply.status, what: Unusable::Shape(why) })
    });
    match answer {
        Ok(()) => Ok(request_id),
        Err(mut kind) => {
            explain_signature(&mut kind, signed_string);
            Err(Failure { kind, request_id, retry_after: reply.retry_after, date: reply.date.clone() })
        }
    }
}

/// Facts section a1: the message embeds the server's string to sign; equal to ours means a wrong secret.
fn explain_signature(kind: &mut ErrorKind, ours: &str) {
    let ErrorKind::Api { code, message, signature, .. } = kind else { return };
    if code == "SignatureDoesNotMatch" {
        *signature = Some(match message.split_once("string to sign is:") {
            Some((_, theirs)) if theirs.contains(ours) => SignatureMismatch::WrongSecret,
            Some(_) => SignatureMismatch::DifferentString,
            None => SignatureMismatch::Unknown,
        });
        // The string holds every parameter; nobody needs to read it in an error message.
        if let Some(end) = message.find("server string to sign") {
            message.truncate(end);
        }
    }
}
