//! What is happening, as values. Logic emits events; `ui` turns them into lines, bars or nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::check::Finding;
use crate::cloud::Notice;
use crate::cloud::credentials::Source;
use crate::cloud::privatelink::{ConnectionStatus, EndpointStatus, Service};
use crate::cloud::sts::Identity;
use crate::connection::clients::Note as ClientNote;
use crate::error::Error;
use crate::plan::Warning;
use crate::tidb_cloud::keys;

/// Something that takes a while, for a spinner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading what exists.
    Looking,
    /// The create call.
    Creating,
    /// Creating what the network lacks, or adding to an endpoint.
    Preparing,
    /// Another run on this machine changes the same thing.
    Queueing,
    /// Polling until ready.
    Waiting,
    /// The connection test.
    Testing,
    /// Removing zones, endpoint and what was made for it.
    Deleting,
    /// Reading the endpoints of a region, or of all.
    Listing,
}

/// A kind of thing that is made or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// PrivateLink was activated.
    Service,
    /// A vSwitch.
    VSwitch,
    /// A security group.
    SecurityGroup,
    /// A rule of a security group.
    SecurityGroupRule,
    /// An endpoint.
    Endpoint,
    /// A zone of an endpoint.
    Zone,
    /// A security group attached to an endpoint.
    Attachment,
}

impl Thing {
    /// Whether it is a part of the network that `delete --with-created` takes away with the endpoint.
    pub fn is_network(self) -> bool {
        matches!(self, Self::VSwitch | Self::SecurityGroup)
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The simulated cloud is running.
    Sandbox {
        /// The scenario's name.
        scenario: String,
    },
    /// Something that takes a while begins.
    Begin(Phase),
    /// It is over.
    End,
    /// Whose key it is, and where it was found.
    Identity {
        /// The account and identity.
        identity: Identity,
        /// Where the key was found.
        source: Source,
    },
    /// The TiDB Cloud instance, and whose key told of it.
    Instance {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// Its state, where it is not `ACTIVE`.
        busy: Option<String>,
        /// Where the key was found.
        source: keys::Source,
    },
    /// A place of TiDB Cloud API keys that has something unusable.
    TidbKeysSkipped(keys::Miss),
    /// The list of instances could not be had; the Service Name is asked for instead.
    NoInstances(Box<Error>),
    /// The service exists for this account: the console's green tick.
    Verified(Service),
    /// Worth knowing before the plan is accepted.
    Warning(Warning),
    /// Something was made by this run.
    Made {
        /// What.
        thing: Thing,
        /// Its id.
        id: String,
    },
    /// Something was removed by this run.
    Removed {
        /// What.
        thing: Thing,
        /// Its id.
        id: String,
    },
    /// What was to be deleted is not there, which is fine.
    Absent {
        /// The endpoint.
        endpoint_id: String,
    },
    /// A region of several could not be read.
    RegionFailed {
        /// The region.
        region_id: String,
        /// Why.
        error: Box<Error>,
    },
    /// There is nothing to list.
    NoEndpoints {
        /// The regions that could not be read: there may be some.
        unread: Vec<String>,
    },
    /// Another run on this machine is changing the same thing; this one waits for it.
    Queued,
    /// An endpoint that was there is used.
    Adopted {
        /// Its id.
        endpoint_id: String,
    },
    /// The provider has to accept by hand.
    NeedsAcceptance {
        /// The endpoint.
        endpoint_id: String,
        /// The account to tell the provider.
        account_id: String,
    },
    /// The endpoint's state changed, or was seen for the first time.
    State {
        /// Its status.
        endpoint: EndpointStatus,
        /// Its connection's status.
        connection: ConnectionStatus,
        /// Connected zones and all zones, once they are known.
        zones: Option<(usize, usize)>,
        /// Since the waiting began.
        elapsed: Duration,
    },
    /// The endpoint is ready.
    Ready {
        /// Since the waiting began.
        elapsed: Duration,
    },
    /// The endpoint was created, but nobody waited for it.
    NotWaited {
        /// Its id.
        endpoint_id: String,
    },
    /// A dry run came to its end without a refusal; whether the cloud's own was asked, too.
    DryRun {
        /// Not where the endpoint is there or may be, or something it needs is still to be made.
        asked: bool,
    },
    /// The connection was not tested.
    NotTested,
    /// What the run came to beside the connection.
    Closing(Closing),
    /// The command that repeats the run without a human.
    Next {
        /// The command.
        command: String,
        /// The VPC whose machines can connect, where this one cannot.
        elsewhere: Option<String>,
    },
    /// The test failed: the command that tests again and sets up nothing.
    TestAgain {
        /// The command.
        command: String,
        /// Whether the password, which no command carries, has to be given beside it.
        lacks_password: bool,
    },
    /// A layer of the connection test has been judged.
    Checked(Finding),
    /// What is worth knowing about a client's settings.
    Note {
        /// The client.
        client: &'static str,
        /// What.
        note: ClientNote,
    },
    /// The cloud client has something to say.
    Cloud(Notice),
}

/// What is worth knowing at the end: what was made, how it is undone, who else may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The endpoint.
    pub endpoint_id: String,
    /// The Service Name, as TiDB Cloud's table of Authorized Networks wants it.
    pub service_name: String,
    /// Its region.
    pub region_id: String,
    /// What this run made.
    pub made: Vec<(Thing, String)>,
    /// The command that takes it away again; none where the endpoint was there before.
    pub undo: Option<String>,
}

/// Receives events. Implementations must be quick: the caller waits.
pub trait Reporter: Send + Sync {
    /// Takes note of `event`.
    fn emit(&self, event: Event);
}

/// Says nothing: for what is told in another way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mute;

impl Reporter for Mute {
    fn emit(&self, _: Event) {}
}

/// Tells two.
pub struct Both(pub Arc<dyn Reporter>, pub Arc<dyn Reporter>);

impl Reporter for Both {
    fn emit(&self, event: Event) {
        self.0.emit(event.clone());
        self.1.emit(event);
    }
}

/// Keeps every event, for tests that assert what happened instead of reading text.
#[derive(Debug, Default)]
pub struct Recording(Mutex<Vec<Event>>);

impl Recording {
    /// Everything emitted so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Reporter for Recording {
    fn emit(&self, event: Event) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event);
    }
}
