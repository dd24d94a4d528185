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
                let lines = cell.split('\n').map(width_of);
                *width = (*width).max(lines.max().unwrap_or(0).min(most));
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> = cells.map(|(cell, width)| resized(cell, *width)).collect();
            let mut lines: Vec<_> = cells.iter().map(|cell| cell.split('\n')).collect();
            let height = cells.iter().map(|cell| cell.split('\n').count()).max();
            for _ in 0..height.unwrap_or(1) {
                let cells = lines
                    .iter_mut()
                    .map(|lines| lines.next().unwrap_or_default());
                let cells = cells.zip(&widths).map(|(line, width)| padded(line, *width));
                let _ = writeln!(text, "{}", cells.collect::<Vec<_>>().join("\t"));
            }
        }
        if self.rows.is_empty() {
            text.push('\n');
        }
        text
    }
}

/// Control characters, such as newlines, take no room.
fn width_of(text: &str) -> usize {
    text.chars().filter(|c| !c.is_control()).count()
}

/// The text with blanks behind it, so many characters in all.
fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(width_of(text));
    format!("{text}{:blanks$}", "")
}

/// The text in so many characters: with blanks behind it, or cut off. A text of several lines counts whole.
fn resized(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return padded(text, width);
    }
    let kept = width.saturating_sub(DOTS.len());
    let mut cut = String::new();
    for c in text.chars() {
        // One character stays, however little room there is.
        cut.push(c);
        if width_of(&cut) >= kept {
            break;
        }
    }
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
