//! `tidb-pe connection-string`: the settings of one client or all, for an endpoint that is there.

use super::World;
use super::find::{self, Found};
use super::setup::outcome;
use crate::answers::Answers;
use crate::check::{connection, endpoint};
use crate::cli::{ConnectionString, Parsed};
use crate::cloud::privatelink::Endpoint;
use crate::connection::clients::{Client, Snippet, Wanted};
use crate::error::Error;
use crate::event::Event;
use crate::report::{ClientReport, StringsReport};
use crate::ui::words::clients_en;
use crate::ui::{render, term};

/// Finds the endpoint and prints.
pub async fn run(
    world: &mut World,
    parsed: &Parsed,
    flags: &ConnectionString,
    report: &mut StringsReport,
) -> Result<(), Error> {
    if flags.connection.password_stdin {
        world.take_stdin().await;
    }
    let (mut answers, mut problems) =
        crate::answers::gather_to_find(parsed, &flags.find, &flags.connection, &world.env).await;
    problems.extend(find::problems(world, &flags.find, &answers));
    if !problems.is_empty() {
        return Err(problems.into());
    }
    world.start_sandbox_with_endpoint(&mut answers).await?;
    let tuning = world.env.tuning;
    let cloud = find::cloud(world, &mut answers, flags.find.endpoint_id.as_deref(), tuning).await?;
    let region = find::region(&answers)?;
    let found = find::endpoint(&cloud, &region, &answers, flags.find.endpoint_id.as_deref()).await?;
    let endpoint = the_one(world, &answers, (&region, cloud.now()), found).await?;
    let mut settings = outcome::settings(&region, endpoint.endpoint_domain.clone(), &answers, &world.env);
    if flags.show_password {
        settings.password.clone_from(&answers.connection.password);
    }
    let mysql = || Client::named("mysql").map(Wanted::One);
    let wanted = answers.connection.client.clone().or_else(mysql).unwrap_or(Wanted::All);
    tell(world, &wanted, wanted.snippets(&settings), report);
    Ok(())
}

async fn the_one(
    world: &World,
    answers: &Answers,
    (region, now): (&str, jiff::Timestamp),
    found: Found,
) -> Result<Endpoint, Error> {
    let facts = match found {
        Found::One(facts) => *facts,
        Found::None => return Err(Error::CheckFailed(Box::new(find::none(answers, region)))),
        Found::Several(endpoints) => find::pick(world, region, &endpoints).await?,
    };
    let judged = endpoint::judge(&facts);
    let endpoint = match facts.answer {
        Ok(endpoint) => endpoint,
        Err(error) if error.is_not_found() => return Err(Error::CheckFailed(Box::new(judged))),
        Err(error) => return Err(error.into()),
    };
    if endpoint.endpoint_domain.is_empty() {
        let facts =
            connection::Facts { endpoint: &endpoint, auto_accept: None, account_id: "", seen: None, now };
        return Err(Error::CheckFailed(Box::new(connection::judge(&facts))));
    }
    Ok(endpoint)
}

fn tell(world: &World, wanted: &Wanted, snippets: Vec<Snippet>, report: &mut StringsReport) {
    for Snippet { client, note, .. } in &snippets {
        if let Some(note) = *note {
            world.reporter.emit(Event::Note { client: client.name(), note });
            report.warnings.push(clients_en::note(client.name(), note));
        }
    }
    let strings: Vec<ClientReport> = snippets.into_iter().map(ClientReport::from).collect();
    if !world.is_json() {
        term::out(&render::clients(&strings, *wanted == Wanted::All));
    }
    report.connection_strings = Some(strings);
}
