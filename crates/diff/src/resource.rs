//! Resources: cutting manifests into documents, and reading those that differ.

use super::node::{at, items, text_at};
use compat::profile::Profile;
use diagnostics::escape_controls;
use engine::action::Manifests;
use engine::manifest::{self, Scopes};
use goyaml::{ErrorKind, Kind, Node};
use kubernetes::Scope;
use std::fmt;

/// A document of a manifest, not read yet.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text.
    pub(super) text: Vec<u8>,
    /// The template it comes from, if that is known.
    pub(super) source: Option<String>,
    /// The line of the manifest that it starts on, counted from 1; 0 where it is from a template.
    line: u32,
}

/// The identity of a resource, by which those of two sides are paired.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The namespace; empty where it is the release's, and where the kind is in none.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: String,
    /// The API group; empty for Kubernetes' core.
    pub group: String,
    /// True if the kind is in no namespace.
    pub is_cluster_scoped: bool,
    /// The number of resources with the same key before it in its manifest.
    pub ordinal: usize,
}

/// A resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its identity.
    pub key: Key,
    /// `apiVersion`.
    pub api_version: String,
    /// The whole resource, keys sorted.
    pub node: Node,
    /// The template it comes from, if that is known.
    pub source: Option<String>,
}

impl Resource {
    /// Returns true if it is from a chart's `crds/`: Helm creates those when it installs a release, and neither
    /// upgrades nor deletes them.
    pub(super) fn is_from_crds(&self) -> bool {
        is_from_crds(self.source.as_deref())
    }

    /// Returns true if Helm leaves it in the cluster.
    pub(super) fn is_kept(&self) -> bool {
        let policy = ["metadata", "annotations", "helm.sh/resource-policy"];
        text_at(&self.node, &policy) == "keep"
    }
}

/// Returns true if a template's path is one of `crds/`: `web/crds/a.yaml`, `web/charts/db/crds/a.yaml`.
fn is_from_crds(source: Option<&str>) -> bool {
    let mut folders = source.unwrap_or_default().split('/').skip(1);
    loop {
        match folders.next() {
            Some("charts") => folders.next(),
            other => return other == Some("crds"),
        };
    }
}

/// A document or resource that cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    place: String,
    problem: String,
}

impl Error {
    pub(super) fn new(place: String, problem: String) -> Error {
        Error { place, problem }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// The documents of a rendered chart.
pub fn rendered(manifests: Manifests) -> Vec<Document> {
    let Manifests {
        crds,
        manifests,
        hooks,
        notes: _,
        lines: _,
    } = manifests;
    let mut documents = Vec::new();
    for (path, text) in crds {
        // A file of CRDs may hold several.
        documents.extend(cut(&text, Some(&path)));
    }
    let hooks = hooks.into_iter().map(|hook| hook.document);
    documents.extend(manifests.into_iter().chain(hooks).map(|document| Document {
        text: document.text,
        source: Some(document.path),
        line: 0,
    }));
    documents
}

/// The documents of a manifest's text.
pub fn documents(text: &[u8]) -> Vec<Document> {
    cut(text, None)
}

pub(super) fn cut(text: &[u8], source: Option<&str>) -> Vec<Document> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let (mut line, mut counted) = (1, 0);
    let parts = manifest::split(text, &Profile::helm4());
    let documents = parts.into_iter().map(|part| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        let between = text.get(counted..start).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', between).count() as u32;
        counted = start;
        Document {
            text: part.to_vec(),
            source: source.map(str::to_owned).or_else(|| source_comment(part)),
            line: if source.is_some() { 0 } else { line },
        }
    });
    documents.collect()
}

/// The path in a `# Source: PATH` comment before anything else.
fn source_comment(text: &[u8]) -> Option<String> {
    let lines = text.split(|byte| *byte == b'\n');
    let mut comments = lines.take_while(|line| line.starts_with(b"#") || line.is_empty());
    let path = comments.find_map(|line| line.strip_prefix(b"# Source: "))?;
    Some(String::from_utf8_lossy(path).trim().to_owned())
}

/// The result of reading a document.
#[derive(Debug)]
pub(super) enum Read {
    /// Its resources: one, or those of a list.
    Resources(Vec<Resource>),
    /// Nothing that Kubernetes would take; what it is instead.
    Nothing(Option<String>),
}

impl Document {
    /// The identity by which documents of both sides are the same: their text, and whether they are from a chart's
    /// `crds/`, for a definition that moves from there or to there is another thing to Helm.
    pub(super) fn identity(&self) -> (bool, &[u8]) {
        (is_from_crds(self.source.as_deref()), &self.text)
    }

    /// The place of the document, for messages.
    fn place(&self) -> String {
        match (&self.source, self.line) {
            (Some(source), 0) => source.clone(),
            (Some(source), line) => format!("{source} (line {line})"),
            (None, line) => format!("the document at line {line}"),
        }
    }

    /// Returns true if the document may have an object, itself or as an item of a list, of a kind that Kubernetes
    /// itself does not have, told by the API groups in its text.
    pub(super) fn may_be_custom(&self) -> bool {
        const KEY: &[u8] = b"apiVersion";
        let mut keys = memchr::memmem::find_iter(&self.text, KEY);
        keys.any(|at| {
            let rest = self.text.get(at + KEY.len()..).unwrap_or_default();
            let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
            let rest = rest.strip_prefix(b":").unwrap_or(rest);
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'/'));
            let group = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let quote = |byte: &&u8| matches!(byte, b' ' | b'"' | b'\'');
            let quotes = group.iter().take_while(quote).count();
            let group = group.get(quotes..).unwrap_or_default();
            // Kubernetes' own groups are ASCII, and without a dot all are its own.
            group.contains(&b'.') && !std::str::from_utf8(group).is_ok_and(kubernetes::has_group)
        })
    }

    /// Reads of the document what tells its resource apart and where it belongs, with the errors of
    /// [`read`](Document::read); lists whole. Says whether it is a part: then there is one resource.
    pub(super) fn read_head(&self, namespace: &str) -> Result<(Read, bool), Error> {
        let is_head = |key: &str| matches!(key, "apiVersion" | "kind" | "metadata" | "items");
        if let Ok(head) = goyaml::parse_keys(&self.text, is_head)
            && matches!(head.kind, Kind::Map(_))
            && head.get("items").is_none()
        {
            let mut resources = Vec::new();
            self.collect(head, namespace, &mut resources);
            if !resources.is_empty() {
                return Ok((Read::Resources(resources), true));
            }
        }
        Ok((self.read(namespace)?, false))
    }

    /// Reads the document; `namespace` is the release's.
    pub(super) fn read(&self, namespace: &str) -> Result<Read, Error> {
        let error = |problem: String| Error {
            place: self.place(),
            problem,
        };
        let lines_before = self.line.saturating_sub(1);
        let root = goyaml::parse_after(&self.text, lines_before);
        let root = root.map_err(|e| error(problem(&e, self.line > 0)))?;
        match &root.kind {
            Kind::Null => return Ok(Read::Nothing(None)),
            Kind::Map(_) => {}
            _ => {
                let kind = root.json_kind();
                return Err(error(format!("it is a JSON {kind}, not a resource")));
            }
        }
        let mut resources = Vec::new();
        self.collect(root, namespace, &mut resources);
        match resources.is_empty() {
            true => Ok(Read::Nothing(Some(format!(
                "{}: it has no kind or no apiVersion, and is left out",
                self.place()
            )))),
            false => Ok(Read::Resources(resources)),
        }
    }

    /// The document's resources; none where it has none or cannot be read.
    pub(super) fn resources(&self, namespace: &str) -> Vec<Resource> {
        match self.read(namespace) {
            Ok(Read::Resources(resources)) => resources,
            Ok(Read::Nothing(_)) | Err(_) => Vec::new(),
        }
    }

    /// The keys of the document's resources, without the rest of them.
    pub(super) fn keys(&self, namespace: &str) -> Vec<Key> {
        match self.read_head(namespace) {
            Ok((Read::Resources(resources), _)) => {
                resources.into_iter().map(|resource| resource.key).collect()
            }
            Ok((Read::Nothing(_), _)) | Err(_) => Vec::new(),
        }
    }

    /// Adds a resource, or the items of a list.
    fn collect(&self, mut node: Node, namespace: &str, resources: &mut Vec<Resource>) {
        let mut open = vec![];
        loop {
            let kind = text_at(&node, &["kind"]);
            if kind.ends_with("List") && node.get("items").is_some() {
                let list = at(&node, &["items"]).map(items).unwrap_or_default();
                // Lists of lists are taken apart without recursion; the order stays.
                open.extend(list.iter().rev().cloned());
            } else if !kind.is_empty() && !text_at(&node, &["apiVersion"]).is_empty() {
                super::node::sort_keys(&mut node);
                resources.push(self.resource(node, namespace));
            }
            match open.pop() {
                Some(next) => node = next,
                None => return,
            }
        }
    }

    fn resource(&self, node: Node, namespace: &str) -> Resource {
        let api_version = escape_controls(text_at(&node, &["apiVersion"])).into_owned();
        let group = kubernetes::group_of(&api_version);
        let text = |path: &[&str]| {
            let text = at(&node, path).and_then(Node::coerced_text);
            escape_controls(&text.unwrap_or_default()).into_owned()
        };
        let name = match text(&["metadata", "name"]) {
            name if name.is_empty() => text(&["metadata", "generateName"]),
            name => name,
        };
        let own = text(&["metadata", "namespace"]);
        let kind = text(&["kind"]);
        let is_cluster_scoped = kubernetes::scope(&api_version, &kind) == Some(Scope::Cluster);
        Resource {
            key: Key {
                group: group.to_owned(),
                kind,
                namespace: match is_cluster_scoped || own == namespace {
                    true => String::new(),
                    false => own,
                },
                name,
                is_cluster_scoped,
                ordinal: 0,
            },
            api_version,
            source: self.source.clone(),
            node,
        }
    }
}

/// The problem with a document, without its values: they may be secrets.
fn problem(error: &goyaml::Error, has_line: bool) -> String {
    let text = match error.kind() {
        ErrorKind::Encoding | ErrorKind::Syntax | ErrorKind::Depth | ErrorKind::Size => {
            // go-yaml counts the document's lines; the mark counts the file's.
            error.problem().to_owned()
        }
        ErrorKind::Alias => "an alias cannot be resolved".into(),
        ErrorKind::DuplicateKey => "a duplicate key".into(),
        _ => "a value that JSON does not have".into(),
    };
    let line = error.mark().line;
    match has_line && line > 0 {
        true => format!("invalid YAML on line {line}: {text}"),
        false => format!("invalid YAML: {text}"),
    }
}

impl Key {
    /// The namespace that the resource is in; `release` is the release's. Empty where the kind is in none.
    pub fn place<'k>(&'k self, release: &'k str) -> &'k str {
        match &*self.namespace {
            "" if !self.is_cluster_scoped => release,
            own => own,
        }
    }

    /// Takes the resource out of its namespace if a definition tells that its kind is in none.
    pub(super) fn apply(&mut self, scopes: &Scopes) {
        if !self.is_cluster_scoped && scopes.defines_cluster_scoped(&self.group, &self.kind) {
            self.is_cluster_scoped = true;
            self.namespace.clear();
        }
    }

    /// The key as helm-diff shows it: `namespace, name, Kind (group)`, the version where there is no
    /// group; without the namespace where the kind is in none.
    pub fn title(&self, namespace: &str, api_version: &str) -> String {
        let group = match &*self.group {
            "" => api_version,
            group => group,
        };
        let mut text = format!("{}, {} ({group})", self.name, self.kind);
        if !self.is_cluster_scoped {
            text = format!("{}, {text}", self.place(namespace));
        }
        if self.ordinal > 0 {
            text.push_str(&format!(" #{}", self.ordinal + 1));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_crds_are_told_from_those_of_templates() {
        for path in [
            "web/crds/a.yaml",
            "web/charts/db/crds/b/a.yaml",
            "a/charts/b/charts/c/crds/d.yaml",
        ] {
            assert!(is_from_crds(Some(path)), "{path}");
        }
        for path in [
            "",
            "crds",
            "crds/a.yaml",
            "web/templates/crds/a.yaml",
            "web/charts/crds/templates/a.yaml",
        ] {
            assert!(!is_from_crds(Some(path)), "{path}");
        }
        assert!(!is_from_crds(None));
    }
}
