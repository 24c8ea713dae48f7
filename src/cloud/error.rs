//! Everything that can go wrong between a request and its answer, as one typed error.

use std::time::Duration;

use super::classify::{Class, class};
use super::credentials::Miss;
use super::operation::Operation;

/// A call that did not end with a usable answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} did not succeed after {tries} tries: {kind:?}", .operation.action)]
pub struct Error {
    /// The operation that was called.
    pub operation: Operation,
    /// What happened at the last try.
    pub kind: ErrorKind,
    /// How often the request was sent.
    pub tries: u32,
    /// The last id that a server gave, if one did.
    pub request_id: Option<String>,
}

/// What went wrong at the last try.
#[derive(Debug, Clone, PartialEq)]
pub enum ErrorKind {
    /// The API refused, with a code of its own.
    Api {
        /// HTTP status.
        status: u16,
        /// `Code` of the error body.
        code: String,
        /// `Message` of the error body, raw.
        message: String,
        /// The body's link to an explanation.
        recommend: Option<String>,
        /// Set when RAM denied the call and said why.
        denied: Option<AccessDenied>,
        /// Set for `SignatureDoesNotMatch`: whose mistake it is.
        signature: Option<SignatureMismatch>,
    },
    /// There was nothing to sign with: the temporary credentials have ended and could not be renewed.
    Credentials(Box<Miss>),
    /// Something answered, but not in the API's language.
    Unusable {
        /// HTTP status.
        status: u16,
        /// What came instead.
        what: Unusable,
    },
    /// No connection to the host could be made.
    Connect {
        /// Host that was dialled.
        host: String,
        /// The system's reason.
        reason: String,
    },
    /// The connection ended before the answer was complete.
    Broken {
        /// Host that was dialled.
        host: String,
        /// The system's reason.
        reason: String,
    },
    /// No complete answer within the time allowed for the last try.
    Timeout {
        /// Host that was dialled.
        host: String,
        /// How long the last try was given.
        after: Duration,
    },
}

/// An answer that is not the API's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// No body at all.
    Empty,
    /// A web page, usually a proxy's; its title if it has one.
    Html(Option<String>),
    /// JSON or XML that stops in the middle, or other text: how it begins.
    Garbage(String),
    /// A redirect, which is never followed with credentials: where it points.
    Redirect(String),
    /// More than the 8 MiB that any real answer fits in.
    TooLarge,
    /// JSON that lacks what the operation promises: the reader's words.
    Shape(String),
}

/// `AccessDeniedDetail` of a RAM denial (facts section d).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessDenied {
    /// The action to allow, such as `privatelink:CreateVpcEndpoint`.
    pub action: Option<String>,
    /// Who was denied: a RAM user's or role's display name.
    pub principal: Option<String>,
    /// `ImplicitDeny` (no policy allows it) or `ExplicitDeny` (a policy forbids it).
    pub reason: Option<String>,
}

/// Why a signature was refused (facts section a1: compare the server's string to sign with ours).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMismatch {
    /// Both sides signed the same string: the `AccessKey` secret is wrong.
    WrongSecret,
    /// The strings differ: a bug of this tool, or something on the way changed the request.
    DifferentString,
    /// The server did not show its string.
    Unknown,
}

impl ErrorKind {
    /// In a word or two, for a log.
    pub fn outcome(&self) -> String {
        match self {
            Self::Api { code, .. } => code.clone(),
            Self::Unusable { status, .. } => format!("unusable answer (HTTP {status})"),
            Self::Connect { .. } => "no connection".to_owned(),
            Self::Broken { .. } => "connection broken".to_owned(),
            Self::Timeout { .. } => "timeout".to_owned(),
            Self::Credentials(_) => "no credentials".to_owned(),
        }
    }
}

impl Error {
    /// The API's error code, if the API answered with one.
    pub fn code(&self) -> Option<&str> {
        match &self.kind {
            ErrorKind::Api { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether the API answered with `code`.
    pub fn is(&self, code: &str) -> bool {
        self.code() == Some(code)
    }

    /// Whether the identity lacks a permission (facts section d: PrivateLink answers 400, others 403).
    pub fn is_permission(&self) -> bool {
        const CODES: [&str; 6] = [
            "NoPermission",
            "Forbidden",
            "Forbidden.RAM",
            "Forbidden.RiskControl",
            "Forbedden.NotSupportRAM",
            "CheckServiceLinkRoleError",
        ];
        let denied = matches!(&self.kind, ErrorKind::Api { denied: Some(_), .. });
        denied || self.code().is_some_and(|code| CODES.contains(&code) || code.starts_with("NoPermission."))
    }

    /// Whether the key itself was refused.
    pub fn is_credentials(&self) -> bool {
        const CODES: [&str; 5] = [
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "InvalidSignatureMethod",
            "MissingSecurityToken",
            "Forbidden.AccessKeyDisabled",
        ];
        let unsigned = matches!(&self.kind, ErrorKind::Credentials(miss) if !miss.is_outage());
        unsigned
            || self.code().is_some_and(|code| {
                CODES.contains(&code)
                    || code.starts_with("InvalidAccessKeyId")
                    || code.starts_with("InvalidSecurityToken")
                    || self.is_clock()
            })
    }

    /// Whether the timestamp was refused.
    pub fn is_clock(&self) -> bool {
        self.code().is_some_and(|code| code.starts_with("InvalidTimeStamp") || code == "IllegalTimestamp")
    }

    /// Whether the thing named in the request does not exist.
    pub fn is_not_found(&self) -> bool {
        const CODES: [&str; 6] = [
            "EndpointNotFound",
            "EndpointServiceNotFound",
            "EndpointServiceDeleted",
            "VpcNotFound",
            "VSwitchNotFound",
            "SecurityGroupNotFound",
        ];
        self.code().is_some_and(|code| {
            CODES.contains(&code) || (code.ends_with(".NotFound") && !code.starts_with("InvalidA"))
        })
    }

    /// Whether the cloud was too busy or broken to answer, to the last try.
    pub fn is_outage(&self) -> bool {
        match &self.kind {
            ErrorKind::Api { .. } => {
                matches!(class(&self.kind), Class::Throttled | Class::Transient | Class::NonceUsed)
            }
            ErrorKind::Credentials(miss) => miss.is_outage(),
            _ => true,
        }
    }

    /// Whether another change that is under way was in the way of this one.
    pub fn is_busy(&self) -> bool {
        class(&self.kind) == Class::Busy
    }

    /// Whether the API said no, and would say no again.
    pub fn is_refusal(&self) -> bool {
        self.code().is_some() && class(&self.kind) == Class::Final
    }

    /// Whether the client token belongs to a call with other parameters (facts section d; ECS has its own code).
    pub fn is_token_mismatch(&self) -> bool {
        self.is("IdempotenceSignatureMismatch") || self.is("IdempotentParameterMismatch")
    }

    /// Whether the cloud refuses a second endpoint to the service in the VPC (facts section b1).
    pub fn is_duplicate(&self) -> bool {
        self.is("EndpointDuplicated") || self.is("EndpointExist")
    }

    /// Whether a creating call was refused because what it creates is there already: a duplicate, or a client token that
    /// the cloud knows (facts section d).
    pub fn means_there_is_one(&self) -> bool {
        self.is_duplicate() || self.is_token_mismatch()
    }

    /// Whether the request may have been carried out although no answer came.
    pub fn is_ambiguous(&self) -> bool {
        match &self.kind {
            ErrorKind::Api { status, .. } => *status >= 500,
            ErrorKind::Connect { .. } | ErrorKind::Credentials(_) => false,
            ErrorKind::Unusable { .. } | ErrorKind::Broken { .. } | ErrorKind::Timeout { .. } => true,
        }
    }
}
