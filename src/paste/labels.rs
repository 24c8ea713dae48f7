//! The dialog's labels in three languages, and the names of `.env` files.

use super::{Pasted, password, user};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    ServiceName,
    AzId,
    RegionId,
    User,
    Password,
    Database,
    Port,
}

/// Labels without spaces, punctuation and case. The console's words first (TiDB Cloud facts, section 1), then those
/// of connection blocks and `.env` files (section 5).
const LABELS: [(&str, Label); 40] = [
    ("servicename", Label::ServiceName),
    ("endpointservicename", Label::ServiceName),
    ("服务名称", Label::ServiceName),
    ("服务名", Label::ServiceName),
    ("终端节点服务名称", Label::ServiceName),
    ("サービス名", Label::ServiceName),
    ("エンドポイントサービス名", Label::ServiceName),
    ("availabilityzoneid", Label::AzId),
    ("availabilityzoneids", Label::AzId),
    ("availabilityzone", Label::AzId),
    ("availabilityzones", Label::AzId),
    ("azid", Label::AzId),
    ("azids", Label::AzId),
    ("可用区id", Label::AzId),
    ("可用区", Label::AzId),
    ("アベイラビリティゾーンid", Label::AzId),
    ("アベイラビリティーゾーンid", Label::AzId),
    ("アベイラビリティゾーン", Label::AzId),
    ("regionid", Label::RegionId),
    ("region", Label::RegionId),
    ("地域id", Label::RegionId),
    ("区域id", Label::RegionId),
    ("地域", Label::RegionId),
    ("リージョンid", Label::RegionId),
    ("リージョン", Label::RegionId),
    ("user", Label::User),
    ("username", Label::User),
    ("用户名", Label::User),
    ("ユーザー名", Label::User),
    ("tidbuser", Label::User),
    ("password", Label::Password),
    ("密码", Label::Password),
    ("パスワード", Label::Password),
    ("tidbpassword", Label::Password),
    ("database", Label::Database),
    ("数据库", Label::Database),
    ("データベース", Label::Database),
    ("tidbdbname", Label::Database),
    ("port", Label::Port),
    ("tidbport", Label::Port),
];

/// Reads `Label: value`, `LABEL=value`, and a label with its value on the next line.
pub(super) fn parse(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    let mut open: Option<Label> = None;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(label) = known(line) {
            open = Some(label);
        } else if let Some((label, value)) = split(line) {
            open = None;
            take(label, value, &mut pasted);
        } else if let Some(label) = open {
            // Several zones may stand on lines of their own.
            open = (label == Label::AzId).then_some(label);
            take(label, line, &mut pasted);
        }
    }
    pasted
}

/// A label and its value on one line.
fn split(line: &str) -> Option<(Label, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    line.char_indices().filter(|(_, c)| ":：=\t".contains(*c)).find_map(|(at, c)| {
        let value = line[at + c.len_utf8()..]
            .trim_start_matches(|c: char| c.is_whitespace() || ":：=".contains(c))
            .trim();
        known(&line[..at]).filter(|_| !value.is_empty()).map(|label| (label, value))
    })
}

fn known(text: &str) -> Option<Label> {
    let folded: String =
        text.chars().filter(|c| c.is_alphanumeric() || *c == 'ー').flat_map(char::to_lowercase).collect();
    LABELS.iter().find(|(label, _)| *label == folded).map(|(_, label)| *label)
}

fn take(label: Label, value: &str, pasted: &mut Pasted) {
    let bare = value.trim().trim_matches(|c| "\"'`,;".contains(c)).trim();
    let first = |slot: &mut Option<String>| {
        if slot.is_none() && !bare.is_empty() {
            *slot = Some(bare.to_owned());
        }
    };
    match label {
        Label::ServiceName => first(&mut pasted.service_name),
        Label::RegionId => first(&mut pasted.region_id),
        Label::Database => first(&mut pasted.database),
        Label::User => pasted.fill(Pasted { user: user(bare), ..Pasted::default() }),
        Label::Password => pasted.password = pasted.password.take().or_else(|| password(value)),
        Label::Port => pasted.port = pasted.port.or_else(|| bare.parse().ok()),
        Label::AzId => {
            let zones = value.split(|c: char| c.is_whitespace() || "[]\"',，、;".contains(c));
            pasted.az_ids.extend(zones.filter(|zone| !zone.is_empty()).map(ToOwned::to_owned));
        }
    }
}
