//! The simulated network's names and addresses: what DNS would say, and what belongs to the sandbox.

use std::net::IpAddr;
use std::sync::Arc;

use super::firewall::admits;
use super::model::{Endpoint, Zone};
use super::server::Cloud;

/// A handle on the names and addresses of a sandbox; cheap to clone, outlives the server.
#[derive(Clone)]
pub struct Names {
    pub(super) cloud: Arc<Cloud>,
}

impl Names {
    /// The addresses behind an endpoint or zone domain: those of its Connected zones. A domain of PrivateLink that
    /// leads nowhere has none; `None` is a name that the sandbox knows nothing of.
    pub fn resolve(&self, name: &str) -> Option<Vec<IpAddr>> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if !name.ends_with(".privatelink.aliyuncs.com") {
            return None;
        }
        let mut addresses = Vec::new();
        self.connected(|endpoint, zone| {
            if endpoint.domain() == name || endpoint.zone_domain(&zone.id) == name {
                addresses.push(IpAddr::V4(zone.ip));
            }
        });
        Some(addresses)
    }

    /// Whether an address is that of a Connected zone.
    pub fn owns(&self, address: IpAddr) -> bool {
        let mut owns = false;
        self.connected(|_, zone| owns |= IpAddr::V4(zone.ip) == address);
        owns
    }

    /// Whether the security groups of the endpoint behind an address let its VPC in on a port. Where they do not,
    /// packets vanish: a connection that is not admitted should time out rather than be refused.
    pub fn admits(&self, address: IpAddr, port: u16) -> bool {
        let mut owner = None;
        self.connected(|endpoint, zone| {
            if IpAddr::V4(zone.ip) == address {
                owner = Some((endpoint.vpc.clone(), endpoint.groups.clone()));
            }
        });
        let Some((vpc, groups)) = owner else { return false };
        let state = self.cloud.state();
        let Some(vpc) = state.vpcs.iter().find(|known| known.id == vpc) else { return false };
        let attached = state.groups.iter().filter(|group| groups.iter().any(|(id, _)| *id == group.id));
        admits(attached.flat_map(|group| &group.rules).map(|(_, rule)| rule), vpc.cidr, port)
    }

    /// Every Connected zone of an endpoint that is in service.
    fn connected(&self, mut see: impl FnMut(&Endpoint, &Zone)) {
        let (scenario, now) = (&self.cloud.scenario, self.cloud.clock.now());
        let state = self.cloud.state();
        for endpoint in &state.endpoints {
            if endpoint.gone.is_some() || endpoint.life(&scenario.timing, now).business() != "Normal" {
                continue;
            }
            for zone in &endpoint.zones {
                if endpoint.zone_status(zone, &scenario.timing, &scenario.stuck_zones, now) == "Connected" {
                    see(endpoint, zone);
                }
            }
        }
    }
}
