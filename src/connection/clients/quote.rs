//! Text as a literal of each language.

/// A double-quoted literal that JavaScript, Python, Go, Java and YAML read alike: JSON's.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A single-quoted literal of Ruby and PHP, which have no escapes in it but these two, and no interpolation.
pub(super) fn single(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

/// A literal of Rust.
pub(super) fn rust(text: &str) -> String {
    format!("{text:?}")
}

/// A YAML scalar inside a file that ERB reads first.
pub(super) fn erb_yaml(text: &str) -> String {
    json(text).replace("<%", "<%%")
}

/// A value of a Java properties file.
pub(super) fn property(text: &str) -> String {
    let mut quoted = String::new();
    for (at, c) in text.chars().enumerate() {
        match c {
            '\\' => quoted.push_str(r"\\"),
            ' ' if at == 0 => quoted.push_str(r"\ "),
            '\n' => quoted.push_str(r"\n"),
            '\r' => quoted.push_str(r"\r"),
            '\t' => quoted.push_str(r"\t"),
            c if c.is_ascii() => quoted.push(c),
            c => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| quoted.push_str(&format!("\\u{unit:04X}")))
            }
        }
    }
    quoted
}

/// A value of a `.env` file: in single quotes, which nothing is expanded in; else in double quotes with escapes.
pub(super) fn dotenv(text: &str) -> String {
    if text.contains(['\'', '\n']) {
        let escaped =
            text.replace('\\', r"\\").replace('"', r#"\""#).replace('$', r"\$").replace('\n', r"\n");
        format!("\"{escaped}\"")
    } else {
        format!("'{text}'")
    }
}
