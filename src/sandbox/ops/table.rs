//! Every action with its parameters: facts b1 to b4.

use super::Product::{Ecs, PrivateLink, Sts, Vpc};
use super::{Action, Ctx, Product};
use super::{create, ecs_groups, ecs_rules, endpoints, privatelink, sts, tags, vpcs, vswitches, zones};
use crate::sandbox::refusal::Refusal;
use serde_json::Value;

const fn action(
    product: Product,
    name: &'static str,
    spec: &'static str,
    run: fn(&mut Ctx<'_>) -> Result<Value, Refusal>,
) -> Action {
    Action { product, name, spec, run }
}

/// The one action that nobody signs: the token in it speaks for the caller (facts g).
pub(in crate::sandbox) const ASSUME_ROLE_WITH_OIDC: &str = "AssumeRoleWithOIDC";

/// The actions this cloud knows.
pub(in crate::sandbox) const ACTIONS: &[Action] = &[
    // facts b4
    action(Sts, "GetCallerIdentity", "", sts::caller_identity),
    action(
        Sts,
        "AssumeRole",
        "RoleArn! RoleSessionName! DurationSeconds:900-43200 Policy ExternalId SourceIdentity",
        sts::assume_role,
    ),
    action(
        Sts,
        ASSUME_ROLE_WITH_OIDC,
        "RoleArn! OIDCProviderArn! OIDCToken! RoleSessionName! DurationSeconds:900-43200 Policy",
        sts::assume_role_with_oidc,
    ),
    // facts b1
    action(PrivateLink, "CheckProductOpen", "", privatelink::check_open),
    action(PrivateLink, "OpenPrivateLinkService", "OwnerId:0-18446744073709551615", privatelink::open),
    action(
        PrivateLink,
        "DescribeRegions",
        "RegionId ServiceResourceType:slb|alb|nlb|gwlb|ALL",
        privatelink::regions,
    ),
    action(
        PrivateLink,
        "ListVpcEndpointServicesByEndUser",
        "RegionId! ServiceId ServiceName ServiceType:Interface|GatewayLoadBalancer ServiceRegionId ResourceGroupId \
         Tag.N.Key#20 Tag.N.Value MaxResults:1-50 NextToken",
        privatelink::services,
    ),
    // The default of EndpointType is uncertain and it is always to be sent: required here.
    action(
        PrivateLink,
        "CreateVpcEndpoint",
        "RegionId! VpcId! ServiceName ServiceId EndpointType!:Interface|GatewayLoadBalancer|Reverse EndpointName \
         EndpointDescription SecurityGroupId.N#10 Zone.N.ZoneId#10 Zone.N.VSwitchId Zone.N.ip Zone.N.Ipv6Address \
         ZonePrivateIpAddressCount:1-1 AddressIpVersion:IPv4|DualStack ZoneAffinityEnabled:bool \
         ProtectedEnabled:bool PolicyDocument ServiceRegionId CrossRegionBandwidth:100-1000000 ResourceGroupId \
         Tag.N.Key#20 Tag.N.Value ClientToken DryRun:bool",
        create::create,
    ),
    action(PrivateLink, "GetVpcEndpointAttribute", "RegionId! EndpointId!", endpoints::get),
    action(
        PrivateLink,
        "ListVpcEndpoints",
        "RegionId! EndpointId EndpointName EndpointType:Interface|GatewayLoadBalancer|Reverse \
         EndpointStatus:Creating|Active|Pending|Deleting|Inactive|Deleted \
         ConnectionStatus:Pending|Connecting|Connected|Disconnecting|Disconnected|Deleting|ServiceDeleted \
         ServiceName ServiceRegionId VpcId AddressIpVersion:IPv4|DualStack ResourceGroupId Tag.N.Key#20 Tag.N.Value \
         MaxResults:1-50 NextToken",
        endpoints::list,
    ),
    action(
        PrivateLink,
        "ListVpcEndpointZones",
        "RegionId! EndpointId! MaxResults:1-50 NextToken",
        zones::list,
    ),
    action(
        PrivateLink,
        "ListVpcEndpointSecurityGroups",
        "RegionId! EndpointId! MaxResults:1-50 NextToken",
        endpoints::security_groups,
    ),
    action(
        PrivateLink,
        "AddZoneToVpcEndpoint",
        "RegionId! EndpointId! ZoneId! VSwitchId! ip Ipv6Address ClientToken DryRun:bool",
        zones::add,
    ),
    action(
        PrivateLink,
        "RemoveZoneFromVpcEndpoint",
        "RegionId! EndpointId! ZoneId! ClientToken DryRun:bool",
        zones::remove,
    ),
    action(
        PrivateLink,
        "AttachSecurityGroupToVpcEndpoint",
        "RegionId! EndpointId! SecurityGroupId! ClientToken DryRun:bool",
        endpoints::attach_group,
    ),
    action(
        PrivateLink,
        "DeleteVpcEndpoint",
        "RegionId! EndpointId! ClientToken DryRun:bool",
        endpoints::delete,
    ),
    action(
        PrivateLink,
        "TagResources",
        "RegionId! ResourceType!:vpcendpoint|VpcEndpoint|vpcendpointservice ResourceId.N!#50 Tag.N.Key!#20 \
         Tag.N.Value ClientToken DryRun:bool",
        tags::tag,
    ),
    action(
        PrivateLink,
        "ListTagResources",
        "RegionId! ResourceType!:vpcendpoint|VpcEndpoint|vpcendpointservice ResourceId.N#50 Tag.N.Key#20 \
         Tag.N.Value MaxResults:1-50 NextToken",
        tags::list,
    ),
    // facts b2
    action(Vpc, "DescribeRegions", "RegionId AcceptLanguage:zh-CN|en-US", vpcs::regions),
    action(
        Vpc,
        "DescribeVpcs",
        "RegionId! VpcId VpcName IsDefault:bool VpcOwnerId ResourceGroupId Tag.N.Key#20 Tag.N.Value \
         PageNumber:1-100000 PageSize:1-50",
        vpcs::list,
    ),
    action(
        Vpc,
        "DescribeVSwitches",
        "RegionId VpcId VSwitchId ZoneId VSwitchName IsDefault:bool ResourceGroupId Tag.N.Key#20 Tag.N.Value \
         PageNumber:1-100000 PageSize:1-50",
        vswitches::list,
    ),
    action(Vpc, "DescribeVSwitchAttributes", "RegionId VSwitchId!", vswitches::get),
    action(
        Vpc,
        "CreateVSwitch",
        "RegionId! VpcId! ZoneId! CidrBlock CidrMask:16-29 VSwitchName Description Tag.N.Key#20 Tag.N.Value ClientToken",
        vswitches::create,
    ),
    action(Vpc, "DeleteVSwitch", "RegionId! VSwitchId! DryRun:bool", vswitches::delete),
    // facts b3
    action(
        Ecs,
        "DescribeSecurityGroups",
        "RegionId! VpcId SecurityGroupId SecurityGroupIds SecurityGroupName SecurityGroupType:normal|enterprise \
         ResourceGroupId Tag.N.Key#20 Tag.N.Value MaxResults:1-100 NextToken",
        ecs_groups::list,
    ),
    action(
        Ecs,
        "DescribeSecurityGroupAttribute",
        "RegionId! SecurityGroupId! Direction:ingress|egress|all MaxResults:10-1000 NextToken",
        ecs_rules::get,
    ),
    action(
        Ecs,
        "CreateSecurityGroup",
        "RegionId! VpcId SecurityGroupName Description SecurityGroupType:normal|enterprise ResourceGroupId \
         Tag.N.Key#20 Tag.N.Value ClientToken",
        ecs_groups::create,
    ),
    action(
        Ecs,
        "AuthorizeSecurityGroup",
        "RegionId! SecurityGroupId! Permissions.N.Policy#100 Permissions.N.Priority:1-100 Permissions.N.IpProtocol \
         Permissions.N.PortRange Permissions.N.SourceCidrIp Permissions.N.Ipv6SourceCidrIp \
         Permissions.N.SourceGroupId Permissions.N.SourcePrefixListId Permissions.N.Description ClientToken",
        ecs_rules::authorize,
    ),
    action(Ecs, "DeleteSecurityGroup", "RegionId! SecurityGroupId!", ecs_groups::delete),
];
