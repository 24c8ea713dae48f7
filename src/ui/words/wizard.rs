//! The wizard's questions in the language of the reader.

use super::{wizard_en, wizard_zh};
use crate::lang::Lang;
use crate::ui::topic::Topic;

/// Which keys an open question knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// A line of text.
    Line {
        /// Whether there is an earlier question.
        back: bool,
        /// Whether there is more to say.
        help: bool,
    },
    /// A secret, whose first sign may be any.
    Secret {
        /// Whether there is an earlier question.
        back: bool,
        /// Whether there is more to say.
        help: bool,
    },
    /// Lines that the terminal edits, whose keys are lines.
    Plain {
        /// Whether there is an earlier question.
        back: bool,
        /// Whether there is more to say.
        help: bool,
    },
    /// A list.
    List {
        /// Whether there is an earlier question.
        back: bool,
        /// Whether there is more to say.
        help: bool,
    },
    /// A block.
    Block {
        /// Whether there is an earlier question.
        back: bool,
    },
}

/// What can be done with a plan, and how an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Carry it out.
    Yes,
    /// Leave.
    No,
    /// Change one of its lines.
    Change,
}

/// Something the wizard says that is no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// The text had nothing this tool knows.
    NothingRecognised,
    /// A dialog to paste, from the sandbox.
    SandboxDialog,
    /// Answers for a yes-or-no question.
    YesOrNo,
    /// Answers for the plan.
    YesChangeNo,
    /// What was typed is not the endpoint's id.
    NotTheId,
    /// A number, for lists that are not drawn.
    Number {
        /// The highest.
        of: usize,
    },
    /// What was typed is no SQL user.
    NoUser,
    /// The last row of the list of instances.
    NoInstance,
    /// Above the vSwitches there are.
    NoVSwitchServes {
        /// Whether there are any.
        any: bool,
    },
    /// The row of a list that has a vSwitch made.
    CreateVSwitch,
    /// The row of a list that has a security group made.
    CreateGroup,
    /// The VPC has no security group.
    NoGroup,
    /// After a no: what there is to do.
    NotCreated {
        /// Whether there is an earlier question.
        back: bool,
    },
}

macro_rules! spoken {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $kind:ty),*) -> $result:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(lang: Lang, $($arg: $kind),*) -> $result {
            match lang {
                Lang::En => wizard_en::$name($($arg),*),
                Lang::Zh => wizard_zh::$name($($arg),*),
            }
        }
    )*};
}

spoken! {
    /// The question.
    title(topic: &Topic) -> String;
    /// Its subject in a word or two, before the answer.
    label(topic: &Topic) -> String;
    /// What helps answering, and where in the console it is found; empty where there is nothing to add.
    help(topic: &Topic) -> String;
    /// Which keys there are.
    hint(hint: Hint) -> String;
    /// Something that is no question.
    remark(remark: Remark) -> String;
    /// In place of a secret.
    hidden(given: bool) -> &'static str;
    /// In place of a pasted block.
    pasted(lines: usize) -> String;
    /// While a block grows.
    counted(lines: usize, characters: usize) -> String;
    /// How many rows of a list are shown, where not all are.
    shown(rows: usize, of: usize) -> String;
    /// What a list was narrowed to.
    filtered(filter: &str, left: usize) -> String;
    /// What a pasted text may have: Service Name, zones, region, user, password, database, port.
    recognised() -> [&'static str; 7];
    /// In place of an answer that is nothing.
    nothing() -> &'static str;
    /// In place of an Enter that means no.
    no() -> &'static str;
}

/// Reads an answer to a yes-or-no question, or to the plan; `None` if it is neither.
pub fn decision(text: &str) -> Option<Decision> {
    match text.trim().to_lowercase().as_str() {
        "y" | "yes" | "是" | "好" => Some(Decision::Yes),
        "" | "n" | "no" | "否" | "不" => Some(Decision::No),
        "c" | "change" | "e" | "edit" | "改" | "修改" => Some(Decision::Change),
        _ => None,
    }
}
