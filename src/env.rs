//! Everything ambient through one value: variables, terminals, directories. Nothing else reads them.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use crate::cloud::Tuning;
use crate::secret::Secret;

/// The world this process was started in. Has no `Debug`: variables hold secrets.
#[derive(Clone, Default)]
pub struct Env {
    vars: HashMap<String, String>,
    /// Variables of this tool and of Alibaba Cloud's whose value is not UTF-8 text.
    pub unreadable: Vec<String>,
    /// What was on standard input, where it was asked for; or the system's reason.
    pub stdin: Option<Result<Vec<u8>, String>>,
    /// Whether standard input is a terminal.
    pub stdin_tty: bool,
    /// Whether standard output is a terminal.
    pub stdout_tty: bool,
    /// Whether standard error is a terminal.
    pub stderr_tty: bool,
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// The time limits of conversations with APIs; other than the default only in a rehearsal.
    pub tuning: Tuning,
}

impl Env {
    /// The operating system's.
    pub fn os() -> Self {
        let vars = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let ours = |name: &str| name.starts_with("TIDB_PE_") || name.starts_with("ALIBABA_CLOUD_");
        let unreadable = std::env::vars_os()
            .filter(|(_, value)| value.to_str().is_none())
            .filter_map(|(name, _)| name.into_string().ok().filter(|name| ours(name)))
            .collect();
        Self {
            vars,
            unreadable,
            stdin: None,
            stdin_tty: std::io::stdin().is_terminal(),
            stdout_tty: std::io::stdout().is_terminal(),
            stderr_tty: std::io::stderr().is_terminal(),
            home: etcetera::home_dir().ok(),
            tuning: Tuning::default(),
        }
    }

    /// A world made of these variables, without a terminal.
    pub fn of<N: Into<String>, V: Into<String>>(vars: impl IntoIterator<Item = (N, V)>) -> Self {
        let vars = vars.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { vars, ..Self::default() }
    }

    /// A variable; an empty one counts as unset.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A variable that holds a secret.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.var(name).map(Secret::new)
    }

    /// A switch: `true`, `1` or `yes`, in any case.
    pub fn switch(&self, name: &str) -> bool {
        self.var(name).is_some_and(|value| {
            ["true", "1", "yes", "on"].iter().any(|yes| value.trim().eq_ignore_ascii_case(yes))
        })
    }

    /// How many columns standard output has; `None` where nothing says so, and lines need not be folded.
    pub fn width(&self) -> Option<usize> {
        let told = self.var("COLUMNS").and_then(|columns| columns.trim().parse().ok());
        let seen = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
        told.or_else(|| self.stdout_tty.then(seen).flatten()).filter(|columns| *columns > 0)
    }

    /// Whether text beyond ASCII can be shown: the locale says UTF-8, or says nothing on a system whose
    /// terminals are UTF-8 anyway.
    pub fn is_utf8(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.var(name));
        match locale {
            Some(locale) => {
                let locale = locale.to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            }
            None => cfg!(any(target_os = "macos", target_os = "windows")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_unset() {
        let env = Env::of([("A", ""), ("B", "b"), ("C", "Yes"), ("D", "0")]);
        assert_eq!((env.var("A"), env.var("B"), env.var("X")), (None, Some("b"), None));
        assert!(env.switch("C") && !env.switch("D") && !env.switch("A"));
    }

    #[test]
    fn the_first_locale_variable_decides() {
        assert!(Env::of([("LANG", "en_US.UTF-8")]).is_utf8());
        assert!(!Env::of([("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]).is_utf8());
    }
}
