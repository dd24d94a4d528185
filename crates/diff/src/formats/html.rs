//! `html`: one page that needs nothing else, written by tera from `page.html`.

use super::highlight::yaml;
use super::{Error, View};
use crate::comparison::{Comparison, Kind, ResourceChange};
use crate::lines::{Delta, Line, Piece, pieces};
use crate::node::inline;
use crate::rules::Finding;
use diagnostics::Severity;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::io::Write;
use tera::{Context, Tera};

const PAGE: &str = include_str!("page.html");
/// The place for the resources in the page: there may be many, and each is written by itself.
const RESOURCES: &str = "<!-- resources -->\n";
const RESOURCE: &str = include_str!("resource.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Unchanged lines that are folded into the page at most; more are only counted.
const MOST_FOLDED: usize = 500;

#[derive(Serialize)]
struct Page<'c> {
    style: &'static str,
    script: &'static str,
    old: &'c str,
    new: &'c str,
    summary: String,
    added: usize,
    changed: usize,
    removed: usize,
    unchanged: usize,
    ignored: String,
    kinds: Vec<&'c str>,
    findings: Vec<FindingRow<'c>>,
    notices: &'c [String],
}

#[derive(Serialize)]
struct HtmlResource<'c> {
    id: usize,
    change: &'static str,
    kind: &'c str,
    name: &'c str,
    namespace: &'c str,
    api_version: String,
    source: &'c str,
    plus: usize,
    minus: usize,
    suppressed: bool,
    findings: Vec<FindingRow<'c>>,
    fields: Vec<Field>,
    /// The diff's rows, ready to show.
    rows: String,
}

#[derive(Serialize)]
struct FindingRow<'c> {
    severity: String,
    rule: &'static str,
    summary: &'static str,
    message: &'c str,
    resource: &'c str,
    /// The resource's place on the page, if it is there.
    place: Option<usize>,
}

#[derive(Serialize)]
struct Field {
    place: String,
    old: Option<String>,
    new: Option<String>,
}

/// Writes a comparison as an HTML page, resource by resource.
///
/// # Errors
/// When it cannot be written.
pub fn html(comparison: &Comparison, view: &View, out: &mut dyn Write) -> Result<(), Error> {
    let changes = &comparison.changes;
    let mut kinds: Vec<&str> = changes.iter().map(|change| &*change.key.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut findings: Vec<(&str, &Finding)> = comparison
        .findings()
        .filter(|(_, finding)| finding.rule.severity > Severity::Info)
        .collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.rule.severity));
    let places = changes.iter().zip(0..);
    let places: FxHashMap<&str, usize> = places.map(|(change, at)| (&*change.title, at)).collect();
    let findings = findings
        .into_iter()
        .map(|(key, finding)| finding_row(finding, key, places.get(key).copied()));
    let page = Page {
        style: STYLE,
        script: SCRIPT,
        old: &view.old,
        new: &view.new,
        summary: comparison.summary(),
        added: comparison.count(Kind::Added),
        changed: comparison.count(Kind::Changed),
        removed: comparison.count(Kind::Removed),
        unchanged: comparison.unchanged,
        ignored: comparison.ignored().unwrap_or_default(),
        kinds,
        findings: findings.collect(),
        notices: &comparison.notices,
    };
    let mut tera = Tera::default();
    tera.add_raw_templates([("page.html", PAGE), ("resource.html", RESOURCE)])?;
    let page = tera.render("page.html", &Context::from_serialize(&page)?)?;
    let (before, after) = page.split_once(RESOURCES).unwrap_or((&page, ""));
    out.write_all(before.as_bytes())?;
    for (id, change) in changes.iter().enumerate() {
        let mut context = Context::new();
        context.insert("resource", &resource(id, change, view));
        let text = tera.render("resource.html", &context)?;
        out.write_all(text.as_bytes())?;
    }
    out.write_all(after.as_bytes())?;
    Ok(())
}

fn resource<'c>(id: usize, change: &'c ResourceChange, view: &View) -> HtmlResource<'c> {
    let count = |delta| {
        change
            .lines
            .iter()
            .filter(|line| line.delta == delta)
            .count()
    };
    let versions = [&change.old, &change.new].map(|side| side.as_ref().map(|s| &*s.api_version));
    let sources = [&change.new, &change.old];
    let mut sources = sources
        .iter()
        .filter_map(|side| side.as_ref()?.source.as_deref());
    let field = |field: &crate::Change| Field {
        place: field.path.to_string(),
        old: field.old.as_ref().map(|node| inline(node).into_owned()),
        new: field.new.as_ref().map(|node| inline(node).into_owned()),
    };
    HtmlResource {
        id,
        change: change.kind.word(),
        kind: &change.key.kind,
        name: &change.key.name,
        namespace: &change.namespace,
        api_version: match versions {
            [Some(old), Some(new)] if old != new => format!("{old} → {new}"),
            [old, new] => new.or(old).unwrap_or_default().to_owned(),
        },
        source: sources.next().unwrap_or_default(),
        plus: count(Delta::Right),
        minus: count(Delta::Left),
        suppressed: change.suppressed,
        findings: change
            .findings
            .iter()
            .map(|f| finding_row(f, "", None))
            .collect(),
        fields: change.fields.iter().map(field).collect(),
        rows: rows(&change.lines, view.context),
    }
}

fn finding_row<'c>(
    finding: &'c Finding,
    resource: &'c str,
    place: Option<usize>,
) -> FindingRow<'c> {
    FindingRow {
        severity: finding.rule.severity.to_string(),
        rule: finding.rule.id,
        summary: finding.rule.summary,
        message: &finding.message,
        resource,
        place,
    }
}

/// The lines of a diff as rows: numbers of both sides, the line in colours. Lines far from any
/// change are there, folded.
fn rows(lines: &[Line], context: Option<usize>) -> String {
    let mut html = String::new();
    let (mut old, mut new) = (1, 1);
    let mut rest = lines;
    for piece in pieces(lines, context) {
        let count = match piece {
            Piece::Gap(count) => count,
            Piece::Hunk { lines, .. } => lines.len(),
        };
        let (head, tail) = rest.split_at(count.min(rest.len()));
        rest = tail;
        if let Piece::Gap(count) = piece {
            let plural = if count == 1 { "" } else { "s" };
            let title = format!("{count} unchanged line{plural}");
            if count > MOST_FOLDED {
                html.push_str(&format!("<div class=gap>{title}</div>"));
                old += count;
                new += count;
                continue;
            }
            html.push_str(&format!("<details class=gap><summary>{title}</summary>"));
        }
        for line in head {
            row(&mut html, line, &mut old, &mut new);
        }
        if let Piece::Gap(_) = piece {
            html.push_str("</details>");
        }
    }
    html
}

fn row(html: &mut String, line: &Line, old: &mut usize, new: &mut usize) {
    let text = String::from_utf8_lossy(&line.text);
    let number = |side: &mut usize| {
        *side += 1;
        (*side - 1).to_string()
    };
    let (class, left, right) = match line.delta {
        Delta::Common => ("", number(old), number(new)),
        Delta::Left => (" del", number(old), String::new()),
        Delta::Right => (" add", String::new(), number(new)),
    };
    html.push_str(&format!(
        "<div class=\"row{class}\"><i data-n=\"{left}\"></i><i data-n=\"{right}\"></i><code>{}</code></div>",
        yaml(&text)
    ));
}
