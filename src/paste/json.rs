//! JSON of the TiDB Cloud API (TiDB Cloud facts, section 4), or anything that uses the same names.

use serde_json::Value;

use super::{Pasted, password, user};

/// `None` if the text is no JSON object or list.
pub(super) fn parse(text: &str) -> Option<Pasted> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_slice(text.as_bytes()).ok()?;
    let clusters = clusters_on_alibaba(&value);
    let mut pasted = read_whole(clusters.first().unwrap_or(&&value));
    for other in clusters.iter().skip(1) {
        pasted.fill(Pasted { user: read_whole(other).user, ..Pasted::default() });
    }
    Some(pasted)
}

/// Of a list of clusters, those that have an endpoint service on Alibaba Cloud.
fn clusters_on_alibaba(value: &Value) -> Vec<&Value> {
    let on_alibaba = |cluster: &&Value| cluster.pointer("/endpoints/private/alicloud/serviceName").is_some();
    let clusters = value.get("clusters").unwrap_or(value).as_array();
    clusters.into_iter().flatten().filter(on_alibaba).collect()
}

fn read_whole(value: &Value) -> Pasted {
    let mut pasted = Pasted::default();
    read(value, &[], &mut pasted);
    pasted
}

/// Depth is bounded by the JSON reader itself.
fn read(value: &Value, path: &[&str], pasted: &mut Pasted) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let here: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
                take(key, path, value, pasted);
                read(value, &here, pasted);
            }
        }
        Value::Array(items) if !items.iter().all(Value::is_string) => {
            for item in items {
                read(item, path, pasted);
            }
        }
        _ => {}
    }
}

fn take(key: &str, path: &[&str], value: &Value, pasted: &mut Pasted) {
    let name: String =
        key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let text = || value.as_str().map(ToOwned::to_owned);
    let public = path.contains(&"public");
    match name.as_str() {
        "servicename" | "endpointservicename" => {
            pasted.service_name = pasted.service_name.take().or_else(text);
        }
        "availabilityzone"
        | "availabilityzones"
        | "availabilityzoneid"
        | "availabilityzoneids"
        | "azid"
        | "azids" => {
            pasted.az_ids.extend(strings(value));
        }
        "regionid" | "region" => pasted.region_id = pasted.region_id.take().or_else(text),
        "userprefix" => pasted.user = text().map(|prefix| format!("{prefix}.root")),
        "user" | "username" => pasted.user = pasted.user.take().or_else(|| text().and_then(|t| user(&t))),
        "password" => pasted.password = text().and_then(|text| password(&text)),
        "database" => pasted.database = text(),
        "port" if !public => {
            pasted.port = value.as_u64().and_then(|port| u16::try_from(port).ok()).or(pasted.port);
        }
        _ => {}
    }
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            text.split([',', ' ']).filter(|s| !s.is_empty()).map(ToOwned::to_owned).collect()
        }
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        _ => Vec::new(),
    }
}
