//! The rules of the house, as far as a test can hold them.

use std::path::{Path, PathBuf};

/// Rooms, and the rooms of this crate they may use. A room that is not listed may use any.
const LAYERS: [(&str, &[&str]); 13] = [
    ("cloud", &["cloud", "secret", "tls"]),
    ("sandbox", &["sandbox", "cloud::sign", "secret", "net", "tls"]),
    ("security_group", &["security_group", "cloud::ecs"]),
    ("secret", &[]),
    ("shell", &[]),
    ("zone", &["cloud::hosts"]),
    ("service_name", &["service_name"]),
    ("net", &["net"]),
    ("connection", &["connection", "shell", "cloud::sign", "secret"]),
    (
        "plan",
        &[
            "plan",
            "answers",
            "cloud",
            "inventory",
            "event::Thing",
            "journal",
            "problem",
            "security_group",
            "service_name",
        ],
    ),
    ("wait", &["wait", "cloud", "event"]),
    ("log", &["log", "cloud::Notice", "env", "error", "event", "secret"]),
    (
        "check",
        &[
            "check",
            "cloud",
            "connection",
            "event",
            "net",
            "plan",
            "secret",
            "tls",
            "security_group",
            "wait",
            "whereami",
        ],
    ),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

fn room(path: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

/// Code above the tests; tests may use anything.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        let is_test = path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == room && !is_test) else { continue };
        for (number, line) in code(&text).lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used: String =
                    used.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
                let fits = |allowed: &&str| used == **allowed || used.starts_with(&format!("{allowed}::"));
                if !allowed.iter().any(fits) && !line.trim_start().starts_with("//") {
                    wrong.push(format!("{}:{}: {room} uses {used}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn plan_is_pure() {
    for (path, text) in
        sources().into_iter().filter(|(path, _)| ["plan", "security_group"].contains(&&*room(path)))
    {
        for forbidden in
            ["async ", ".await", "std::env", "std::fs", "Instant", "SystemTime", "Timestamp::now"]
        {
            assert!(!code(&text).contains(forbidden), "{} has {forbidden:?}", path.display());
        }
    }
}

#[test]
fn only_one_file_writes_to_the_terminal() {
    for (path, text) in sources() {
        if !path.ends_with("ui/term.rs") {
            assert!(!code(&text).contains("std::io::stdout().lock"), "{}", path.display());
            assert!(!code(&text).contains("std::io::stderr().lock"), "{}", path.display());
        }
    }
}

#[test]
fn files_stay_readable() {
    for (path, text) in sources() {
        let lines = code(&text).lines().count();
        assert!(lines <= 470, "{} has {lines} lines", path.display());
    }
}

#[test]
fn one_crypto_provider_and_no_c_library_but_rings() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    for forbidden in ["aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls", "cmake", "bindgen"] {
        assert!(!lock.contains(&format!("name = \"{forbidden}\"\n")), "{forbidden} is in the tree");
    }
    assert_eq!(lock.matches("name = \"ring\"\n").count(), 1);
    assert_eq!(lock.matches("name = \"rustls\"\n").count(), 1);
    assert!(
        !lock.contains("name = \"icu_"),
        "`url` has tables of the world's scripts: Cargo.toml, idna_adapter"
    );
}
