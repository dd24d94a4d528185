//! The release's namespace in objects that name none, as an install puts them there.

use super::Manifests;
use crate::manifest::{self, Document, IsNamespaced, Scopes};
use crate::values::Prepared;

/// Finds the kinds that are in no namespace, as far as a render tells: by the CRDs of the charts that take part,
/// whether they are part of the result or not, and those that templates made.
///
/// # Errors
/// A file of CRDs that cannot be read.
pub fn scopes(manifests: &Manifests, prepared: &Prepared<'_>) -> Result<Scopes, chart::Error> {
    let mut scopes = Scopes::default();
    for chart in &prepared.charts {
        for (_, file) in chart.crds() {
            scopes.add_text(file.bytes()?);
        }
    }
    let hooks = manifests.hooks.iter().map(|hook| &hook.document);
    for document in manifests.manifests.iter().chain(hooks) {
        scopes.add_document(&document.text);
    }
    Ok(scopes)
}

/// The objects that are given a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objects {
    /// All of them.
    All,
    /// Hooks alone.
    Hooks,
}

impl Manifests {
    /// Writes `namespace` into all objects that are in namespaces and name none, those of hooks and of files of
    /// CRDs too. A line more is all that a document changes by; see [`manifest::fill_namespace`].
    pub fn fill_namespaces(&mut self, namespace: &str, scopes: &Scopes, objects: Objects) {
        // Most kinds of which nothing is known are in namespaces; of one that is in none, an API server takes the
        // namespace away.
        let is_namespaced: IsNamespaced<'_> =
            &|version, kind| !scopes.is_cluster_scoped(version, kind);
        for hook in &mut self.hooks {
            fill(&mut hook.document, namespace, is_namespaced);
        }
        if objects == Objects::Hooks {
            return;
        }
        for (_, text) in &mut self.crds {
            *text = manifest::fill_namespaces(text, namespace, is_namespaced);
        }
        for document in &mut self.manifests {
            fill(document, namespace, is_namespaced);
        }
    }
}

fn fill(document: &mut Document, namespace: &str, is_namespaced: IsNamespaced<'_>) {
    let Some(filled) = manifest::fill_namespace(&document.text, namespace, is_namespaced) else {
        return;
    };
    document.text = filled.text;
    match filled.lines {
        Some(lines) => document.added_lines = lines,
        None => document.offset = None,
    }
}
