//! From an endpoint to what the user can use, and to what is tested.

use crate::answers::Answers;
use crate::connection::Connection;
use crate::connection::clients::{Client, Settings, Wanted};
use crate::env::Env;
use crate::error::Error;
use crate::plan::{EndpointPlan, Plan};
use crate::report::{ClientReport, ConnectionReport, EndpointReport, ZoneReport};
use crate::wait::{Goal, Look, is_zone_ready};

/// Where systems keep their CA certificates (TiDB Cloud facts, section 2), most common first.
const CA_BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The zones as planned, until the cloud tells their state.
pub(super) fn planned_zones(plan: &Plan) -> Vec<ZoneReport> {
    let EndpointPlan::Create(new) = &plan.endpoint else { return Vec::new() };
    let zone = |zone: &crate::plan::ZonePlan| ZoneReport {
        zone_id: zone.zone_id.clone(),
        vswitch_id: zone.vswitch_id.value.clone(),
        eni_ip: None,
        domain: None,
        status: None,
    };
    new.zones.iter().map(zone).collect()
}

/// What the user can use, once the endpoint has a domain.
pub(in crate::commands) fn connection(
    endpoint: &EndpointReport,
    answers: &Answers,
    env: &Env,
) -> Option<ConnectionReport> {
    let settings = settings(&endpoint.region_id, endpoint.domain.clone()?, answers, env);
    let mariadb = || Client::named("mariadb").map(Wanted::One);
    let clients = answers.connection.client.clone().or_else(mariadb);
    let clients = clients.map(|wanted| wanted.snippets(&settings)).unwrap_or_default();
    let connection = settings.connection;
    Some(ConnectionReport {
        command: connection.mysql_command(),
        url: connection.url(),
        ssl_mode: connection.ssl_mode.to_string(),
        host: connection.host,
        port: connection.port,
        user: connection.user,
        database: connection.database,
        clients: clients.into_iter().map(ClientReport::from).collect(),
    })
}

/// What every client's settings are made of; without the password.
pub(in crate::commands) fn settings(region_id: &str, host: String, answers: &Answers, env: &Env) -> Settings {
    let wanted = &answers.connection;
    let connection = Connection {
        host,
        port: wanted.port,
        user: wanted.user.clone(),
        database: wanted.database.clone(),
        ssl_mode: wanted.ssl_mode,
        ssl_ca: wanted.ssl_ca_path.clone().or_else(|| ca_bundle(env)),
    };
    // The name TiDB's gateway has in the region (TiDB Cloud facts, section 1), unless another one is expected.
    let gateway = || format!("gateway01.{region_id}.prod.alicloud.tidbcloud.com");
    Settings {
        connection,
        password: None,
        tls_name: wanted.tls_server_name.clone().unwrap_or_else(gateway),
        own_ca: wanted.ssl_ca_path.is_some(),
    }
}

fn ca_bundle(env: &Env) -> Option<String> {
    let named = env.var("SSL_CERT_FILE").filter(|path| std::path::Path::new(path).exists());
    named
        .or_else(|| CA_BUNDLES.into_iter().find(|path| std::path::Path::new(path).exists()))
        .map(ToOwned::to_owned)
}

/// Why the waiting ended without success.
pub(in crate::commands) fn not_ready(
    id: &str,
    look: Option<&Look>,
    goal: &Goal,
    accept_account: Option<String>,
) -> Error {
    let zones = look.and_then(|look| look.zones.clone()).unwrap_or_default();
    let (ready, pending): (Vec<_>, Vec<_>) = zones.iter().partition(|zone| is_zone_ready(zone));
    let ids =
        |zones: Vec<&crate::cloud::privatelink::Zone>| zones.iter().map(|z| z.zone_id.clone()).collect();
    let unknown = || "unknown".to_owned();
    Error::NotReady {
        endpoint_id: id.to_owned(),
        waited: goal.timeout,
        status: look.map_or_else(unknown, |look| look.endpoint.endpoint_status.as_str().to_owned()),
        connection: look.map_or_else(unknown, |look| look.endpoint.connection_status.as_str().to_owned()),
        ready: ids(ready),
        pending: ids(pending),
        accept_account,
    }
}
