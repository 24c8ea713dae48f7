//! Which failures may be tried again, and how: the table of facts section d.

use super::error::ErrorKind;
use super::operation::Access;

/// What a failure means for the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Too many requests: certainly not carried out; wait longer.
    Throttled,
    /// A passing fault: the request may or may not have been carried out.
    Transient,
    /// The connection was never made: certainly not carried out.
    NotSent,
    /// The nonce was seen before: sign afresh, at once.
    NonceUsed,
    /// The timestamp was refused: set the clock right once.
    Clock,
    /// The temporary key has expired: certainly not carried out; renew it once.
    Expired,
    /// Another change is in progress: certainly not carried out; wait for it.
    Busy,
    /// Nothing to gain from another try.
    Final,
}

const TRANSIENT: [&str; 5] =
    ["ServiceUnavailable", "InternalError", "UnknownError", "SystemBusy", "SystemError"];

/// "Retry: yes" in the PrivateLink, VPC and ECS rows of facts sections b and d.
const BUSY: [&str; 24] = [
    "VSwitchStatusNotAllowed",
    "ConcurrentCallNotSupported",
    "EndpointLocked",
    "EndpointServiceLocked",
    "EndpointOperationDenied",
    "EndpointConnectionOperationDenied",
    "IdempotenceProcessing",
    "IncorrectStatus.VpcEndpoint",
    "IncorrectStatus.VpcEndpointConnection",
    "IncorrectStatus.VpcEndpointZone",
    "VpcNatServiceException",
    "GenerateResourceIdFailed",
    "TaskConflict",
    "IncorrectStatus",
    "IncorrectStatus.cbnStatus",
    "InvalidStatus.RouteEntry",
    "IncorrectVSwitchStatus",
    "IncorrectRouteEntryStatus",
    "OperationConflict",
    "OperationFailed.IdempotentTokenProcessing",
    "OperationFailed.LastTokenProcessing",
    "OperationFailed.DistibuteLock",
    "OperationFailed.NotifyCenCreate",
    "LastTokenProcessing",
];

/// The class of what went wrong.
pub(crate) fn class(kind: &ErrorKind) -> Class {
    match kind {
        ErrorKind::Api { status, code, .. } => class_of_code(*status, code),
        ErrorKind::Credentials(_) => Class::Final,
        ErrorKind::Unusable { .. } | ErrorKind::Broken { .. } | ErrorKind::Timeout { .. } => Class::Transient,
        ErrorKind::Connect { .. } => Class::NotSent,
    }
}

fn class_of_code(status: u16, code: &str) -> Class {
    if code.starts_with("Throttling") || code == "Rejected.Throttling" || status == 429 {
        return Class::Throttled;
    }
    match code {
        "SignatureNonceUsed" => Class::NonceUsed,
        "InvalidTimeStamp.Expired" | "InvalidTimeStamp.Format" | "IllegalTimestamp" => Class::Clock,
        "InvalidSecurityToken.Expired" => Class::Expired,
        _ if BUSY.contains(&code) => Class::Busy,
        _ if status >= 500 || TRANSIENT.contains(&code) => Class::Transient,
        _ => Class::Final,
    }
}

/// Whether a request of this kind may be sent again after a failure of this class.
pub(crate) fn may_retry(class: Class, access: Access, has_client_token: bool) -> bool {
    match class {
        Class::Final => false,
        Class::Transient => access != Access::Write || has_client_token,
        Class::Throttled
        | Class::NotSent
        | Class::NonceUsed
        | Class::Clock
        | Class::Expired
        | Class::Busy => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fall_into_the_classes_of_the_table() {
        let rows = [
            (400, "Throttling", Class::Throttled),
            (400, "Throttling.User", Class::Throttled),
            (429, "TooManyRequests", Class::Throttled),
            (503, "ServiceUnavailable", Class::Transient),
            (400, "SystemBusy", Class::Transient),
            (500, "Anything", Class::Transient),
            (400, "SignatureNonceUsed", Class::NonceUsed),
            (400, "InvalidTimeStamp.Expired", Class::Clock),
            (400, "InvalidSecurityToken.Expired", Class::Expired),
            (400, "InvalidSecurityToken.Malformed", Class::Final),
            (400, "EndpointLocked", Class::Busy),
            (400, "IncorrectStatus.VpcEndpointService", Class::Final),
            (400, "IdempotenceSignatureMismatch", Class::Final),
            (404, "InvalidAccessKeyId.NotFound", Class::Final),
            (400, "EndpointServiceNotFound", Class::Final),
        ];
        for (status, code, expected) in rows {
            assert_eq!(class_of_code(status, code), expected, "{status} {code}");
        }
    }

    #[test]
    fn a_write_without_a_token_is_never_sent_twice_when_its_fate_is_unknown() {
        assert!(!may_retry(Class::Transient, Access::Write, false));
        assert!(may_retry(Class::Transient, Access::Write, true));
        assert!(may_retry(Class::Transient, Access::Read, false));
        assert!(may_retry(Class::Transient, Access::Repeatable, false));
        assert!(may_retry(Class::Throttled, Access::Write, false));
    }
}
