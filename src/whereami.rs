//! Where this machine is: in the endpoint's VPC, in another one, or outside.
//!
//! The endpoint domain resolves everywhere, so a timeout means two different things inside and outside the VPC. The
//! ECS metadata service knows for certain (Alibaba Cloud facts, section g, IMDS); elsewhere the address this
//! machine would send from is compared with the VPC's ranges. Nothing is sent to find that address out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde::Serialize;
use tokio::sync::OnceCell;

/// The metadata service of every ECS instance.
pub const METADATA: &str = "http://100.100.100.200";

const LIMIT: Duration = Duration::from_secs(1);
/// The longest value that is read; real ones have some twenty characters.
const LONGEST: usize = 256;

/// Where this machine is, seen from one VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "machine", rename_all = "kebab-case")]
pub enum Position {
    /// In the VPC.
    Inside {
        /// Its address there, where known.
        address: Option<Ipv4Addr>,
        /// How that is known.
        proof: Proof,
    },
    /// An ECS instance of another VPC.
    OtherVpc {
        /// The VPC it is in.
        machine_vpc_id: String,
        /// Its region.
        machine_region_id: String,
    },
    /// No ECS instance, and no address of the VPC.
    Outside {
        /// The address this machine would send from.
        machine_address: Ipv4Addr,
        /// The ranges it is in none of.
        vpc_ranges: Vec<Ipv4Net>,
    },
    /// Nothing is known.
    Unknown,
}

/// How a machine is known to be in the VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The metadata service says so.
    Metadata,
    /// Its address is in the VPC's ranges, which a home network's may be by chance.
    Address,
}

/// What the metadata service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// `vpc-id`.
    pub vpc_id: String,
    /// `private-ipv4`.
    pub address: Option<Ipv4Addr>,
    /// `region-id`.
    pub region_id: String,
}

/// Finds out where this machine is, once.
#[derive(Debug, Default)]
pub struct Whereami {
    metadata: Option<String>,
    local: bool,
    /// In a simulated network: the address this machine is said to have.
    posed: Option<Ipv4Addr>,
    instance: OnceCell<Option<Instance>>,
}

/// Tells the position towards one VPC.
#[derive(Debug, Clone)]
pub struct Locator {
    /// Who finds out.
    pub whereami: Arc<Whereami>,
    /// The VPC.
    pub vpc_id: String,
    /// Its ranges; empty where they are not known.
    pub ranges: Vec<Ipv4Net>,
}

impl Whereami {
    /// Asks the metadata service at `metadata`, and with `local` looks at this machine's own address.
    pub fn new(metadata: Option<String>, local: bool) -> Self {
        Self { metadata, local, ..Self::default() }
    }

    /// A machine with this address in a simulated network, and no ECS instance.
    pub fn posing(address: Ipv4Addr) -> Self {
        Self { posed: Some(address), ..Self::default() }
    }

    async fn instance(&self) -> Option<&Instance> {
        let ask = async { ask(self.metadata.as_deref()?).await };
        self.instance.get_or_init(|| ask).await.as_ref()
    }
}

impl Locator {
    /// Where this machine is. `toward` is an address of the endpoint.
    pub async fn position(&self, toward: Option<IpAddr>) -> Position {
        let instance = self.whereami.instance().await;
        let seen = || toward.filter(|_| self.whereami.local).and_then(local_address);
        let local = self.whereami.posed.or_else(seen);
        judge(instance, local, &self.vpc_id, &self.ranges)
    }
}

/// Judges what is known.
pub fn judge(
    instance: Option<&Instance>,
    local: Option<Ipv4Addr>,
    vpc_id: &str,
    ranges: &[Ipv4Net],
) -> Position {
    match (instance, local) {
        (Some(at), _) if at.vpc_id == vpc_id => {
            Position::Inside { address: at.address, proof: Proof::Metadata }
        }
        (Some(at), _) => {
            Position::OtherVpc { machine_vpc_id: at.vpc_id.clone(), machine_region_id: at.region_id.clone() }
        }
        (None, None) => Position::Unknown,
        (None, Some(_)) if ranges.is_empty() => Position::Unknown,
        (None, Some(local)) if ranges.iter().any(|range| range.contains(&local)) => {
            Position::Inside { address: Some(local), proof: Proof::Address }
        }
        (None, Some(machine_address)) => Position::Outside { machine_address, vpc_ranges: ranges.to_vec() },
    }
}

/// The address packets to `toward` would come from. Connecting a datagram socket sends nothing.
fn local_address(toward: IpAddr) -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(SocketAddr::new(toward, 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// A token first, as `IMDSv2` wants; the values with it, or without where the service is of the first version.
async fn ask(base: &str) -> Option<Instance> {
    let http = client().ok()?;
    let base = base.trim_end_matches('/');
    let asked = http.put(format!("{base}/latest/api/token"));
    let asked = asked.header("X-aliyun-ecs-metadata-token-ttl-seconds", "60").send().await.ok()?;
    let token = text(asked).await;
    let get = async |name: &str| {
        let request = http.get(format!("{base}/latest/meta-data/{name}"));
        let request = match &token {
            Some(token) => request.header("X-aliyun-ecs-metadata-token", token),
            None => request,
        };
        text(request.send().await.ok()?).await
    };
    let (vpc_id, address, region_id) = tokio::join!(get("vpc-id"), get("private-ipv4"), get("region-id"));
    Some(Instance {
        vpc_id: vpc_id.filter(|id| id.starts_with("vpc-"))?,
        address: address.and_then(|address| address.parse().ok()),
        region_id: region_id.unwrap_or_default(),
    })
}

/// No proxy: the service is a neighbour. The TLS settings are only there because the library wants some.
fn client() -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder().no_proxy().connect_timeout(LIMIT).timeout(LIMIT);
    builder = builder.redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never());
    let tls = rustls::ClientConfig::builder_with_provider(crate::tls::provider());
    if let Ok(tls) = tls.with_safe_default_protocol_versions() {
        let roots = rustls::RootCertStore::empty();
        builder = builder.tls_backend_preconfigured(tls.with_root_certificates(roots).with_no_client_auth());
    }
    builder.build()
}

/// One short line; anything else is not the metadata service.
async fn text(mut response: reqwest::Response) -> Option<String> {
    if response.status() != reqwest::StatusCode::OK {
        return None;
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return None;
        }
    }
    let text = String::from_utf8(bytes).ok()?.trim().to_owned();
    (!text.is_empty() && text.chars().all(|c| c.is_ascii_graphic())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(vpc_id: &str) -> Instance {
        let address = Some("10.0.3.7".parse().unwrap());
        Instance { vpc_id: vpc_id.into(), address, region_id: "ap-southeast-1".into() }
    }

    #[test]
    fn the_metadata_service_counts_before_the_address() {
        let ranges = ["10.0.0.0/16".parse().unwrap()];
        let at = |instance: Option<&Instance>, local: Option<&str>| {
            judge(instance, local.map(|ip| ip.parse().unwrap()), "vpc-a", &ranges)
        };
        let inside = |address: &str, proof| Position::Inside { address: address.parse().ok(), proof };
        assert_eq!(at(Some(&instance("vpc-a")), Some("1.2.3.4")), inside("10.0.3.7", Proof::Metadata));
        assert!(matches!(at(Some(&instance("vpc-b")), Some("10.0.9.9")), Position::OtherVpc { .. }));
        assert_eq!(at(None, Some("10.0.9.9")), inside("10.0.9.9", Proof::Address));
        let machine_address = "192.168.1.5".parse().unwrap();
        let outside = Position::Outside { machine_address, vpc_ranges: ranges.to_vec() };
        assert_eq!(at(None, Some("192.168.1.5")), outside);
        assert_eq!(at(None, None), Position::Unknown);
        assert_eq!(judge(None, "10.0.9.9".parse().ok(), "vpc-a", &[]), Position::Unknown);
    }

    #[test]
    fn the_own_address_towards_loopback_is_loopback() {
        assert_eq!(local_address("127.0.0.1".parse().unwrap()), Some(Ipv4Addr::LOCALHOST));
    }
}
