//! What goes wrong on the way.

use serde::Deserialize;

/// One fault: which calls it hits, how, and how often.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The action it hits; `*` is any. The TiDB Cloud API's are `GetCluster` and `ListClusters`.
    pub action: String,
    /// What happens to the call.
    pub kind: FaultKind,
    /// How many calls it hits; 0 is every one.
    #[serde(default = "once")]
    pub times: usize,
    /// How many matching calls pass unharmed first.
    #[serde(default)]
    pub skip: usize,
    /// Hits only calls with this `RegionId`.
    #[serde(default)]
    pub region: Option<String>,
    /// The code of `error`, such as `EndpointLocked`.
    #[serde(default = "busy")]
    pub code: String,
    /// The message of `error`.
    #[serde(default = "told")]
    pub message: String,
    /// The HTTP status of `error` (left out: 400), `html` (left out: 200) and `redirect` (left out: 302).
    #[serde(default)]
    pub status: Option<u16>,
    /// The pause of `slow`, that before each byte of `slow-body`, and what `throttle-with-retry-after` asks for.
    #[serde(default = "short")]
    pub delay_ms: u64,
    /// Where `redirect` leads; left out: another path of the same server.
    #[serde(default)]
    pub to: Option<String>,
}

fn once() -> usize {
    1
}

fn busy() -> String {
    "SystemBusy".into()
}

fn told() -> String {
    "The sandbox was told to refuse this.".into()
}

fn short() -> u64 {
    100
}

/// What happens to a call. Only `reset-after`, `hang-after`, `slow`, `slow-body`, `truncated`, `hang-up` and `interim`
/// carry it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// 400 `Throttling.User`.
    Throttle,
    /// The same with an `x-acs-retry-after` header.
    ThrottleWithRetryAfter,
    /// Any error: `code` with `status`.
    Error,
    /// 500 `InternalError`.
    #[serde(rename = "500")]
    InternalError,
    /// 503 `ServiceUnavailable`.
    #[serde(rename = "503")]
    Unavailable,
    /// The connection is reset before anything was done.
    ResetBefore,
    /// The call is carried out, then the connection is reset.
    ResetAfter,
    /// Nothing is done and no answer comes; the connection stays open.
    Hang,
    /// The call is carried out, but no answer comes; the connection stays open.
    HangAfter,
    /// Carried out and answered after `delay_ms`.
    Slow,
    /// Carried out; half of the answer at once, then a byte every `delay_ms`.
    SlowBody,
    /// 200 with bytes that are no JSON.
    Garbage,
    /// A proxy's HTML page.
    Html,
    /// Carried out, half the answer, then the connection closes.
    Truncated,
    /// 200 with an empty body.
    Empty,
    /// 302 to another path, or `to`.
    Redirect,
    /// 400 `InvalidTimeStamp.Expired`, with the right time in `Date`.
    ClockSkew,
    /// Carried out and answered, then the kept connection is reset while nothing is under way.
    HangUp,
    /// Carried out; the answer comes after 100 and 103.
    Interim,
    /// 200 with a compressed body that nobody asked for.
    Gzip,
    /// 200 with more than 8 MiB of JSON.
    TooLarge,
}
