//! Values that templates name in another spelling than the defaults.

use super::{Template, Visitor, visit};
use crate::context::Context;
use crate::defaults::{default_at, keys_at, node_at};
use crate::diagnostic::{Diagnostic, Marked, Place};
use crate::missing::path_start;
use crate::rules;
use crate::unknown::KeyIndex;
use diagnostics::suggest::{did_you_mean, is_slip};
use gotemplate::ast::Pos;
use goyaml::Kind;
use trace::usage::{Path, display_value_path};

/// A path that a template names, and the key beside it that is probably meant.
type Slip = (Path, String);

/// Of some paths that templates name those which neither defaults, schemas nor the user's values have, where nearly the same key is
/// there beside them that no template names.
pub(super) fn slips<'p>(
    paths: impl IntoIterator<Item = &'p Path>,
    context: &Context<'_, '_>,
    index: &KeyIndex<'_>,
) -> Vec<Slip> {
    let reads = index.reads.reads();
    let mut slips = Vec::new();
    for path in paths {
        let Some((key, above)) = path.split_last() else {
            continue;
        };
        if default_at(context.prepared, path).is_some()
            || index.schemas.name(path)
            || context.source_at(path).is_some()
        {
            continue;
        }
        let is_read =
            |other: &String| reads.contains_key(&[above, std::slice::from_ref(other)].concat());
        let siblings = keys_at(context.prepared, above).into_iter();
        let mut siblings = siblings.filter(|other| is_slip(key, other) && !is_read(other));
        if let Some(meant) = siblings.next()
            && !is_explained(context, path)
            // Following values through all templates takes as long as a render: it is asked last.
            && !index.value_flow.names_below(above).contains(meant.as_str())
        {
            slips.push((path.clone(), meant));
        }
    }
    slips
}

/// The diagnostics for such paths.
pub(super) fn diagnostics(templates: &[Template], slips: Vec<Slip>) -> Vec<Diagnostic> {
    let diagnostics = slips.into_iter().map(|(path, meant)| {
        let there = display_value_path(&path);
        let message = format!("{there} is not there, and {meant} beside it is read by no template");
        let place = first_place(templates, &path);
        let diagnostic = Diagnostic::new(&rules::MISSPELT_VALUE, place, message);
        diagnostic.about(there).suggest(did_you_mean(&meant))
    });
    diagnostics.collect()
}

/// Comments in a chart's values.yaml tell of values that it has no default for.
fn is_explained(context: &Context<'_, '_>, path: &[String]) -> bool {
    let Some(key) = path.last() else { return true };
    let at = crate::defaults::locate(context.prepared, path);
    let Some(chart) = context.prepared.charts.get(at.chart) else {
        return true;
    };
    let has_key = |node: &goyaml::Node| matches!(&node.kind, Kind::Map(entries) if entries.iter().any(|entry| *entry.key == **key));
    let is_there = node_at(&chart.chart.values, path).is_some_and(has_key);
    let text = chart
        .chart
        .values_yaml
        .as_ref()
        .and_then(|file| file.bytes().ok());
    let comment = format!("{key}:");
    is_there || text.is_some_and(|text| memchr::memmem::find(text, comment.as_bytes()).is_some())
}

/// The first place where a template names a path, or the end of it.
fn first_place(templates: &[Template], path: &[String]) -> Place {
    for length in (1..=path.len()).rev() {
        let end = path.get(path.len() - length..).unwrap_or(path);
        for template in templates {
            for tree in &template.trees {
                let mut search = Search { end, pos: None };
                visit(tree, &mut search);
                if let Some(pos) = search.pos {
                    let mark = Marked::at(&tree.text, path_start(&tree.text, pos));
                    return Place::file(&template.name, mark);
                }
            }
        }
    }
    Place::Nowhere
}

/// The first keys that hold others.
struct Search<'s> {
    end: &'s [String],
    pos: Option<Pos>,
}

impl<'t> Visitor<'t> for Search<'_> {
    fn keys(&mut self, keys: &'t [Box<str>], pos: Pos) {
        let mut parts = keys.windows(self.end.len());
        let is_part = parts.any(|part| part.iter().zip(self.end).all(|(a, b)| **a == **b));
        if self.pos.is_none() && is_part {
            self.pos = Some(pos);
        }
    }
}
