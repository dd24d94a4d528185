//! Rendered files read: their documents as resources, and what is no YAML.

use super::{OutputFile, Release};
use crate::rules;
use checks::{At, Finding, Resource};
use engine::manifest::fields::{entries, items, text_at};
use engine::manifest::{self, Head};
use goyaml::{Error, ErrorKind, Kind, Mark, Node};

/// The resources of all files, and what cannot be read or is written twice.
pub(super) fn read(release: &Release<'_>) -> (Vec<Resource>, Vec<Finding>) {
    let mut reader = Reader {
        release,
        resources: Vec::new(),
        findings: Vec::new(),
    };
    for (index, file) in release.files.iter().enumerate() {
        if file.is_manifest() {
            reader.file(index, file);
        }
    }
    (reader.resources, reader.findings)
}

struct Reader<'a> {
    release: &'a Release<'a>,
    resources: Vec<Resource>,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn file(&mut self, index: usize, file: &OutputFile) {
        let text = file.text.as_slice();
        let (mut line, mut counted) = (0, 0);
        for part in manifest::split(text, self.release.profile) {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            let between = text.get(counted..start).unwrap_or_default();
            line += memchr::memchr_iter(b'\n', between).count();
            counted = start;
            let lines_before = u32::try_from(line).unwrap_or(u32::MAX);
            match self.document(index, part, lines_before) {
                Ok(node) => self.add(index, node),
                Err(error) => self.refused(index, &error, lines_before),
            }
        }
    }

    fn document(&mut self, file: usize, text: &[u8], lines_before: u32) -> Result<Node, Error> {
        let node = match goyaml::parse_strict_after(text, lines_before) {
            Err(error) if error.kind() == ErrorKind::DuplicateKey => {
                self.duplicates(file, text, lines_before);
                goyaml::parse_after(text, lines_before)?
            }
            other => other?,
        };
        // What Helm reads of it may still be of the wrong kind, which has stopped the render.
        if !self.release.is_complete || !matches!(node.kind, Kind::Map(_) | Kind::Null) {
            let package = self.release.profile.head_package;
            Head::read(text, package)?;
        }
        Ok(node)
    }

    fn refused(&mut self, file: usize, error: &Error, lines_before: u32) {
        let mut mark = error.mark();
        if error.kind() == ErrorKind::Type && mark.line > 0 {
            mark.line = mark.line.saturating_add(lines_before);
        }
        let message = format!("this is not a resource in YAML: {}", error.problem());
        let at = At { file, mark };
        let mut finding = Finding::new(&rules::OUTPUT_NOT_YAML, at, message);
        finding.suggestion = self.release.became(at);
        self.findings.push(finding);
    }

    fn duplicates(&mut self, file: usize, text: &[u8], lines_before: u32) {
        for repeated in goyaml::duplicate_keys(text).unwrap_or_default() {
            let key = &repeated.key;
            let (rule, message) = match repeated.is_same {
                true => (
                    &rules::REPEATED_OUTPUT_KEY,
                    format!("{key} is a duplicate key in this map, with the same value"),
                ),
                false => (
                    &rules::DUPLICATE_OUTPUT_KEY,
                    format!("{key} is a duplicate key in this map: its earlier value is lost"),
                ),
            };
            let moved = |mark: Mark| At {
                file,
                mark: Mark {
                    line: mark.line.saturating_add(lines_before),
                    ..mark
                },
            };
            let mut finding = Finding::new(rule, moved(repeated.mark), message);
            finding.related = Some((moved(repeated.first), "it is here first"));
            self.findings.push(finding);
        }
    }

    /// Adds a document, or the items of a list.
    fn add(&mut self, file: usize, node: Node) {
        let mut open = vec![node];
        while let Some(mut node) = open.pop() {
            match text_at(&node, &["kind"]) {
                kind if kind.ends_with("List") && node.get("items").is_some() => {
                    let list = node.get("items").map(items).unwrap_or_default();
                    open.extend(list.iter().rev().cloned());
                }
                _ if entries(&node).is_empty() => {}
                _ => {
                    // Errors about what a document lacks stand at its start.
                    if let Some(first) = entries(&node).first() {
                        node.mark = first.mark;
                    }
                    self.resources.push(Resource::new(file, node));
                }
            }
        }
    }
}
