//! The state of the simulated cloud, and how it begins.

use std::collections::{BTreeMap, HashSet, VecDeque};

use serde_json::Value;

use super::args::Args;
use super::clock::Ms;
use super::life::ms;
use super::model::{Endpoint, Group, VSwitch, Vpc};
use super::scenario::Scenario;

/// Everything that can change.
#[derive(Default)]
pub(super) struct State {
    pub(super) product_open: bool,
    pub(super) vpcs: Vec<Vpc>,
    pub(super) vswitches: Vec<VSwitch>,
    pub(super) groups: Vec<Group>,
    pub(super) endpoints: Vec<Endpoint>,
    /// Finished calls by action and client token.
    pub(super) tokens: BTreeMap<(String, String), (Args, Value)>,
    /// Nonces seen.
    pub(super) nonces: HashSet<String>,
    /// Tokens of role sessions, and when each ends.
    pub(super) sessions: Vec<(String, Ms)>,
    /// When the last requests to each product of a region came.
    pub(super) flow: BTreeMap<(&'static str, String), VecDeque<Ms>>,
    /// How often each fault matched.
    pub(super) faults: Vec<usize>,
    counters: BTreeMap<&'static str, u64>,
}

impl State {
    /// The next id of a kind: a prefix and 20 characters that begin like Singapore's (facts f, ids).
    pub(super) fn next_id(&mut self, prefix: &'static str) -> String {
        let n = self.counters.entry(prefix).or_default();
        *n += 1;
        format!("{prefix}-t4nsandbox{n:010}")
    }

    /// The next request id, an upper-case UUID.
    pub(super) fn next_request_id(&mut self) -> String {
        let n = self.counters.entry("request").or_default();
        *n += 1;
        format!("5A4DB0C5-0000-4000-8000-{n:012X}")
    }

    /// Whether another request to a product of a region fits into the last second.
    pub(super) fn has_room(&mut self, product: &'static str, region: &str, limit: usize, now: Ms) -> bool {
        let recent = self.flow.entry((product, region.to_owned())).or_default();
        recent.retain(|at| *at > now - 1000);
        let room = recent.len() < limit;
        if room {
            recent.push_back(now);
        }
        room
    }

    /// Removes what has gone by `now`.
    pub(super) fn settle(&mut self, scenario: &Scenario, now: Ms) {
        let linger = ms(scenario.timing.linger_ms);
        for endpoint in &mut self.endpoints {
            for zone in endpoint.zones.extract_if(.., |zone| zone.gone.is_some_and(|gone| gone <= now)) {
                let lingers = zone.gone.unwrap_or(now) + linger;
                if let Some(vswitch) = self.vswitches.iter_mut().find(|v| v.id == zone.vswitch) {
                    vswitch.release(zone.ip, lingers);
                }
            }
        }
        self.endpoints.retain(|endpoint| endpoint.gone.is_none_or(|gone| gone > now));
    }

    /// The VPC of an id in a region.
    pub(super) fn vpc(&self, region: &str, id: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| vpc.id == id && vpc.region == region)
    }

    /// The group of an id in a region.
    pub(super) fn group(&self, region: &str, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id && group.region == region)
    }

    /// The vSwitch of an id in a region.
    pub(super) fn vswitch(&self, region: &str, id: &str) -> Option<&VSwitch> {
        self.vswitches.iter().find(|vswitch| vswitch.id == id && vswitch.region == region)
    }

    /// The endpoint of an id in a region.
    pub(super) fn endpoint(&self, region: &str, id: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.id == id && endpoint.region == region)
    }
}
