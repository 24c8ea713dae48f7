//! Text from the network made safe for a terminal and for a reader.

use std::fmt::Write as _;
use std::io;

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

/// What is written to it comes out as [`json`] has it, wherever the pieces are cut.
pub struct Json<W> {
    to: W,
    /// The piece at hand, behind the beginning of a character that the last one ended with.
    piece: Vec<u8>,
}

impl<W: io::Write> Json<W> {
    /// Writes to `to`.
    pub fn new(to: W) -> Self {
        Self { to, piece: Vec::new() }
    }
}

impl<W: io::Write> io::Write for Json<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        let text = match std::str::from_utf8(&self.piece) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&self.piece[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
            self.to.write_all(text.as_bytes())?;
        } else {
            self.to.write_all(json(text).as_bytes())?;
        }
        let whole = text.len();
        self.piece.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
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
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

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

    #[test]
    fn what_is_no_text_is_not_written() {
        let mut safe = Json::new(Vec::new());
        assert_eq!(safe.write_all(b"a\xff").unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(safe.to.is_empty());
    }

    proptest! {
        #[test]
        fn pieces_cut_anywhere_come_out_as_the_whole(
            text in "([a-z\"\n]|\\PC|[\u{7f}-\u{9f}\u{200b}-\u{202e}\u{e0000}-\u{e007f}]){0,60}",
            cuts: Vec<u8>,
        ) {
            let (mut safe, mut rest) = (Json::new(Vec::new()), text.as_bytes());
            for cut in cuts {
                let (piece, after) = rest.split_at(usize::from(cut % 8).min(rest.len()));
                safe.write_all(piece).unwrap();
                rest = after;
            }
            safe.write_all(rest).unwrap();
            prop_assert_eq!(String::from_utf8(safe.to).unwrap(), json(&text));
        }

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
