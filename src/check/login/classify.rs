//! From an error's number and text to what it means. Pure.
//!
//! TiDB Cloud's gateway answers almost everything with 1105, so the text is looked at first.

use super::{Facts, Failure, Slip, Verdict};
use crate::check::greeting::ServerError;

/// What a login's end means.
pub(super) fn verdict(facts: Facts) -> Verdict {
    let Facts { user, database, limit_ms: after_ms, encrypted, slip, outcome } = facts;
    match outcome {
        Ok(()) => Verdict::LoggedIn { user, database },
        Err(Failure::Server(error)) => server(error, user, database, encrypted, slip),
        Err(Failure::Plugin(plugin)) => Verdict::AuthPluginUnsupported { plugin },
        Err(Failure::Tls(text)) => Verdict::TlsFailed { text },
        Err(Failure::TimedOut) => Verdict::TimedOut { after_ms },
        Err(Failure::Lost(text)) => Verdict::ConnectionLost { text },
    }
}

fn server(
    error: ServerError,
    user: String,
    database: String,
    encrypted: bool,
    slip: Option<Slip>,
) -> Verdict {
    let text = error.text.to_lowercase();
    let says = |words: &str| text.contains(words);
    if says("missing user name prefix") {
        Verdict::MissingPrefix { user, slip, error }
    } else if error.number == 3159 || says("insecure transport are prohibited") {
        Verdict::InsecureTransport { encrypted, error }
    } else if says("usage quota") {
        Verdict::QuotaExhausted { error }
    } else if says("connection limit exceeded") {
        Verdict::ConnectionLimit { error }
    } else if says("check your user name and password") || says("#user-name-prefix") {
        Verdict::GatewayDenied { user, slip, error }
    } else if says("no available tidb instances") || says("fails to connect to tidb") {
        Verdict::InstanceUnavailable { error }
    } else {
        by_number(error, user, database, slip)
    }
}

fn by_number(error: ServerError, user: String, database: String, slip: Option<Slip>) -> Verdict {
    match error.number {
        1040 | 1203 => Verdict::TooManyConnections { error },
        1044 => Verdict::DatabaseDenied { user, database, error },
        1045 | 1698 => {
            let using_password = using_password(&error.text);
            Verdict::AccessDenied { user, using_password, slip, error }
        }
        1049 => Verdict::UnknownDatabase { database, error },
        1129 | 1130 => Verdict::HostNotAllowed { error },
        1251 | 1524 => Verdict::AuthPluginUnsupported { plugin: error.text },
        1820 | 1862 => Verdict::PasswordExpired { user, error },
        3118 | 4151 => Verdict::AccountLocked { user, error },
        _ => Verdict::ServerError { error },
    }
}

fn using_password(text: &str) -> Option<bool> {
    let (_, answer) = text.rsplit_once("using password: ")?;
    Some(answer.starts_with("YES"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u16, text: &str) -> String {
        let error = ServerError { number, state: None, text: text.into() };
        let facts = Facts {
            user: "3pTAoNNegb47Uc8.root".into(),
            database: "test".into(),
            encrypted: true,
            slip: None,
            limit_ms: 30,
            outcome: Err(Failure::Server(error)),
        };
        let detail = serde_json::to_value(verdict(facts)).unwrap();
        assert_eq!((&detail["number"], &detail["text"]), (&number.into(), &text.into()));
        detail["code"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_gateways_texts_count_before_the_number() {
        let docs = "See https://docs.pingcap.com/tidbcloud/select-cluster-tier#user-name-prefix";
        assert_eq!(code(1105, &format!("Missing user name prefix. {docs}")), "missing-prefix");
        let denied = format!("Access denied. Please check your user name and password. {docs}");
        assert_eq!(code(1105, &denied), "gateway-denied");
        assert_eq!(code(1045, &denied), "gateway-denied");
        let plain = "Connections using insecure transport are prohibited. See https://docs.pingcap.com";
        assert_eq!(code(1105, plain), "insecure-transport");
        let quota = "Due to the usage quota being exhausted, access to the cluster has been restricted.";
        assert_eq!(code(1105, quota), "quota-exhausted");
        assert_eq!(code(1105, "Connection limit exceeded"), "connection-limit");
        assert_eq!(code(1105, "No available TiDB instances, please retry"), "instance-unavailable");
    }

    #[test]
    fn the_rest_goes_by_number() {
        let secure =
            "Connections using insecure transport are prohibited while --require_secure_transport=ON.";
        assert_eq!(code(3159, secure), "insecure-transport");
        assert_eq!(code(1040, "Too many connections"), "too-many-connections");
        assert_eq!(code(1130, "Host '10.0.0.9' is not allowed to connect"), "host-not-allowed");
        assert_eq!(code(1049, "Unknown database 'shop'"), "unknown-database");
        assert_eq!(code(1044, "Access denied for user 'a.root'@'%' to database 'x'"), "database-denied");
        assert_eq!(code(1045, "Access denied for user 'a.root'@'10.0.0.9'"), "access-denied");
        assert_eq!(code(1862, "Your password has expired."), "password-expired");
        assert_eq!(code(3118, "Access denied for user. Account is locked."), "account-locked");
        assert_eq!(code(1105, "something new"), "server-error");
    }

    #[test]
    fn the_server_tells_whether_a_password_came() {
        let said =
            |end: &str| using_password(&format!("Access denied for user 'a'@'b' (using password: {end})"));
        assert_eq!(
            (said("YES"), said("NO"), using_password("Access denied")),
            (Some(true), Some(false), None)
        );
    }
}
