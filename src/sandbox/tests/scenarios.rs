//! The shipped scenarios.

use super::*;

#[test]
fn every_shipped_scenario_is_described_and_starts() {
    let names = Scenario::names();
    assert!(names.len() >= 23);
    for (name, description) in names {
        assert!(!description.is_empty() && !description.contains('\n'), "{name}");
        let sandbox = start(name);
        assert!(sandbox.url().starts_with("http://127.0.0.1:"), "{name}");
        assert!(!sandbox.state().vpcs.is_empty(), "{name}");
        assert!(
            sandbox
                .scenario()
                .database
                .user
                .split_once('.')
                .is_some_and(|(prefix, user)| prefix.len() == 15 && user == "root"),
            "{name}"
        );
    }
}

#[test]
fn a_misspelt_key_is_refused_with_its_line() {
    let error = Scenario::parse("region = 'ap-southeast-1'\nlatency = 3").expect_err("no such key");
    let text = error.to_string();
    assert!(text.contains("line 2") && text.contains("latency"), "{text}");
    let error = Scenario::named("hapy").expect_err("no such scenario");
    assert!(error.to_string().contains("happy"));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let rows = [
        "[[endpoint]]\nvpc = 'nowhere'",
        "[[endpoint]]\ngroups = ['nowhere']",
        "filler_vswitches = 5000",
        "[[vpc]]\n[[vpc.group]]\n[[vpc.group.rule]]\nsource_group = 'nowhere'",
    ];
    for text in rows {
        assert!(Sandbox::start(Scenario::parse(text).expect("valid keys")).is_err(), "{text}");
    }
}

#[test]
fn ids_have_the_clouds_shape() {
    let sandbox = start("existing-endpoint");
    let state = sandbox.state();
    assert_eq!(state.endpoints[0].id, "ep-t4nsandbox0000000001");
    assert_eq!(state.endpoints[0].service_name, SERVICE);
    let id = SERVICE.rsplit('.').next().expect("an id").strip_prefix("epsrv-").expect("the prefix");
    assert!(id.len() == 20 && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    let domain = "ep-t4nsandbox0000000001.epsrv-t4nsandbox0000000001.ap-southeast-1.privatelink.aliyuncs.com";
    assert_eq!(state.endpoints[0].domain, domain);
    assert_eq!(sandbox.names().resolve(domain).map(|ips| ips.len()), Some(3));
}

#[test]
fn activation_happens_once() {
    let sandbox = start("not-open");
    assert_eq!(refused(&sandbox, "CheckProductOpen", &[]), (400, "NeedOpenProduct".into()));
    good(&sandbox, "OpenPrivateLinkService", &[]);
    assert_eq!(good(&sandbox, "CheckProductOpen", &[])["Success"], true);
    assert_eq!(refused(&sandbox, "OpenPrivateLinkService", &[]), (400, "OrderOpend".into()));
}

#[test]
fn dropping_it_ends_its_connections() {
    let sandbox = start("instant");
    let mut stream = TcpStream::connect(sandbox.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    drop(sandbox);
    assert!(!matches!(stream.read(&mut [0]), Ok(1..)), "nobody answers");
}

#[test]
fn it_starts_inside_and_outside_of_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let sandbox = start("instant");
        let spawned = sandbox.runtime().spawn(async { 7 });
        assert_eq!(spawned.await.expect("it runs on the sandbox' runtime"), 7);
    });
}

#[test]
fn existing_endpoints_stand_where_they_are_told() {
    let rows = [
        ("ready", "Active", "Connected", "Connected"),
        ("stuck", "Creating", "Disconnected", "Creating"),
        ("waiting", "Active", "Disconnected", "Wait"),
        ("rejected", "Active", "Disconnected", "Disconnected"),
        ("service-deleted", "Active", "ServiceDeleted", "Disconnected"),
        ("financial-locked", "Active", "Connected", "Connected"),
    ];
    for (state, status, connection, zone) in rows {
        let sandbox = start_with(&format!("[[endpoint]]\nstate = '{state}'"));
        let endpoint = &sandbox.state().endpoints[0];
        assert_eq!((endpoint.status, endpoint.connection), (status, connection), "{state}");
        assert_eq!(endpoint.zones[0].3, zone, "{state}");
        let reachable = sandbox.names().owns(endpoint.zones[0].2.into());
        assert_eq!(reachable, state == "ready", "{state}");
    }
}

#[test]
fn one_zone_may_never_connect() {
    let text = "stuck_zones = ['ap-southeast-1b']\n[[endpoint]]\n[[endpoint.zones]]\nzone = 'ap-southeast-1a'\n\
                [[endpoint.zones]]\nzone = 'ap-southeast-1b'\nvswitch = 'app-b'";
    let endpoint = start_with(text).state().endpoints.remove(0);
    assert_eq!(endpoint.connection, "Connected");
    assert_eq!(endpoint.zones.iter().map(|zone| zone.3).collect::<Vec<_>>(), ["Connected", "Connecting"]);
}
