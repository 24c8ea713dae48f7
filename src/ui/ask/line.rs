//! A line of text, edited as in a shell.

use console::measure_text_width;

use super::Screen;
use crate::ui::keyboard::{Keyboard, Pressed};
use crate::ui::keys::Key;
use crate::ui::prompt::{Left, Question, Refusal, Reply};
use crate::ui::style::Style;
use crate::ui::topic::Topic;
use crate::ui::words::wizard::{self, Hint};

/// How what is typed shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Plain,
    /// Not at all.
    Hidden,
}

/// Text under the cursor.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Line {
    chars: Vec<char>,
    at: usize,
}

impl Line {
    /// Begins with `text`, the cursor behind it.
    pub fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self { at: chars.len(), chars }
    }

    /// The text.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Changes it as `key` says; other keys change nothing.
    pub fn press(&mut self, key: &Key) {
        match key {
            Key::Char(c) => self.insert(*c),
            Key::Paste(text) => {
                // Enough for any value; a line end between two words is a space.
                text.trim()
                    .chars()
                    .take(8192)
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .for_each(|c| self.insert(c));
            }
            Key::Backspace if self.at > 0 => {
                self.at -= 1;
                self.chars.remove(self.at);
            }
            Key::Delete if self.at < self.chars.len() => drop(self.chars.remove(self.at)),
            Key::Left => self.at = self.at.saturating_sub(1),
            Key::Right => self.at = (self.at + 1).min(self.chars.len()),
            Key::Home => self.at = 0,
            Key::End => self.at = self.chars.len(),
            Key::Kill => *self = Self::default(),
            Key::KillWord => self.kill_word(),
            _ => {}
        }
    }

    fn insert(&mut self, c: char) {
        self.chars.insert(self.at, c);
        self.at += 1;
    }

    fn kill_word(&mut self) {
        let before = &self.chars[..self.at];
        let trimmed = before.iter().rposition(|c| !c.is_whitespace()).map_or(0, |last| last + 1);
        let start = before[..trimmed].iter().rposition(|c| c.is_whitespace()).map_or(0, |last| last + 1);
        self.chars.drain(start..self.at);
        self.at = start;
    }

    /// What fits into `columns` around the cursor, and how many columns the cursor is before its end.
    fn window(&self, columns: usize) -> (String, usize) {
        let width = |chars: &[char]| measure_text_width(&chars.iter().collect::<String>());
        let mut start = 0;
        while start < self.at && width(&self.chars[start..self.at]) >= columns {
            start += 1;
        }
        let mut end = self.chars.len();
        while end > self.at && width(&self.chars[start..end]) > columns {
            end -= 1;
        }
        (self.chars[start..end].iter().collect(), width(&self.chars[self.at..end]))
    }
}

/// Asks for a line. `earlier` stands there to be taken or changed; an empty line is accepted where `optional`.
pub fn line(
    style: Style,
    question: &Question,
    earlier: &str,
    shown: Shown,
    accept: &dyn Fn(&str) -> Result<(), Refusal>,
) -> Result<Reply<String>, Left> {
    let mut keyboard = if question.decides() { Keyboard::take_strictly() } else { Keyboard::take() };
    let mut screen = Screen::new(style, false);
    let mut line = Line::of(earlier);
    let mut remark: Option<String> = None;
    let mut untouched = true;
    loop {
        if !keyboard.has_more() {
            draw(style, &mut screen, question, remark.as_deref(), &line, shown);
        }
        let key = match keyboard.key() {
            Pressed::Key(key) => key,
            Pressed::Stirred(stir) => {
                screen.stirred(stir);
                continue;
            }
            Pressed::Nothing | Pressed::Gone => return Err(Left),
        };
        let is_first = (untouched || line.is_empty()) && shown == Shown::Plain;
        match key {
            Key::Leave => return Err(Left),
            Key::Char('?') if is_first && question.has_help() => {
                keyboard.swallow_enter();
                remark = Some(question.help(style));
            }
            Key::Char('<') if is_first && question.back => {
                keyboard.swallow_enter();
                screen.vanish();
                return Ok(Reply::Back);
            }
            Key::Enter => match (line.text().trim(), shown) {
                (signs, Shown::Hidden) if question.back && is_sign(signs, '<') => {
                    screen.vanish();
                    return Ok(Reply::Back);
                }
                (signs, Shown::Hidden) if question.has_help() && is_sign(signs, '?') => {
                    remark = Some(question.help(style));
                    line = Line::default();
                }
                (text, _) => match accept(text) {
                    Ok(()) => {
                        screen.close(&question.answered(style, &said(style, question, text, shown)));
                        return Ok(Reply::Answer(text.to_owned()));
                    }
                    Err(refusal) => {
                        remark = Some(style.red(&refusal));
                        // Half a yes is no beginning of another answer; a mistyped name is.
                        if question.decides() {
                            line = Line::default();
                        }
                    }
                },
            },
            other => {
                untouched = false;
                line.press(&other);
            }
        }
    }
}

/// Nothing but the signs for help and for back, the last one of which counts: no secret looks like that.
fn is_sign(text: &str, sign: char) -> bool {
    text.ends_with(sign) && text.chars().all(|c| "<?".contains(c))
}

fn said(style: Style, question: &Question, text: &str, shown: Shown) -> String {
    let kept = matches!(question.topic, Topic::Password { kept: true, .. });
    match shown {
        Shown::Plain => text.to_owned(),
        Shown::Hidden => wizard::hidden(style.lang, kept || !text.is_empty()).to_owned(),
    }
}

fn draw(
    style: Style,
    screen: &mut Screen,
    question: &Question,
    remark: Option<&str>,
    line: &Line,
    shown: Shown,
) {
    let (back, help) = (question.back, question.has_help());
    let hint = match shown {
        Shown::Plain => Hint::Line { back, help },
        Shown::Hidden => Hint::Secret { back, help },
    };
    let hint = wizard::hint(style.lang, hint);
    let mut lines = vec![question.heading(style, &hint)];
    lines.extend(remark.iter().flat_map(|remark| remark.lines()).map(|line| format!("  {line}")));
    let (text, back) = match shown {
        Shown::Plain => line.window(screen.columns().saturating_sub(3)),
        Shown::Hidden => (String::new(), 0),
    };
    lines.push(format!("{} {text}", style.cyan(">")));
    screen.draw(&lines, back);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[Key]) -> Line {
        let mut line = Line::of("one two");
        for key in keys {
            line.press(key);
        }
        line
    }

    #[test]
    fn edits_as_a_shell_does() {
        assert_eq!(typed(&[Key::KillWord]).text(), "one ");
        assert_eq!(typed(&[Key::Home, Key::Delete, Key::Char('O')]).text(), "One two");
        assert_eq!(typed(&[Key::Left, Key::Backspace, Key::End, Key::Char('!')]).text(), "one to!");
        assert_eq!(typed(&[Key::Kill, Key::Paste("a\nb\u{7}".to_owned())]).text(), "a b ");
    }

    #[test]
    fn a_long_text_scrolls_with_the_cursor() {
        let line = Line::of("abcdefghij");
        assert_eq!(line.window(5), ("ghij".to_owned(), 0));
        let mut home = line.clone();
        home.press(&Key::Home);
        assert_eq!(home.window(5), ("abcde".to_owned(), 5));
        assert_eq!(Line::of("终端节点").window(5), ("节点".to_owned(), 0));
    }
}
