//! The endpoint itself: created once, or found where the cloud says that there is one.

use tokio::time::Instant;

use super::{Call, Worker};
use crate::cloud::Error as CloudError;
use crate::cloud::privatelink::{self, CreateEndpoint, Endpoint};
use crate::error::Error;
use crate::event::Thing;
use crate::journal::Kind;
use crate::plan;

/// An endpoint that exists now.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Whether this run made it.
    pub created: bool,
}

impl Worker<'_> {
    /// Creates the endpoint. If the cloud says that one exists, or no answer comes, the one that is there is used;
    /// where a second one was asked for (`second`), it is not.
    pub async fn create_endpoint(
        &mut self,
        request: &CreateEndpoint,
        second: bool,
    ) -> Result<Applied, Error> {
        let (cloud, region) = (self.cloud, request.region_id.as_str());
        let call = Call {
            kind: Kind::Endpoint,
            params: request.params(),
            send: async |token: &str| privatelink::create_vpc_endpoint(cloud, request, token).await,
            exists: async |id: &str| is_there(privatelink::get_vpc_endpoint(cloud, region, id).await),
        };
        let created = self.once(call, |endpoint: &Endpoint| endpoint.endpoint_id.clone()).await;
        match created {
            Ok(endpoint) => {
                if second {
                    self.journal.open_second(&endpoint.endpoint_id);
                }
                self.made(Thing::Endpoint, &endpoint.endpoint_id);
                Ok(Applied { endpoint, created: true })
            }
            Err(error) => self.find_instead(request, second, error).await,
        }
    }

    async fn find_instead(
        &mut self,
        request: &CreateEndpoint,
        second: bool,
        error: CloudError,
    ) -> Result<Applied, Error> {
        if second && error.is_duplicate() {
            let (service_name, vpc_id) = (request.service_name.clone(), request.vpc_id.clone());
            return Err(Error::SecondRefused { service_name, vpc_id, request_id: error.request_id });
        }
        let duplicate = error.means_there_is_one();
        if second || !(duplicate || error.is_ambiguous()) {
            // What an unanswered try made may exist, whatever this one was refused for.
            let is_open = self.journal.record().open_endpoint().is_some();
            return Err(if is_open { Error::Unanswered(error) } else { error.into() });
        }
        let Some(endpoint) = self.find(request, duplicate).await else {
            let is_open = self.journal.record().open_endpoint().is_some();
            return Err(if duplicate { Error::Hidden { error, is_open } } else { Error::Unanswered(error) });
        };
        if !duplicate {
            self.made(Thing::Endpoint, &endpoint.endpoint_id);
        }
        self.report.making = None;
        Ok(Applied { endpoint, created: !duplicate })
    }

    /// The endpoint that is there. One that the cloud refuses to duplicate may take a moment to be listed.
    async fn find(&self, request: &CreateEndpoint, duplicate: bool) -> Option<Endpoint> {
        let (cloud, region, service) = (self.cloud, &request.region_id, &request.service_name);
        let vpc = &request.vpc_id;
        let mine = |endpoint: &Endpoint| duplicate || endpoint.endpoint_name == request.endpoint_name;
        let found = std::cell::RefCell::new(None);
        let listed = async || {
            let listed = privatelink::endpoints_to_service(cloud, region, service, Some(vpc)).await;
            let listed: Vec<Endpoint> = listed.unwrap_or_default().into_iter().filter(mine).collect();
            found.replace(plan::best_of(&listed, vpc).cloned());
            Ok(found.borrow().is_some() || !duplicate)
        };
        let deadline = self.deadline().min(Instant::now() + cloud.tuning().hidden / 4);
        // Not found in time is an answer, too.
        let _ = super::until(deadline, listed).await;
        found.into_inner()
    }
}

/// Facts section d: not there is an error of its own.
pub(super) fn is_there<T>(answer: Result<T, CloudError>) -> Result<bool, CloudError> {
    match answer {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}
