//! Diagnostics for people: each with the lines it is about and carets under what it means.

use crate::{Diagnostic, Marked, Place, Severity, Sources};
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use diagnostics::secrets::HIDDEN;
use std::ops::Range;

/// The number of lines shown before and after a place.
const AROUND: u32 = 1;

/// A longer line is cut: generated files have lines of any length.
const LONGEST_LINE: usize = 2_000;

/// The diagnostics, blank lines between them, coloured if asked for.
pub fn text(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let renderer = match colour {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    text
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.rule.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let excerpt = Excerpt::of(&diagnostic.place, sources);
    let related = diagnostic.related.iter();
    let related: Vec<_> = related
        .map(|(place, label)| (Excerpt::of(place, sources), place, label))
        .collect();
    // An id in brackets would be taken for the place of an explanation; it is: validate --rules.
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.rule.id);
    let mut group =
        title.elements(excerpt.elements(&diagnostic.place, AnnotationKind::Primary, ""));
    for (excerpt, place, label) in &related {
        group = group.elements(excerpt.elements(place, AnnotationKind::Context, label));
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        group = group.element(Level::HELP.message(suggestion.as_str()));
    }
    renderer.render(&[group])
}

/// The lines around a place, and the place in them.
#[derive(Default)]
struct Excerpt {
    text: String,
    first_line: usize,
    span: Range<usize>,
}

impl Excerpt {
    fn of(place: &Place, sources: &Sources) -> Excerpt {
        let Place::File { name, mark } = place else {
            return Excerpt::default();
        };
        if mark.line == 0 {
            return Excerpt::default();
        }
        let first = mark.line.saturating_sub(AROUND).max(1);
        let mut excerpt = Excerpt {
            first_line: usize::try_from(first).unwrap_or(1),
            ..Excerpt::default()
        };
        for line in first..=mark.line.saturating_add(AROUND) {
            let Some(bytes) = sources.line(name, line) else {
                break;
            };
            let bytes = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
            let secrets = sources.secrets(name, line);
            if line == mark.line {
                let span = span(bytes, *mark);
                // Columns are those of bytes, which is not what lossy text has, nor one without secrets.
                let place =
                    |at: usize| excerpt.text.len() + display_line(bytes, at, &secrets).len();
                let start = secrets.iter().find(|secret| secret.contains(&span.start));
                let start = start.map_or(span.start, |secret| secret.start);
                excerpt.span = place(start)..place(span.end);
            }
            excerpt
                .text
                .push_str(&display_line(bytes, bytes.len(), &secrets));
            excerpt.text.push('\n');
        }
        excerpt
    }

    fn elements<'a>(
        &'a self,
        place: &'a Place,
        kind: AnnotationKind,
        label: &'a str,
    ) -> Vec<Element<'a>> {
        match place {
            Place::Nowhere => Vec::new(),
            Place::Flag { name, argument } => {
                let text = format!("--{name} {argument}");
                let text = match label.is_empty() {
                    true => format!("set by {text}"),
                    false => format!("{label}: {text}"),
                };
                vec![Level::NOTE.message(text).into()]
            }
            Place::File { name, .. } if self.text.is_empty() => {
                vec![Origin::path(name.as_str()).into()]
            }
            Place::File { name, .. } => {
                let annotation = kind.span(self.span.clone());
                let annotation = match label.is_empty() {
                    true => annotation,
                    false => annotation.label(label),
                };
                let snippet = Snippet::source(self.text.as_str())
                    .line_start(self.first_line)
                    .path(name.as_str())
                    .fold(false)
                    .annotation(annotation);
                vec![snippet.into()]
            }
        }
    }
}

/// The start of a line up to a byte, without its secrets.
fn display_line(line: &[u8], to: usize, secrets: &[Range<usize>]) -> String {
    let to = to.min(line.len());
    let part = |range: Range<usize>| String::from_utf8_lossy(line.get(range).unwrap_or_default());
    let (mut text, mut last) = (String::new(), 0);
    for secret in secrets.iter().filter(|secret| secret.start < to) {
        text.push_str(&part(last..secret.start));
        text.push_str(HIDDEN);
        last = secret.end;
    }
    text.push_str(&part(last.min(to)..to));
    text
}

/// The part of a line that a place means: the word that starts there, quoted or plain.
fn span(line: &[u8], mark: Marked) -> Range<usize> {
    let column = usize::try_from(mark.column).unwrap_or(0).saturating_sub(1);
    let start = column.min(line.len());
    let rest = line.get(start..).unwrap_or_default();
    let length = match rest.first() {
        // An action of a template, whole.
        Some(b'{') if rest.starts_with(b"{{") => {
            let end = memchr::memmem::find(rest, b"}}");
            end.map_or(rest.len(), |end| end + 2)
        }
        Some(quote @ (b'"' | b'\'')) => {
            let inner = rest.iter().skip(1);
            inner.take_while(|byte| *byte != quote).count() + 2
        }
        _ => {
            let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b'}' | b']' | b'#');
            let word = rest.iter().position(ends).unwrap_or(rest.len());
            match rest.get(..word).unwrap_or_default() {
                [key @ .., b':'] => key.len(),
                word => word.len(),
            }
        }
    };
    start..(start + length.max(1)).min(line.len().max(start + 1))
}
