//! What a refusal of the cloud means to a reader, before it is said in a language (facts section d).

use crate::cloud::policy;
use crate::cloud::{AccessDenied, Error, ErrorKind, Feature, SignatureMismatch};

/// What the cloud refused, as far as a user can do something about it.
pub(super) enum Refusal {
    /// The key.
    Key(KeyRefusal),
    /// The service-linked role.
    Role,
    /// An action.
    Denied(Denial),
    /// Something with a code of its own.
    Known(Known),
    /// Anything else: the cloud's own message has to do.
    Other,
}

/// Why a key was refused.
pub(super) enum KeyRefusal {
    ChangedRequest,
    WrongSecret,
    Disabled,
    UnknownId,
    TokenExpired,
    WrongToken,
    Clock,
}

/// What RAM denied.
pub(super) struct Denial {
    /// The action to allow.
    pub(super) action: String,
    /// Who was denied, if the cloud says so.
    pub(super) who: Option<String>,
    /// Whether a policy forbids it, rather than none allowing it.
    pub(super) explicit: bool,
    /// The feature whose policy allows it.
    pub(super) feature: Option<&'static str>,
}

/// The codes a user can do something about.
pub(super) enum Known {
    ServiceNotAuthorized,
    ZoneNotOffered,
    NoLoadBalancer,
    ServiceNotActive,
    NoFreeAddress,
    AddressTaken,
    VSwitchNotAvailable,
    GroupTypes,
    Arrears,
    EndpointGone,
    NoSuchService,
    RangeTaken,
    VSwitchQuota,
    RuleQuota,
    Protected,
    Quota,
}

/// Reads what the API refused; `Other` where it did not answer at all.
pub(super) fn refusal(error: &Error) -> Refusal {
    let ErrorKind::Api { code, denied, signature, .. } = &error.kind else { return Refusal::Other };
    if error.is_credentials() {
        key(error, code, *signature).map_or(Refusal::Other, Refusal::Key)
    } else if code == "CheckServiceLinkRoleError" {
        Refusal::Role
    } else if error.is_permission() {
        Refusal::Denied(denial(error, denied.as_ref()))
    } else {
        known(code).map_or(Refusal::Other, Refusal::Known)
    }
}

fn key(error: &Error, code: &str, signature: Option<SignatureMismatch>) -> Option<KeyRefusal> {
    Some(match (code, signature) {
        (_, Some(SignatureMismatch::DifferentString)) => KeyRefusal::ChangedRequest,
        ("SignatureDoesNotMatch" | "IncompleteSignature", _) => KeyRefusal::WrongSecret,
        (code, _) if code.starts_with("InvalidAccessKeyId.Inactive") || code.contains("Disabled") => {
            KeyRefusal::Disabled
        }
        (code, _) if code.starts_with("InvalidAccessKeyId") => KeyRefusal::UnknownId,
        ("InvalidSecurityToken.Expired", _) => KeyRefusal::TokenExpired,
        (code, _) if code.contains("SecurityToken") => KeyRefusal::WrongToken,
        _ if error.is_clock() => KeyRefusal::Clock,
        _ => return None,
    })
}

fn denial(error: &Error, denied: Option<&AccessDenied>) -> Denial {
    let action =
        denied.and_then(|denied| denied.action.clone()).unwrap_or_else(|| error.operation.ram_action());
    Denial {
        who: denied.and_then(|denied| denied.principal.clone()),
        explicit: denied.and_then(|denied| denied.reason.as_deref()) == Some("ExplicitDeny"),
        feature: policy::feature_of(&action).map(Feature::as_str),
        action,
    }
}

fn known(code: &str) -> Option<Known> {
    Some(match code {
        "EndpointServiceNotAuthorized" => Known::ServiceNotAuthorized,
        "EndpointServiceNotSupportedZone" | "UnsupportedZone" => Known::ZoneNotOffered,
        "EndpointServiceResourceNotFound" => Known::NoLoadBalancer,
        "IncorrectStatus.VpcEndpointService" => Known::ServiceNotActive,
        "ResourceNotEnough.VSwitchIp" => Known::NoFreeAddress,
        "EniIpUnavailable" => Known::AddressTaken,
        "VSwitchStatusNotAllowed" => Known::VSwitchNotAvailable,
        "SecurityGroupTypeNotSupport" | "SecurityGroupTypeOnlySingleTypeSupporteded" => Known::GroupTypes,
        "IncorrectBusinessStatus.VpcEndpoint" | "IncorrectBusinessStatus.VpcEndpointService" => {
            Known::Arrears
        }
        "EndpointNotFound" => Known::EndpointGone,
        "EndpointServiceNotFound" | "EndpointServiceDeleted" => Known::NoSuchService,
        "InvalidCidrBlock.Overlapped" => Known::RangeTaken,
        "QuotaExceeded.VSwitch" => Known::VSwitchQuota,
        "AuthorizationLimitExceed" => Known::RuleQuota,
        "EndpointProtected" | "OperationDenied.EndpointProtected" => Known::Protected,
        code if code.starts_with("QuotaExceeded") || code == "QuotaMisMatched" => Known::Quota,
        _ => return None,
    })
}
