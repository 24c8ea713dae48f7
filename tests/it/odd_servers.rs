//! Servers that keep to HTTP or to the API's shapes, but not to what one may expect of them.

use serde_json::{Value, json};
use tidb_pe::cloud::{ErrorKind, Unusable, ecs, privatelink, sts, vpc};

use crate::common::{sandbox, shipped};
use crate::crash::{BARE, SETUP};
use crate::fake::{Asked, Fake};
use crate::rehearsal::Rehearsal;
use crate::transport::client_at;

const REGION: &str = "ap-southeast-1";

/// VPCs of these numbers, as a page.
fn page(numbers: impl Iterator<Item = usize>, more: &Value) -> (u16, String) {
    let vpcs: Vec<Value> = numbers.map(|n| json!({"VpcId": format!("vpc-{n}"), "VpcName": "x"})).collect();
    let mut page = json!({"Vpcs": {"Vpc": vpcs}, "RequestId": "R"});
    page.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    (200, page.to_string())
}

fn number(asked: &Asked) -> usize {
    asked.field("PageNumber").and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// How many VPCs a server seems to have, or what went wrong; and how often it was asked.
async fn vpcs(
    answer: impl Fn(&Asked) -> (u16, String) + Send + 'static,
) -> (Result<usize, ErrorKind>, usize) {
    let server = Fake::answering(answer);
    let (client, _) = client_at(&server.url, &shipped("instant"));
    let found = vpc::describe_vpcs(&client, REGION, None).await;
    if let Ok(found) = &found {
        let ids: std::collections::BTreeSet<&str> = found.iter().map(|vpc| vpc.vpc_id.as_str()).collect();
        assert_eq!(ids.len(), found.len(), "none twice");
    }
    (found.map(|found| found.len()).map_err(|error| error.kind), server.asked().len())
}

fn repeats(result: &Result<usize, ErrorKind>) -> bool {
    matches!(result, Err(ErrorKind::Unusable { what: Unusable::Shape(why), .. }) if why.contains("repeats itself"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ignores_the_page_number_is_found_out() {
    let (result, asked) = vpcs(|_| page(0..50, &json!({"TotalCount": 250}))).await;
    assert!(repeats(&result), "{result:?}");
    assert!(asked <= 10, "{asked}");
    // Where it has no more than one page, nobody needs to know.
    assert_eq!(vpcs(|_| page(0..50, &json!({"TotalCount": 50}))).await, (Ok(50), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_counts_wrongly_is_read_to_its_end_all_the_same() {
    let of = |all: usize, total: Value| {
        move |asked: &Asked| {
            let from = (number(asked) - 1) * 50;
            page(from.min(all)..(from + 50).min(all), &json!({"TotalCount": total}))
        }
    };
    let (result, asked) = vpcs(of(60, json!(1_000_000))).await;
    assert_eq!(result, Ok(60));
    assert!(asked <= 12, "{asked} requests for two pages");
    assert_eq!(vpcs(of(120, json!(70))).await.0, Ok(120), "too few");
    assert_eq!(vpcs(of(120, json!("0"))).await.0, Ok(120), "none");
    assert_eq!(vpcs(of(120, Value::Null)).await.0, Ok(120), "not at all");
    assert_eq!(vpcs(of(0, json!(0))).await, (Ok(0), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hands_out_smaller_pages_is_read_to_its_end() {
    let small = |asked: &Asked| {
        let from = (number(asked) - 1) * 10;
        page(from..(from + 10).min(95), &json!({"TotalCount": 95}))
    };
    assert_eq!(vpcs(small).await, (Ok(95), 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_on_while_it_is_read_is_there_once() {
    let shifting = |asked: &Asked| match number(asked) {
        1 => page(0..50, &json!({"TotalCount": 80})),
        _ => page(49..80, &json!({"TotalCount": 81})),
    };
    assert_eq!(vpcs(shifting).await.0, Ok(80));
}

/// How many endpoints a server seems to have by its tokens, and how often it was asked.
async fn endpoints(
    token: impl Fn(&str) -> (usize, &'static str) + Send + 'static,
) -> (Result<usize, ErrorKind>, usize) {
    let server = Fake::answering(move |asked: &Asked| {
        let (item, next) = token(asked.field("NextToken").unwrap_or_default());
        let endpoint = json!({"EndpointId": format!("ep-{item}")});
        (200, json!({"Endpoints": [endpoint], "NextToken": next}).to_string())
    });
    let (client, _) = client_at(&server.url, &shipped("instant"));
    let found = privatelink::all_endpoints(&client, REGION).await;
    (found.map(|found| found.len()).map_err(|error| error.kind), server.asked().len())
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_lead_in_a_circle_end() {
    assert_eq!(endpoints(|token| if token.is_empty() { (1, "a") } else { (2, "") }).await, (Ok(2), 2));
    // The same items again, whatever the token.
    let (result, asked) = endpoints(|token| (1, if token == "a" { "b" } else { "a" })).await;
    assert!(repeats(&result) && asked == 2, "{result:?} after {asked}");
    // New items for ever, but a token that was there before.
    let count = std::sync::atomic::AtomicUsize::new(0);
    let next = move |token: &str| {
        let item = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        (item, if token == "a" { "b" } else { "a" })
    };
    let (result, asked) = endpoints(next).await;
    assert!(repeats(&result) && asked == 3, "{result:?} after {asked}");
    // Rules are a list like any other.
    let server = Fake::answering(|_| {
        let rule = json!({"SecurityGroupRuleId": "sgr-1", "PortRange": "4000/4000"});
        (200, json!({"Permissions": {"Permission": [rule]}, "NextToken": "same"}).to_string())
    });
    let (client, _) = client_at(&server.url, &shipped("instant"));
    assert!(ecs::ingress_rules(&client, REGION, "sg-1").await.is_err());
    assert!(server.asked().len() <= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_a_size_or_coding_that_nobody_asked_for_are_refused() {
    let error = async |kind: &str| {
        let cloud = sandbox(&format!("[[fault]]\naction = '*'\nkind = '{kind}'\ntimes = 0\n"));
        let (client, _) = client_at(&cloud.url(), &cloud);
        sts::get_caller_identity(&client, REGION).await.unwrap_err()
    };
    let large = error("too-large").await;
    assert!(matches!(large.kind, ErrorKind::Unusable { what: Unusable::TooLarge, .. }), "{:?}", large.kind);
    let zipped = error("gzip").await;
    assert!(
        matches!(zipped.kind, ErrorKind::Unusable { what: Unusable::Garbage(_), .. }),
        "{:?}",
        zipped.kind
    );
    for error in [large, zipped] {
        assert_eq!((error.tries, error.is_outage(), error.request_id.is_some()), (5, true, true));
    }
}

#[test]
fn eight_mebibytes_are_the_most() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for (padding, fits) in [((8 << 20) - 100, true), (8 << 20, false)] {
        let server = Fake::answering(move |_| {
            (200, json!({"AccountId": "1", "Padding": "x".repeat(padding)}).to_string())
        });
        let (client, _) = client_at(&server.url, &shipped("instant"));
        let answer = runtime.block_on(sts::get_caller_identity(&client, REGION));
        assert_eq!(answer.is_ok(), fits, "{padding}");
    }
}

/// Every call of a run that makes everything: what is created is created once, under one token.
#[test]
fn connections_that_are_reset_while_idle_and_answers_announced_twice_change_nothing() {
    for kind in ["hang-up", "interim"] {
        let cloud = sandbox(&format!("{BARE}\n[[fault]]\naction = '*'\nkind = '{kind}'\ntimes = 0\n"));
        let outcome = Rehearsal::against(&cloud, &SETUP).go();
        assert_eq!(outcome.code, 0, "{kind}: {}", outcome.stderr);
        let now = cloud.state();
        assert_eq!((now.endpoints.len(), now.vswitches.len(), now.groups.len()), (1, 1, 2), "{kind}");
        for action in ["CreateVSwitch", "CreateSecurityGroup", "AuthorizeSecurityGroup", "CreateVpcEndpoint"]
        {
            let calls = cloud.calls().into_iter().filter(|call| call.action == action);
            let tokens: std::collections::BTreeSet<String> =
                calls.filter_map(|call| call.param("ClientToken").map(ToOwned::to_owned)).collect();
            assert_eq!(tokens.len(), 1, "{kind} {action}");
        }
    }
}

#[test]
fn no_kind_of_redirect_is_followed() {
    let trap = Fake::answering(|_| (200, "{}".to_owned()));
    for status in [301, 302, 303, 307, 308] {
        for to in [trap.url.as_str(), "//127.0.0.1/", "/elsewhere", ""] {
            let cloud = sandbox(&format!(
                "[[fault]]\naction = '*'\nkind = 'redirect'\nstatus = {status}\nto = '{to}'\ntimes = 0\n"
            ));
            let outcome = Rehearsal::against(&cloud, &["list", "--region-id", REGION, "-o", "json"]).go();
            assert_eq!((outcome.code, cloud.calls().len()), (7, 5), "{status} {to}: {}", outcome.stderr);
            assert!(cloud.calls().iter().all(|call| call.action == "ListVpcEndpoints"), "{status} {to}");
        }
    }
    assert_eq!(trap.asked().len(), 0);
}
