//! Questions drawn on a terminal, key by key: a line, a list, a pasted block.

mod block;
mod line;
mod list;
mod screen;

pub use block::block;
pub use line::{Line, Shown, line};
pub use list::list;
pub use screen::Screen;
