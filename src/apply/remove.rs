//! Taking things away: zones one at a time, the endpoint, then what was made for it.

use std::time::Duration;

use tokio::time::Instant;

use super::grow::until_changeable;
use super::{patiently, until};
use crate::cloud::privatelink::change::{self, Deed, EndpointChange};
use crate::cloud::privatelink::{self, Zone, ZoneStatus};
use crate::cloud::{Client, Error as CloudError, ecs, vpc};
use crate::error::Error;
use crate::event::{Event, Reporter, Thing};
use crate::journal::{Journal, client_token};
use crate::plan::{Removal, Warning};
use crate::report::DeleteReport;

/// Addresses of an endpoint linger a little after it is gone (facts section b2); longer than this means that something
/// else uses the thing.
const LINGER: Duration = Duration::from_secs(120);

/// What a removal is carried out with. `report` is true whenever this stops.
pub struct Remover<'a> {
    /// The cloud.
    pub cloud: &'a Client,
    /// Who hears of it.
    pub reporter: &'a dyn Reporter,
    /// The record of what was made; what is gone is struck off it.
    pub journal: &'a mut Journal,
    /// The document that says what was removed.
    pub report: &'a mut DeleteReport,
    /// The region.
    pub region_id: &'a str,
    /// How long all of it may take.
    pub patience: Duration,
}

impl Remover<'_> {
    /// Removes everything the plan says, in its order.
    pub async fn remove(&mut self, removal: &Removal) -> Result<(), Error> {
        if let Some(endpoint) = &removal.endpoint {
            self.endpoint(&endpoint.endpoint_id).await?;
            self.journal.endpoint_gone(&endpoint.endpoint_id);
        }
        for group in &removal.groups {
            self.leftover(Thing::SecurityGroup, &group.id).await?;
        }
        for vswitch in &removal.vswitches {
            self.leftover(Thing::VSwitch, &vswitch.id).await?;
        }
        Ok(())
    }

    async fn endpoint(&mut self, id: &str) -> Result<(), Error> {
        let deadline = Instant::now() + self.patience;
        let gone = match self.take_apart(id, deadline).await {
            Err(error) if error.is("EndpointNotFound") => true,
            other => other?,
        };
        if !gone {
            let (endpoint_id, waited) = (id.to_owned(), self.patience);
            return Err(Error::NotGone { endpoint_id, waited });
        }
        self.removed(Thing::Endpoint, id);
        Ok(())
    }

    /// Facts section 0.9: a zone that is left makes the deletion fail, so the list is read again until it is empty.
    async fn take_apart(&mut self, id: &str, deadline: Instant) -> Result<bool, CloudError> {
        loop {
            let zones = privatelink::zones_of(self.cloud, self.region_id, id).await?;
            for zone in &zones {
                if !self.zone(id, zone, deadline).await? {
                    return Ok(false);
                }
            }
            match self.change(id, Deed::Delete, deadline).await {
                Err(error) if error.is("EndpointDependenceViolation") && Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                other => break other?,
            }
        }
        let (cloud, region) = (self.cloud, self.region_id);
        until(deadline, async || match privatelink::get_vpc_endpoint(cloud, region, id).await {
            Err(error) if error.is("EndpointNotFound") => Ok(true),
            other => other.map(|_| false),
        })
        .await
    }

    /// `false` if it is still there at the deadline.
    async fn zone(&mut self, id: &str, zone: &Zone, deadline: Instant) -> Result<bool, CloudError> {
        let zone_id = &zone.zone_id;
        if zone.zone_status != ZoneStatus::Deleting {
            match self.change(id, Deed::RemoveZone { zone_id: zone_id.clone() }, deadline).await {
                Err(error) if error.is("EndpointZoneNotFound") => {}
                other => other?,
            }
        }
        let (cloud, region) = (self.cloud, self.region_id);
        let gone = until(deadline, async || {
            let zones = privatelink::zones_of(cloud, region, id).await?;
            Ok(zones.iter().all(|zone| zone.zone_id != *zone_id))
        })
        .await?;
        if gone {
            self.removed(Thing::Zone, zone_id);
        }
        Ok(gone)
    }

    async fn change(&mut self, id: &str, deed: Deed, deadline: Instant) -> Result<(), CloudError> {
        until_changeable(self.cloud, self.region_id, id, deadline).await?;
        let change =
            EndpointChange { region_id: self.region_id.to_owned(), endpoint_id: id.to_owned(), deed };
        let token = client_token();
        let cloud = self.cloud;
        self.report.changed = Some(true);
        patiently(deadline, async || change::change_endpoint(cloud, &change, &token).await).await
    }

    /// A group or vSwitch that was made for the endpoint. What something else uses stays, which is no failure.
    async fn leftover(&mut self, thing: Thing, id: &str) -> Result<(), Error> {
        let (cloud, region) = (self.cloud, self.region_id);
        let deadline = Instant::now() + self.patience.min(LINGER);
        self.report.removing = true;
        let gone = until(deadline, async || {
            let answer = match thing {
                Thing::SecurityGroup => ecs::delete_group(cloud, region, id).await,
                _ => vpc::delete_vswitch(cloud, region, id).await,
            };
            match answer {
                Err(error) if is_in_use(&error) => Ok(false),
                Err(error) if error.is_not_found() => Ok(true),
                other => other.map(|()| true),
            }
        })
        .await?;
        self.report.removing = false;
        if gone {
            self.removed(thing, id);
            self.journal.gone(id);
        } else {
            let warning = Warning::StillUsed { thing, id: id.to_owned() };
            self.report.noted.push(warning.clone());
            self.reporter.emit(Event::Warning(warning));
        }
        Ok(())
    }

    fn removed(&mut self, thing: Thing, id: &str) {
        self.report.removed(thing, id);
        self.reporter.emit(Event::Removed { thing, id: id.to_owned() });
    }
}

/// Facts sections b2 and b3: `DependencyViolation` and its variants.
fn is_in_use(error: &CloudError) -> bool {
    error.is_busy() || error.code().is_some_and(|code| code.starts_with("DependencyViolation"))
}
