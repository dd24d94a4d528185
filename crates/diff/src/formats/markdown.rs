//! `markdown`: a comment for a pull request, never longer than it may be.

use super::{View, counts, relabelled};
use crate::comparison::{Comparison, Kind, ResourceChange};
use crate::lines::{Delta, Piece};
use crate::rules::Finding;
use diagnostics::Severity;
use diagnostics::markdown::{MAX_BYTES, Page, block, cell, code, escape, plain};

/// Rows of the table at most.
const ROWS: usize = 200;
/// Lines of each resource's diff: the most with which all workloads have room.
const LINES: [usize; 8] = [usize::MAX, 400, 150, 60, 30, 15, 6, 2];

/// Writes a comparison as Markdown of at most `max_bytes` bytes: all findings, then the changes of all workloads, whose diffs
/// are cut where they have to be, then others, and how many had no room.
pub fn markdown(comparison: &Comparison, view: &View) -> Vec<u8> {
    let mut page = Page::new(view.max_bytes.unwrap_or(MAX_BYTES));
    let title = format!("### Changes: {}\n\n", comparison.summary());
    page.add(&title);
    let ignored = comparison.ignored().map(|ignored| format!(" · {ignored}"));
    let ignored = ignored.unwrap_or_default();
    let sides = format!("{} → {}{ignored}\n\n", code(&view.old), code(&view.new));
    page.add(&sides);
    let changes: Vec<&ResourceChange> = comparison.changes.iter().collect();
    if changes.is_empty() && comparison.findings_on_unchanged.is_empty() {
        page.add("Nothing changes.\n");
    }
    let mut cut = Cut::default();
    findings(&mut page, comparison, &mut cut);
    let shown: Vec<&ResourceChange> = changes.into_iter().filter(|c| !view.folds(c)).collect();
    if let Some(sentence) = relabelled(comparison, view) {
        page.add(&format!("{}\n\n", plain(&sentence)));
    }
    all_details(&mut page, &shown, view, &mut cut);
    let cut = [
        (cut.findings, "finding", "findings"),
        (cut.rows, "row of the table", "rows of the table"),
        (cut.resources, "resource's changes", "resources' changes"),
        (
            cut.diffs,
            "resource's changes in full",
            "resources' changes in full",
        ),
    ];
    page.finish(&cut).into_bytes()
}

/// The numbers of items that had no room.
#[derive(Default)]
struct Cut {
    findings: usize,
    rows: usize,
    resources: usize,
    diffs: usize,
}

fn findings(page: &mut Page, comparison: &Comparison, cut: &mut Cut) {
    let mut findings: Vec<(&str, &Finding)> = comparison
        .findings()
        .filter(|(_, finding)| finding.rule.severity > Severity::Info)
        .collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.rule.severity));
    for (key, finding) in &findings {
        let line = format!(
            "- **{}** `{}` {}: {}\n",
            finding.rule.severity,
            finding.rule.id,
            code(key),
            plain(&finding.message)
        );
        cut.findings += usize::from(!page.add(&line));
    }
    if !findings.is_empty() {
        page.add("\n");
    }
}

/// The table and the folded changes. Rows of the table give way to the changes of workloads.
fn all_details(page: &mut Page, changes: &[&ResourceChange], view: &View, cut: &mut Cut) {
    let rows = changes.len().min(ROWS) * 100;
    let room = page.room().saturating_sub(rows);
    let is_first = |change: &&&ResourceChange| change.is_workload();
    let length = |lines: usize| -> usize {
        let first = changes.iter().filter(is_first);
        first
            .map(|change| details(change, view, lines).0.len())
            .sum()
    };
    let lines = LINES.into_iter().find(|lines| length(*lines) <= room);
    let lines = lines.unwrap_or(0);
    table(page, changes, view, cut);
    // What has no room must not take that of a workload behind it.
    let mut behind: usize = length(lines);
    for change in changes {
        let (mut text, mut is_cut) = details(change, view, lines);
        if change.is_workload() {
            behind = behind.saturating_sub(text.len());
        } else if text.len() + behind > page.room() {
            (text, is_cut) = details(change, view, lines.min(CUT_LINES));
            if text.len() + behind > page.room() {
                cut.resources += 1;
                continue;
            }
        }
        match page.add(&text) {
            true => cut.diffs += usize::from(is_cut),
            false => cut.resources += 1,
        }
    }
}

fn table(page: &mut Page, changes: &[&ResourceChange], view: &View, cut: &mut Cut) {
    if changes.is_empty() {
        return;
    }
    page.add("| | Kind | Name | Namespace | Lines |\n|---|---|---|---|---|\n");
    for (at, change) in changes.iter().enumerate() {
        let (came, went) = counts(view.lines(change));
        let name = match &change.former {
            Some((former, _)) => format!("{} → {}", former.name, change.key.name),
            None => change.key.name.clone(),
        };
        let row = format!(
            "| {} | {} | {} | {} | +{came} −{went} |\n",
            change.kind.word(),
            cell(&change.key.kind),
            cell(&name),
            cell(&change.namespace),
        );
        cut.rows += usize::from(at >= ROWS || !page.add(&row));
    }
    page.add("\n");
}

/// Lines of a diff that is cut for others.
const CUT_LINES: usize = 15;

/// A resource's changes, folded, with some lines of its diff; true if that is not all of it.
fn details(change: &ResourceChange, view: &View, lines: usize) -> (String, bool) {
    let sign = match change.kind {
        Kind::Added => '+',
        Kind::Removed => '−',
        Kind::Changed => '~',
        Kind::Renamed => '→',
    };
    let title = match &change.former {
        Some((_, former)) => format!("{} → {}", escape(former), escape(&change.title)),
        None => escape(&change.title),
    };
    let mut is_cut = false;
    let mut text = format!("<details><summary>{sign} {title}</summary>\n\n");
    for finding in &change.findings {
        let message = plain(&finding.message);
        text.push_str(&format!(
            "- {} `{}`: {message}\n",
            finding.rule.severity, finding.rule.id
        ));
    }
    if !change.findings.is_empty() {
        text.push('\n');
    }
    if change.suppressed {
        text.push_str("Changes of this kind are not shown.\n");
    } else {
        let mut diff = diff(change, view);
        let count = diff.lines().count();
        if count > lines {
            let kept: Vec<&str> = diff.lines().take(lines).collect();
            diff = format!("{}\n@@ {} more lines @@\n", kept.join("\n"), count - lines);
            is_cut = true;
        }
        text.push_str(&block("diff", &diff));
    }
    text.push_str("\n</details>\n\n");
    (text, is_cut)
}

fn diff(change: &ResourceChange, view: &View) -> String {
    let mut text = String::new();
    let mut is_behind_gap = false;
    for piece in view.pieces(change) {
        match piece {
            Piece::Gap(_) => is_behind_gap = true,
            Piece::Hunk { lines, place, .. } => {
                match (place.is_empty(), is_behind_gap) {
                    (false, _) => text.push_str(&format!("@@ {place} @@\n")),
                    (true, true) => text.push_str("@@ … @@\n"),
                    (true, false) => {}
                }
                for line in lines {
                    text.push(match line.delta {
                        Delta::Common => ' ',
                        Delta::Left => '-',
                        Delta::Right => '+',
                    });
                    text.push_str(&String::from_utf8_lossy(&line.text));
                    text.push('\n');
                }
            }
        }
    }
    text
}
