//! The terminal's keyboard while a question is open: key by key, without echo, put back when dropped.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{LocalModes, Termios, tcgetattr};

use super::keys::{Decoder, Key};
use super::stir::{self, Stir};
use super::{modes, term};

/// How long the rest of a key may take to follow its ESC.
const ESCAPE: Duration = Duration::from_millis(60);
/// How long the rest of a bracketed paste may take.
const PASTE: Duration = Duration::from_secs(2);
/// An Enter within this time after a single key belongs to it.
const SECOND_KEY: Duration = Duration::from_millis(250);
/// What was typed or pasted before the question is dropped, until nothing more comes for [`QUIET`] or [`DRAIN`] is over.
const QUIET: Duration = Duration::from_millis(40);
const DRAIN: Duration = Duration::from_secs(2);

/// The keyboard in raw mode.
pub struct Keyboard {
    before: Option<Termios>,
    decoder: Decoder,
    ready: VecDeque<Key>,
    /// What happened while something else was waited for.
    stirred: Option<Stir>,
    /// Whether lines that come all at once are a paste, and not to be heard.
    strict: bool,
}

/// What came, or that nothing did.
#[derive(Debug, PartialEq, Eq)]
pub enum Pressed {
    /// A key.
    Key(Key),
    /// Nothing within the time given.
    Nothing,
    /// No key, but the question has to be drawn again.
    Stirred(Stir),
    /// The terminal went away.
    Gone,
}

impl Keyboard {
    /// Takes the keyboard, and drops what was typed or pasted ahead, so that it cannot answer the question.
    pub fn take() -> Self {
        Self::begin(false)
    }

    /// The same for a question that decides something: lines that come all at once are a paste, and are not heard.
    pub fn take_strictly() -> Self {
        Self::begin(true)
    }

    fn begin(strict: bool) -> Self {
        let before = tcgetattr(std::io::stdin()).ok();
        if let Some(before) = &before {
            let mut raw = before.clone();
            raw.local_modes &=
                !(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN);
            modes::set(&raw);
        }
        term::bracket_pastes(true);
        let (decoder, ready) = (Decoder::default(), VecDeque::new());
        let keyboard = Self { before, decoder, ready, stirred: None, strict };
        drain();
        keyboard
    }

    /// The next key, however long it takes.
    pub fn key(&mut self) -> Pressed {
        loop {
            match self.key_within(Duration::from_secs(3600)) {
                Pressed::Nothing => {}
                pressed => return pressed,
            }
        }
    }

    /// The next key, if it comes within `limit`.
    pub fn key_within(&mut self, limit: Duration) -> Pressed {
        loop {
            match self.ready.pop_front() {
                // In raw mode the terminal sends no signals for these.
                Some(Key::Stop) => {
                    raise(Signal::TSTP);
                    continue;
                }
                Some(Key::Quit) => {
                    raise(Signal::QUIT);
                    continue;
                }
                Some(key) => return Pressed::Key(key),
                None => {}
            }
            let patience = match (self.decoder.is_pasting(), self.decoder.is_waiting()) {
                (true, _) => PASTE,
                (false, true) => ESCAPE,
                (false, false) => limit,
            };
            match self.stirred.take().map_or_else(|| wait(patience), Heard::Stir) {
                Heard::Input => {}
                Heard::Stir(stir) => return Pressed::Stirred(stir),
                Heard::Nothing => {
                    let settled = self.decoder.is_waiting().then(|| self.decoder.settle()).flatten();
                    return settled.map_or(Pressed::Nothing, Pressed::Key);
                }
            }
            let bytes = read();
            if bytes.is_empty() {
                return Pressed::Gone;
            }
            let keys = self.decoder.feed(&bytes);
            let first_line = keys.iter().position(|key| *key == Key::Enter);
            let is_paste = first_line.is_some_and(|at| at + 1 < keys.len());
            if !(self.strict && is_paste) {
                self.ready.extend(keys);
            }
        }
    }

    /// Whether more keys came together with the last one: then nothing has to be drawn yet.
    pub fn has_more(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Drops an Enter that follows at once: some press it after every answer, also after one that is a single key.
    pub fn swallow_enter(&mut self) {
        match self.key_within(SECOND_KEY) {
            Pressed::Key(Key::Enter) | Pressed::Nothing | Pressed::Gone => {}
            Pressed::Key(key) => self.ready.push_front(key),
            Pressed::Stirred(stir) => self.stirred = Some(stir),
        }
    }
}

/// To every process of the command line, as the terminal would.
fn raise(signal: Signal) {
    let _ = kill_current_process_group(signal);
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        term::bracket_pastes(false);
        if let Some(before) = &self.before {
            modes::set(before);
        }
    }
}

fn drain() {
    let began = Instant::now();
    while began.elapsed() < DRAIN {
        match wait(QUIET) {
            Heard::Input if !read().is_empty() => {}
            Heard::Stir(_) => {}
            _ => return,
        }
    }
}

/// What came first.
enum Heard {
    Input,
    Stir(Stir),
    Nothing,
}

/// Waits until something can be read, or the question has to be drawn again, or `limit` is over.
fn wait(limit: Duration) -> Heard {
    let Ok(limit) = Timespec::try_from(limit) else { return Heard::Nothing };
    let stdin = std::io::stdin();
    let mut fds = vec![PollFd::new(&stdin, PollFlags::IN)];
    fds.extend(stir::ear().map(|ear| PollFd::new(ear, PollFlags::IN)));
    loop {
        // An interruption by a signal is no input; the caller looks again or goes on.
        if !poll(&mut fds, Some(&limit)).is_ok_and(|ready| ready > 0) {
            return Heard::Nothing;
        }
        let is_stirred = fds.get(1).is_some_and(|ear| !ear.revents().is_empty());
        match is_stirred.then(stir::take).flatten() {
            Some(stir) => return Heard::Stir(stir),
            None if fds[0].revents().is_empty() => {}
            None => return Heard::Input,
        }
    }
}

/// What can be read now; empty when the terminal went away.
fn read() -> Vec<u8> {
    let mut buffer = [0; 4096];
    loop {
        match rustix::io::read(std::io::stdin(), &mut buffer) {
            Ok(length) => return buffer[..length].to_vec(),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Vec::new(),
        }
    }
}
