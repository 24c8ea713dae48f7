//! Why a command line could not be read, in Chinese. In English clap says it.

use std::error::Error as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::reasons_zh::reason;
use crate::ui::clean::clean;

/// What is wrong, with what could be meant; `None` where only clap can say it.
pub fn refused(error: &Error) -> Option<String> {
    let arg = one(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有参数 {}", arg?),
        ErrorKind::InvalidSubcommand => format!("没有命令 {}", one(error, ContextKind::InvalidSubcommand)?),
        ErrorKind::InvalidValue => match value? {
            empty if empty.is_empty() => format!("{} 缺少值", arg?),
            value => format!("{} 的值不能是 {value:?}", arg?),
        },
        ErrorKind::ValueValidation => {
            let why = error.source().map(|why| format!("：{}", reason(&clean(&why.to_string()))));
            format!("{} 的值不能是 {:?}{}", arg?, value?, why.unwrap_or_default())
        }
        ErrorKind::NoEquals => format!("{} 的值要用等号给出", arg?),
        ErrorKind::TooManyValues => format!("{} 多了一个值 {:?}", arg?, value?),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("{} 的值的个数不对", arg?),
        ErrorKind::ArgumentConflict => conflict(&arg?, one(error, ContextKind::PriorArg)),
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {}", arg?),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::InvalidUtf8 => "有参数不是 UTF-8 文本".to_owned(),
        _ => return None,
    };
    let values = one(error, ContextKind::ValidValue).filter(|values| !values.is_empty());
    let values = values.map(|values| format!("\n  可选值：{values}")).unwrap_or_default();
    Some(format!(
        "{what}{values}{}",
        meant(error).map(|meant| format!("\n  是否应为 {meant} ？")).unwrap_or_default()
    ))
}

/// Below the command line's usage.
pub const MORE: &str = "详细用法请运行 tidb-pe --help";

fn conflict(arg: &str, prior: Option<String>) -> String {
    match prior {
        Some(prior) if prior != arg => format!("{arg} 不能与 {prior} 同时使用"),
        Some(_) => format!("{arg} 只能使用一次"),
        None => format!("{arg} 不能与其他参数同时使用"),
    }
}

/// What was probably meant.
fn meant(error: &Error) -> Option<String> {
    [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| one(error, kind))
}

/// A fact about the error as text.
fn one(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(clean(text)),
        ContextValue::Strings(texts) => Some(clean(&texts.join(", "))),
        _ => None,
    }
}
