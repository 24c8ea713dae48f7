//! Tables as Markdown that is aligned for people who read it in a terminal.

/// Rows under a head.
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(ToOwned::to_owned).to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Vec::from(cells));
    }

    /// The first column to the left, numbers to the right.
    pub(crate) fn markdown(&self) -> String {
        let all = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| all().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3))
            .collect();
        let rule = |(column, &width): (usize, &usize)| match column {
            0 => "-".repeat(width + 2),
            _ => format!("{}:", "-".repeat(width + 1)),
        };
        let rule: Vec<String> = widths.iter().enumerate().map(rule).collect();
        let mut lines = vec![line(&self.head, &widths), format!("|{}|", rule.join("|"))];
        lines.extend(self.rows.iter().map(|row| line(row, &widths)));
        lines.join("\n") + "\n"
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let cell = |(column, (text, &width)): (usize, (&String, &usize))| match column {
        0 => format!(" {text:<width$} "),
        _ => format!(" {text:>width$} "),
    };
    let cells: Vec<String> = cells.iter().zip(widths).enumerate().map(cell).collect();
    format!("|{}|", cells.join("|"))
}
