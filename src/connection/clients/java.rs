//! MySQL Connector/J, by itself and in Spring Boot. Java's own trust store knows TiDB Cloud's authority.

use super::{Note, Settings, Text, quote};
use crate::cloud::sign::percent_encode;

pub(super) fn jdbc(settings: &Settings) -> Text {
    let given = |text: &str, given: bool| if given { percent_encode(text) } else { text.to_owned() };
    let user = given(settings.user(), settings.connection.user.is_some());
    let password = given(settings.password(), settings.password.is_some());
    let url = format!("{}&user={user}&password={password}", url(settings));
    (url, note(settings))
}

/// A connection lives five minutes at most: TiDB Cloud closes older ones (TiDB Cloud facts, section 5).
pub(super) fn spring(settings: &Settings) -> Text {
    let lines = [
        format!("spring.datasource.url={}", quote::property(&url(settings))),
        format!("spring.datasource.username={}", quote::property(settings.user())),
        format!("spring.datasource.password={}", quote::property(settings.password())),
        "spring.datasource.hikari.max-lifetime=300000".to_owned(),
    ];
    (lines.join("\n"), note(settings))
}

fn url(settings: &Settings) -> String {
    let connection = &settings.connection;
    let database = percent_encode(&connection.database);
    let mode = settings.mode().for_mysql();
    let base = format!("jdbc:mysql://{}:{}/{database}?sslMode={mode}", connection.host, connection.port);
    let tls = if mode == "DISABLED" { "" } else { "&enabledTLSProtocols=TLSv1.2,TLSv1.3" };
    let store = "&trustCertificateKeyStoreUrl=file:truststore.p12&trustCertificateKeyStoreType=PKCS12";
    let store = if settings.own_ca().is_some() { store } else { "" };
    format!("{base}{tls}{store}")
}

fn note(settings: &Settings) -> Option<Note> {
    settings.unless_identity().or_else(|| settings.own_ca().map(|_| Note::TrustStore))
}
