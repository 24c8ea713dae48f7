//! The few packets of MySQL's protocol that the gateway of the sandbox speaks.

use std::io;

use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const CLIENT_SSL: u32 = 1 << 11;
const CLIENT_CONNECT_WITH_DB: u32 = 1 << 3;
const CLIENT_SECURE_CONNECTION: u32 = 1 << 15;
const CLIENT_PLUGIN_AUTH: u32 = 1 << 19;
const CLIENT_PLUGIN_AUTH_LENENC: u32 = 1 << 21;
/// Long password, connect with database, protocol 4.1, transactions, secure connection, plugin names.
const OFFERED: u32 =
    1 | CLIENT_CONNECT_WITH_DB | 1 << 9 | 1 << 13 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;
/// `utf8mb4_bin`, TiDB's default.
const COLLATION: u8 = 46;
const AUTOCOMMIT: [u8; 2] = [2, 0];
pub(super) const PLUGIN: &str = "mysql_native_password";

/// A stream, plain or encrypted.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Packets over a stream, numbered as the protocol wants it.
pub(super) struct Packets {
    stream: Box<dyn Stream>,
    next: u8,
}

/// A client's answer to the greeting.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) user: String,
    pub(super) scramble: Vec<u8>,
    pub(super) database: Option<String>,
    pub(super) plugin: Option<String>,
}

impl Packets {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, next: 0 }
    }

    /// The stream and the next number: TLS begins in the middle of the conversation.
    pub(super) fn into_parts(self) -> (Box<dyn Stream>, u8) {
        (self.stream, self.next)
    }

    /// Goes on over another stream.
    pub(super) fn from_parts(stream: Box<dyn Stream>, next: u8) -> Self {
        Self { stream, next }
    }

    pub(super) async fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut header = [0; 4];
        self.stream.read_exact(&mut header).await?;
        self.next = header[3].wrapping_add(1);
        let length = u32::from_le_bytes([header[0], header[1], header[2], 0]);
        if length > 1 << 20 {
            return Err(io::Error::other("a packet larger than this gateway takes"));
        }
        let mut payload = vec![0; length as usize];
        self.stream.read_exact(&mut payload).await?;
        Ok(payload)
    }

    pub(super) async fn write(&mut self, payload: &[u8]) -> io::Result<()> {
        let packet = self.frame(payload);
        self.stream.write_all(&packet).await?;
        self.stream.flush().await
    }

    /// Writes one packet a few bytes at a time, as a slow path may deliver it.
    pub(super) async fn write_in_pieces(&mut self, payload: &[u8]) -> io::Result<()> {
        let packet = self.frame(payload);
        for piece in packet.chunks(3) {
            self.stream.write_all(piece).await?;
            self.stream.flush().await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    fn frame(&mut self, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
        let mut packet = vec![length[0], length[1], length[2], self.next];
        self.next = self.next.wrapping_add(1);
        packet.extend(payload);
        packet
    }
}

pub(super) fn greeting(version: &str, salt: &[u8; 20], tls: bool) -> Vec<u8> {
    let capabilities = if tls { OFFERED | CLIENT_SSL } else { OFFERED };
    let [a, b, c, d] = capabilities.to_le_bytes();
    let mut packet = vec![10];
    packet.extend(version.as_bytes());
    packet.extend([0, 1, 0, 0, 0]);
    packet.extend(&salt[..8]);
    packet.extend([0, a, b, COLLATION]);
    packet.extend(AUTOCOMMIT);
    packet.extend([c, d, 21]);
    packet.extend([0; 10]);
    packet.extend(&salt[8..]);
    packet.push(0);
    packet.extend(PLUGIN.as_bytes());
    packet.push(0);
    packet
}

/// Whether a packet is the request to go on with TLS.
pub(super) fn is_ssl_request(packet: &[u8]) -> bool {
    packet.len() == 32 && capabilities(packet).is_some_and(|flags| flags & CLIENT_SSL != 0)
}

pub(super) fn response(packet: &[u8]) -> Option<Response> {
    let flags = capabilities(packet)?;
    let mut rest = packet.get(32..)?;
    let user = text(&mut rest)?;
    let scramble = if flags & (CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH_LENENC) != 0 {
        // Native scrambles have 20 bytes, so a length never needs the longer encoding.
        let (&length, tail) = rest.split_first()?;
        let (scramble, tail) = tail.split_at_checked(usize::from(length))?;
        rest = tail;
        scramble.to_vec()
    } else {
        text(&mut rest)?.into_bytes()
    };
    let database = if flags & CLIENT_CONNECT_WITH_DB == 0 { None } else { text(&mut rest) };
    let plugin = if flags & CLIENT_PLUGIN_AUTH == 0 { None } else { text(&mut rest) };
    Some(Response { user, scramble, database: database.filter(|name| !name.is_empty()), plugin })
}

pub(super) fn ask_for_native_password(salt: &[u8; 20]) -> Vec<u8> {
    [&[0xfe], PLUGIN.as_bytes(), &[0], salt.as_slice(), &[0]].concat()
}

pub(super) fn ok() -> Vec<u8> {
    vec![0, 0, 0, 2, 0, 0, 0]
}

/// An error. Before the client's capabilities are known the state is left out, as servers do.
pub(super) fn error(number: u16, state: Option<&str>, text: &str) -> Vec<u8> {
    let mut packet = vec![0xff];
    packet.extend(number.to_le_bytes());
    if let Some(state) = state {
        packet.push(b'#');
        packet.extend(state.as_bytes());
    }
    packet.extend(text.as_bytes());
    packet
}

/// The packets of a result with one row.
pub(super) fn one_row(cells: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let eof = vec![0xfe, 0, 0, 2, 0];
    let mut packets = vec![vec![u8::try_from(cells.len()).unwrap_or(u8::MAX)]];
    packets.extend(cells.iter().map(|(name, _)| column(name)));
    packets.push(eof.clone());
    packets.push(cells.iter().flat_map(|(_, value)| counted(value)).collect());
    packets.push(eof);
    packets
}

/// What a client that knows `password` sends for `salt`.
pub(super) fn scramble(password: &str, salt: &[u8; 20]) -> Vec<u8> {
    if password.is_empty() {
        return Vec::new();
    }
    let once = Sha1::digest(password.as_bytes());
    let twice = Sha1::digest(once);
    let mask = Sha1::new().chain_update(salt).chain_update(twice).finalize();
    once.iter().zip(mask).map(|(left, right)| left ^ right).collect()
}

fn capabilities(packet: &[u8]) -> Option<u32> {
    packet.first_chunk().map(|flags| u32::from_le_bytes(*flags))
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let end = rest.iter().position(|&byte| byte == 0)?;
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    Some(text)
}

fn counted(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut bytes = match u8::try_from(length) {
        Ok(short) if short < 251 => vec![short],
        _ => [&[0xfc], length.to_le_bytes().as_slice()].concat(),
    };
    bytes.extend(&text.as_bytes()[..usize::from(length)]);
    bytes
}

fn column(name: &str) -> Vec<u8> {
    const VAR_STRING: u8 = 0xfd;
    let mut packet = counted("def");
    packet.extend([0, 0, 0]);
    packet.extend(counted(name));
    packet.extend([0, 0x0c, COLLATION, 0, 0, 4, 0, 0, VAR_STRING, 0, 0, 0, 0, 0]);
    packet
}
