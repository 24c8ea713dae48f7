//! What is worth knowing about a client's settings, in English.

use crate::connection::clients::Note;

/// One sentence about the settings of `client`.
pub fn note(client: &str, note: Note) -> String {
    match note {
        Note::NeedsAlias => format!(
            "{client} can only compare the certificate with the host it connects to, and TiDB Cloud's certificate does \
             not carry the endpoint's domain. For this to work, let TiDB's own name lead to the endpoint (PrivateZone, \
             hosts file) and use it as the host; or use --ssl-mode verify-ca."
        ),
        Note::NoProof => format!(
            "{client} verifies chain and name together or nothing, so these settings encrypt without proof. For proof, \
             let TiDB's own name lead to the endpoint (PrivateZone, hosts file), use it as the host, and take \
             --ssl-mode verify-identity."
        ),
        Note::TrustStore => format!(
            "{client} reads authorities from a trust store: keytool -importcert -file CA.pem -keystore truststore.p12 \
             -storetype PKCS12"
        ),
        Note::MayFallBack => {
            format!(
                "{client} goes on without TLS where the server offers none; --ssl-mode verify-ca does not."
            )
        }
    }
}
