//! What a deletion takes away, in Chinese.

use super::{Row, pieces};
use crate::event::Thing;
use crate::plan::{Named, Removal};

/// The preview: what goes, in order, and what stays.
pub fn rows(removal: &Removal) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(removal.zones.iter().map(|zone| ("可用区", format!("移除 {zone} 及其地址"), None)));
    if let Some(endpoint) = &removal.endpoint {
        let text = format!(
            "删除 {} 中的 {} ：经由它的连接将中断，之后不再计费",
            endpoint.vpc_id,
            pieces::named(&endpoint.endpoint_id, &endpoint.endpoint_name),
        );
        rows.push(("终端节点", text, None));
    }
    let made =
        |named: &Named| format!("删除 {} （由 setup 为其创建）", pieces::named(&named.id, &named.name));
    rows.extend(removal.groups.iter().map(|group| ("安全组", made(group), None)));
    rows.extend(removal.vswitches.iter().map(|vswitch| ("交换机", made(vswitch), None)));
    rows.extend(removal.kept.iter().map(|(thing, id)| ("保留", kept(*thing, id), None)));
    rows
}

/// Something this tool made stays.
pub fn kept(thing: Thing, id: &str) -> String {
    let what = match thing {
        Thing::SecurityGroup => "安全组",
        _ => "交换机",
    };
    format!("{what} {id} 仍被其他资源使用，予以保留。")
}
