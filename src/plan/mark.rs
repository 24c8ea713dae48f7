//! How this tool recognises what it made: by tags, and by a name made from the service's id.
//!
//! A rerun without local state finds a vSwitch or a group by these, also a half-made one.

use crate::cloud::ecs::SecurityGroup;
use crate::cloud::privatelink::Tag;
use crate::cloud::vpc::VSwitch;
use crate::service_name::ServiceName;

/// The keys of the tags this tool sets.
pub const KEYS: [&str; 2] = [CREATED_BY, SERVICE];
const CREATED_BY: &str = "created-by";
const SERVICE: &str = "tidb-pe-service";
const TOOL: &str = "tidb-pe";

/// The tags of everything that is made for a service.
pub fn tags(service: &ServiceName) -> Vec<Tag> {
    let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
    vec![tag(CREATED_BY, TOOL), tag(SERVICE, service.service_id())]
}

/// The name of everything that is made for a service, unless another was given.
pub fn name(service: &ServiceName) -> String {
    format!("tidb-pe-{}", service.service_id().trim_start_matches("epsrv-").replace('.', "-"))
}

/// Whether the tags say that this tool made it.
pub fn is_made_by_us(tags: &[Tag]) -> bool {
    tags.iter().any(|tag| tag.key == CREATED_BY && tag.value == TOOL)
}

/// Whether the tags name a TiDB Cloud service.
pub fn is_for_tidb_cloud(tags: &[Tag]) -> bool {
    is_made_by_us(tags) && tags.iter().any(|tag| tag.key == SERVICE)
}

/// Whether the tags say that this tool made it for this service.
pub fn is_for(tags: &[Tag], service: &ServiceName) -> bool {
    is_made_by_us(tags) && tags.iter().any(|tag| tag.key == SERVICE && tag.value == service.service_id())
}

/// Whether a vSwitch was made for the service, also where its tags were lost.
pub fn is_our_vswitch(vswitch: &VSwitch, service: &ServiceName) -> bool {
    is_for(&vswitch.tags, service) || vswitch.vswitch_name == name(service)
}

/// Whether a group was made for the service, also where its tags were lost.
pub fn is_our_group(group: &SecurityGroup, service: &ServiceName) -> bool {
    is_for(&group.tags, service) || group.security_group_name == name(service)
}
