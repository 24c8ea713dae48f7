//! The call that creates an interface endpoint (facts section b1, `CreateVpcEndpoint`).

use super::{CREATE_VPC_ENDPOINT, Client, Endpoint, Error, Params, Tag, put_tags, region_params, with_token};

/// What `CreateVpcEndpoint` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateEndpoint {
    /// The endpoint's region.
    pub region_id: String,
    /// The VPC it goes into.
    pub vpc_id: String,
    /// The endpoint service's full name.
    pub service_name: String,
    /// The endpoint's name.
    pub endpoint_name: String,
    /// One zone and one vSwitch in it, each costing an address and a zone-hour.
    pub zones: Vec<(String, String)>,
    /// At least one, at most ten, all of one type.
    pub security_group_ids: Vec<String>,
    /// Tags to attach.
    pub tags: Vec<Tag>,
    /// The resource group, or the account's default one.
    pub resource_group_id: Option<String>,
}

impl CreateEndpoint {
    /// Every parameter but the client token.
    pub fn params(&self) -> Params {
        let mut params = region_params(&self.region_id);
        let mut put = |name: String, value: &str| params.insert(name, value.to_owned());
        put("VpcId".into(), &self.vpc_id);
        put("ServiceName".into(), &self.service_name);
        put("EndpointType".into(), "Interface");
        put("EndpointName".into(), &self.endpoint_name);
        for (n, (zone, vswitch)) in (1..).zip(&self.zones) {
            put(format!("Zone.{n}.ZoneId"), zone);
            put(format!("Zone.{n}.VSwitchId"), vswitch);
        }
        for (n, group) in (1..).zip(&self.security_group_ids) {
            put(format!("SecurityGroupId.{n}"), group);
        }
        if let Some(group) = &self.resource_group_id {
            put("ResourceGroupId".into(), group);
        }
        put_tags(&mut params, &self.tags);
        params
    }
    /// The request that has these parameters; `None` if this version would send it otherwise.
    pub fn from_params(params: &Params) -> Option<Self> {
        let text = |name: &str| params.get(name).cloned();
        let list = |name: fn(usize) -> String| (1..).map_while(move |n| params.get(&name(n)).cloned());
        let zones = list(|n| format!("Zone.{n}.ZoneId")).zip(list(|n| format!("Zone.{n}.VSwitchId")));
        let tags = list(|n| format!("Tag.{n}.Key")).zip(list(|n| format!("Tag.{n}.Value")));
        let request = Self {
            region_id: text("RegionId")?,
            vpc_id: text("VpcId")?,
            service_name: text("ServiceName")?,
            endpoint_name: text("EndpointName")?,
            zones: zones.collect(),
            security_group_ids: list(|n| format!("SecurityGroupId.{n}")).collect(),
            tags: tags.map(|(key, value)| Tag { key, value }).collect(),
            resource_group_id: text("ResourceGroupId"),
        };
        (request.params() == *params).then_some(request)
    }
}

/// Creates an interface endpoint; asynchronous: the answer's states are the first ones.
/// The same token makes a repeated call safe; at most 64 ASCII characters.
pub async fn create_vpc_endpoint(
    client: &Client,
    request: &CreateEndpoint,
    token: &str,
) -> Result<Endpoint, Error> {
    let params = with_token(request.params(), token);
    client.call(CREATE_VPC_ENDPOINT, &request.region_id, params).await
}

/// Asks the cloud whether `create_vpc_endpoint` would be accepted. A passed dry run is the error `DryRunOperation`.
/// The token has to be one of its own: under the create call's token the real call could be taken for a repetition.
pub async fn dry_run_create(client: &Client, request: &CreateEndpoint, token: &str) -> Result<(), Error> {
    let mut params = with_token(request.params(), token);
    params.insert("DryRun".to_owned(), "true".to_owned());
    match client.call::<serde_json::Value>(CREATE_VPC_ENDPOINT, &request.region_id, params).await {
        Err(error) if !error.is("DryRunOperation") => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> CreateEndpoint {
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        CreateEndpoint {
            region_id: "ap-southeast-1".to_owned(),
            vpc_id: "vpc-t4nexample".to_owned(),
            service_name: "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample".to_owned(),
            endpoint_name: "tidb-pe-t4nexample".to_owned(),
            zones: (1..=11).map(|n| pair(&format!("ap-southeast-1{n}"), &format!("vsw-{n}"))).collect(),
            security_group_ids: vec!["sg-1".to_owned(), "sg-2".to_owned()],
            tags: vec![Tag { key: "team".to_owned(), value: String::new() }],
            resource_group_id: Some("rg-1".to_owned()),
        }
    }

    #[test]
    fn a_request_can_be_read_back_from_its_parameters() {
        let plain = CreateEndpoint { tags: Vec::new(), resource_group_id: None, ..request() };
        for request in [request(), plain] {
            assert_eq!(CreateEndpoint::from_params(&request.params()), Some(request));
        }
    }

    #[test]
    fn parameters_this_version_would_not_send_are_no_request() {
        let mut more = request().params();
        more.insert("Ipv6".to_owned(), "true".to_owned());
        let mut fewer = request().params();
        fewer.remove("Zone.2.VSwitchId");
        for params in [more, fewer, Params::new()] {
            assert_eq!(CreateEndpoint::from_params(&params), None);
        }
    }
}
