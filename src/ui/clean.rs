//! Text from the network made safe for a terminal and for a reader.

use console::measure_text_width;

/// Without control characters and without the invisible marks that reorder or hide text.
pub fn clean(text: &str) -> String {
    let invisible = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|&c| !invisible(c)).collect()
}

/// Cleaned, and cut to `limit` columns with a mark where something was cut.
pub fn clip(text: &str, limit: usize) -> String {
    let text = clean(text);
    if measure_text_width(&text) <= limit {
        return text;
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += measure_text_width(c.encode_utf8(&mut [0; 4]));
        used <= limit
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_hides() {
        assert_eq!(clean("a\x1b[31mb\r\n\u{202e}c\u{7}"), "a[31mb c");
        assert_eq!(clip("终端节点", 5), "终端…");
        assert_eq!(clip("终端节点", 8), "终端节点");
        assert_eq!(clip("abcdef", 3), "abc…");
    }
}
