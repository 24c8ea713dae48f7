//! What makes an open question worth drawing again without a key: told by whoever hears of it, through a pipe that the
//! keyboard waits for besides the keys.

use std::io::{PipeReader, PipeWriter, Read, Write};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stir {
    /// The terminal has another size.
    Resized,
    /// The process was stopped and goes on: the shell has written since.
    Continued,
}

static PIPE: LazyLock<Option<(PipeReader, PipeWriter)>> = LazyLock::new(|| std::io::pipe().ok());
static RESIZED: AtomicBool = AtomicBool::new(false);
static CONTINUED: AtomicBool = AtomicBool::new(false);

/// Tells the open question, if there is one.
pub fn stir(stir: Stir) {
    let news = match stir {
        Stir::Resized => &RESIZED,
        Stir::Continued => &CONTINUED,
    };
    // One byte for each flag that goes up: the pipe never fills.
    if !news.swap(true, Ordering::SeqCst)
        && let Some((_, writer)) = &*PIPE
    {
        let _ = (&*writer).write_all(b"!");
    }
}

/// What to wait for; `None` where there is no pipe.
pub fn ear() -> Option<&'static PipeReader> {
    PIPE.as_ref().map(|(reader, _)| reader)
}

/// What happened since it was asked last. Only where the ear can be read.
pub fn take() -> Option<Stir> {
    if let Some(mut ear) = ear() {
        let _ = ear.read(&mut [0]);
    }
    let is_resized = RESIZED.swap(false, Ordering::SeqCst);
    let is_continued = CONTINUED.swap(false, Ordering::SeqCst);
    // A question that begins anew has the new size as well.
    if is_continued { Some(Stir::Continued) } else { is_resized.then_some(Stir::Resized) }
}
