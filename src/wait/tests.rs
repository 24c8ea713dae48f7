//! The endpoint's life on a paused clock: a script of looks, one a poll, the last one for ever.

use std::cell::Cell;

use super::*;
use crate::event::Recording;

fn endpoint(status: &str, connection: &str) -> Endpoint {
    serde_json::from_value(serde_json::json!({
        "EndpointId": "ep-t4nexample00000000001",
        "EndpointDomain": "ep-t4nexample00000000001.epsrv-t4nexample.ap-southeast-1.privatelink.aliyuncs.com",
        "EndpointStatus": status,
        "ConnectionStatus": connection,
        "EndpointBusinessStatus": "Normal",
    }))
    .unwrap()
}

fn look(status: &str, connection: &str, zones: &[(&str, &str, &str)]) -> Look {
    let zone = |(id, status, ip): &(&str, &str, &str)| {
        serde_json::from_value(serde_json::json!({"ZoneId": id, "ZoneStatus": status, "EniIp": ip})).unwrap()
    };
    let zones: Vec<Zone> = zones.iter().map(zone).collect();
    Look { endpoint: endpoint(status, connection), zones: (!zones.is_empty()).then_some(zones) }
}

fn goal(seconds: u64) -> Goal {
    let (timeout, outage) = (Duration::from_secs(seconds), Duration::from_secs(60));
    Goal {
        zones: vec!["a".to_owned()],
        auto_accept: Some(true),
        is_new: false,
        timeout,
        begun: Instant::now(),
        cloud_time: Timestamp::now(),
        outage,
    }
}

/// Runs the script; returns how it ended, how many looks it took, and the simulated time.
async fn run(script: Vec<Look>, goal: &Goal) -> (Outcome, usize, Duration, Recording) {
    let taken = Cell::new(0);
    let reporter = Recording::default();
    let started = Instant::now();
    let outcome = until_ready(
        async || {
            let n = taken.replace(taken.get() + 1);
            Ok(script[n.min(script.len() - 1)].clone())
        },
        goal,
        &reporter,
    )
    .await
    .unwrap();
    (outcome, taken.get(), started.elapsed(), reporter)
}

#[tokio::test(start_paused = true)]
async fn ready_is_active_connected_and_every_zone_with_an_address() {
    let script = vec![
        look("Creating", "Disconnected", &[]),
        look("Active", "Disconnected", &[]),
        look("Active", "Connecting", &[]),
        look("Active", "Connected", &[("a", "Connecting", "")]),
        look("Active", "Connected", &[("a", "Connected", "")]),
        look("Active", "Connected", &[("a", "Connected", "10.0.0.10")]),
    ];
    let (outcome, looks, elapsed, reporter) = run(script, &goal(600)).await;
    assert!(matches!(outcome, Outcome::Ready(_)), "{outcome:?}");
    assert_eq!(looks, 6);
    assert!(elapsed <= Duration::from_secs(5), "one look a second: {elapsed:?}");
    // One event a change: the address alone changes the number of ready zones.
    assert_eq!(reporter.events().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_zone_that_was_not_asked_for_is_not_waited_for() {
    let zones = [("a", "Connected", "10.0.0.10"), ("b", "Wait", "")];
    let (outcome, ..) = run(vec![look("Active", "Connected", &zones)], &goal(600)).await;
    assert!(matches!(outcome, Outcome::Ready(_)));
    let all = Goal { zones: Vec::new(), ..goal(30) };
    let (outcome, ..) = run(vec![look("Active", "Connected", &zones)], &all).await;
    assert!(matches!(outcome, Outcome::TimedOut(Some(_))));
}

#[tokio::test(start_paused = true)]
async fn states_that_waiting_does_not_change_fail_at_once() {
    let rows = [
        (look("Deleting", "Connected", &[]), Hopeless::Deleted),
        (look("Active", "Disconnecting", &[]), Hopeless::Cut),
        (look("Active", "Deleting", &[]), Hopeless::Deleted),
        (look("Active", "Deleted", &[]), Hopeless::Deleted),
        (look("Active", "ServiceDeleted", &[]), Hopeless::ServiceDeleted),
    ];
    for (seen, why) in rows {
        let (outcome, looks, ..) = run(vec![seen.clone()], &goal(600)).await;
        assert_eq!((outcome, looks), (Outcome::Hopeless(seen, why), 1));
    }
}

#[tokio::test(start_paused = true)]
async fn arrears_fail_even_when_connected() {
    let mut locked = look("Active", "Connected", &[("a", "Connected", "10.0.0.10")]);
    locked.endpoint.endpoint_business_status = BusinessStatus::FinancialLocked;
    let (outcome, ..) = run(vec![locked], &goal(600)).await;
    assert!(matches!(outcome, Outcome::Hopeless(_, Hopeless::FinancialLocked)));
}

#[tokio::test(start_paused = true)]
async fn disconnected_means_rejected_only_after_it_was_connecting() {
    let early = vec![look("Creating", "Disconnected", &[]), look("Active", "Disconnected", &[])];
    let (outcome, ..) = run(early, &goal(120)).await;
    assert!(matches!(outcome, Outcome::TimedOut(_)), "still waiting: {outcome:?}");
    let late = vec![look("Active", "Connecting", &[]), look("Active", "Disconnected", &[])];
    let (outcome, looks, ..) = run(late, &goal(600)).await;
    assert!(matches!(outcome, Outcome::Hopeless(_, Hopeless::Rejected)));
    assert_eq!(looks, 2);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_accepts_by_itself_has_done_so_within_ten_minutes() {
    let mut old = look("Active", "Disconnected", &[]);
    old.endpoint.create_time = (Timestamp::now() - jiff::SignedDuration::from_mins(11)).to_string();
    let (outcome, looks, ..) = run(vec![old.clone()], &goal(600)).await;
    assert!(matches!(outcome, Outcome::Hopeless(_, Hopeless::Rejected)));
    assert_eq!(looks, 1);
    let by_hand = Goal { auto_accept: Some(false), ..goal(20) };
    let (outcome, ..) = run(vec![old], &by_hand).await;
    assert!(matches!(outcome, Outcome::TimedOut(_)), "a person may take longer");
}

#[tokio::test(start_paused = true)]
async fn the_first_minute_costs_at_most_ninety_looks_and_later_ones_fewer() {
    let waiting = || vec![look("Creating", "Disconnected", &[])];
    let unknown = |seconds| Goal { auto_accept: None, ..goal(seconds) };
    let (_, first, ..) = run(waiting(), &unknown(60)).await;
    assert!((55..=90).contains(&first), "{first}");
    let (_, ten_minutes, elapsed, _) = run(waiting(), &unknown(600)).await;
    assert!(ten_minutes < 300, "{ten_minutes}");
    assert!(elapsed <= Duration::from_secs(600));
}

/// The requests of waiting with a lookout, for the endpoint's own states and for its zones; and how it ended. `zones` gets
/// the number of its call.
async fn requests(zones: impl Fn(usize) -> Vec<Zone>, goal: &Goal) -> ((usize, usize), Outcome) {
    let (states_asked, zones_asked) = (Cell::new(0), Cell::new(0));
    let count = |counter: &Cell<usize>| counter.replace(counter.get() + 1);
    let lookout = Lookout::new(
        async || {
            count(&states_asked);
            Ok(endpoint("Active", "Connected"))
        },
        async || Ok(zones(count(&zones_asked))),
    );
    let outcome = until_ready(async || lookout.look().await, goal, &Recording::default()).await.unwrap();
    ((states_asked.get(), zones_asked.get()), outcome)
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_zone_costs_at_most_ninety_requests_in_the_first_minute() {
    let pending = |_| look("", "", &[("a", "Connecting", "")]).zones.unwrap();
    let ((states, zones), outcome) = requests(pending, &goal(60)).await;
    assert!(matches!(outcome, Outcome::TimedOut(Some(_))), "{outcome:?}");
    assert!(zones >= 55 && states >= 18, "{states} for states, {zones} for zones");
    assert!(states + zones <= 90, "{states} for states, {zones} for zones");
}

#[tokio::test(start_paused = true)]
async fn zones_that_change_are_believed_together_with_fresh_states() {
    for ready_at in 1..6 {
        let zones = |n: usize| {
            let zone = if n < ready_at { ("a", "Connecting", "") } else { ("a", "Connected", "10.0.0.10") };
            look("", "", &[zone]).zones.unwrap()
        };
        let started = Instant::now();
        let ((states, _), outcome) = requests(zones, &goal(60)).await;
        assert!(matches!(outcome, Outcome::Ready(_)), "{outcome:?}");
        assert!(states >= 2, "the first look's states are not enough");
        assert!(
            started.elapsed() <= Duration::from_secs(ready_at as u64),
            "noticed at the first look that can"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_fails_while_its_zones_are_waited_for_is_noticed_at_the_third_look() {
    let asked = Cell::new(0);
    let lookout = Lookout::new(
        async || {
            let n = asked.replace(asked.get() + 1);
            Ok(endpoint("Active", if n == 0 { "Connected" } else { "ServiceDeleted" }))
        },
        async || Ok(look("", "", &[("a", "Connecting", "")]).zones.unwrap()),
    );
    let started = Instant::now();
    let outcome = until_ready(async || lookout.look().await, &goal(60), &Recording::default()).await.unwrap();
    assert!(matches!(outcome, Outcome::Hopeless(_, Hopeless::ServiceDeleted)), "{outcome:?}");
    assert!(started.elapsed() <= Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_everything_is_asked_for_again() {
    let (states_asked, zones_asked) = (Cell::new(0), Cell::new(0));
    let lookout = Lookout::new(
        async || {
            states_asked.set(states_asked.get() + 1);
            Ok(endpoint("Active", "Connected"))
        },
        async || match zones_asked.replace(zones_asked.get() + 1) {
            1 => Err(outage()),
            _ => Ok(look("", "", &[("a", "Connecting", "")]).zones.unwrap()),
        },
    );
    assert!(lookout.look().await.is_ok() && lookout.look().await.is_err() && lookout.look().await.is_ok());
    assert_eq!((states_asked.get(), zones_asked.get()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_hangs_does_not_outlive_the_timeout() {
    let started = Instant::now();
    let outcome =
        until_ready(async || std::future::pending().await, &goal(30), &Recording::default()).await.unwrap();
    assert_eq!(outcome, Outcome::TimedOut(None));
    assert_eq!(started.elapsed(), Duration::from_secs(30));
}

fn error(code: &str) -> Error {
    Error {
        operation: crate::cloud::privatelink::GET_VPC_ENDPOINT_ATTRIBUTE,
        kind: crate::cloud::ErrorKind::Api {
            status: 400,
            code: code.to_owned(),
            message: String::new(),
            recommend: None,
            denied: None,
            signature: None,
        },
        tries: 1,
        request_id: None,
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_the_api_does_not_know_yet_is_given_time() {
    let looks = Cell::new(0);
    let gone = async || {
        looks.set(looks.get() + 1);
        Err(error("EndpointNotFound"))
    };
    let result = until_ready(gone, &goal(600), &Recording::default()).await;
    assert_eq!(result, Err(error("EndpointNotFound")));
    assert!((55..=75).contains(&looks.get()), "{}", looks.get());
}

#[tokio::test(start_paused = true)]
async fn one_that_was_just_made_and_never_seen_is_waited_for_until_the_end() {
    let never = async || Err(error("EndpointNotFound"));
    let new = || Goal { is_new: true, ..goal(600) };
    let result = until_ready(never, &new(), &Recording::default()).await;
    assert_eq!(result, Ok(Outcome::TimedOut(None)));
    let looks = Cell::new(0);
    let late = async || match looks.replace(looks.get() + 1) {
        0..120 => Err(error("EndpointNotFound")),
        _ => Ok(look("Active", "Connected", &[("a", "Connected", "10.0.0.10")])),
    };
    let outcome = until_ready(late, &new(), &Recording::default()).await.unwrap();
    assert!(matches!(outcome, Outcome::Ready(_)), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_domain_name_it_is_not_ready() {
    let mut nameless = look("Active", "Connected", &[("a", "Connected", "10.0.0.10")]);
    nameless.endpoint.endpoint_domain.clear();
    let named = look("Active", "Connected", &[("a", "Connected", "10.0.0.10")]);
    let (outcome, taken, ..) = run(vec![nameless.clone(), nameless.clone(), named], &goal(600)).await;
    assert!(matches!(outcome, Outcome::Ready(_)) && taken == 3, "{outcome:?}");
    let (outcome, _, took, _) = run(vec![nameless.clone()], &goal(600)).await;
    assert_eq!(outcome, Outcome::Hopeless(nameless.clone(), Hopeless::Nameless));
    assert!((28..35).contains(&took.as_secs()), "{took:?}");
    let (outcome, ..) = run(vec![nameless], &goal(20)).await;
    assert!(matches!(outcome, Outcome::TimedOut(Some(_))), "{outcome:?}");
}

fn outage() -> Error {
    Error {
        operation: crate::cloud::privatelink::GET_VPC_ENDPOINT_ATTRIBUTE,
        kind: crate::cloud::ErrorKind::Broken { host: "h".to_owned(), reason: "reset".to_owned() },
        tries: 5,
        request_id: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_passing_outage_of_the_api_does_not_end_the_waiting() {
    let looks = Cell::new(0);
    let flaky = async || match looks.replace(looks.get() + 1) {
        2..30 => Err(outage()),
        0..2 => Ok(look("Creating", "Disconnected", &[])),
        _ => Ok(look("Active", "Connected", &[("a", "Connected", "10.0.0.10")])),
    };
    let outcome = until_ready(flaky, &goal(600), &Recording::default()).await.unwrap();
    assert!(matches!(outcome, Outcome::Ready(_)), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_stays_ends_as_one_within_two_minutes_or_the_timeout() {
    for (timeout, latest) in [(600, 70), (20, 20)] {
        let started = Instant::now();
        let result = until_ready(async || Err(outage()), &goal(timeout), &Recording::default()).await;
        assert_eq!(result, Err(outage()));
        assert!(started.elapsed() <= Duration::from_secs(latest), "{:?}", started.elapsed());
    }
}

/// Each look takes a call's whole budget to fail.
#[tokio::test(start_paused = true)]
async fn looks_that_take_long_to_fail_do_not_make_the_outage_longer() {
    for each in [10, 40, 59, 61, 90] {
        let started = Instant::now();
        let slow = async || {
            tokio::time::sleep(Duration::from_secs(each)).await;
            Err(outage())
        };
        let result = until_ready(slow, &goal(600), &Recording::default()).await;
        assert_eq!(result, Err(outage()));
        assert!(started.elapsed() <= Duration::from_secs(90), "{each}: {:?}", started.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn time_spent_before_counts() {
    let started = Instant::now();
    let goal = goal(30);
    tokio::time::sleep(Duration::from_secs(20)).await;
    let script = vec![look("Creating", "Disconnected", &[])];
    let (outcome, _, waited, _) = run(script, &goal).await;
    assert!(matches!(outcome, Outcome::TimedOut(Some(_))));
    assert_eq!((waited.as_secs(), started.elapsed().as_secs()), (10, 30));
}
