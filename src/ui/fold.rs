//! Text folded to a width, word by word.

use console::measure_text_width as width_of;

/// Narrower than this nothing is folded: one word a line helps nobody.
const NARROWEST: usize = 20;

/// `text` as lines of at most `width` columns; lines after the first begin with `indent` blanks, and the first is
/// meant to stand after `before` columns. Words longer than a line, such as commands and domains, stay whole.
pub fn fold(text: &str, width: Option<usize>, before: usize, indent: usize) -> String {
    let Some(width) = width.filter(|width| *width >= NARROWEST) else { return text.to_owned() };
    let mut lines = String::new();
    let mut column = before;
    let mut fresh = true;
    for word in text.split(' ') {
        let long = width_of(word);
        if !fresh && column + 1 + long > width {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            (column, fresh) = (indent, true);
        }
        if !fresh {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += long;
        fresh = false;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_move_to_the_next_line_whole() {
        assert_eq!(fold("one two three four", Some(20), 8, 2), "one two\n  three four");
        assert_eq!(fold("一二三四五六七八 九十 x", Some(20), 0, 2), "一二三四五六七八\n  九十 x");
        assert_eq!(fold("short", None, 90, 2), "short");
        assert_eq!(
            fold("a aaaaaaaaaaaaaaaaaaaaaaaaa b", Some(20), 0, 1),
            "a\n aaaaaaaaaaaaaaaaaaaaaaaaa\n b"
        );
    }
}
