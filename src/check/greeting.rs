//! The first packet of a MySQL server, and the request to go on with TLS.
//!
//! Read by hand: only so can the certificate be looked at before a user or password is sent.

use std::io;

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt};

/// A greeting is some hundred bytes; whoever announces more does not speak MySQL.
const LARGEST: usize = 16 * 1024;
const CLIENT_LONG_PASSWORD: u32 = 1;
const CLIENT_PROTOCOL_41: u32 = 1 << 9;
const CLIENT_SSL: u32 = 1 << 11;
const CLIENT_SECURE_CONNECTION: u32 = 1 << 15;
const CLIENT_PLUGIN_AUTH: u32 = 1 << 19;
/// `utf8mb4_general_ci`, known to every server.
const COLLATION: u8 = 45;

/// What a server opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hello {
    /// It is ready to talk.
    Greeting(Greeting),
    /// It refuses to.
    Error(ServerError),
}

/// The parts of a greeting that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// The server's version.
    pub version: String,
    /// Whether it offers TLS.
    pub tls: bool,
    capabilities: u32,
}

/// An error a server answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerError {
    /// The MySQL error number.
    pub number: u16,
    /// The SQL state, where one was given.
    pub state: Option<String>,
    /// The server's words, raw and capped.
    pub text: String,
}

/// Why there is no greeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GreetingFailure {
    /// Closed before anything was said.
    Closed,
    /// Closed in the middle, or the connection broke.
    Lost(String),
    /// Something else speaks here; its first bytes, as text.
    NotMySql(String),
    /// The right shape with a content that makes no sense.
    Malformed,
}

/// Reads the first packet, and not one byte more: what follows may be TLS.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Hello, GreetingFailure> {
    let mut header = [0; 4];
    match stream.read(&mut header[..1]).await {
        Ok(0) => return Err(GreetingFailure::Closed),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Err(GreetingFailure::Closed),
        Err(error) => return Err(GreetingFailure::Lost(error.to_string())),
    }
    stream.read_exact(&mut header[1..]).await.map_err(|error| lost(&error))?;
    let length = usize::from(header[0]) | usize::from(header[1]) << 8 | usize::from(header[2]) << 16;
    if length == 0 || length > LARGEST || header[3] != 0 {
        return Err(GreetingFailure::NotMySql(sample(&header, stream).await));
    }
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await.map_err(|error| lost(&error))?;
    parse(&payload)
}

/// Understands the payload of a first packet.
pub fn parse(payload: &[u8]) -> Result<Hello, GreetingFailure> {
    match payload.split_first() {
        Some((0x0a, rest)) => greeting(rest).map(Hello::Greeting).ok_or(GreetingFailure::Malformed),
        Some((0xff, rest)) => server_error(rest).map(Hello::Error).ok_or(GreetingFailure::Malformed),
        Some(_) => Err(GreetingFailure::NotMySql(printable(payload))),
        None => Err(GreetingFailure::Malformed),
    }
}

/// The packet that asks to go on with TLS, in answer to `greeting`.
pub fn ssl_request(greeting: &Greeting) -> Vec<u8> {
    let wanted = CLIENT_LONG_PASSWORD
        | CLIENT_PROTOCOL_41
        | CLIENT_SSL
        | CLIENT_SECURE_CONNECTION
        | CLIENT_PLUGIN_AUTH;
    let mut packet = vec![32, 0, 0, 1];
    packet.extend((wanted & greeting.capabilities).to_le_bytes());
    packet.extend((16_u32 << 20).to_le_bytes());
    packet.push(COLLATION);
    packet.extend([0; 23]);
    packet
}

fn greeting(rest: &[u8]) -> Option<Greeting> {
    let end = rest.iter().position(|&byte| byte == 0)?;
    let version = super::capped(&String::from_utf8_lossy(&rest[..end]));
    // Thread id (4), first salt (8), a zero: then the lower half of the capabilities.
    let tail = rest.get(end + 1 + 13..)?;
    let low = u32::from(u16::from_le_bytes(*tail.first_chunk()?));
    // Character set (1) and status (2) stand between the halves; very old servers end before them.
    let high = tail.get(5..).and_then(<[u8]>::first_chunk).map_or(0, |half| u16::from_le_bytes(*half));
    let capabilities = low | u32::from(high) << 16;
    Some(Greeting { version, tls: capabilities & CLIENT_SSL != 0, capabilities })
}

fn server_error(rest: &[u8]) -> Option<ServerError> {
    let (number, rest) = rest.split_first_chunk::<2>()?;
    let marked = rest.first() == Some(&b'#') && rest.len() >= 6;
    let (state, text) = if marked { (Some(&rest[1..6]), &rest[6..]) } else { (None, rest) };
    Some(ServerError {
        number: u16::from_le_bytes(*number),
        state: state.map(|state| String::from_utf8_lossy(state).into_owned()),
        text: super::capped(&String::from_utf8_lossy(text)),
    })
}

fn lost(error: &io::Error) -> GreetingFailure {
    GreetingFailure::Lost(super::capped(&error.to_string()))
}

/// The header and what else is there already, so that a verdict can show who speaks.
async fn sample(header: &[u8], stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut more = [0; 60];
    let count = stream.read(&mut more).await.unwrap_or(0);
    printable(&[header, &more[..count]].concat())
}

fn printable(bytes: &[u8]) -> String {
    let line = bytes.iter().take(64).take_while(|&&byte| byte != b'\r' && byte != b'\n');
    line.map(|&byte| if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn payload(version: &str, capabilities: u32) -> Vec<u8> {
        let mut bytes = vec![0x0a];
        bytes.extend(version.as_bytes());
        bytes.push(0);
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(*b"abcdefgh\0");
        let [a, b, c, d] = capabilities.to_le_bytes();
        bytes.extend([a, b, 46, 2, 0, c, d, 21]);
        bytes.extend([0; 10]);
        bytes.extend(*b"abcdefghijkl\0mysql_native_password\0");
        bytes
    }

    #[test]
    fn version_and_tls_are_read() {
        let hello = parse(&payload("8.0.11-TiDB-v7.5.2-serverless", 0x8_8a00)).unwrap();
        let Hello::Greeting(greeting) = hello else { panic!("{hello:?}") };
        assert_eq!(greeting.version, "8.0.11-TiDB-v7.5.2-serverless");
        assert!(greeting.tls);
        assert_eq!(greeting.capabilities, 0x8_8a00);
        let Hello::Greeting(plain) = parse(&payload("x", 0x8200)).unwrap() else { panic!() };
        assert!(!plain.tls);
    }

    #[test]
    fn an_error_comes_with_or_without_its_state() {
        let error = |bytes: &[u8]| match parse(bytes).unwrap() {
            Hello::Error(error) => error,
            Hello::Greeting(greeting) => panic!("{greeting:?}"),
        };
        let with = error(b"\xff\x10\x04#08004Too many connections");
        assert_eq!((with.number, with.state.as_deref()), (1040, Some("08004")));
        let without = error(b"\xff\x10\x04Too many connections");
        assert_eq!((without.number, without.state, without.text.len()), (1040, None, 20));
    }

    #[test]
    fn a_request_is_one_packet_with_what_both_sides_know() {
        let Hello::Greeting(greeting) = parse(&payload("x", 0x0a00)).unwrap() else { panic!() };
        let packet = ssl_request(&greeting);
        assert_eq!((packet.len(), packet[0], packet[3]), (36, 32, 1));
        assert_eq!(packet[4..8], 0x0a00_u32.to_le_bytes());
    }

    #[tokio::test]
    async fn other_protocols_are_shown() {
        let ssh = read(&mut &b"SSH-2.0-OpenSSH_9.6\r\nmore"[..]).await;
        assert_eq!(ssh, Err(GreetingFailure::NotMySql("SSH-2.0-OpenSSH_9.6".into())));
        assert_eq!(read(&mut &b""[..]).await, Err(GreetingFailure::Closed));
        assert!(matches!(read(&mut &b"\x20\0\0\0\x0a8.0"[..]).await, Err(GreetingFailure::Lost(_))));
        assert_eq!(read(&mut &b"\x02\0\0\0\x0a8"[..]).await, Err(GreetingFailure::Malformed));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            for first in [0x0a, 0xff] {
                let _ = parse(&[&[first], bytes.as_slice()].concat());
            }
        }

        #[test]
        fn a_truncated_greeting_never_panics(cut in 0..90_usize) {
            let whole = payload("8.0.11-TiDB-v7.5.2-serverless", 0x8_8a00);
            let _ = parse(&whole[..cut.min(whole.len())]);
        }

        #[test]
        fn arbitrary_streams_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read(&mut bytes.as_slice()));
        }
    }
}
