//! Checks of a values file's text: whether it is YAML, a map, and read whole.

use super::diagnostic::{Diagnostic, Marked, Place};
use super::rules;
use compat::profile::{Profile, ValuesDocuments};
use diagnostics::kind_name;
use goyaml::{Entry, Error, Kind, Mark, Node};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cell::RefCell;

/// A values file that was looked at.
#[derive(Debug)]
pub(super) struct ValuesFile {
    /// The documents, one by one; nothing of those that cannot be read.
    pub(super) documents: Vec<Node>,
    /// The problem with it.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// True if Helm refuses it.
    pub(super) refused: bool,
}

/// Looks at the text of a values file as the chosen Helm would.
pub(super) fn check(name: &str, text: &[u8], profile: &Profile) -> ValuesFile {
    let mut file = ValuesFile {
        documents: Vec::new(),
        diagnostics: Vec::new(),
        refused: false,
    };
    match profile.values_documents {
        ValuesDocuments::First => {
            file.document(name, text, Cow::Borrowed(text), 0);
            file.ignored_documents(name, text);
        }
        ValuesDocuments::Merged => {
            for document in goyaml::documents(text) {
                match document {
                    Ok(document) => {
                        file.document(name, text, document.text, document.lines_before);
                    }
                    Err(error) => {
                        let place = Marked {
                            line: error.line,
                            column: 1,
                        };
                        let place = Place::file(name, place);
                        let diagnostic =
                            || Diagnostic::new(&rules::INVALID_YAML, place, error.to_string());
                        file.refuse(not_utf8(name, text).unwrap_or_else(diagnostic));
                    }
                }
            }
        }
    }
    file
}

impl ValuesFile {
    fn refuse(&mut self, diagnostic: Diagnostic) {
        self.refused = true;
        self.diagnostics.push(diagnostic);
    }

    fn document(&mut self, name: &str, whole: &[u8], text: Cow<'_, [u8]>, lines_before: u32) {
        let node = match goyaml::parse_after(&text, lines_before) {
            Ok(node) => node,
            Err(error) => return self.refuse(not_yaml(name, whole, &error)),
        };
        if !matches!(node.kind, Kind::Map(_) | Kind::Null) {
            let message = format!(
                "{name} holds {}, not a map of values",
                kind_name(&node.kind)
            );
            let place = Place::file(name, node.mark);
            self.refuse(Diagnostic::new(&rules::NOT_A_MAP, place, message));
            return;
        }
        for duplicate in goyaml::duplicate_keys(&text).unwrap_or_default() {
            let (mut mark, key) = (duplicate.mark, duplicate.key);
            mark.line = mark.line.saturating_add(lines_before);
            let message =
                format!("{key} is a duplicate key in this map: its earlier value is lost");
            let place = Place::file(name, mark);
            let diagnostic = Diagnostic::new(&rules::DUPLICATE_KEY, place, message);
            self.diagnostics.push(diagnostic);
        }
        self.documents.push(node);
    }

    /// Helm 3 reads the first document alone.
    fn ignored_documents(&mut self, name: &str, text: &[u8]) {
        let documents = goyaml::documents(text).filter_map(Result::ok).skip(1);
        for document in documents {
            let node = goyaml::parse_after(&document.text, document.lines_before);
            if let Ok(node) = node
                && !matches!(node.kind, Kind::Null)
            {
                let message = "Helm 3 does not read this document: only the first one counts";
                let place = Place::file(name, node.mark);
                let diagnostic = Diagnostic::new(&rules::IGNORED_DOCUMENT, place, message);
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

fn not_yaml(name: &str, text: &[u8], error: &Error) -> Diagnostic {
    if let Some(diagnostic) = not_utf8(name, text) {
        return diagnostic;
    }
    let mark = error.mark();
    if let Some(tab) = tab_in_indentation(text, mark.line) {
        let place = Place::file(name, tab);
        let message = "a tab indents this line, which YAML does not allow";
        return Diagnostic::new(&rules::TAB_INDENTATION, place, message)
            .suggest("indent with spaces");
    }
    // The line is in the place, and go-yaml's is not always the true one.
    let message = format!("{name} is not YAML: {}", error.problem());
    Diagnostic::new(&rules::INVALID_YAML, Place::file(name, mark), message)
}

/// The problem with a text that is saved as something else than UTF-8.
fn not_utf8(name: &str, text: &[u8]) -> Option<Diagnostic> {
    let (encoding, place) = other_encoding(text)?;
    let message = format!("{name} is saved as {encoding}: Helm reads UTF-8");
    let diagnostic = Diagnostic::new(&rules::INVALID_YAML, Place::file(name, place), message);
    Some(diagnostic.suggest("save it as UTF-8"))
}

/// The encoding of a text that is not UTF-8, and the place where that shows; nothing of a text of which only the file
/// can be told.
fn other_encoding(text: &[u8]) -> Option<(&'static str, Marked)> {
    let file = Marked::default();
    match text {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Some(("UTF-32", file)),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Some(("UTF-16", file)),
        _ => {}
    }
    // Values are mostly ASCII, of which these have zeros in every character.
    let start = text.get(..4096).unwrap_or(text);
    let zeros = start.iter().filter(|byte| **byte == 0).count();
    if zeros > 0 && zeros * 3 > start.len() * 2 {
        return Some(("UTF-32 without a byte order mark", file));
    }
    if zeros > 0 && zeros * 3 > start.len() {
        return Some(("UTF-16 without a byte order mark", file));
    }
    let error = std::str::from_utf8(text).err()?;
    let place = Marked::at(text, error.valid_up_to());
    Some(("something else than UTF-8, such as Latin-1", place))
}

/// The place of a tab in the indentation of a line or of the one before it: the scanner may complain of
/// what follows.
fn tab_in_indentation(text: &[u8], line: u32) -> Option<Marked> {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    [line, line.saturating_sub(1)].into_iter().find_map(|line| {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        let bytes = lines.get(at)?;
        let indentation = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t'));
        let tab = indentation.into_iter().position(|byte| *byte == b'\t')?;
        let column = u32::try_from(tab + 1).unwrap_or(1);
        Some(Marked { line, column })
    })
}

/// The documents of a values file, with the keys of large maps by name.
#[derive(Debug, Default)]
pub(super) struct Documents {
    nodes: Vec<Node>,
    /// The places of keys in maps of many, by the address of the map's entries.
    keys: RefCell<FxHashMap<usize, FxHashMap<Box<str>, usize>>>,
}

impl Documents {
    /// A map with fewer keys is searched from the start.
    const MANY_KEYS: usize = 32;

    /// The documents in order.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.nodes.iter()
    }

    /// Finds the value at a path of keys and indexes: of several documents, in the last that has it. Gives the
    /// marks of the key (of an item: its own) and of the value.
    pub(super) fn find(&self, path: &[String]) -> Option<(Mark, &Node)> {
        self.nodes.iter().rev().find_map(|document| {
            let mut position = (document.mark, document);
            for key in path {
                position = match &position.1.kind {
                    Kind::Map(entries) => {
                        let entry = self.entry(entries, key)?;
                        (entry.mark, &entry.value)
                    }
                    Kind::Seq(items) => {
                        let item = items.get(key.parse::<usize>().ok()?)?;
                        (item.mark, item)
                    }
                    _ => return None,
                };
            }
            Some(position)
        })
    }

    fn entry<'n>(&self, entries: &'n [Entry], key: &str) -> Option<&'n Entry> {
        if entries.len() < Documents::MANY_KEYS {
            return entries.iter().find(|entry| *entry.key == *key);
        }
        let mut keys = self.keys.borrow_mut();
        let keys = keys.entry(entries.as_ptr().addr()).or_insert_with(|| {
            let keys = entries.iter().enumerate();
            keys.map(|(at, entry)| (entry.key.clone(), at)).collect()
        });
        entries.get(*keys.get(key)?)
    }
}

impl From<Vec<Node>> for Documents {
    fn from(nodes: Vec<Node>) -> Documents {
        Documents {
            nodes,
            ..Documents::default()
        }
    }
}
