//! Flags of `tidb-pe setup`.

use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueHint};

use super::Connection;
use super::duration;

/// `tidb-pe setup`.
#[derive(Debug, Clone, Args)]
pub struct Setup {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: Network,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub connection: Connection,
}

/// What is connected to what.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Endpoint")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct Network {
    /// Text of the TiDB Cloud connection dialog, pasted whole into a file; - reads standard input
    #[arg(long, env = "TIDB_PE_FROM", value_name = "FILE|-", value_hint = clap::ValueHint::FilePath)]
    pub from: Option<String>,
    /// Service Name, from the TiDB Cloud console: Connect > Private Endpoint
    #[arg(long, env = "TIDB_PE_SERVICE_NAME", value_name = "NAME")]
    pub service_name: Option<String>,
    /// Availability Zone ID, from the same dialog; repeat or separate by commas [default: the service's zones]
    #[arg(long, env = "TIDB_PE_AZ_ID", value_name = "ID", value_delimiter = ',')]
    pub az_id: Vec<String>,
    /// TiDB Cloud instance: Service Name, zones, region, port and user prefix come from the TiDB Cloud API
    #[arg(long, env = "TIDB_PE_CLUSTER_ID", value_name = "ID")]
    pub cluster_id: Option<String>,
    /// Base URL of the TiDB Cloud API (plain http: loopback only)
    #[arg(long, env = "TIDB_PE_TIDB_CLOUD_URL", value_name = "URL", value_hint = ValueHint::Url)]
    pub tidb_cloud_url: Option<String>,
    /// VPC your application runs in
    #[arg(long, env = "TIDB_PE_VPC_ID", value_name = "ID")]
    pub vpc_id: Option<String>,
    /// vSwitch to take the endpoint's address from; at most one a zone
    #[arg(long, env = "TIDB_PE_VSWITCH_ID", value_name = "ID", value_delimiter = ',')]
    pub vswitch_id: Vec<String>,
    /// Security group that lets your application in on the port; at most ten
    #[arg(long, env = "TIDB_PE_SECURITY_GROUP_ID", value_name = "ID", value_delimiter = ',')]
    pub security_group_id: Vec<String>,
    /// Create a vSwitch if no zone of the service has one with free addresses
    #[arg(long, env = "TIDB_PE_CREATE_VSWITCH", value_parser = BoolishValueParser::new())]
    pub create_vswitch: bool,
    /// Range of a vSwitch that is created [default: a free one of the VPC]
    #[arg(long, env = "TIDB_PE_VSWITCH_CIDR", value_name = "CIDR")]
    pub vswitch_cidr: Option<String>,
    /// Create a security group if none lets the clients in on the port
    #[arg(long, env = "TIDB_PE_CREATE_SECURITY_GROUP", value_parser = BoolishValueParser::new())]
    pub create_security_group: bool,
    /// Activate PrivateLink for the account if it is not (free of charge)
    #[arg(long, env = "TIDB_PE_OPEN_SERVICE", value_parser = BoolishValueParser::new())]
    pub open_service: bool,
    /// Who has to get in through the security group [default: the VPC's ranges]
    #[arg(long, env = "TIDB_PE_CLIENT_CIDR", value_name = "CIDR")]
    pub client_cidr: Option<String>,
    /// Name of a new endpoint [default: tidb-pe- and the service id]
    #[arg(long, env = "TIDB_PE_ENDPOINT_NAME", value_name = "NAME")]
    pub endpoint_name: Option<String>,
    /// Tag for a new endpoint; repeat or separate by commas
    #[arg(long, env = "TIDB_PE_TAG", value_name = "KEY=VALUE", value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Resource group of a new endpoint
    #[arg(long, env = "TIDB_PE_RESOURCE_GROUP_ID", value_name = "ID")]
    pub resource_group_id: Option<String>,
    /// Create an endpoint even if one to this service exists in the VPC
    #[arg(long, env = "TIDB_PE_NEW", value_parser = BoolishValueParser::new())]
    pub new: bool,
    /// Show the plan and change nothing
    #[arg(long, env = "TIDB_PE_DRY_RUN", value_parser = BoolishValueParser::new())]
    pub dry_run: bool,
    /// Do not wait until the endpoint is ready
    #[arg(long, env = "TIDB_PE_NO_WAIT", value_parser = BoolishValueParser::new())]
    pub no_wait: bool,
    /// How long to wait until the endpoint is ready, such as 90s, 10m, 1h [default: 10m]
    #[arg(long, env = "TIDB_PE_WAIT_TIMEOUT", value_name = "DURATION", value_parser = duration)]
    pub wait_timeout: Option<Duration>,
}
