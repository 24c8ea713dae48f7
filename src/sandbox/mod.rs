//! A simulated Alibaba Cloud and a TiDB gateway over real sockets on loopback.
//!
//! It exists so that `--sandbox`, demos and tests go the whole way: signed HTTP to a server that verifies the
//! signature and is stricter than the real cloud (unknown parameters are refused, lists are counted exactly).
//! It is written from the facts alone and must not know the client.
//!
//! - [`scenario`]: what the cloud looks like and what goes wrong
//! - `http`, `params`, `auth`, `args`, `server`: from bytes to an operation and back
//! - `ops`: the operations, and the table of their parameters
//! - `model`, `state`, `genesis`, `life`, `clock`: what exists, how it begins, how it changes with time
//! - `fault`: what goes wrong on purpose; `firewall`: whom security groups let in
//! - [`Names`]: what DNS and routing would say
//! - [`gateway`], [`certificate`], `wire`: a TiDB gateway that speaks MySQL over TLS
//! - [`Lab`]: all of it together, as `--sandbox` runs it

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

mod args;
mod auth;
mod call;
pub mod certificate;
mod clock;
mod fault;
mod firewall;
pub mod gateway;
mod genesis;
mod http;
mod lab;
mod life;
mod model;
mod names;
mod ops;
mod params;
mod refusal;
pub mod scenario;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod wire;

pub use auth::AccessKey;
pub use call::Call;
pub use lab::Lab;
pub use names::Names;
pub use scenario::Scenario;
pub use view::{EndpointView, View};

use server::Cloud;

/// A running sandbox. It has a thread and a runtime of its own, so that it serves synchronous tests as well, and
/// stops when it is dropped.
pub struct Sandbox {
    address: SocketAddr,
    cloud: Arc<Cloud>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on a free port of 127.0.0.1.
    pub fn start(scenario: Scenario) -> Result<Self> {
        let state = genesis::build(&scenario)?;
        let cloud = Arc::new(Cloud::new(scenario, state));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&cloud);
        let thread = std::thread::Builder::new()
            .name("sandbox".into())
            .spawn(move || run(&runtime, listener, &served, stopped))?;
        Ok(Self { address, cloud, runtime: handle, stop: Some(stop), thread: Some(thread) })
    }

    /// The base URL of every API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key that the scenario hands to the caller.
    pub fn access_key(&self) -> AccessKey {
        AccessKey::handed(self.cloud.scenario.key.kind)
    }

    /// Every call so far, in the order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.cloud.calls().clone()
    }

    /// How many calls a `hang` or `hang-after` has struck: once it counts, the call is at the point the fault names.
    pub fn hung(&self) -> usize {
        self.cloud.hung.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// What exists now.
    pub fn state(&self) -> View {
        view::view(&self.cloud)
    }

    /// The scenario it runs.
    pub fn scenario(&self) -> &Scenario {
        &self.cloud.scenario
    }

    /// Names and addresses, for whoever stands in for DNS and routing.
    pub fn names(&self) -> Names {
        Names { cloud: Arc::clone(&self.cloud) }
    }

    /// Lets simulated time pass at once.
    pub fn advance(&self, by: Duration) {
        self.cloud.clock.advance(by);
    }

    /// The cloud's wall time.
    pub fn now(&self) -> Timestamp {
        self.cloud.clock.wall(self.cloud.clock.now())
    }

    /// The runtime it serves on: what is spawned here ends with the sandbox.
    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread has been reported already.
            let _ = thread.join();
        }
    }
}

/// Serves until the other end of `stopped` is gone.
fn run(runtime: &Runtime, listener: TcpListener, cloud: &Arc<Cloud>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        tokio::select! {
            () = accept(listener, cloud) => {}
            _ = stopped => {}
        }
    });
}

/// Accepts connections for ever; dropping this ends every one of them.
async fn accept(listener: TcpListener, cloud: &Arc<Cloud>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, say: wait for some to come back.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let cloud = Arc::clone(cloud);
        connections.spawn(async move {
            if let Err(error) = http::serve(stream, |request| cloud.answer(request)).await {
                tracing::debug!(%error, "sandbox: a connection broke");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}
