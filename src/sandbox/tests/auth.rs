//! Who is let in.

use super::*;

#[test]
fn a_good_call_gets_an_answer_with_id_and_date() {
    let sandbox = start("instant");
    let reply = send(&sandbox, &signed(&sandbox, public(&sandbox, "GetCallerIdentity")));
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert_eq!(body["AccountId"], "1234567890123456");
    let id = body["RequestId"].as_str().expect("an id");
    assert!(reply.head.contains(&format!("x-acs-request-id: {id}")), "{}", reply.head);
    assert!(reply.head.contains("\r\nDate: "), "{}", reply.head);
    assert_eq!((id.len(), id.to_uppercase().as_str()), (36, id));
}

#[test]
fn get_and_post_and_query_and_body_are_one() {
    let sandbox = start("instant");
    let mut params = public(&sandbox, "GetCallerIdentity");
    let text = string_to_sign("GET", &params);
    params.insert("Signature".into(), signature(&sandbox.access_key().secret, &text));
    let reply = exchange(&sandbox, "GET", &format!("/?{}", canonical_query(&params)), "").expect("an answer");
    assert_eq!(reply.status, 200, "{}", reply.text);
    let mut query = signed(&sandbox, {
        let mut params = public(&sandbox, "DescribeVpcs");
        params.extend(pairs(&[REGION]));
        params
    });
    let body = query.split_off("SignatureMethod");
    let target = format!("/?{}", canonical_query(&query));
    let reply = exchange(&sandbox, "POST", &target, &canonical_query(&body)).expect("an answer");
    assert_eq!(reply.status, 200, "{}", reply.text);
    let twice = exchange(&sandbox, "POST", &target, &canonical_query(&query)).expect("an answer");
    assert_eq!(twice.json()["Code"], "InvalidParameter");
}

#[test]
fn a_connection_serves_many_calls() {
    let sandbox = start("instant");
    let mut stream = TcpStream::connect(sandbox.address).expect("it listens");
    for _ in 0..3 {
        let body = canonical_query(&signed(&sandbox, public(&sandbox, "CheckProductOpen")));
        let length = body.len();
        let kind = "application/x-www-form-urlencoded";
        let head = format!("POST / HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(format!("{head}{body}").as_bytes()).expect("sent");
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).expect("an answer");
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
    }
}

#[test]
fn a_wrong_signature_is_told_what_was_signed() {
    let sandbox = start("wrong-secret");
    let params = public(&sandbox, "GetCallerIdentity");
    let expected = string_to_sign("POST", &params);
    let reply = send(&sandbox, &signed(&sandbox, params));
    assert_eq!(reply.status, 400);
    let body = reply.json();
    assert_eq!(body["Code"], "SignatureDoesNotMatch");
    let message = body["Message"].as_str().expect("a message");
    let (before, after) = message.split_once(':').expect("a colon");
    assert!(before.ends_with("server string to sign is"), "{before}");
    assert_eq!(after, expected);
}

#[test]
fn a_nonce_is_good_once() {
    let sandbox = start("instant");
    let params = signed(&sandbox, public(&sandbox, "GetCallerIdentity"));
    assert_eq!(send(&sandbox, &params).status, 200);
    let again = send(&sandbox, &params);
    assert_eq!((again.status, again.json()["Code"].as_str()), (400, Some("SignatureNonceUsed")));
}

/// The code for one public parameter that is different, or missing.
fn with(name: &str, value: Option<&str>) -> String {
    let sandbox = start("instant");
    let mut params = public(&sandbox, "GetCallerIdentity");
    match value {
        Some(value) => params.insert(name.into(), value.into()),
        None => params.remove(name),
    };
    send(&sandbox, &signed(&sandbox, params)).json()["Code"].as_str().unwrap_or("no error").to_string()
}

#[test]
fn public_parameters_are_checked() {
    let rows = [
        ("Timestamp", Some("2020-01-01T00:00:00Z"), "InvalidTimeStamp.Expired"),
        ("Timestamp", Some("2020-01-01T00:00:00.5Z"), "InvalidTimeStamp.Format"),
        ("Timestamp", Some("2020-01-01 00:00:00"), "InvalidTimeStamp.Format"),
        ("Timestamp", None, "MissingParameter"),
        ("SignatureMethod", Some("HMAC-SHA256"), "InvalidSignatureMethod"),
        ("SignatureVersion", Some("2.0"), "InvalidParameter"),
        ("SignatureNonce", None, "MissingParameter"),
        ("Format", Some("XML"), "InvalidParameter"),
        ("Version", Some("2014-05-26"), "InvalidVersion"),
        ("Action", Some("GetCallerIdentify"), "InvalidAction.NotFound"),
        ("AccessKeyId", Some("somebody"), "InvalidAccessKeyId.NotFound"),
        ("SecurityToken", Some("token"), "InvalidSecurityToken.MismatchWithAccessKey"),
        ("RegionID", Some("ap-southeast-1"), "InvalidParameter"),
    ];
    for (name, value, code) in rows {
        assert_eq!(with(name, value), code, "{name} {value:?}");
    }
}

#[test]
fn an_unsigned_call_is_incomplete() {
    let sandbox = start("instant");
    let reply = send(&sandbox, &public(&sandbox, "GetCallerIdentity"));
    assert_eq!(reply.json()["Code"], "IncompleteSignature");
}

#[test]
fn every_kind_of_key() {
    let rows = [
        ("ok", 200, "no error"),
        ("token", 200, "no error"),
        ("wrong-secret", 400, "SignatureDoesNotMatch"),
        ("unknown", 404, "InvalidAccessKeyId.NotFound"),
        ("inactive", 400, "InvalidAccessKeyId.Inactive"),
        ("expired-token", 400, "InvalidSecurityToken.Expired"),
        ("needs-token", 400, "MissingSecurityToken"),
    ];
    for (kind, status, code) in rows {
        let sandbox = start_with(&format!("key.kind = \"{kind}\""));
        assert_eq!(refused(&sandbox, "GetCallerIdentity", &[]), (status, code.into()), "{kind}");
    }
}

#[test]
fn a_skewed_clock_shows_in_the_date_header() {
    let sandbox = start("clock-skew");
    let mut params = public(&sandbox, "GetCallerIdentity");
    params.insert("Timestamp".into(), iso(jiff::Timestamp::now()));
    let reply = send(&sandbox, &signed(&sandbox, params));
    assert_eq!(reply.json()["Code"], "InvalidTimeStamp.Expired");
    let date = super::super::clock::http_date(sandbox.now());
    let hour = &date[..20];
    assert!(reply.head.contains(hour), "{} has no {hour}", reply.head);
    assert_eq!(call(&sandbox, "GetCallerIdentity", &[]).0, 200, "with the cloud's time it works");
}

#[test]
fn the_record_has_no_secrets() {
    let sandbox = start_with("key.kind = \"token\"");
    good(&sandbox, "GetCallerIdentity", &[]);
    let calls = sandbox.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].action.as_str(), calls[0].product, calls[0].status),
        ("GetCallerIdentity", "sts", Some(200))
    );
    assert!(calls[0].finished.expect("finished") >= calls[0].started);
    assert_eq!((calls[0].param("Signature"), calls[0].param("SecurityToken")), (None, None));
}
