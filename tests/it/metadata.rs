//! A stand-in for the ECS metadata service on loopback: `IMDSv2`, or nothing at all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock};

/// A metadata service; what it was asked is kept.
pub(crate) struct Metadata {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Metadata {
    /// Of an instance in `vpc_id` with this address; an empty VPC is no instance: everything is 404.
    pub(crate) fn of(vpc_id: &str, address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (vpc_id, address, record) = (vpc_id.to_owned(), address.to_owned(), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is its own affair.
                let _ = answer(stream, &vpc_id, &address, &record);
            }
        });
        Self { url, asked }
    }

    /// The one of a machine that is no instance, for every test that does not care.
    pub(crate) fn none() -> &'static str {
        static NONE: OnceLock<Metadata> = OnceLock::new();
        &NONE.get_or_init(|| Self::of("", "")).url
    }

    /// Method and path of every request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn answer(stream: TcpStream, vpc_id: &str, address: &str, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.by_ref().take(4096).read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_ascii_lowercase());
    }
    let request = lines.first().cloned().unwrap_or_default();
    asked.lock().expect("no panic").push(request.clone());
    let with_token = lines.iter().any(|line| line == "x-aliyun-ecs-metadata-token: token-0001");
    let text = match request.split(' ').take(2).collect::<Vec<_>>()[..] {
        _ if vpc_id.is_empty() => None,
        ["put", "/latest/api/token"] => Some("token-0001"),
        ["get", "/latest/meta-data/vpc-id"] if with_token => Some(vpc_id),
        ["get", "/latest/meta-data/private-ipv4"] if with_token => Some(address),
        ["get", "/latest/meta-data/region-id"] if with_token => Some("ap-southeast-1"),
        _ => None,
    };
    let (status, text) = text.map_or(("404 Not Found", ""), |text| ("200 OK", text));
    let length = text.len();
    let mut stream = reader.into_inner();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}")
}
