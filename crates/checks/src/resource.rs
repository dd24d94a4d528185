//! A resource, and what rules ask of it.

use crate::At;
use engine::manifest::fields::at;
use goyaml::{Mark, Node};

/// A resource of a release.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resource {
    /// The index of the text that it was read from.
    pub file: usize,
    /// All of it.
    pub node: Node,
    /// `apiVersion`, or empty.
    pub api_version: String,
    /// `kind`, or empty.
    pub kind: String,
    /// `metadata.name`, or empty.
    pub name: String,
    /// `metadata.namespace`, or empty.
    pub namespace: String,
    /// `helm.sh/hook` of a hook, which is not installed with the rest.
    pub hook: Option<String>,
}

impl Resource {
    /// A resource that was read from a text.
    pub fn new(file: usize, node: Node) -> Resource {
        let text = |path: &[&str]| {
            let text = at(&node, path).and_then(Node::coerced_text);
            text.unwrap_or_default().into_owned()
        };
        let annotations = at(&node, &["metadata", "annotations"]);
        Resource {
            file,
            api_version: text(&["apiVersion"]),
            kind: text(&["kind"]),
            name: text(&["metadata", "name"]),
            namespace: text(&["metadata", "namespace"]),
            hook: annotations
                .and_then(|node| node.get("helm.sh/hook")?.coerced_text())
                .map(Into::into),
            node,
        }
    }

    /// A place in it.
    pub(crate) fn at(&self, mark: Mark) -> At {
        At {
            file: self.file,
            mark,
        }
    }

    /// The common name: kind and name.
    pub fn title(&self) -> String {
        match (&*self.kind, &*self.name) {
            ("", "") => "a resource".into(),
            ("", name) => format!("the resource {name}"),
            (kind, "") => format!("a {kind}"),
            (kind, name) => format!("{kind} {name}"),
        }
    }

    /// The API group; empty for Kubernetes' core.
    pub fn group(&self) -> &str {
        kubernetes::group_of(&self.api_version)
    }
}
