//! Lines folded at word boundaries, with the continuation indented. Knows of colours and of wide characters.

use console::measure_text_width;

/// `text` folded to `width` columns; later lines start with `indent` spaces. A word that is too long stays whole, so
/// that it can be copied.
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    let folded = text.lines().map(|line| fold(line, width, indent));
    folded.collect::<Vec<_>>().join("\n")
}

fn fold(line: &str, width: usize, indent: usize) -> String {
    if measure_text_width(line) <= width {
        return line.to_owned();
    }
    let lead = line.len() - line.trim_start().len();
    let mut folded = line[..lead].to_owned();
    let mut used = lead;
    let mut fresh = true;
    for word in line[lead..].split(' ') {
        let size = measure_text_width(word);
        if !fresh && used + 1 + size > width {
            folded.truncate(folded.trim_end().len());
            folded.push('\n');
            // A long id that fits the line at a smaller indent is worth more than the column.
            let indent = if indent + size > width { indent.min(4) } else { indent };
            folded.push_str(&" ".repeat(indent));
            used = indent;
        } else if !fresh {
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

    proptest::proptest! {
        #[test]
        fn loses_no_word(text in "[a-z终 ]{0,80}", width in 1usize..60, indent in 0usize..8) {
            let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
            proptest::prop_assert_eq!(words(&wrap(&text, width, indent)), words(&text));
        }
    }
}
