//! What is wrong with the answers and what to do about it, in Chinese.

use super::Words;
use super::pieces::{candidates_shown, some};
use super::reasons_zh::reason;
use crate::cloud::hosts::BadBaseUrl;
use crate::connection::clients::Client;
use crate::lang::Lang;
use crate::net::BadEntry;
use crate::problem::{Candidate, Lack, Problem, Shape, ZoneAskedBy, variable};
use crate::service_name::{NotAServiceName, OtherCloud};

/// A sentence about the problem, and one about what to do.
pub fn problem(problem: &Problem) -> Words {
    use Problem as P;
    match problem {
        P::Missing { flag, why, candidates } => missing(flag, why, candidates),
        P::ServiceName { text, why } => service_name(text, why),
        P::CrossRegion { service_region, region_id } => (
            format!("终端节点服务位于地域 {service_region} ，而指定的 Region ID 是 {region_id}"),
            some("终端节点只能用于同一地域。请使用服务所在地域的 VPC，或在您的地域创建 TiDB Cloud 集群。"),
        ),
        P::Region { text, suggestion } => (
            format!("{text:?} 不是阿里云的地域 ID。"),
            some(&match suggestion {
                Some(known) => format!("是否应为 {known} ？"),
                None => "地域 ID 形如 ap-southeast-1 ，可在 TiDB Cloud 控制台查看。".to_owned(),
            }),
        ),
        P::ForeignZone { zone, zone_region, region_id } => (
            format!("可用区 {zone} 属于地域 {zone_region} ，不属于 {region_id}"),
            some(
                "请从同一对话框复制 Availability Zone ID 和 Region ID，或不加 --az-id ，此时使用终端节点服务的可用区。",
            ),
        ),
        P::Malformed { flag, text, expected } => {
            (format!("{flag} 的值不能是 {text:?}。"), some(&format!("应为{}", shape(expected))))
        }
        P::Conflict { one, other } => {
            (format!("{one} 与 {other} 不能同时使用。"), some("请只保留其中一个。"))
        }
        P::SeveralPasted { flag, values } => (
            format!("文本中有多个可用于 {flag} 的值：{}", values.join(", ")),
            some(&format!("请只粘贴所需的部分，或用 {flag} 指定。")),
        ),
        P::OtherInstance { given, told } => (
            format!("--service-name 为 {given} ，而 --cluster-id 对应实例的服务名称是 {told}"),
            some("请去掉这两个参数之一。"),
        ),
        P::BaseUrl { flag, text, why } => base_url(flag, text, why),
        P::File { flag: flag @ "--log-file", path, reason: why } => (
            format!("{flag} ：无法写入文件 {path}（{}）。", reason(why)),
            some("请指定一个已存在且可写的目录中的路径。"),
        ),
        P::File { flag, path, reason: why } => {
            (format!("{flag} ：文件 {path} 不可用（{}）。", reason(why)), some("请指定可读取的文件。"))
        }
        P::NotText { variable } => (format!("变量 {variable} 的值不是 UTF-8 文本。"), some(VARIABLE)),
        P::Rehearsal(BadEntry { variable, entry, form }) => {
            (format!("变量 {variable} 中的 {entry:?} 格式有误，应为 {form}"), some(VARIABLE))
        }
        P::Tag { key, reserved: true } => {
            (format!("标签 {key} 由 tidb-pe 自行设置。"), some("请去掉该标签，或换用其他键。"))
        }
        P::Tag { key, reserved: false } => (format!("标签 {key} 指定了两次。"), some("请只指定一次。")),
        P::NotFound { flag, id, place, suggestion, candidates } => (
            format!("{place} 中不存在 {id}"),
            some(&match suggestion {
                Some(known) => format!("是否应为 {known} ？"),
                None if candidates.is_empty() => format!("请检查 {flag} 、地域和账号。"),
                None => format!("现有：{}", names(candidates)),
            }),
        ),
        P::OtherVpc { flag, id, vpc_id, chosen } => (
            format!("{id} 属于 {vpc_id} ，而终端节点将创建在 {chosen} 中。"),
            some(&format!("请用 {flag} 指定 {chosen} 中的资源，或改用另一个 VPC。")),
        ),
        P::ZoneNotOffered { by, zone, offered } => zone_not_offered(by, zone, offered),
        P::VSwitchUnusable { id, status, free } => (
            match free {
                Some(0) => format!("交换机 {id} 没有可用 IP。"),
                _ => format!("交换机 {id} 的状态是 {status}，不是 Available。"),
            },
            some("请指定该可用区的其他交换机，或不加 --vswitch-id ，由本工具选择。"),
        ),
        P::VSwitchesShareZone { one, other, zone } => (
            format!("交换机 {one} 和 {other} 都在可用区 {zone} 中。"),
            some("终端节点在每个可用区只能使用一个交换机，请只指定其中一个。"),
        ),
        P::GroupsBlock { ids, port, clients } => (
            format!("安全组 {} 不允许 {clients} 访问 TCP 端口 {port}。", ids.join(", ")),
            some(&format!("请添加入方向规则，允许 {clients} 访问 TCP {port}/{port} ，或指定其他安全组。")),
        ),
        P::GroupTypesMixed { normal, enterprise } => (
            format!("{} 是普通安全组，而 {} 是企业级安全组。", normal.join(", "), enterprise.join(", ")),
            some("终端节点只能使用同一类型的安全组。"),
        ),
        P::NoRoom { vpc_id, ranges } => (
            format!("{vpc_id} ({ranges}) 中没有至少含 8 个地址的空闲网段可供创建交换机。"),
            some("请为该 VPC 添加附加网段，或删除不用的交换机。"),
        ),
        P::RangeOutside { cidr, vpc_id, ranges } => (
            format!("--vswitch-cidr {cidr} 不在 {vpc_id} 的网段内。"),
            Some(format!("其网段为 {ranges} 。不加 --vswitch-cidr 时会自动计算空闲网段。")),
        ),
        P::RangeTaken { cidr, vswitch_id, vswitch_cidr } => (
            format!("--vswitch-cidr {cidr} 与交换机 {vswitch_id} ({vswitch_cidr}) 重叠。"),
            some("请指定其他网段，或不加 --vswitch-cidr ，由本工具计算空闲网段。"),
        ),
        P::TooMany { flag, given, limit } => {
            (format!("{flag} 指定了 {given} 个，最多允许 {limit} 个。"), None)
        }
    }
}

const VARIABLE: &str = "请修正或取消设置该变量。";

fn missing(flag: &str, why: &Lack, candidates: &[Candidate]) -> Words {
    let give = format!("请用 {flag} 或变量 {} 指定", variable(flag));
    match why {
        Lack::NotGiven => (
            format!("缺少 {flag}"),
            Some(match flag {
                "--service-name" => {
                    format!("{give}，可在 TiDB Cloud 控制台 > 您的集群 > Connect > Private Endpoint 查看。")
                }
                "--vpc-id" => format!("{give}应用所在的 VPC；地域内只有一个 VPC 时可省略。"),
                _ => format!("{give}。"),
            }),
        ),
        Lack::NoRegion => (
            format!("缺少 {flag}"),
            Some(format!("{give}，例如 ap-southeast-1 ；或指定包含地域的 --service-name")),
        ),
        Lack::Several => (
            format!("缺少 {flag} ，符合条件的有 {} 个。", candidates.len()),
            Some(format!("{give}：{}", names(candidates))),
        ),
        Lack::NoVpc => ("该地域没有 VPC。".to_owned(), some("请检查地域和账号，所需的是应用所在的 VPC。")),
        Lack::NoVSwitch { vpc_id, zones } => (
            format!(
                "在终端节点服务的可用区 ({}) 中，{vpc_id} 没有交换机，或交换机已没有可用 IP。",
                zones.join(", ")
            ),
            some(
                "请加 --create-vswitch 由本工具创建（免费），或自行在其中一个可用区创建，也可指定其他 VPC。",
            ),
        ),
        Lack::RulesUnreadable { vpc_id, port } => (
            format!(
                "权限不足：当前身份没有 ecs:DescribeSecurityGroupAttribute 权限，因此无法判断 {vpc_id} \
                 的哪个安全组允许访问 TCP 端口 {port}。"
            ),
            Some(format!("请授予该权限，或指定安全组：{give} ({})", names(candidates))),
        ),
        Lack::NoGroup { vpc_id, port, clients } => (
            format!("{vpc_id} 中没有允许 {clients} 访问 TCP 端口 {port} 的安全组。"),
            Some(format!(
                "请加 --create-security-group 由本工具创建（免费），或在某个安全组中添加入方向规则，允许 {clients} 访问 \
                 TCP {port}/{port} 后再次运行；也可用 --security-group-id 指定只允许部分客户端的安全组{}",
                if candidates.is_empty() { "。".to_owned() } else { format!(" ({})", names(candidates)) }
            )),
        ),
    }
}

fn service_name(text: &str, why: &NotAServiceName) -> Words {
    match why {
        NotAServiceName::OtherCloud(cloud) => (
            format!("{text:?} 是 {} 的终端节点服务，不属于阿里云。", cloud_name(*cloud)),
            some(match cloud {
                OtherCloud::Aws => {
                    "该集群运行在 AWS 上，请参阅 TiDB Cloud 文档： \
                     https://docs.pingcap.com/tidbcloud/set-up-private-endpoint-connections-serverless"
                }
                OtherCloud::Azure | OtherCloud::Google => {
                    "Starter 和 Essential 的私有终端节点仅在 AWS 和阿里云上提供。"
                }
            }),
        ),
        NotAServiceName::EndpointDomain => (
            format!("{text:?} 是已有终端节点的域名，不是服务名称。"),
            some("服务名称 (Service Name) 形如 com.aliyuncs.privatelink.<region>.epsrv-…"),
        ),
        NotAServiceName::IdOnly => (
            format!("{text:?} 只是服务名称的最后一段。"),
            Some(format!("请复制完整的服务名称 (Service Name)：com.aliyuncs.privatelink.<region>.{text}")),
        ),
        NotAServiceName::Shape => (
            format!("{text:?} 不是服务名称 (Service Name)。"),
            some(
                "服务名称形如 com.aliyuncs.privatelink.<region>.epsrv-… ，请从 TiDB Cloud 控制台 > 您的集群 > Connect > \
                 Private Endpoint 复制。",
            ),
        ),
    }
}

fn cloud_name(cloud: OtherCloud) -> &'static str {
    match cloud {
        OtherCloud::Aws => "AWS",
        OtherCloud::Azure => "Azure",
        OtherCloud::Google => "Google Cloud",
    }
}

fn base_url(flag: &str, text: &str, why: &BadBaseUrl) -> Words {
    match why {
        BadBaseUrl::NotAUrl => {
            (format!("{flag} 的值不能是 {text:?}。"), some("应为 https://HOST[:PORT] ，本机地址可用 http://"))
        }
        BadBaseUrl::Extra => {
            (format!("{flag} 的值包含用户、查询参数或片段。"), some("请只指定协议、主机和端口。"))
        }
        BadBaseUrl::PlainHttp { host } => (
            format!("{flag} 使用明文 http 访问 {host} ，请求内容会暴露在网络上。"),
            some("请使用 https，明文 http 仅可用于本机地址。"),
        ),
    }
}

fn zone_not_offered(by: &ZoneAskedBy, zone: &str, offered: &[String]) -> Words {
    let what = match by {
        ZoneAskedBy::AzId => format!("终端节点服务不支持可用区 {zone}"),
        ZoneAskedBy::VSwitch(id) => format!("交换机 {id} 在可用区 {zone} 中，而终端节点不使用该可用区。"),
    };
    (what, Some(format!("可选的可用区：{}", offered.join(", "))))
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Id(prefix) => format!("以 {prefix} 开头的 ID"),
        Shape::Zone => "可用区 ID，例如 ap-southeast-1a".to_owned(),
        Shape::EndpointName => {
            "2 至 128 个字符：以字母开头，可含字母、数字、短划线 (-) 和下划线 (_)".to_owned()
        }
        Shape::Tag => {
            " KEY=VALUE ，键最长 64 个字符，值最长 128 个字符，键不能以 aliyun 或 acs: 开头".to_owned()
        }
        Shape::Cidr => " IPv4 网段，例如 10.0.0.0/16".to_owned(),
        Shape::VSwitchCidr => " IPv4 网段，掩码 16 至 29 位，例如 10.0.1.0/24".to_owned(),
        Shape::HostPort => " HOST:PORT ，IPv6 地址需加方括号".to_owned(),
        Shape::Client => format!(" all 或以下之一：{}", Client::names().join(", ")),
        Shape::Host => "主机名或地址，不含协议、端口和路径".to_owned(),
        Shape::Plain => "不含控制字符的文本".to_owned(),
        Shape::ClusterId => "实例 ID，可在 TiDB Cloud 控制台的地址栏查看".to_owned(),
        Shape::Scenario(names) => format!("以下之一：{}", names.join(", ")),
    }
}

/// Some of them; JSON has them all.
fn names(candidates: &[Candidate]) -> String {
    let (shown, more) = candidates_shown(Lang::Zh, candidates);
    let rest = if more > 0 { format!(" 等，另有 {more} 个") } else { String::new() };
    format!("{shown}{rest}")
}
