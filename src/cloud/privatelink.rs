//! PrivateLink 2020-04-15: endpoint services and interface endpoints (facts sections b1 and c).

use futures_util::stream::{Stream, TryStreamExt};
use serde::{Deserialize, Serialize};

pub mod change;
mod create;

use super::client::Client;
use super::de::{self, open_enum};
use super::error::Error;
use super::operation::Feature::{Create, Delete, Verify};
use super::operation::{Operation, Product};
use super::pages;
use super::sign::Params;

pub use create::{CreateEndpoint, create_vpc_endpoint, dry_run_create};

/// `CheckProductOpen`.
pub const CHECK_PRODUCT_OPEN: Operation =
    Operation::read(Product::PrivateLink, "CheckProductOpen").for_features(&[Verify, Create]);
/// `ListVpcEndpointServicesByEndUser`: what the console's *Verify* asks.
pub const LIST_SERVICES: Operation =
    Operation::read(Product::PrivateLink, "ListVpcEndpointServicesByEndUser").for_features(&[Verify, Create]);
/// `CreateVpcEndpoint`.
pub const CREATE_VPC_ENDPOINT: Operation =
    Operation::write(Product::PrivateLink, "CreateVpcEndpoint").for_features(&[Create]);
/// `GetVpcEndpointAttribute`.
pub const GET_VPC_ENDPOINT_ATTRIBUTE: Operation =
    Operation::read(Product::PrivateLink, "GetVpcEndpointAttribute").for_features(&[Verify, Create, Delete]);
/// `ListVpcEndpoints`.
pub const LIST_VPC_ENDPOINTS: Operation =
    Operation::read(Product::PrivateLink, "ListVpcEndpoints").for_features(&[Verify, Create, Delete]);
/// `ListVpcEndpointZones`.
pub const LIST_VPC_ENDPOINT_ZONES: Operation =
    Operation::read(Product::PrivateLink, "ListVpcEndpointZones").for_features(&[Verify, Create, Delete]);
/// `ListVpcEndpointSecurityGroups`.
pub const LIST_VPC_ENDPOINT_SECURITY_GROUPS: Operation =
    Operation::read(Product::PrivateLink, "ListVpcEndpointSecurityGroups")
        .for_features(&[Verify, Create, Delete]);

/// Every operation of this file.
pub(super) const OPERATIONS: &[Operation] = &[
    CHECK_PRODUCT_OPEN,
    LIST_SERVICES,
    CREATE_VPC_ENDPOINT,
    GET_VPC_ENDPOINT_ATTRIBUTE,
    LIST_VPC_ENDPOINTS,
    LIST_VPC_ENDPOINT_ZONES,
    LIST_VPC_ENDPOINT_SECURITY_GROUPS,
    change::OPEN_PRIVATE_LINK_SERVICE,
    change::DESCRIBE_REGIONS,
    change::ADD_ZONE,
    change::REMOVE_ZONE,
    change::ATTACH_GROUP,
    change::DELETE_VPC_ENDPOINT,
];

/// Facts section b1: 50 is the default and the older limit; newer regions allow more.
const MAX_RESULTS: &str = "50";

open_enum! {
    /// `EndpointStatus` (facts section c).
    EndpointStatus {
        /// Being made.
        Creating,
        /// Made; says nothing about the connection.
        Active,
        /// Being modified.
        Pending,
        /// Being removed.
        Deleting,
        /// Seen in Terraform's list of states only.
        Inactive,
        /// Seen in Terraform's list of states only.
        Deleted,
    }
}

open_enum! {
    /// `ConnectionStatus` (facts section c).
    ConnectionStatus {
        /// Not connected: normal right after creation and while the provider has to accept.
        Disconnected,
        /// Being established.
        Connecting,
        /// Established.
        Connected,
        /// Being modified.
        Pending,
        /// Being cut.
        Disconnecting,
        /// Being removed.
        Deleting,
        /// Removed (Terraform only).
        Deleted,
        /// The provider deleted the endpoint service.
        ServiceDeleted,
    }
}

open_enum! {
    /// `EndpointBusinessStatus` (facts section c).
    BusinessStatus {
        /// Paid.
        Normal,
        /// Locked for an overdue payment.
        FinancialLocked,
    }
}

open_enum! {
    /// `ZoneStatus` (facts section c).
    ZoneStatus {
        /// Being made.
        Creating,
        /// Made, not yet connected.
        Wait,
        /// Being connected.
        Connecting,
        /// Connected.
        Connected,
        /// Being cut.
        Disconnecting,
        /// Cut.
        Disconnected,
        /// Being removed.
        Deleting,
    }
}

/// An endpoint service this account may connect to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Service {
    /// `epsrv-…`.
    #[serde(deserialize_with = "de::id")]
    pub service_id: String,
    /// `com.aliyuncs.privatelink.<region>.epsrv-…`.
    #[serde(deserialize_with = "de::id")]
    pub service_name: String,
    /// Zones it can be reached in.
    #[serde(default, deserialize_with = "de::ids")]
    pub zones: Vec<String>,
    /// Whether connections are accepted without a person.
    #[serde(default, deserialize_with = "de::flag")]
    pub auto_accept_enabled: Option<bool>,
    /// Who pays: `Endpoint` (the user) or `EndpointService` (the provider).
    #[serde(default, deserialize_with = "de::text")]
    pub payer: String,
}

/// An interface endpoint, as `CreateVpcEndpoint`, `GetVpcEndpointAttribute` and `ListVpcEndpoints` describe it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Endpoint {
    /// `ep-…`.
    #[serde(deserialize_with = "de::id")]
    pub endpoint_id: String,
    /// The user's name for it.
    #[serde(default, deserialize_with = "de::text")]
    pub endpoint_name: String,
    /// The host name to connect to; may be empty until the endpoint is made.
    #[serde(default, deserialize_with = "de::host")]
    pub endpoint_domain: String,
    /// Whether it is made.
    #[serde(default)]
    pub endpoint_status: EndpointStatus,
    /// Whether it is connected to the service.
    #[serde(default)]
    pub connection_status: ConnectionStatus,
    /// Whether it is paid.
    #[serde(default)]
    pub endpoint_business_status: BusinessStatus,
    /// The endpoint service's name.
    #[serde(default, deserialize_with = "de::id")]
    pub service_name: String,
    /// The VPC it is in.
    #[serde(default, deserialize_with = "de::id")]
    pub vpc_id: String,
    /// `Interface`, `GatewayLoadBalancer` or `Reverse`.
    #[serde(default, deserialize_with = "de::text")]
    pub endpoint_type: String,
    /// RFC 3339, UTC.
    #[serde(default, deserialize_with = "de::text")]
    pub create_time: String,
    /// Tags; only lists carry them.
    #[serde(default, deserialize_with = "de::list")]
    pub tags: Vec<Tag>,
}

/// A key and value the user or this tool attached. ECS calls the two `TagKey` and `TagValue` (facts section b3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// 1 to 64 characters.
    #[serde(alias = "TagKey", deserialize_with = "de::text")]
    pub key: String,
    /// At most 128 characters.
    #[serde(alias = "TagValue", default, deserialize_with = "de::text")]
    pub value: String,
}

/// One zone of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Zone {
    /// The zone.
    #[serde(deserialize_with = "de::id")]
    pub zone_id: String,
    /// Whether it is connected.
    #[serde(default)]
    pub zone_status: ZoneStatus,
    /// The zone's own host name; may be empty.
    #[serde(default, deserialize_with = "de::host")]
    pub zone_domain: String,
    /// The vSwitch the address was taken from.
    #[serde(rename = "VSwitchId", default, deserialize_with = "de::id")]
    pub vswitch_id: String,
    /// The address of the endpoint in this zone; empty until there is one.
    #[serde(default, deserialize_with = "de::address")]
    pub eni_ip: String,
}

/// Whether PrivateLink is activated for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openness {
    /// Whether it is.
    pub open: bool,
    /// Of the answer that said so.
    pub request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ProductOpen {
    #[serde(default)]
    request_id: Option<String>,
    #[serde(default, deserialize_with = "de::flag")]
    success: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GroupOfEndpoint {
    #[serde(deserialize_with = "de::id")]
    pub(super) security_group_id: String,
}

/// Whether PrivateLink is activated for the account. `NeedOpenProduct` is the API's way to say no.
pub async fn check_product_open(client: &Client, region: &str) -> Result<Openness, Error> {
    match client.call::<ProductOpen>(CHECK_PRODUCT_OPEN, region, Params::new()).await {
        Ok(answer) => Ok(Openness { open: answer.success != Some(false), request_id: answer.request_id }),
        Err(error) if error.is("NeedOpenProduct") => {
            Ok(Openness { open: false, request_id: error.request_id })
        }
        Err(error) => Err(error),
    }
}

/// The service with this name, if this account can see it.
pub async fn find_service(client: &Client, region: &str, name: &str) -> Result<Option<Service>, Error> {
    let mut params = list_params(region);
    params.insert("ServiceName".to_owned(), name.to_owned());
    let services: Vec<Service> = pages::by_token(client, LIST_SERVICES, region, params, "Services").await?;
    Ok(services.into_iter().find(|service| service.service_name == name))
}

/// An endpoint's states.
pub async fn get_vpc_endpoint(client: &Client, region: &str, endpoint_id: &str) -> Result<Endpoint, Error> {
    let mut params = region_params(region);
    params.insert("EndpointId".to_owned(), endpoint_id.to_owned());
    client
        .call_with(GET_VPC_ENDPOINT_ATTRIBUTE, region, params, |value| {
            let endpoint: Endpoint = serde_json::from_value(value).map_err(|error| error.to_string())?;
            // Passwords go to the domain that is told here.
            let is_another = endpoint.endpoint_id != endpoint_id;
            if is_another { Err("it is about another endpoint".to_owned()) } else { Ok(endpoint) }
        })
        .await
}

/// The interface endpoints to a service, in every VPC of the region or in one.
pub async fn endpoints_to_service(
    client: &Client,
    region: &str,
    service_name: &str,
    vpc_id: Option<&str>,
) -> Result<Vec<Endpoint>, Error> {
    let mut params = list_params(region);
    params.insert("ServiceName".to_owned(), service_name.to_owned());
    params.insert("EndpointType".to_owned(), "Interface".to_owned());
    if let Some(id) = vpc_id {
        params.insert("VpcId".to_owned(), id.to_owned());
    }
    let all: Vec<Endpoint> = pages::by_token(client, LIST_VPC_ENDPOINTS, region, params, "Endpoints").await?;
    Ok(all.into_iter().filter(|endpoint| endpoint.service_name == service_name).collect())
}

/// Every interface endpoint of the region, or of one VPC.
pub async fn endpoints(client: &Client, region: &str, vpc_id: Option<&str>) -> Result<Vec<Endpoint>, Error> {
    let mut params = list_params(region);
    params.insert("EndpointType".to_owned(), "Interface".to_owned());
    if let Some(id) = vpc_id {
        params.insert("VpcId".to_owned(), id.to_owned());
    }
    pages::by_token(client, LIST_VPC_ENDPOINTS, region, params, "Endpoints").await
}

/// Those of them that carry the tag `created-by: tidb-pe`.
pub async fn endpoints_of_this_tool(
    client: &Client,
    region: &str,
    vpc_id: Option<&str>,
) -> Result<Vec<Endpoint>, Error> {
    pages_of_this_tool(client, region, vpc_id).try_concat().await
}

/// The same, page by page as they come: of a thousand endpoints the first can be looked at while the last are still listed.
pub fn pages_of_this_tool(
    client: &Client,
    region: &str,
    vpc_id: Option<&str>,
) -> impl Stream<Item = Result<Vec<Endpoint>, Error>> {
    let mut params = list_params(region);
    params.insert("EndpointType".to_owned(), "Interface".to_owned());
    params.insert("Tag.1.Key".to_owned(), "created-by".to_owned());
    params.insert("Tag.1.Value".to_owned(), "tidb-pe".to_owned());
    if let Some(id) = vpc_id {
        params.insert("VpcId".to_owned(), id.to_owned());
    }
    let is_own = |tag: &Tag| tag.key == "created-by" && tag.value == "tidb-pe";
    let own = move |page: Vec<Endpoint>| {
        page.into_iter().filter(|endpoint| endpoint.tags.iter().any(is_own)).collect()
    };
    pages::each_by_token(client, LIST_VPC_ENDPOINTS, region, params, "Endpoints").map_ok(own)
}

/// The zones of an endpoint with their addresses.
pub async fn zones_of(client: &Client, region: &str, endpoint_id: &str) -> Result<Vec<Zone>, Error> {
    let mut params = list_params(region);
    params.insert("EndpointId".to_owned(), endpoint_id.to_owned());
    pages::by_token(client, LIST_VPC_ENDPOINT_ZONES, region, params, "Zones").await
}

/// The security groups of an endpoint.
pub async fn security_groups_of(
    client: &Client,
    region: &str,
    endpoint_id: &str,
) -> Result<Vec<String>, Error> {
    let mut params = list_params(region);
    params.insert("EndpointId".to_owned(), endpoint_id.to_owned());
    let groups: Vec<GroupOfEndpoint> =
        pages::by_token(client, LIST_VPC_ENDPOINT_SECURITY_GROUPS, region, params, "SecurityGroups").await?;
    Ok(groups.into_iter().map(|group| group.security_group_id).collect())
}

/// Every endpoint of a region, of any type and to any service.
pub async fn all_endpoints(client: &Client, region: &str) -> Result<Vec<Endpoint>, Error> {
    pages::by_token(client, LIST_VPC_ENDPOINTS, region, list_params(region), "Endpoints").await
}

/// `Tag.N.Key` and `Tag.N.Value`, the same in every product.
pub(super) fn put_tags(params: &mut Params, tags: &[Tag]) {
    for (n, tag) in (1..).zip(tags) {
        params.insert(format!("Tag.{n}.Key"), tag.key.clone());
        params.insert(format!("Tag.{n}.Value"), tag.value.clone());
    }
}

/// The parameters of a call with the token that makes its repetition safe.
pub(super) fn with_token(mut params: Params, token: &str) -> Params {
    params.insert("ClientToken".to_owned(), token.to_owned());
    params
}

fn region_params(region: &str) -> Params {
    Params::from([("RegionId".to_owned(), region.to_owned())])
}

fn list_params(region: &str) -> Params {
    let mut params = region_params(region);
    params.insert("MaxResults".to_owned(), MAX_RESULTS.to_owned());
    params
}
