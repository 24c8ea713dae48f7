//! Events as lines of the log: data only.

use reqwest::Url;
use serde_json::{Value, json};

use crate::cloud::Notice;
use crate::event::Event;
use crate::secret::Secret;

const MASK: &str = "***";

/// The line an event makes, if it makes one.
pub(super) fn of(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Cloud(notice) => notice_line(notice),
        Event::Sandbox { scenario } => json!({"event": "sandbox", "scenario": scenario}),
        Event::Identity { identity, source } => json!({
            "event": "identity",
            "account_id": identity.account_id,
            "arn": identity.arn,
            "source": source.as_str(),
        }),
        Event::Instance { id, busy, .. } => json!({"event": "instance", "id": id, "state": busy}),
        Event::TidbKeysSkipped(miss) => json!({"event": "skipped", "why": format!("{miss:?}")}),
        Event::NoInstances(error) => {
            json!({"event": "no-instances", "kind": error.kind(), "request_id": error.request_id()})
        }
        Event::Verified(service) => json!({"event": "verified", "service_name": service.service_name}),
        Event::Warning(warning) => json!({"event": "warning", "what": format!("{warning:?}")}),
        Event::Made { thing, id } => json!({"event": "made", "thing": format!("{thing:?}"), "id": id}),
        Event::Removed { thing, id } => json!({"event": "removed", "thing": format!("{thing:?}"), "id": id}),
        Event::Absent { endpoint_id } => json!({"event": "absent", "endpoint_id": endpoint_id}),
        Event::RegionFailed { region_id, error } => json!({
            "event": "region-failed",
            "region": region_id,
            "kind": error.kind(),
            "request_id": error.request_id(),
        }),
        Event::Queued => json!({"event": "queued"}),
        Event::Adopted { endpoint_id } => json!({"event": "adopted", "endpoint_id": endpoint_id}),
        Event::NeedsAcceptance { endpoint_id, .. } => {
            json!({"event": "needs-acceptance", "endpoint_id": endpoint_id})
        }
        Event::State { endpoint, connection, zones, elapsed } => json!({
            "event": "state",
            "status": endpoint.as_str(),
            "connection_status": connection.as_str(),
            "zones_ready": zones.map(|(ready, _)| ready),
            "zones": zones.map(|(_, all)| all),
            "waited_ms": elapsed.as_millis(),
        }),
        Event::Ready { elapsed } => json!({"event": "ready", "waited_ms": elapsed.as_millis()}),
        Event::Checked(finding) => json!({
            "event": "checked",
            "layer": finding.id.as_str(),
            "status": finding.status,
            "detail": finding.verdict,
        }),
        Event::Begin(phase) => json!({"event": "begin", "phase": format!("{phase:?}")}),
        Event::End
        | Event::NoEndpoints { .. }
        | Event::NotWaited { .. }
        | Event::DryRun { .. }
        | Event::NotTested
        | Event::Closing(_)
        | Event::Next { .. }
        | Event::TestAgain { .. }
        | Event::Note { .. } => return None,
    })
}

fn notice_line(notice: &Notice) -> Value {
    match notice {
        Notice::Attempt { operation, region, host, attempt, took, request_id, status, outcome, request } => {
            json!({
                "event": "request",
                "action": operation.action,
                "product": operation.product.code(),
                "region": region,
                "host": host,
                "attempt": attempt,
                "duration_ms": took.as_millis(),
                "http_status": status,
                "outcome": outcome,
                "request_id": request_id,
                "params": request,
            })
        }
        Notice::Exchange { service, method, path, host, attempt, took, request_id, status, outcome } => {
            json!({
                "event": "request",
                "action": format!("{method} {}", path.as_deref().unwrap_or(MASK)),
                "product": service.as_str(),
                "region": null,
                "host": host,
                "attempt": attempt,
                "duration_ms": took.as_millis(),
                "http_status": status,
                "outcome": outcome,
                "request_id": request_id,
            })
        }
        Notice::Retry { action, region, reason, delay } => json!({
            "event": "retry",
            "action": action,
            "region": region,
            "reason": reason,
            "delay_ms": delay.as_millis(),
        }),
        Notice::Slowed { product, region, at_once, per_second, pause } => json!({
            "event": "slowed",
            "product": product.code(),
            "region": region,
            "at_once": at_once,
            "per_second": per_second,
            "pause_ms": pause.map(|pause| pause.as_millis()),
        }),
        Notice::Recovered { product, region } => {
            json!({"event": "recovered", "product": product.code(), "region": region})
        }
        Notice::ClockSkew { seconds } => json!({"event": "clock", "ahead_s": seconds}),
        Notice::Skipped(miss) => json!({
            "event": "skipped",
            "source": format!("{:?}", miss.place),
            "why": format!("{:?}", miss.why),
        }),
        Notice::LooseFile(path) => json!({"event": "loose-file", "path": path}),
        Notice::NoVpcHost { product, region } => {
            json!({"event": "no-vpc-host", "product": product.code(), "region": region})
        }
    }
}

/// The text of a line: when, whose and what first, for whoever reads it with their own eyes.
pub(super) fn in_order(time: &str, run: &str, line: &Value) -> String {
    let first = [("time", time), ("run", run), ("event", line["event"].as_str().unwrap_or_default())];
    let first = first.into_iter().map(|(name, text)| (name, Value::from(text)));
    let rest = line.as_object().into_iter().flatten().filter(|(name, _)| *name != "event");
    let rest = rest.map(|(name, value)| (name.as_str(), value.clone()));
    let fields: Vec<String> =
        first.chain(rest).map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
    format!("{{{}}}", fields.join(","))
}

/// Puts a mask over every secret in any text of `value`.
pub(super) fn mask(value: &mut Value, secrets: &[Secret]) {
    match value {
        Value::String(text) => {
            for secret in secrets {
                if text.contains(secret.expose()) {
                    *text = text.replace(secret.expose(), MASK);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|field| mask(field, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An argument as it is, but of a URL only what names a place: user, password, query and fragment may be secrets.
pub(super) fn masked_arg(arg: &str) -> String {
    let (flag, value) = match arg.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') => (Some(flag), value),
        _ => (None, arg),
    };
    let Some(mut url) = value.contains("://").then(|| Url::parse(value).ok()).flatten() else {
        return if value.contains("://") { MASK.to_owned() } else { arg.to_owned() };
    };
    if !url.username().is_empty() || url.password().is_some() {
        let _ = url.set_username(MASK);
        let _ = url.set_password(None);
    }
    if url.query().is_some() {
        url.set_query(Some(MASK));
    }
    if url.fragment().is_some() {
        url.set_fragment(Some(MASK));
    }
    flag.map_or_else(|| url.to_string(), |flag| format!("{flag}={url}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_comes_first() {
        let line = json!({"action": "A", "event": "request", "attempt": 1});
        let expected = r#"{"time":"T","run":"r","event":"request","action":"A","attempt":1}"#;
        assert_eq!(in_order("T", "r", &line), expected);
    }

    #[test]
    fn of_a_url_only_the_place_is_kept() {
        let rows = [
            ("--vpc-id", "--vpc-id"),
            ("--tag=a=b", "--tag=a=b"),
            (
                "--endpoint-url=http://u:p@127.0.0.1:1/x?q=1#f",
                "--endpoint-url=http://***@127.0.0.1:1/x?***#***",
            ),
            ("https://api.example/", "https://api.example/"),
            ("mysql://root:pw@h:4000/test", "mysql://***@h:4000/test"),
            ("http://[", "***"),
        ];
        for (arg, expected) in rows {
            assert_eq!(masked_arg(arg), expected);
        }
    }
}
