//! HTTP/1.1, as much of it as API clients use, over a socket of our own.
//!
//! Hand-written because the faults live below HTTP: a server library neither resets a connection nor ends an
//! answer in the middle.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 1024 * 1024;
/// Long enough for an answer to have been read, short enough for the next request to find the connection gone.
const A_LITTLE: Duration = Duration::from_millis(5);

/// A request.
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    keep_alive: bool,
}

impl Request {
    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A response.
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// What happens on the connection.
pub(super) enum Answer {
    /// A response.
    Whole(Response),
    /// The first half of a response, then the end of the connection.
    Truncated(Response),
    /// The first half of a response, then a byte each time this has passed.
    Trickle(Response, Duration),
    /// A response after others that only announce it (RFC 9110, 15.2).
    Interim(Response),
    /// A response, and a little later a reset of the connection it was said to keep.
    HangUp(Response),
    /// A reset.
    Reset,
    /// Nothing, for as long as the client waits.
    Hang,
}

/// Serves one connection until it ends.
pub(super) async fn serve<F>(mut stream: TcpStream, answer: impl Fn(Request) -> F) -> io::Result<()>
where
    F: Future<Output = Answer>,
{
    let mut buffer = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut buffer).await? {
        let keep_alive = request.keep_alive;
        match answer(request).await {
            Answer::Whole(response) => stream.write_all(&encode(&response, keep_alive)).await?,
            Answer::Interim(response) => {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n").await?;
                stream.write_all(&encode(&response, keep_alive)).await?;
            }
            Answer::Truncated(response) => {
                stream.write_all(&halves(&response, keep_alive).0).await?;
                return stream.shutdown().await;
            }
            Answer::Trickle(response, pause) => {
                let (first, second) = halves(&response, keep_alive);
                stream.write_all(&first).await?;
                for byte in second {
                    tokio::time::sleep(pause).await;
                    stream.write_all(&[byte]).await?;
                }
            }
            Answer::HangUp(response) => {
                stream.write_all(&encode(&response, keep_alive)).await?;
                tokio::time::sleep(A_LITTLE).await;
                return stream.set_zero_linger();
            }
            Answer::Reset => return stream.set_zero_linger(),
            Answer::Hang => return wait_for_end(&mut stream).await,
        }
        if !keep_alive {
            return stream.shutdown().await;
        }
    }
    Ok(())
}

/// At least one byte of the body is in the second half, and the head is in the first.
fn halves(response: &Response, keep_alive: bool) -> (Vec<u8>, Vec<u8>) {
    let mut first = encode(response, keep_alive);
    let second = first.split_off(first.len() - response.body.len().div_ceil(2));
    (first, second)
}

async fn wait_for_end(stream: &mut TcpStream) -> io::Result<()> {
    let mut byte = [0];
    while stream.read(&mut byte).await? > 0 {}
    Ok(())
}

/// The next request; `None` at the end of the connection.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if buffer.len() > MAX_HEAD || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head: Vec<u8> = buffer.drain(..end).collect();
    let mut request = parse_head(&head)?;
    if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let length = body_length(&request)?;
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    request.body = buffer.drain(..length).collect();
    Ok(Some(request))
}

fn parse_head(head: &[u8]) -> io::Result<Request> {
    let text = std::str::from_utf8(head).map_err(|_| broken("the head is not UTF-8"))?;
    let mut lines = text.trim_end().split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words[..] else { return Err(broken("no request line")) };
    let header = |line: &str| {
        let (name, value) = line.split_once(':').ok_or_else(|| broken("no header"))?;
        Ok((name.to_ascii_lowercase(), value.trim().to_string()))
    };
    let headers = lines.map(header).collect::<io::Result<Vec<_>>>()?;
    let mut request =
        Request { method: method.into(), target: target.into(), headers, body: Vec::new(), keep_alive: true };
    let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    request.keep_alive = version == "HTTP/1.1" && !closes;
    Ok(request)
}

fn body_length(request: &Request) -> io::Result<usize> {
    if request.header("transfer-encoding").is_some() {
        return Err(broken("the body needs a length"));
    }
    let length = request.header("content-length").map_or(Ok(0), str::parse::<usize>);
    length.ok().filter(|length| *length <= MAX_BODY).ok_or_else(|| broken("the body is too long"))
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn encode(response: &Response, keep_alive: bool) -> Vec<u8> {
    use std::fmt::Write;
    let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in &response.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let _ = write!(head, "Content-Length: {}\r\nConnection: {connection}\r\n\r\n", response.body.len());
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&response.body);
    bytes
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}
