//! What the cloud says about endpoints, asked at once, and each thing asked only once however many endpoints share
//! it: a service, a VPC, a security group.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt, join_all};
use ipnet::Ipv4Net;
use tokio::sync::OnceCell;

use super::security_group::Attached;
use crate::cloud::privatelink::{self, Endpoint, Service, Zone};
use crate::cloud::{Client, Error, ecs, vpc};
use crate::plan;

/// Asks about endpoints of one region.
pub struct Survey {
    cloud: Client,
    region: String,
    services: Shared<Option<Service>>,
    ranges: Shared<Vec<Ipv4Net>>,
    groups: Shared<Attached>,
}

/// What the cloud says about one endpoint besides its own states.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// Its zones.
    pub zones: Result<Vec<Zone>, Error>,
    /// Its service, where it is listed for this account.
    pub service: Option<Service>,
    /// The ranges of its VPC; empty where they could not be read.
    pub ranges: Vec<Ipv4Net>,
    /// Its security groups.
    pub groups: Result<Vec<Attached>, Error>,
}

impl Survey {
    /// Asks `cloud` about `region`.
    pub fn new(cloud: Client, region: &str) -> Self {
        Self {
            cloud,
            region: region.to_owned(),
            services: Shared::default(),
            ranges: Shared::default(),
            groups: Shared::default(),
        }
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The cloud.
    pub fn cloud(&self) -> &Client {
        &self.cloud
    }

    /// The zones of an endpoint.
    pub async fn zones(&self, endpoint_id: &str) -> Result<Vec<Zone>, Error> {
        privatelink::zones_of(&self.cloud, &self.region, endpoint_id).await
    }

    /// The service of a name. Whether it can be seen is no fault of the endpoint, so a failure is nothing known.
    pub async fn service(&self, name: &str) -> Option<Service> {
        let ask = || {
            async { privatelink::find_service(&self.cloud, &self.region, name).await.ok().flatten() }.boxed()
        };
        self.services.get(name, ask).await
    }

    /// The ranges of a VPC; none where they cannot be read.
    pub async fn ranges(&self, vpc_id: &str) -> Vec<Ipv4Net> {
        self.ranges.get(vpc_id, || self.ranges_of(vpc_id).boxed()).await
    }

    async fn ranges_of(&self, vpc_id: &str) -> Vec<Ipv4Net> {
        let vpcs = vpc::describe_vpcs(&self.cloud, &self.region, Some(vpc_id)).await.unwrap_or_default();
        vpcs.iter().find(|vpc| vpc.vpc_id == vpc_id).map(plan::cidrs).unwrap_or_default()
    }

    /// The security groups of an endpoint with their rules.
    pub async fn groups(&self, endpoint_id: &str) -> Result<Vec<Attached>, Error> {
        let ids = privatelink::security_groups_of(&self.cloud, &self.region, endpoint_id).await?;
        let group = async |id: &String| self.groups.get(id, || self.group(id).boxed()).await;
        Ok(join_all(ids.iter().map(group)).await)
    }

    async fn group(&self, id: &str) -> Attached {
        let ids = [id.to_owned()];
        let (known, rules) = tokio::join!(
            ecs::groups_by_id(&self.cloud, &self.region, &ids),
            ecs::ingress_rules(&self.cloud, &self.region, id)
        );
        let kind = known.ok().and_then(|groups| groups.into_iter().next()).map(|g| g.security_group_type);
        Attached { id: id.to_owned(), kind: kind.unwrap_or_default(), rules }
    }

    /// Everything about one endpoint at once. `zones` are asked for by the caller, who has more to do with them.
    pub async fn ground(
        &self,
        endpoint: &Endpoint,
        zones: impl Future<Output = Result<Vec<Zone>, Error>>,
    ) -> Ground {
        let (zones, service, ranges, groups) = tokio::join!(
            zones,
            self.service(&endpoint.service_name),
            self.ranges(&endpoint.vpc_id),
            self.groups(&endpoint.endpoint_id),
        );
        Ground { zones, service, ranges, groups }
    }
}

/// Answers by key, each asked for once.
struct Shared<T>(Mutex<HashMap<String, Arc<OnceCell<T>>>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Shared<T> {
    /// `ask` makes a future on the heap, and only for the first who asks: the many others who wait for its answer at the
    /// same time stay small.
    async fn get<'a>(&self, key: &str, ask: impl FnOnce() -> BoxFuture<'a, T>) -> T {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key.to_owned()).or_default())
        };
        cell.get_or_init(ask).await.clone()
    }
}
