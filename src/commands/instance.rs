//! From a TiDB Cloud instance to the answers: by its id, which a person may choose from a list.

use crate::answers::Answers;
use crate::cli::Setup;
use crate::cloud::{Notice, Observer as _};
use crate::env::Env;
use crate::error::Error;
use crate::event::{Event, Phase};
use crate::problem::{About, Candidate, Problem};
use crate::tidb_cloud::keys::{self, Keys, Places};
use crate::tidb_cloud::{self, Api, Cluster};

use super::World;

/// Fills the answers from the instance that `--cluster-id` names.
pub(super) async fn fill(world: &World, setup: &Setup, answers: &mut Answers) -> Result<(), Error> {
    match answers.cluster_id.clone() {
        Some(id) => take(world, setup, &id, answers).await,
        None => Ok(()),
    }
}

/// Fills the answers from the instance with this id.
pub(super) async fn take(world: &World, setup: &Setup, id: &str, answers: &mut Answers) -> Result<(), Error> {
    let (cluster, source) = instance(world, setup, id).await?;
    let id = cluster.cluster_id.clone();
    let facts = cluster.facts().map_err(|why| Error::Unfit { cluster_id: id.clone(), why })?;
    let name = cluster.display_name;
    world.reporter.emit(Event::Instance { id, name, busy: facts.busy.clone(), source });
    Ok(answers.fill_from(facts, setup.connection.port.is_some())?)
}

/// Every problem with the flags that shows without asking.
pub(super) fn problems(world: &World, setup: &Setup) -> Vec<Problem> {
    let Some(text) = &setup.network.tidb_cloud_url else { return Vec::new() };
    let mut problems = Vec::new();
    if let Err(why) = tidb_cloud::base_url(text) {
        problems.push(Problem::BaseUrl { flag: "--tidb-cloud-url", text: text.clone(), why });
    }
    if world.is_sandbox() {
        problems.push(Problem::Conflict { one: "--sandbox", other: "--tidb-cloud-url" });
    }
    problems
}

async fn instance(world: &World, setup: &Setup, id: &str) -> Result<(Cluster, keys::Source), Error> {
    let keys = keys(world).map_err(Error::NoTidbKeys)?;
    let source = keys.source.clone();
    let mut cluster = api(world, setup, keys)?.cluster(id).await?;
    if cluster.cluster_id.is_empty() {
        id.clone_into(&mut cluster.cluster_id);
    }
    Ok((cluster, source))
}

/// The instances to choose from at a terminal. The list is a kindness: without keys, or when it cannot be had, it is
/// empty, and the dialog is asked for instead.
pub(super) async fn candidates(world: &World, setup: &Setup) -> Result<Vec<Candidate>, Error> {
    if world.is_sandbox() {
        return Ok(Vec::new());
    }
    let Ok(found) = keys(world) else { return Ok(Vec::new()) };
    world.reporter.emit(Event::Begin(Phase::Listing));
    let listed = async { Ok::<_, Error>(api(world, setup, found)?.clusters().await?) };
    let listed = listed.await;
    world.reporter.emit(Event::End);
    match listed {
        Ok(clusters) => Ok(clusters.iter().filter(|each| each.is_on_alibaba()).map(candidate).collect()),
        Err(error) => {
            world.reporter.emit(Event::NoInstances(Box::new(error)));
            Ok(Vec::new())
        }
    }
}

fn candidate(cluster: &Cluster) -> Candidate {
    let region = cluster.region_id().unwrap_or_default();
    let about = [cluster.display_name.clone(), region.clone(), cluster.state.to_lowercase()];
    Candidate { id: cluster.cluster_id.clone(), about: about.map(About::Text).to_vec() }
}

fn api(world: &World, setup: &Setup, keys: Keys) -> Result<Api, Error> {
    #[cfg(feature = "sandbox")]
    if let Some(lab) = &world.lab {
        return Ok(Api::new(lab.cloud().tidb_cloud_url(), keys)?);
    }
    let _ = world;
    let text = setup.network.tidb_cloud_url.as_deref().unwrap_or(tidb_cloud::BASE);
    let base = tidb_cloud::base_url(text).map_err(|why| Problem::BaseUrl {
        flag: "--tidb-cloud-url",
        text: text.to_owned(),
        why,
    })?;
    Ok(Api::new(base, keys)?)
}

/// The key, after saying what was passed over on the way and who else can read it.
fn keys(world: &World) -> Result<Keys, Vec<keys::Miss>> {
    #[cfg(feature = "sandbox")]
    if let Some(lab) = &world.lab {
        let key = lab.cloud().tidb_cloud_key();
        return Ok(Keys { public: key.public, private: key.private, source: keys::Source::Sandbox });
    }
    let (keys, misses) = keys::find(&places(&world.env))?;
    for miss in misses.into_iter().filter(|miss| !miss.is_absent()) {
        world.reporter.emit(Event::TidbKeysSkipped(miss));
    }
    if let keys::Source::Ticloud { path, .. } | keys::Source::Ti(path) = &keys.source
        && crate::cloud::credentials::is_loose(path)
    {
        world.notices.notice(Notice::LooseFile(path.clone()));
    }
    Ok(keys)
}

fn places(env: &Env) -> Places {
    let pair = |public, private| (env.var(public).map(ToOwned::to_owned), env.secret(private));
    let home = |path: &str| env.home.as_ref().map(|home| home.join(path));
    Places {
        tidb_cloud: pair("TIDB_CLOUD_PUBLIC_KEY", "TIDB_CLOUD_PRIVATE_KEY"),
        tidbcloud: pair("TIDBCLOUD_PUBLIC_KEY", "TIDBCLOUD_PRIVATE_KEY"),
        ticloud: home(".ticloud/config"),
        ti: home(".ti/credentials"),
    }
}
