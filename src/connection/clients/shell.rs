//! Command-line clients. The password is asked for unless it is to be shown.

use super::{Note, Settings, Text};
use crate::connection::SslMode;
use crate::shell::join;

/// MySQL's own client. `--tls-sni-servername` exists, but does not change the name that is verified.
pub(super) fn mysql(settings: &Settings) -> Text {
    let command = settings.connection.mysql_command();
    let command = match &settings.password {
        Some(password) => {
            let word = join([format!("-p{}", password.expose())]);
            format!("{}{word}", command.strip_suffix("-p").unwrap_or(&command))
        }
        None => command,
    };
    (command, settings.unless_identity())
}

/// MariaDB's client, which Debian installs as `mysql` too. It knows no `--ssl-mode`: a CA file makes it verify the
/// chain, `--ssl-verify-server-cert` the name as well, and that is the default from 11.4 on. Without it version 10.11
/// goes on in plain where the server has no TLS, whatever else it was told.
pub(super) fn mariadb(settings: &Settings) -> Text {
    let mut words = base(settings, "mariadb", "-D");
    let ca = settings.ca().map(|ca| format!("--ssl-ca={ca}"));
    match settings.mode() {
        SslMode::Disabled => words.push("--skip-ssl".into()),
        SslMode::Preferred | SslMode::Required => {
            words.extend(["--ssl".into(), "--skip-ssl-verify-server-cert".into()]);
        }
        SslMode::VerifyCa => {
            words.extend(["--ssl".into(), "--skip-ssl-verify-server-cert".into()]);
            words.extend(ca);
        }
        SslMode::VerifyIdentity => {
            words.extend(["--ssl".into(), "--ssl-verify-server-cert".into()]);
            words.extend(ca);
        }
    }
    words.push(settings.password.as_ref().map_or_else(|| "-p".into(), |p| format!("-p{}", p.expose())));
    let falls_back = matches!(settings.mode(), SslMode::Required | SslMode::VerifyCa);
    (join(words), settings.unless_identity().or(falls_back.then_some(Note::MayFallBack)))
}

/// mycli; `PyMySQL` speaks for it. Without `--ssl-verify-server-cert` a CA file verifies the chain alone.
pub(super) fn mycli(settings: &Settings) -> Text {
    let mut words = base(settings, "mycli", "-D");
    match (settings.mode(), settings.ca()) {
        (SslMode::Disabled, _) => {}
        (SslMode::Preferred | SslMode::Required, _) | (_, None) => words.push("--ssl".into()),
        (mode, Some(ca)) => {
            words.push(format!("--ssl-ca={ca}"));
            if mode == SslMode::VerifyIdentity {
                words.push("--ssl-verify-server-cert".into());
            }
        }
    }
    if let Some(password) = &settings.password {
        words.push(format!("-p{}", password.expose()));
    }
    (join(words), settings.unless_identity())
}

fn base(settings: &Settings, program: &str, database: &str) -> Vec<String> {
    let port = settings.connection.port.to_string();
    [
        program,
        "-u",
        settings.user(),
        "-h",
        settings.host(),
        "-P",
        &port,
        database,
        &settings.connection.database,
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}
