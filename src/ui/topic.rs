//! What a question is about. Its words are in `words`.

/// What a question is about, with what its words need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// A TiDB Cloud instance, from the list that an API key allows.
    Instance,
    /// The text of the TiDB Cloud dialog, or nothing.
    Paste {
        /// Whether the sandbox has values of its own.
        sandbox: bool,
    },
    /// Service Name.
    ServiceName,
    /// The public half of a key.
    AccessKeyId,
    /// The secret half of a key.
    AccessKeySecret,
    /// What a temporary key needs.
    SecurityToken,
    /// Whether PrivateLink may be activated.
    OpenService,
    /// The SQL user.
    User,
    /// The password of the SQL user.
    Password {
        /// The user.
        user: String,
        /// Whether one was given before, which Enter keeps.
        kept: bool,
    },
    /// The VPC.
    Vpc,
    /// Availability Zone ID.
    Zones,
    /// The vSwitch of a zone.
    VSwitch {
        /// The zone.
        zone: String,
    },
    /// Whether a vSwitch may be created.
    NewVSwitch {
        /// The VPC.
        vpc: String,
        /// The zones where one would do.
        zones: Vec<String>,
    },
    /// Whether a security group may be created.
    NewGroup {
        /// Who has to get in.
        clients: String,
        /// The port.
        port: u16,
    },
    /// The security group.
    Group,
    /// The name of a new endpoint.
    EndpointName,
    /// Whether the plan is accepted.
    Proceed,
    /// Which line of the plan is changed.
    Change,
    /// Which endpoint is meant.
    Endpoint,
    /// Whether an endpoint is really to go.
    Deletion {
        /// Its id.
        id: String,
    },
}
