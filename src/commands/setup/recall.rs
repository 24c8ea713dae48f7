//! What this machine remembers having made a moment ago, and no list shows yet.
//!
//! Lists lag behind: without this, a rerun right after a run that was cut off would make a second vSwitch. Nothing is
//! asked where the lists are complete.

use crate::cloud::privatelink::{self, CreateEndpoint};
use crate::cloud::{Client, Error, ecs, vpc};
use crate::inventory::{self, Inventory};
use crate::journal::{Kind, Record};

/// Adds what exists and is not listed.
pub(super) async fn complete(
    cloud: &Client,
    region: &str,
    records: &[Record],
    inventory: &mut Inventory,
) -> Result<(), Error> {
    for record in records {
        for id in record.made_lately(Kind::Endpoint) {
            if inventory.endpoints.iter().all(|endpoint| endpoint.endpoint_id != id) {
                let found = privatelink::get_vpc_endpoint(cloud, region, id).await;
                inventory.endpoints.extend(if_there(found)?);
            }
        }
    }
    Ok(())
}

/// The create calls whose endpoints may exist although nothing shows them.
pub(super) fn unanswered(records: &[Record]) -> Vec<CreateEndpoint> {
    let open = records.iter().filter_map(Record::open_endpoint);
    open.filter_map(|entry| CreateEndpoint::from_params(&entry.params)).collect()
}

/// Adds what exists in the network of a VPC and is not listed.
pub(super) async fn complete_network(
    cloud: &Client,
    region: &str,
    records: &[Record],
    network: &mut inventory::Network,
    vpc_id: &str,
) -> Result<(), Error> {
    for record in records.iter().filter(|record| record.vpc_id == vpc_id) {
        for id in record.made_lately(Kind::VSwitch) {
            if network.vswitches.iter().all(|vswitch| vswitch.vswitch_id != id) {
                network.vswitches.extend(if_there(vpc::get_vswitch(cloud, region, id).await)?);
            }
        }
        for id in record.made_lately(Kind::SecurityGroup) {
            if network.groups.iter().all(|group| group.group.security_group_id != id) {
                let found = ecs::groups_by_id(cloud, region, &[id.to_owned()]).await?;
                network.groups.extend(inventory::with_rules(cloud, region, found).await?);
            }
        }
    }
    Ok(())
}

fn if_there<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}
