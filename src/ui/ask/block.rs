//! A pasted block. Nothing of it is shown: it may hold a password.

use std::time::Duration;

use super::Screen;
use crate::ui::keyboard::{Keyboard, Pressed};
use crate::ui::keys::Key;
use crate::ui::prompt::{Left, Question, Reply};
use crate::ui::style::Style;
use crate::ui::term;
use crate::ui::words::wizard::{self, Hint};

/// After an empty line this much silence ends the block.
const SILENCE: Duration = Duration::from_millis(150);
/// A Service Name typed by itself is an answer too: its Enter and this much silence end the block.
const HESITATION: Duration = Duration::from_millis(500);
/// The most that is kept.
const MAX: usize = 1 << 20;

/// Asks for a block, empty if only Enter was pressed. It ends where a bracketed paste ends, else by an empty line followed
/// by silence. Where nothing is to be `drawn`, the question has been asked already.
pub fn block(style: Style, question: &Question, drawn: bool) -> Result<Reply<String>, Left> {
    let mut keyboard = Keyboard::take();
    let mut screen = drawn.then(|| Screen::new(style, false));
    let mut text = String::new();
    let mut help = None;
    loop {
        if let Some(screen) = screen.as_mut().filter(|_| !keyboard.has_more()) {
            draw(style, screen, question, help.as_deref(), &text);
        }
        let pressed = match patience(&text) {
            Some(patience) => keyboard.key_within(patience),
            None => keyboard.key(),
        };
        match pressed {
            Pressed::Gone | Pressed::Key(Key::Leave) => return Err(Left),
            Pressed::Stirred(stir) => {
                if let Some(screen) = screen.as_mut() {
                    screen.stirred(stir);
                }
            }
            Pressed::Nothing => return Ok(close(screen, question, style, text)),
            Pressed::Key(Key::Paste(pasted)) => {
                text.push_str(&pasted);
                keyboard.swallow_enter();
                return Ok(close(screen, question, style, text));
            }
            Pressed::Key(Key::Char('?')) if text.is_empty() => {
                keyboard.swallow_enter();
                help = Some(question.help(style));
                if !drawn {
                    term::draw(&format!("{}\n", question.help(style)));
                }
            }
            Pressed::Key(Key::Char('<')) if text.is_empty() && question.back => {
                keyboard.swallow_enter();
                if let Some(screen) = screen {
                    screen.vanish();
                }
                return Ok(Reply::Back);
            }
            // There is no earlier question to go back to, and no text begins like this.
            Pressed::Key(Key::Char('<')) if text.is_empty() => {}
            Pressed::Key(key) => take(&mut text, &key),
        }
    }
}

fn take(text: &mut String, key: &Key) {
    match key {
        Key::Enter => text.push('\n'),
        Key::Char(c) if text.len() < MAX => text.push(*c),
        Key::Backspace if !text.ends_with('\n') => drop(text.pop()),
        Key::Kill => text.truncate(text.rfind('\n').map_or(0, |at| at + 1)),
        _ => {}
    }
}

/// How long nothing has to come for the block to be over; `None` while it goes on.
fn patience(text: &str) -> Option<Duration> {
    if is_over(text) {
        return Some(SILENCE);
    }
    let is_name = |line: &str| line.starts_with("com.") && !line.contains([' ', '\n']);
    text.strip_suffix('\n').filter(|line| is_name(line)).map(|_| HESITATION)
}

/// An empty line: the first one, or one after others.
fn is_over(text: &str) -> bool {
    let mut lines = text.rsplit('\n');
    lines.next() == Some("") && lines.next().is_some_and(|line| line.trim().is_empty())
}

fn close(screen: Option<Screen>, question: &Question, style: Style, text: String) -> Reply<String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if let Some(screen) = screen {
        screen.close(&question.answered(style, &wizard::pasted(style.lang, lines)));
    }
    Reply::Answer(if lines == 0 { String::new() } else { text })
}

fn draw(style: Style, screen: &mut Screen, question: &Question, help: Option<&str>, text: &str) {
    let hint = wizard::hint(style.lang, Hint::Block { back: question.back });
    let mut lines = vec![question.heading(style, &hint)];
    lines.extend(help.iter().flat_map(|help| help.lines()).map(|line| format!("  {line}")));
    let counted = if text.is_empty() {
        String::new()
    } else {
        wizard::counted(style.lang, text.lines().count(), text.chars().count())
    };
    lines.push(format!("{} {}", style.cyan(">"), style.dim(&counted)));
    screen.draw(&lines, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_ends_it() {
        for over in ["\n", "a\n\n", "a\n \n", "a\nb\n\n\n"] {
            assert!(is_over(over), "{over:?}");
        }
        for open in ["", "a", "a\n", "a\n\nb", "a\n\nb\n"] {
            assert!(!is_over(open), "{open:?}");
        }
        assert_eq!(patience("com.aliyuncs.privatelink.x.epsrv-1\n"), Some(HESITATION));
        for more in ["com.aliyuncs", "com.aliyuncs.x\nRegion ID\n", "Service Name\n"] {
            assert_eq!(patience(more), None, "{more:?}");
        }
    }
}
