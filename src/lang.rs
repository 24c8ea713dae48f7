//! The language of the talk. Documents for scripts are always English.

use std::ffi::OsString;

use clap::ValueEnum;

use crate::cli::Global;
use crate::env::Env;

/// A language this tool speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Chinese
    Zh,
}

impl Lang {
    /// `--lang` or its variable, else the locale's.
    pub fn of(global: &Global, env: &Env) -> Self {
        global.lang.unwrap_or_else(|| Self::of_locale(env))
    }

    /// The same from arguments that are not parsed yet: help and a failed parse speak it too.
    pub fn before_parsing(args: &[OsString], env: &Env) -> Self {
        let flag = given(args).or_else(|| env.var("TIDB_PE_LANG"));
        flag.and_then(|name| Self::from_str(name, false).ok()).unwrap_or_else(|| Self::of_locale(env))
    }

    /// A locale that cannot show Chinese gets English.
    fn of_locale(env: &Env) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| env.var(name));
        let is_chinese = locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("zh"));
        if is_chinese && env.is_utf8() { Self::Zh } else { Self::En }
    }
}

/// The last `--lang` among `args`, as clap will see it.
fn given(args: &[OsString]) -> Option<&str> {
    let texts = || args.iter().map(|arg| arg.to_str().unwrap_or_default()).take_while(|text| *text != "--");
    let pairs = texts().zip(texts().skip(1).chain([""]));
    pairs
        .filter_map(|(text, next)| match text {
            "--lang" => Some(next),
            _ => text.strip_prefix("--lang="),
        })
        .last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(args: &[&str], vars: &[(&'static str, &'static str)]) -> Lang {
        let args: Vec<OsString> = ["tidb-pe"].iter().chain(args).map(OsString::from).collect();
        Lang::before_parsing(&args, &Env::of(vars.iter().copied()))
    }

    #[test]
    fn the_flag_wins_over_its_variable_and_that_over_the_locale() {
        let chinese = ("LANG", "zh_CN.UTF-8");
        assert_eq!(before(&[], &[]), Lang::En);
        assert_eq!(before(&[], &[chinese]), Lang::Zh);
        assert_eq!(before(&[], &[chinese, ("TIDB_PE_LANG", "en")]), Lang::En);
        assert_eq!(before(&["--lang", "zh"], &[("TIDB_PE_LANG", "en")]), Lang::Zh);
        assert_eq!(before(&["--lang=en", "list"], &[chinese]), Lang::En);
        assert_eq!(before(&["--lang", "en", "list", "--lang=zh"], &[]), Lang::Zh);
        assert_eq!(before(&["--", "--lang", "zh"], &[]), Lang::En);
        assert_eq!(before(&["--lang"], &[chinese]), Lang::Zh);
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let of = |vars: &[(&'static str, &'static str)]| before(&[], vars);
        let lang = ("LANG", "zh_CN.UTF-8");
        assert_eq!(of(&[lang, ("LC_ALL", "")]), Lang::Zh);
        assert_eq!(of(&[lang, ("LC_MESSAGES", "C")]), Lang::En);
        assert_eq!(of(&[lang, ("LC_ALL", "POSIX")]), Lang::En);
        assert_eq!(of(&[("LANG", "C.UTF-8"), ("LC_ALL", "zh_TW.utf8")]), Lang::Zh);
        assert_eq!(of(&[("LANG", "C.UTF-8"), ("LC_MESSAGES", "zh_CN.UTF-8")]), Lang::Zh);
    }

    #[test]
    fn chinese_that_cannot_be_shown_is_spoken_only_when_asked_for() {
        let gb = ("LANG", "zh_CN.GB18030");
        assert_eq!(before(&[], &[gb]), Lang::En);
        assert_eq!(before(&[], &[("LANG", "zh_CN.UTF-8"), ("LC_CTYPE", "C")]), Lang::En);
        assert_eq!(before(&["--lang", "zh"], &[gb]), Lang::Zh);
        assert_eq!(before(&[], &[gb, ("TIDB_PE_LANG", "zh")]), Lang::Zh);
    }
}
