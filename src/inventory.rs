//! What exists: one round of parallel reads, and a second one for the network once its VPC is known.

use crate::answers::Answers;
use crate::cloud::ecs::{self, Rules, SecurityGroup};
use crate::cloud::privatelink::{self, CreateEndpoint, Endpoint, Service, Zone};
use crate::cloud::sts::{self, Identity};
use crate::cloud::vpc::{self, VSwitch, Vpc};
use crate::cloud::{Client, Error};

/// What the account has in the region.
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    /// Who signs.
    pub identity: Identity,
    /// Whether PrivateLink is activated.
    pub product_open: bool,
    /// Of the answer that said whether it is.
    pub product_request_id: Option<String>,
    /// The service, if this account can see it.
    pub service: Option<Service>,
    /// Endpoints to the service: in the VPC asked for, else in every VPC.
    pub endpoints: Vec<Endpoint>,
    /// The VPC asked for, else all of them.
    pub vpcs: Vec<Vpc>,
    /// The network of the VPC, once one is known.
    pub network: Option<Network>,
    /// What the endpoint to adopt has, where the answers may ask for more.
    pub present: Option<Present>,
    /// Endpoints that this machine asked for and got no answer about: they may exist although no list shows them.
    pub unanswered: Vec<CreateEndpoint>,
}

/// What an endpoint has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Present {
    /// Its zones.
    pub zones: Vec<Zone>,
    /// The ids of its security groups.
    pub groups: Vec<String>,
}

/// What a VPC has that an endpoint needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Every vSwitch of the VPC.
    pub vswitches: Vec<VSwitch>,
    /// The groups asked for, else every group of the VPC.
    pub groups: Vec<Group>,
}

/// A security group and its inbound rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The group.
    pub group: SecurityGroup,
    /// Its rules; `None` if this identity may not read them.
    pub rules: Option<Rules>,
}

/// Reads everything the answers point at, all at the same time.
pub async fn look(cloud: &Client, region: &str, answers: &Answers) -> Result<Inventory, Error> {
    let service_name = answers.service_name.as_ref().map(|name| name.value.as_str());
    let vpc_id = answers.vpc_id.as_ref().map(|id| id.value.as_str());
    let (identity, product_open, service, endpoints, vpcs, network) = tokio::join!(
        sts::get_caller_identity(cloud, region),
        privatelink::check_product_open(cloud, region),
        find_service(cloud, region, service_name),
        find_endpoints(cloud, region, service_name, vpc_id),
        vpc::describe_vpcs(cloud, region, vpc_id),
        look_network_of(cloud, region, vpc_id, answers),
    );
    // A wrong key fails every call: the identity's answer is the clearest, so it is reported first.
    let identity = identity?;
    let (privatelink::Openness { open: product_open, request_id: product_request_id }, vpcs) =
        (product_open?, vpcs?);
    // Until it is activated, PrivateLink answers nothing but that.
    let (service, endpoints) = if product_open { (service?, endpoints?) } else { (None, Vec::new()) };
    // Without the VPC, what its network answered means nothing.
    let network = if vpcs.is_empty() { None } else { network? };
    Ok(Inventory {
        identity,
        product_open,
        product_request_id,
        service,
        endpoints,
        vpcs,
        network,
        present: None,
        unanswered: Vec::new(),
    })
}

/// Reads what an endpoint has.
pub async fn look_present(cloud: &Client, region: &str, endpoint_id: &str) -> Result<Present, Error> {
    let (zones, groups) = tokio::join!(
        privatelink::zones_of(cloud, region, endpoint_id),
        privatelink::security_groups_of(cloud, region, endpoint_id),
    );
    Ok(Present { zones: zones?, groups: groups? })
}

/// Reads the VPCs of a region, for a list to choose from.
pub async fn look_vpcs(cloud: &Client, region: &str) -> Result<Vec<Vpc>, Error> {
    vpc::describe_vpcs(cloud, region, None).await
}

/// Reads the network of a VPC: its vSwitches, and the groups asked for or all of them, with their rules.
pub async fn look_network(
    cloud: &Client,
    region: &str,
    vpc_id: &str,
    answers: &Answers,
) -> Result<Network, Error> {
    let asked = answers.security_group_ids.as_ref().map(|ids| ids.value.as_slice());
    let (vswitches, groups) = tokio::join!(vpc::describe_vswitches(cloud, region, vpc_id), async {
        match asked {
            Some(ids) => groups_asked_for(cloud, region, ids).await,
            None => groups_of_vpc(cloud, region, vpc_id).await,
        }
    });
    Ok(Network { vswitches: vswitches?, groups: groups? })
}

async fn look_network_of(
    cloud: &Client,
    region: &str,
    vpc_id: Option<&str>,
    answers: &Answers,
) -> Result<Option<Network>, Error> {
    match vpc_id {
        Some(id) => look_network(cloud, region, id, answers).await.map(Some),
        None => Ok(None),
    }
}

async fn find_service(cloud: &Client, region: &str, name: Option<&str>) -> Result<Option<Service>, Error> {
    match name {
        Some(name) => privatelink::find_service(cloud, region, name).await,
        None => Ok(None),
    }
}

async fn find_endpoints(
    cloud: &Client,
    region: &str,
    service: Option<&str>,
    vpc_id: Option<&str>,
) -> Result<Vec<Endpoint>, Error> {
    match service {
        Some(name) => privatelink::endpoints_to_service(cloud, region, name, vpc_id).await,
        None => Ok(Vec::new()),
    }
}

/// The groups and their rules in one round: the ids are known, so nothing has to wait.
async fn groups_asked_for(cloud: &Client, region: &str, ids: &[String]) -> Result<Vec<Group>, Error> {
    let rules = futures_util::future::join_all(ids.iter().map(async |id| rules_of(cloud, region, id).await));
    let (groups, rules) = tokio::join!(ecs::groups_by_id(cloud, region, ids), rules);
    let mut found = Vec::new();
    for (id, rules) in ids.iter().zip(rules) {
        let rules = rules?;
        if let Some(group) =
            groups.as_ref().map_err(Clone::clone)?.iter().find(|g| &g.security_group_id == id)
        {
            found.push(Group { group: group.clone(), rules });
        }
    }
    groups?;
    Ok(found)
}

async fn groups_of_vpc(cloud: &Client, region: &str, vpc_id: &str) -> Result<Vec<Group>, Error> {
    let groups = ecs::groups_of_vpc(cloud, region, vpc_id).await?;
    with_rules(cloud, region, groups).await
}

/// Reads the rules of groups.
pub async fn with_rules(
    cloud: &Client,
    region: &str,
    groups: Vec<SecurityGroup>,
) -> Result<Vec<Group>, Error> {
    use futures_util::stream::{self, StreamExt, TryStreamExt};
    stream::iter(groups)
        .map(async |group| {
            let rules = match group.rule_count {
                Some(0) => Some(no_rules(&group)),
                _ => rules_of(cloud, region, &group.security_group_id).await?,
            };
            Ok(Group { group, rules })
        })
        .buffered(8)
        .try_collect()
        .await
}

/// A group that counts no rules need not be asked for them; whether its members reach each other stays unknown, which
/// for a normal group is the default.
fn no_rules(group: &SecurityGroup) -> Rules {
    let enterprise = group.security_group_type.eq_ignore_ascii_case("enterprise");
    let inner_access_policy = if enterprise { "Drop" } else { "Accept" }.to_owned();
    Rules { inner_access_policy, permissions: Vec::new() }
}

/// `None` if the rules may not be read, or the group is gone.
async fn rules_of(cloud: &Client, region: &str, id: &str) -> Result<Option<Rules>, Error> {
    match ecs::ingress_rules(cloud, region, id).await {
        Ok(rules) => Ok(Some(rules)),
        Err(error) if error.is_permission() || error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
