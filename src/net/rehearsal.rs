//! `TIDB_PE_RESOLVE` and `TIDB_PE_DIAL`: names and routes for a rehearsal, read from text; or from files, `@PATH`, that
//! `tidb-pe sandbox` keeps up to date while endpoints come and go.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::Names;

/// What the two variables say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rehearsal {
    names: HashMap<String, Vec<IpAddr>>,
    /// Suffixes with their leading dot, for `*.suffix`.
    suffixes: Vec<(String, Vec<IpAddr>)>,
    dials: HashMap<SocketAddr, (String, u16)>,
    names_file: Option<PathBuf>,
    dials_file: Option<PathBuf>,
}

/// An entry that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEntry {
    /// The variable.
    pub variable: &'static str,
    /// The entry.
    pub entry: String,
    /// What it should look like.
    pub form: &'static str,
}

impl Rehearsal {
    pub(super) fn parse(resolve: Option<&str>, dial: Option<&str>) -> Result<Self, BadEntry> {
        let file = |text: Option<&str>| Some(PathBuf::from(text?.strip_prefix('@')?));
        let (names_file, dials_file) = (file(resolve), file(dial));
        let mut rehearsal = Self { names_file, dials_file, ..Self::default() };
        for entry in entries(resolve.filter(|text| !text.starts_with('@'))) {
            rehearsal.add_name(entry).ok_or_else(|| wrong("TIDB_PE_RESOLVE", entry, "NAME=IP[|IP]"))?;
        }
        for entry in entries(dial.filter(|text| !text.starts_with('@'))) {
            rehearsal.add_dial(entry).ok_or_else(|| wrong("TIDB_PE_DIAL", entry, "IP:PORT=HOST:PORT"))?;
        }
        Ok(rehearsal)
    }

    pub(super) fn is_empty(&self) -> bool {
        let texts = self.names.is_empty() && self.suffixes.is_empty() && self.dials.is_empty();
        texts && self.names_file.is_none() && self.dials_file.is_none()
    }

    fn add_name(&mut self, entry: &str) -> Option<()> {
        let (name, list) = entry.split_once('=')?;
        let addresses = list.split('|').map(|ip| ip.trim().parse().ok()).collect::<Option<Vec<IpAddr>>>()?;
        let name = normal(name);
        match name.strip_prefix('*') {
            Some(suffix) if suffix.len() > 1 && suffix.starts_with('.') => {
                self.suffixes.push((suffix.to_owned(), addresses));
            }
            Some(_) => return None,
            None if name.is_empty() => return None,
            None => {
                self.names.insert(name, addresses);
            }
        }
        Some(())
    }

    fn add_dial(&mut self, entry: &str) -> Option<()> {
        let (from, to) = entry.split_once('=')?;
        self.dials.insert(from.trim().parse().ok()?, host_port(to.trim())?);
        Some(())
    }
}

impl Names for Rehearsal {
    fn resolve(&self, name: &str) -> Option<Vec<IpAddr>> {
        if let Some(path) = &self.names_file {
            // The file knows every name there is: nobody else is asked, and certainly no real resolver.
            let known = present(path, |text| Self::parse(Some(text), None));
            return Some(known.and_then(|names| names.resolve(name)).unwrap_or_default());
        }
        let name = normal(name);
        if let Some(addresses) = self.names.get(&name) {
            return Some(addresses.clone());
        }
        let longest = self.suffixes.iter().filter(|(suffix, _)| name.ends_with(suffix.as_str()));
        longest.max_by_key(|(suffix, _)| suffix.len()).map(|(_, addresses)| addresses.clone())
    }

    fn dial(&self, addr: SocketAddr) -> Option<(String, u16)> {
        if let Some(path) = &self.dials_file {
            return present(path, |text| Self::parse(None, Some(text)))?.dial(addr);
        }
        self.dials.get(&addr).cloned()
    }
}

/// What the file says now; one that is gone or cannot be read says nothing.
fn present(path: &Path, parse: impl FnOnce(&str) -> Result<Rehearsal, BadEntry>) -> Option<Rehearsal> {
    let text = std::fs::read_to_string(path).ok()?;
    parse(text.trim_start_matches('@')).ok()
}

fn entries(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

fn wrong(variable: &'static str, entry: &str, form: &'static str) -> BadEntry {
    BadEntry { variable, entry: entry.to_owned(), form }
}

fn normal(name: &str) -> String {
    name.trim().trim_end_matches('.').to_ascii_lowercase()
}

fn host_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.strip_suffix(']').filter(|v6| v6.parse::<IpAddr>().is_ok())?,
        // A bare IPv6 address cannot be told from one with a port.
        None if host.contains(':') => return None,
        None => host,
    };
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn names_ignore_case_and_the_trailing_dot() {
        let names = Rehearsal::parse(Some("Ep-A.Example.com.=10.0.0.1, b=::1"), None).unwrap();
        assert_eq!(names.resolve("ep-a.example.COM"), Some(vec![ip("10.0.0.1")]));
        assert_eq!(names.resolve("B."), Some(vec![ip("::1")]));
        assert_eq!(names.resolve("c"), None);
    }

    #[test]
    fn the_exact_name_wins_then_the_longest_suffix() {
        let list = "*.example.com=10.0.0.1,*.b.example.com=10.0.0.2,a.b.example.com=10.0.0.3";
        let names = Rehearsal::parse(Some(list), None).unwrap();
        assert_eq!(names.resolve("x.example.com"), Some(vec![ip("10.0.0.1")]));
        assert_eq!(names.resolve("y.x.b.example.com"), Some(vec![ip("10.0.0.2")]));
        assert_eq!(names.resolve("a.b.example.com"), Some(vec![ip("10.0.0.3")]));
        assert_eq!(names.resolve("example.com"), None);
    }

    #[test]
    fn routes_take_names_and_both_families() {
        let list = "10.0.0.1:4000=localhost:1234,[fd00::1]:4000=[::1]:5";
        let routes = Rehearsal::parse(None, Some(list)).unwrap();
        assert_eq!(routes.dial("10.0.0.1:4000".parse().unwrap()), Some(("localhost".into(), 1234)));
        assert_eq!(routes.dial("[fd00::1]:4000".parse().unwrap()), Some(("::1".into(), 5)));
        assert_eq!(routes.dial("10.0.0.1:4001".parse().unwrap()), None);
    }

    #[test]
    fn empty_variables_change_nothing() {
        assert!(Rehearsal::parse(Some(""), Some(" , ")).unwrap().is_empty());
    }

    #[test]
    fn a_file_is_read_at_every_question() {
        let path = tempfile::NamedTempFile::new().unwrap();
        let at = format!("@{}", path.path().display());
        let names = Rehearsal::parse(Some(&at), None).unwrap();
        assert!(!names.is_empty());
        assert_eq!(names.resolve("a.example.com"), Some(Vec::new()));
        std::fs::write(path.path(), "a.example.com=10.0.0.1").unwrap();
        assert_eq!(names.resolve("a.example.com"), Some(vec![ip("10.0.0.1")]));
    }

    #[test]
    fn a_wrong_entry_is_named() {
        for list in ["a", "a=", "=10.0.0.1", "a=10.0.0", "*=10.0.0.1", "*.=10.0.0.1", "*a=10.0.0.1"] {
            let bad = Rehearsal::parse(Some(list), None).unwrap_err();
            assert_eq!((bad.entry.as_str(), bad.variable), (list, "TIDB_PE_RESOLVE"));
        }
        for list in ["10.0.0.1=h:1", "10.0.0.1:1=h", "10.0.0.1:1=:2", "10.0.0.1:1=::1:2", "x:1=h:2"] {
            assert_eq!(Rehearsal::parse(None, Some(list)).unwrap_err().entry, list);
        }
    }
}
