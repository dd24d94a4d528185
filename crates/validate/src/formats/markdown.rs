//! Diagnostics as Markdown: a comment for a pull request, never longer than it may be.

use super::text;
use crate::{Diagnostic, Place, Sources};
use diagnostics::markdown::{Page, block, code, escape, plain};
use std::collections::BTreeMap;

/// Writes diagnostics as Markdown of at most `max_bytes` bytes under a title: a line for each, errors first, then the lines
/// that they are about, folded by file, and how many had no room.
pub fn markdown(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    title: &str,
    max_bytes: usize,
) -> String {
    let mut page = Page::new(max_bytes);
    page.add(&format!("### Checks: {}\n\n", plain(title)));
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.rule.severity));
    let mut lines = 0;
    for diagnostic in sorted {
        lines += usize::from(!page.add(&line(diagnostic)));
    }
    let mut excerpts = 0;
    for (name, diagnostics) in by_file(diagnostics) {
        let count = diagnostics.len();
        let text = text(&diagnostics, sources, false);
        let details = format!(
            "\n<details><summary>{} ({count})</summary>\n\n{}\n</details>\n",
            escape(name),
            block("text", text.trim_end())
        );
        excerpts += usize::from(!page.add(&details));
    }
    page.finish(&[
        (lines, "finding", "findings"),
        (excerpts, "file's lines", "files' lines"),
    ])
}

fn line(diagnostic: &Diagnostic) -> String {
    let severity = diagnostic.rule.severity;
    let place = match &diagnostic.place {
        Place::File { name, mark } if mark.line > 0 => {
            format!(" {}", code(&format!("{name}:{}", mark.line)))
        }
        Place::File { name, .. } => format!(" {}", code(name)),
        Place::Flag { .. } | Place::Nowhere => String::new(),
    };
    let message = plain(&diagnostic.plain());
    format!(
        "- **{severity}** `{}`{place}: {message}\n",
        diagnostic.rule.id
    )
}

/// The diagnostics whose places are lines of files.
fn by_file(diagnostics: &[Diagnostic]) -> BTreeMap<&str, Vec<Diagnostic>> {
    let mut files: BTreeMap<&str, Vec<Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        if let Place::File { name, mark } = &diagnostic.place
            && mark.line > 0
        {
            files.entry(name).or_default().push(diagnostic.clone());
        }
    }
    files
}
