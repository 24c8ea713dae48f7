//! Lines folded between words, and between the wide characters of a language without spaces, with the continuation
//! indented. Knows of colours.

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
    for (glue, word) in text.split(' ').flat_map(pieces) {
        let size = measure_text_width(word);
        if !fresh && used + glue.len() + size > width {
            folded.truncate(folded.trim_end().len());
            // A long id that fits the line at a smaller indent is worth more than the column.
            let indent = if indent + size > width { indent.min(4) } else { indent };
            folded.push('\n');
            folded.push_str(&" ".repeat(indent));
            (used, fresh) = (indent, true);
        }
        if !fresh {
            folded.push_str(glue);
            used += glue.len();
        }
        folded.push_str(word);
        used += size;
        fresh = false;
    }
    folded
}

/// What must stay together of a word, each with what stands before it on the same line.
fn pieces(word: &str) -> Vec<(&'static str, &str)> {
    let places = word.char_indices().zip(word.chars().skip(1));
    let cuts = places.filter(|((_, left), right)| may_part(*left, *right));
    let cuts = cuts.map(|((at, left), _)| at + left.len_utf8());
    let ends: Vec<usize> = cuts.chain([word.len()]).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let piece = |(start, end): (usize, &usize)| (if start == 0 { " " } else { "" }, &word[start..*end]);
    starts.zip(&ends).map(piece).collect()
}

/// Whether a line may end after `left` and the next begin with `right`, with no space between them. Words, ids and
/// addresses stay whole.
fn may_part(left: char, right: char) -> bool {
    (is_wide(left) || is_wide(right)) && !OPENING.contains(left) && !CLOSING.contains(right)
}

fn is_wide(c: char) -> bool {
    !c.is_ascii() && measure_text_width(c.encode_utf8(&mut [0; 4])) == 2
}

/// Nothing ends a line with these.
const OPENING: &str = "（「『【《〈“‘([{<\"'";
/// Nothing begins a line with these; a colour's end belongs to what it colours.
const CLOSING: &str = "，。、：；！？）」』】》〉”’…·)]}>,.:;!?%\"'\u{1b}";

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
    fn a_text_without_spaces_is_folded_between_its_characters() {
        assert_eq!(
            wrap("终端节点已创建，共三个可用区。", 10, 2),
            "终端节点已\n  创建，共\n  三个可用\n  区。"
        );
        // A closing mark never begins a line and an opening one never ends it, however long that makes a piece.
        assert_eq!(wrap("一二三四。", 8, 0), "一二三\n四。");
        assert_eq!(wrap("一二三（四）", 8, 0), "一二三\n（四）");
        assert_eq!(wrap("端口4000可用", 6, 0), "端口\n4000可\n用");
        assert_eq!(wrap("见 https://a.example/b 这里", 6, 0), "见\nhttps://a.example/b\n这里");
        assert_eq!(wrap("\u{1b}[31m一二三\u{1b}[0m", 4, 0), "\u{1b}[31m一二\n三\u{1b}[0m");
    }

    #[test]
    fn words_move_to_the_next_line_whole() {
        assert_eq!(fold("one two three four", Some(20), 8, 2), "one two\n  three four");
        assert_eq!(fold("一二三四五六七八 九十 x", Some(20), 0, 2), "一二三四五六七八 九\n  十 x");
        assert_eq!(fold("short", None, 90, 2), "short");
        assert_eq!(
            fold("a aaaaaaaaaaaaaaaaaaaaaaaaa b", Some(20), 0, 1),
            "a\n aaaaaaaaaaaaaaaaaaaaaaaaa\n b"
        );
    }

    /// What no line can be shorter than: the widest piece at the smallest indent it may be given.
    fn widest(text: &str, indent: usize) -> usize {
        let sizes = text.split(' ').flat_map(pieces).map(|(_, piece)| measure_text_width(piece));
        sizes.max().unwrap_or(0) + indent.min(4)
    }

    proptest::proptest! {
        #[test]
        fn loses_no_word(text in "[a-z终 ]{0,80}", width in 1usize..60, indent in 0usize..8) {
            let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
            let letters = |text: &str| words(text).concat();
            let wrapped = wrap(&text, width, indent);
            proptest::prop_assert_eq!(letters(&wrapped), letters(&text));
            let ascii = text.replace('终', "z");
            proptest::prop_assert_eq!(words(&wrap(&ascii, width, indent)), words(&ascii));
        }

        #[test]
        fn keeps_to_the_width_and_to_the_marks(
            text in "[a-z终端点，。：（）「」0-9./() -]{0,80}", width in 1usize..60, indent in 0usize..8,
        ) {
            let wrapped = wrap(text.trim_start(), width, indent);
            for line in wrapped.lines() {
                let room = width.max(widest(&text, indent));
                proptest::prop_assert!(measure_text_width(line) <= room, "{:?} in {:?}", line, wrapped);
            }
            for (one, next) in wrapped.lines().zip(wrapped.lines().skip(1)) {
                let (last, first) = (one.trim_end().chars().next_back(), next.trim_start().chars().next());
                let (Some(last), Some(first)) = (last, first) else { continue };
                let parted = text.contains(&format!("{last} ")) || may_part(last, first);
                proptest::prop_assert!(parted, "{:?} | {:?}", one, next);
            }
        }
    }
}
