//! What the API says of an instance, and whether it can be connected from Alibaba Cloud.

use serde::Deserialize;

/// The provider this tool is for, as the API writes it.
const ALIBABA: &str = "alicloud";

/// An instance. Unknown fields are ignored, absent ones are empty: the API is in beta.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cluster {
    /// Its id.
    #[serde(deserialize_with = "short")]
    pub cluster_id: String,
    /// Its name in the console.
    #[serde(deserialize_with = "short")]
    pub display_name: String,
    /// `ACTIVE`, `PAUSED`, …
    #[serde(deserialize_with = "short")]
    pub state: String,
    /// What comes before the dot of every user's name.
    #[serde(deserialize_with = "short")]
    pub user_prefix: String,
    region: Region,
    endpoints: Endpoints,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Region {
    #[serde(deserialize_with = "short")]
    name: String,
    #[serde(rename = "regionId", deserialize_with = "short")]
    id: String,
    #[serde(deserialize_with = "short")]
    cloud_provider: String,
    /// Deprecated by the API, and all that some answers have.
    #[serde(deserialize_with = "short")]
    provider: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Endpoints {
    private: Option<Private>,
}

/// The API's `host` is read by nobody here: on Alibaba Cloud the host is the endpoint's own domain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Private {
    port: Option<u16>,
    alicloud: Option<Alicloud>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Alicloud {
    #[serde(deserialize_with = "short")]
    service_name: String,
    availability_zone: Vec<String>,
}

/// What this tool needs of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Service Name.
    pub service_name: String,
    /// Availability Zone IDs; empty if the API does not say.
    pub zones: Vec<String>,
    /// Region ID, as Alibaba Cloud writes it.
    pub region_id: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// `PREFIX.root`.
    pub user: Option<String>,
    /// The instance's state, where it is not `ACTIVE`.
    pub busy: Option<String>,
}

/// Why an instance cannot be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// It runs on another cloud.
    OtherCloud {
        /// The provider, as the API writes it.
        provider: String,
    },
    /// It is paused, or is being deleted.
    NotRunning {
        /// The state, as the API writes it.
        state: String,
    },
    /// Its plan or region has no private endpoint.
    NoPrivateEndpoint,
}

impl Cluster {
    /// The cloud it runs on.
    pub fn provider(&self) -> &str {
        let region = &self.region;
        let named = [&region.cloud_provider, &region.provider].into_iter().find(|text| !text.is_empty());
        let prefix = || bare(&region.name).split_once('-').map_or("", |(provider, _)| provider);
        named.map_or_else(prefix, String::as_str)
    }

    /// Whether it runs on Alibaba Cloud.
    pub fn is_on_alibaba(&self) -> bool {
        self.provider().eq_ignore_ascii_case(ALIBABA)
    }

    /// Its region, as the provider writes it: the API writes `ap-southeast-1` and `alicloud-ap-southeast-1`.
    pub fn region_id(&self) -> Option<String> {
        let region = &self.region;
        let text = [&region.id, &region.name].into_iter().find(|text| !text.is_empty())?;
        let text = bare(text);
        Some(text.strip_prefix("alicloud-").unwrap_or(text).to_owned())
    }

    /// What this tool needs of it, or why it cannot be connected.
    pub fn facts(&self) -> Result<Facts, Unfit> {
        const STOPPED: [&str; 6] = ["PAUSED", "PAUSING", "INACTIVE", "DELETING", "DELETED", "CREATING"];
        if !self.is_on_alibaba() {
            return Err(Unfit::OtherCloud { provider: self.provider().to_owned() });
        }
        if STOPPED.contains(&self.state.as_str()) {
            return Err(Unfit::NotRunning { state: self.state.clone() });
        }
        let private = self.endpoints.private.as_ref();
        let service = private.and_then(|private| private.alicloud.as_ref());
        let Some(service) = service.filter(|service| !service.service_name.is_empty()) else {
            return Err(Unfit::NoPrivateEndpoint);
        };
        Ok(Facts {
            service_name: service.service_name.clone(),
            zones: service.availability_zone.clone(),
            region_id: self.region_id(),
            port: private.and_then(|private| private.port).filter(|port| *port != 0),
            user: (!self.user_prefix.is_empty()).then(|| format!("{}.root", self.user_prefix)),
            busy: (!["ACTIVE", ""].contains(&self.state.as_str())).then(|| self.state.clone()),
        })
    }
}

/// Text, cut where it is longer than any real one.
fn short<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|text| super::api::cut(&text))
}

fn bare(text: &str) -> &str {
    text.strip_prefix("regions/").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(json: &str) -> Cluster {
        serde_json::from_str(json).unwrap()
    }

    const SERVICE: &str = r#""endpoints":{"public":{"host":"p","port":4000},"private":{"host":"gateway01","port":4000,
        "alicloud":{"serviceName":"com.aliyuncs.privatelink.ap-southeast-1.epsrv-x","availabilityZone":["ap-southeast-1a"]}}}"#;

    #[test]
    fn every_spelling_of_a_region_is_understood() {
        let rows = [
            r#""regionId":"ap-southeast-1","cloudProvider":"alicloud""#,
            r#""regionId":"alicloud-ap-southeast-1","cloudProvider":"alicloud""#,
            r#""name":"regions/alicloud-ap-southeast-1""#,
            r#""name":"regions/alicloud-ap-southeast-1","provider":"alicloud""#,
        ];
        for region in rows {
            let json =
                format!(r#"{{"state":"ACTIVE","userPrefix":"P","region":{{{region}}},{SERVICE},"new":[1]}}"#);
            let facts = cluster(&json).facts().unwrap();
            assert_eq!(facts.region_id.as_deref(), Some("ap-southeast-1"), "{region}");
            assert_eq!((facts.user.as_deref(), facts.port, facts.busy), (Some("P.root"), Some(4000), None));
        }
    }

    #[test]
    fn what_cannot_be_connected_says_why() {
        let on = |provider: &str, state: &str, rest: &str| {
            cluster(&format!(
                r#"{{"state":"{state}","region":{{"regionId":"r","cloudProvider":"{provider}"}}{rest}}}"#
            ))
            .facts()
        };
        let rest = format!(",{SERVICE}");
        assert_eq!(on("aws", "ACTIVE", &rest), Err(Unfit::OtherCloud { provider: "aws".to_owned() }));
        assert_eq!(on("alicloud", "PAUSED", &rest), Err(Unfit::NotRunning { state: "PAUSED".to_owned() }));
        assert_eq!(on("alicloud", "ACTIVE", ""), Err(Unfit::NoPrivateEndpoint));
        assert_eq!(on("alicloud", "MODIFYING", &rest).unwrap().busy.as_deref(), Some("MODIFYING"));
        assert_eq!(cluster("{}").facts(), Err(Unfit::OtherCloud { provider: String::new() }));
    }
}
