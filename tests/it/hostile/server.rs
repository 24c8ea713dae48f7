//! Servers that are no database, or a bad one.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use tidb_pe::sandbox::gateway::{Gateway, GatewayConfig};

use super::{EVIL, tame};
use crate::common::Run;

/// A server that says the same to everybody; it ends with the test's process.
fn server(say: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // A client that had enough is its own affair.
            let _ = say(&mut stream);
        }
    });
    addr
}

fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let [a, b, c, _] = u32::try_from(payload.len()).expect("a packet").to_le_bytes();
    [&[a, b, c, number], payload].concat()
}

fn greeting(version: &str) -> Vec<u8> {
    let mut bytes = vec![0x0a];
    bytes.extend(version.as_bytes());
    bytes.extend([0, 1, 0, 0, 0]);
    bytes.extend(*b"abcdefgh\0");
    bytes.extend([0x00, 0x82, 45, 2, 0, 0x08, 0, 21]);
    bytes.extend([0; 10]);
    bytes.extend(*b"abcdefghijkl\0mysql_native_password\0");
    packet(0, &bytes)
}

fn refusal(number: u8, text: &str) -> Vec<u8> {
    packet(number, &[b"\xff\x51\x04#HY000", text.as_bytes()].concat())
}

/// Greets, takes the login, and answers it so.
fn after_login(answer: Vec<u8>) -> SocketAddr {
    server(move |stream| {
        stream.write_all(&greeting("8.0.11-TiDB-v7.5.2-serverless"))?;
        let mut head = [0; 4];
        stream.read_exact(&mut head)?;
        let mut login = vec![0; usize::from(head[0]) | usize::from(head[1]) << 8];
        stream.read_exact(&mut login)?;
        stream.write_all(&answer)?;
        // What it may still ask has no answer, but the connection is not closed over unread bytes.
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    })
}

fn check(addr: SocketAddr, mode: &str) -> Run {
    Run::new(&["check", "--host", "db.example", "--user", "p.root", "--ssl-mode", mode])
        .args(&["--connect-timeout", "1s"])
        .env("TIDB_PE_RESOLVE", "db.example=10.0.0.10")
        .env("TIDB_PE_DIAL", &format!("10.0.0.10:4000={addr}"))
        .env("TIDB_PE_PASSWORD", "sandbox-password")
}

/// In text and in JSON: it fails at `layer`, in a few words.
fn fails_at(layer: &str, mode: &str, addr: SocketAddr) {
    let text = tame(check(addr, mode)).expect(6);
    assert!(text.stdout.contains("Root cause"), "{}", text.stdout);
    let json = tame(check(addr, mode).args(&["-o", "json"])).expect(6).json();
    assert_eq!(json["root_cause"], layer, "{json:#}");
}

#[test]
fn that_speak_something_else() {
    let web = format!("HTTP/1.1 400 Bad Request\r\n\r\n{}", "x".repeat(10 << 20));
    for said in [web.into_bytes(), vec![0xff; 10 << 20], EVIL.repeat(10_000).into_bytes(), vec![0; 1 << 20]] {
        let addr = server(move |stream| stream.write_all(&said));
        fails_at("tls", "required", addr);
        fails_at("login", "disabled", addr);
    }
}

#[test]
fn that_announce_what_never_comes() {
    fails_at(
        "tls",
        "required",
        server(|stream| {
            stream.write_all(b"\xff\xff\x3f\0\x0a")?;
            stream.read_to_end(&mut Vec::new()).map(drop)
        }),
    );
}

#[test]
fn that_drip() {
    let addr = server(|stream| {
        for byte in greeting("8.0.11").into_iter().cycle() {
            stream.write_all(&[byte])?;
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    });
    // The limit is for the whole greeting, not for each byte.
    let outcome = tame(check(addr, "required").args(&["-o", "json"])).expect(6);
    assert_eq!(outcome.json()["root_cause"], "tls");
}

#[test]
fn that_refuse_in_many_words() {
    let text = format!("{EVIL}{}", "w".repeat(15 << 10));
    fails_at("login", "required", server(move |stream| stream.write_all(&refusal(0, &text))));
    fails_at("login", "disabled", after_login(refusal(2, &format!("{EVIL}{}", "w".repeat(10 << 20)))));
    let plugin = format!("{EVIL}{}", "p".repeat(1 << 20));
    let switch = packet(2, &[b"\xfe", plugin.as_bytes(), b"\0abcdefghabcdefghijkl\0"].concat());
    fails_at("login", "disabled", after_login(switch));
    fails_at("login", "disabled", after_login(vec![0xfb; 10 << 20]));
}

#[test]
fn whose_answers_are_large() {
    // The login is accepted; the first query gets a packet of ten megabytes that is no result.
    let ok = packet(2, &[0, 0, 0, 2, 0, 0, 0]);
    let large = packet(1, &vec![0x01; 10 << 20]);
    fails_at("query", "disabled", after_login([ok.clone(), large].concat()));
    fails_at("query", "disabled", after_login([ok, refusal(1, &EVIL.repeat(10_000))].concat()));
}

#[test]
fn whose_version_is_no_version() {
    let gateway = |config: GatewayConfig| {
        tidb_pe::tls::install_crypto();
        Gateway::start(config).expect("a gateway")
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _inside = runtime.enter();
    let names = vec![
        "\u{1b}[2J.tidbcloud.com".to_owned(),
        format!("{}.tidbcloud.com", "n".repeat(5000)),
        "*.*.tidbcloud.com".to_owned(),
        "a\n.tidbcloud.com".to_owned(),
    ];
    let many = (0..500).map(|n| format!("n{n}.example")).collect();
    for names in [names, many] {
        let config = GatewayConfig { version: EVIL.replace('\0', ""), names, ..GatewayConfig::default() };
        let server = gateway(config);
        let ca = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(ca.path(), server.ca_pem()).expect("a file");
        let ca = ca.path().display().to_string();
        for mode in ["verify-ca", "verify-identity", "required"] {
            for format in ["text", "json"] {
                let run = Run::new(&["check", "--host", "db.example", "-o", format, "--ssl-mode", mode])
                    .args(&["--user", "3pTAoNNegb47Uc8.root", "--ssl-ca", &ca])
                    .env("TIDB_PE_RESOLVE", "db.example=10.0.0.10")
                    .env("TIDB_PE_DIAL", &format!("10.0.0.10:4000={}", server.addr()))
                    .env("TIDB_PE_PASSWORD", "sandbox-password");
                let outcome = tame(run);
                assert!([0, 6].contains(&outcome.code), "{mode}: {}", outcome.stderr);
            }
        }
    }
}
