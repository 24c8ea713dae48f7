//! The command that repeats a run without a human: every deciding value, no secret.

use crate::answers::{Answers, ConnectionAnswers};
use crate::cli::Setup;
use crate::commands::World;
use crate::report::EndpointReport;
use crate::shell;

/// One shell-quoted line that ends with `--yes`.
pub(super) fn command(world: &World, answers: &Answers, setup: &Setup, endpoint: &EndpointReport) -> String {
    let mut words = vec!["tidb-pe".to_owned(), "setup".to_owned()];
    if let Some(scenario) = world.scenario() {
        words.push(format!("--sandbox={scenario}"));
    }
    let mut flag = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            words.extend([format!("--{name}"), value.to_owned()]);
        }
    };
    access(&mut flag, world);
    flag("region-id", Some(&endpoint.region_id));
    flag("service-name", Some(&endpoint.service_name));
    network(&mut flag, answers, setup, endpoint);
    connection(&mut flag, &answers.connection, setup);
    if answers.connection.skip_test {
        words.push("--skip-test".to_owned());
    }
    words.push("--yes".to_owned());
    shell::join(words)
}

/// The line that tests the endpoint again and sets up nothing. The simulated world ends with the run.
pub(super) fn test(
    world: &World,
    answers: &Answers,
    setup: &Setup,
    endpoint: &EndpointReport,
) -> Option<String> {
    if world.is_sandbox() {
        return None;
    }
    let mut words = vec!["tidb-pe".to_owned(), "check".to_owned(), endpoint.id.clone()];
    let mut flag = |name: &str, value: Option<&str>| {
        words.extend(value.iter().flat_map(|value| [format!("--{name}"), (*value).to_owned()]));
    };
    access(&mut flag, world);
    flag("region-id", Some(&endpoint.region_id));
    connection(&mut flag, &answers.connection, setup);
    Some(shell::join(words))
}

/// How the cloud is asked.
fn access(flag: &mut impl FnMut(&str, Option<&str>), world: &World) {
    flag("endpoint-url", world.global.endpoint_url.as_deref());
    let hosts = world.global.api_network.and_then(|network| clap::ValueEnum::to_possible_value(&network));
    flag("api-network", hosts.as_ref().map(clap::builder::PossibleValue::get_name));
    flag("profile", world.global.profile.as_deref());
}

fn network(
    flag: &mut impl FnMut(&str, Option<&str>),
    answers: &Answers,
    setup: &Setup,
    endpoint: &EndpointReport,
) {
    let zones: Vec<&str> = endpoint.zones.iter().map(|zone| zone.zone_id.as_str()).collect();
    let vswitches: Vec<&str> = endpoint.zones.iter().map(|zone| zone.vswitch_id.as_str()).collect();
    flag("az-id", list(&zones).as_deref());
    flag("vpc-id", Some(&endpoint.vpc_id));
    flag("vswitch-id", list(&vswitches).as_deref());
    flag("security-group-id", list(&endpoint.security_group_ids).as_deref());
    flag("client-cidr", setup.network.client_cidr.as_deref());
    flag("endpoint-name", answers.endpoint_name.as_deref());
    for tag in &answers.tags {
        flag("tag", Some(&format!("{}={}", tag.key, tag.value)));
    }
    flag("resource-group-id", answers.resource_group_id.as_deref());
}

fn connection(flag: &mut impl FnMut(&str, Option<&str>), answers: &ConnectionAnswers, setup: &Setup) {
    let given = &setup.connection;
    let defaults = ConnectionAnswers::default();
    flag("user", answers.user.as_deref());
    flag("password-file", given.password_file.as_ref().map(|path| path.display().to_string()).as_deref());
    flag("database", (answers.database != defaults.database).then_some(&answers.database));
    flag("port", (answers.port != defaults.port).then(|| answers.port.to_string()).as_deref());
    flag("ssl-mode", (answers.ssl_mode != defaults.ssl_mode).then(|| answers.ssl_mode.as_str()));
    flag("ssl-ca", answers.ssl_ca_path.as_deref());
    flag("tls-server-name", answers.tls_server_name.as_deref());
    flag("connect-to", given.connect_to.as_deref());
}

fn list<S: AsRef<str>>(items: &[S]) -> Option<String> {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    (!items.is_empty()).then(|| items.join(","))
}
