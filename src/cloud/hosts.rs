//! Where each product answers: one host per product and region, or one base URL for all of them.
//!
//! The rule is `<product>.<region>.aliyuncs.com`; the exceptions are those of facts section e.

use std::net::IpAddr;

use super::operation::Product;

/// How API hosts are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// Alibaba Cloud's public hosts.
    Public,
    /// The hosts that answer inside a VPC without internet access (`--api-network vpc`).
    Vpc,
    /// Every product at this base URL (`--endpoint-url`), without a trailing slash.
    Base(String),
}

/// Why a base URL was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadBaseUrl {
    /// It is no `http://` or `https://` URL with a host.
    NotAUrl,
    /// It carries a user, a query or a fragment.
    Extra,
    /// Plain `http` to a host that is not loopback would show credentials to the network.
    PlainHttp {
        /// The host.
        host: String,
    },
}

/// Regions with an STS host of their own; everywhere else the central host answers (facts section e).
const STS_REGIONS: [&str; 30] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-7",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-heyuan",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "us-east-1",
    "us-west-1",
];

/// Regions where PrivateLink answers, by facts section e; used for hints, never as a closed list.
pub const REGIONS: [&str; 43] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ap-southeast-8",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-wulanchabu-gic-1",
    "cn-zhangjiakou",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "sa-east-1",
    "us-east-1",
    "us-southeast-1",
    "us-west-1",
];

impl Hosts {
    /// Checks and normalises `--endpoint-url`.
    pub fn base(url: &str) -> Result<Self, BadBaseUrl> {
        let trimmed = url.trim().trim_end_matches('/');
        let parsed = reqwest::Url::parse(trimmed).map_err(|_| BadBaseUrl::NotAUrl)?;
        let host = parsed.host_str().ok_or(BadBaseUrl::NotAUrl)?;
        if !parsed.username().is_empty()
            || parsed.password().is_some()
            || parsed.query().is_some()
            || parsed.fragment().is_some()
        {
            return Err(BadBaseUrl::Extra);
        }
        match parsed.scheme() {
            "https" => Ok(Self::Base(trimmed.to_owned())),
            "http" if is_loopback(host) => Ok(Self::Base(trimmed.to_owned())),
            "http" => Err(BadBaseUrl::PlainHttp { host: host.to_owned() }),
            _ => Err(BadBaseUrl::NotAUrl),
        }
    }

    /// The URL that requests for `product` in `region` are posted to.
    pub fn url(&self, product: Product, region: &str) -> String {
        match self {
            Self::Base(base) => format!("{base}/"),
            Self::Public => format!("https://{}/", public_host(product, region)),
            Self::Vpc if lacks_vpc_host(product, region) => {
                format!("https://{}/", public_host(product, region))
            }
            Self::Vpc => format!("https://{}-vpc.{region}.aliyuncs.com/", product.code()),
        }
    }

    /// Whether a host inside the VPC was asked for and there is none, so that the public one is asked.
    pub fn falls_back(&self, product: Product, region: &str) -> bool {
        *self == Self::Vpc && lacks_vpc_host(product, region)
    }

    /// Whether every request stays on this machine, so that no proxy may capture it.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Public | Self::Vpc => false,
            Self::Base(base) => {
                reqwest::Url::parse(base).is_ok_and(|url| url.host_str().is_some_and(is_loopback))
            }
        }
    }
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn public_host(product: Product, region: &str) -> String {
    match (product, region) {
        (Product::Ecs, "cn-shenzhen-finance-1") => "ecs-cn-hangzhou.aliyuncs.com".to_owned(),
        (Product::Ecs, "cn-hangzhou-finance" | "cn-beijing-gov-1" | "cn-north-2-gov-1") => {
            "ecs.aliyuncs.com".to_owned()
        }
        (Product::Vpc, "cn-hangzhou-finance" | "cn-beijing-gov-1" | "cn-north-2-gov-1") => {
            "vpc.aliyuncs.com".to_owned()
        }
        (Product::Sts, region) if !STS_REGIONS.contains(&region) => "sts.aliyuncs.com".to_owned(),
        _ => format!("{}.{region}.aliyuncs.com", product.code()),
    }
}

/// Known regions that Alibaba Cloud lists no host inside a VPC for (facts section e). A region that is not known
/// here follows the rule.
fn lacks_vpc_host(product: Product, region: &str) -> bool {
    let gaps: &[&str] = match product {
        Product::PrivateLink => &PRIVATELINK_GAPS,
        Product::Vpc => &VPC_GAPS,
        Product::Ecs => &ECS_GAPS,
        Product::Sts => &STS_GAPS,
    };
    gaps.contains(&region)
}

const PRIVATELINK_GAPS: [&str; 4] = ["ap-southeast-8", "cn-wulanchabu-gic-1", "eu-west-2", "sa-east-1"];
const VPC_GAPS: [&str; 7] = [
    "ap-southeast-8",
    "cn-north-2-gov-1",
    "cn-wulanchabu-gic-1",
    "cn-zhongwei",
    "eu-west-2",
    "sa-east-1",
    "us-southeast-1",
];
const ECS_GAPS: [&str; 3] = ["cn-wulanchabu-gic-1", "eu-west-2", "sa-east-1"];
const STS_GAPS: [&str; 12] = [
    "ap-south-1",
    "ap-southeast-2",
    "ap-southeast-6",
    "ap-southeast-8",
    "cn-heyuan-acdr-1",
    "cn-north-2-gov-1",
    "cn-wulanchabu-gic-1",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "eu-west-2",
    "sa-east-1",
    "us-southeast-1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_inside_a_vpc_are_those_of_the_official_list() {
        let text = include_str!("../../tests/data/vpc-hosts.json");
        let lists: std::collections::BTreeMap<String, Vec<String>> = serde_json::from_str(text).unwrap();
        for product in [Product::PrivateLink, Product::Vpc, Product::Ecs, Product::Sts] {
            for region in REGIONS {
                let listed = lists[product.code()].iter().any(|known| known == region);
                assert_eq!(!Hosts::Vpc.falls_back(product, region), listed, "{product:?} {region}");
                let rule = format!("https://{}-vpc.{region}.aliyuncs.com/", product.code());
                let url = Hosts::Vpc.url(product, region);
                assert_eq!(url == rule, listed, "{url}");
            }
        }
        let new = Hosts::Vpc.url(Product::Sts, "xx-new-1");
        assert_eq!(new, "https://sts-vpc.xx-new-1.aliyuncs.com/");
    }

    #[test]
    fn hosts_follow_the_rule_and_its_exceptions() {
        let rows = [
            (Product::PrivateLink, "ap-southeast-1", "https://privatelink.ap-southeast-1.aliyuncs.com/"),
            (Product::Vpc, "cn-hangzhou", "https://vpc.cn-hangzhou.aliyuncs.com/"),
            (Product::Vpc, "cn-north-2-gov-1", "https://vpc.aliyuncs.com/"),
            (Product::Ecs, "cn-shenzhen-finance-1", "https://ecs-cn-hangzhou.aliyuncs.com/"),
            (Product::Sts, "ap-southeast-1", "https://sts.ap-southeast-1.aliyuncs.com/"),
            (Product::Sts, "ap-south-1", "https://sts.aliyuncs.com/"),
        ];
        for (product, region, url) in rows {
            assert_eq!(Hosts::Public.url(product, region), url);
        }
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for good in
            ["http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:5", "https://proxy.example"]
        {
            assert!(Hosts::base(good).is_ok(), "{good}");
        }
        assert_eq!(
            Hosts::base("http://api.example"),
            Err(BadBaseUrl::PlainHttp { host: "api.example".to_owned() })
        );
        for bad in ["", "nonsense", "ftp://127.0.0.1", "http://"] {
            assert_eq!(Hosts::base(bad), Err(BadBaseUrl::NotAUrl), "{bad}");
        }
        assert_eq!(Hosts::base("http://u:p@127.0.0.1"), Err(BadBaseUrl::Extra));
    }

    #[test]
    fn the_base_url_overrides_every_product() {
        let hosts = Hosts::base("http://127.0.0.1:8080/").unwrap();
        assert_eq!(hosts.url(Product::Sts, "ap-southeast-1"), "http://127.0.0.1:8080/");
        assert!(hosts.is_loopback());
    }
}
