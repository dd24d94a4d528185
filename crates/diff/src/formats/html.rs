//! `html`: one page that needs nothing else, written by tera from `page.html`.

use super::highlight::{escape, yaml};
use super::{Error, View, counts, cut_text, relabelled};
use crate::comparison::{Comparison, Group, Kind, ResourceChange};
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

/// Findings of one rule that are shown at once.
const MOST_OF_RULE: usize = 3;
/// Bytes that all lines far from any change take in the page; beyond, they are only counted.
const MOST_UNCHANGED: usize = 300_000;
/// About what a row takes besides its line.
const ROW_BYTES: usize = 110;
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
    renamed: usize,
    removed: usize,
    unchanged: usize,
    ignored: String,
    kinds: Vec<&'c str>,
    findings: Vec<FindingGroup<'c>>,
    notices: &'c [String],
}

/// The findings of a rule: those that are shown at once, and those that are folded.
#[derive(Serialize)]
struct FindingGroup<'c> {
    rule: &'static str,
    first: Vec<FindingRow<'c>>,
    more: Vec<FindingRow<'c>>,
}

#[derive(Serialize)]
struct HtmlResource<'c> {
    id: usize,
    change: &'static str,
    kind: &'c str,
    name: String,
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
    // Those of one rule stand together, at the place of the first.
    let mut groups: Vec<FindingGroup<'_>> = Vec::new();
    for (key, finding) in findings {
        let row = finding_row(finding, key, places.get(key).copied());
        match groups.iter_mut().find(|group| group.rule == row.rule) {
            Some(group) if group.first.len() < MOST_OF_RULE => group.first.push(row),
            Some(group) => group.more.push(row),
            None => groups.push(FindingGroup {
                rule: row.rule,
                first: vec![row],
                more: Vec::new(),
            }),
        }
    }
    for group in &mut groups {
        // Nothing is won by folding one.
        if group.more.len() == 1 {
            group.first.append(&mut group.more);
        }
    }
    let page = Page {
        style: STYLE,
        script: SCRIPT,
        old: &view.old,
        new: &view.new,
        summary: comparison.summary(),
        added: comparison.count(Kind::Added),
        changed: comparison.count(Kind::Changed),
        renamed: comparison.count(Kind::Renamed),
        removed: comparison.count(Kind::Removed),
        unchanged: comparison.unchanged,
        ignored: comparison.ignored().unwrap_or_default(),
        kinds,
        findings: groups,
        notices: &comparison.notices,
    };
    let mut tera = Tera::default();
    tera.add_raw_templates([("page.html", PAGE), ("resource.html", RESOURCE)])?;
    let page = tera.render("page.html", &Context::from_serialize(&page)?)?;
    let (before, after) = page.split_once(RESOURCES).unwrap_or((&page, ""));
    out.write_all(before.as_bytes())?;
    let mut writer = Writer {
        tera: &tera,
        view,
        length: page.len(),
        gaps: MOST_UNCHANGED,
        cut: [0, 0],
        out,
    };
    let mut start = 0;
    for group in changes.chunk_by(|a, b| a.group() == b.group()) {
        writer.group(start, group, comparison)?;
        start += group.len();
    }
    let [resources, lines] = writer.cut;
    if let Some(cut) = cut_text(resources, lines, "lines") {
        writer.write(&format!("<p class=quiet>{cut}</p>"))?;
    }
    out.write_all(after.as_bytes())?;
    Ok(())
}

/// What writes the resources of a page.
struct Writer<'w> {
    tera: &'w Tera,
    view: &'w View,
    /// Bytes that are written, the page around the resources with them.
    length: usize,
    /// Bytes that lines far from any change may still take.
    gaps: usize,
    /// The numbers of resources that had no room, and of those whose lines had none.
    cut: [usize; 2],
    out: &'w mut dyn Write,
}

impl Writer<'_> {
    fn write(&mut self, text: &str) -> Result<(), Error> {
        self.length += text.len();
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    /// The resources of a part of the report; what differs only in labels is folded.
    fn group(
        &mut self,
        start: usize,
        changes: &[ResourceChange],
        comparison: &Comparison,
    ) -> Result<(), Error> {
        let Some(first) = changes.first() else {
            return Ok(());
        };
        let title = match first.group() {
            Group::Findings => "Resources with findings",
            Group::Workloads => "Workloads",
            Group::Others => "Other resources",
            Group::Relabelled => "Labels and checksums",
            Group::Definitions => "Custom resource definitions",
        };
        let folds = self.view.folds(first);
        let sentence = relabelled(comparison, self.view).filter(|_| folds);
        self.write(&format!(
            "<section class=group><h2>{title} <span class=quiet>{}</span></h2>",
            changes.len()
        ))?;
        if let Some(sentence) = &sentence {
            let sentence = sentence.split(" (--no-fold").next().unwrap_or(sentence);
            self.write(&format!(
                "<details class=folded><summary>{}</summary>",
                escape(sentence)
            ))?;
        }
        for (change, id) in changes.iter().zip(start..) {
            self.resource(id, change, folds)?;
        }
        if sentence.is_some() {
            self.write("</details>")?;
        }
        self.write("</section>")
    }

    fn resource(
        &mut self,
        id: usize,
        change: &ResourceChange,
        is_folded: bool,
    ) -> Result<(), Error> {
        let mut resource = resource(id, change, self.view);
        let lines = self.view.lines(change);
        resource.rows = match is_folded {
            // The place says where; what is around it is the same in all of these.
            true => rows(lines, pieces(lines, Some(0)), &mut 0),
            false => rows(lines, self.view.pieces(change), &mut self.gaps),
        };
        let render = |resource: &HtmlResource<'_>| {
            let mut context = Context::new();
            context.insert("resource", resource);
            self.tera.render("resource.html", &context)
        };
        let mut text = render(&resource)?;
        if !self.view.has_room(self.length + text.len()) {
            resource.rows = "<p class=\"quiet source\">No room for its lines.</p>".into();
            resource.fields.clear();
            text = render(&resource)?;
            if !self.view.has_room(self.length + text.len()) {
                self.cut[0] += 1;
                return Ok(());
            }
            self.cut[1] += 1;
        }
        self.write(&text)
    }
}

fn resource<'c>(id: usize, change: &'c ResourceChange, view: &View) -> HtmlResource<'c> {
    let (plus, minus) = counts(view.lines(change));
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
        name: match &change.former {
            Some((former, _)) => format!("{} → {}", former.name, change.key.name),
            None => change.key.name.clone(),
        },
        namespace: &change.namespace,
        api_version: match versions {
            [Some(old), Some(new)] if old != new => format!("{old} → {new}"),
            [old, new] => new.or(old).unwrap_or_default().to_owned(),
        },
        source: sources.next().unwrap_or_default(),
        plus,
        minus,
        suppressed: change.suppressed,
        findings: change
            .findings
            .iter()
            .map(|f| finding_row(f, "", None))
            .collect(),
        fields: change.fields.iter().map(field).collect(),
        rows: String::new(),
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

/// The lines of a diff as rows: numbers of both sides, the line in colours. Lines far from any change are there, folded, as
/// long as they have room.
fn rows(lines: &[Line], pieces: Vec<Piece<'_>>, room: &mut usize) -> String {
    let mut html = String::new();
    let (mut old, mut new) = (1, 1);
    let mut rest = lines;
    for piece in pieces {
        let count = match &piece {
            Piece::Gap(count) => *count,
            Piece::Hunk { lines, .. } => lines.len(),
        };
        let (head, tail) = rest.split_at(count.min(rest.len()));
        rest = tail;
        if let Piece::Gap(count) = piece {
            let plural = if count == 1 { "" } else { "s" };
            let title = format!("{count} unchanged line{plural}");
            let bytes: usize = head.iter().map(|line| line.text.len() + ROW_BYTES).sum();
            if count > MOST_FOLDED || bytes > *room {
                html.push_str(&format!("<div class=gap>{title}</div>"));
                old += count;
                new += count;
                continue;
            }
            *room -= bytes;
            html.push_str(&format!("<details class=gap><summary>{title}</summary>"));
        } else if let Piece::Hunk { place, .. } = &piece
            && !place.is_empty()
        {
            html.push_str(&format!("<div class=place>{}</div>", escape(place)));
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
