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
//! - `tidb_api`, `digest`: the TiDB Cloud API
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
mod digest;
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
mod tidb_api;
mod view;
mod wire;

pub use auth::AccessKey;
pub use call::{Call, rounds};
pub use lab::Lab;
pub use names::Names;
pub use scenario::Scenario;
pub use tidb_api::TidbKey;
pub use view::{EndpointView, View};

use server::Cloud;
use tidb_api::TidbApi;

/// A running sandbox. It has a thread and a runtime of its own, so that it serves synchronous tests as well, and
/// stops when it is dropped.
pub struct Sandbox {
    address: SocketAddr,
    tidb_address: SocketAddr,
    cloud: Arc<Cloud>,
    tidb: Arc<TidbApi>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on a free port of 127.0.0.1.
    pub fn start(scenario: Scenario) -> Result<Self> {
        let state = genesis::build(&scenario)?;
        let cloud = Arc::new(Cloud::new(scenario, state));
        let (listener, address) = listen()?;
        let (tidb_listener, tidb_address) = listen()?;
        let tidb = Arc::new(TidbApi::new());
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let served = (Arc::clone(&cloud), Arc::clone(&tidb));
        let thread = std::thread::Builder::new()
            .name("sandbox".into())
            .spawn(move || run(&runtime, listener, tidb_listener, &served.0, &served.1, stopped))?;
        Ok(Self {
            address,
            tidb_address,
            cloud,
            tidb,
            runtime: handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The base URL of every API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL of the TiDB Cloud API.
    pub fn tidb_cloud_url(&self) -> String {
        format!("http://{}", self.tidb_address)
    }

    /// The TiDB Cloud API key that the scenario hands to the caller.
    pub fn tidb_cloud_key(&self) -> TidbKey {
        TidbApi::key(&self.cloud.scenario.tidb_cloud)
    }

    /// What the TiDB Cloud API was asked for by callers who had signed in: paths with their queries.
    pub fn tidb_cloud_asked(&self) -> Vec<String> {
        self.tidb.asked()
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

    /// From now on no fault strikes.
    pub fn calm(&self) {
        self.cloud.calm.store(true, std::sync::atomic::Ordering::SeqCst);
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

    /// Real time since the start, as calls are recorded in.
    pub fn elapsed(&self) -> Duration {
        self.cloud.clock.stopwatch()
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

fn listen() -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the other end of `stopped` is gone.
fn run(
    runtime: &Runtime,
    listener: TcpListener,
    tidb_listener: TcpListener,
    cloud: &Arc<Cloud>,
    tidb: &Arc<TidbApi>,
    stopped: oneshot::Receiver<()>,
) {
    let (cloud, tidb) = (Arc::clone(cloud), Arc::clone(tidb));
    let alibaba = {
        let cloud = Arc::clone(&cloud);
        move |request| {
            let cloud = Arc::clone(&cloud);
            async move { cloud.answer(request).await }
        }
    };
    let tidb_cloud = move |request| {
        let (cloud, tidb) = (Arc::clone(&cloud), Arc::clone(&tidb));
        async move { tidb.answer(&cloud, &request).await }
    };
    runtime.block_on(async {
        tokio::select! {
            () = accept(listener, alibaba) => {}
            () = accept(tidb_listener, tidb_cloud) => {}
            _ = stopped => {}
        }
    });
}

/// Accepts connections for ever; dropping this ends every one of them.
async fn accept<F, A>(listener: TcpListener, answer: A)
where
    A: Fn(http::Request) -> F + Clone + Send + 'static,
    F: Future<Output = http::Answer> + Send + 'static,
{
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, say: wait for some to come back.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let answer = answer.clone();
        connections.spawn(async move {
            if let Err(error) = http::serve(stream, answer).await {
                tracing::debug!(%error, "sandbox: a connection broke");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}
