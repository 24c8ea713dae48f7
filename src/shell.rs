//! Words for a POSIX shell.

use std::fmt::Write;

/// Quotes `word` so that a shell reads it as one word, and only where that is needed. What a terminal would take for a
/// command or not show is spelled out, so that the line can be shown and copied as it is.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.chars().any(is_hidden) {
        spelled_out(word)
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command line of quoted words.
pub fn join<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    words.into_iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// Anything that is not seen as itself. Which letters a terminal shows is not for this file to know, so whatever is
/// beyond ASCII counts only where the word has control characters anyway, or is a mark without a width.
fn is_hidden(c: char) -> bool {
    let marks = ['\u{ad}', '\u{34f}', '\u{61c}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{3164}'];
    c.is_control()
        || marks.contains(&c)
        || matches!(
            u32::from(c),
            0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xffa0
                | 0xfff0..=0xfffb | 0xe0000..=0xe0fff
        )
}

/// `printf` with octal escapes, which every POSIX shell has. A shell drops line ends at the end of what a command
/// prints, so these stand outside. No argument of a program can hold a NUL.
fn spelled_out(word: &str) -> String {
    let word = word.replace('\0', "");
    let body = word.trim_end_matches('\n');
    let ends = &word[body.len()..];
    let mut quoted = String::from("\"$(printf '");
    for (at, c) in body.char_indices() {
        match c {
            // As the first character it would begin an option.
            '-' if at == 0 => quoted.push_str(r"\055"),
            '%' => quoted.push_str("%%"),
            '\\' => quoted.push_str(r"\\"),
            '\'' => quoted.push_str(r"\047"),
            c if is_hidden(c) => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push_str("')\"");
    if !ends.is_empty() {
        let _ = write!(quoted, "'{ends}'");
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_back(words: &[&str]) -> Vec<String> {
        let script = format!("for word in {}; do printf '%s\\0' \"$word\"; done", join(words));
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{script}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let words: Vec<String> = text.split('\0').map(ToOwned::to_owned).collect();
        words[..words.len() - 1].to_vec()
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        let words = [
            "plain",
            "",
            "two words",
            "it's",
            "a\"b",
            "$HOME",
            "`id`",
            "*",
            "new\nline",
            "终端",
            "~",
            "a;b",
            "\n",
            "\n\n",
            "ends\n",
            "\tindented",
            "100%",
            "%s%n\u{7}",
            "back\\slash\u{7}",
            "a'b\u{1b}[31m",
            "\\",
            "-n",
            "#",
            "!x",
            "\u{202e}abc",
            "😀",
            "a\rb",
            "$(id)\u{1}",
            "{a,b}",
            "[a-z]",
            "a=b",
            "\u{7}\n",
        ];
        assert_eq!(read_back(&words), words);
    }

    #[test]
    fn what_is_shown_is_what_is_there() {
        for word in ["a\u{1b}[31mb", "a\nb", "\u{202e}cod.txt", "a\u{200b}b", "\u{9b}x"] {
            let quoted = quote(word);
            assert_eq!(crate::ui::clean::clean(&quoted), quoted);
        }
        assert_eq!(quote("a\0b"), quote("a\u{0}b"));
        assert_eq!(quote("/tmp/a b"), "'/tmp/a b'");
        assert_eq!(quote("a\u{7}b"), r#""$(printf 'a\007b')""#);
    }

    proptest! {
        // Each case starts a shell.
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

        #[test]
        fn any_words_are_read_back(words in prop::collection::vec("[^\0]{0,12}|[ -~\n\t\u{1b}'\"$`\\\\]{0,12}", 1..20)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            prop_assert_eq!(read_back(&words), words);
        }
    }
}
