//! The simulated cloud, its network and the TiDB gateway together, as `--sandbox` runs them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::Result;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::certificate::CertificateKind;
use super::gateway::{Gateway, GatewayConfig, GatewayMode};
use super::scenario::{self, Certificate, Machine, Scenario};
use super::{AccessKey, Sandbox};
use crate::net;

/// A whole simulated world on loopback; it ends when dropped.
pub struct Lab {
    cloud: Sandbox,
    gateway: Gateway,
    black_hole: BlackHole,
}

impl Lab {
    /// Starts the cloud and the gateway of `scenario` on free ports.
    pub async fn start(scenario: Scenario) -> Result<Self> {
        let gateway = Gateway::start(gateway_config(&scenario))?;
        let black_hole = BlackHole::dig().await?;
        Ok(Self { cloud: Sandbox::start(scenario)?, gateway, black_hole })
    }

    /// The base URL of every API.
    pub fn url(&self) -> String {
        self.cloud.url()
    }

    /// The key to sign with.
    pub fn access_key(&self) -> AccessKey {
        self.cloud.access_key()
    }

    /// The cloud by itself, for tests that look inside.
    pub fn cloud(&self) -> &Sandbox {
        &self.cloud
    }

    /// The authority behind the gateway's certificate, PEM.
    pub fn ca_pem(&self) -> &str {
        self.gateway.ca_pem()
    }

    /// Where the gateway really listens.
    pub fn gateway_addr(&self) -> SocketAddr {
        self.gateway.addr()
    }

    /// DNS and routing of the simulated network.
    pub fn names(&self) -> Arc<dyn net::Names> {
        Arc::new(Routes {
            names: self.cloud.names(),
            gateway: self.gateway.addr(),
            nowhere: self.black_hole.addr,
            port: self.cloud.scenario().database.port,
            machine: self.cloud.scenario().machine,
        })
    }
}

struct Routes {
    names: super::Names,
    gateway: SocketAddr,
    nowhere: SocketAddr,
    port: u16,
    machine: Machine,
}

impl net::Names for Routes {
    fn resolve(&self, name: &str) -> Option<Vec<IpAddr>> {
        self.names.resolve(name)
    }

    /// The endpoint's addresses lead to the gateway, and into a black hole where its security groups drop packets.
    fn dial(&self, addr: SocketAddr) -> Option<(String, u16)> {
        if !self.names.owns(addr.ip()) {
            return None;
        }
        let admitted = || self.names.admits(addr.ip(), addr.port());
        let open = self.machine == Machine::Inside && addr.port() == self.port && admitted();
        let to = if open { self.gateway } else { self.nowhere };
        Some((to.ip().to_string(), to.port()))
    }
}

/// An address where connections are neither accepted nor refused: a listener whose queue is full.
struct BlackHole {
    addr: SocketAddr,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl BlackHole {
    async fn dig() -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(0)?;
        let addr = listener.local_addr()?;
        // A queue of length 0 takes one connection; the next one is left to wait.
        let waiting = vec![TcpStream::connect(addr).await?];
        Ok(Self { addr, _listener: listener, _waiting: waiting })
    }
}

fn gateway_config(scenario: &Scenario) -> GatewayConfig {
    let database = &scenario.database;
    let prefix = database.user.split_once('.').map_or(database.user.as_str(), |(prefix, _)| prefix);
    GatewayConfig {
        mode: match scenario.gateway.mode {
            scenario::GatewayMode::Ok => GatewayMode::Ok,
            scenario::GatewayMode::InsecureTransport => GatewayMode::InsecureTransport,
            scenario::GatewayMode::AccessDenied => GatewayMode::AccessDenied,
            scenario::GatewayMode::MissingPrefix => GatewayMode::MissingPrefix,
            scenario::GatewayMode::Quota => GatewayMode::Quota,
            scenario::GatewayMode::TooManyConnections => GatewayMode::TooManyConnections,
            scenario::GatewayMode::Silent => GatewayMode::Silent,
        },
        tls: scenario.gateway.tls,
        certificate: match scenario.gateway.certificate {
            Certificate::Gateway => CertificateKind::Valid,
            Certificate::Expired => CertificateKind::Expired,
            Certificate::NoNames => CertificateKind::NoNames,
            Certificate::WrongCa => CertificateKind::Stranger,
        },
        prefix: prefix.to_owned(),
        password: database.password.clone(),
        ..GatewayConfig::in_region(&scenario.region)
    }
}
