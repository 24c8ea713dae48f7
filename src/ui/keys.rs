//! From a terminal's bytes to keys. Pure.
//!
//! Terminals that know bracketed paste put `ESC [200~` and `ESC [201~` around what is pasted, so that it is one key here
//! and never mistaken for typing.

/// What was pressed, or pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// Enter.
    Enter,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home, or Ctrl-A.
    Home,
    /// End, or Ctrl-E.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Ctrl-U: the line is emptied.
    Kill,
    /// Ctrl-W: the last word goes.
    KillWord,
    /// Esc by itself, Ctrl-C, or Ctrl-D.
    Leave,
    /// Ctrl-Z: the process is stopped.
    Stop,
    /// Ctrl-\\: the process ends where it stands.
    Quit,
    /// A bracketed paste, whole.
    Paste(String),
}

const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Collects bytes until they are keys.
#[derive(Debug, Default)]
pub struct Decoder {
    waiting: Vec<u8>,
}

impl Decoder {
    /// Takes what was read, and gives the keys that are complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Key> {
        // Of a long paste only what is new can hold its end.
        let fresh = self.waiting.len().saturating_sub(PASTE_ENDS.len());
        self.waiting.extend_from_slice(bytes);
        let mut keys = Vec::new();
        if self.is_pasting()
            && fresh > PASTE_BEGINS.len()
            && find(&self.waiting[fresh..], PASTE_ENDS).is_none()
        {
            return keys;
        }
        while let Some((used, key)) = next(&self.waiting) {
            self.waiting.drain(..used);
            keys.extend(key);
        }
        keys
    }

    /// Whether a beginning waits for its end.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether a paste has begun and its end has not come yet.
    pub fn is_pasting(&self) -> bool {
        self.waiting.starts_with(PASTE_BEGINS)
    }

    /// Nothing followed: a lone ESC is the key itself, and half a paste is what there is of it.
    pub fn settle(&mut self) -> Option<Key> {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(half) = waiting.strip_prefix(PASTE_BEGINS) {
            return Some(Key::Paste(text(half)));
        }
        (waiting == b"\x1b").then_some(Key::Leave)
    }
}

/// How many bytes the first key takes, and which it is; `None` until it is complete.
fn next(bytes: &[u8]) -> Option<(usize, Option<Key>)> {
    match bytes.first()? {
        0x1b => escape(bytes),
        b'\r' | b'\n' => Some((1, Some(Key::Enter))),
        0x7f | 0x08 => Some((1, Some(Key::Backspace))),
        0x01 => Some((1, Some(Key::Home))),
        0x05 => Some((1, Some(Key::End))),
        0x15 => Some((1, Some(Key::Kill))),
        0x17 => Some((1, Some(Key::KillWord))),
        0x03 | 0x04 => Some((1, Some(Key::Leave))),
        0x1a => Some((1, Some(Key::Stop))),
        0x1c => Some((1, Some(Key::Quit))),
        b'\t' => Some((1, Some(Key::Char(' ')))),
        0..0x20 => Some((1, None)),
        _ => character(bytes),
    }
}

fn character(bytes: &[u8]) -> Option<(usize, Option<Key>)> {
    let long = match bytes[0] {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf8 => 4,
        _ => return Some((1, None)),
    };
    let whole = bytes.get(..long)?;
    match std::str::from_utf8(whole) {
        Ok(text) => Some((long, text.chars().next().map(Key::Char))),
        Err(_) => Some((1, None)),
    }
}

fn escape(bytes: &[u8]) -> Option<(usize, Option<Key>)> {
    match bytes.get(1)? {
        b'[' if bytes.starts_with(PASTE_BEGINS) => pasted(bytes),
        b'[' => control(bytes),
        b'O' => bytes.get(2).map(|last| (3, arrow(*last))),
        // Esc and a character: a terminal's way to say Alt. Nothing here has such a key.
        0x1b => Some((1, Some(Key::Leave))),
        _ => Some((2, None)),
    }
}

fn pasted(bytes: &[u8]) -> Option<(usize, Option<Key>)> {
    let inside = &bytes[PASTE_BEGINS.len()..];
    let end = find(inside, PASTE_ENDS)?;
    let used = PASTE_BEGINS.len() + end + PASTE_ENDS.len();
    Some((used, Some(Key::Paste(text(&inside[..end])))))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// `ESC [`, parameters, and a last byte in `@..=~`.
fn control(bytes: &[u8]) -> Option<(usize, Option<Key>)> {
    let end = bytes.iter().skip(2).position(|byte| (0x40..=0x7e).contains(byte))? + 2;
    let key = match (&bytes[2..end], bytes[end]) {
        (b"1" | b"7", b'~') => Some(Key::Home),
        (b"4" | b"8", b'~') => Some(Key::End),
        (b"3", b'~') => Some(Key::Delete),
        (b"5", b'~') => Some(Key::PageUp),
        (b"6", b'~') => Some(Key::PageDown),
        (b"", last) => arrow(last),
        _ => None,
    };
    Some((end + 1, key))
}

fn arrow(last: u8) -> Option<Key> {
    Some(match last {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        _ => return None,
    })
}

/// Line ends as Unix writes them: a terminal sends a carriage return for each.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        Decoder::default().feed(bytes)
    }

    #[test]
    fn characters_and_keys() {
        assert_eq!(
            keys("aé终\r".as_bytes()),
            ["a", "é", "终"].map(one).into_iter().chain([Key::Enter]).collect::<Vec<_>>()
        );
        assert_eq!(
            keys(b"\x1b[A\x1b[B\x1bOD\x1b[5~\x1b[3~"),
            [Key::Up, Key::Down, Key::Left, Key::PageUp, Key::Delete]
        );
        assert_eq!(keys(b"\x03\x15\x17\x7f"), [Key::Leave, Key::Kill, Key::KillWord, Key::Backspace]);
        assert_eq!(keys(b"\x1b[1;5C\x1bxa"), [Key::Char('a')]);
    }

    fn one(text: &str) -> Key {
        Key::Char(text.chars().next().unwrap())
    }

    #[test]
    fn a_paste_is_one_key_whatever_is_in_it() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(b"\x1b[200~a: b\ry\r\x1b[A"), []);
        assert!(decoder.is_pasting());
        assert_eq!(
            decoder.feed(b"\r\x1b[201~y"),
            [Key::Paste("a: b\ny\n\x1b[A\n".to_owned()), Key::Char('y')]
        );
        assert!(!decoder.is_waiting());
    }

    #[test]
    fn a_lone_escape_leaves_and_half_a_character_waits() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(b"\x1b"), []);
        assert_eq!(decoder.settle(), Some(Key::Leave));
        assert_eq!(decoder.feed(&[0xe7, 0xbb]), []);
        assert_eq!(decoder.feed(&[0x88]), [Key::Char('终')]);
        assert_eq!(decoder.feed(b"\x1b[200~half"), []);
        assert_eq!(decoder.settle(), Some(Key::Paste("half".to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same_keys(bytes: Vec<u8>, cut in 0usize..64) {
            let whole = keys(&bytes);
            let mut decoder = Decoder::default();
            let (one, two) = bytes.split_at(cut.min(bytes.len()));
            let pieces: Vec<Key> = decoder.feed(one).into_iter().chain(decoder.feed(two)).collect();
            proptest::prop_assert_eq!(pieces, whole);
        }
    }
}
