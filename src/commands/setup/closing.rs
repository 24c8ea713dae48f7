//! The last lines: what was made, how it is undone, and the command that repeats the run.

use crate::check::{Verdict, tcp};
use crate::commands::World;
use crate::error::Error;
use crate::event::{Closing, Event, Thing};
use crate::report::SetupReport;
use crate::shell;

/// Says them where there is an endpoint that can be used, if only from another machine.
pub(super) fn say(world: &World, result: &Result<(), Error>, report: &SetupReport) {
    let elsewhere = match result {
        Ok(()) => None,
        Err(Error::TestFailed(finding)) => match &finding.verdict {
            Verdict::Tcp(tcp::Verdict::TimedOutOutside { vpc_id, .. }) => Some(vpc_id.clone()),
            _ => None,
        },
        Err(_) => return,
    };
    if let Some(closing) = closing(world, report) {
        world.reporter.emit(Event::Closing(closing));
    }
    if let (Err(_), None, Some(command)) = (result, &elsewhere, report.test_again.clone()) {
        let lacks_password = command.contains(" --user ") && !command.contains(" --password-file ");
        world.reporter.emit(Event::TestAgain { command, lacks_password });
    }
    if let (true, Some(command)) = (result.is_ok() || elsewhere.is_some(), report.next.clone()) {
        world.reporter.emit(Event::Next { command, elsewhere });
    }
}

fn closing(world: &World, report: &SetupReport) -> Option<Closing> {
    let endpoint = report.endpoint.as_ref()?;
    let made = report.things.clone();
    let with_created = made.iter().any(|(thing, _)| thing.is_network());
    // The simulated world ends with this run.
    let is_new = !world.is_sandbox() && made.iter().any(|(thing, _)| *thing == Thing::Endpoint);
    Some(Closing {
        endpoint_id: endpoint.id.clone(),
        service_name: endpoint.service_name.clone(),
        region_id: endpoint.region_id.clone(),
        undo: is_new.then(|| undo(world, &endpoint.id, &endpoint.region_id, with_created)),
        made,
    })
}

fn undo(world: &World, endpoint_id: &str, region_id: &str, with_created: bool) -> String {
    let mut words = vec!["tidb-pe", "delete", endpoint_id, "--region-id", region_id];
    for (flag, value) in
        [("--profile", &world.global.profile), ("--endpoint-url", &world.global.endpoint_url)]
    {
        words.extend(value.iter().flat_map(|value| [flag, value.as_str()]));
    }
    words.extend(with_created.then_some("--with-created"));
    shell::join(words)
}
