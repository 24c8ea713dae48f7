//! The runs that make the calls: each a whole command in a small world, and what that world has to look like after.

use tidb_pe::sandbox::{Sandbox, Scenario};

use crate::crash::{BARE, SETUP};
use crate::credentials::{KEY, ROLE, SECRET};
use crate::rehearsal::Rehearsal;

/// A run that makes calls.
pub(crate) struct Route {
    /// As the table calls it.
    pub(crate) name: &'static str,
    /// The world it runs in.
    pub(crate) world: &'static str,
    /// The run.
    pub(crate) run: fn(&Sandbox) -> Rehearsal,
    /// What is wrong with the world after it, where something is.
    pub(crate) wrong: fn(&Sandbox) -> Option<String>,
    /// The calls it is here for; none: every one it makes.
    pub(crate) calls: &'static [&'static str],
}

const AT_ONCE: &str = "
[timing]
active_ms = 0
connecting_ms = 0
connected_ms = 0
zones_ms = 0
change_ms = 0
vswitch_ms = 0
linger_ms = 0
";

const EXISTING: &str = r#"
[[endpoint]]
name = "made-in-the-console"
groups = ["app-web"]
zones = [{ zone = "ap-southeast-1a" }]
"#;

const MADE: &str = r#"
[service]
zones = ["ap-southeast-1a"]

[[vpc]]
name = "app"

[[vpc.vswitch]]
name = "made"
zone = "ap-southeast-1a"
cidr = "10.0.0.0/24"
tags = { created-by = "tidb-pe", tidb-pe-service = "epsrv-t4nsandbox0000000001" }

[[vpc.group]]
name = "made"
tags = { created-by = "tidb-pe", tidb-pe-service = "epsrv-t4nsandbox0000000001" }
rule = [{ ports = "4000/4000", source_cidr = "10.0.0.0/16" }]

[[endpoint]]
name = "made"
groups = ["made"]
zones = [{ zone = "ap-southeast-1a" }]
tags = { created-by = "tidb-pe", tidb-pe-service = "epsrv-t4nsandbox0000000001" }
"#;

const SERVICE: [&str; 3] =
    ["setup", "--service-name", "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nsandbox0000000001"];
const QUIETLY: [&str; 4] = ["--skip-test", "--yes", "-o", "json"];
const ID: &str = "ep-t4nsandbox0000000001";
const INSTANCE: &str = "10000000000000000001";

/// Every run of the matrix.
pub(crate) const ROUTES: [Route; 10] = [
    Route { name: "setup", world: "bare", run: setup, wrong: one_of_each, calls: &[] },
    Route {
        name: "setup, adopting",
        world: "existing",
        run: adopt,
        wrong: grown,
        calls: &["ListVpcEndpointSecurityGroups", "AddZoneToVpcEndpoint", "AttachSecurityGroupToVpcEndpoint"],
    },
    Route {
        name: "setup --open-service",
        world: "closed",
        run: open,
        wrong: opened,
        calls: &["OpenPrivateLinkService"],
    },
    Route {
        name: "setup, with a role",
        world: "existing",
        run: role,
        wrong: as_it_was,
        calls: &["AssumeRole"],
    },
    Route {
        name: "setup, with an OIDC token",
        world: "existing",
        run: oidc,
        wrong: as_it_was,
        calls: &["AssumeRoleWithOIDC"],
    },
    Route {
        name: "setup --cluster-id",
        world: "existing",
        run: instance,
        wrong: as_it_was,
        calls: &["GetCluster"],
    },
    Route { name: "check", world: "made", run: check, wrong: as_it_was, calls: &[] },
    Route { name: "list", world: "existing", run: list, wrong: as_it_was, calls: &[] },
    Route {
        name: "list --all-regions",
        world: "existing",
        run: everywhere,
        wrong: as_it_was,
        calls: &["DescribeRegions"],
    },
    Route { name: "delete --with-created", world: "made", run: delete, wrong: nothing, calls: &[] },
];

/// The world of this name, with these faults in it.
pub(crate) fn world(name: &str, faults: &str) -> Sandbox {
    let text = match name {
        "bare" => BARE.to_owned(),
        "existing" => format!("{AT_ONCE}{EXISTING}"),
        "closed" => format!("product_open = false\n{AT_ONCE}{EXISTING}"),
        "made" => format!("{AT_ONCE}{MADE}"),
        other => panic!("no world is called {other}"),
    };
    let scenario = Scenario::parse(&format!("{text}{faults}")).expect("a valid scenario");
    Sandbox::start(scenario).expect("a sandbox")
}

fn setup(cloud: &Sandbox) -> Rehearsal {
    Rehearsal::against(cloud, &SETUP)
}

fn adopt(cloud: &Sandbox) -> Rehearsal {
    let more =
        ["--az-id", "ap-southeast-1a,ap-southeast-1b", "--security-group-id", "sg-t4nsandbox0000000002"];
    Rehearsal::against(cloud, &[&SERVICE[..], &more, &QUIETLY].concat())
}

fn open(cloud: &Sandbox) -> Rehearsal {
    Rehearsal::against(cloud, &[&SERVICE[..], &["--open-service"], &QUIETLY].concat())
}

fn role(cloud: &Sandbox) -> Rehearsal {
    let fields = format!(
        r#""name":"p","mode":"RamRoleArn","access_key_id":"{KEY}","access_key_secret":"{SECRET}","ram_role_arn":"{ROLE}""#
    );
    let file = format!(r#"{{"current":"p","profiles":[{{{fields}}}]}}"#);
    Rehearsal::keyless(cloud, &[&SERVICE[..], &QUIETLY].concat()).home_file(".aliyun/config.json", &file)
}

fn oidc(cloud: &Sandbox) -> Rehearsal {
    let run = Rehearsal::keyless(cloud, &[&SERVICE[..], &QUIETLY].concat());
    let run = run.home_file("token", "eyJhbGciOi.oidc-token-0000000001");
    let file = run.home().join("token").display().to_string();
    run.var("ALIBABA_CLOUD_ROLE_ARN", ROLE)
        .var("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p")
        .var("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file)
}

fn instance(cloud: &Sandbox) -> Rehearsal {
    let (url, key) = (cloud.tidb_cloud_url(), cloud.tidb_cloud_key());
    let args = ["setup", "--cluster-id", INSTANCE, "--tidb-cloud-url", url.as_str()];
    Rehearsal::against(cloud, &[&args[..], &QUIETLY].concat())
        .var("TIDB_CLOUD_PUBLIC_KEY", &key.public)
        .var("TIDB_CLOUD_PRIVATE_KEY", key.private.expose())
}

fn check(cloud: &Sandbox) -> Rehearsal {
    Rehearsal::against(cloud, &["check", ID, "--region-id", "ap-southeast-1", "--skip-test", "-o", "json"])
}

fn list(cloud: &Sandbox) -> Rehearsal {
    Rehearsal::against(cloud, &["list", "--region-id", "ap-southeast-1", "-o", "json"])
}

fn everywhere(cloud: &Sandbox) -> Rehearsal {
    Rehearsal::against(cloud, &["list", "--all-regions", "-o", "json"])
}

fn delete(cloud: &Sandbox) -> Rehearsal {
    let args = ["delete", ID, "--region-id", "ap-southeast-1", "--with-created", "--if-exists"];
    Rehearsal::against(cloud, &[&args[..], &["--yes", "-o", "json"]].concat())
}

/// One endpoint in one zone, one vSwitch, one group beside the one that was there, one rule.
fn one_of_each(cloud: &Sandbox) -> Option<String> {
    let now = cloud.state();
    let endpoint = now
        .endpoints
        .iter()
        .all(|e| (e.status, e.connection, e.zones.len(), e.groups.len()) == ("Active", "Connected", 1, 1));
    let counts = (now.endpoints.len(), now.vswitches.len(), now.groups.len());
    let rules = now.groups.iter().all(|(_, rules)| *rules == 1);
    (counts != (1, 1, 2) || !rules || !endpoint).then(|| format!("{now:?}"))
}

fn grown(cloud: &Sandbox) -> Option<String> {
    let now = cloud.state();
    let counts: Vec<_> = now.endpoints.iter().map(|e| (e.zones.len(), e.groups.len())).collect();
    (counts != [(2, 2)] || now.vswitches.len() != 3 || now.groups.len() != 2).then(|| format!("{now:?}"))
}

fn opened(cloud: &Sandbox) -> Option<String> {
    if cloud.state().product_open { as_it_was(cloud) } else { Some("PrivateLink is closed".to_owned()) }
}

fn as_it_was(cloud: &Sandbox) -> Option<String> {
    let now = cloud.state();
    let made = (now.endpoints.len(), now.vswitches.len(), now.groups.len());
    (![(1, 3, 2), (1, 1, 1)].contains(&made)).then(|| format!("{now:?}"))
}

fn nothing(cloud: &Sandbox) -> Option<String> {
    let now = cloud.state();
    let left = (now.endpoints.len(), now.vswitches.len(), now.groups.len());
    (left != (0, 0, 0)).then(|| format!("{now:?}"))
}
