//! Text from the network made safe for a terminal and for a reader.

use std::fmt::Write;

use console::measure_text_width;

/// The longest line that is shown. Only what nobody wants to read is longer.
const LONGEST: usize = 4000;

/// Without control characters and without the invisible marks that reorder or hide text, cut where it gets too long.
pub fn clean(text: &str) -> String {
    clip(text, LONGEST)
}

/// Cleaned, and cut to `limit` columns with a mark where something was cut.
pub fn clip(text: &str, limit: usize) -> String {
    let mut used = 0;
    let mut shown = String::new();
    for c in text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !is_hidden(*c)) {
        // A mark without a width counts as well: a text of nothing else must end somewhere.
        used += measure_text_width(c.encode_utf8(&mut [0; 4])).max(1);
        if used > limit {
            shown.push('…');
            break;
        }
        shown.push(c);
    }
    shown
}

/// A JSON text with every character that a terminal could take for a command, or that hides or reorders what stands
/// beside it, written as its escape. What it says stays the same.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        // Between values JSON knows no control character but the line end; inside them it has escapes of its own.
        if c == '\n' || !is_hidden(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// Control characters, and marks without a width: joiners, directions, fillers, tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_moves_the_cursor_or_hides() {
        assert_eq!(clean("a\x1b[31mb\r\n\u{202e}c\u{7}"), "a[31mb c");
        assert_eq!(clip("终端节点", 5), "终端…");
        assert_eq!(clip("终端节点", 8), "终端节点");
        assert_eq!(clip("abcdef", 3), "abc…");
        assert_eq!(clean("a\u{9b}31m\u{61c}b\u{e0041}\u{200b}c\u{ad}"), "a31mbc");
        assert_eq!(clean("终端节点 😀 naïve"), "终端节点 😀 naïve");
        assert_eq!(clip("终端\u{7}\u{200b}", 4), "终端");
        assert_eq!(clean(&"x".repeat(1 << 20)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn json_says_the_same_without_a_character_that_hides() {
        let value = serde_json::json!({"a\u{202e}": "b\u{9b}\u{7f}\u{e0041}\u{1b}\n\"终😀"});
        let text = format!("{value:#}\n");
        let safe = json(&text);
        assert!(
            safe.contains("a\\u202e") && safe.contains("\\udb40\\udc41") && safe.contains("终😀"),
            "{safe}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_short_and_plain(text in ".*", limit in 0..100_usize) {
            let shown = clip(&text, limit);
            prop_assert!(shown.chars().count() <= limit + 1);
            prop_assert!(!shown.chars().any(is_hidden));
            let value = serde_json::Value::from(text);
            let safe = json(&value.to_string());
            prop_assert!(!safe.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
        }
    }
}
