//! ECS 2014-05-26: security groups and their rules (facts section b3).

use serde::Deserialize;

use super::client::Client;
use super::de;
use super::error::Error;
use super::operation::Feature::{Create, Delete, Network, Verify};
use super::operation::{Operation, Product};
use super::pages;
use super::privatelink::{Tag, put_tags, with_token};
use super::sign::Params;

/// `DescribeSecurityGroups`.
pub const DESCRIBE_SECURITY_GROUPS: Operation =
    Operation::read(Product::Ecs, "DescribeSecurityGroups").for_features(&[Verify, Create, Network]);
/// `DescribeSecurityGroupAttribute`.
pub const DESCRIBE_SECURITY_GROUP_ATTRIBUTE: Operation =
    Operation::read(Product::Ecs, "DescribeSecurityGroupAttribute").for_features(&[Verify, Create, Network]);
/// `CreateSecurityGroup`.
pub const CREATE_SECURITY_GROUP: Operation =
    Operation::write(Product::Ecs, "CreateSecurityGroup").for_features(&[Network]);
/// `AuthorizeSecurityGroup`.
pub const AUTHORIZE_SECURITY_GROUP: Operation =
    Operation::write(Product::Ecs, "AuthorizeSecurityGroup").for_features(&[Network]);
/// `DeleteSecurityGroup`.
pub const DELETE_SECURITY_GROUP: Operation =
    Operation::write(Product::Ecs, "DeleteSecurityGroup").repeatable().for_features(&[Delete]);

/// Every operation of this file.
pub(super) const OPERATIONS: &[Operation] = &[
    DESCRIBE_SECURITY_GROUPS,
    DESCRIBE_SECURITY_GROUP_ATTRIBUTE,
    CREATE_SECURITY_GROUP,
    AUTHORIZE_SECURITY_GROUP,
    DELETE_SECURITY_GROUP,
];

/// Facts section b3: `SecurityGroupIds` takes at most 100 ids, and `MaxResults` is at most 100.
const GROUPS_A_CALL: usize = 100;

/// A security group, without its rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroup {
    /// `sg-…`.
    #[serde(deserialize_with = "de::id")]
    pub security_group_id: String,
    /// The user's name for it; may be empty.
    #[serde(default, deserialize_with = "de::text")]
    pub security_group_name: String,
    /// `normal` or `enterprise`; an endpoint takes groups of one type only.
    #[serde(default, deserialize_with = "de::text")]
    pub security_group_type: String,
    /// The VPC it belongs to.
    #[serde(default, deserialize_with = "de::id")]
    pub vpc_id: String,
    /// Whether another Alibaba service manages it.
    #[serde(default, deserialize_with = "de::flag")]
    pub service_managed: Option<bool>,
    /// How many rules it has, in both directions; `None` if the API did not say.
    #[serde(default, deserialize_with = "de::number")]
    pub rule_count: Option<u64>,
    /// Its tags.
    #[serde(default, deserialize_with = "de::list")]
    pub tags: Vec<Tag>,
}

/// What `CreateSecurityGroup` is asked for; the type is `normal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateGroup {
    /// The region.
    pub region_id: String,
    /// The VPC.
    pub vpc_id: String,
    /// 2 to 128 characters.
    pub name: String,
    /// Tags to attach.
    pub tags: Vec<Tag>,
}

/// What `AuthorizeSecurityGroup` is asked for: TCP on one port from some ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizeGroup {
    /// The region.
    pub region_id: String,
    /// The group.
    pub security_group_id: String,
    /// The port.
    pub port: u16,
    /// One rule a range.
    pub sources: Vec<String>,
    /// 1 to 512 characters, shown in the console.
    pub description: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    #[serde(deserialize_with = "de::id")]
    pub(super) security_group_id: String,
}

impl CreateGroup {
    /// Every parameter but the client token.
    pub fn params(&self) -> Params {
        let mut params = Params::from([
            ("RegionId".to_owned(), self.region_id.clone()),
            ("VpcId".to_owned(), self.vpc_id.clone()),
            ("SecurityGroupName".to_owned(), self.name.clone()),
            ("SecurityGroupType".to_owned(), "normal".to_owned()),
        ]);
        put_tags(&mut params, &self.tags);
        params
    }
}

impl AuthorizeGroup {
    /// Every parameter but the client token.
    pub fn params(&self) -> Params {
        let mut params = group_params(&self.region_id, &self.security_group_id);
        for (n, source) in (1..).zip(&self.sources) {
            let mut put = |name: &str, value: &str| {
                params.insert(format!("Permissions.{n}.{name}"), value.to_owned());
            };
            put("Policy", "accept");
            put("Priority", "1");
            put("IpProtocol", "TCP");
            put("PortRange", &format!("{0}/{0}", self.port));
            put("SourceCidrIp", source);
            put("Description", &self.description);
        }
        params
    }
}

/// A group's inbound rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// `Accept` or `Drop`: whether members of the group reach each other.
    pub inner_access_policy: String,
    /// The rules, in no particular order.
    pub permissions: Vec<Permission>,
}

/// One inbound rule, as the API writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Permission {
    /// `ingress` or `egress`.
    #[serde(deserialize_with = "de::text")]
    pub direction: String,
    /// `Accept` or `Drop`, in any case.
    #[serde(deserialize_with = "de::text")]
    pub policy: String,
    /// `TCP`, `UDP`, `ICMP`, `GRE` or `ALL`, in any case.
    #[serde(deserialize_with = "de::text")]
    pub ip_protocol: String,
    /// `4000/4000`, or `-1/-1` for every port.
    #[serde(deserialize_with = "de::text")]
    pub port_range: String,
    /// IPv4 source range, or empty.
    #[serde(deserialize_with = "de::text")]
    pub source_cidr_ip: String,
    /// IPv6 source range, or empty.
    #[serde(rename = "Ipv6SourceCidrIp", deserialize_with = "de::text")]
    pub ipv6_source_cidr_ip: String,
    /// Source group, or empty.
    #[serde(deserialize_with = "de::id")]
    pub source_group_id: String,
    /// Source prefix list, or empty.
    #[serde(deserialize_with = "de::id")]
    pub source_prefix_list_id: String,
    /// Port list that stands in for the port range, or empty.
    #[serde(deserialize_with = "de::id")]
    pub port_range_list_id: String,
    /// 1 to 100; the lower number wins. Absent counts as 1.
    #[serde(deserialize_with = "de::number")]
    pub priority: Option<u64>,
    /// `sgr-…`, or empty.
    #[serde(deserialize_with = "de::id")]
    pub security_group_rule_id: String,
}

/// Every group of a VPC.
pub async fn groups_of_vpc(client: &Client, region: &str, vpc_id: &str) -> Result<Vec<SecurityGroup>, Error> {
    let params = Params::from([
        ("RegionId".to_owned(), region.to_owned()),
        ("VpcId".to_owned(), vpc_id.to_owned()),
        ("MaxResults".to_owned(), GROUPS_A_CALL.to_string()),
    ]);
    pages::by_token(client, DESCRIBE_SECURITY_GROUPS, region, params, "SecurityGroups").await
}

/// The groups with these ids, in any VPC; ids that do not exist are left out.
pub async fn groups_by_id(
    client: &Client,
    region: &str,
    ids: &[String],
) -> Result<Vec<SecurityGroup>, Error> {
    let mut groups = Vec::new();
    for some in ids.chunks(GROUPS_A_CALL) {
        let params = Params::from([
            ("RegionId".to_owned(), region.to_owned()),
            ("SecurityGroupIds".to_owned(), serde_json::Value::from(some).to_string()),
            ("MaxResults".to_owned(), GROUPS_A_CALL.to_string()),
        ]);
        groups.extend(
            pages::by_token::<SecurityGroup>(
                client,
                DESCRIBE_SECURITY_GROUPS,
                region,
                params,
                "SecurityGroups",
            )
            .await?,
        );
    }
    Ok(groups)
}

/// A group's inbound rules, all pages of them.
pub async fn ingress_rules(client: &Client, region: &str, group_id: &str) -> Result<Rules, Error> {
    let params = Params::from([
        ("RegionId".to_owned(), region.to_owned()),
        ("SecurityGroupId".to_owned(), group_id.to_owned()),
        ("Direction".to_owned(), "ingress".to_owned()),
        ("MaxResults".to_owned(), "1000".to_owned()),
    ]);
    let policy = |page: &serde_json::Value| {
        page.get("InnerAccessPolicy").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let operation = DESCRIBE_SECURITY_GROUP_ATTRIBUTE;
    let (permissions, inner_access_policy) =
        pages::by_token_with(client, operation, region, params, "Permissions", policy).await?;
    Ok(Rules { inner_access_policy, permissions })
}

/// Creates a group without rules and returns its id.
pub async fn create_group(client: &Client, request: &CreateGroup, token: &str) -> Result<String, Error> {
    let params = with_token(request.params(), token);
    let created: Created = client.call(CREATE_SECURITY_GROUP, &request.region_id, params).await?;
    Ok(created.security_group_id)
}

/// Adds inbound rules to a group. A rule that is there already is no error.
pub async fn authorize_group(client: &Client, request: &AuthorizeGroup, token: &str) -> Result<(), Error> {
    let params = with_token(request.params(), token);
    client.call::<serde_json::Value>(AUTHORIZE_SECURITY_GROUP, &request.region_id, params).await.map(drop)
}

/// Deletes a group. `DependencyViolation` as long as anything uses it.
pub async fn delete_group(client: &Client, region: &str, group_id: &str) -> Result<(), Error> {
    client
        .call::<serde_json::Value>(DELETE_SECURITY_GROUP, region, group_params(region, group_id))
        .await
        .map(drop)
}

fn group_params(region: &str, group_id: &str) -> Params {
    Params::from([
        ("RegionId".to_owned(), region.to_owned()),
        ("SecurityGroupId".to_owned(), group_id.to_owned()),
    ])
}
