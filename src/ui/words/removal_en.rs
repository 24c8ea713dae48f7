//! What a deletion takes away, in English.

use super::{Row, pieces};
use crate::event::Thing;
use crate::plan::{Named, Removal};
use crate::report::{Action, PlanReport};

/// The preview: what goes, in order, and what stays.
pub fn rows(removal: &Removal) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(removal.zones.iter().map(|zone| ("Zone", format!("remove {zone}, and its address"), None)));
    if let Some(endpoint) = &removal.endpoint {
        let name = Named { id: endpoint.endpoint_id.clone(), name: endpoint.endpoint_name.clone() };
        let text = format!(
            "delete {} in {}: whoever connects through it is cut off, and it costs nothing any more",
            named(&name),
            endpoint.vpc_id
        );
        rows.push(("Endpoint", text, None));
    }
    let made = ", which setup made for it";
    let groups = removal.groups.iter().map(|group| format!("delete {}{made}", named(group)));
    rows.extend(groups.map(|text| ("Security group", text, None)));
    let vswitches = removal.vswitches.iter().map(|vswitch| format!("delete {}{made}", named(vswitch)));
    rows.extend(vswitches.map(|text| ("vSwitch", text, None)));
    rows.extend(removal.kept.iter().map(|(thing, id)| ("Kept", kept(*thing, id), None)));
    rows
}

/// The deletion as a plan for scripts.
pub fn report(removal: &Removal) -> PlanReport {
    let action = |kind, summary| Action { kind, summary };
    let mut actions: Vec<Action> =
        removal.zones.iter().map(|zone| action("remove-zone", format!("Remove zone {zone}."))).collect();
    actions.extend(
        removal
            .endpoint
            .iter()
            .map(|endpoint| action("delete-endpoint", format!("Delete endpoint {}.", endpoint.endpoint_id))),
    );
    let group = |group: &Named| action("delete-security-group", format!("Delete {}.", named(group)));
    actions.extend(removal.groups.iter().map(group));
    let vswitch = |vswitch: &Named| action("delete-vswitch", format!("Delete {}.", named(vswitch)));
    actions.extend(removal.vswitches.iter().map(vswitch));
    let warnings = removal.kept.iter().map(|(thing, id)| kept(*thing, id)).collect();
    PlanReport { actions, values: Vec::new(), price: None, warnings }
}

/// Something this tool made stays.
pub fn kept(thing: Thing, id: &str) -> String {
    let what = match thing {
        Thing::SecurityGroup => "Security group",
        _ => "vSwitch",
    };
    format!("{what} {id} stays: something else uses it.")
}

fn named(named: &Named) -> String {
    pieces::named(&named.id, &named.name)
}
