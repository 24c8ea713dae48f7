//! What goes wrong on purpose.

use super::*;

/// A sandbox with one fault, and what the first call to it meets.
fn met(kind: &str) -> (Sandbox, std::io::Result<Reply>) {
    let fault = format!("[[fault]]\naction = 'CreateVpcEndpoint'\nkind = '{kind}'\ndelay_ms = 20");
    let sandbox = start_with(&fault);
    let reply = attempt(&sandbox);
    (sandbox, reply)
}

fn attempt(sandbox: &Sandbox) -> std::io::Result<Reply> {
    let mut params = public(sandbox, "CreateVpcEndpoint");
    params.extend(pairs(&create_params()));
    exchange(sandbox, "POST", "/", &canonical_query(&signed(sandbox, params)))
}

#[test]
fn errors_take_the_place_of_the_operation() {
    let rows = [
        ("throttle", 400, "Throttling.User"),
        ("throttle-with-retry-after", 400, "Throttling.User"),
        ("500", 500, "InternalError"),
        ("503", 503, "ServiceUnavailable"),
    ];
    for (kind, status, code) in rows {
        let (sandbox, reply) = met(kind);
        let reply = reply.expect("an answer");
        assert_eq!((reply.status, reply.json()["Code"].as_str()), (status, Some(code)), "{kind}");
        assert_eq!(
            reply.head.contains("x-acs-retry-after: 20\r\n"),
            kind == "throttle-with-retry-after",
            "{kind}"
        );
        assert!(sandbox.state().endpoints.is_empty(), "{kind}");
        assert_eq!(attempt(&sandbox).expect("an answer").status, 200, "{kind} strikes once");
    }
}

#[test]
fn any_error_can_be_ordered() {
    let sandbox =
        start_with("[[fault]]\naction = '*'\nkind = 'error'\ncode = 'EndpointLocked'\nstatus = 409");
    assert_eq!(refused(&sandbox, "CheckProductOpen", &[]), (409, "EndpointLocked".into()));
    good(&sandbox, "CheckProductOpen", &[]);
}

#[test]
fn answers_that_are_no_answers() {
    for kind in ["garbage", "html", "empty", "redirect"] {
        let (sandbox, reply) = met(kind);
        let reply = reply.expect("an answer");
        assert_eq!(reply.status, if kind == "redirect" { 302 } else { 200 }, "{kind}");
        assert!(serde_json::from_str::<Value>(&reply.text).is_err(), "{kind}");
        assert!(sandbox.state().endpoints.is_empty(), "{kind}");
    }
}

#[test]
fn resets_come_before_or_after_the_deed() {
    for (kind, endpoints) in [("reset-before", 0), ("reset-after", 1)] {
        let (sandbox, reply) = met(kind);
        let error = reply.err().expect("no answer");
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{kind}");
        assert_eq!(sandbox.state().endpoints.len(), endpoints, "{kind}");
        assert_eq!(sandbox.calls()[0].status, None);
        assert_eq!(attempt(&sandbox).expect("an answer").status, 200, "{kind}: the same token is good");
        assert_eq!(sandbox.state().endpoints.len(), 1, "{kind}");
    }
}

#[test]
fn half_an_answer_to_a_whole_deed() {
    let (sandbox, reply) = met("truncated");
    let reply = reply.expect("half an answer");
    let length: usize = reply
        .head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok())
        .expect("a length");
    assert!(!reply.text.is_empty() && reply.text.len() < length);
    assert_eq!(sandbox.state().endpoints.len(), 1);
}

#[test]
fn slow_is_slow_and_hang_is_for_ever() {
    let (sandbox, reply) = met("slow");
    assert_eq!(reply.expect("an answer").status, 200);
    let call = &sandbox.calls()[0];
    assert!(call.finished.expect("finished").checked_sub(call.started).unwrap() >= Duration::from_millis(20));
    let sandbox = start_with("[[fault]]\naction = '*'\nkind = 'hang'");
    let mut stream = TcpStream::connect(sandbox.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_millis(30))).expect("a timeout");
    let target = format!("/?{}", canonical_query(&signed(&sandbox, public(&sandbox, "GetCallerIdentity"))));
    write!(stream, "POST {target} HTTP/1.1\r\n\r\n").expect("sent");
    assert!(stream.read(&mut [0]).is_err(), "nothing comes");
    drop(sandbox);
    assert!(!matches!(stream.read(&mut [0]), Ok(1..)), "and nothing will");
}

#[test]
fn faults_can_skip_last_and_choose_a_region() {
    let sandbox = start_with(
        "[[fault]]\naction = 'DescribeVpcs'\nkind = '503'\nskip = 1\ntimes = 0\nregion = 'ap-southeast-1'",
    );
    let statuses: Vec<u16> = (0..4).map(|_| call(&sandbox, "DescribeVpcs", &[REGION]).0).collect();
    assert_eq!(statuses, [200, 503, 503, 503]);
    assert_eq!(call(&sandbox, "DescribeVpcs", &[("RegionId", "eu-central-1")]).0, 200);
    assert_eq!(call(&sandbox, "GetCallerIdentity", &[]).0, 200);
}

#[test]
fn latency_delays_every_call() {
    let sandbox = start_with("latency_ms = 8");
    good(&sandbox, "CheckProductOpen", &[]);
    let call = &sandbox.calls()[0];
    assert!(call.finished.expect("finished") >= call.started + Duration::from_millis(8));
}

#[test]
fn a_followed_redirect_shows_in_the_record() {
    let (sandbox, reply) = met("redirect");
    assert!(reply.expect("an answer").head.contains("\r\nLocation: /portal"));
    assert_eq!(exchange(&sandbox, "GET", "/portal", "").expect("an answer").status, 200);
    assert_eq!(sandbox.calls()[1].action, "/portal");
    assert_eq!(exchange(&sandbox, "GET", "/other", "").expect("an answer").status, 404);
    assert_eq!(exchange(&sandbox, "PUT", "/", "").expect("an answer").status, 405);
}
