//! A TiDB gateway as small as it can be, over a real socket on loopback: TLS, real passwords, a few queries,
//! and the ways in which the real one says no.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::certificate::{CertificateKind, Issued, gateway_names};
use super::wire::{self, Packets, Response};

const DOCS: &str = "https://docs.pingcap.com/tidbcloud";

/// How the gateway behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GatewayMode {
    /// As on a private endpoint: TLS is optional, users are verified.
    #[default]
    Ok,
    /// As on the public endpoint: without TLS, no entry.
    InsecureTransport,
    /// Every password is wrong.
    AccessDenied,
    /// Every user lacks its prefix.
    MissingPrefix,
    /// Every prefix is unknown.
    UnknownPrefix,
    /// The quota of the month is used up.
    Quota,
    /// The plan allows no more connections.
    ConnectionLimit,
    /// An error instead of a greeting.
    TooManyConnections,
    /// Accepts connections and never speaks.
    Silent,
    /// Greets, and never answers a login: an instance that does not wake up.
    Asleep,
}

/// What a gateway is made of.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// How it behaves.
    pub mode: GatewayMode,
    /// Whether it offers TLS.
    pub tls: bool,
    /// What is right or wrong with its certificate.
    pub certificate: CertificateKind,
    /// The names in its certificate.
    pub names: Vec<String>,
    /// The prefix of its one instance.
    pub prefix: String,
    /// The password of `<prefix>.root`.
    pub password: String,
    /// Its version.
    pub version: String,
    /// Whether the greeting comes in several small segments.
    pub greeting_in_pieces: bool,
}

/// A running gateway; it stops when dropped.
#[derive(Debug)]
pub struct Gateway {
    addr: SocketAddr,
    ca_pem: String,
    running: JoinHandle<()>,
}

impl GatewayConfig {
    /// A gateway as in `region_id`.
    pub fn in_region(region_id: &str) -> Self {
        Self {
            mode: GatewayMode::Ok,
            tls: true,
            certificate: CertificateKind::Valid,
            names: gateway_names(region_id),
            prefix: "3pTAoNNegb47Uc8".to_owned(),
            password: "sandbox-password".to_owned(),
            version: "8.0.11-TiDB-v7.5.2-serverless".to_owned(),
            greeting_in_pieces: false,
        }
    }

    /// The one user it lets in.
    pub fn user(&self) -> String {
        format!("{}.root", self.prefix)
    }
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self::in_region("ap-southeast-1")
    }
}

impl Gateway {
    /// Starts on a free port of loopback. Needs a running tokio runtime.
    pub fn start(config: GatewayConfig) -> Result<Self> {
        let issued = Issued::new(config.certificate, &config.names)?;
        let acceptor = TlsAcceptor::from(Arc::new(issued.server_config()?));
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let running = tokio::spawn(serve(listener, Arc::new(config), acceptor));
        Ok(Self { addr, ca_pem: issued.ca_pem, running })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The authority to trust, PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// The set ends its tasks when this one is ended.
async fn serve(listener: TcpListener, config: Arc<GatewayConfig>, acceptor: TlsAcceptor) {
    let mut clients = JoinSet::new();
    loop {
        // An accept error is one client's trouble, or passes with the next close: never the end.
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let client = Client { config: Arc::clone(&config), peer, cipher: String::new(), salt: salt() };
        clients.spawn(client.serve(stream, acceptor.clone()));
        while clients.try_join_next().is_some() {}
    }
}

struct Client {
    config: Arc<GatewayConfig>,
    peer: SocketAddr,
    /// Empty without TLS.
    cipher: String,
    salt: [u8; 20],
}

impl Client {
    /// A client that goes away in the middle ends its own task, nothing else.
    async fn serve(mut self, stream: TcpStream, acceptor: TlsAcceptor) {
        let _ = self.talk(stream, acceptor).await;
    }

    async fn talk(&mut self, stream: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
        match self.config.mode {
            GatewayMode::Silent => {
                let _held = stream;
                std::future::pending().await
            }
            GatewayMode::TooManyConnections => {
                let refusal = wire::error(1040, None, "Too many connections");
                Packets::new(Box::new(stream)).write(&refusal).await
            }
            _ => self.greet(stream, acceptor).await,
        }
    }

    async fn greet(&mut self, stream: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
        let mut packets = Packets::new(Box::new(stream));
        let greeting = wire::greeting(&self.config.version, &self.salt, self.config.tls);
        if self.config.greeting_in_pieces {
            packets.write_in_pieces(&greeting).await?;
        } else {
            packets.write(&greeting).await?;
        }
        let mut answer = packets.read().await?;
        if wire::is_ssl_request(&answer) {
            packets = self.encrypt(packets, &acceptor).await?;
            answer = packets.read().await?;
        }
        let response = wire::response(&answer).ok_or_else(|| io::Error::other("no login"))?;
        self.login(packets, response).await
    }

    async fn encrypt(&mut self, packets: Packets, acceptor: &TlsAcceptor) -> io::Result<Packets> {
        let (stream, numbering) = packets.into_parts();
        let stream = acceptor.accept(stream).await?;
        let suite = stream.get_ref().1.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str());
        self.cipher = suite.unwrap_or("TLS").replace("TLS13_", "TLS_");
        Ok(Packets::from_parts(Box::new(stream), numbering))
    }

    async fn login(&self, mut packets: Packets, mut response: Response) -> io::Result<()> {
        if self.config.mode == GatewayMode::Asleep {
            return std::future::pending().await;
        }
        if response.plugin.as_deref().is_some_and(|plugin| plugin != wire::PLUGIN) {
            packets.write(&wire::ask_for_native_password(&self.salt)).await?;
            response.scramble = packets.read().await?;
        }
        match self.refusal(&response) {
            Some(refusal) => packets.write(&refusal).await,
            None => self.commands(packets).await,
        }
    }

    /// Why a login is refused, if it is.
    fn refusal(&self, login: &Response) -> Option<Vec<u8>> {
        let gateway = |text: &str| Some(wire::error(1105, Some("HY000"), text));
        let prefix = login.user.split_once('.').map(|(prefix, _)| prefix);
        match self.config.mode {
            GatewayMode::InsecureTransport if self.cipher.is_empty() => gateway(&format!(
                "Connections using insecure transport are prohibited. See \
                 {DOCS}/secure-connections-to-serverless-tier-clusters"
            )),
            GatewayMode::Quota => gateway(
                "Due to the usage quota being exhausted, access to the cluster has been restricted. \
                 Try increasing spending limits or wait until next month",
            ),
            GatewayMode::ConnectionLimit => gateway("Connection limit exceeded"),
            GatewayMode::MissingPrefix => gateway(&missing_prefix()),
            GatewayMode::UnknownPrefix => gateway(&unknown_prefix()),
            GatewayMode::AccessDenied => Some(self.denied(login)),
            _ if prefix.is_none() => gateway(&missing_prefix()),
            _ if prefix != Some(&self.config.prefix) => gateway(&unknown_prefix()),
            _ if login.user != self.config.user() => Some(self.denied(login)),
            _ if login.scramble != wire::scramble(&self.config.password, &self.salt) => {
                Some(self.denied(login))
            }
            _ => login.database.as_deref().and_then(unknown_database),
        }
    }

    fn denied(&self, login: &Response) -> Vec<u8> {
        let (user, peer) = (&login.user, self.peer.ip());
        let using = if login.scramble.is_empty() { "NO" } else { "YES" };
        let text = format!("Access denied for user '{user}'@'{peer}' (using password: {using})");
        wire::error(1045, Some("28000"), &text)
    }

    async fn commands(&self, mut packets: Packets) -> io::Result<()> {
        packets.write(&wire::ok()).await?;
        loop {
            let command = packets.read().await?;
            let Some((code, argument)) = command.split_first() else { return Ok(()) };
            let argument = String::from_utf8_lossy(argument);
            let answer = match code {
                1 => return Ok(()),
                2 => vec![unknown_database(&argument).unwrap_or_else(wire::ok)],
                3 => self.query(&argument),
                14 => vec![wire::ok()],
                _ => vec![wire::error(1047, Some("08S01"), "Unknown command")],
            };
            for packet in answer {
                packets.write(&packet).await?;
            }
        }
    }

    fn query(&self, text: &str) -> Vec<Vec<u8>> {
        let text = text.trim().trim_end_matches(';').to_ascii_lowercase();
        match text.as_str() {
            "select version()" => wire::one_row(&[("VERSION()", &self.config.version)]),
            "select 1" => wire::one_row(&[("1", "1")]),
            "select current_user()" => {
                wire::one_row(&[("CURRENT_USER()", &format!("{}@%", self.config.user()))])
            }
            "show status like 'ssl_cipher'" => {
                wire::one_row(&[("Variable_name", "Ssl_cipher"), ("Value", &self.cipher)])
            }
            // What the mysql command-line client asks by itself.
            "select @@version_comment limit 1" => {
                wire::one_row(&[("@@version_comment", "tidb-pe sandbox gateway")])
            }
            _ if text.starts_with("set ") => vec![wire::ok()],
            _ => vec![wire::error(1064, Some("42000"), "The sandbox's gateway does not know this query")],
        }
    }
}

fn missing_prefix() -> String {
    format!("Missing user name prefix. See {DOCS}/select-cluster-tier#user-name-prefix")
}

fn unknown_prefix() -> String {
    format!(
        "Access denied. Please check your user name and password. See \
         {DOCS}/select-cluster-tier#user-name-prefix"
    )
}

fn unknown_database(name: &str) -> Option<Vec<u8>> {
    (name != "test").then(|| wire::error(1049, Some("42000"), &format!("Unknown database '{name}'")))
}

/// Twenty random printable bytes: the protocol ends the salt at a zero.
fn salt() -> [u8; 20] {
    let mut salt = [0; 20];
    // Without randomness the salt is constant, which a rehearsal survives.
    let _ = crate::tls::provider().secure_random.fill(&mut salt);
    salt.map(|byte| byte % 94 + 33)
}
