//! PrivateLink's calls that change what exists: activation, zones and groups of an endpoint, deletion (facts
//! section b1). All of them answer with a request id and nothing else.

use serde::Deserialize;

use super::super::operation::Feature::{Create, Delete, Verify};
use super::{Client, Error, Operation, Params, Product, de, region_params, with_token};

/// `OpenPrivateLinkService`.
pub const OPEN_PRIVATE_LINK_SERVICE: Operation =
    Operation::write(Product::PrivateLink, "OpenPrivateLinkService").repeatable().for_features(&[Create]);
/// `DescribeRegions`.
pub const DESCRIBE_REGIONS: Operation =
    Operation::read(Product::PrivateLink, "DescribeRegions").for_features(&[Verify]);
/// `AddZoneToVpcEndpoint`.
pub const ADD_ZONE: Operation =
    Operation::write(Product::PrivateLink, "AddZoneToVpcEndpoint").for_features(&[Create]);
/// `RemoveZoneFromVpcEndpoint`.
pub const REMOVE_ZONE: Operation =
    Operation::write(Product::PrivateLink, "RemoveZoneFromVpcEndpoint").for_features(&[Delete]);
/// `AttachSecurityGroupToVpcEndpoint`.
pub const ATTACH_GROUP: Operation =
    Operation::write(Product::PrivateLink, "AttachSecurityGroupToVpcEndpoint").for_features(&[Create]);
/// `DeleteVpcEndpoint`.
pub const DELETE_VPC_ENDPOINT: Operation =
    Operation::write(Product::PrivateLink, "DeleteVpcEndpoint").for_features(&[Delete]);

/// One change of one endpoint. Only one can be under way at a time (facts section 0.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointChange {
    /// The region.
    pub region_id: String,
    /// The endpoint.
    pub endpoint_id: String,
    /// What to do with it.
    pub deed: Deed,
}

/// What can be done to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Take an address of a vSwitch in a further zone.
    AddZone {
        /// The zone.
        zone_id: String,
        /// The vSwitch in it.
        vswitch_id: String,
    },
    /// Give a zone up.
    RemoveZone {
        /// The zone.
        zone_id: String,
    },
    /// Attach a further security group.
    AttachGroup {
        /// The group.
        security_group_id: String,
    },
    /// Delete it; its zones have to be gone.
    Delete,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloud) struct Regions {
    #[serde(deserialize_with = "de::list")]
    regions: Vec<Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Region {
    #[serde(deserialize_with = "de::id")]
    region_id: String,
}

impl Regions {
    /// Their ids.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(in crate::cloud) fn ids(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(|region| region.region_id.as_str())
    }
}

impl EndpointChange {
    /// The operation that does it.
    pub fn operation(&self) -> Operation {
        match &self.deed {
            Deed::AddZone { .. } => ADD_ZONE,
            Deed::RemoveZone { .. } => REMOVE_ZONE,
            Deed::AttachGroup { .. } => ATTACH_GROUP,
            Deed::Delete => DELETE_VPC_ENDPOINT,
        }
    }

    /// Every parameter but the client token.
    pub fn params(&self) -> Params {
        let mut params = region_params(&self.region_id);
        let mut put = |name: &str, value: &str| params.insert(name.to_owned(), value.to_owned());
        put("EndpointId", &self.endpoint_id);
        match &self.deed {
            Deed::AddZone { zone_id, vswitch_id } => {
                put("ZoneId", zone_id);
                put("VSwitchId", vswitch_id);
            }
            Deed::RemoveZone { zone_id } => drop(put("ZoneId", zone_id)),
            Deed::AttachGroup { security_group_id } => drop(put("SecurityGroupId", security_group_id)),
            Deed::Delete => {}
        }
        params
    }
}

/// Changes an endpoint; asynchronous: the endpoint is `Pending` or `Deleting` for a while.
pub async fn change_endpoint(client: &Client, change: &EndpointChange, token: &str) -> Result<(), Error> {
    let params = with_token(change.params(), token);
    client.call::<serde_json::Value>(change.operation(), &change.region_id, params).await.map(drop)
}

/// Activates PrivateLink for the account. `OrderOpend` (facts section 0.12) means that it was active already.
///
/// Whether every region's host takes this call is uncertain; cn-hangzhou's does.
pub async fn open_service(client: &Client, region: &str) -> Result<(), Error> {
    let open = async |region| {
        client.call::<serde_json::Value>(OPEN_PRIVATE_LINK_SERVICE, region, Params::new()).await.map(drop)
    };
    let answer = match open(region).await {
        Err(error) if error.is("InvalidAction.NotFound") || error.is("InvalidApi.NotFound") => {
            open("cn-hangzhou").await
        }
        answer => answer,
    };
    match answer {
        Err(error) if error.is("OrderOpend") => Ok(()),
        answer => answer,
    }
}

/// The regions PrivateLink has, whatever kind of load balancer the service is behind.
pub async fn regions(client: &Client, region: &str) -> Result<Vec<String>, Error> {
    let params = Params::from([("ServiceResourceType".to_owned(), "ALL".to_owned())]);
    let answer: Regions = client.call(DESCRIBE_REGIONS, region, params).await?;
    Ok(answer.regions.into_iter().map(|region| region.region_id).collect())
}
