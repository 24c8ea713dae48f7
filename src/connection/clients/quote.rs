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
    text.chars().enumerate().map(|(at, c)| property_char(at, c)).collect::<Vec<_>>().concat()
}

fn property_char(at: usize, c: char) -> String {
    match c {
        '\\' => r"\\".to_owned(),
        ' ' if at == 0 => r"\ ".to_owned(),
        '\n' => r"\n".to_owned(),
        '\r' => r"\r".to_owned(),
        '\t' => r"\t".to_owned(),
        c if c.is_ascii() && !c.is_control() => c.to_string(),
        c => c
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|unit| format!("\\u{unit:04X}"))
            .collect::<Vec<_>>()
            .concat(),
    }
}

/// A value of a `.env` file: in single quotes, in which nothing is expanded; where it has one itself, in double quotes
/// with a shell's escapes, since such files are also read by one.
pub(super) fn dotenv(text: &str) -> String {
    if text.contains('\'') {
        let escape = |c: char| if "\\\"$`".contains(c) { vec!['\\', c] } else { vec![c] };
        format!("\"{}\"", text.chars().flat_map(escape).collect::<String>())
    } else {
        format!("'{text}'")
    }
}
