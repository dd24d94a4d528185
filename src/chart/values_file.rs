//! The documents of a values file: one (Helm 3) or all of them merged (Helm 4, through
//! k8s.io/apimachinery's YAML reader).

use super::decode::json_kind;
use crate::profile::{Profile, ValuesDocuments};
use goyaml::{Kind, Mark, Node};
use std::collections::BTreeMap;

/// Reads the text of a values file: a map, or null where there is nothing. The error is Helm's
/// text after the file's name.
pub(crate) fn read(text: &[u8], profile: &Profile) -> Result<Node, String> {
    match profile.values_documents {
        ValuesDocuments::First => table(text),
        ValuesDocuments::Merged => {
            let documents = split(text).map_err(|e| format!("error reading yaml document: {e}"))?;
            let mut values = None;
            for document in documents {
                let mut node = document
                    .parse(text)
                    .map_err(|e| format!("cannot unmarshal yaml document: {e}"))?;
                values = Some(match values {
                    None => node,
                    Some(mut before) => {
                        merge(&mut before, &mut node);
                        before
                    }
                });
            }
            Ok(values.unwrap_or(Node {
                mark: Mark::default(),
                kind: Kind::Null,
            }))
        }
    }
}

/// Reads a text that must be a map or null.
fn table(text: &[u8]) -> Result<Node, String> {
    let node = goyaml::parse(text).map_err(|e| e.to_string())?;
    match node.kind {
        Kind::Map(_) | Kind::Null => Ok(node),
        _ => Err(format!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value \
             of type map[string]interface {{}}",
            json_kind(&node)
        )),
    }
}

/// One document: the whole text, or its lines as the reader hands them on.
enum Document {
    Whole,
    /// The text and the number of lines before it.
    Part(Vec<u8>, u32),
}

impl Document {
    fn parse(&self, whole: &[u8]) -> Result<Node, String> {
        match self {
            Document::Whole => table(whole),
            Document::Part(text, lines_before) => {
                let mut node = table(text)?;
                shift(&mut node, *lines_before);
                Ok(node)
            }
        }
    }
}

/// Cuts a text where a line starts with `---`. The separator at the start of a document stays in
/// it, the one that ends a document goes, and lines lose their carriage return.
fn split(text: &[u8]) -> Result<Vec<Document>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if !text.starts_with(b"---") && memchr::memmem::find(text, b"\n---").is_none() {
        return Ok(vec![Document::Whole]);
    }
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let mut documents = Vec::new();
    let (mut current, mut start) = (Vec::new(), 0);
    for (number, line) in (0u32..).zip(body.split(|b| *b == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(rest) = line.strip_prefix(b"---") {
            let rest = gostd::unicode::trim_space(rest);
            if !rest.is_empty() && !rest.starts_with(b"#") {
                let rest = String::from_utf8_lossy(rest);
                return Err(format!("invalid Yaml document separator: {rest}"));
            }
            if !current.is_empty() {
                documents.push(Document::Part(std::mem::take(&mut current), start));
                start = number + 1;
                continue;
            }
        }
        current.extend_from_slice(line);
        current.push(b'\n');
    }
    if !current.is_empty() {
        documents.push(Document::Part(current, start));
    }
    Ok(documents)
}

/// Moves every mark down.
fn shift(node: &mut Node, lines: u32) {
    let down = |mark: &mut Mark| {
        if mark.line > 0 {
            mark.line = mark.line.saturating_add(lines);
        }
    };
    down(&mut node.mark);
    match &mut node.kind {
        Kind::Seq(items) => items.iter_mut().for_each(|item| shift(item, lines)),
        Kind::Map(entries) => {
            for entry in entries {
                down(&mut entry.mark);
                shift(&mut entry.value, lines);
            }
        }
        _ => {}
    }
}

/// Helm's `MergeMaps`: maps merge, everything else is replaced.
fn merge(target: &mut Node, later: &mut Node) {
    let Kind::Map(new) = &mut later.kind else {
        return;
    };
    let Kind::Map(old) = &mut target.kind else {
        std::mem::swap(target, later);
        return;
    };
    let places: BTreeMap<Box<str>, usize> = old
        .iter()
        .enumerate()
        .map(|(index, entry)| (entry.key.clone(), index))
        .collect();
    for mut entry in new.drain(..) {
        match places.get(&entry.key).and_then(|at| old.get_mut(*at)) {
            None => old.push(entry),
            Some(before) => {
                let both = (&before.value.kind, &entry.value.kind);
                if matches!(both, (Kind::Map(_), Kind::Map(_))) {
                    merge(&mut before.value, &mut entry.value);
                } else {
                    *before = entry;
                }
            }
        }
    }
}
