//! `text`: helm-diff's format, with what rules found and a sum.

use super::{View, cut_text, relabelled};
use crate::ansi_writer::{AnsiWriter, CYAN, Colour, GREEN, RED, YELLOW};
use crate::comparison::{Comparison, Kind, ResourceChange};
use crate::rules::Finding;
use diagnostics::{Rule, Severity};

/// Writes a comparison for a terminal; nothing where there is nothing to tell.
pub fn text(comparison: &Comparison, view: &View) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = AnsiWriter {
        out: &mut out,
        colour: view.colour,
    };
    for (key, finding) in &comparison.findings_on_unchanged {
        write_finding(&mut writer, finding, Some(key));
    }
    let (mut resources, mut diffs) = (0, 0);
    for change in comparison
        .changes
        .iter()
        .filter(|change| !view.folds(change))
    {
        let before = writer.out.len();
        write_head(&mut writer, change);
        let head = writer.out.len();
        writer.hunks(view.pieces(change));
        // A finding counts more than the lines that it is about.
        if !view.has_room(head) {
            writer.out.truncate(before);
            resources += 1;
        } else if !view.has_room(writer.out.len()) {
            writer.out.truncate(head);
            diffs += 1;
        }
    }
    if let Some(sentence) = relabelled(comparison, view) {
        writer.write(YELLOW, &[b"~ ", sentence.as_bytes()], b"\n");
    }
    if let Some(cut) = cut_text(resources, diffs, "lines") {
        writer.write(YELLOW, &[cut.as_bytes()], b"\n");
    }
    let is_empty = comparison.changes.is_empty() && comparison.findings_on_unchanged.is_empty();
    if !is_empty {
        out.extend_from_slice(format!("Plan: {}.\n", comparison.summary()).as_bytes());
    }
    if let Some(ignored) = comparison.ignored() {
        out.extend_from_slice(format!("{ignored}.\n").as_bytes());
    }
    out
}

/// The headline of a resource, and its findings.
fn write_head(writer: &mut AnsiWriter<'_>, change: &ResourceChange) {
    let renamed;
    let (colour, message) = match (change.kind, &change.former) {
        (Kind::Added, _) => (GREEN, " has been added:"),
        (Kind::Removed, _) => (RED, " has been removed:"),
        (_, Some((_, former))) => {
            renamed = format!(" has been renamed, it was {former}:");
            (YELLOW, &*renamed)
        }
        (_, None) => (YELLOW, " has changed:"),
    };
    let headline = [change.title.as_bytes(), message.as_bytes()];
    writer.write(colour, &headline, b"\n");
    for finding in &change.findings {
        write_finding(writer, finding, None);
    }
    if change.suppressed {
        let text = format!(
            "+ Changes suppressed on sensitive content of type {}",
            change.key.kind
        );
        writer.write(YELLOW, &[text.as_bytes()], b"\n");
    }
}

fn write_finding(writer: &mut AnsiWriter<'_>, finding: &Finding, key: Option<&str>) {
    let colour: Colour = match finding.rule.severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    };
    let about = key.map(|key| format!("{key}: ")).unwrap_or_default();
    let (Rule { id, severity, .. }, message) = (finding.rule, &finding.message);
    let line = format!("! {severity} [{id}] {about}{message}");
    writer.write(colour, &[line.as_bytes()], b"\n");
}
