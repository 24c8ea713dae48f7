//! What one measurement found, and whether it keeps its budget.

use crate::stats::digits;
use crate::table::Table;

/// One measurement's table with its budgets.
pub(crate) struct Section {
    /// Its heading.
    pub(crate) title: &'static str,
    /// One line under the table, where something needs saying.
    pub(crate) note: String,
    /// The numbers.
    pub(crate) table: Table,
    /// What they are held against.
    pub(crate) budgets: Vec<Budget>,
}

/// A limit and what was measured.
pub(crate) struct Budget {
    what: String,
    limit: f64,
    measured: f64,
    unit: &'static str,
}

impl Budget {
    /// At most `limit` of `unit`.
    pub(crate) fn at_most(what: impl Into<String>, limit: f64, measured: f64, unit: &'static str) -> Self {
        Self { what: what.into(), limit, measured, unit }
    }

    /// Whether it is kept.
    pub(crate) fn is_kept(&self) -> bool {
        self.measured <= self.limit
    }

    fn amount(&self, value: f64) -> String {
        let count = if value.fract() == 0.0 { 0 } else { 2 };
        format!("{} {}", digits(value, count), self.unit).trim_end().to_owned()
    }

    fn verdict(&self) -> String {
        if self.is_kept() {
            return "kept".to_owned();
        }
        let excess = self.measured - self.limit;
        format!("missed by {} ({} %)", self.amount(excess), digits(excess / self.limit * 100.0, 0))
    }
}

impl Section {
    /// Heading, table, note.
    pub(crate) fn markdown(&self) -> String {
        let note = if self.note.is_empty() { String::new() } else { format!("\n{}\n", self.note) };
        format!("### {}\n\n{}{note}", self.title, self.table.markdown())
    }
}

/// Every budget with its verdict.
pub(crate) fn verdicts(sections: &[Section]) -> String {
    let mut table = Table::new(["Budget", "at most", "measured", "verdict"]);
    for budget in sections.iter().flat_map(|section| &section.budgets) {
        let (limit, measured) = (budget.amount(budget.limit), budget.amount(budget.measured));
        table.row([budget.what.clone(), limit, measured, budget.verdict()]);
    }
    table.markdown()
}
