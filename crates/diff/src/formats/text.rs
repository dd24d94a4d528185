//! `text`: helm-diff's format, with what rules found and a sum.

use super::{View, relabelled};
use crate::ansi_writer::{AnsiWriter, CYAN, Colour, GREEN, RED, YELLOW};
use crate::comparison::{Comparison, Kind};
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
    for change in comparison
        .changes
        .iter()
        .filter(|change| !view.folds(change))
    {
        let (colour, message) = match change.kind {
            Kind::Added => (GREEN, " has been added:"),
            Kind::Removed => (RED, " has been removed:"),
            Kind::Changed => (YELLOW, " has changed:"),
        };
        let headline = [change.title.as_bytes(), message.as_bytes()];
        writer.write(colour, &headline, b"\n");
        for finding in &change.findings {
            write_finding(&mut writer, finding, None);
        }
        if change.suppressed {
            let text = format!(
                "+ Changes suppressed on sensitive content of type {}",
                change.key.kind
            );
            writer.write(YELLOW, &[text.as_bytes()], b"\n");
        }
        writer.diff(&change.lines, view.context);
    }
    if let Some(sentence) = relabelled(comparison, view) {
        writer.write(YELLOW, &[b"~ ", sentence.as_bytes()], b"\n");
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
