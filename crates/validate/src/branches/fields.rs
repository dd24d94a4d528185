//! Fields that stand in templates as text, in a spelling that is nearly one of Kubernetes'.

use super::{Template, Visitor, visit};
use crate::diagnostic::{Diagnostic, Marked, Place};
use crate::rules;
use diagnostics::suggest::{did_you_mean, is_near};
use gotemplate::ast::Pos;
use kubernetes::fields;
use std::collections::BTreeSet;

/// Keys below which anything may stand, or another program's configuration.
const FREE: [&str; 12] = [
    "annotations",
    "labels",
    "matchLabels",
    "nodeSelector",
    "selector",
    "data",
    "binaryData",
    "stringData",
    "parameters",
    "limits",
    "requests",
    "hard",
];

/// Fields in templates of Kubernetes' own kinds. Helpers tell no kind: only where a whole resource stands it is known that keys
/// are fields.
pub(super) fn diagnostics(templates: &[Template]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for template in templates {
        for tree in &template.trees {
            if !has_own_kinds(&tree.text) {
                continue;
            }
            let mut lines = Lines {
                text: &tree.text,
                starts: BTreeSet::new(),
            };
            visit(tree, &mut lines);
            for (offset, key) in fields_of(&tree.text, &lines.starts) {
                let Some(meant) = meant(key) else { continue };
                let message = format!("Kubernetes has no field {key}");
                let place = Place::file(&template.name, Marked::at(&tree.text, offset));
                let diagnostic = Diagnostic::new(&rules::MISSPELT_FIELD, place, message);
                diagnostics.push(diagnostic.suggest(did_you_mean(meant)));
            }
        }
    }
    diagnostics
}

/// The field that a key was meant to be, if it is none.
fn meant(key: &str) -> Option<&'static str> {
    let names = fields::names();
    match names.contains(key) {
        true => None,
        false => names.iter().copied().find(|name| is_near(key, name)),
    }
}

/// Kinds that hold free text, other resources or descriptions of fields.
const FREE_KINDS: [&str; 3] = ["ConfigMap", "CustomResourceDefinition", "Secret"];

/// Returns true if a text has whole resources, and all of them are of Kubernetes' own kinds that hold no free text.
fn has_own_kinds(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let kinds = text.lines().filter_map(|line| line.strip_prefix("kind:"));
    let kinds: Vec<&str> = kinds.map(str::trim).collect();
    let is_own = |kind: &&str| {
        !FREE_KINDS.contains(kind) && kubernetes::Api::all().any(|api| api.kind() == *kind)
    };
    !kinds.is_empty() && kinds.iter().all(is_own)
}

/// The lines that begin as text.
struct Lines<'t> {
    text: &'t [u8],
    starts: BTreeSet<usize>,
}

impl<'t> Visitor<'t> for Lines<'t> {
    fn text(&mut self, pos: Pos, text: &'t [u8]) {
        let from = usize::try_from(pos.0).unwrap_or(0);
        let is_start = from == 0 || self.text.get(from - 1) == Some(&b'\n');
        self.starts.extend(is_start.then_some(from));
        let newlines = memchr::memchr_iter(b'\n', text);
        self.starts.extend(newlines.map(|at| from + at + 1));
    }
}

/// The keys of fields with their places: not what stands below free keys, and no lines of a text.
fn fields_of<'t>(text: &'t [u8], starts: &BTreeSet<usize>) -> Vec<(usize, &'t str)> {
    let mut keys = Vec::new();
    // The indentation of the key below which nothing counts.
    let mut free: Option<usize> = None;
    for start in starts {
        let rest = text.get(*start..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let Ok(line) = str::from_utf8(rest.get(..end).unwrap_or_default()) else {
            continue;
        };
        let indentation = line.len() - line.trim_start_matches([' ', '-']).len();
        let Some((key, value)) = line.get(indentation..).unwrap_or_default().split_once(':') else {
            continue;
        };
        if free.is_some_and(|free| indentation > free) {
            continue;
        }
        free = None;
        let is_text = value.trim_start().starts_with(['|', '>']);
        if FREE.contains(&key) || is_text {
            free = Some(indentation);
        }
        let is_word = key.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_field = value.is_empty() || value.starts_with(' ');
        if is_word && is_field && !FREE.contains(&key) {
            keys.push((start + indentation, key));
        }
    }
    keys
}
