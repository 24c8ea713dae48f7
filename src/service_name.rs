//! The name of an endpoint service, as the TiDB Cloud console shows it.

use std::fmt;
use std::str::FromStr;

/// `com.aliyuncs.privatelink.<region>.<service id>` (facts section f).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName {
    text: String,
    region_end: usize,
}

/// Why a text is no service name of Alibaba Cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAServiceName {
    /// It names an endpoint service of another cloud.
    OtherCloud(OtherCloud),
    /// It is the domain of an endpoint that exists already.
    EndpointDomain,
    /// It is only the last part, `epsrv-…`.
    IdOnly,
    /// Anything else.
    Shape,
}

/// A cloud whose private endpoints this tool does not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherCloud {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Google,
}

const PREFIX: &str = "com.aliyuncs.privatelink.";

impl ServiceName {
    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The region inside the name.
    pub fn region(&self) -> &str {
        &self.text[PREFIX.len()..self.region_end]
    }

    /// The part after the region: `epsrv-…`.
    pub fn service_id(&self) -> &str {
        &self.text[self.region_end + 1..]
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ServiceName {
    type Err = NotAServiceName;

    fn from_str(text: &str) -> Result<Self, NotAServiceName> {
        let text = text.trim().trim_matches(|c| c == '"' || c == '\'' || c == '`').trim();
        let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('.'));
        match parts {
            Some((region, id)) if is_region(region) && is_id(id) => {
                Ok(Self { text: text.to_owned(), region_end: PREFIX.len() + region.len() })
            }
            _ => Err(explain(text)),
        }
    }
}

fn is_region(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
}

fn explain(text: &str) -> NotAServiceName {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("com.amazonaws.")
        || lower.starts_with("cn.com.amazonaws.")
        || lower.starts_with("vpce-")
    {
        NotAServiceName::OtherCloud(OtherCloud::Aws)
    } else if lower.contains("privatelinkservice") || lower.contains(".azure.") {
        NotAServiceName::OtherCloud(OtherCloud::Azure)
    } else if lower.starts_with("projects/") || lower.contains("/serviceattachments/") {
        NotAServiceName::OtherCloud(OtherCloud::Google)
    } else if lower.ends_with(".privatelink.aliyuncs.com") {
        NotAServiceName::EndpointDomain
    } else if lower.starts_with("epsrv-") && is_id(text) {
        NotAServiceName::IdOnly
    } else {
        NotAServiceName::Shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_region_and_an_id() {
        let name: ServiceName =
            " \"com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000001\" ".parse().unwrap();
        assert_eq!(name.region(), "ap-southeast-1");
        assert_eq!(name.service_id(), "epsrv-t4nexample0000000001");
    }

    #[test]
    fn what_is_no_name_is_told_apart() {
        let rows = [
            ("com.amazonaws.vpce.us-east-1.vpce-svc-0a", NotAServiceName::OtherCloud(OtherCloud::Aws)),
            ("x.eastus.azure.privatelinkservice", NotAServiceName::OtherCloud(OtherCloud::Azure)),
            ("projects/p/regions/r/serviceAttachments/s", NotAServiceName::OtherCloud(OtherCloud::Google)),
            ("ep-t4n.epsrv-t4n.ap-southeast-1.privatelink.aliyuncs.com", NotAServiceName::EndpointDomain),
            ("epsrv-t4nexample0000000001", NotAServiceName::IdOnly),
            ("com.aliyuncs.privatelink.ap-southeast-1", NotAServiceName::Shape),
            ("com.aliyuncs.privatelink..epsrv-x", NotAServiceName::Shape),
            ("com.aliyuncs.privatelink.AP.epsrv-x", NotAServiceName::Shape),
            ("", NotAServiceName::Shape),
        ];
        for (text, expected) in rows {
            assert_eq!(text.parse::<ServiceName>(), Err(expected), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            if let Ok(name) = text.parse::<ServiceName>() {
                assert_eq!(format!("{PREFIX}{}.{}", name.region(), name.service_id()), name.as_str());
            }
        }
    }
}
