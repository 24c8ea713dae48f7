//! VPC 2016-04-28: networks and their vSwitches (facts section b2).

use serde::Deserialize;

use super::client::Client;
use super::de;
use super::error::Error;
use super::operation::Feature::{Create, Delete, Network, Verify};
use super::operation::{Operation, Product};
use super::pages;
use super::privatelink::{Tag, put_tags, with_token};
use super::sign::Params;

/// `DescribeVpcs`.
pub const DESCRIBE_VPCS: Operation =
    Operation::read(Product::Vpc, "DescribeVpcs").for_features(&[Verify, Create, Network]);
/// `DescribeVSwitches`.
pub const DESCRIBE_VSWITCHES: Operation =
    Operation::read(Product::Vpc, "DescribeVSwitches").for_features(&[Verify, Create, Network]);

/// Every operation of this file.
pub(super) const OPERATIONS: &[Operation] =
    &[DESCRIBE_VPCS, DESCRIBE_VSWITCHES, DESCRIBE_VSWITCH_ATTRIBUTES, CREATE_VSWITCH, DELETE_VSWITCH];

/// `DescribeVSwitchAttributes`.
pub const DESCRIBE_VSWITCH_ATTRIBUTES: Operation =
    Operation::read(Product::Vpc, "DescribeVSwitchAttributes").for_features(&[Network, Delete]);
/// `CreateVSwitch`.
pub const CREATE_VSWITCH: Operation =
    Operation::write(Product::Vpc, "CreateVSwitch").for_features(&[Network]);
/// `DeleteVSwitch`.
pub const DELETE_VSWITCH: Operation =
    Operation::write(Product::Vpc, "DeleteVSwitch").repeatable().for_features(&[Delete]);

/// A virtual private cloud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Vpc {
    /// `vpc-…`.
    #[serde(deserialize_with = "de::id")]
    pub vpc_id: String,
    /// The user's name for it; may be empty.
    #[serde(default, deserialize_with = "de::text")]
    pub vpc_name: String,
    /// `Pending` or `Available`.
    #[serde(default, deserialize_with = "de::text")]
    pub status: String,
    /// Its primary IPv4 range.
    #[serde(default, deserialize_with = "de::text")]
    pub cidr_block: String,
    /// Further IPv4 ranges.
    #[serde(default, deserialize_with = "de::list")]
    pub secondary_cidr_blocks: Vec<String>,
    /// Whether it is the region's default VPC.
    #[serde(default, deserialize_with = "de::flag")]
    pub is_default: Option<bool>,
}

/// A subnet of a VPC in one zone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VSwitch {
    /// `vsw-…`.
    #[serde(rename = "VSwitchId", deserialize_with = "de::id")]
    pub vswitch_id: String,
    /// The user's name for it; may be empty.
    #[serde(rename = "VSwitchName", default, deserialize_with = "de::text")]
    pub vswitch_name: String,
    /// The VPC it belongs to.
    #[serde(default, deserialize_with = "de::id")]
    pub vpc_id: String,
    /// Its zone.
    #[serde(default, deserialize_with = "de::id")]
    pub zone_id: String,
    /// Its IPv4 range.
    #[serde(default, deserialize_with = "de::text")]
    pub cidr_block: String,
    /// Addresses left; `None` if the API did not say.
    #[serde(default, deserialize_with = "de::number")]
    pub available_ip_address_count: Option<u64>,
    /// `Pending` or `Available`.
    #[serde(default, deserialize_with = "de::text")]
    pub status: String,
    /// Its tags.
    #[serde(default, deserialize_with = "de::list")]
    pub tags: Vec<Tag>,
}

/// What `CreateVSwitch` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateVSwitch {
    /// The region.
    pub region_id: String,
    /// The VPC.
    pub vpc_id: String,
    /// The zone.
    pub zone_id: String,
    /// A range inside the VPC's, clear of every other vSwitch, mask 16 to 29.
    pub cidr_block: String,
    /// 1 to 128 characters.
    pub name: String,
    /// Tags to attach.
    pub tags: Vec<Tag>,
}

#[derive(Deserialize)]
pub(super) struct Created {
    #[serde(rename = "VSwitchId", deserialize_with = "de::id")]
    pub(super) vswitch_id: String,
}

impl CreateVSwitch {
    /// Every parameter but the client token.
    pub fn params(&self) -> Params {
        let mut params = Params::from(
            [
                ("RegionId", &self.region_id),
                ("VpcId", &self.vpc_id),
                ("ZoneId", &self.zone_id),
                ("CidrBlock", &self.cidr_block),
                ("VSwitchName", &self.name),
            ]
            .map(|(name, value)| (name.to_owned(), value.clone())),
        );
        put_tags(&mut params, &self.tags);
        params
    }
}

impl VSwitch {
    /// Whether an endpoint can take an address from it now.
    pub fn is_usable(&self) -> bool {
        self.status == "Available" && self.available_ip_address_count != Some(0)
    }
}

/// The region's VPCs, or only the one with `vpc_id`.
pub async fn describe_vpcs(client: &Client, region: &str, vpc_id: Option<&str>) -> Result<Vec<Vpc>, Error> {
    let mut params = Params::from([("RegionId".to_owned(), region.to_owned())]);
    if let Some(id) = vpc_id {
        params.insert("VpcId".to_owned(), id.to_owned());
    }
    pages::by_number(client, DESCRIBE_VPCS, region, params, "Vpcs").await
}

/// Every vSwitch of a VPC.
pub async fn describe_vswitches(client: &Client, region: &str, vpc_id: &str) -> Result<Vec<VSwitch>, Error> {
    let params =
        Params::from([("RegionId".to_owned(), region.to_owned()), ("VpcId".to_owned(), vpc_id.to_owned())]);
    pages::by_number(client, DESCRIBE_VSWITCHES, region, params, "VSwitches").await
}

/// One vSwitch.
pub async fn get_vswitch(client: &Client, region: &str, vswitch_id: &str) -> Result<VSwitch, Error> {
    client.call(DESCRIBE_VSWITCH_ATTRIBUTES, region, id_params(region, vswitch_id)).await
}

/// Creates a vSwitch and returns its id; asynchronous: it is `Pending` at first.
pub async fn create_vswitch(client: &Client, request: &CreateVSwitch, token: &str) -> Result<String, Error> {
    let params = with_token(request.params(), token);
    let created: Created = client.call(CREATE_VSWITCH, &request.region_id, params).await?;
    Ok(created.vswitch_id)
}

/// Deletes a vSwitch. `DependencyViolation` as long as anything has an address in it.
pub async fn delete_vswitch(client: &Client, region: &str, vswitch_id: &str) -> Result<(), Error> {
    client.call::<serde_json::Value>(DELETE_VSWITCH, region, id_params(region, vswitch_id)).await.map(drop)
}

fn id_params(region: &str, vswitch_id: &str) -> Params {
    Params::from([
        ("RegionId".to_owned(), region.to_owned()),
        ("VSwitchId".to_owned(), vswitch_id.to_owned()),
    ])
}
