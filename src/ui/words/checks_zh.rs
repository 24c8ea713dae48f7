//! What a check found and what to do about it, in Chinese.
//!
//! One exhaustive match a layer: a verdict without a sentence does not compile.

use std::net::IpAddr;

use super::pieces::{alone, at, host_port, is_fake, list, place, places, ranges, server, with};
use super::{Words, reasons_zh};
use crate::check::certificate::Certificate;
use crate::check::tcp::Failed;
use crate::check::{Finding, Verdict, Waited, dns, query, tcp};
use crate::lang::Lang;
use crate::ui::clean::clean;
use crate::whereami::{Position, Proof};

mod cloud;
mod login;
mod security_group;
mod tls;

/// The sentences for `finding`, free of control characters whatever the network said.
pub fn finding(finding: &Finding) -> Words {
    let (summary, remedy) = match &finding.verdict {
        Verdict::Waited(Waited::WaitedFor { layer }) => {
            alone(format!("未检查：需要 {} 先通过。", layer.as_str()))
        }
        Verdict::Waited(Waited::NotReached) => alone("未检查。".to_owned()),
        Verdict::Waited(Waited::CloudNotAsked) => alone("未查询：使用 --host 时只检查网络。".to_owned()),
        Verdict::Waited(Waited::SkipTest) => alone("未测试 (--skip-test)".to_owned()),
        Verdict::Unanswered(failure) => cloud::unanswered(failure),
        Verdict::Credentials(verdict) => cloud::credentials(verdict),
        Verdict::Endpoint(verdict) => cloud::endpoint(verdict),
        Verdict::Connection(verdict) => cloud::connection(verdict),
        Verdict::Zones(verdict) => cloud::zones(verdict),
        Verdict::SecurityGroup(verdict) => security_group::words(verdict),
        Verdict::Dns(verdict) => dns(verdict),
        Verdict::Tcp(verdict) => tcp(verdict),
        Verdict::Tls(verdict) => tls::words(verdict),
        Verdict::Login(verdict) => login::words(verdict),
        Verdict::Query(verdict) => query(verdict),
    };
    (clean(&summary), remedy.as_deref().map(clean))
}

fn dns(verdict: &dns::Verdict) -> Words {
    use dns::Verdict as V;
    match verdict {
        V::Resolved { name, addresses } => alone(format!("{name} 解析到终端节点的地址 {}", list(addresses))),
        V::ResolvedUnchecked { name, addresses } => {
            alone(format!("{name} 解析到 {} 。由于不知道终端节点自身的地址，未作比对。", list(addresses)))
        }
        V::PartlyForeign { name, foreign, .. } => with(
            format!("{name} 还解析到 {} ，而终端节点没有这些地址。", list(foreign)),
            "可能是已移除的可用区遗留的解析记录。请等该域名的 TTL 过期后再检查；如仍存在，请查看 PrivateZone 或 hosts 文件中\
             是否有覆盖。",
        ),
        V::Foreign { name, addresses, expected } => with(
            format!("{name} 解析到 {} ，而终端节点的地址是 {}", list(addresses), list(expected)),
            foreign_remedy(addresses),
        ),
        V::PublicAddresses { name, addresses, expected } => with(
            format!("{name} 解析到公网地址 {}{}", list(addresses), instead_of(expected)),
            "终端节点使用 VPC 内的地址。请用终端节点的域名作为主机，而不是 TiDB Cloud 的公网网关，并查看 PrivateZone 或 \
             hosts 文件中是否有覆盖。",
        ),
        V::NoSuchName { name } => with(
            format!("域名不存在 {name}"),
            "请与控制台中终端节点的默认服务域名核对。这是公网可解析的域名，如果解析不到，DNS 服务器可能过滤了含私网地址的\
             结果。",
        ),
        V::NoAddress { name } => with(
            format!("{name} 存在，但没有地址。"),
            "新建的终端节点在其可用区连接后才有地址，请先看 zones 检查，再重试。部分家用路由器也会丢弃含私网地址的解析结果。",
        ),
        V::TimedOut { name, after_ms } => with(
            format!("DNS 服务器在 {}内没有返回 {name} 的结果。", time(*after_ms)),
            "请检查本机能否访问其 DNS 服务器；在 VPC 内应为 100.100.2.136 或 100.100.2.138",
        ),
        V::ResolverFailed { name, text } => with(
            format!("解析 {name} 失败：{}", reasons_zh::reason(text)),
            "请检查本机的 DNS 设置；在 VPC 内的 DNS 服务器是 100.100.2.136 和 100.100.2.138",
        ),
        V::DiallingInstead { name, host, port } => {
            alone(format!("未解析 {name} ，改为连接 {}", host_port(host, *port)))
        }
    }
}

fn foreign_remedy(addresses: &[IpAddr]) -> &'static str {
    if addresses.iter().any(is_fake) {
        "198.18.0.0/15 是代理软件在 fake-IP 模式下返回的地址，请在代理软件中排除该域名。"
    } else {
        "可能是另一个终端节点的域名，或解析记录已过时。请与控制台中终端节点的默认服务域名核对，并查看 PrivateZone 或 hosts \
         文件中是否有覆盖。"
    }
}

fn instead_of(expected: &[IpAddr]) -> String {
    if expected.is_empty() {
        String::new()
    } else {
        format!(" ，而终端节点的地址是 {}", list(expected))
    }
}

fn tcp(verdict: &tcp::Verdict) -> Words {
    use tcp::Verdict as V;
    match verdict {
        V::Connected { addresses, port } => alone(format!("端口 {port} 可以连接：{}", places(addresses))),
        V::PartlyConnected { addresses, failed, port } => with(
            format!("端口 {port} 可以连接 {} ，但无法连接 {}", places(addresses), reasons(failed)),
            "选中其他地址的客户端会连接失败。请检查终端节点的可用区；如果某个地址始终无响应，请检查安全组和网络 ACL。",
        ),
        V::Refused { failed, port } => with(
            format!("{} 拒绝了对端口 {port} 的连接。", at(failed)),
            "该端口没有服务监听。请检查端口（TiDB Cloud 使用 4000）以及终端节点的连接状态是否为 Connected；如使用隧道，请\
             检查隧道是否在运行。",
        ),
        V::TimedOut { failed, port, after_ms, instead } => {
            with(silent(failed, *port, *after_ms), timed_out_remedy(failed, *instead))
        }
        V::TimedOutInside { failed, port, after_ms, vpc_id, position } => with(
            format!("{}{}", silent(failed, *port, *after_ms), standing(position, vpc_id)),
            &format!(
                "因此是 {vpc_id} 内部丢弃了数据包：可能是终端节点的安全组未允许本机访问，或交换机的网络 ACL（控制台：专有网络 \
                 > 网络 ACL）、本机的出方向规则、端口有误（TiDB Cloud 使用 4000）。"
            ),
        ),
        V::TimedOutOutside { failed, port, after_ms, vpc_id, position } => with(
            format!("{}{}", silent(failed, *port, *after_ms), standing(position, vpc_id)),
            &format!(
                "该域名在任何位置都能解析，但地址只在 {vpc_id} 以及与它相连（VPN、云企业网 CEN）的网络内可以访问。请在其中的机器上\
                 运行，或经由其中的机器建立隧道 ssh -N -L 4000:{} USER@BASTION ，再以 --connect-to 127.0.0.1:4000 运行同一命令",
                failed
                    .first()
                    .map(|one| std::net::SocketAddr::new(one.address, *port).to_string())
                    .unwrap_or_default()
            ),
        ),
        V::Reset { failed, port } => with(
            format!("{} 在建立连接时关闭了对端口 {port} 的连接。", at(failed)),
            "原因可能是途中的防火墙或代理，或终端节点的连接状态不是 Connected。",
        ),
        V::Unreachable { failed, port } => with(
            format!("没有到 {} 的路由（端口 {port}）。", at(failed)),
            "这些地址属于 VPC。请在 VPC 内的机器上运行，或通过 VPN、云企业网 CEN 将本地网络接入，或通过隧道使用 --connect-to",
        ),
        V::NoneConnected { failed, port } => with(
            format!("端口 {port} 无法连接 {}", reasons(failed)),
            "请检查本机是否在该 VPC 内或已接入该 VPC，以及终端节点的安全组是否允许本机访问该端口。",
        ),
        V::TargetUnresolved { host, text } => with(
            format!("--connect-to 指定的 {host} 没有地址：{}", reasons_zh::reason(text)),
            "请检查拼写，或直接指定地址。",
        ),
    }
}

fn silent(failed: &[Failed], port: u16, after_ms: u64) -> String {
    format!("{} 的端口 {port} 在 {}内没有响应。", at(failed), time(after_ms))
}

/// Where this machine stands towards the VPC.
fn standing(position: &Position, vpc_id: &str) -> String {
    let machine = |address: &Option<std::net::Ipv4Addr>| {
        address.map_or_else(|| "本机".to_owned(), |address| format!("本机 ({address}) "))
    };
    match position {
        Position::Inside { address, proof: Proof::Metadata } => {
            format!("{}位于 {vpc_id} 中。", machine(address))
        }
        Position::Inside { address, proof: Proof::Address } => {
            format!("{}的地址在 {vpc_id} 的网段内（除非只是巧合）。", machine(address))
        }
        Position::OtherVpc { machine_vpc_id, machine_region_id } => {
            format!("ECS 元数据服务显示本机位于另一个 VPC {machine_vpc_id} ({machine_region_id}) 中。")
        }
        Position::Outside { machine_address, vpc_ranges } => format!(
            "本机不在 {vpc_id} 中：这里没有 ECS 元数据服务响应，本机地址 {machine_address} 也不在 {} 内。",
            ranges(vpc_ranges)
        ),
        Position::Unknown => String::new(),
    }
}

fn timed_out_remedy(failed: &[Failed], instead: bool) -> &'static str {
    if instead {
        "请检查 --connect-to 指定的隧道或跳板机是否在运行，以及从本机能否访问。"
    } else if failed.iter().all(|one| !dns::is_public(&one.address)) {
        "这些是私网地址，而该域名在任何位置都能解析：很可能本机不在该 VPC 内，也未接入该 VPC。请在 VPC 内的 ECS 实例上运行，\
         或通过隧道使用 --connect-to 。如果本机在 VPC 内，则是终端节点的安全组未允许本机访问该端口。"
    } else {
        "可能本机不在该 VPC 内，或终端节点的安全组未允许本机访问该端口。"
    }
}

fn query(verdict: &query::Verdict) -> Words {
    use query::Verdict as V;
    match verdict {
        V::Answered { version, tidb, current_user, cipher, latency_ms } => {
            let kind = if *tidb { "" } else { "（不是 TiDB）" };
            let user = current_user.as_ref().map(|user| format!("以 {user} 身份")).unwrap_or_default();
            let cipher = cipher.as_ref().map(|cipher| format!("，加密套件 {cipher}")).unwrap_or_default();
            alone(format!(
                "{version}{kind} {user}响应查询，用时 {latency_ms:.1} 毫秒（5 次的中位数）{cipher}"
            ))
        }
        V::NoCredentials => alone("未执行：没有用户和密码，无法登录。".to_owned()),
        V::ServerError { error } => {
            with(format!("查询被拒绝：{}", server(error)), "请重试，并查看 TiDB Cloud 的状态页面。")
        }
        V::TimedOut { after_ms } => with(
            format!("登录成功，但查询在 {}内没有响应。", time(*after_ms)),
            "请重试：实例可能正在启动或负载过高。",
        ),
        V::ConnectionLost { text } => with(
            format!("查询时连接中断：{}", reasons_zh::reason(text)),
            "请重试；如果一再发生，请检查是否有防火墙中断长连接。",
        ),
    }
}

/// The names of a certificate, or that it has none.
fn names(certificate: &Certificate) -> String {
    if certificate.names.is_empty() { "（无名称）".to_owned() } else { certificate.names.join(", ") }
}

fn time(ms: u64) -> String {
    super::millis(Lang::Zh, ms)
}

fn reasons(failed: &[Failed]) -> String {
    let one = |one: &Failed| {
        format!("{} （{}）", place(one.address, one.zone_id.as_ref()), reasons_zh::connect(&one.reason))
    };
    failed.iter().map(one).collect::<Vec<_>>().join("、")
}
