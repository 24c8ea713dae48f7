//! What a test may look at: a copy of the state.

use std::collections::BTreeMap;

use super::server::Cloud;

/// The state at one moment.
#[derive(Clone, Debug)]
pub struct View {
    /// Every endpoint, also those being deleted.
    pub endpoints: Vec<EndpointView>,
    /// The ids of the VPCs.
    pub vpcs: Vec<String>,
    /// The ids of the vSwitches with their free addresses.
    pub vswitches: Vec<(String, usize)>,
    /// The ids of the security groups with their number of rules.
    pub groups: Vec<(String, usize)>,
    /// Whether PrivateLink is activated.
    pub product_open: bool,
}

/// An endpoint at one moment.
#[derive(Clone, Debug)]
pub struct EndpointView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The full service name.
    pub service_name: String,
    /// Its domain.
    pub domain: String,
    /// `EndpointStatus`
    pub status: &'static str,
    /// `ConnectionStatus`
    pub connection: &'static str,
    /// Zone id, vSwitch id, address and `ZoneStatus`.
    pub zones: Vec<(String, String, std::net::Ipv4Addr, &'static str)>,
    /// Its security groups.
    pub groups: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The state now.
pub(super) fn view(cloud: &Cloud) -> View {
    let (now, timing, stuck) = (cloud.clock.now(), &cloud.scenario.timing, &cloud.scenario.stuck_zones);
    let state = cloud.state();
    let endpoints = state.endpoints.iter().map(|endpoint| EndpointView {
        id: endpoint.id.clone(),
        name: endpoint.name.clone(),
        vpc_id: endpoint.vpc.clone(),
        service_name: endpoint.service_name.clone(),
        domain: endpoint.domain(),
        status: endpoint.status(timing, now),
        connection: endpoint.connection(timing, now),
        zones: endpoint
            .zones
            .iter()
            .map(|zone| {
                let status = endpoint.zone_status(zone, timing, stuck, now);
                (zone.id.clone(), zone.vswitch.clone(), zone.ip, status)
            })
            .collect(),
        groups: endpoint.groups.iter().map(|(id, _)| id.clone()).collect(),
        tags: endpoint.tags.clone(),
    });
    View {
        endpoints: endpoints.collect(),
        vpcs: state.vpcs.iter().map(|vpc| vpc.id.clone()).collect(),
        vswitches: state.vswitches.iter().map(|vswitch| (vswitch.id.clone(), vswitch.free)).collect(),
        groups: state.groups.iter().map(|group| (group.id.clone(), group.rules.len())).collect(),
        product_open: state.product_open,
    }
}
