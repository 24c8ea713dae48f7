//! The wizard's questions, in the console's words, in English.

use super::wizard::{Hint, Remark};
use crate::ui::topic::Topic;

pub(super) fn title(topic: &Topic) -> String {
    match topic {
        Topic::Instance => "TiDB Cloud instance on Alibaba Cloud".to_owned(),
        Topic::Paste { sandbox: false } => {
            "Paste the text of the TiDB Cloud connection dialog, or press Enter to answer one by one."
                .to_owned()
        }
        Topic::Paste { sandbox: true } => {
            "Paste the text of the TiDB Cloud connection dialog, or press Enter for the sandbox's own values."
                .to_owned()
        }
        Topic::ServiceName => {
            "Service Name (TiDB Cloud console > your instance > Connect > Connection Type: Private Endpoint)"
                .to_owned()
        }
        Topic::AccessKeyId => {
            "No Alibaba Cloud key was found. AccessKey ID, for this run only, not stored (Enter: none)"
                .to_owned()
        }
        Topic::AccessKeySecret => "AccessKey secret (not shown, not stored)".to_owned(),
        Topic::SecurityToken => "Security token of this temporary key (not shown, not stored)".to_owned(),
        Topic::OpenService => {
            "PrivateLink is not activated for this account. Activate it? It is free of charge; only \
                               endpoints cost. [y/N]"
                .to_owned()
        }
        Topic::User => "SQL user for the connection test, PREFIX.root (Enter: without login)".to_owned(),
        Topic::Password { user, kept: false } => {
            format!("Password of {user} (not shown; Enter: without login)")
        }
        Topic::Password { user, kept: true } => {
            format!("Password of {user} (not shown; Enter: the one given before)")
        }
        Topic::Vpc => "VPC your application runs in".to_owned(),
        Topic::Zones => "Availability Zone ID, one or several (Enter: those of the service)".to_owned(),
        Topic::VSwitch { zone } => format!("vSwitch in zone {zone}"),
        Topic::NewVSwitch { vpc, zones } => format!(
            "{vpc} has no vSwitch with free addresses in {}. Create one? It is free of charge and takes a range of the \
             VPC. [y/N]",
            zones.join(", ")
        ),
        Topic::NewGroup { clients, port } => format!(
            "No security group lets {clients} in on TCP {port}. Create one that does? It is free of charge. [y/N]"
        ),
        Topic::Group => "Security group of the endpoint".to_owned(),
        Topic::EndpointName => "Endpoint Name (Enter: named after the service)".to_owned(),
        Topic::Proceed => "Proceed? [y]es, [c]hange a line, [N]o".to_owned(),
        Topic::Change => "Which line?".to_owned(),
        Topic::Endpoint => "Endpoint".to_owned(),
        Topic::Deletion { id } => format!("To delete it, type its id ({id}); Ctrl-C leaves it"),
    }
}

pub(super) fn label(topic: &Topic) -> String {
    match topic {
        Topic::Instance => "TiDB Cloud instance",
        Topic::Paste { .. } => "Connection dialog",
        Topic::ServiceName => "Service Name",
        Topic::AccessKeyId => "AccessKey ID",
        Topic::AccessKeySecret => "AccessKey secret",
        Topic::SecurityToken => "Security token",
        Topic::OpenService => "Activate PrivateLink",
        Topic::User => "SQL user",
        Topic::Password { .. } => "Password",
        Topic::Vpc => "VPC",
        Topic::Zones => "Availability Zone ID",
        Topic::VSwitch { zone } => return format!("vSwitch in {zone}"),
        Topic::NewVSwitch { .. } => "Create a vSwitch",
        Topic::NewGroup { .. } => "Create a security group",
        Topic::Group => "Security group",
        Topic::EndpointName => "Endpoint Name",
        Topic::Proceed => "Proceed",
        Topic::Change => "Change",
        Topic::Endpoint => "Endpoint",
        Topic::Deletion { .. } => "Delete",
    }
    .to_owned()
}

pub(super) fn help(topic: &Topic) -> String {
    match topic {
        Topic::Instance => {
            "The instances of your TiDB Cloud API key that are on Alibaba Cloud. Service Name, zones, region and user \
             come from the one you choose."
        }
        Topic::Paste { .. } => {
            "TiDB Cloud console > your instance > Connect > Connection Type: Private Endpoint. Copy the whole dialog: \
             Service Name, Availability Zone ID, Region ID, and the user if it shows.\n\
             JSON of the TiDB Cloud API and connection strings are understood too. Nothing of it is shown here. Without \
             an automatic end, an empty line ends it."
        }
        Topic::ServiceName => {
            "It looks like com.aliyuncs.privatelink.ap-southeast-1.epsrv-… and has the region in it.\n\
             TiDB Cloud console > your instance > Connect > Connection Type: Private Endpoint."
        }
        Topic::AccessKeyId | Topic::AccessKeySecret => {
            "Alibaba Cloud console > your avatar > AccessKey, or RAM > Users > your user. `aliyun configure` stores one \
             where this tool finds it. `tidb-pe policy` prints what it has to be allowed."
        }
        Topic::SecurityToken => "Temporary keys (AccessKey IDs that begin with STS.) come with a token.",
        Topic::OpenService => {
            "Activating is what the console does on the first visit of VPC > Endpoints. Without it Alibaba Cloud shows \
             no service and makes no endpoint."
        }
        Topic::User => {
            "TiDB Cloud console > your instance > Connect: the user name with its prefix, such as 3pTAoNNegb47Uc8.root. \
             Without it the test ends before the login."
        }
        Topic::Password { .. } => {
            "The one you set, or Connect > Reset Password. It is used for the test and not stored. Type < and Enter to \
             go back."
        }
        Topic::Vpc => {
            "The endpoint gets an address in this VPC, and only machines in it, or linked to it, can connect.\n\
             Alibaba Cloud console > VPC. An ECS instance shows its VPC on its details page."
        }
        Topic::Zones => {
            "The dialog's Availability Zone ID, such as ap-southeast-1a; several are separated by commas. Each becomes \
             an address of the endpoint, and is billed."
        }
        Topic::VSwitch { .. } => "The endpoint takes one address of it. Alibaba Cloud console > VPC > vSwitch.",
        Topic::NewVSwitch { .. } => {
            "An endpoint needs one address in a zone of the service. A new vSwitch takes a small free range of the VPC; \
             `tidb-pe delete --with-created` removes it again."
        }
        Topic::NewGroup { .. } => {
            "The endpoint's security group decides who may connect. The new one lets exactly these addresses in on this \
             port; `tidb-pe delete --with-created` removes it again."
        }
        Topic::Group => {
            "It decides who may connect to the endpoint: inbound TCP on the port, from your application. Alibaba Cloud \
             console > ECS > Security Groups."
        }
        Topic::EndpointName => "2 to 128 characters: a letter first, then letters, digits, - and _.",
        Topic::Proceed => {
            "y makes what the plan says, and what costs begins to cost. c lets you change a line. n or Enter leaves \
             everything as it is."
        }
        Topic::Change => "The question of the line is asked again; then the plan is made anew.",
        Topic::Endpoint => "Alibaba Cloud console > VPC > Endpoints shows each with its details.",
        Topic::Deletion { .. } => "",
    }
    .to_owned()
}

pub(super) fn hint(hint: Hint) -> String {
    let (keys, lines) =
        (("? help", "< back", "Esc leaves"), ("? and Enter: help", "< and Enter: back", "Esc leaves"));
    let (lead, back, help, (to_help, to_back, to_leave)) = match hint {
        Hint::Line { back, help } => ("", back, help, keys),
        Hint::Secret { back, help } => ("", back, help, lines),
        Hint::Plain { back, help } => ("", back, help, (lines.0, lines.1, "Ctrl-C leaves")),
        Hint::List { back, help } => ("Enter takes it, typing narrows", back, help, keys),
        Hint::Block { back } => ("an empty line ends it", back, true, keys),
    };
    let part = |on: bool, text: &'static str| if on { text } else { "" };
    let parts = [lead, part(help, to_help), part(back, to_back), to_leave];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

pub(super) fn remark(remark: Remark) -> String {
    match remark {
        Remark::NothingRecognised => {
            "Nothing in the text is a Service Name, zone, region, user or password, so each is asked for."
                .to_owned()
        }
        Remark::SandboxDialog => "Something to paste, if you like:".to_owned(),
        Remark::YesOrNo => "Please answer y or n.".to_owned(),
        Remark::YesChangeNo => "Please answer y or n, or c to change a line.".to_owned(),
        Remark::NotTheId => "That is not its id. Ctrl-C leaves without deleting.".to_owned(),
        Remark::Number { of } => format!("Please type a number from 1 to {of}."),
        Remark::NoUser => {
            "A user name has no spaces, <, > or ?; it looks like 3pTAoNNegb47Uc8.root.".to_owned()
        }
        Remark::NoVSwitchServes { any: true } => {
            "None of the VPC's vSwitches serves: each is in another zone, has no free address, or is not Available."
                .to_owned()
        }
        Remark::NoVSwitchServes { any: false } => "The VPC has no vSwitch.".to_owned(),
        Remark::CreateVSwitch => "create one in a free range of the VPC (free of charge)".to_owned(),
        Remark::CreateGroup => "create one that lets your clients in (free of charge)".to_owned(),
        Remark::NoGroup => "The VPC has no security group.".to_owned(),
        Remark::NotCreated { back: true } => {
            "Nothing is created. y creates one, < goes back to the question before, Ctrl-C leaves.".to_owned()
        }
        Remark::NotCreated { back: false } => {
            "Nothing is created. y creates one, Ctrl-C leaves.".to_owned()
        }
        Remark::NoInstance => "none of these: paste or type the Service Name".to_owned(),
    }
}

pub(super) fn hidden(given: bool) -> &'static str {
    if given { "given, not shown" } else { nothing() }
}

pub(super) fn pasted(lines: usize) -> String {
    match lines {
        0 => nothing().to_owned(),
        1 => "1 line".to_owned(),
        _ => format!("{lines} lines"),
    }
}

pub(super) fn counted(lines: usize, characters: usize) -> String {
    format!("{}, {characters} characters, not shown (Enter ends it)", pasted(lines))
}

pub(super) fn shown(rows: usize, of: usize) -> String {
    format!("{rows} of {of}")
}

pub(super) fn filtered(filter: &str, left: usize) -> String {
    match left {
        0 => format!("Nothing has {filter:?} in it; Backspace"),
        _ => format!("With {filter:?}: {left}"),
    }
}

pub(super) fn nothing() -> &'static str {
    "none"
}

pub(super) fn recognised() -> [&'static str; 7] {
    ["Service Name", "Availability Zone ID", "Region ID", "SQL user", "Password", "Database", "Port"]
}

pub(super) fn no() -> &'static str {
    "no"
}
