//! What is wrong with the answers and what to do about it, in English.

use super::pieces::{candidates_shown, some};
use crate::cloud::hosts::BadBaseUrl;
use crate::connection::clients::Client;
use crate::lang::Lang;
use crate::net::BadEntry;
use crate::problem::{Candidate, Lack, Problem, Shape, ZoneAskedBy, variable};
use crate::service_name::{NotAServiceName, OtherCloud};

/// A sentence about the problem, and one about what to do.
pub fn problem(problem: &Problem) -> (String, Option<String>) {
    use Problem as P;
    match problem {
        P::Missing { flag, why, candidates } => missing(flag, why, candidates),
        P::ServiceName { text, why } => service_name(text, why),
        P::CrossRegion { service_region, region_id } => (
            format!("The service is in {service_region}, but the Region ID is {region_id}."),
            some(
                "A private endpoint works within one region only. Use a VPC in the service's region, or create \
                 the TiDB Cloud cluster in yours.",
            ),
        ),
        P::Region { text, suggestion } => (
            format!("{text:?} is not a Region ID of Alibaba Cloud."),
            some(&match suggestion {
                Some(known) => format!("Did you mean {known}?"),
                None => "A Region ID looks like ap-southeast-1; the TiDB Cloud console shows it.".to_owned(),
            }),
        ),
        P::ForeignZone { zone, zone_region, region_id } => (
            format!("Zone {zone} is in {zone_region}, not in {region_id}."),
            some(
                "Copy Availability Zone ID and Region ID from the same dialog, or leave --az-id out: the zones of \
                 the service are used.",
            ),
        ),
        P::Malformed { flag, text, expected } => {
            (format!("{flag} cannot be {text:?}."), some(&format!("It should be {}.", shape(expected))))
        }
        P::Conflict { one, other } => {
            (format!("{one} and {other} exclude each other."), some("Give one of them."))
        }
        P::SeveralPasted { flag, values } => several_pasted(flag, values),
        P::OtherInstance { given, told } => (
            format!("--service-name is {given}, but the instance of --cluster-id has {told}."),
            some("Leave one of the two flags out."),
        ),
        P::BaseUrl { flag, text, why } => base_url(flag, text, why),
        P::File { flag, path, reason } => file(flag, path, reason),
        P::NotText { variable } => (format!("{variable} is not UTF-8 text."), some(VARIABLE)),
        P::Rehearsal(bad) => bad_entry(bad),
        P::Tag { key, reserved: true } => {
            (format!("--tag {key} is set by tidb-pe itself."), some("Leave it out, or use another key."))
        }
        P::Tag { key, reserved: false } => (format!("--tag {key} was given twice."), some("Give it once.")),
        P::NotFound { flag, id, place, suggestion, candidates } => (
            format!("{id} does not exist in {place}."),
            some(&match suggestion {
                Some(known) => format!("Did you mean {known}?"),
                None if candidates.is_empty() => format!("Check {flag}, the region and the account."),
                None => format!("There is: {}.", names(candidates)),
            }),
        ),
        P::OtherVpc { flag, id, vpc_id, chosen } => (
            format!("{id} belongs to {vpc_id}, but the endpoint goes into {chosen}."),
            some(&format!("Give a {flag} of {chosen}, or the other VPC.")),
        ),
        P::ZoneNotOffered { by, zone, offered } => zone_not_offered(by, zone, offered),
        P::VSwitchUnusable { id, status, free } => (
            match free {
                Some(0) => format!("vSwitch {id} has no free address."),
                _ => format!("vSwitch {id} is {status}, not Available."),
            },
            some("Give another vSwitch in that zone, or leave --vswitch-id out to have one chosen."),
        ),
        P::VSwitchesShareZone { one, other, zone } => (
            format!("vSwitches {one} and {other} are both in zone {zone}."),
            some("An endpoint takes one vSwitch a zone. Give only one of them."),
        ),
        P::GroupsBlock { ids, port, clients } => (
            format!("Security group {} lets nobody of {clients} in on TCP port {port}.", ids.join(", ")),
            some(&format!(
                "Add an inbound rule for TCP {port}/{port} from {clients}, or give another group."
            )),
        ),
        P::GroupTypesMixed { normal, enterprise } => (
            format!(
                "{} is a normal group and {} an enterprise group.",
                normal.join(", "),
                enterprise.join(", ")
            ),
            some("An endpoint takes groups of one type only."),
        ),
        P::NoRoom { vpc_id, ranges } => (
            format!("{vpc_id} ({ranges}) has no free range of at least 8 addresses for a vSwitch."),
            some("Add a secondary range to the VPC, or delete a vSwitch that is not used."),
        ),
        P::RangeOutside { cidr, vpc_id, ranges } => (
            format!("--vswitch-cidr {cidr} is not inside {vpc_id}."),
            Some(format!("Its ranges are {ranges}; leave --vswitch-cidr out to have a free one computed.")),
        ),
        P::RangeTaken { cidr, vswitch_id, vswitch_cidr } => (
            format!("--vswitch-cidr {cidr} overlaps vSwitch {vswitch_id} ({vswitch_cidr})."),
            some("Give another range, or leave --vswitch-cidr out to have a free one computed."),
        ),
        P::TooMany { flag, given, limit } => {
            (format!("{flag} was given {given} times; at most {limit} are allowed."), None)
        }
    }
}

fn several_pasted(flag: &str, values: &[String]) -> (String, Option<String>) {
    (
        format!("The text has several values for {flag}: {}.", values.join(", ")),
        some(&format!("Give only the part that is meant, or the right one with {flag}.")),
    )
}

const VARIABLE: &str = "Correct or unset the variable.";

fn bad_entry(BadEntry { variable, entry, form }: &BadEntry) -> (String, Option<String>) {
    (format!("{variable}: \"{entry}\" is not of the form {form}."), some(VARIABLE))
}

fn missing(flag: &str, why: &Lack, candidates: &[Candidate]) -> (String, Option<String>) {
    let give = format!("Give {flag} or set {}", variable(flag));
    match why {
        Lack::NotGiven => (
            format!("{flag} is missing."),
            Some(match flag {
                "--service-name" => {
                    format!("{give}: TiDB Cloud console > your cluster > Connect > Private Endpoint.")
                }
                "--vpc-id" => {
                    format!("{give}: the VPC your application runs in, unless the region has only one.")
                }
                _ => format!("{give}."),
            }),
        ),
        Lack::NoRegion => (
            format!("{flag} is missing."),
            Some(format!(
                "{give}, such as ap-southeast-1; or give --service-name, which has the region in it."
            )),
        ),
        Lack::Several => (
            format!("{flag} is missing, and {} would do.", candidates.len()),
            Some(format!("{give}: {}.", names(candidates))),
        ),
        Lack::NoVpc => (
            "The region has no VPC.".to_owned(),
            some("Check region and account; the VPC is the one your application runs in."),
        ),
        Lack::NoVSwitch { vpc_id, zones } => (
            format!(
                "{vpc_id} has no vSwitch with free addresses in a zone of the service ({}).",
                zones.join(", ")
            ),
            some(
                "Add --create-vswitch to have one made (free of charge), create one in one of these zones yourself, or \
                 give another VPC.",
            ),
        ),
        Lack::RulesUnreadable { vpc_id, port } => (
            format!(
                "Permission denied: this identity may not do ecs:DescribeSecurityGroupAttribute, so it cannot be told \
                 which security group of {vpc_id} lets clients in on TCP port {port}."
            ),
            Some(format!("Allow that action, or name a group: {give} ({}).", names(candidates))),
        ),
        Lack::NoGroup { vpc_id, port, clients } => (
            format!("No security group of {vpc_id} lets {clients} in on TCP port {port}."),
            Some(format!(
                "Add --create-security-group to have one made (free of charge), or an inbound rule for TCP \
                 {port}/{port} from {clients} to a group, then run this again; or name a group that lets in only some \
                 with --security-group-id{}.",
                if candidates.is_empty() { String::new() } else { format!(" ({})", names(candidates)) }
            )),
        ),
    }
}

fn service_name(text: &str, why: &NotAServiceName) -> (String, Option<String>) {
    match why {
        NotAServiceName::OtherCloud(cloud) => (
            format!("{text:?} is an endpoint service of {}, not of Alibaba Cloud.", cloud_name(*cloud)),
            some(&match cloud {
                OtherCloud::Aws => "The cluster runs on AWS: follow TiDB Cloud's guide \"Connect to TiDB Cloud via AWS PrivateLink\" \
                                    (docs.pingcap.com/tidbcloud/set-up-private-endpoint-connections-serverless)."
                    .to_owned(),
                OtherCloud::Azure | OtherCloud::Google => {
                    "Private endpoints of Starter and Essential exist on AWS and Alibaba Cloud only.".to_owned()
                }
            }),
        ),
        NotAServiceName::EndpointDomain => (
            format!("{text:?} is the domain of an endpoint that exists, not a service name."),
            some("The Service Name looks like com.aliyuncs.privatelink.<region>.epsrv-…"),
        ),
        NotAServiceName::IdOnly => (
            format!("{text:?} is only the last part of a service name."),
            Some(format!("Copy the whole Service Name: com.aliyuncs.privatelink.<region>.{text}")),
        ),
        NotAServiceName::Shape => (
            format!("{text:?} is not a Service Name."),
            some(
                "It looks like com.aliyuncs.privatelink.<region>.epsrv-…; copy it from TiDB Cloud console > your \
                 cluster > Connect > Private Endpoint.",
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

fn file(flag: &str, path: &str, reason: &str) -> (String, Option<String>) {
    if flag == "--log-file" {
        return (
            format!("{flag}: {path} cannot be written: {reason}."),
            some("Give a path in a directory that is there and that you may write to."),
        );
    }
    (format!("{flag}: {path} cannot be used: {reason}."), some("Give a readable file."))
}

fn base_url(flag: &str, text: &str, why: &BadBaseUrl) -> (String, Option<String>) {
    match why {
        BadBaseUrl::NotAUrl => (
            format!("{flag} cannot be {text:?}."),
            some("It should be https://HOST[:PORT], or http:// for an address of this machine."),
        ),
        BadBaseUrl::Extra => (
            format!("{flag} carries a user, a query or a fragment."),
            some("Give scheme, host and port only."),
        ),
        BadBaseUrl::PlainHttp { host } => (
            format!("{flag} is plain http to {host}: it would show the requests to the network."),
            some("Use https; plain http is for addresses of this machine only."),
        ),
    }
}

fn zone_not_offered(by: &ZoneAskedBy, zone: &str, offered: &[String]) -> (String, Option<String>) {
    let what = match by {
        ZoneAskedBy::AzId => format!("The service is not offered in zone {zone}."),
        ZoneAskedBy::VSwitch(id) => format!("vSwitch {id} is in zone {zone}, where no endpoint is to be."),
    };
    (what, Some(format!("The zones are: {}.", offered.join(", "))))
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Id(prefix) => format!("an id that starts with {prefix}"),
        Shape::Zone => "a zone id such as ap-southeast-1a".to_owned(),
        Shape::EndpointName => {
            "2 to 128 characters: a letter first, then letters, digits, - and _".to_owned()
        }
        Shape::Tag => {
            "KEY=VALUE, key up to 64 and value up to 128 characters, key not starting with aliyun or acs:"
                .to_owned()
        }
        Shape::Cidr => "an IPv4 range such as 10.0.0.0/16".to_owned(),
        Shape::VSwitchCidr => "an IPv4 range such as 10.0.1.0/24, mask 16 to 29".to_owned(),
        Shape::HostPort => "HOST:PORT, an IPv6 address in brackets".to_owned(),
        Shape::Client => format!("all, or one of {}", Client::names().join(", ")),
        Shape::Host => "a host name or an address, without scheme, port or path".to_owned(),
        Shape::Plain => "1 to 256 characters, none of them a control character".to_owned(),
        Shape::ClusterId => "an instance's id, as in the address bar of the TiDB Cloud console".to_owned(),
        Shape::Scenario(names) => format!("one of {}", names.join(", ")),
    }
}

/// Some of them; JSON has them all.
fn names(candidates: &[Candidate]) -> String {
    let (shown, more) = candidates_shown(Lang::En, candidates);
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{shown}{rest}")
}
