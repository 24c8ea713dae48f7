//! The connection test: the layers from name to query, in order, each reported as soon as it is judged.

use std::net::IpAddr;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::task::JoinSet;

use super::target::Target;
use super::tls::Channel;
use super::{CheckId, Finding, Status, Verdict, dns, login, query, tcp, tls};
use crate::connection::SslMode;
use crate::event::{Event, Reporter};
use crate::net::{LookupFailure, Net};

/// What the first layers need, begun before they are asked for.
pub struct Head {
    names: Shared<BoxFuture<'static, Names>>,
    connections: JoinSet<Option<tcp::Facts>>,
    tried: Option<tcp::Facts>,
}

/// The resolver's answer.
type Names = Result<Vec<IpAddr>, LookupFailure>;

impl Head {
    /// Begins to ask the resolver for the host that is dialled.
    pub fn begin(target: &Target, net: &Net) -> Self {
        let (net, (host, _), limit) = (net.clone(), target.dialled(), target.connect_timeout);
        let host = host.to_owned();
        let names = async move { net.lookup(&host, limit).await }.boxed().shared();
        tokio::spawn(names.clone());
        Self { names, connections: JoinSet::new(), tried: None }
    }

    /// Goes on, as soon as there is an answer, to the addresses it may try: the endpoint's own, or those of the host
    /// to dial instead. Nobody else's: that is for the *dns* layer to judge first.
    pub fn connect(&mut self, target: &Target, net: &Net) {
        let (names, target, net) = (self.names.clone(), target.clone(), net.clone());
        self.connections.spawn(async move {
            let addresses = names.await.ok()?;
            let own = |address: &IpAddr| target.connect_to.is_some() || target.eni_ips.contains(address);
            if addresses.iter().all(own) { Some(tcp::gather(&target, &net, &addresses).await) } else { None }
        });
    }

    /// Whether connections were tried and nothing came back.
    pub async fn timed_out(&mut self) -> bool {
        self.connections().await.is_some_and(tcp::Facts::timed_out)
    }

    /// The endpoint's own addresses that answered directly.
    pub async fn reached(&mut self, target: &Target) -> Vec<IpAddr> {
        let direct = target.connect_to.is_none();
        let outcomes = self.connections().await.into_iter().flat_map(|facts| &facts.outcomes);
        let opened = outcomes.filter(|(at, outcome)| outcome.is_ok() && target.eni_ips.contains(&at.address));
        opened.filter(|_| direct).map(|(at, _)| at.address).collect()
    }

    async fn connections(&mut self) -> Option<&tcp::Facts> {
        while let Some(ended) = self.connections.join_next().await {
            self.tried = ended.ok().flatten();
        }
        self.tried.as_ref()
    }
}

/// What the connection test found.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionTest {
    /// Whether nothing failed.
    pub ok: bool,
    /// The database's version, once a query was answered.
    pub server_version: Option<String>,
    /// The session's protocol and cipher suite, where there is one.
    pub tls: Option<String>,
    /// The median round trip in milliseconds.
    pub latency_ms: Option<f64>,
    /// The layers dns, tcp, tls, login and query.
    pub steps: Vec<Finding>,
}

/// Tests the connection to `target`. Changes nothing anywhere.
pub async fn test_connection(target: &Target, net: &Net, reporter: &dyn Reporter) -> ConnectionTest {
    test(target, net, reporter, None).await
}

/// The same, with what was begun before.
pub async fn test(target: &Target, net: &Net, reporter: &dyn Reporter, head: Option<Head>) -> ConnectionTest {
    let mut walk = Walk { target, net, reporter, head, steps: Vec::with_capacity(5) };
    walk.layers().await;
    walk.finish()
}

struct Walk<'a> {
    target: &'a Target,
    net: &'a Net,
    reporter: &'a dyn Reporter,
    head: Option<Head>,
    steps: Vec<Finding>,
}

impl Walk<'_> {
    /// Goes as far as it makes sense; `None` where a layer failed.
    async fn layers(&mut self) -> Option<()> {
        let addresses = self.names().await?;
        let address = self.connections(&addresses).await?;
        let channel = self.encryption(address).await?;
        self.session(address, &channel).await
    }

    async fn names(&mut self) -> Option<Vec<IpAddr>> {
        if let Some((host, port)) = &self.target.connect_to {
            self.report(dns::dialling_instead(self.target, host, *port))?;
            return match self.answer().await {
                Ok(addresses) => Some(addresses),
                Err(failure) => self.report(tcp::target_unresolved(host, &failure)).and(None),
            };
        }
        let facts = dns::facts(self.target, self.answer().await);
        let addresses = facts.answer.clone().unwrap_or_default();
        self.report(dns::judge(facts))?;
        Some(addresses)
    }

    async fn answer(&self) -> Names {
        match &self.head {
            Some(head) => head.names.clone().await,
            None => self.net.lookup(self.target.dialled().0, self.target.connect_timeout).await,
        }
    }

    /// The address to go on with: one of the endpoint's before others.
    async fn connections(&mut self, addresses: &[IpAddr]) -> Option<IpAddr> {
        let early = match &mut self.head {
            Some(head) => head.connections().await.cloned(),
            None => None,
        };
        let mut facts = match early {
            Some(facts) => facts,
            None => tcp::gather(self.target, self.net, addresses).await,
        };
        if facts.timed_out() {
            facts.position = self.target.position().await;
            self.target.vpc_id().clone_into(&mut facts.vpc_id);
        }
        let finding = tcp::judge(facts);
        let reached = tcp::reached(&finding);
        self.report(finding)?;
        let own = reached.iter().find(|address| self.target.eni_ips.contains(address));
        own.or(reached.first()).copied()
    }

    async fn encryption(&mut self, address: IpAddr) -> Option<Channel> {
        let finding = match self.target.ssl_mode {
            SslMode::Disabled => tls::disabled(),
            _ => tls::judge(tls::gather(self.target, self.net, address).await),
        };
        let channel = tls::channel(&finding);
        let refused = tls::server_error(&finding).cloned();
        self.report(finding)?;
        match refused {
            Some(error) => self.report(login::refused(self.target, error)).and(None),
            None => channel,
        }
    }

    async fn session(&mut self, address: IpAddr, channel: &Channel) -> Option<()> {
        if let Some(finding) = login::not_tried(self.target) {
            self.report(finding)?;
            return self.report(query::not_tried());
        }
        let (facts, conn) = login::gather(self.target, self.net, address, channel).await;
        self.report(login::judge(facts))?;
        let facts = query::gather(self.target, conn?).await;
        self.report(query::judge(facts))
    }

    /// Takes note of a layer; `None` where it failed.
    fn report(&mut self, finding: Finding) -> Option<()> {
        let failed = finding.status == Status::Fail;
        self.reporter.emit(Event::Checked(finding.clone()));
        self.steps.push(finding);
        (!failed).then_some(())
    }

    fn finish(mut self) -> ConnectionTest {
        let failed = self.steps.iter().find(|step| step.status == Status::Fail).map(|step| step.id);
        if let Some(layer) = failed {
            for id in CheckId::OF_THE_NETWORK.into_iter().filter(|id| *id > layer) {
                self.report(Finding::waited(id, layer));
            }
        }
        let answered = self.steps.iter().find_map(|step| match &step.verdict {
            Verdict::Query(query::Verdict::Answered { version, latency_ms, .. }) => {
                Some((version.clone(), *latency_ms))
            }
            _ => None,
        });
        let (server_version, latency_ms) = answered.unzip();
        let tls = self.steps.iter().find_map(tls::session);
        ConnectionTest { ok: failed.is_none(), server_version, tls, latency_ms, steps: self.steps }
    }
}

#[cfg(test)]
#[cfg(feature = "sandbox")]
mod tests;
