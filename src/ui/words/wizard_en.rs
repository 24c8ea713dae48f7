//! The wizard's questions, in the console's words, in English.

/// Service Name.
pub const SERVICE_NAME: &str =
    "Service Name (TiDB Cloud console > your cluster > Connect > Connection Type: Private Endpoint)";
/// TiDB Cloud instance.
pub const INSTANCE: &str = "TiDB Cloud instance on Alibaba Cloud";
/// The last row of the list.
pub const NO_INSTANCE: &str = "none of these: type the Service Name";
/// Region ID.
pub const REGION_ID: &str = "Region ID";
/// VPC.
pub const VPC: &str = "VPC your application runs in";
/// Security group.
pub const SECURITY_GROUP: &str = "Security group of the endpoint";
/// The SQL user.
pub const USER: &str = "SQL user for the connection test, PREFIX.root (Enter: without login)";
/// The public half of a key.
pub const ACCESS_KEY_ID: &str =
    "No Alibaba Cloud key was found. AccessKey ID, for this run only, not stored (Enter: none)";
/// The secret half of a key.
pub const ACCESS_KEY_SECRET: &str = "AccessKey secret (not shown, not stored)";
/// What a temporary key needs.
pub const SECURITY_TOKEN: &str = "Security token of this temporary key (not shown, not stored)";
/// The plan's question.
pub const PROCEED: &str = "Proceed?";

/// What a yes-or-no question takes.
pub const YES_OR_NO: &str = "Please answer y or n.";

/// vSwitch of a zone.
pub fn vswitch(zone: &str) -> String {
    format!("vSwitch in zone {zone}")
}

/// The password of a user.
pub fn password(user: &str) -> String {
    format!("Password of {user} (not shown; Enter: without login)")
}

/// Activating PrivateLink.
pub const OPEN_SERVICE: &str =
    "PrivateLink is not activated for this account. Activate it? It is free of charge; only endpoints cost";

/// Creating a vSwitch.
pub fn create_vswitch(vpc: &str, zones: &[String]) -> String {
    format!(
        "{vpc} has no vSwitch with free addresses in {}. Create one? It is free of charge and takes a range of the VPC",
        zones.join(", ")
    )
}

/// Creating a security group.
pub fn create_security_group(clients: &str, port: u16) -> String {
    format!("No security group lets {clients} in on TCP {port}. Create one that does? It is free of charge")
}
/// The question which endpoint is meant.
pub const ENDPOINT: &str = "Endpoint";

/// The typed confirmation of a deletion.
pub fn confirm_deletion(id: &str) -> String {
    format!("To delete it, type its id ({id}); Ctrl-C leaves it")
}

/// What was typed is not the id.
pub const NOT_THE_ID: &str = "That is not its id. Ctrl-C leaves without deleting.";
