//! The settings of each client for one endpoint, ready to paste. Pure.
//!
//! The host is the endpoint domain, which TiDB Cloud's certificate does not carry (TiDB Cloud facts, section 2). So a
//! client is told to verify the chain only where it can, or to expect TiDB's own name where it lets one say so; where
//! it can do neither, a [`Note`] says what that means.

mod dotenv;
mod go;
mod java;
mod node;
mod php;
mod python;
mod quote;
mod ruby;
mod rust;
mod shell;

use serde::Serialize;

use super::{Connection, PASSWORD_PLACEHOLDER, SslMode, USER_PLACEHOLDER};
use crate::cloud::sign::percent_encode;
use crate::secret::Secret;

/// A client this tool knows the settings of.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    name: &'static str,
    template: fn(&Settings) -> Text,
}

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Client {}

/// What a template gives: the text, and what is worth knowing about it.
type Text = (String, Option<Note>);

/// Every client, in the order they are shown.
const CLIENTS: [Client; 22] = [
    Client { name: "mysql", template: shell::mysql },
    Client { name: "mariadb", template: shell::mariadb },
    Client { name: "mycli", template: shell::mycli },
    Client { name: "jdbc", template: java::jdbc },
    Client { name: "spring", template: java::spring },
    Client { name: "mysqlclient", template: python::mysqlclient },
    Client { name: "pymysql", template: python::pymysql },
    Client { name: "mysql-connector-python", template: python::connector },
    Client { name: "sqlalchemy", template: python::sqlalchemy },
    Client { name: "django", template: python::django },
    Client { name: "go-sql-driver", template: go::driver },
    Client { name: "gorm", template: go::gorm },
    Client { name: "node-mysql2", template: node::mysql2 },
    Client { name: "prisma", template: node::prisma },
    Client { name: "sequelize", template: node::sequelize },
    Client { name: "typeorm", template: node::typeorm },
    Client { name: "ruby-mysql2", template: ruby::mysql2 },
    Client { name: "rails", template: ruby::rails },
    Client { name: "php-mysqli", template: php::mysqli },
    Client { name: "rust-mysql", template: rust::mysql },
    Client { name: "wordpress", template: php::wordpress },
    Client { name: "env", template: dotenv::env },
];

/// Which clients are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of them.
    All,
    /// One.
    One(Client),
}

/// What is worth knowing about a client's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// It can only compare the certificate with the host: the TLS name has to lead to the endpoint.
    NeedsAlias,
    /// It verifies the chain only together with the name, so here it encrypts without proof.
    NoProof,
    /// Its own authorities have to be imported into a Java trust store.
    TrustStore,
    /// It goes on without TLS where the server offers none.
    MayFallBack,
}

/// Everything a template needs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host, port, user, database, mode.
    pub connection: Connection,
    /// The password, where it is to be shown.
    pub password: Option<Secret>,
    /// A name the certificate carries.
    pub tls_name: String,
    /// Whether the CA file was named by the user, so that a client's own store is not enough.
    pub own_ca: bool,
}

/// One client's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The client.
    pub client: Client,
    /// What to paste.
    pub text: String,
    /// What is worth knowing about it.
    pub note: Option<Note>,
}

impl Client {
    /// The client of a name.
    pub fn named(name: &str) -> Option<Self> {
        CLIENTS.into_iter().find(|client| client.name == name)
    }

    /// Every name.
    pub fn names() -> Vec<&'static str> {
        CLIENTS.iter().map(|client| client.name).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl Wanted {
    /// Reads `--client`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "all" { Some(Self::All) } else { Client::named(text).map(Self::One) }
    }

    /// The settings of each.
    pub fn snippets(&self, settings: &Settings) -> Vec<Snippet> {
        let clients = match self {
            Self::All => CLIENTS.to_vec(),
            Self::One(client) => vec![*client],
        };
        clients.into_iter().map(|client| settings.snippet(client)).collect()
    }
}

impl Settings {
    fn snippet(&self, client: Client) -> Snippet {
        let (text, note) = (client.template)(self);
        Snippet { client, text, note }
    }

    /// The settings of the client of this name, which has to be a known one.
    pub fn text_of(&self, name: &str) -> String {
        Client::named(name).map(|client| self.snippet(client).text).unwrap_or_default()
    }

    fn mode(&self) -> SslMode {
        self.connection.ssl_mode
    }

    fn host(&self) -> &str {
        &self.connection.host
    }

    fn user(&self) -> &str {
        self.connection.user.as_deref().unwrap_or(USER_PLACEHOLDER)
    }

    fn password(&self) -> &str {
        self.password.as_ref().map_or(PASSWORD_PLACEHOLDER, Secret::expose)
    }

    /// The CA file, where chains are verified and one is known.
    fn ca(&self) -> Option<&str> {
        self.connection.ssl_ca.as_deref().filter(|_| self.mode().verifies())
    }

    /// The CA file for clients that bring authorities of their own.
    fn own_ca(&self) -> Option<&str> {
        self.ca().filter(|_| self.own_ca)
    }

    /// `mysql://` as far as the database, with user and password encoded; placeholders stay readable.
    fn url(&self, scheme: &str) -> String {
        let encoded = |text: &str, given: bool| if given { percent_encode(text) } else { text.to_owned() };
        let user = encoded(self.user(), self.connection.user.is_some());
        let password = encoded(self.password(), self.password.is_some());
        let Connection { host, port, database, .. } = &self.connection;
        format!("{scheme}://{user}:{password}@{host}:{port}/{}", percent_encode(database))
    }

    /// The note of a client that can verify a chain without a name, but no other name than the host.
    fn unless_identity(&self) -> Option<Note> {
        (self.mode() == SslMode::VerifyIdentity).then_some(Note::NeedsAlias)
    }

    /// The note of a client that verifies all or nothing.
    fn all_or_nothing(&self) -> Option<Note> {
        match self.mode() {
            SslMode::VerifyCa => Some(Note::NoProof),
            _ => self.unless_identity(),
        }
    }
}

#[cfg(test)]
mod tests;
