//! From flags and variables to answers. Files and standard input named by them are read here, once.

use std::io::Read;
use std::path::Path;

use ipnet::Ipv4Net;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::connection::{ConnectionAnswers, Target};
use super::{Answers, Permits, Source, Sourced};
use crate::cli::{Connection, Find, Global, Network, Parsed, Setup};
use crate::cloud::privatelink::Tag;
use crate::connection::clients::Wanted;
use crate::env::Env;
use crate::paste::{self, Pasted};
use crate::problem::{Problem, Shape};
use crate::secret::Secret;
use crate::service_name::ServiceName;

/// The most that is read of a file or of standard input. A part of a password or of a list of authorities would be
/// worse than none, so what is larger is refused.
pub(crate) const LARGEST_INPUT: u64 = 1 << 20;

/// Reads every answer the command line and the environment give; problems are collected, not raised one by one.
pub async fn gather(parsed: &Parsed, setup: &Setup, env: &Env) -> (Answers, Vec<Problem>) {
    gather_aside(parsed, setup.network.clone(), &setup.connection, env).await
}

/// The same for a command that only looks: which endpoint, and how the database is reached.
pub async fn gather_to_find(
    parsed: &Parsed,
    find: &Find,
    connection: &Connection,
    env: &Env,
) -> (Answers, Vec<Problem>) {
    let (service_name, vpc_id) = (find.service_name.clone(), find.vpc_id.clone());
    let network = Network { service_name, vpc_id, ..Network::default() };
    gather_aside(parsed, network, connection, env).await
}

/// Off the async threads: a file may be a pipe that somebody fills later, and a signal has to be heard meanwhile.
async fn gather_aside(
    parsed: &Parsed,
    network: Network,
    connection: &Connection,
    env: &Env,
) -> (Answers, Vec<Problem>) {
    let (parsed, connection, env) = (parsed.clone(), connection.clone(), env.clone());
    let read = move || gather_from(&parsed, &network, &connection, &env);
    tokio::task::spawn_blocking(read)
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn gather_from(
    parsed: &Parsed,
    network: &Network,
    connection: &Connection,
    env: &Env,
) -> (Answers, Vec<Problem>) {
    let mut reader = Reader { parsed, problems: Vec::new() };
    let mut answers = reader.network(&parsed.cli.global, network);
    answers.connection = reader.connection(connection, env);
    if let Some(pasted) = network.from.as_deref().and_then(|from| reader.pasted(from, connection, env)) {
        reader.problems.extend(answers.fill_from_text(pasted, connection).err());
    }
    (answers, reader.problems)
}

/// What standard input is called.
const STDIN: &str = "standard input";

struct Reader<'a> {
    parsed: &'a Parsed,
    problems: Vec<Problem>,
}

/// What a pasted text settles: only what neither a flag nor a variable gave.
impl Reader<'_> {
    fn pasted(&mut self, from: &str, connection: &Connection, env: &Env) -> Option<Pasted> {
        let (path, bytes) = if from == "-" {
            if connection.password_stdin {
                self.problems.push(Problem::Conflict { one: "--from -", other: "--password-stdin" });
                return None;
            }
            (STDIN, self.stdin("--from", env)?)
        } else {
            (from, self.file("--from", from.as_ref())?)
        };
        let pasted = paste::parse(&String::from_utf8_lossy(&bytes));
        if pasted.is_empty() {
            self.unusable("--from", path, &"nothing in it is a value of TiDB Cloud's connection dialog");
            return None;
        }
        Some(pasted)
    }

    /// What was read of standard input; nothing where the terminal is asked instead.
    fn stdin(&mut self, flag: &'static str, env: &Env) -> Option<Vec<u8>> {
        let read = env.stdin.clone()?.and_then(within_limit);
        read.map_err(|reason| self.unusable(flag, STDIN, &reason)).ok()
    }
}

impl Reader<'_> {
    fn network(&mut self, global: &Global, network: &Network) -> Answers {
        Answers {
            cluster_id: self.parsed_as(
                "--cluster-id",
                network.cluster_id.as_deref(),
                &Shape::ClusterId,
                cluster_id,
            ),
            service_name: self.service_name(network.service_name.as_deref()),
            az_ids: self.list("az_id", &network.az_id),
            region_id: self.text("region_id", global.region_id.as_deref().map(bare_region)),
            vpc_id: self.text("vpc_id", network.vpc_id.as_deref()),
            vswitch_ids: self.list("vswitch_id", &network.vswitch_id),
            security_group_ids: self.list("security_group_id", &network.security_group_id),
            client_cidr: self.parsed_as(
                "--client-cidr",
                network.client_cidr.as_deref(),
                &Shape::Cidr,
                |text| text.parse::<Ipv4Net>().ok(),
            ),
            endpoint_name: network.endpoint_name.clone(),
            tags: self.tags(&network.tag),
            resource_group_id: network.resource_group_id.clone(),
            new: network.new,
            resumed: Vec::new(),
            permits: Permits {
                create_vswitch: network.create_vswitch,
                create_security_group: network.create_security_group,
                open_service: network.open_service,
            },
            vswitch_cidr: self.vswitch_cidr(network.vswitch_cidr.as_deref()),
            connection: ConnectionAnswers::default(),
        }
    }

    fn connection(&mut self, flags: &Connection, env: &Env) -> ConnectionAnswers {
        let defaults = ConnectionAnswers::default();
        let ssl_ca = flags.ssl_ca.as_ref().and_then(|path| self.ssl_ca(path));
        let ssl_ca_path = flags.ssl_ca.as_ref().map(|path| path.display().to_string());
        ConnectionAnswers {
            user: flags.user.as_ref().map(|user| user.trim().to_owned()),
            user_source: self.source("user"),
            password: self.password(flags, env),
            database: flags.database.clone().unwrap_or(defaults.database),
            port: flags.port.unwrap_or(defaults.port),
            ssl_mode: flags.ssl_mode.unwrap_or(defaults.ssl_mode),
            ssl_ca,
            ssl_ca_path,
            tls_server_name: flags.tls_server_name.clone(),
            connect_to: self.parsed_as(
                "--connect-to",
                flags.connect_to.as_deref(),
                &Shape::HostPort,
                Target::parse,
            ),
            connect_timeout: flags.connect_timeout.unwrap_or(defaults.connect_timeout),
            client: self.parsed_as("--client", flags.client.as_deref(), &Shape::Client, Wanted::parse),
            skip_test: flags.skip_test,
        }
    }

    fn source(&self, id: &str) -> Source {
        if self.parsed.is_from_env(id) { Source::Environment } else { Source::Flag }
    }

    fn text(&self, id: &str, value: Option<&str>) -> Option<Sourced<String>> {
        let value = value.map(str::trim).filter(|value| !value.is_empty())?;
        Some(Sourced::new(value.to_owned(), self.source(id)))
    }

    /// Commas, spaces and a JSON list are all understood: that is how dialogs and APIs show several zones.
    fn list(&self, id: &str, values: &[String]) -> Option<Sourced<Vec<String>>> {
        let mut items: Vec<String> = Vec::new();
        for value in values {
            for item in value.split([',', ' ', '\t', '\n', '[', ']', '"', '\'']) {
                if !item.is_empty() && !items.iter().any(|known| known == item) {
                    items.push(item.to_owned());
                }
            }
        }
        (!items.is_empty()).then(|| Sourced::new(items, self.source(id)))
    }

    fn service_name(&mut self, text: Option<&str>) -> Option<Sourced<ServiceName>> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        match text.parse() {
            Ok(name) => Some(Sourced::new(name, self.source("service_name"))),
            Err(why) => {
                self.problems.push(Problem::ServiceName { text: text.to_owned(), why });
                None
            }
        }
    }

    fn parsed_as<T>(
        &mut self,
        flag: &'static str,
        text: Option<&str>,
        expected: &Shape,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text?;
        let value = parse(text.trim());
        if value.is_none() {
            self.problems.push(Problem::Malformed {
                flag,
                text: text.to_owned(),
                expected: expected.clone(),
            });
        }
        value
    }

    /// Facts section b2, `CreateVSwitch`: mask 16 to 29.
    fn vswitch_cidr(&mut self, text: Option<&str>) -> Option<Sourced<Ipv4Net>> {
        let fits = |net: &Ipv4Net| (16..=29).contains(&net.prefix_len()) && net.trunc() == *net;
        let parse = |text: &str| text.parse::<Ipv4Net>().ok().filter(fits);
        let net = self.parsed_as("--vswitch-cidr", text, &Shape::VSwitchCidr, parse)?;
        Some(Sourced::new(net, self.source("vswitch_cidr")))
    }

    fn tags(&mut self, texts: &[String]) -> Vec<Tag> {
        let mut tags = Vec::new();
        for text in texts {
            let split =
                |text: &str| text.split_once('=').map(|(k, v)| (k.trim().to_owned(), v.trim().to_owned()));
            if let Some((key, value)) = self.parsed_as("--tag", Some(text), &Shape::Tag, split) {
                tags.push(Tag { key, value });
            }
        }
        tags
    }

    fn password(&mut self, flags: &Connection, env: &Env) -> Option<Secret> {
        match (&flags.password_file, flags.password_stdin) {
            (Some(_), true) => {
                self.problems.push(Problem::Conflict { one: "--password-stdin", other: "--password-file" });
                None
            }
            (Some(path), false) => {
                let bytes = self.file("--password-file", path)?;
                self.password_text("--password-file", &path.display().to_string(), bytes)
            }
            (None, true) => {
                let bytes = self.stdin("--password-stdin", env)?;
                self.password_text("--password-stdin", STDIN, bytes)
            }
            (None, false) => env.secret("TIDB_PE_PASSWORD"),
        }
    }

    /// One line end at the end is the editor's or the shell's, not the password's.
    fn password_text(&mut self, flag: &'static str, path: &str, bytes: Vec<u8>) -> Option<Secret> {
        let Ok(text) = String::from_utf8(bytes) else {
            self.unusable(flag, path, &"it is not UTF-8 text");
            return None;
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let text = text.strip_suffix('\n').unwrap_or(text);
        let secret = Secret::new(text.strip_suffix('\r').unwrap_or(text));
        if secret.expose().is_empty() {
            self.unusable(flag, path, &"it is empty");
            return None;
        }
        Some(secret)
    }

    fn ssl_ca(&mut self, path: &Path) -> Option<Vec<u8>> {
        let bytes = self.file("--ssl-ca", path)?;
        let certificates = CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).count();
        if certificates == 0 {
            self.unusable("--ssl-ca", &path.display().to_string(), &"it holds no PEM certificate");
            return None;
        }
        Some(bytes)
    }

    fn file(&mut self, flag: &'static str, path: &Path) -> Option<Vec<u8>> {
        let shown = path.display().to_string();
        // Such a name could not be repeated in the commands that are printed.
        let name = path.to_str().ok_or_else(|| "its name is not UTF-8 text".to_owned());
        let read = name.and_then(|name| read(name).map_err(|error| error.to_string())).and_then(within_limit);
        read.map_err(|reason| self.unusable(flag, &shown, &reason)).ok()
    }

    fn unusable(&mut self, flag: &'static str, path: &str, reason: &dyn std::fmt::Display) {
        self.problems.push(Problem::File { flag, path: path.to_owned(), reason: reason.to_string() });
    }
}

fn read(path: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more shows that there is more.
    std::fs::File::open(path)?.take(LARGEST_INPUT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn within_limit(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if bytes.len() as u64 > LARGEST_INPUT { Err("it is larger than 1 MiB".to_owned()) } else { Ok(bytes) }
}

/// The API writes `clusters/10581524018573000000`.
fn cluster_id(text: &str) -> Option<String> {
    let id = text.strip_prefix("clusters/").unwrap_or(text);
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain.then(|| id.to_owned())
}

/// TiDB Cloud's API writes `alicloud-ap-southeast-1` or `regions/alicloud-ap-southeast-1`.
pub fn bare_region(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("regions/").unwrap_or(text);
    text.strip_prefix("alicloud-").unwrap_or(text)
}
