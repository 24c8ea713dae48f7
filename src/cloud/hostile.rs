//! Any bytes read as the answer to every operation; for fuzzers and property tests.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body;
use super::error::{ErrorKind, Unusable};
use super::pages::{NumberPage, TokenPage};
use super::privatelink::{self, Endpoint, Service, Zone};
use super::transport::Reply;
use super::vpc::{self, VSwitch, Vpc};
use super::{ecs, sts};

/// What is wrong with the answer, for each way to read it; and its request id. Panics where something that is promised
/// of every answer does not hold.
pub(crate) fn read(status: u16, body: &[u8]) -> (Vec<ErrorKind>, Option<String>) {
    let reply = Reply { status, body: body.to_vec().into(), ..Reply::default() };
    let id = body::request_id(&reply);
    let wrong = match body::read(&reply) {
        Ok(value) => every_type(&value).into_iter().map(|why| unusable(status, why)).collect(),
        Err(kind) => vec![kind],
    };
    (wrong, id)
}

fn unusable(status: u16, why: String) -> ErrorKind {
    ErrorKind::Unusable { status, what: Unusable::Shape(why) }
}

fn every_type(value: &Value) -> Vec<String> {
    let results = [
        one::<Endpoint>(value, endpoint),
        one::<sts::Identity>(value, |identity| id(&identity.account_id)),
        // The reader's words about keys are never used: they could quote one.
        one::<sts::Answer>(value, |_| {}).map_err(|_| "it has no complete Credentials".to_owned()),
        one::<vpc::Created>(value, |created| id(&created.vswitch_id)),
        one::<VSwitch>(value, vswitch),
        one::<ecs::Created>(value, |created| id(&created.security_group_id)),
        by_token::<ecs::Permission>(value, "Permissions", rule),
        one::<privatelink::ProductOpen>(value, |_| {}),
        one::<privatelink::change::Regions>(value, |answer| answer.ids().for_each(id)),
        by_token::<Endpoint>(value, "Endpoints", endpoint),
        by_token::<Service>(value, "Services", |service| {
            id(&service.service_id);
            id(&service.service_name);
            service.zones.iter().for_each(|zone| id(zone));
        }),
        by_token::<Zone>(value, "Zones", |zone| {
            id(&zone.zone_id);
            id(&zone.vswitch_id);
            id(&zone.zone_domain);
            short(&zone.eni_ip);
        }),
        by_token::<privatelink::GroupOfEndpoint>(value, "SecurityGroups", |group| {
            id(&group.security_group_id);
        }),
        by_token::<ecs::SecurityGroup>(value, "SecurityGroups", |group| {
            id(&group.security_group_id);
            short(&group.security_group_name);
        }),
        by_number::<Vpc>(value, "Vpcs", |vpc| {
            id(&vpc.vpc_id);
            short(&vpc.vpc_name);
        }),
        by_number::<VSwitch>(value, "VSwitches", vswitch),
    ];
    results.into_iter().filter_map(Result::err).collect()
}

fn one<T: DeserializeOwned>(value: &Value, promised: impl Fn(&T)) -> Result<(), String> {
    serde_json::from_value::<T>(value.clone()).map(|read| promised(&read)).map_err(|error| error.to_string())
}

fn by_token<T: DeserializeOwned>(value: &Value, list: &str, promised: impl Fn(&T)) -> Result<(), String> {
    TokenPage::<T>::read(&mut value.clone(), list)
        .map(|page| page.items.iter().for_each(|(_, item)| promised(item)))
}

fn by_number<T: DeserializeOwned>(value: &Value, list: &str, promised: impl Fn(&T)) -> Result<(), String> {
    NumberPage::<T>::read(value.clone(), list)
        .map(|page| page.items.iter().for_each(|(_, item)| promised(item)))
}

fn endpoint(endpoint: &Endpoint) {
    for text in [&endpoint.endpoint_id, &endpoint.vpc_id, &endpoint.service_name, &endpoint.endpoint_domain] {
        id(text);
    }
    for text in [&endpoint.endpoint_name, &endpoint.create_time] {
        short(text);
    }
    short(endpoint.endpoint_status.as_str());
    short(endpoint.connection_status.as_str());
    for tag in &endpoint.tags {
        short(&tag.key);
        short(&tag.value);
    }
}

fn vswitch(vswitch: &VSwitch) {
    for text in [&vswitch.vswitch_id, &vswitch.vpc_id, &vswitch.zone_id] {
        id(text);
    }
    for text in [&vswitch.vswitch_name, &vswitch.status, &vswitch.cidr_block] {
        short(text);
    }
}

fn rule(rule: &ecs::Permission) {
    for text in [&rule.source_group_id, &rule.source_prefix_list_id, &rule.security_group_rule_id] {
        id(text);
    }
    for text in [&rule.source_cidr_ip, &rule.port_range, &rule.policy] {
        short(text);
    }
}

/// What stands in commands, file names and host names.
fn id(text: &str) {
    assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)), "{text:?} is no id");
    short(text);
}

/// What stands in the middle of a sentence.
fn short(text: &str) {
    assert!(text.chars().count() <= 257 && !text.contains(char::is_control), "{text:?} is no short line");
}
