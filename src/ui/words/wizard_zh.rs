//! The wizard's questions, in the console's words, in Chinese.

use super::wizard::{Hint, Remark};
use crate::ui::topic::Topic;

pub(super) fn title(topic: &Topic) -> String {
    match topic {
        Topic::Instance => "阿里云上的 TiDB Cloud 实例".to_owned(),
        Topic::Paste { sandbox: false } => "请粘贴 TiDB Cloud 连接对话框的文字，或按 Enter 逐项回答。".to_owned(),
        Topic::Paste { sandbox: true } => "请粘贴 TiDB Cloud 连接对话框的文字，或按 Enter 使用沙箱自带的值。".to_owned(),
        Topic::ServiceName => {
            "Service Name（服务名称：TiDB Cloud 控制台 > 您的实例 > Connect > Connection Type: Private Endpoint）".to_owned()
        }
        Topic::AccessKeyId => "没有找到阿里云访问密钥。AccessKey ID，仅用于本次运行，不保存（Enter：没有）".to_owned(),
        Topic::AccessKeySecret => "AccessKey Secret（不显示，不保存）".to_owned(),
        Topic::SecurityToken => "此临时密钥的 Security Token（不显示，不保存）".to_owned(),
        Topic::OpenService => "此账号尚未开通私网连接 PrivateLink。现在开通吗？开通免费，只有终端节点收费。[y/N]".to_owned(),
        Topic::User => "连接测试用的 SQL 用户，PREFIX.root（Enter：不登录）".to_owned(),
        Topic::Password { user, kept: false } => format!("{user} 的密码（不显示；Enter：不登录）"),
        Topic::Password { user, kept: true } => format!("{user} 的密码（不显示；Enter：沿用刚才的密码）"),
        Topic::Vpc => "应用所在的专有网络 VPC".to_owned(),
        Topic::Zones => "Availability Zone ID（可用区 ID），一个或多个（Enter：服务的全部可用区）".to_owned(),
        Topic::VSwitch { zone } => format!("可用区 {zone} 的交换机 vSwitch"),
        Topic::NewVSwitch { vpc, zones } => format!(
            "{vpc} 在 {} 没有尚有空闲地址的交换机。新建一个吗？免费，会占用 VPC 的一个网段。[y/N]",
            zones.join(", ")
        ),
        Topic::NewGroup { clients, port } => {
            format!("没有安全组允许 {clients} 访问 TCP {port}。新建一个吗？免费。[y/N]")
        }
        Topic::Group => "终端节点的安全组".to_owned(),
        Topic::EndpointName => "终端节点名称（Enter：按服务命名）".to_owned(),
        Topic::Proceed => "执行此计划吗？Proceed? [y] 执行，[c] 修改一项，[N] 取消".to_owned(),
        Topic::Change => "修改哪一项？".to_owned(),
        Topic::Endpoint => "终端节点".to_owned(),
        Topic::Deletion { id } => format!("要删除请输入它的 ID {id} ，按 Ctrl-C 保留"),
    }
}

pub(super) fn label(topic: &Topic) -> String {
    match topic {
        Topic::Instance => "TiDB Cloud 实例",
        Topic::Paste { .. } => "连接对话框",
        Topic::ServiceName => "服务名称 Service Name",
        Topic::AccessKeyId => "AccessKey ID",
        Topic::AccessKeySecret => "AccessKey Secret",
        Topic::SecurityToken => "Security Token",
        Topic::OpenService => "开通 PrivateLink",
        Topic::User => "SQL 用户",
        Topic::Password { .. } => "密码",
        Topic::Vpc => "VPC",
        Topic::Zones => "可用区 ID",
        Topic::VSwitch { zone } => return format!("{zone} 的交换机"),
        Topic::NewVSwitch { .. } => "新建交换机",
        Topic::NewGroup { .. } => "新建安全组",
        Topic::Group => "安全组",
        Topic::EndpointName => "终端节点名称",
        Topic::Proceed => "执行",
        Topic::Change => "修改",
        Topic::Endpoint => "终端节点",
        Topic::Deletion { .. } => "删除",
    }
    .to_owned()
}

pub(super) fn help(topic: &Topic) -> String {
    match topic {
        Topic::Instance => "您的 TiDB Cloud API 密钥能看到的、位于阿里云上的实例。选定后，服务名称、可用区、地域和用户都由它而来。",
        Topic::Paste { .. } => {
            "TiDB Cloud 控制台 > 您的实例 > Connect > Connection Type: Private Endpoint。复制整个对话框：Service Name、\
             Availability Zone ID、Region ID，如显示用户也一并复制。\n\
             也能识别 TiDB Cloud API 的 JSON 和连接串。粘贴的内容不会显示。若没有自动结束，空行即结束。"
        }
        Topic::ServiceName => {
            "形如 com.aliyuncs.privatelink.ap-southeast-1.epsrv-… ，其中含有地域。\n\
             TiDB Cloud 控制台 > 您的实例 > Connect > Connection Type: Private Endpoint。"
        }
        Topic::AccessKeyId | Topic::AccessKeySecret => {
            "阿里云控制台 > 头像 > AccessKey，或 RAM > 用户。`aliyun configure` 会把密钥存到本工具能找到的位置；\
             `tidb-pe policy` 打印它需要的权限。"
        }
        Topic::SecurityToken => "临时密钥（AccessKey ID 以 STS. 开头）带有 Token。",
        Topic::OpenService => "控制台首次进入 VPC > 终端节点 时也会开通。未开通时，阿里云不显示服务，也不能创建终端节点。",
        Topic::User => {
            "TiDB Cloud 控制台 > 您的实例 > Connect：带前缀的用户名，例如 3pTAoNNegb47Uc8.root 。不填则测试在登录之前结束。"
        }
        Topic::Password { .. } => "您设置的密码，或用 Connect > Reset Password 重置。只用于测试，不保存。输入 < 再按 Enter 返回。",
        Topic::Vpc => {
            "终端节点会在这个 VPC 中得到地址，只有其中（或与它相连）的机器能连接。\n\
             阿里云控制台 > 专有网络 VPC。ECS 实例的详情页显示它所在的 VPC。"
        }
        Topic::Zones => "对话框中的 Availability Zone ID，例如 ap-southeast-1a ，多个用逗号分隔。每个可用区占一个地址，并分别计费。",
        Topic::VSwitch { .. } => "终端节点占用它的一个地址。阿里云控制台 > 专有网络 VPC > 交换机。",
        Topic::NewVSwitch { .. } => {
            "终端节点需要在服务的某个可用区有一个地址。新交换机占用 VPC 的一小段空闲网段；`tidb-pe delete --with-created` 会将其删除。"
        }
        Topic::NewGroup { .. } => {
            "终端节点的安全组决定谁能连接。新安全组只允许这些地址访问此端口；`tidb-pe delete --with-created` 会将其删除。"
        }
        Topic::Group => "它决定谁能连接终端节点：来自您的应用的入方向 TCP 端口。阿里云控制台 > ECS > 安全组。",
        Topic::EndpointName => "2 到 128 个字符：以字母或中文开头，可含字母、数字、- 和 _ 。",
        Topic::Proceed => "y 按计划执行，收费项目开始计费。c 修改一项。n 或 Enter 什么都不改变。",
        Topic::Change => "重新回答这一项，然后重新生成计划。",
        Topic::Endpoint => "阿里云控制台 > 专有网络 VPC > 终端节点 显示各终端节点的详情。",
        Topic::Deletion { .. } => "",
    }
    .to_owned()
}

pub(super) fn hint(hint: Hint) -> String {
    let (keys, lines) =
        (("? 帮助", "< 返回", "Esc 退出"), ("? 加 Enter 帮助", "< 加 Enter 返回", "Esc 退出"));
    let (lead, back, help, (to_help, to_back, to_leave)) = match hint {
        Hint::Line { back, help } => ("", back, help, keys),
        Hint::Secret { back, help } => ("", back, help, lines),
        Hint::Plain { back, help } => ("", back, help, (lines.0, lines.1, "Ctrl-C 退出")),
        Hint::List { back, help } => ("Enter 选定，输入文字筛选", back, help, keys),
        Hint::Block { back } => ("空行结束", back, true, keys),
    };
    let part = |on: bool, text: &'static str| if on { text } else { "" };
    let parts = [lead, part(help, to_help), part(back, to_back), to_leave];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

pub(super) fn remark(remark: Remark) -> String {
    match remark {
        Remark::NothingRecognised => {
            "文字中没有服务名称、可用区、地域、用户或密码，因此逐项询问。".to_owned()
        }
        Remark::SandboxDialog => "可以粘贴的示例：".to_owned(),
        Remark::YesOrNo => "请回答 y 或 n。".to_owned(),
        Remark::YesChangeNo => "请回答 y 或 n，或用 c 修改一项。".to_owned(),
        Remark::NotTheId => "这不是它的 ID。按 Ctrl-C 退出，不删除。".to_owned(),
        Remark::Number { of } => format!("请输入 1 到 {of} 的数字。"),
        Remark::NoUser => "用户名不含空格、<、> 或 ? ，形如 3pTAoNNegb47Uc8.root".to_owned(),
        Remark::NoVSwitchServes { any: true } => {
            "此 VPC 的交换机均不可用：位于其他可用区、没有空闲地址，或状态不是 Available。".to_owned()
        }
        Remark::NoVSwitchServes { any: false } => "此 VPC 没有交换机。".to_owned(),
        Remark::CreateVSwitch => "在 VPC 的空闲网段中新建一个（免费）".to_owned(),
        Remark::CreateGroup => "新建一个允许客户端访问的安全组（免费）".to_owned(),
        Remark::NoGroup => "此 VPC 没有安全组。".to_owned(),
        Remark::NotCreated { back: true } => {
            "没有创建任何资源。y 新建，< 返回上一个问题，Ctrl-C 退出。".to_owned()
        }
        Remark::NotCreated { back: false } => "没有创建任何资源。y 新建，Ctrl-C 退出。".to_owned(),
        Remark::NoInstance => "都不是：粘贴或输入服务名称".to_owned(),
    }
}

pub(super) fn hidden(given: bool) -> &'static str {
    if given { "已给出，不显示" } else { nothing() }
}

pub(super) fn pasted(lines: usize) -> String {
    if lines == 0 { nothing().to_owned() } else { format!("{lines} 行") }
}

pub(super) fn counted(lines: usize, characters: usize) -> String {
    format!("{}，{characters} 个字符，不显示（按 Enter 结束）", pasted(lines))
}

pub(super) fn shown(rows: usize, of: usize) -> String {
    format!("共 {of} 行，显示 {rows} 行")
}

pub(super) fn filtered(filter: &str, left: usize) -> String {
    match left {
        0 => format!("没有包含 {filter:?} 的行；按 Backspace"),
        _ => format!("包含 {filter:?}：{left} 行"),
    }
}

pub(super) fn nothing() -> &'static str {
    "无"
}

pub(super) fn recognised() -> [&'static str; 7] {
    ["服务名称 Service Name", "可用区 ID", "地域 ID", "SQL 用户", "密码", "数据库", "端口"]
}

pub(super) fn no() -> &'static str {
    "否"
}
