//! Looks things up while a person answers, so that a list is there when its turn comes.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::answers::{Answers, Source};
use crate::cloud::Client;
use crate::cloud::credentials::{Miss, Provider};
use crate::commands::{Search, World};

use crate::error::Error;
use crate::inventory::{Inventory, Network};
use crate::plan;

use super::super::look;

/// The networks of so many VPCs are looked at before one is chosen.
const VPCS_AHEAD: usize = 8;

/// What an account look depends on: answers that a question changes without changing any of these need no new look.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    region: String,
    service: Option<String>,
    vpc: Option<String>,
    groups: Option<Vec<String>>,
}

/// The key to sign with.
enum Keyring {
    Unknown,
    Found(Box<Client>, Option<String>),
    None(Vec<Miss>),
    Broken(Box<Error>),
}

enum News {
    Key(Result<Search, Error>),
    Account(Subject, Result<Inventory, Error>),
    Network(Subject, String, Result<Network, Error>),
}

/// Looks in the background.
pub(super) struct Scout<'a> {
    world: &'a World,
    under_way: FuturesUnordered<LocalBoxFuture<'a, News>>,
    keyring: Keyring,
    searching: bool,
    account: Option<(Subject, Option<Result<Inventory, Error>>)>,
    networks: HashMap<String, Network>,
    networks_asked: Vec<String>,
}

impl<'a> Scout<'a> {
    /// A scout that has a key already, or has to find one.
    pub(super) fn new(world: &'a World, cloud: Option<Client>) -> Self {
        let keyring = cloud.map_or(Keyring::Unknown, |cloud| Keyring::Found(Box::new(cloud), None));
        Self {
            world,
            under_way: FuturesUnordered::new(),
            keyring,
            searching: false,
            account: None,
            networks: HashMap::new(),
            networks_asked: Vec::new(),
        }
    }

    /// Begins whatever `answers` allow by now.
    pub(super) fn send(&mut self, answers: &Answers) {
        let region = answers.region().map(|region| region.value);
        if matches!(self.keyring, Keyring::Unknown) && !self.searching {
            self.searching = true;
            let (world, region) = (self.world, region.clone());
            let search = async move { News::Key(world.find_credentials(region.as_deref()).await) };
            self.under_way.push(Box::pin(search));
        }
        let (Keyring::Found(cloud, _), Some(region), Some(_)) =
            (&self.keyring, region, &answers.service_name)
        else {
            return;
        };
        let given = as_given(answers);
        let subject = subject(&given, &region);
        if self.account.as_ref().is_some_and(|(known, _)| *known == subject) {
            return;
        }
        self.networks.clear();
        self.networks_asked.clear();
        self.account = Some((subject.clone(), None));
        let (world, cloud) = (self.world, (**cloud).clone());
        let look = async move {
            let looked = look::account(world, &cloud, &region, &given).await;
            News::Account(subject, looked)
        };
        self.under_way.push(Box::pin(look));
    }

    /// Waits for `other`, and goes on looking meanwhile.
    pub(super) async fn meanwhile<T>(&mut self, answers: &Answers, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            self.send(answers);
            tokio::select! {
                biased;
                done = &mut other => return done,
                Some(news) = self.under_way.next(), if !self.under_way.is_empty() => self.hear(news, answers),
            }
        }
    }

    /// Where a key was looked for in vain, if there is none.
    pub(super) async fn misses(&mut self, answers: &Answers) -> Result<Option<Vec<Miss>>, Error> {
        loop {
            match &self.keyring {
                Keyring::Unknown => self.step(answers).await,
                Keyring::Found(..) => return Ok(None),
                Keyring::None(misses) => return Ok(Some(misses.clone())),
                Keyring::Broken(error) => return Err((**error).clone()),
            }
        }
    }

    /// The connection to the cloud, once there is a key.
    pub(super) fn cloud(&self) -> Option<&Client> {
        match &self.keyring {
            Keyring::Found(cloud, _) => Some(cloud),
            _ => None,
        }
    }

    /// The region of the profile the key came from.
    pub(super) fn profile_region(&self) -> Option<String> {
        match &self.keyring {
            Keyring::Found(_, region) => region.clone(),
            _ => None,
        }
    }

    /// Signs with a key that was typed.
    pub(super) fn take_key(&mut self, provider: Provider) {
        self.keyring = self.with_key(provider, None);
    }

    /// Forgets a key that was typed, and where none was found.
    pub(super) fn drop_key(&mut self, misses: Vec<Miss>) {
        self.keyring = Keyring::None(misses);
        self.account = None;
    }

    /// What the account has.
    pub(super) async fn account(&mut self, answers: &Answers) -> Result<Inventory, Error> {
        loop {
            self.send(answers);
            match &self.account {
                Some((_, Some(looked))) => return looked.clone(),
                _ if self.under_way.is_empty() => {
                    return Err(Error::Internal("there is nothing to look at the account with".to_owned()));
                }
                _ => self.step(answers).await,
            }
        }
    }

    /// Whether the next lookup would have to be waited for.
    pub(super) fn is_waiting(&self) -> bool {
        !matches!(&self.account, Some((_, Some(_))))
    }

    /// An account look that went wrong while something else was asked.
    pub(super) fn trouble(&self) -> Option<Error> {
        match &self.account {
            Some((_, Some(Err(error)))) => Some(error.clone()),
            _ => None,
        }
    }

    /// The networks that are known by now; one that is on its way is waited for.
    pub(super) async fn networks(&mut self, answers: &Answers, vpc_id: &str) -> &HashMap<String, Network> {
        while self.networks_asked.iter().any(|id| id == vpc_id) && !self.networks.contains_key(vpc_id) {
            self.step(answers).await;
        }
        &self.networks
    }

    async fn step(&mut self, answers: &Answers) {
        self.send(answers);
        if let Some(news) = self.under_way.next().await {
            self.hear(news, answers);
        }
    }

    fn hear(&mut self, news: News, answers: &Answers) {
        match news {
            News::Key(Ok(Ok((provider, region)))) => self.keyring = self.with_key(provider, region),
            News::Key(Ok(Err(misses))) => self.keyring = Keyring::None(misses),
            News::Key(Err(error)) => self.keyring = Keyring::Broken(Box::new(error)),
            News::Account(subject, looked) => self.hear_account(&subject, looked, answers),
            News::Network(subject, vpc_id, looked) => {
                let is_present = self.account.as_ref().is_some_and(|(present, _)| *present == subject);
                self.networks_asked.retain(|id| *id != vpc_id || !is_present);
                // One that went wrong is looked at again when it is needed, and its reason is told then.
                if let (true, Ok(network)) = (is_present, looked) {
                    self.networks.insert(vpc_id, network);
                }
            }
        }
    }

    fn with_key(&self, provider: Provider, region: Option<String>) -> Keyring {
        match self.world.cloud(provider) {
            Ok(cloud) => Keyring::Found(Box::new(cloud), region),
            Err(error) => Keyring::Broken(Box::new(error)),
        }
    }

    fn hear_account(&mut self, subject: &Subject, looked: Result<Inventory, Error>, answers: &Answers) {
        match &mut self.account {
            Some((present, slot)) if present == subject => *slot = Some(looked),
            _ => return,
        }
        self.look_ahead(subject, answers);
    }

    /// The networks of the VPCs that may be chosen, and only where one will be needed.
    fn look_ahead(&mut self, subject: &Subject, answers: &Answers) {
        let (Keyring::Found(cloud, _), Some((_, Some(Ok(inventory))))) = (&self.keyring, &self.account)
        else {
            return;
        };
        if inventory.network.is_some() || !inventory.product_open {
            return;
        }
        let given = as_given(answers);
        let needed = |id: &str| plan::wants_more(&given) || plan::to_adopt(&given, inventory, id).is_none();
        let ids = inventory.vpcs.iter().map(|vpc| vpc.vpc_id.clone()).filter(|id| needed(id));
        for vpc_id in ids.take(VPCS_AHEAD) {
            let (world, cloud, region) = (self.world, (**cloud).clone(), subject.region.clone());
            let (subject, given) = (subject.clone(), given.clone());
            self.networks_asked.push(vpc_id.clone());
            self.under_way.push(Box::pin(async move {
                let looked = look::network(world, &cloud, &region, &vpc_id, &given).await;
                News::Network(subject, vpc_id, looked)
            }));
        }
    }
}

/// The answers without what was chosen from lists: what the lists are made of does not depend on it.
fn as_given(answers: &Answers) -> Answers {
    let mut given = answers.clone();
    given.vpc_id = given.vpc_id.filter(|id| id.source != Source::Prompt);
    given.vswitch_ids = given.vswitch_ids.filter(|ids| ids.source != Source::Prompt);
    given.security_group_ids = given.security_group_ids.filter(|ids| ids.source != Source::Prompt);
    given
}

fn subject(given: &Answers, region: &str) -> Subject {
    Subject {
        region: region.to_owned(),
        service: given.service_name.as_ref().map(|name| name.value.to_string()),
        vpc: given.vpc_id.as_ref().map(|id| id.value.clone()),
        groups: given.security_group_ids.as_ref().map(|ids| ids.value.clone()),
    }
}
