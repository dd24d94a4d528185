//! The scopes of kinds: those of Kubernetes by a table, others by their definitions.

use super::fields::text_at;
use super::split::split;
use compat::profile::Profile;
use goyaml::Node;
use kubernetes::{Scope, group_of};
use std::collections::BTreeMap;

/// The kinds whose scope is known. A kind that neither Kubernetes has nor a definition tells of counts as one
/// that is in namespaces, as most are.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// The scopes of defined kinds, by group and kind.
    defined: BTreeMap<(String, String), Scope>,
}

impl Scopes {
    /// Adds what the CustomResourceDefinitions among a text's documents tell. What is no YAML is passed over.
    pub fn add_text(&mut self, text: &[u8]) {
        if !mentions_definitions(text) {
            return;
        }
        for document in split(text, &Profile::helm4()) {
            self.add_document(document);
        }
    }

    /// The same of one document.
    pub fn add_document(&mut self, document: &[u8]) {
        if mentions_definitions(document)
            && let Ok(node) = goyaml::parse(document)
        {
            self.add(&node);
        }
    }

    /// The same of an object, or a list of them.
    pub fn add(&mut self, node: &Node) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if let Some(items) = node.get("items") {
                open.extend(super::fields::items(items));
            }
            if text_at(node, &["kind"]) == "CustomResourceDefinition" {
                let text = |path: &[&str]| text_at(node, path).to_owned();
                let key = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
                // In v1beta1 a definition need not say: it is Namespaced then.
                let scope = match text_at(node, &["spec", "scope"]) {
                    "Cluster" => Scope::Cluster,
                    _ => Scope::Namespaced,
                };
                self.defined.insert(key, scope);
            }
        }
    }

    /// The scope of a kind's objects; nothing where neither Kubernetes nor a definition tells.
    pub fn scope(&self, api_version: &str, kind: &str) -> Option<Scope> {
        kubernetes::scope(api_version, kind).or_else(|| self.defined(group_of(api_version), kind))
    }

    /// Returns true if objects of a kind are in no namespace.
    pub fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        self.scope(api_version, kind) == Some(Scope::Cluster)
    }

    /// Returns true if a definition tells that objects of a kind are in no namespace.
    pub fn defines_cluster_scoped(&self, group: &str, kind: &str) -> bool {
        self.defined(group, kind) == Some(Scope::Cluster)
    }

    fn defined(&self, group: &str, kind: &str) -> Option<Scope> {
        // Mostly there are none, and no key has to be made.
        if self.defined.is_empty() {
            return None;
        }
        let key = (group.to_owned(), kind.to_owned());
        self.defined.get(&key).copied()
    }
}

fn mentions_definitions(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"CustomResourceDefinition").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_tell_the_scope_of_their_kinds() {
        let definition = |scope: &str| {
            format!(
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                 spec:\n  group: example.com\n  scope: {scope}\n  names: {{kind: {scope}Thing}}\n"
            )
        };
        let mut scopes = Scopes::default();
        let text = [definition("Cluster"), definition("Namespaced")].join("---\n");
        assert!(!scopes.is_cluster_scoped("example.com/v1", "ClusterThing"));
        scopes.add_text(text.as_bytes());
        assert!(scopes.is_cluster_scoped("example.com/v1", "ClusterThing"));
        assert!(!scopes.is_cluster_scoped("example.com/v1", "NamespacedThing"));
        assert!(!scopes.is_cluster_scoped("example.org/v1", "ClusterThing"));
        assert!(scopes.is_cluster_scoped("v1", "Namespace"));
    }
}
