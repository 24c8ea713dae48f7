//! What help says, in Chinese: tables by command and argument. The test asks for every one that there is.

use clap::Command;

/// The tool itself.
pub const ABOUT: &str = "通过私网连接 PrivateLink，将阿里云专有网络 VPC 接入 TiDB Cloud Starter 或 Essential";
/// At the end of the tool's help.
pub const AFTER: &str = "没有账号也可以体验：tidb-pe setup --sandbox";

/// Commands, by name.
const COMMANDS: &[(&str, &str)] = &[
    ("setup", "创建或沿用终端节点，等待其就绪，输出连接信息并测试连接"),
    ("check", "逐层检查终端节点，找出根本原因；不做任何更改"),
    ("list", "列出终端节点，并标明哪些由本工具创建"),
    ("delete", "删除终端节点：先移除可用区，再删除终端节点，并等待删除完成"),
    ("connection-string", "输出终端节点的连接配置，可选一种或所有客户端"),
    ("policy", "输出本工具所需的最小 RAM 权限策略"),
    ("sandbox", "在前台运行模拟的云环境和 TiDB 网关，并说明如何让本工具使用它们"),
    ("completions", "输出 shell 的自动补全脚本"),
    ("man", "输出手册页 (roff)"),
];

/// Arguments, by id; as `command/id` where a command says something else.
const ARGUMENTS: &[(&str, &str)] = &[
    ("region_id", "地域 ID [默认值：服务名称中的地域，其次是 CLI 配置中的地域]"),
    ("profile", "从阿里云 CLI 的哪个配置获取密钥"),
    ("endpoint_url", "将所有阿里云 API 请求发往该地址（明文 http 仅限本机）"),
    ("api_network", "访问 API 的网络：公网，或没有互联网访问的 VPC 内网 [默认值：public]"),
    ("output", "标准输出的结果格式"),
    ("non_interactive", "从不提问 [标准输入或标准错误不是终端时自动生效]"),
    ("yes", "接受计划"),
    ("lang", "界面语言；JSON 始终为英文 [默认值：取自系统区域设置]"),
    ("color", "何时使用颜色；遵循 NO_COLOR 变量"),
    ("quiet", "只输出结果和错误"),
    ("log_file", "将每个请求以 JSON 行的形式追加到该文件，不含密钥"),
    ("verbose", "输出更多信息；重复两次则记录每个请求，不含密钥"),
    ("sandbox", "使用本机模拟的云环境，不需要账号"),
    ("from", "TiDB Cloud 连接对话框的全部文本所在的文件； - 表示从标准输入读取"),
    ("service_name", "服务名称 (Service Name)，见 TiDB Cloud 控制台 Connect > Private Endpoint"),
    (
        "az_id",
        "可用区 ID (Availability Zone ID)，见同一对话框；可重复或用逗号分隔 [默认值：服务支持的所有可用区]",
    ),
    ("cluster_id", "TiDB Cloud 实例 ID：通过 TiDB Cloud API 获取服务名称、可用区、地域、端口和用户名前缀"),
    ("tidb_cloud_url", "TiDB Cloud API 的地址（明文 http 仅限本机）"),
    ("vpc_id", "应用所在的专有网络 VPC"),
    ("vswitch_id", "为终端节点提供地址的交换机，每个可用区最多一个"),
    ("security_group_id", "允许应用访问该端口的安全组，最多十个"),
    ("create_vswitch", "如果服务的可用区中没有交换机，或交换机已没有可用 IP，则创建一个"),
    ("vswitch_cidr", "新建交换机的网段 [默认值：VPC 中的空闲网段]"),
    ("create_security_group", "如果没有允许客户端访问该端口的安全组，则创建一个"),
    ("open_service", "如果账号尚未开通私网连接 PrivateLink，则开通（免费）"),
    ("client_cidr", "需要通过安全组访问的客户端网段 [默认值：VPC 的网段]"),
    ("endpoint_name", "新建终端节点的名称 [默认值：tidb-pe- 加服务 ID]"),
    ("tag", "新建终端节点的标签，可重复或用逗号分隔"),
    ("resource_group_id", "新建终端节点所属的资源组"),
    ("new", "即使 VPC 中已有连接到该服务的终端节点，也创建一个"),
    ("dry_run", "只显示计划，不做任何更改"),
    ("no_wait", "不等待终端节点就绪"),
    ("wait_timeout", "等待终端节点就绪的最长时间，例如 90s、10m、1h [默认值：10m]"),
    ("delete/wait_timeout", "等待删除完成的最长时间，例如 90s、10m、1h [默认值：10m]"),
    ("scenario", "使用哪个场景 [默认值：happy]； --list 列出全部"),
    ("list", "列出所有场景并结束"),
    ("user", "带前缀的 SQL 用户，例如 3pTAoNNegb47Uc8.root"),
    ("password_stdin", "从标准输入读取密码 [或设置 TIDB_PE_PASSWORD]"),
    ("password_file", "从文件读取密码"),
    ("database", "数据库 [默认值：test]"),
    ("port", "端口 [默认值：4000]"),
    ("ssl_mode", "对服务器身份的校验程度 [默认值：verify-ca]"),
    ("ssl_ca", "用该 CA 证书 (PEM) 代替内置证书"),
    ("tls_server_name", "证书必须包含的名称，用来代替主机名"),
    ("connect_to", "连接该地址，而不是终端节点域名，例如 SSH 隧道或跳板机"),
    ("connect_timeout", "TCP、握手和 TLS 的超时时间；登录和查询为其三倍 [默认值：10s]"),
    ("client", "输出该客户端的连接配置：mysql、jdbc、django 等，或 all"),
    ("skip_test", "不测试连接"),
    (
        "endpoint_id",
        "终端节点 [默认值：连接到 --service-name 的唯一终端节点，否则为本工具创建的唯一终端节点]",
    ),
    ("delete/endpoint_id", "终端节点的 ID，可用 tidb-pe list 查看"),
    ("check/service_name", "终端节点所连接的服务名称 (Service Name)"),
    ("connection-string/service_name", "终端节点所连接的服务名称 (Service Name)"),
    ("check/vpc_id", "终端节点所在的 VPC"),
    ("connection-string/vpc_id", "终端节点所在的 VPC"),
    ("host", "检查该主机：只检查网络，不查询云"),
    ("all", "检查该地域内由本工具创建的所有终端节点"),
    ("wait", "等待终端节点就绪后再检查"),
    ("show_password", "输出真实密码，而不是占位符"),
    ("all_regions", "同时查询所有支持 PrivateLink 的地域"),
    ("with_created", "同时删除由 setup 为其创建、且未被其他资源使用的安全组和交换机"),
    ("if_exists", "终端节点不存在时不视为失败"),
    ("feature", "权限策略需要覆盖的功能，可重复或用逗号分隔"),
    ("shell", "哪种 shell"),
];

/// What the values of an argument mean, by what they mean in English.
const VALUES: &[(&str, &str)] = &[
    ("English", "英文"),
    ("Chinese", "中文"),
    ("Alibaba Cloud's public hosts", "阿里云公网接入地址"),
    ("The hosts inside a VPC", "VPC 内网接入地址"),
    ("For people", "供人阅读"),
    ("One JSON document", "一个 JSON 文档"),
    ("On a terminal", "仅在终端中"),
    ("Always", "始终使用"),
    ("Never", "从不使用"),
    (
        "No TLS. Allowed on the private endpoint, where TLS is optional",
        "不使用 TLS；私有终端节点允许这样做，因为 TLS 在其上是可选的",
    ),
    ("TLS where the server offers it, without proof of identity", "服务器支持时使用 TLS，不校验身份"),
    ("TLS always, without proof of identity", "始终使用 TLS，不校验身份"),
    (
        "TLS with a verified certificate chain; the name is reported, not compared",
        "使用 TLS 并校验证书链；报告证书名称，但不比对",
    ),
    ("TLS with a verified chain and a name that matches", "使用 TLS，校验证书链并比对名称"),
    (
        "Look at the service, the network and existing endpoints; change nothing",
        "查询服务、网络和已有的终端节点，不做更改",
    ),
    ("Create an endpoint in a network that is there", "在已有的网络中创建终端节点"),
    ("Create a vSwitch or a security group for it", "为其创建交换机或安全组"),
    ("Delete an endpoint", "删除终端节点"),
];

/// Headings, and what clap itself says, as it stands in the text; longer ones first where one holds another.
const CLAP: &[(&str, &str)] = &[
    ("Print this message or the help of the given subcommand(s)", "显示本帮助，或指定命令的帮助"),
    ("Print help (see a summary with '-h')", "显示帮助（-h 显示摘要）"),
    ("Print help (see more with '--help')", "显示帮助（--help 显示详情）"),
    ("Print help", "显示帮助"),
    ("Print version", "显示版本"),
    ("Global options:", "全局选项："),
    ("Possible values:", "可选值："),
    ("[possible values: ", "[可选值："),
    ("[default: ", "[默认值："),
    ("[env: ", "[变量："),
    ("Arguments:", "参数："),
    ("Commands:", "命令："),
    ("Connection:", "连接："),
    ("Endpoint:", "终端节点："),
    ("Options:", "选项："),
    ("Usage: ", "用法："),
    ("Usage:", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
];

/// The same command line, with help in Chinese. Nothing else changes.
pub fn dress(command: Command) -> Command {
    let subs: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = arguments(command, "").about(ABOUT).after_help(AFTER);
    subs.into_iter().fold(command, |command, name| {
        command.mut_subcommand(&name, |sub| {
            let sub = arguments(sub, &name);
            match find(COMMANDS, &name) {
                Some(about) => sub.about(about),
                None => sub,
            }
        })
    })
}

fn arguments(command: Command, name: &str) -> Command {
    command.mut_args(|arg| match argument(name, arg.get_id().as_str()) {
        Some(help) => arg.help(help),
        None => arg,
    })
}

fn argument(command: &str, id: &str) -> Option<&'static str> {
    find(ARGUMENTS, &format!("{command}/{id}")).or_else(|| find(ARGUMENTS, id))
}

/// A line of help as clap renders it, with clap's own words in Chinese too.
pub fn line(line: &str) -> String {
    let line = CLAP.iter().fold(line.to_owned(), |line, (english, chinese)| line.replace(english, chinese));
    let value = line.split_once(": ").filter(|_| line.trim_start().starts_with("- "));
    let value = value.and_then(|(name, means)| Some(format!("{name}: {}", find(VALUES, means.trim())?)));
    value.unwrap_or(line)
}

fn find(table: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == key).map(|(_, chinese)| *chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command with its name in the tables.
    fn commands() -> Vec<(String, Command)> {
        let root = crate::cli::command();
        let subs = root.get_subcommands().map(|sub| (sub.get_name().to_owned(), sub.clone()));
        [(String::new(), root.clone())].into_iter().chain(subs).collect()
    }

    #[test]
    fn every_command_argument_and_value_has_its_chinese() {
        for (name, command) in commands() {
            assert!(name.is_empty() || find(COMMANDS, &name).is_some(), "{name}");
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                assert!(argument(&name, id).is_some(), "{name} {id}: {:?}", arg.get_help());
                let means = arg
                    .get_possible_values()
                    .into_iter()
                    .filter_map(|value| value.get_help().map(ToString::to_string));
                for means in means {
                    assert!(find(VALUES, &means).is_some(), "{name} {id}: {means}");
                }
                let heading = arg.get_help_heading().unwrap_or("Options");
                assert!(find(CLAP, &format!("{heading}:")).is_some(), "{heading}");
            }
        }
    }

    #[test]
    fn the_tables_have_nothing_that_does_not_exist_and_nothing_twice() {
        let commands = commands();
        for table in [COMMANDS, ARGUMENTS, VALUES] {
            for (at, (key, _)) in table.iter().enumerate() {
                assert!(table[..at].iter().all(|(earlier, _)| earlier != key), "{key} is there twice");
            }
        }
        for (name, _) in COMMANDS {
            assert!(commands.iter().any(|(known, _)| known == name), "{name}");
        }
        for (key, _) in ARGUMENTS {
            let (of, id) = key.split_once('/').map_or((None, *key), |(of, id)| (Some(of), id));
            let mut places = commands.iter().filter(|(name, _)| of.is_none_or(|of| of == name));
            let known =
                |(_, command): &(String, Command)| command.get_arguments().any(|arg| arg.get_id() == id);
            assert!(places.any(known), "{key}");
        }
    }
}
