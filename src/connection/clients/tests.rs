//! Every client in every mode.

use super::*;

const MODES: [SslMode; 5] =
    [SslMode::Disabled, SslMode::Preferred, SslMode::Required, SslMode::VerifyCa, SslMode::VerifyIdentity];
const HOST: &str = "ep-t4n.epsrv-t4n.ap-southeast-1.privatelink.aliyuncs.com";
const ODD: &str = "p@ss:w/o?rd%20'\"\\#{x}$HOME<%= y %>`z`";

fn settings(ssl_mode: SslMode) -> Settings {
    Settings {
        connection: Connection {
            host: HOST.to_owned(),
            port: 4000,
            user: Some("3pTAoNNegb47Uc8.root".to_owned()),
            database: "test".to_owned(),
            ssl_mode,
            ssl_ca: Some("/etc/ssl/certs/ca-certificates.crt".to_owned()),
        },
        password: None,
        tls_name: "gateway01.ap-southeast-1.prod.alicloud.tidbcloud.com".to_owned(),
        own_ca: false,
    }
}

#[test]
fn every_client_of_the_contract_is_there() {
    let contract = "mysql mariadb mycli jdbc spring mysqlclient pymysql mysql-connector-python sqlalchemy django \
                    go-sql-driver gorm node-mysql2 prisma sequelize typeorm ruby-mysql2 rails php-mysqli rust-mysql \
                    wordpress env";
    assert_eq!(Client::names().join(" "), contract);
    assert_eq!(Wanted::parse("all"), Some(Wanted::All));
    assert_eq!(Wanted::parse("jdcb"), None);
}

#[test]
fn verify_ca_as_it_is_printed() {
    let all = Wanted::All.snippets(&settings(SslMode::VerifyCa));
    let text: Vec<String> =
        all.iter().map(|one| format!("# {} {:?}\n{}\n", one.client.name(), one.note, one.text)).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_tls_setting_of_every_mode() {
    let line = |text: &str| {
        let words = ["ssl", "tls", "TLS", "SSL", "stream"];
        let lines = text.lines().filter(|line| words.iter().any(|word| line.contains(word)));
        lines.map(str::trim).collect::<Vec<_>>().join(" ; ")
    };
    let mut table = Vec::new();
    for name in Client::names() {
        for mode in MODES {
            let snippet = settings(mode).snippet(Client::named(name).unwrap());
            let note = snippet.note.map(|note| format!("  !{note:?}")).unwrap_or_default();
            table.push(format!("{name} {mode}:{note} {}", line(&snippet.text).replace(HOST, "HOST")));
        }
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn the_password_shows_only_where_it_is_asked_for_and_never_breaks_out() {
    for mode in MODES {
        let hidden = settings(mode);
        let shown = Settings { password: Some(Secret::new(ODD)), ..hidden.clone() };
        for name in Client::names() {
            assert!(!hidden.text_of(name).contains("p@ss"), "{name}");
            let text = shown.text_of(name);
            assert_ne!(text, hidden.text_of(name), "{name} shows no password");
            assert!(text.contains(HOST), "{name}: {text}");
        }
    }
}

#[test]
fn in_a_url_user_and_password_are_percent_encoded() {
    let shown = Settings { password: Some(Secret::new(ODD)), ..settings(SslMode::VerifyCa) };
    let encoded = "p%40ss%3Aw%2Fo%3Frd%2520%27%22%5C%23%7Bx%7D%24HOME%3C%25%3D%20y%20%25%3E%60z%60";
    for name in ["jdbc", "sqlalchemy", "prisma", "env"] {
        assert!(shown.text_of(name).contains(encoded), "{name}: {}", shown.text_of(name));
    }
    assert!(shown.text_of("prisma").contains("mysql://3pTAoNNegb47Uc8.root:"), "a dot needs no encoding");
}

#[test]
fn each_language_quotes_what_would_break_out() {
    let shown = Settings { password: Some(Secret::new(ODD)), ..settings(SslMode::VerifyCa) };
    let contains = |name: &str, text: &str| {
        assert!(shown.text_of(name).contains(text), "{name}: {}", shown.text_of(name));
    };
    contains("mysql", r#"'-pp@ss:w/o?rd%20'\''"\#{x}$HOME<%= y %>`z`'"#);
    contains("pymysql", r#"password="p@ss:w/o?rd%20'\"\\#{x}$HOME<%= y %>`z`""#);
    contains("ruby-mysql2", r#"password: 'p@ss:w/o?rd%20\'"\\#{x}$HOME<%= y %>`z`'"#);
    contains("rails", "<%%= y %>");
    contains("php-mysqli", r#"'p@ss:w/o?rd%20\'"\\#{x}$HOME<%= y %>`z`'"#);
    contains("rust-mysql", r#"Some("p@ss:w/o?rd%20'\"\\#{x}$HOME<%= y %>`z`")"#);
    contains("spring", r#"password=p@ss:w/o?rd%20'"\\#{x}$HOME<%= y %>`z`"#);
    contains("env", r#"TIDB_PASSWORD="p@ss:w/o?rd%20'\"\\#{x}\$HOME<%= y %>\`z\`""#);
}

#[test]
fn tidbs_own_name_is_proven_where_a_client_lets_one_name_it() {
    let mut given = settings(SslMode::VerifyIdentity);
    given.tls_name = "db.example".to_owned();
    for name in ["go-sql-driver", "gorm", "node-mysql2", "sequelize", "typeorm"] {
        assert!(given.text_of(name).contains("\"db.example\""), "{name}");
        assert_eq!(given.snippet(Client::named(name).unwrap()).note, None, "{name}");
    }
    for name in ["mysql", "mariadb", "jdbc", "pymysql", "prisma", "wordpress"] {
        assert_eq!(given.snippet(Client::named(name).unwrap()).note, Some(Note::NeedsAlias), "{name}");
    }
}

#[test]
fn an_authority_of_ones_own_reaches_clients_with_their_own_store() {
    let own = Settings { own_ca: true, ..settings(SslMode::VerifyCa) };
    for name in ["go-sql-driver", "node-mysql2", "rust-mysql"] {
        assert!(own.text_of(name).contains("ca-certificates.crt"), "{name}");
        assert!(!settings(SslMode::VerifyCa).text_of(name).contains("ca-certificates.crt"), "{name}");
    }
    assert_eq!(own.snippet(Client::named("jdbc").unwrap()).note, Some(Note::TrustStore));
}
