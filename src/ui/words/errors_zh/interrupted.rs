//! What an interruption leaves behind, in Chinese.

use super::AGAIN;
use crate::error::Signal;
use crate::event::Thing;
use crate::ui::words::Words;
use crate::ui::words::pieces::some;

fn signal_text(signal: Signal) -> &'static str {
    match signal {
        Signal::Interrupt => "操作已中断",
        Signal::Terminate => "进程被终止",
        Signal::Hangup => "终端已断开",
        Signal::Decline => "计划未被接受",
    }
}

/// A deletion was cut off.
pub(super) fn deletion_cancelled(
    signal: Signal,
    id: Option<&str>,
    changed: bool,
    removed: &[String],
) -> Words {
    let how = signal_text(signal);
    let so_far = list("已删除 ", removed);
    match (id, changed) {
        (Some(id), true) => (
            format!("{how}。终端节点 {id} 只删除了一部分，只要还有可用区就会产生费用。{so_far}"),
            some(AGAIN),
        ),
        (None, true) => (format!("{how}。{so_far}"), some(AGAIN)),
        (_, false) => (format!("{how}，未做任何更改。"), None),
    }
}

/// A setup was cut off: what exists, how to go on, how to undo.
pub(super) fn cancelled(
    signal: Signal,
    making: Option<Thing>,
    endpoint_id: Option<&str>,
    made: &[String],
) -> Words {
    let how = signal_text(signal);
    let so_far = list("已创建 ", made);
    let open = making.filter(|thing| *thing != Thing::Endpoint).map(in_flight).unwrap_or_default();
    match (endpoint_id, making) {
        (Some(id), _) => (
            format!("{how}{open}。终端节点 {id} 已经存在，存在期间会产生费用。{so_far}"),
            Some(format!(
                "再次运行相同的命令即可继续使用它。如需撤销，请运行 tidb-pe delete {id}{}",
                if made.is_empty() { "" } else { " --with-created" }
            )),
        ),
        (None, Some(Thing::Endpoint)) => (
            format!("{how}{}。{so_far}", in_flight(Thing::Endpoint)),
            some("请再次运行相同的命令，已有的终端节点会被直接使用。也可用 tidb-pe list 查看。"),
        ),
        (None, Some(_)) => (
            format!("{how}{open}。{so_far}"),
            some("请再次运行相同的命令，已创建的会被直接使用，不会重复创建。"),
        ),
        (None, None) if !made.is_empty() => (format!("{how}。{so_far}"), some(AGAIN)),
        (None, None) => (format!("{how}，未做任何更改。"), None),
    }
}

fn list(lead: &str, items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!("{lead}{}", items.join(", ")) }
}

/// The answer to a call is not known.
fn in_flight(thing: Thing) -> String {
    let what = match thing {
        Thing::Service => "正在开通私网连接 PrivateLink，可能已经开通",
        Thing::VSwitch => "正在创建交换机，它可能已经存在",
        Thing::SecurityGroup => "正在创建安全组，它可能已经存在",
        Thing::SecurityGroupRule => "正在为安全组添加规则，规则可能已经存在",
        Thing::Endpoint => "正在创建终端节点，它可能已经存在",
        Thing::Zone => "正在添加可用区，可能已经添加",
        Thing::Attachment => "正在关联安全组，可能已经关联",
    };
    format!("，当时{what}")
}
