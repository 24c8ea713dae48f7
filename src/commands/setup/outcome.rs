//! From an endpoint to what the user can use, and to what is tested.

use crate::answers::Answers;
use crate::cloud::privatelink::{Endpoint, Zone};
use crate::connection::Connection;
use crate::connection::clients::{Client, Settings, Wanted};
use crate::env::Env;
use crate::error::Error;
use crate::plan::{Adoption, EndpointPlan, Plan, ZonePlan};
use crate::report::{ClientReport, ConnectionReport, EndpointReport, SetupReport, ZoneReport};
use crate::wait::{Goal, Look, is_zone_ready};

/// Where systems keep their CA certificates (TiDB Cloud facts, section 2), most common first.
const CA_BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The zones as planned, until the cloud tells their state; those an adopted endpoint has are not in a plan.
pub(super) fn planned_zones(plan: &Plan) -> Vec<ZoneReport> {
    let EndpointPlan::Create(new) = &plan.endpoint else { return Vec::new() };
    let zone = |zone: &ZonePlan| ZoneReport {
        zone_id: zone.zone_id.clone(),
        vswitch_id: zone.vswitch.id().unwrap_or_default().to_owned(),
        eni_ip: None,
        domain: None,
        status: None,
    };
    new.zones.iter().map(zone).collect()
}

/// The zones that have to be connected; empty means all that the endpoint has. A zone that was just added may not be
/// listed yet, so it is named.
pub(super) fn zones_to_wait_for(plan: &Plan) -> Vec<String> {
    let planned = plan.endpoint.zones().iter().map(|zone| zone.zone_id.clone());
    match &plan.endpoint {
        EndpointPlan::Create(_) => planned.collect(),
        EndpointPlan::Adopt(adoption) if adoption.zones.is_empty() => Vec::new(),
        EndpointPlan::Adopt(adoption) => adoption.present_zones.iter().cloned().chain(planned).collect(),
    }
}

/// The groups that were known, and those this run attached.
pub(super) fn with_attached(
    known: &EndpointReport,
    adoption: &Adoption,
    report: &SetupReport,
) -> Vec<String> {
    let mut groups = known.security_group_ids.clone();
    if report.changed == Some(true) {
        for id in adoption.groups.iter().filter_map(|group| group.id()) {
            if groups.iter().all(|known| known != id) {
                groups.push(id.to_owned());
            }
        }
    }
    groups
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
    let known = |text: &str| if text.is_empty() { "unknown".to_owned() } else { text.to_owned() };
    let zones = look.and_then(|look| look.zones.clone()).unwrap_or_default();
    let (ready, pending): (Vec<_>, Vec<_>) = zones.iter().partition(|zone| is_zone_ready(zone));
    let state = |zone: &&Zone| format!("{} {}", zone.zone_id, known(zone.zone_status.as_str()));
    let endpoint = look.map(|look| &look.endpoint);
    let text = |part: fn(&Endpoint) -> &str| known(endpoint.map(part).unwrap_or_default());
    Error::NotReady {
        endpoint_id: id.to_owned(),
        waited: goal.timeout,
        status: text(|endpoint| endpoint.endpoint_status.as_str()),
        connection: text(|endpoint| endpoint.connection_status.as_str()),
        ready: ready.iter().map(|zone| zone.zone_id.clone()).collect(),
        pending: pending.iter().map(state).collect(),
        business: endpoint
            .map(|endpoint| endpoint.endpoint_business_status.as_str().to_owned())
            .unwrap_or_default(),
        has_zones: !zones.is_empty(),
        has_domain: endpoint.is_some_and(|endpoint| !endpoint.endpoint_domain.is_empty()),
        is_seen: look.is_some(),
        accept_account,
    }
}
