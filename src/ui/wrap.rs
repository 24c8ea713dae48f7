//! Lines folded at word boundaries, with the continuation indented. Knows of colours and of wide characters.

use console::measure_text_width;

/// Narrower than this a line of known width is not folded: one word a line helps nobody.
const NARROWEST: usize = 20;

/// `text` folded to `width` columns; later lines start with `indent` spaces. A word that is too long stays whole, so
/// that it can be copied.
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    let folded = text.lines().map(|line| wrap_line(line, width, indent));
    folded.collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize, indent: usize) -> String {
    if measure_text_width(line) <= width {
        return line.to_owned();
    }
    let lead = line.len() - line.trim_start().len();
    format!("{}{}", &line[..lead], words(&line[lead..], width, lead, indent))
}

/// One line whose beginning is to stand after `before` columns. Where the width is not known, or too narrow to help
/// anybody, the text stays as it is.
pub fn fold(text: &str, width: Option<usize>, before: usize, indent: usize) -> String {
    match width.filter(|width| *width >= NARROWEST) {
        Some(width) => words(text, width, before, indent),
        None => text.to_owned(),
    }
}

fn words(text: &str, width: usize, before: usize, indent: usize) -> String {
    let mut folded = String::new();
    let mut used = before;
    let mut fresh = true;
    for word in text.split(' ') {
        let size = measure_text_width(word);
        if !fresh && used + 1 + size > width {
            folded.truncate(folded.trim_end().len());
            // A long id that fits the line at a smaller indent is worth more than the column.
            let indent = if indent + size > width { indent.min(4) } else { indent };
            folded.push('\n');
            folded.push_str(&" ".repeat(indent));
            (used, fresh) = (indent, true);
        }
        if !fresh {
            folded.push(' ');
            used += 1;
        }
        folded.push_str(word);
        used += size;
        fresh = false;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_between_words_and_indents() {
        assert_eq!(
            wrap("✓ tcp    Port 4000 answers at 10.0.0.10", 24, 9),
            "✓ tcp    Port 4000\n         answers at\n         10.0.0.10"
        );
        assert_eq!(wrap("short", 24, 9), "short");
        assert_eq!(wrap("a averylongwordthatdoesnotfit b", 10, 2), "a\n  averylongwordthatdoesnotfit\n  b");
    }

    #[test]
    fn wide_characters_count_twice_and_colours_not_at_all() {
        assert_eq!(wrap("终端 节点 服务", 9, 0), "终端 节点\n服务");
        assert_eq!(wrap("\u{1b}[31mab\u{1b}[0m cd", 5, 0), "\u{1b}[31mab\u{1b}[0m cd");
    }

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

    proptest::proptest! {
        #[test]
        fn loses_no_word(text in "[a-z终 ]{0,80}", width in 1usize..60, indent in 0usize..8) {
            let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
            proptest::prop_assert_eq!(words(&wrap(&text, width, indent)), words(&text));
        }
    }
}
