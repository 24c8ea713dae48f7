//! What can be known to be wrong before the first API call.

use super::Answers;
use crate::cloud::hosts::REGIONS;
use crate::cloud::privatelink::Tag;
use crate::problem::{Problem, Shape, did_you_mean};
use crate::zone;

/// No database takes a longer user, name or host name.
const LONGEST_NAME: usize = 256;
/// Facts section b1.
const MAX_GROUPS: usize = 10;
/// Facts section b1: 20, of which this tool sets two.
const MAX_TAGS: usize = 18;

pub(super) fn problems(answers: &Answers) -> Vec<Problem> {
    let mut problems = Vec::new();
    region(answers, &mut problems);
    zones(answers, &mut problems);
    ids(answers, &mut problems);
    names(answers, &mut problems);
    problems
}

fn region(answers: &Answers, problems: &mut Vec<Problem>) {
    let Some(region) = answers.region() else { return };
    let inside = answers.service_name.as_ref().map(|name| name.value.region());
    if let Some(inside) = inside.filter(|inside| *inside != region.value) {
        problems.push(Problem::CrossRegion {
            service_region: inside.to_owned(),
            region_id: region.value.clone(),
        });
    } else if !is_region_shaped(&region.value) {
        let suggestion = did_you_mean(&region.value, REGIONS);
        problems.push(Problem::Region { text: region.value, suggestion });
    } else if !REGIONS.contains(&region.value.as_str()) {
        // An unknown region may be a new one; one letter off a known one is a slip.
        if let Some(known) = did_you_mean(&region.value, REGIONS) {
            problems.push(Problem::Region { text: region.value, suggestion: Some(known) });
        }
    }
}

fn is_region_shaped(text: &str) -> bool {
    text.contains('-') && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn zones(answers: &Answers, problems: &mut Vec<Problem>) {
    let Some(region) = answers.region() else { return };
    for az in answers.az_ids.iter().flat_map(|ids| &ids.value) {
        if let Some(other) = zone::foreign_region(az, &region.value) {
            problems.push(Problem::ForeignZone {
                zone: az.clone(),
                zone_region: other.to_owned(),
                region_id: region.value.clone(),
            });
        } else if !is_id(az) {
            problems.push(malformed("--az-id", az, Shape::Zone));
        }
    }
}

fn ids(answers: &Answers, problems: &mut Vec<Problem>) {
    let list =
        |ids: &Option<super::Sourced<Vec<String>>>| ids.as_ref().map_or_else(Vec::new, |l| l.value.clone());
    let vpc = answers.vpc_id.iter().map(|id| id.value.clone()).collect();
    let groups = list(&answers.security_group_ids);
    if groups.len() > MAX_GROUPS {
        let (flag, given) = ("--security-group-id", groups.len());
        problems.push(Problem::TooMany { flag, given, limit: MAX_GROUPS });
    }
    let rows: [(&str, &str, Vec<String>); 4] = [
        ("--vpc-id", "vpc-", vpc),
        ("--vswitch-id", "vsw-", list(&answers.vswitch_ids)),
        ("--security-group-id", "sg-", groups),
        ("--resource-group-id", "rg-", answers.resource_group_id.clone().into_iter().collect()),
    ];
    for (flag, prefix, ids) in rows {
        for id in ids.iter().filter(|id| !id.strip_prefix(prefix).is_some_and(is_id)) {
            problems.push(malformed(flag, id, Shape::Id(prefix)));
        }
    }
}

fn names(answers: &Answers, problems: &mut Vec<Problem>) {
    if let Some(name) = answers.endpoint_name.as_ref().filter(|name| !is_endpoint_name(name)) {
        problems.push(malformed("--endpoint-name", name, Shape::EndpointName));
    }
    if answers.tags.len() > MAX_TAGS {
        let given = answers.tags.len();
        problems.push(Problem::TooMany { flag: "--tag", given, limit: MAX_TAGS });
    }
    for tag in answers.tags.iter().filter(|tag| !is_tag(tag)) {
        problems.push(malformed("--tag", &format!("{}={}", tag.key, tag.value), Shape::Tag));
    }
    for (n, tag) in answers.tags.iter().enumerate() {
        let reserved = ["created-by", "tidb-pe-service"].contains(&tag.key.as_str());
        if reserved || answers.tags[..n].iter().any(|earlier| earlier.key == tag.key) {
            problems.push(Problem::Tag { key: tag.key.clone(), reserved });
        }
    }
    let connection = &answers.connection;
    let plain = [
        ("--user", connection.user.as_deref()),
        ("--database", Some(connection.database.as_str())),
        ("--tls-server-name", connection.tls_server_name.as_deref()),
    ];
    for (flag, text) in plain {
        let is_plain = |text: &&str| {
            (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(char::is_control)
        };
        if let Some(text) = text.filter(|text| !is_plain(text)) {
            problems.push(malformed(flag, text, Shape::Plain));
        }
    }
}

fn malformed(flag: &'static str, text: &str, expected: Shape) -> Problem {
    Problem::Malformed { flag, text: text.to_owned(), expected }
}

/// Lengths are not enforced: facts section f.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Facts section b1, `EndpointName`.
fn is_endpoint_name(name: &str) -> bool {
    let mut chars = name.chars();
    (2..=128).contains(&name.chars().count())
        && chars.next().is_some_and(char::is_alphabetic)
        && chars.all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// Facts section b1, `TagResources`.
fn is_tag(tag: &Tag) -> bool {
    let sane = |text: &str| {
        !text.contains("http://") && !text.contains("https://") && !text.contains(char::is_control)
    };
    (1..=64).contains(&tag.key.chars().count())
        && tag.value.chars().count() <= 128
        && !tag.key.starts_with("aliyun")
        && !tag.key.starts_with("acs:")
        && sane(&tag.key)
        && sane(&tag.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Source, Sourced};

    fn answers() -> Answers {
        let name = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000001";
        Answers {
            service_name: Some(Sourced::new(name.parse().unwrap(), Source::Flag)),
            ..Answers::default()
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "a field of Answers is an Option")]
    fn flag<T>(value: T) -> Option<Sourced<T>> {
        Some(Sourced::new(value, Source::Flag))
    }

    #[test]
    fn good_answers_have_no_problem() {
        let good = Answers {
            az_ids: flag(vec!["ap-southeast-1a".to_owned()]),
            vpc_id: flag("vpc-t4nexample".to_owned()),
            endpoint_name: Some("终端节点-tidb".to_owned()),
            ..answers()
        };
        assert_eq!(problems(&good), []);
    }

    #[test]
    fn another_region_is_refused() {
        let other = Answers { region_id: flag("ap-northeast-1".to_owned()), ..answers() };
        assert!(matches!(&problems(&other)[..], [Problem::CrossRegion { .. }]));
        let profile = Some(Sourced::new("cn-hangzhou".to_owned(), Source::Profile));
        assert_eq!(problems(&Answers { region_id: profile, ..answers() }), []);
    }

    #[test]
    fn every_problem_is_listed_at_once() {
        let bad = Answers {
            az_ids: flag(vec!["ap-northeast-1a".to_owned()]),
            vpc_id: flag("t4n".to_owned()),
            vswitch_ids: flag(vec!["vpc-1".to_owned()]),
            endpoint_name: Some("1".to_owned()),
            ..answers()
        };
        assert_eq!(problems(&bad).len(), 4);
    }

    #[test]
    fn a_slip_in_the_region_is_named() {
        let slip = Answers { service_name: None, region_id: flag("ap-southest-1".to_owned()), ..answers() };
        let expected = Some("ap-southeast-1".to_owned());
        assert!(
            matches!(&problems(&slip)[..], [Problem::Region { suggestion, .. }] if *suggestion == expected)
        );
    }
}
