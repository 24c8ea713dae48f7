//! All ten layers of one endpoint, in order, while everything that waits for nothing is asked for at once.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::Ipv4Net;

use super::probe::{self, Head};
use super::survey::{Ground, Survey};
use super::{CheckId, Finding, Sheet, Status, Target, Waited, connection, endpoint, security_group, zones};
use crate::cloud::Error;
use crate::cloud::privatelink::{Endpoint, Zone};
use crate::event::{Event, Reporter};
use crate::net::Net;
use crate::wait::Hopeless;
use crate::whereami::{Locator, Position, Whereami};

/// What the layers of one endpoint are looked at with.
pub struct Walk<'a> {
    /// The cloud.
    pub survey: &'a Survey,
    /// How the database is reached; the domain and the addresses are filled in here.
    pub target: &'a Target,
    /// The network.
    pub net: &'a Net,
    /// Where this machine is.
    pub whereami: &'a Arc<Whereami>,
    /// Who hears of each layer.
    pub reporter: &'a dyn Reporter,
    /// Who asks.
    pub account_id: &'a str,
    /// What waiting for the endpoint has shown.
    pub seen: Option<Hopeless>,
    /// Whether the network layers are looked at too.
    pub network: bool,
}

/// One endpoint's layers, and what the cloud said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Walked {
    /// The layers.
    pub sheet: Sheet,
    /// The endpoint's zones, where they were read.
    pub zones: Vec<Zone>,
    /// The endpoint's security groups, where they were read.
    pub group_ids: Vec<String>,
}

impl Walk<'_> {
    /// Walks the layers from *endpoint* on; `sheet` has what came before.
    pub async fn endpoint(&self, facts: &endpoint::Facts, sheet: Sheet) -> Walked {
        let mut walked = Walked { sheet, ..Walked::default() };
        // Boxed: a future of this size on the stack, a hundred times at once, is a lot.
        Box::pin(self.layers(facts, &mut walked)).await;
        for finding in walked.sheet.close() {
            self.reporter.emit(Event::Checked(finding));
        }
        walked
    }

    /// `None` where a layer failed.
    async fn layers(&self, facts: &endpoint::Facts, walked: &mut Walked) -> Option<()> {
        self.report(endpoint::judge(facts), walked)?;
        let endpoint = facts.answer.as_ref().ok()?;
        let mut head = Head::begin(&self.target.toward(endpoint, &[]), self.net);
        let zones = self.zones(endpoint, &mut head);
        let ground = self.survey.ground(endpoint, zones).await;
        note(&ground, walked);
        self.report(self.connection(endpoint, &ground), walked)?;
        self.report(judge_zones(endpoint, &ground), walked)?;
        let target = self.aim(endpoint, &ground);
        let groups = self.groups(endpoint, &ground, &target).await;
        let groups = if security_group::is_doubtful(&groups) {
            tried(groups, &mut head, &target).await
        } else {
            groups
        };
        self.report(groups, walked)?;
        self.network(&target, head, walked).await
    }

    /// Asks for the zones, and as soon as they are there tries their addresses, while other answers are on their way.
    async fn zones(&self, endpoint: &Endpoint, head: &mut Head) -> Result<Vec<Zone>, Error> {
        let zones = self.survey.zones(&endpoint.endpoint_id).await;
        head.connect(&self.target.toward(endpoint, zones.as_deref().unwrap_or_default()), self.net);
        zones
    }

    fn connection(&self, endpoint: &Endpoint, ground: &Ground) -> Finding {
        connection::judge(&connection::Facts {
            endpoint,
            auto_accept: ground.service.as_ref().and_then(|service| service.auto_accept_enabled),
            account_id: self.account_id,
            seen: self.seen,
            now: self.survey.cloud().now(),
        })
    }

    /// The target with what is known of this endpoint.
    fn aim(&self, endpoint: &Endpoint, ground: &Ground) -> Target {
        let mut target = self.target.toward(endpoint, ground.zones.as_deref().unwrap_or_default());
        target.locator = Some(Locator {
            whereami: Arc::clone(self.whereami),
            vpc_id: endpoint.vpc_id.clone(),
            ranges: ground.ranges.clone(),
        });
        target
    }

    async fn groups(&self, endpoint: &Endpoint, ground: &Ground, target: &Target) -> Finding {
        let position = target.position().await;
        let (clients, this_machine) = match position {
            Position::Inside { address: Some(address), .. } => (vec![Ipv4Net::from(address)], true),
            _ => (ground.ranges.clone(), false),
        };
        security_group::judge(&security_group::Facts {
            endpoint_id: &endpoint.endpoint_id,
            region_id: self.survey.region(),
            groups: &ground.groups,
            clients,
            this_machine,
            port: target.port,
        })
    }

    async fn network(&self, target: &Target, head: Head, walked: &mut Walked) -> Option<()> {
        if !self.network {
            for id in CheckId::OF_THE_NETWORK {
                self.report(Finding::skipped(id, Waited::SkipTest), walked)?;
            }
            return Some(());
        }
        let test = probe::test(target, self.net, self.reporter, Some(head)).await;
        test.steps.into_iter().for_each(|finding| walked.sheet.note(finding));
        Some(())
    }

    fn report(&self, finding: Finding, walked: &mut Walked) -> Option<()> {
        let failed = finding.status == Status::Fail;
        walked.sheet.note(finding.clone());
        self.reporter.emit(Event::Checked(finding));
        (!failed).then_some(())
    }
}

/// Only the network layers, towards a name nobody asked the cloud about.
pub async fn host(target: &Target, net: &Net, reporter: &dyn Reporter) -> Sheet {
    let mut sheet = Sheet::default();
    for id in CheckId::OF_THE_CLOUD {
        let finding = Finding::skipped(id, Waited::CloudNotAsked);
        sheet.note(finding.clone());
        reporter.emit(Event::Checked(finding));
    }
    let test = probe::test_connection(target, net, reporter).await;
    test.steps.into_iter().for_each(|finding| sheet.note(finding));
    sheet
}

/// A rule set that seems to block is only believed where nothing gets through.
async fn tried(groups: Finding, head: &mut Head, target: &Target) -> Finding {
    let outside = matches!(target.position().await, Position::Outside { .. } | Position::OtherVpc { .. });
    // A tunnel that is silent says nothing about the group.
    let silent = target.connect_to.is_none() && !outside && head.timed_out().await;
    let groups = if silent { security_group::silent(groups) } else { groups };
    security_group::reached(groups, &head.reached(target).await)
}

fn note(ground: &Ground, walked: &mut Walked) {
    walked.zones = ground.zones.clone().unwrap_or_default();
    let groups = ground.groups.as_deref().unwrap_or_default();
    walked.group_ids = groups.iter().map(|group| group.id.clone()).collect();
}

fn judge_zones(endpoint: &Endpoint, ground: &Ground) -> Finding {
    let offered = ground.service.as_ref().map(|service| service.zones.as_slice()).unwrap_or_default();
    zones::judge(&zones::Facts { endpoint_id: &endpoint.endpoint_id, zones: &ground.zones, offered })
}

impl Target {
    /// This target with the domain and addresses of `endpoint`.
    #[must_use]
    pub fn toward(&self, endpoint: &Endpoint, zones: &[Zone]) -> Self {
        let addresses: Vec<(IpAddr, String)> =
            zones.iter().filter_map(|zone| Some((zone.eni_ip.parse().ok()?, zone.zone_id.clone()))).collect();
        Self {
            domain: endpoint.endpoint_domain.clone(),
            eni_ips: addresses.iter().map(|(address, _)| *address).collect(),
            zones: addresses.into_iter().collect(),
            ..self.clone()
        }
    }
}
