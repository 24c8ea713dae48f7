//! The findings of one endpoint as they come in: ten layers, always all of them.

use super::{CheckId, Finding, Status, Waited};

/// One finding a layer, in order; those that were not looked at are *skip*.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet(Vec<Finding>);

impl Default for Sheet {
    fn default() -> Self {
        Self(CheckId::ALL.map(|id| Finding::skipped(id, Waited::NotReached)).to_vec())
    }
}

impl Sheet {
    /// Takes note of a layer's outcome.
    pub fn note(&mut self, finding: Finding) {
        if let Some(place) = self.0.iter_mut().find(|known| known.id == finding.id) {
            *place = finding;
        }
    }

    /// The layers, in order.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Turns what comes after the first failure into *skip*, and returns the layers that were not so before.
    pub fn close(&mut self) -> Vec<Finding> {
        let Some(layer) = root_cause(&self.0).map(|finding| finding.id) else { return Vec::new() };
        let after = CheckId::ALL.into_iter().filter(|id| *id > layer);
        let skipped: Vec<Finding> =
            after.map(|id| Finding::waited(id, layer)).filter(|finding| !self.0.contains(finding)).collect();
        skipped.iter().cloned().for_each(|finding| self.note(finding));
        skipped
    }
}

/// The first layer that failed: everything after it is a symptom.
pub fn root_cause(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| finding.status == Status::Fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ten_are_there_and_the_first_failure_silences_the_rest() {
        let mut sheet = Sheet::default();
        assert_eq!(sheet.findings().len(), 10);
        assert!(sheet.close().is_empty());
        let failed = |id| Finding { status: Status::Fail, ..Finding::skipped(id, Waited::NotReached) };
        sheet.note(failed(CheckId::Login));
        sheet.note(failed(CheckId::Zones));
        assert_eq!(sheet.close().len(), 6);
        assert_eq!(root_cause(sheet.findings()).map(|finding| finding.id), Some(CheckId::Zones));
        assert!(sheet.findings()[4..].iter().all(|finding| finding.status == Status::Skip));
    }
}
