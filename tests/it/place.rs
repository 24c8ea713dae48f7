//! What may stand at an endpoint's addresses: gateways, and everything that is none.

use std::net::SocketAddr;
use std::time::Duration;

use tidb_pe::sandbox::gateway::{Gateway, GatewayConfig, GatewayMode};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What stands at the endpoint's addresses.
pub(crate) enum At {
    /// The scenario's own gateway.
    Gateway,
    /// Another gateway.
    Other(GatewayMode),
    /// A port nobody listens on.
    Closed,
    /// A queue that is full: packets vanish.
    BlackHole,
    /// Connections are taken and reset at once.
    Reset,
    /// Says this to everybody and closes.
    Says(&'static [u8]),
    /// Greets like MySQL with TLS, and never goes on.
    Stalled,
}

/// What stands at the addresses, for as long as this lives.
pub(crate) struct Place {
    pub(crate) addr: SocketAddr,
    /// The authority to trust instead of the scenario's.
    pub(crate) ca: Option<String>,
    _gateway: Option<Gateway>,
    _held: Vec<TcpStream>,
    _listener: Option<TcpListener>,
}

impl At {
    /// Builds it; `gateway` is the scenario's own.
    pub(crate) async fn build(&self, gateway: SocketAddr) -> Place {
        let bare = |addr| Place { addr, ca: None, _gateway: None, _held: Vec::new(), _listener: None };
        match self {
            Self::Gateway => bare(gateway),
            Self::Closed => {
                let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
                bare(free.expect("a port"))
            }
            Self::Other(mode) => {
                let config = GatewayConfig {
                    mode: *mode,
                    prefix: "sandbox00000001".into(),
                    ..GatewayConfig::default()
                };
                let gateway = Gateway::start(config).expect("a gateway");
                let (ca, addr) = (Some(gateway.ca_pem().to_owned()), gateway.addr());
                Place { ca, _gateway: Some(gateway), ..bare(addr) }
            }
            Self::BlackHole => {
                let socket = TcpSocket::new_v4().expect("a socket");
                socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
                let listener = socket.listen(0).expect("a queue");
                let addr = listener.local_addr().expect("an address");
                let held = vec![TcpStream::connect(addr).await.expect("one fits")];
                Place { _held: held, _listener: Some(listener), ..bare(addr) }
            }
            Self::Reset => bare(
                serve(|stream| async move {
                    // Late enough that the connection counts as open.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    let _ = stream.set_zero_linger();
                })
                .await,
            ),
            Self::Says(words) => {
                let words = *words;
                bare(
                    serve(move |mut stream| async move {
                        let _ = stream.write_all(words).await;
                        let _ = stream.shutdown().await;
                    })
                    .await,
                )
            }
            Self::Stalled => bare(
                serve(|mut stream| async move {
                    let _ = stream.write_all(&greeting()).await;
                    tokio::time::sleep(Duration::from_secs(60)).await;
                })
                .await,
            ),
        }
    }
}

/// Serves every connection with `each`.
async fn serve<F>(each: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    addr
}

/// A greeting of protocol 10 that offers TLS (`CLIENT_SSL`, bit 11).
fn greeting() -> Vec<u8> {
    let mut body = b"\x0a8.0.11-TiDB-v7.5.2-serverless\0\x01\0\0\0saltsalt\0".to_vec();
    body.extend([0x00, 0x8a, 46, 2, 0, 0x08, 0x00, 21]);
    body.extend([0; 10]);
    body.extend(*b"abcdefghijkl\0mysql_native_password\0");
    let mut packet = vec![u8::try_from(body.len()).expect("short"), 0, 0, 0];
    packet.extend(body);
    packet
}
