//! How long the cloud takes, and how much it grants.

use serde::Deserialize;

/// Milliseconds the cloud takes. The first four count from the creation of an endpoint.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timing {
    /// Until `Active`.
    pub active_ms: u64,
    /// Until `Connecting`.
    pub connecting_ms: u64,
    /// Until `Connected`.
    pub connected_ms: u64,
    /// Until every zone is `Connected`.
    pub zones_ms: u64,
    /// How long a change of an endpoint, a zone's removal or a deletion takes.
    pub change_ms: u64,
    /// Until a new vSwitch is `Available`.
    pub vswitch_ms: u64,
    /// How long a new vSwitch, group or endpoint stays out of the lists.
    pub listed_ms: u64,
    /// How long a new endpoint is unknown to calls that name it (facts d, `EndpointNotFound`).
    pub known_ms: u64,
    /// How long a freed address still blocks the deletion of its vSwitch.
    pub linger_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            active_ms: 10,
            connecting_ms: 15,
            connected_ms: 25,
            zones_ms: 30,
            change_ms: 10,
            vswitch_ms: 10,
            listed_ms: 0,
            known_ms: 0,
            linger_ms: 10,
        }
    }
}

/// The account's limits (facts f, quotas).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// `QuotaExceeded.totalEpPerVpc`.
    pub endpoints_per_vpc: usize,
    /// `QuotaExceeded.epZonePerEndpoint`.
    pub zones_per_endpoint: usize,
    /// `QuotaExceeded.totalIdleEndpoint`: endpoints that are Disconnected.
    pub idle_endpoints: usize,
    /// `QuotaExceeded.VSwitch`.
    pub vswitches_per_vpc: usize,
    /// `AuthorizationLimitExceed`.
    pub rules_per_group: usize,
    /// `Throttling.User`: requests to one product of one region within a second; 0 is any number.
    pub requests_per_second: usize,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            endpoints_per_vpc: 1000,
            zones_per_endpoint: 10,
            idle_endpoints: 10,
            vswitches_per_vpc: 500,
            rules_per_group: 200,
            requests_per_second: 0,
        }
    }
}
