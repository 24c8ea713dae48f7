//! Zones and groups for an endpoint that is there: one change at a time, each once the endpoint takes changes.

use tokio::time::Instant;

use super::{Call, Worker, patiently};
use crate::cloud::privatelink::change::{self, Deed, EndpointChange};
use crate::cloud::privatelink::{self, ConnectionStatus, EndpointStatus};
use crate::cloud::{Client, Error as CloudError};
use crate::error::Error;
use crate::event::Thing;
use crate::journal::Kind;
use crate::plan::Adoption;

impl Worker<'_> {
    /// Adds what the adopted endpoint lacks.
    pub async fn grow(&mut self, adoption: &Adoption, region: &str) -> Result<(), Error> {
        let id = &adoption.endpoint.endpoint_id;
        for zone in &adoption.zones {
            let (zone_id, vswitch) = (zone.zone_id.clone(), zone.vswitch.id().unwrap_or_default());
            let deed = Deed::AddZone { zone_id: zone_id.clone(), vswitch_id: vswitch.to_owned() };
            if self.change(region, id, deed, Kind::Zone, &zone_id).await? {
                self.made(Thing::Zone, &zone_id);
            }
        }
        for group in adoption.groups.iter().filter_map(|group| group.id()) {
            let deed = Deed::AttachGroup { security_group_id: group.to_owned() };
            if self.change(region, id, deed, Kind::Attachment, group).await? {
                self.made(Thing::Attachment, group);
            }
        }
        Ok(())
    }

    /// `false` where it was there already.
    async fn change(
        &mut self,
        region: &str,
        endpoint_id: &str,
        deed: Deed,
        kind: Kind,
        id: &str,
    ) -> Result<bool, Error> {
        let (cloud, deadline) = (self.cloud, self.deadline());
        until_changeable(cloud, region, endpoint_id, deadline).await?;
        let change =
            EndpointChange { region_id: region.to_owned(), endpoint_id: endpoint_id.to_owned(), deed };
        let call = Call {
            kind,
            params: change.params(),
            send: async |token: &str| {
                patiently(deadline, async || change::change_endpoint(cloud, &change, token).await).await
            },
            exists: async |_: &str| has(cloud, &change).await,
        };
        match self.once(call, |()| id.to_owned()).await {
            Ok(()) => Ok(true),
            Err(error) if error.is("EndpointZoneDuplicated") || error.is("SecurityGroupExist") => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

async fn has(cloud: &Client, change: &EndpointChange) -> Result<bool, CloudError> {
    let (region, endpoint) = (&change.region_id, &change.endpoint_id);
    match &change.deed {
        Deed::AddZone { zone_id, .. } => {
            let zones = privatelink::zones_of(cloud, region, endpoint).await?;
            Ok(zones.iter().any(|zone| zone.zone_id == *zone_id))
        }
        Deed::AttachGroup { security_group_id } => {
            Ok(privatelink::security_groups_of(cloud, region, endpoint).await?.contains(security_group_id))
        }
        Deed::RemoveZone { .. } | Deed::Delete => Ok(true),
    }
}

/// Waits while the endpoint is made, modified or connected: it takes no change then (facts sections b1 and d). What
/// is still so at the end is left to the call, which is repeated while it is refused.
pub(super) async fn until_changeable(
    cloud: &Client,
    region: &str,
    endpoint_id: &str,
    deadline: Instant,
) -> Result<(), CloudError> {
    let still = async || {
        let endpoint = privatelink::get_vpc_endpoint(cloud, region, endpoint_id).await?;
        let status = matches!(endpoint.endpoint_status, EndpointStatus::Creating | EndpointStatus::Pending);
        let connection =
            matches!(endpoint.connection_status, ConnectionStatus::Connecting | ConnectionStatus::Pending);
        Ok(!(status || connection))
    };
    super::until(deadline, still).await.map(drop)
}
