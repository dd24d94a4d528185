//! Tables as Helm prints them: columns of one width each, with a tab between (Go's gosuri/uitable).

use std::fmt::Write;

/// The characters that stand for what is cut off.
const DOTS: &str = "...";

/// Rows of cells.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    max_column: u64,
}

impl Table {
    /// No row yet. A column is at most so many characters wide; 0 is any width.
    pub(super) fn new(max_column: u64) -> Table {
        Table {
            rows: Vec::new(),
            max_column,
        }
    }

    pub(super) fn add<const N: usize>(&mut self, row: [&str; N]) {
        self.rows.push(row.map(str::to_owned).to_vec());
    }

    /// The text, which ends in a newline.
    pub(super) fn text(&self) -> String {
        let mut widths: Vec<usize> = Vec::new();
        let most = match self.max_column {
            0 => usize::MAX,
            most => usize::try_from(most).unwrap_or(usize::MAX),
        };
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width_of(cell).min(most));
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> = cells.map(|(cell, width)| resized(cell, *width)).collect();
            let _ = writeln!(text, "{}", cells.join("\t"));
        }
        if self.rows.is_empty() {
            text.push('\n');
        }
        text
    }
}

fn width_of(text: &str) -> usize {
    text.chars().count()
}

/// The text in so many characters: with blanks behind it, or cut off.
fn resized(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return format!("{text:width$}");
    }
    // One character stays, however little room there is.
    let kept = width.saturating_sub(DOTS.len()).max(1);
    let mut cut: String = text.chars().take(kept).collect();
    cut.push_str(DOTS);
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_may_be() {
        let mut table = Table::new(5);
        table.add(["A", "LONGER"]);
        table.add(["abc", ""]);
        assert_eq!(table.text(), "A  \tLO...\nabc\t     \n");
    }
}
