//! What Chinese text must not look like: an English sentence, or a mark that is copied with an id. Read from what was
//! said, and from every sentence in the source.

use std::path::Path;

/// Whether there is any Chinese in it.
pub(super) fn has_chinese(text: &str) -> bool {
    text.chars().any(is_chinese)
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Four lower-case English words in a row, where no command or server is quoted.
pub(super) fn english_sentence(line: &str) -> Option<String> {
    let is_word = |word: &&str| word.len() < 20 && word.chars().all(|c| c.is_ascii_lowercase());
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(4).find(|four| four.iter().all(is_word)).map(|four| four.join(" "))
}

/// A full-width mark directly after something that is copied: an id, a flag, an address, a command's word.
pub(super) fn copyable_before_a_mark(line: &str) -> Option<String> {
    let mut marks = line.char_indices().filter(|(_, c)| "，。：；、！？）".contains(*c));
    marks.find_map(|(at, _)| {
        let before = line[..at].chars().rev().take_while(char::is_ascii_graphic).count();
        Some(&line[at - before..at]).filter(|token| is_copyable(token)).map(ToOwned::to_owned)
    })
}

fn is_copyable(token: &str) -> bool {
    let has_letter = token.chars().any(|c| c.is_ascii_alphabetic());
    let is_id = token.contains(['-', '_', '.', '/', ':', '@', '=']);
    let is_spoken = token.ends_with(['"', ')', ']']) || token.starts_with("TLSv1.");
    let is_spoken = is_spoken || ["fake-IP", "Ctrl-C"].contains(&token);
    // What stands in braces is seen when it was filled.
    has_letter && is_id && !is_spoken && !token.contains('{')
}

/// Every string of the Chinese files, as it is written between its quotes.
fn sentences() -> Vec<(String, String)> {
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/words");
    let mut found = Vec::new();
    let mut folders = vec![words];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains("_zh") && !has_english_keys(&path) {
                let text = std::fs::read_to_string(&path).unwrap();
                let name = path.display().to_string();
                found.extend(strings(&text).into_iter().map(|string| (name.clone(), string)));
            }
        }
    }
    found
}

/// Tables from English to Chinese; their own tests, and the runs, see to the Chinese.
fn has_english_keys(path: &Path) -> bool {
    path.ends_with("reasons_zh.rs") || path.ends_with("help_zh.rs")
}

fn strings(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut rest = code.chars();
    while rest.by_ref().any(|c| c == '"') {
        let mut string = String::new();
        while let Some(c) = rest.next() {
            match c {
                '"' => break,
                '\\' => match rest.next() {
                    // A string that goes on in the next line, whose indentation is not part of it.
                    Some('\n') => {
                        let blank = rest.as_str().len() - rest.as_str().trim_start().len();
                        rest.by_ref().take(blank).for_each(drop);
                    }
                    Some(escaped) => string.push(if escaped == 'n' { '\n' } else { escaped }),
                    None => break,
                },
                other => string.push(other),
            }
        }
        found.push(string);
    }
    found
}

#[test]
fn no_sentence_was_left_in_english() {
    let all = sentences();
    assert!(all.len() > 400, "only {} strings were found", all.len());
    for (file, sentence) in &all {
        assert_eq!(english_sentence(sentence), None, "{file}: {sentence}");
        let has_sentence =
            sentence.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).count() > 5;
        assert!(has_chinese(sentence) || !has_sentence, "{file}: {sentence}");
    }
}

#[test]
fn no_mark_stands_where_it_would_be_copied() {
    for (file, sentence) in sentences() {
        assert_eq!(copyable_before_a_mark(&sentence), None, "{file}: {sentence}");
        // Ids come in by these names; what comes in by others is seen in the runs.
        for id in
            ["_id}", "name}", "address}", "host}", "path}", "command}", "cidr}", "{flag}", "{id}", "{user}"]
        {
            for mark in ['，', '。', '：', '；', '、', '）', '？'] {
                assert!(!sentence.contains(&format!("{id}{mark}")), "{file}: {sentence}");
            }
        }
    }
}

#[test]
fn the_rules_can_fail() {
    assert_eq!(
        english_sentence("已创建 the endpoint is ready now").as_deref(),
        Some("the endpoint is ready")
    );
    assert_eq!(english_sentence("运行 tidb-pe check ep-1 --wait 等待"), None);
    assert_eq!(copyable_before_a_mark("终端节点 ep-t4n1。").as_deref(), Some("ep-t4n1"));
    assert_eq!(copyable_before_a_mark("请加 --yes，再运行").as_deref(), Some("--yes"));
    assert_eq!(copyable_before_a_mark("终端节点 ep-t4n1 已创建，共 3 个 IP。"), None);
    assert_eq!(strings("a(\"x \\\n   y\", \"z\\\"\") // \"no\"\n"), ["x y", "z\"", "no"]);
}
