//! What helps choosing one of several things.

use crate::lang::Lang;
use crate::problem::{About, Candidate};
use crate::security_group::Reach;

/// Each thing that is worth knowing, in a few words.
pub fn cells(lang: Lang, candidate: &Candidate) -> Vec<String> {
    candidate.about.iter().map(|about| cell(lang, about)).collect()
}

/// All of it on one line.
pub fn label(lang: Lang, candidate: &Candidate) -> String {
    let cells = cells(lang, candidate);
    cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(", ")
}

fn cell(lang: Lang, about: &About) -> String {
    match about {
        About::Text(text) => text.clone(),
        About::DefaultVpc => match lang {
            Lang::En => "default VPC".to_owned(),
            Lang::Zh => "默认 VPC".to_owned(),
        },
        About::Free(count) => match lang {
            Lang::En => format!("{count} free"),
            Lang::Zh => format!("{count} 个空闲地址"),
        },
        About::Reach(reach, port) => match lang {
            Lang::En => reach_en(*reach, *port),
            Lang::Zh => reach_zh(*reach, *port),
        },
    }
}

fn reach_en(reach: Reach, port: u16) -> String {
    match reach {
        Reach::Everyone => format!("lets your VPC in on {port}"),
        Reach::Some => format!("lets some clients in on {port}"),
        Reach::CannotTell => format!("cannot tell about port {port}"),
        Reach::Members => format!("lets only its own members in on {port}"),
        Reach::Nobody => format!("blocks port {port}"),
    }
}

fn reach_zh(reach: Reach, port: u16) -> String {
    match reach {
        Reach::Everyone => format!("允许您的 VPC 访问 {port}"),
        Reach::Some => format!("允许部分客户端访问 {port}"),
        Reach::CannotTell => format!("无法判断端口 {port}"),
        Reach::Members => format!("仅允许组内成员访问 {port}"),
        Reach::Nobody => format!("不允许访问端口 {port}"),
    }
}
