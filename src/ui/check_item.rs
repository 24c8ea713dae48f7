//! Findings as the JSON documents show them: the data with its English sentences.

use super::words::checks_en;
use crate::check::{CheckItem, ConnectionTest, Finding};
use crate::report::TestReport;

impl From<&Finding> for CheckItem {
    fn from(finding: &Finding) -> Self {
        let (summary, remedy) = checks_en::finding(finding);
        // Serialising a verdict cannot fail: its keys are strings and it holds no foreign types.
        let detail = serde_json::to_value(&finding.verdict).unwrap_or_default();
        Self { id: finding.id, status: finding.status, summary, remedy, detail }
    }
}

impl From<&ConnectionTest> for TestReport {
    fn from(test: &ConnectionTest) -> Self {
        Self {
            ok: test.ok,
            server_version: test.server_version.clone(),
            tls: test.tls.clone(),
            latency_ms: test.latency_ms,
            steps: test.steps.iter().map(CheckItem::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CheckId;

    #[test]
    fn an_item_has_sentence_and_data() {
        let item = CheckItem::from(&Finding::waited(CheckId::Query, CheckId::Tcp));
        let value = serde_json::to_value(item).unwrap();
        assert_eq!(value["id"], "query");
        assert_eq!(value["status"], "skip");
        assert_eq!(value["detail"], serde_json::json!({"code": "waited-for", "layer": "tcp"}));
        assert_eq!(value["remedy"], serde_json::Value::Null);
        assert!(value["summary"].as_str().unwrap().contains("tcp"));
    }
}
