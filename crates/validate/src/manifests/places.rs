//! From lines of the output to the template lines that made them.

use super::OutputFile;
use crate::diagnostic::{Diagnostic, Marked, Place};
use crate::sources::Sources;
use chart::File;
use checks::{At, Finding};
use engine::render::template_order;
use engine::values::Prepared;
use gostd::text::LineOrigin;
use std::sync::Arc;

/// Finds the places of findings.
pub(super) struct Places<'a, 'c> {
    files: &'a [OutputFile],
    templates: Vec<(String, &'c Arc<File>)>,
    sources: &'a mut Sources,
}

impl<'a, 'c> Places<'a, 'c> {
    pub(super) fn new(
        files: &'a [OutputFile],
        prepared: &Prepared<'c>,
        sources: &'a mut Sources,
    ) -> Self {
        Places {
            files,
            templates: template_order(prepared),
            sources,
        }
    }

    /// A finding as a diagnostic at its template line.
    pub(super) fn diagnostic(&mut self, finding: Finding) -> Diagnostic {
        let place = self.place(finding.at);
        let mut diagnostic = Diagnostic::new(finding.rule, place, finding.message);
        diagnostic.suggestion = finding.suggestion;
        match finding.related {
            Some((at, label)) => {
                let related = self.place(at);
                // The same line may have made both.
                match related == diagnostic.place {
                    true => diagnostic,
                    false => diagnostic.relate(related, label),
                }
            }
            None => match self.caller(finding.at) {
                Some(caller) => diagnostic.relate(caller, "rendered below this line"),
                None => diagnostic,
            },
        }
    }

    fn place(&mut self, at: At) -> Place {
        let Some(file) = self.files.get(at.file) else {
            return Place::Nowhere;
        };
        let Some((template, line)) = self.origin(file, at.mark.line) else {
            return self.whole(file);
        };
        let Some((path, source)) = self.templates.get(template) else {
            return self.whole(file);
        };
        let Some(name) = self.sources.add_file(source, path) else {
            return Place::Nowhere;
        };
        let output = file.line(at.mark.line);
        let source = self.sources.line(&name, line).unwrap_or_default();
        let column = match at.mark.column {
            0 => first_action(source),
            at => column(output, at, source),
        };
        Place::file(&name, Marked { line, column })
    }

    /// The template that wrote a file, without a line.
    fn whole(&mut self, file: &OutputFile) -> Place {
        let template = self.templates.iter().find(|(path, _)| *path == file.path);
        let name = template.and_then(|(path, source)| self.sources.add_file(source, path));
        name.map_or(Place::Nowhere, |name| Place::file(&name, Marked::default()))
    }

    /// The template line that made a line of a file: the template's index and the line. What came from
    /// a text that is not a file stands where the line before it came from.
    fn origin(&self, file: &OutputFile, line: u32) -> Option<(usize, u32)> {
        let lines = file.origins.as_deref()?;
        let upto = lines.get(..usize::try_from(line).ok()?).unwrap_or(lines);
        upto.iter().rev().find_map(index)
    }

    /// The line of the file's own template before a line that another template made.
    fn caller(&mut self, at: At) -> Option<Place> {
        let file = self.files.get(at.file)?;
        let own = self
            .templates
            .iter()
            .position(|(path, _)| *path == file.path)?;
        let lines = file.origins.as_deref()?;
        let upto = lines
            .get(..usize::try_from(at.mark.line).ok()?)
            .unwrap_or(lines);
        let (innermost, _) = upto.iter().rev().find_map(index)?;
        if innermost == own {
            return None;
        }
        let (_, line) = upto
            .iter()
            .rev()
            .filter_map(index)
            .find(|(t, _)| *t == own)?;
        let (path, source) = self.templates.get(own)?;
        let name = self.sources.add_file(source, path)?;
        let source = self.sources.line(&name, line).unwrap_or_default();
        let column = first_letter(source);
        Some(Place::file(&name, Marked { line, column }))
    }
}

fn index(origin: &LineOrigin) -> Option<(usize, u32)> {
    let template = usize::try_from(origin.template).ok()?.checked_sub(1)?;
    (origin.line > 0).then_some((template, origin.line))
}

/// The column of a template line that made a column of an output line: of the key that both have, or of
/// what follows it. What is in the middle of a value is where the line's first key has its value.
fn column(output: &[u8], column: u32, template: &[u8]) -> u32 {
    let at = offset(column);
    let first = key_at(output, offset(first_letter(output)));
    let key = same_key(output, key_at(output, at), at, template);
    let key = key.or_else(|| same_key(output, first, at, template));
    match key {
        Some(at) => u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1),
        None => first_letter(template),
    }
}

/// The place of an output line's key in a template line; that of its value, if that is meant there.
fn same_key(
    output: &[u8],
    (start, key): (usize, &[u8]),
    index: usize,
    template: &[u8],
) -> Option<usize> {
    if matches!(key, [] | [b'-']) {
        return None;
    }
    // Of several keys of that name, the one in the same place among them.
    let before = output.get(..start).unwrap_or_default();
    let nth = memchr::memmem::find_iter(before, key).count();
    let at = memchr::memmem::find_iter(template, key).nth(nth)?;
    let after_key = at + key.len();
    let rest = template.get(after_key..).unwrap_or_default();
    let blanks = rest.iter().skip(1).take_while(|b| **b == b' ').count();
    let value = after_key + 1 + blanks;
    let is_value = index >= start + key.len();
    match is_value && rest.first() == Some(&b':') && value < template.len() {
        true => Some(value),
        false => Some(at),
    }
}

/// The word at an offset, or the key whose value is there: where it starts, and it.
fn key_at(line: &[u8], at: usize) -> (usize, &[u8]) {
    let is_end = |b: u8| matches!(b, b':' | b' ' | b'\t' | b',' | b'{' | b'[' | b'}' | b']');
    let before = line.get(..at).unwrap_or(line).trim_ascii_end();
    if let Some(before) = before.strip_suffix(b":") {
        let length = before.iter().rev().take_while(|b| !is_end(**b)).count();
        let start = before.len() - length;
        return (start, before.get(start..).unwrap_or_default());
    }
    let rest = line.get(at..).unwrap_or_default();
    let length = rest.iter().take_while(|b| !is_end(**b)).count();
    (at, rest.get(..length).unwrap_or_default())
}

/// The column of the first action of a template line.
fn first_action(line: &[u8]) -> u32 {
    match memchr::memmem::find(line, b"{{") {
        Some(at) => u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1),
        None => first_letter(line),
    }
}

/// The column of the first letter of a line, behind the dash of a list's item.
fn first_letter(line: &[u8]) -> u32 {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let mut at = line.iter().position(|b| !blank(b)).unwrap_or(0);
    while line.get(at) == Some(&b'-') && line.get(at + 1) == Some(&b' ') {
        let rest = line.get(at + 1..).unwrap_or_default();
        at += 1 + rest.iter().position(|b| !blank(b)).unwrap_or(0);
    }
    u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)
}

fn offset(column: u32) -> usize {
    usize::try_from(column)
        .unwrap_or(usize::MAX)
        .saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_same_key() {
        let template = b"  image: {{ .Values.image }}";
        assert_eq!(column(b"  image: nginx", 10, template), 10);
        assert_eq!(column(b"  image: nginx", 3, template), 3);
        assert_eq!(column(b"- name: x", 9, b"  {{- toYaml . }}"), 3);
        assert_eq!(column(b"    - name: x", 13, b"- name: {{ .x }}"), 9);
        assert_eq!(column(b"l: {a: b, a: c}", 11, b"l: {a: b, a: c}"), 11);
        assert_eq!(column(b"l: [{n: t, i: b}]", 15, b"l: [{n: t, i: b}]"), 15);
        assert_eq!(column(b"  note: a/%!d(x)", 11, b"  note: {{ .x }}"), 9);
        assert_eq!(column(b"", 1, b""), 1);
    }
}
