//! Where a command that works on endpoints as they are connects to.

use crate::answers::{Answers, Source, Sourced, bare_region};
use crate::cli::Parsed;
use crate::cloud::Client;
use crate::error::Error;
use crate::journal::Record;
use crate::problem::{Lack, Problem};

use super::World;

/// A signed connection, and the region: given, else the one this machine remembers, else the sandbox's or profile's.
pub(super) async fn connect(
    world: &mut World,
    parsed: &Parsed,
    record: Option<&Record>,
) -> Result<(Client, String), Error> {
    let (cloud, region) = connect_anywhere(world, parsed, record).await?;
    let missing =
        || Problem::Missing { flag: "--region-id", why: Lack::NotGiven, candidates: Vec::new() }.into();
    region.map(|region| (cloud, region)).ok_or_else(missing)
}

/// The same where no region is needed.
pub(super) async fn connect_anywhere(
    world: &mut World,
    parsed: &Parsed,
    record: Option<&Record>,
) -> Result<(Client, Option<String>), Error> {
    let mut answers = Answers::default();
    let given = parsed.cli.global.region_id.as_deref().map(|text| bare_region(text).to_owned());
    answers.region_id = given
        .or_else(|| record.map(|record| record.region_id.clone()))
        .filter(|region| !region.is_empty())
        .map(|region| Sourced::new(region, Source::Flag));
    let mut problems = world.problems();
    problems.extend(answers.problems());
    if !problems.is_empty() {
        return Err(problems.into());
    }
    world.start_sandbox(&mut answers).await?;
    world.region = answers.region().map(|region| region.value);
    let (provider, of_profile) = world.credentials().await?;
    let region = answers.region().map(|region| region.value).or(of_profile);
    Ok((world.cloud(provider)?, region))
}
