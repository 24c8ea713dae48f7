//! What the simulated account holds.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::clock::Ms;
use super::life::{Fate, Life};
use super::scenario::{GroupType, InnerAccess, Rule, Timing};

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// The first and the last three addresses of a vSwitch are reserved (facts b2 `CreateVSwitch`).
const RESERVED: usize = 4;

/// A VPC.
#[derive(Clone, Debug)]
pub(super) struct Vpc {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) cidr: Ipv4Net,
    pub(super) secondary_cidrs: Vec<Ipv4Net>,
    pub(super) status: String,
    pub(super) default: bool,
}

/// A vSwitch and the addresses taken in it.
#[derive(Clone, Debug)]
pub(super) struct VSwitch {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) region: String,
    pub(super) vpc: String,
    pub(super) zone: String,
    pub(super) cidr: Ipv4Net,
    pub(super) free: usize,
    pub(super) pending: bool,
    pub(super) created: Ms,
    pub(super) ready: Ms,
    pub(super) taken: BTreeSet<Ipv4Addr>,
    /// Until when a freed address blocks its deletion.
    pub(super) lingers: Ms,
    pub(super) tags: Tags,
}

impl VSwitch {
    /// How many addresses a range leaves to its users.
    pub(super) fn room(cidr: Ipv4Net) -> usize {
        let size = 1_usize << (32 - u32::from(cidr.prefix_len())).min(20);
        size.saturating_sub(RESERVED)
    }

    /// Whether it can be used.
    pub(super) fn is_available(&self, now: Ms) -> bool {
        !self.pending && now >= self.ready
    }

    /// Takes the wanted address or the next free one; `None` if that cannot be.
    pub(super) fn take(&mut self, wanted: Option<Ipv4Addr>) -> Option<Ipv4Addr> {
        let usable = |ip: &Ipv4Addr| self.cidr.contains(ip) && !self.taken.contains(ip);
        let next = || self.cidr.hosts().skip(9).chain(self.cidr.hosts()).find(usable);
        let ip = match wanted {
            Some(ip) => Some(ip).filter(usable),
            None => next(),
        }?;
        self.free = self.free.checked_sub(1)?;
        self.taken.insert(ip);
        Some(ip)
    }

    /// Gives an address back.
    pub(super) fn release(&mut self, ip: Ipv4Addr, lingers: Ms) {
        if self.taken.remove(&ip) {
            self.free += 1;
            self.lingers = self.lingers.max(lingers);
        }
    }
}

/// A security group.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) region: String,
    pub(super) vpc: String,
    pub(super) kind: GroupType,
    pub(super) inner_access: InnerAccess,
    pub(super) rules: Vec<(String, Rule)>,
    pub(super) created: Ms,
    pub(super) tags: Tags,
}

/// A zone of an endpoint.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) id: String,
    pub(super) vswitch: String,
    pub(super) eni: String,
    pub(super) ip: Ipv4Addr,
    pub(super) added: Ms,
    pub(super) gone: Option<Ms>,
}

/// An endpoint.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) region: String,
    pub(super) vpc: String,
    pub(super) service: String,
    pub(super) service_name: String,
    pub(super) resource_group: String,
    pub(super) zone_affinity: bool,
    pub(super) protected: bool,
    pub(super) address_version: String,
    pub(super) fate: Fate,
    pub(super) created: Ms,
    /// Until when a change is under way.
    pub(super) busy: Ms,
    /// When it is gone, once it is being deleted.
    pub(super) gone: Option<Ms>,
    pub(super) zones: Vec<Zone>,
    /// Groups with the time from which they are attached.
    pub(super) groups: Vec<(String, Ms)>,
    pub(super) tags: Tags,
}

impl Endpoint {
    /// Its life at `now`.
    pub(super) fn life<'a>(&self, timing: &'a Timing, now: Ms) -> Life<'a> {
        Life { fate: self.fate, timing, age: now - self.created }
    }

    /// `EndpointStatus` with changes and deletion (facts c).
    pub(super) fn status(&self, timing: &Timing, now: Ms) -> &'static str {
        match self.life(timing, now).status() {
            _ if self.gone.is_some() => "Deleting",
            "Active" if now < self.busy => "Pending",
            status => status,
        }
    }

    /// `ConnectionStatus` with deletion.
    pub(super) fn connection(&self, timing: &Timing, now: Ms) -> &'static str {
        if self.gone.is_some() { "Deleting" } else { self.life(timing, now).connection() }
    }

    /// `ZoneStatus` of one of its zones.
    pub(super) fn zone_status(
        &self,
        zone: &Zone,
        timing: &Timing,
        stuck: &[String],
        now: Ms,
    ) -> &'static str {
        if zone.gone.is_some() {
            return "Deleting";
        }
        self.life(timing, now).zone(now - zone.added, stuck.contains(&zone.id))
    }

    /// `EndpointDomain` (facts f).
    pub(super) fn domain(&self) -> String {
        format!("{}.{}.{}.privatelink.aliyuncs.com", self.id, self.service, self.region)
    }

    /// `ZoneDomain` (facts f, the current shape).
    pub(super) fn zone_domain(&self, zone: &str) -> String {
        format!("{}-{zone}.{}.{}.privatelink.aliyuncs.com", self.id, self.service, self.region)
    }
}
