//! The official chain (facts section g): the sources in their order, the first that has a key.

use std::pin::Pin;
use std::sync::Arc;

use super::{Credentials, Miss, Place, Places, Provider, Source, Why, environment, imds, ini, is_loose};
use super::{oidc, profile, uri};
use crate::cloud::notice::{Notice, Observer};
use crate::cloud::tuning::Tuning;

/// Where to look, and how to ask servers on the way.
#[derive(Clone)]
pub struct Chain {
    places: Places,
    observer: Arc<dyn Observer>,
    tuning: Tuning,
}

/// What the chain found.
pub struct Found {
    /// Hands out the key, and renews it.
    pub provider: Provider,
    /// The region that the profile names.
    pub region_id: Option<String>,
}

/// One source of the chain, as it can be asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Environment,
    Oidc,
    /// A profile by name, else the current one.
    Profile(Option<String>),
    Ini,
    Ecs,
    Uri,
}

/// What a source gave.
pub(super) struct Taken {
    pub(super) credentials: Credentials,
    source: Source,
    region_id: Option<String>,
    /// The step that leads here again, even if the file's current profile changes meanwhile.
    again: Step,
}

impl Chain {
    /// Looks in `places`; requests on the way are told to `observer`.
    pub fn new(places: Places, tuning: Tuning, observer: Arc<dyn Observer>) -> Self {
        Self { places, observer, tuning }
    }

    /// The first source that has a key, or why each had none. The observer hears of those passed over.
    pub async fn find(self) -> Result<Found, Vec<Miss>> {
        let mut misses = Vec::new();
        for step in self.steps() {
            match self.take(&step).await {
                Ok(taken) => return Ok(self.found(taken, &misses)),
                Err(miss) => misses.push(miss),
            }
            if step == Step::Ini && self.lacks_the_profile(&misses) {
                break;
            }
        }
        Err(misses)
    }

    fn steps(&self) -> Vec<Step> {
        match &self.places.chosen_profile {
            Some(name) => vec![Step::Profile(Some(name.clone()))],
            None => vec![
                Step::Environment,
                Step::Oidc,
                Step::Profile(self.places.chain_profile.clone()),
                Step::Ini,
                Step::Ecs,
                Step::Uri,
            ],
        }
    }

    /// Whoever names a profile does not want to be an instance's role because of a typing error.
    fn lacks_the_profile(&self, misses: &[Miss]) -> bool {
        self.places.chain_profile.is_some()
            && misses.iter().any(|miss| matches!(miss.why, Why::Unknown { .. }))
    }

    /// Asks one source.
    ///
    /// Boxed, because asking STS takes a client, which has a provider, which asks this.
    pub(super) fn take<'a>(
        &'a self,
        step: &'a Step,
    ) -> Pin<Box<dyn Future<Output = Result<Taken, Miss>> + Send + 'a>> {
        Box::pin(self.ask(step))
    }

    async fn ask(&self, step: &Step) -> Result<Taken, Miss> {
        let plain = |credentials, source| Taken { credentials, source, region_id: None, again: step.clone() };
        let miss = |place| move |why| Miss { place, why };
        let places = &self.places;
        match step {
            Step::Environment => environment::take(places)
                .map(|key| plain(key, Source::Environment))
                .map_err(miss(Place::Environment)),
            Step::Oidc => {
                oidc::take(self).await.map(|(key, source)| plain(key, source)).map_err(miss(Place::Oidc))
            }
            Step::Profile(name) => self.profile(name.as_deref()).await,
            Step::Ini => {
                ini::take(self).await.map(|(key, source)| plain(key, source)).map_err(miss(Place::Ini))
            }
            Step::Ecs => imds::take(self, places.ecs.role.as_deref())
                .await
                .map(|(key, role)| plain(key, Source::EcsRole { role }))
                .map_err(miss(Place::Ecs)),
            Step::Uri => match &places.uri {
                Some(text) => uri::take(self, text.expose()).await,
                None => Err(Why::Unset(vec!["ALIBABA_CLOUD_CREDENTIALS_URI"])),
            }
            .map(|key| plain(key, Source::Uri))
            .map_err(miss(Place::Uri)),
        }
    }

    async fn profile(&self, name: Option<&str>) -> Result<Taken, Miss> {
        let place = Place::Profile(name.map(ToOwned::to_owned));
        let disabled = self.places.profiles_disabled.filter(|_| self.places.chosen_profile.is_none());
        if let Some(variable) = disabled {
            return Err(Miss { place, why: Why::Disabled(variable) });
        }
        let Some(path) = &self.places.config_file else { return Err(Miss { place, why: Why::NoHome }) };
        match profile::take(self, path, name).await {
            Ok(taken) => Ok(Taken {
                credentials: taken.credentials,
                source: taken.source,
                region_id: taken.region_id,
                again: Step::Profile(Some(taken.name)),
            }),
            Err((why, None)) => Err(Miss { place, why }),
            Err((why, name)) => Err(Miss { place: Place::Profile(name), why }),
        }
    }

    fn found(self, taken: Taken, misses: &[Miss]) -> Found {
        for miss in misses {
            self.observer.notice(Notice::Skipped(miss.clone()));
        }
        if let Source::Profile { path, .. } | Source::Ini { path, .. } = &taken.source
            && is_loose(path)
        {
            self.observer.notice(Notice::LooseFile(path.clone()));
        }
        let region_id = taken.region_id;
        let provider = Provider::renewing(taken.credentials, taken.source, self, taken.again);
        Found { provider, region_id }
    }

    pub(super) fn places(&self) -> &Places {
        &self.places
    }

    pub(super) fn observer(&self) -> &Arc<dyn Observer> {
        &self.observer
    }

    pub(super) fn tuning(&self) -> Tuning {
        self.tuning
    }
}
