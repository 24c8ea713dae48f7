//! What the user can now use: host, port, user and TLS as one client's settings. Pure.

pub mod clients;

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// How much of the server's identity a client proves, in MySQL's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// No TLS. Allowed on the private endpoint, where TLS is optional.
    Disabled,
    /// TLS where the server offers it, without proof of identity.
    Preferred,
    /// TLS always, without proof of identity.
    Required,
    /// TLS with a verified certificate chain; the name is reported, not compared.
    #[default]
    VerifyCa,
    /// TLS with a verified chain and a name that matches.
    VerifyIdentity,
}

impl SslMode {
    /// The mode's name on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Preferred => "preferred",
            Self::Required => "required",
            Self::VerifyCa => "verify-ca",
            Self::VerifyIdentity => "verify-identity",
        }
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Stands where the password goes.
pub const PASSWORD_PLACEHOLDER: &str = "<PASSWORD>";
/// Stands where the user goes, when none was given.
pub const USER_PLACEHOLDER: &str = "<PREFIX>.root";

/// Everything a client needs but the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The endpoint domain.
    pub host: String,
    /// The port.
    pub port: u16,
    /// `PREFIX.root`.
    pub user: Option<String>,
    /// The database.
    pub database: String,
    /// How much of the server's identity is proven.
    pub ssl_mode: SslMode,
    /// The CA certificates on this machine.
    pub ssl_ca: Option<String>,
}

impl SslMode {
    /// The mode as MySQL's own client writes it.
    pub fn for_mysql(self) -> &'static str {
        match self {
            Self::Disabled => "DISABLED",
            Self::Preferred => "PREFERRED",
            Self::Required => "REQUIRED",
            Self::VerifyCa => "VERIFY_CA",
            Self::VerifyIdentity => "VERIFY_IDENTITY",
        }
    }

    /// Whether the certificate's chain is verified.
    pub fn verifies(self) -> bool {
        matches!(self, Self::VerifyCa | Self::VerifyIdentity)
    }
}

impl Connection {
    fn user_or_placeholder(&self) -> &str {
        self.user.as_deref().unwrap_or(USER_PLACEHOLDER)
    }

    /// MySQL's command-line client; it asks for the password. The long timeout is TiDB Cloud's own advice: an
    /// instance may have to wake up first.
    pub fn mysql_command(&self) -> String {
        let port = self.port.to_string();
        let ssl_mode = format!("--ssl-mode={}", self.ssl_mode.for_mysql());
        let mut words =
            vec!["mysql", "--comments", "--connect-timeout", "150", "-u", self.user_or_placeholder()];
        words.extend(["-h", &self.host, "-P", &port, "-D", &self.database, &ssl_mode]);
        let ca =
            self.ssl_ca.as_ref().filter(|_| self.ssl_mode.verifies()).map(|path| format!("--ssl-ca={path}"));
        words.extend(ca.as_deref());
        words.push("-p");
        crate::shell::join(words)
    }

    /// A `mysql://` URL. User and database are percent-encoded: an unescaped `@` or `/` would shift the host.
    pub fn url(&self) -> String {
        let user = self
            .user
            .as_deref()
            .map_or_else(|| USER_PLACEHOLDER.to_owned(), crate::cloud::sign::percent_encode);
        format!(
            "mysql://{user}:{PASSWORD_PLACEHOLDER}@{}:{}/{}?ssl-mode={}",
            self.host,
            self.port,
            crate::cloud::sign::percent_encode(&self.database),
            self.ssl_mode.for_mysql()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        Connection {
            host: "ep-t4n.epsrv-t4n.ap-southeast-1.privatelink.aliyuncs.com".to_owned(),
            port: 4000,
            user: Some("3pTAoNNegb47Uc8.root".to_owned()),
            database: "test".to_owned(),
            ssl_mode: SslMode::VerifyCa,
            ssl_ca: Some("/etc/ssl/cert.pem".to_owned()),
        }
    }

    #[test]
    fn the_command_names_everything_but_the_password() {
        assert_eq!(
            connection().mysql_command(),
            "mysql --comments --connect-timeout 150 -u 3pTAoNNegb47Uc8.root -h \
             ep-t4n.epsrv-t4n.ap-southeast-1.privatelink.aliyuncs.com -P 4000 -D test --ssl-mode=VERIFY_CA \
             --ssl-ca=/etc/ssl/cert.pem -p"
        );
        let plain = Connection { ssl_mode: SslMode::Disabled, user: None, ..connection() };
        assert!(plain.mysql_command().contains("-u '<PREFIX>.root'"));
        assert!(plain.mysql_command().ends_with("--ssl-mode=DISABLED -p"));
    }

    #[test]
    fn the_url_escapes_what_would_shift_the_host() {
        let odd =
            Connection { user: Some("p.a@b/c:d".to_owned()), database: "a/b".to_owned(), ..connection() };
        assert_eq!(
            odd.url(),
            "mysql://p.a%40b%2Fc%3Ad:<PASSWORD>@ep-t4n.epsrv-t4n.ap-southeast-1.privatelink.aliyuncs.com:4000/a%2Fb?\
             ssl-mode=VERIFY_CA"
        );
    }
}
