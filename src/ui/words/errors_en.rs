//! Why a command did not do what was asked, and what to do, in English.

mod interrupted;

use super::pieces::some;
use super::reading::{self, Denial, KeyRefusal, Known, Refusal};
use super::{checks_en, credentials_en, problems_en, tidb_cloud_en};
use crate::check::Finding;
use crate::cloud::{self, ErrorKind, Unusable};
use crate::error::{Error, Kind};
use crate::problem::Problem;
use crate::ui::clean::clean;
use crate::wait::Hopeless;

/// More problems than this at once are counted, not listed.
const MOST_PROBLEMS: usize = 20;

/// The connection test's failure where its finding was already shown.
pub fn test_failed(finding: &Finding) -> String {
    format!("The endpoint is ready, but the connection test failed at {}, see above.", finding.id.as_str())
}

/// Where the log is, and what to quote; the last line of a failure.
pub fn log_file(path: &str, error: &Error) -> String {
    let support = if matches!(error, Error::TidbCloud(_)) { "TiDB Cloud" } else { "Alibaba Cloud" };
    let quote = match (error.kind(), error.request_id()) {
        (Kind::Usage | Kind::Cancelled, _) => String::new(),
        (_, Some(id)) => format!("; quote request id {id} to {support} support"),
        (_, None) => format!("; {support} support asks for time and host of the request that failed"),
    };
    format!("{path} has every request of this run, without secrets{quote}.")
}

/// A log that could not be written to its end.
pub fn log_incomplete(path: &str, reason: &str) -> String {
    format!("{path} is not complete: {reason}.")
}

/// What happened and why; what to do.
pub fn error(error: &Error) -> (String, Option<String>) {
    match error {
        Error::Arguments(text) => (text.clone(), some("See tidb-pe --help.")),
        Error::Problems(problems) => all(problems),
        Error::NotAccepted => (
            "Nothing was changed: the plan has to be accepted, and nobody can be asked here.".to_owned(),
            some("Read the plan, then run the same command with --yes."),
        ),
        Error::NoCredentials(misses) => credentials_en::none(misses),
        Error::NoTidbKeys(misses) => tidb_cloud_en::no_keys(misses),
        Error::TidbCloud(error) => tidb_cloud_en::error(error),
        Error::Unfit { cluster_id, why } => tidb_cloud_en::unfit(cluster_id, why),
        Error::Cloud(error) => cloud_error(error),
        Error::Unanswered(error) => unanswered(error),
        Error::Hidden { error, .. } => (
            format!(
                "Alibaba Cloud says that the VPC has an endpoint to this service, and lists none yet. ({})",
                error.code().unwrap_or_default()
            ),
            some(
                "Run the same command again in a minute: a list can lag behind, and the endpoint is used as soon as it \
                 shows. If it never does, this key may not be allowed to see it: look in the Alibaba Cloud console.",
            ),
        ),
        Error::ProductNotOpen { .. } => (
            "PrivateLink is not activated for this Alibaba Cloud account.".to_owned(),
            some(
                "Add --open-service to activate it, once and free of charge; or do it in the Alibaba Cloud console: VPC > \
                 Endpoints > Activate.",
            ),
        ),
        Error::ServiceNotFound { service_name, account_id, .. } => (
            format!("Alibaba Cloud knows no endpoint service {service_name} for account {account_id}."),
            some(
                "Compare the Service Name with the TiDB Cloud console, character by character. If it is right, the \
                 service may be gone or closed to this account: ask TiDB Cloud support.",
            ),
        ),
        Error::NotGone { endpoint_id, waited } => (
            format!("Endpoint {endpoint_id} was still there after {}.", super::seconds(*waited)),
            some(
                "Run the same command again: it goes on where this one stopped. --wait-timeout waits longer.",
            ),
        ),
        Error::DeletionCancelled { signal, endpoint_id, changed, removed } => {
            interrupted::deletion_cancelled(*signal, endpoint_id.as_deref(), *changed, removed)
        }
        Error::SecondRefused { service_name, vpc_id, .. } => (
            format!(
                "A second endpoint was asked for with --new, and Alibaba Cloud allows only one to {service_name} in \
                 {vpc_id}. (EndpointDuplicated)"
            ),
            some(
                "Leave --new out to use the one that exists (tidb-pe list shows it), or delete that one first.",
            ),
        ),
        Error::OtherRun { waited } => (
            format!(
                "Another tidb-pe on this machine has been changing the same endpoint for {}.",
                super::seconds(*waited)
            ),
            some("Wait until it ends, or end it; then run the same command again."),
        ),
        Error::VSwitchNotReady { vswitch_id, waited } => (
            format!("vSwitch {vswitch_id} was not Available after {}.", super::seconds(*waited)),
            some("Run the same command again: it goes on with this vSwitch."),
        ),
        Error::Hopeless { endpoint_id, why } => hopeless(endpoint_id, *why),
        Error::NotReady { .. } => not_ready(error),
        Error::TestFailed(finding) => {
            let (summary, remedy) = checks_en::finding(finding);
            let layer = finding.id.as_str();
            (format!("The endpoint is ready, but the connection test failed at {layer}: {summary}"), remedy)
        }
        Error::CheckFailed(finding) => {
            let (summary, remedy) = checks_en::finding(finding);
            (format!("The check failed at {}: {summary}", finding.id.as_str()), remedy)
        }
        Error::SomeFailed { failed, of, .. } => {
            (format!("{failed} of {of} endpoints did not pass."), some("Each one says why above."))
        }
        Error::Cancelled { signal, making, endpoint_id, made } => {
            interrupted::cancelled(*signal, *making, endpoint_id.as_deref(), made)
        }
        Error::Unwritten(reason) => (
            format!("The work was done, but its result could not be written to standard output: {reason}."),
            some("Run the same command again with a writable output: nothing is done twice."),
        ),
        Error::Internal(text) => (
            format!("Something in tidb-pe itself went wrong: {text}."),
            some("Please report this with the command you ran."),
        ),
    }
}

fn unanswered(error: &cloud::Error) -> (String, Option<String>) {
    const AGAIN: &str =
        "Run the same command again: if the endpoint is there, it is used. Or look: tidb-pe list.";
    let (what, remedy) = cloud_error(error);
    let remedy = remedy.filter(|_| error.is_refusal()).map(|remedy| format!("{remedy} {AGAIN}"));
    (
        format!("{what} The endpoint may have been created; it costs money while it exists."),
        remedy.or_else(|| some(AGAIN)),
    )
}

fn all(problems: &[Problem]) -> (String, Option<String>) {
    if let [only] = problems {
        return problems_en::problem(only);
    }
    let both = problems.iter().take(MOST_PROBLEMS).map(problems_en::problem);
    let mut lines: Vec<String> = both
        .map(|(what, remedy)| remedy.map_or_else(|| what.clone(), |remedy| format!("{what} {remedy}")))
        .collect();
    let more = problems.len().saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("And {more} more."));
    }
    (format!("{} things are in the way:\n  {}", problems.len(), lines.join("\n  ")), None)
}

/// A call that did not end with a usable answer.
pub(super) fn cloud_error(error: &cloud::Error) -> (String, Option<String>) {
    let action = error.operation.action;
    match &error.kind {
        ErrorKind::Api { code, message, recommend, .. } => {
            let (what, remedy) = match reading::refusal(error) {
                Refusal::Key(why) => key_refused(&why),
                Refusal::Role => (
                    "PrivateLink's service-linked role could not be checked or created.",
                    "Allow ram:CreateServiceLinkedRole for privatelink.aliyuncs.com, or have an administrator run this \
                     once. A policy that allows it: tidb-pe policy --feature create",
                ),
                Refusal::Denied(denial) => return denied_by_ram(&denial, code),
                Refusal::Known(known) => known_code(&known),
                Refusal::Other => return other(error, code, message, recommend.as_deref()),
            };
            (format!("{what} ({code})"), some(remedy))
        }
        ErrorKind::Credentials(miss) => (
            format!(
                "The temporary credentials have ended and cannot be renewed: {}.",
                credentials_en::miss(miss)
            ),
            Some(credentials_en::remedy(miss).unwrap_or_else(|| {
                "Renew them there, then run the same command again: it continues where it stopped.".to_owned()
            })),
        ),
        ErrorKind::Unusable { status, what } => {
            (format!("{action} got no usable answer (HTTP {status}): {}.", unusable(what)), some(PROXY))
        }
        ErrorKind::Connect { host, reason } => (
            format!("No connection to {host} for {action}: {reason}."),
            some(
                "Check this machine's internet access, DNS and proxy settings, then run the same command again.",
            ),
        ),
        ErrorKind::Broken { host, reason } => (
            format!(
                "The connection to {host} broke during {action}{}: {reason}.",
                tried(", ", error.tries, " times")
            ),
            some(PROXY),
        ),
        ErrorKind::Timeout { host, after } => (
            format!(
                "{host} did not answer {action} within {} s{}.",
                after.as_secs_f64().ceil(),
                tried(", after ", error.tries, " tries")
            ),
            some(PROXY),
        ),
    }
}

/// How often something was tried; one try goes without saying.
fn tried(before: &str, tries: u32, after: &str) -> String {
    if tries > 1 { format!("{before}{tries}{after}") } else { String::new() }
}

const PROXY: &str = "Something between this machine and Alibaba Cloud may interfere: check the proxy, then run the \
                     same command again; it continues where it stopped.";

fn unusable(what: &Unusable) -> String {
    match what {
        Unusable::Empty => "the answer was empty".to_owned(),
        Unusable::Html(Some(title)) => format!("a web page came instead, titled {title:?}"),
        Unusable::Html(None) => "a web page came instead".to_owned(),
        Unusable::Garbage(text) => format!("the answer was cut off or is no JSON: {text:?}"),
        Unusable::Redirect(to) => {
            format!("it was redirected to {to:?}, which is never followed with credentials")
        }
        Unusable::TooLarge => "the answer was larger than 8 MiB".to_owned(),
        Unusable::Shape(why) => format!("the answer lacks what it should have: {why}"),
    }
}

/// What has no sentence of ours: the cloud's own.
fn other(
    error: &cloud::Error,
    code: &str,
    message: &str,
    recommend: Option<&str>,
) -> (String, Option<String>) {
    let action = error.operation.action;
    let tries = tried(" after ", error.tries, " tries");
    let hint = recommend.map(|link| format!("Alibaba Cloud explains it at {link}"));
    let busy = error.is_outage().then(|| "Run the same command again in a minute.".to_owned());
    (format!("Alibaba Cloud refused {action}{tries}: {}: {}", clean(code), clean(message)), busy.or(hint))
}

fn key_refused(why: &KeyRefusal) -> (&'static str, &'static str) {
    match why {
        KeyRefusal::ChangedRequest => (
            "Alibaba Cloud computed another signature: it received a different request than was sent.",
            "Something on the way changes requests, often a proxy. Without one, this is a bug of tidb-pe: please \
             report it.",
        ),
        KeyRefusal::WrongSecret => (
            "The AccessKey secret is wrong: Alibaba Cloud signed the same request with another result.",
            "Set the secret that belongs to this AccessKey ID; look out for a missing character or a line end.",
        ),
        KeyRefusal::Disabled => (
            "The AccessKey is disabled.",
            "Enable it in the RAM console > Users > AccessKey, or use another key.",
        ),
        KeyRefusal::UnknownId => (
            "Alibaba Cloud does not know this AccessKey ID.",
            "Check it for typing errors, and that it is of the right account and site (alibabacloud.com or aliyun.com).",
        ),
        KeyRefusal::TokenExpired => {
            ("The temporary credentials have expired.", "Get new ones and run the same command again.")
        }
        KeyRefusal::WrongToken => (
            "The security token does not fit the AccessKey.",
            "Set ALIBABA_CLOUD_SECURITY_TOKEN to the token that was issued with this temporary key, or unset it for a \
             permanent key.",
        ),
        KeyRefusal::Clock => (
            "Alibaba Cloud refused the time of the request, and its own time could not be used either.",
            "Set this machine's clock right and run the same command again.",
        ),
    }
}

fn denied_by_ram(denial: &Denial, code: &str) -> (String, Option<String>) {
    let action = &denial.action;
    let who = denial.who.as_ref().map_or("this identity".to_owned(), |who| format!("{who:?}"));
    let remedy = if denial.explicit {
        format!("A policy forbids {action}: have it changed by whoever manages the account.")
    } else {
        let print = denial.feature.map(|feature| format!(" Print one: tidb-pe policy --feature {feature}."));
        let print = print.unwrap_or_default();
        format!("Attach a RAM policy that allows {action} to it, then run the same command again.{print}")
    };
    (format!("Permission denied: {who} may not do {action}. ({code})"), Some(remedy))
}

fn known_code(known: &Known) -> (&'static str, &'static str) {
    match known {
        Known::ServiceNotAuthorized => (
            "The endpoint service is not open to this Alibaba Cloud account.",
            "Ask TiDB Cloud support to allow the account.",
        ),
        Known::ZoneNotOffered => (
            "The endpoint service is not offered in one of the zones.",
            "Give --az-id as the TiDB Cloud console shows it.",
        ),
        Known::NoLoadBalancer => (
            "The provider has no load balancer in one of the zones.",
            "Give --az-id as the TiDB Cloud console shows it, or leave that zone out.",
        ),
        Known::ServiceNotActive => (
            "The endpoint service is not Active at the moment.",
            "Run the same command again in a few minutes; if it stays so, ask TiDB Cloud support.",
        ),
        Known::NoFreeAddress => {
            ("The vSwitch has no free address left.", "Give another --vswitch-id in that zone.")
        }
        Known::AddressTaken => ("The address is taken.", "Run the same command again."),
        Known::VSwitchNotAvailable => {
            ("The vSwitch is not Available yet.", "Run the same command again in a minute.")
        }
        Known::GroupTypes => (
            "The security groups are of a type, or of types, that an endpoint does not take together.",
            "Give groups of one type, normal or enterprise.",
        ),
        Known::Arrears => {
            ("The account is in arrears.", "Pay the overdue amount, then run the same command again.")
        }
        Known::EndpointGone => ("The endpoint is gone.", "Run the same command again to create a new one."),
        Known::NoSuchService => (
            "Alibaba Cloud knows no such endpoint service in this region.",
            "Compare Service Name and Region ID with the TiDB Cloud console.",
        ),
        Known::RangeTaken => (
            "Another vSwitch took the range a moment ago.",
            "Run the same command again: what was made is used, or a free range is computed anew.",
        ),
        Known::VSwitchQuota => (
            "The VPC has as many vSwitches as its quota allows.",
            "Delete one that is not used, or raise the quota: console > Quota Center > VPC.",
        ),
        Known::RuleQuota => (
            "The security group has as many rules as it can.",
            "Remove one that is not used, or give another group with --security-group-id.",
        ),
        Known::Protected => (
            "The endpoint is protected: only the identity that made it may change or delete it.",
            "Run the same command with the credentials of that identity.",
        ),
        Known::Quota => (
            "A quota of the account is used up.",
            "Delete endpoints that are no longer used, or raise the quota: console > Quota Center > PrivateLink.",
        ),
    }
}

fn hopeless(id: &str, why: Hopeless) -> (String, Option<String>) {
    match why {
        Hopeless::Deleted => (
            format!("Endpoint {id} is being deleted."),
            some(
                "Run the same command again when it is gone: a new one is created then. --new does not wait for that, \
                 if the cloud allows it.",
            ),
        ),
        Hopeless::Cut => (
            format!("The connection of endpoint {id} is being cut."),
            some(
                "Somebody disconnects it, here or at TiDB Cloud. Find out who, then run the same command again.",
            ),
        ),
        Hopeless::Rejected => (
            format!("The provider rejected the connection of endpoint {id}."),
            Some(format!(
                "Ask TiDB Cloud support to accept {id}, quoting it. It costs money while it exists; if it is not needed: \
                 tidb-pe delete {id}"
            )),
        ),
        Hopeless::ServiceDeleted => (
            format!("The endpoint service behind {id} was deleted by its provider."),
            Some(format!(
                "Take the present Service Name from the TiDB Cloud console and run setup with it. This one is of no \
                 use any more: tidb-pe delete {id}"
            )),
        ),
        Hopeless::FinancialLocked => (
            format!("Endpoint {id} is locked: the account is in arrears."),
            some("Pay the overdue amount, then run the same command again."),
        ),
        Hopeless::Nameless => (
            format!(
                "Endpoint {id} is Active and Connected, but Alibaba Cloud's API gives it no usable domain name."
            ),
            some(
                "Look for its Default Domain Name in the Alibaba Cloud console, and ask their support about the endpoint.",
            ),
        ),
    }
}

fn not_ready(error: &Error) -> (String, Option<String>) {
    let Error::NotReady {
        endpoint_id,
        waited,
        status,
        connection,
        ready,
        pending,
        business,
        has_zones,
        has_domain,
        is_seen,
        accept_account,
    } = error
    else {
        return (String::new(), None);
    };
    let after = super::seconds(*waited);
    if !is_seen {
        return (
            format!("Alibaba Cloud's API has not shown endpoint {endpoint_id} within {after}."),
            some(
                "Run the same command again: it goes on with this endpoint. If somebody deleted it, the same command makes \
                 a new one ten minutes after this one was asked for.",
            ),
        );
    }
    let zones = match (ready.is_empty(), pending.is_empty()) {
        (false, false) => format!(
            " Zones {} are connected and can be used now; not yet: {}.",
            ready.join(", "),
            pending.join(", ")
        ),
        (true, false) => format!(" Zones: {}.", pending.join(", ")),
        _ if connection == "Connected" && !has_zones => " It has no zone.".to_owned(),
        _ if connection == "Connected" && !has_domain => " It has no domain name yet.".to_owned(),
        _ => String::new(),
    };
    let paid = business.is_empty() || business == "Normal";
    let business = if paid { String::new() } else { format!(" Its business status is {business}.") };
    let what = format!(
        "Endpoint {endpoint_id} was not ready after {after}: endpoint {status}, connection {connection}.{zones}{business}"
    );
    let hint = match accept_account {
        Some(account) => format!(
            "The provider accepts by hand: give it endpoint {endpoint_id} and account {account}. Then run the same \
             command again; it goes on with this endpoint."
        ),
        None => "Run the same command again: it goes on with this endpoint. --wait-timeout waits longer."
            .to_owned(),
    };
    (what, Some(hint))
}
