//! From the answers to what the connection test is pointed at.

use crate::answers::ConnectionAnswers;
use crate::check::Target;

/// Everything but the endpoint itself.
pub(super) fn template(wanted: &ConnectionAnswers, region_id: &str) -> Target {
    Target {
        user: wanted.user.clone(),
        password: wanted.password.clone(),
        database: wanted.database.clone(),
        ssl_mode: wanted.ssl_mode,
        ssl_ca: wanted.ssl_ca.clone(),
        tls_server_name: wanted.tls_server_name.clone(),
        connect_to: wanted.connect_to.as_ref().map(|to| (to.host.clone(), to.port)),
        connect_timeout: wanted.connect_timeout,
        region_id: region_id.to_owned(),
        ..Target::new("", wanted.port)
    }
}
