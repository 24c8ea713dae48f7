//! Connection strings and commands: URLs, JDBC, Go's form, the `mysql` command line.

use percent_encoding::percent_decode_str;

use super::{Pasted, password, user};

/// Reads the first connection string or command in the text.
pub(super) fn parse(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    for word in text.split_whitespace() {
        let word = word.trim_matches(|c| "\"'`;,".contains(c));
        if let Some(rest) = word.strip_prefix("jdbc:mysql://") {
            pasted.fill(jdbc(rest));
        } else if let Some((scheme, rest)) = word.split_once("://") {
            if scheme.starts_with("mysql") || scheme.starts_with("tidb") {
                pasted.fill(url(rest));
            }
        } else if word.contains("@tcp(") {
            pasted.fill(go(word));
        }
    }
    if let Some(line) = text.lines().find(|line| is_command(line)) {
        pasted.fill(command(line));
    }
    pasted
}

fn is_command(line: &str) -> bool {
    let first = line.trim().trim_start_matches("$ ").split_whitespace().next();
    matches!(first, Some("mysql" | "mariadb" | "mycli"))
}

/// `user:password@host:port/database?…`
fn url(rest: &str) -> Pasted {
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before.split_once('/').unwrap_or((before, ""));
    let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, secret) = login.split_once(':').unwrap_or((login, ""));
    let mut pasted = Pasted {
        user: user(&decode(name)),
        password: password(&decode(secret)),
        database: word(&decode(database)),
        port: port(host),
        ..Pasted::default()
    };
    pasted.fill(parameters(query));
    pasted
}

/// `host:port/database?user=…&password=…`
fn jdbc(rest: &str) -> Pasted {
    url(rest)
}

/// `user:password@tcp(host:port)/database?…`; nothing is encoded.
fn go(text: &str) -> Pasted {
    let (login, rest) = text.split_once("@tcp(").unwrap_or(("", text));
    let (name, secret) = login.split_once(':').unwrap_or((login, ""));
    let (host, rest) = rest.split_once(')').unwrap_or((rest, ""));
    let database = rest.trim_start_matches('/').split('?').next().unwrap_or_default();
    Pasted {
        user: user(name),
        password: password(secret),
        database: word(database),
        port: port(host),
        ..Pasted::default()
    }
}

fn parameters(query: &str) -> Pasted {
    let mut pasted = Pasted::default();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match key {
            "user" => pasted.user = user(&decode(value)),
            "password" => pasted.password = password(&decode(value)),
            _ => {}
        }
    }
    pasted
}

/// `mysql -u 'U' -h H -P 4000 -D D -p'P'`, long and short options, value attached or apart.
fn command(line: &str) -> Pasted {
    let mut pasted = Pasted::default();
    let words = words(line);
    for (i, word) in words.iter().enumerate() {
        let next = words.get(i + 1).map(String::as_str).unwrap_or_default();
        let value = |short: &str, long: &str| match word.strip_prefix(long) {
            Some("") => Some(next.to_owned()),
            Some(attached) => attached.strip_prefix('=').map(ToOwned::to_owned),
            None if word == short => Some(next.to_owned()),
            None if word.starts_with("--") => None,
            None => word.strip_prefix(short).map(ToOwned::to_owned),
        };
        if let Some(text) = value("-u", "--user") {
            pasted.user = pasted.user.or_else(|| user(&text));
        } else if let Some(text) = value("-P", "--port") {
            pasted.port = pasted.port.or_else(|| text.parse().ok());
        } else if let Some(text) = value("-D", "--database") {
            pasted.database = pasted.database.or_else(|| self::word(&text));
        } else if let Some(text) = word.strip_prefix("--password=").or_else(|| word.strip_prefix("-p")) {
            pasted.password = pasted.password.or_else(|| password(text));
        }
    }
    pasted
}

/// Splits as a shell does, as far as quotes go.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, c) if c.is_whitespace() => words.push(String::new()),
            (_, c) => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn word(text: &str) -> Option<String> {
    let plain = !text.is_empty() && !text.starts_with(['<', '{', '$']) && !text.contains(char::is_control);
    plain.then(|| text.to_owned())
}

fn port(host: &str) -> Option<u16> {
    host.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
}
