//! Servers that go part of the way and then say no more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server on loopback; it ends with the test's process.
pub(super) struct Stalled {
    pub(super) addr: SocketAddr,
    reached: Arc<AtomicUsize>,
}

impl Stalled {
    /// Accepts connections and says nothing.
    pub(super) fn silent() -> Self {
        Self::serving(|_| Ok(()))
    }

    /// Greets as a database with TLS, takes the request for it, and says no more.
    pub(super) fn before_tls() -> Self {
        Self::serving(|stream| {
            let mut greeting = b"\x0a8.0.11-TiDB-v7.5.2-serverless\0".to_vec();
            greeting.extend([1, 0, 0, 0]);
            greeting.extend(*b"abcdefgh\0");
            greeting.extend([0x00, 0x8a, 46, 2, 0, 0x08, 0, 21]);
            greeting.extend([0; 10]);
            greeting.extend(*b"abcdefghijkl\0mysql_native_password\0");
            let length = u8::try_from(greeting.len()).expect("a short greeting");
            stream.write_all(&[&[length, 0, 0, 0], greeting.as_slice()].concat())?;
            stream.read_exact(&mut [0; 36])
        })
    }

    fn serving(first: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let addr = listener.local_addr().expect("an address");
        let reached = Arc::new(AtomicUsize::new(0));
        let (count, first) = (Arc::clone(&reached), Arc::new(first));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (count, first) = (Arc::clone(&count), Arc::clone(&first));
                std::thread::spawn(move || {
                    if first(&mut stream).is_ok() {
                        count.fetch_add(1, Ordering::SeqCst);
                        let _ = stream.read_to_end(&mut Vec::new());
                    }
                });
            }
        });
        Self { addr, reached }
    }

    /// Whether a connection has come to where it stalls.
    pub(super) fn is_reached(&self) -> bool {
        self.reached.load(Ordering::SeqCst) > 0
    }
}

/// An address that neither accepts nor refuses: a listener whose queue is full.
pub(super) struct BlackHole {
    pub(super) addr: SocketAddr,
    _held: (tokio::runtime::Runtime, tokio::net::TcpListener, TcpStream),
}

impl BlackHole {
    pub(super) fn dig() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio");
        let listener = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
            socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
            socket.listen(0).expect("a listener")
        });
        let addr = listener.local_addr().expect("an address");
        // A queue of length 0 takes one connection; the next one is left to wait.
        let waiting = TcpStream::connect(addr).expect("the queue takes one");
        Self { addr, _held: (runtime, listener, waiting) }
    }
}
