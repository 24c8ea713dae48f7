//! How names resolve and where a connection really goes.
//!
//! In life: the system's resolver and plain TCP. For rehearsals `TIDB_PE_RESOLVE` and `TIDB_PE_DIAL`, or the
//! embedded sandbox, answer instead, so that an endpoint domain and its private addresses work on loopback.
//! Every connection of the connection test asks here, also the database driver's, which dials by itself.

mod rehearsal;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;

pub use rehearsal::BadEntry;

/// Answers that replace DNS and routing in a rehearsal.
pub trait Names: Send + Sync {
    /// The addresses of `name`, or `None` to ask the next one, at last the system.
    fn resolve(&self, name: &str) -> Option<Vec<IpAddr>>;
    /// Where a connection to `addr` goes instead, as host and port, or `None` for `addr` itself.
    fn dial(&self, addr: SocketAddr) -> Option<(String, u16)>;
}

/// The network as this process sees it.
#[derive(Clone, Default)]
pub struct Net {
    names: Vec<Arc<dyn Names>>,
}

/// Why a name has no addresses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LookupFailure {
    /// The name does not exist.
    #[error("no such name")]
    NoSuchName,
    /// The name exists and has no address.
    #[error("the name has no address")]
    NoAddress,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The resolver failed, in its own words.
    #[error("{0}")]
    Resolver(String),
}

/// Why a TCP connection did not open.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectFailure {
    /// The other side answered that nobody listens.
    #[error("connection refused")]
    Refused,
    /// No answer in time: the packets vanish.
    #[error("no answer in time")]
    TimedOut,
    /// Opened and torn down at once.
    #[error("connection reset")]
    Reset,
    /// There is no route.
    #[error("unreachable")]
    Unreachable,
    /// Something else, in the system's words.
    #[error("{0}")]
    Other(String),
}

impl Net {
    /// The network as it is.
    pub fn system() -> Self {
        Self::default()
    }

    /// A network where `names` answers before the system.
    pub fn with(names: Arc<dyn Names>) -> Self {
        Self { names: vec![names] }
    }

    /// The network as the values of `TIDB_PE_RESOLVE` and `TIDB_PE_DIAL` describe it. The error says which
    /// entry could not be understood.
    pub fn from_vars(resolve: Option<&str>, dial: Option<&str>) -> Result<Self, BadEntry> {
        let rehearsal = rehearsal::Rehearsal::parse(resolve, dial)?;
        Ok(if rehearsal.is_empty() { Self::system() } else { Self::with(Arc::new(rehearsal)) })
    }

    /// This network, with `names` asked after those it already has.
    #[must_use]
    pub fn and(mut self, names: Arc<dyn Names>) -> Self {
        self.names.push(names);
        self
    }

    /// Whether somebody else than the system answers, so that this machine's own place in the network means nothing.
    pub fn is_rehearsed(&self) -> bool {
        !self.names.is_empty()
    }

    /// The addresses of `host`, each once, in the resolver's order.
    pub async fn lookup(&self, host: &str, limit: Duration) -> Result<Vec<IpAddr>, LookupFailure> {
        let host = host.trim_end_matches('.');
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => match self.names.iter().find_map(|names| names.resolve(host)) {
                Some(addresses) => addresses,
                None => ask_system(host, limit).await?,
            },
        };
        let mut addresses: Vec<IpAddr> = Vec::with_capacity(found.len());
        for address in found {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        if addresses.is_empty() { Err(LookupFailure::NoAddress) } else { Ok(addresses) }
    }

    /// Host and port a connection to `addr` really goes to: for a library that dials by itself.
    pub fn target(&self, addr: SocketAddr) -> (String, u16) {
        let elsewhere = self.names.iter().find_map(|names| names.dial(addr));
        elsewhere.unwrap_or_else(|| (addr.ip().to_string(), addr.port()))
    }

    /// Opens a TCP connection to `addr`, or to where a rehearsal sends it.
    pub async fn connect(&self, addr: SocketAddr, limit: Duration) -> Result<TcpStream, ConnectFailure> {
        let (host, port) = self.target(addr);
        let stream = timeout(limit, TcpStream::connect((host.as_str(), port)))
            .await
            .map_err(|_| ConnectFailure::TimedOut)?
            .map_err(|error| ConnectFailure::from(&error))?;
        stream.set_nodelay(true).map_err(|error| ConnectFailure::from(&error))?;
        Ok(stream)
    }
}

impl From<&io::Error> for ConnectFailure {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Self::Reset,
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Self::Unreachable,
            _ => Self::Other(error.to_string()),
        }
    }
}

async fn ask_system(host: &str, limit: Duration) -> Result<Vec<IpAddr>, LookupFailure> {
    let answer = timeout(limit, tokio::net::lookup_host((host, 0)))
        .await
        .map_err(|_| LookupFailure::TimedOut)?
        .map_err(|error| lookup_failure(&error.to_string()))?;
    Ok(answer.map(|addr| addr.ip()).collect())
}

/// The system reports why only in words, and each C library has its own: glibc, macOS, musl, Windows.
fn lookup_failure(text: &str) -> LookupFailure {
    const NO_SUCH_NAME: [&str; 4] =
        ["name or service not known", "nodename nor servname", "name does not resolve", "no such host"];
    const NO_ADDRESS: [&str; 3] = ["no address associated", "name has no usable address", "no data of the"];
    let lower = text.to_lowercase();
    if NO_SUCH_NAME.iter().any(|words| lower.contains(words)) {
        LookupFailure::NoSuchName
    } else if NO_ADDRESS.iter().any(|words| lower.contains(words)) {
        LookupFailure::NoAddress
    } else {
        LookupFailure::Resolver(text.trim_start_matches("failed to lookup address information: ").to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn answers_of_a_rehearsal_come_first_and_once() {
        let net = Net::from_vars(Some("ep-x.example=10.0.0.1|10.0.0.2|10.0.0.1"), None).unwrap();
        let addresses = net.lookup("EP-X.example.", SHORT).await.unwrap();
        assert_eq!(addresses, ["10.0.0.1".parse::<IpAddr>().unwrap(), "10.0.0.2".parse().unwrap()]);
    }

    #[tokio::test]
    async fn an_address_is_its_own_answer() {
        let addresses = Net::system().lookup("127.0.0.9", SHORT).await.unwrap();
        assert_eq!(addresses, ["127.0.0.9".parse::<IpAddr>().unwrap()]);
    }

    #[tokio::test]
    async fn a_rehearsal_redirects_connections() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dial = format!("10.0.0.1:4000={}", listener.local_addr().unwrap());
        let net = Net::from_vars(None, Some(&dial)).unwrap();
        let stream = net.connect("10.0.0.1:4000".parse().unwrap(), SHORT).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
    }

    #[tokio::test]
    async fn a_closed_port_refuses() {
        let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(Net::system().connect(addr, SHORT).await.unwrap_err(), ConnectFailure::Refused);
    }

    #[tokio::test]
    async fn a_full_backlog_swallows_packets_like_a_security_group() {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let hole = socket.listen(1).unwrap();
        let addr = hole.local_addr().unwrap();
        let net = Net::system();
        let mut held = Vec::new();
        let failure = loop {
            match net.connect(addr, SHORT).await {
                Ok(stream) if held.len() < 16 => held.push(stream),
                Ok(_) => return, // This system queues more than it was asked to: nothing to see.
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure, ConnectFailure::TimedOut);
    }

    #[test]
    fn failures_are_told_apart() {
        let of = |kind: io::ErrorKind| ConnectFailure::from(&io::Error::from(kind));
        assert_eq!(of(io::ErrorKind::NetworkUnreachable), ConnectFailure::Unreachable);
        assert_eq!(of(io::ErrorKind::HostUnreachable), ConnectFailure::Unreachable);
        assert_eq!(of(io::ErrorKind::ConnectionReset), ConnectFailure::Reset);
        assert!(matches!(of(io::ErrorKind::PermissionDenied), ConnectFailure::Other(_)));
    }

    #[test]
    fn each_c_library_says_no_such_name_its_own_way() {
        let glibc = "failed to lookup address information: Name or service not known";
        assert_eq!(lookup_failure(glibc), LookupFailure::NoSuchName);
        assert_eq!(lookup_failure("Name does not resolve"), LookupFailure::NoSuchName);
        assert_eq!(lookup_failure("No address associated with hostname"), LookupFailure::NoAddress);
        let again = "failed to lookup address information: Temporary failure in name resolution";
        let resolver = LookupFailure::Resolver("Temporary failure in name resolution".into());
        assert_eq!(lookup_failure(again), resolver);
    }
}
