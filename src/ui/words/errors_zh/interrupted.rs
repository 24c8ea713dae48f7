//! What an interruption leaves behind, in Chinese.

use super::AGAIN;
use crate::error::Signal;
use crate::ui::words::Words;
use crate::ui::words::pieces::some;

fn signal_text(signal: Signal) -> &'static str {
    match signal {
        Signal::Interrupt => "操作已中断",
        Signal::Terminate => "进程被终止",
        Signal::Decline => "计划未被接受",
    }
}

/// A deletion was cut off.
pub(super) fn deletion_cancelled(signal: Signal, id: Option<&str>, changed: bool) -> Words {
    let how = signal_text(signal);
    match (id, changed) {
        (Some(id), true) => {
            (format!("{how}。终端节点 {id} 只删除了一部分，只要还有可用区就会产生费用。"), some(AGAIN))
        }
        (None, true) => (format!("{how}。"), some(AGAIN)),
        (_, false) => (format!("{how}，未做任何更改。"), None),
    }
}

/// A setup was cut off: what exists, how to go on, how to undo.
pub(super) fn cancelled(signal: Signal, creating: bool, endpoint_id: Option<&str>, made: &[String]) -> Words {
    let how = signal_text(signal);
    let so_far = if made.is_empty() { String::new() } else { format!("已创建 {}", made.join(", ")) };
    match (endpoint_id, creating) {
        (Some(id), _) => (
            format!("{how}。终端节点 {id} 已经存在，存在期间会产生费用。"),
            Some(format!(
                "再次运行相同的命令即可继续使用它。如需撤销，请运行 tidb-pe delete {id}{}",
                if made.is_empty() { "" } else { " --with-created" }
            )),
        ),
        (None, true) => (
            format!("{how}，当时正在创建终端节点，它可能已经存在。{so_far}"),
            some("请再次运行相同的命令，已有的终端节点会被直接使用。也可用 tidb-pe list 查看。"),
        ),
        (None, false) if !made.is_empty() => (format!("{how}。{so_far}"), some(AGAIN)),
        (None, false) => (format!("{how}，未做任何更改。"), None),
    }
}
