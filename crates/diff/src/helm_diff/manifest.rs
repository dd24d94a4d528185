//! Reading a manifest as helm-diff does: documents by their key (its `manifest.Parse`).

use super::super::node::to_yaml;
use gostd::unicode::trim_space;
use goyaml::{Kind, Node};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The text between documents; helm-diff knows no other form.
const SEPARATOR: &[u8] = b"\n---\n";

/// Annotations that mark what `helm test` runs.
const TEST_HOOKS: &[&str] = &["test", "test-success"];

/// A document of a manifest.
#[derive(Clone, Debug)]
pub(super) struct Document<'t> {
    /// `kind`.
    pub(super) kind: String,
    /// The text without white space around it; another one once secrets are redacted.
    pub(super) content: Cow<'t, [u8]>,
    /// True if Helm leaves it in the cluster when the chart lacks it.
    pub(super) kept: bool,
}

/// The documents of a manifest by helm-diff's key, `namespace, name, Kind (group)`.
pub(super) type Index<'t> = BTreeMap<String, Document<'t>>;

/// The documents by the templates that made them (its `reIndexForRelease`): the second one of a template has the number 2 behind
/// the name, and so on.
pub(super) fn by_template(index: Index<'_>) -> Index<'_> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut named = Index::new();
    for document in index.into_values() {
        let first = document.content.split(|byte| *byte == b'\n').next();
        let first = String::from_utf8_lossy(first.unwrap_or_default());
        let mut name = first.replacen("# Source: ", "", 1);
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if named.contains_key(&name) {
            name.push_str(&format!(" {count}"));
        }
        named.insert(name, document);
    }
    named
}

/// Settings of reading a manifest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'r> {
    /// The namespace of documents that name none.
    pub(super) namespace: &'r str,
    /// True if texts are written anew, so that style is no difference.
    pub(super) normalize: bool,
    /// True if tests count.
    pub(super) tests: bool,
}

/// The reason why a manifest cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// A document is no YAML.
    #[error("YAML unmarshal error: {0}")]
    Yaml(goyaml::Error),
}

impl Reading<'_> {
    /// Reads a manifest; keys that are there twice are told to `twice`.
    pub(super) fn index<'t>(
        &self,
        manifest: &'t [u8],
        twice: &mut dyn FnMut(&str),
    ) -> Result<Index<'t>, Error> {
        let mut index = Index::new();
        // What helm-diff cuts starts with a newline of its own: the first line may be a separator.
        let mut rest = manifest.strip_prefix(b"---\n").unwrap_or(manifest);
        while !rest.is_empty() {
            let end = memchr::memmem::find(rest, SEPARATOR).unwrap_or(rest.len());
            let (content, after) = rest.split_at(end);
            self.document(trim_space(content).into(), &mut index, twice)?;
            rest = after.get(SEPARATOR.len()..).unwrap_or_default();
        }
        Ok(index)
    }

    fn document<'t>(
        &self,
        content: Cow<'t, [u8]>,
        index: &mut Index<'t>,
        twice: &mut dyn FnMut(&str),
    ) -> Result<(), Error> {
        if content.is_empty() {
            return Ok(());
        }
        let is_head = |key: &str| matches!(key, "apiVersion" | "kind" | "metadata");
        let head = goyaml::parse_keys(&content, is_head).map_err(Error::Yaml)?;
        let (api_version, kind) = (text(head.get("apiVersion")), text(head.get("kind")));
        if api_version.is_empty() && kind.is_empty() {
            return Ok(());
        }
        if kind.ends_with("List") {
            let list = goyaml::parse(&content).map_err(Error::Yaml)?;
            if let Some(Kind::Seq(items)) = list.get("items").map(|items| &items.kind) {
                for item in items {
                    let content = to_yaml(item).into();
                    self.document(content, index, twice)?;
                }
            }
            return Ok(());
        }
        let metadata = head.get("metadata");
        let field = |name: &str| metadata.and_then(|metadata| metadata.get(name));
        let annotation = |name: &str| field("annotations").and_then(|a| a.get(name));
        let hook = text(annotation("helm.sh/hook"));
        if !self.tests && TEST_HOOKS.contains(&&*hook) {
            return Ok(());
        }
        let name = match annotation("helm-diff/base-name") {
            Some(name) => text(Some(name)),
            None => text(field("name")),
        };
        let namespace = match text(field("namespace")) {
            namespace if namespace.is_empty() => self.namespace.into(),
            namespace => namespace,
        };
        let group = api_version
            .rsplit_once('/')
            .map_or(&*api_version, |(group, _)| group);
        let key = format!("{namespace}, {name}, {kind} ({group})");
        if index.contains_key(&key) {
            twice(&key);
            return Ok(());
        }
        let document = Document {
            kind: kind.into_owned(),
            kept: text(annotation("helm.sh/resource-policy")) == "keep",
            content: match self.normalize {
                true => normalized(&content)?.into(),
                false => content,
            },
        };
        index.insert(key, document);
        Ok(())
    }
}

/// The Go string that a value decodes to.
fn text(node: Option<&Node>) -> Cow<'_, str> {
    let text = node.and_then(Node::coerced_text);
    text.unwrap_or_default()
}

/// The text with its keys sorted and in one style.
fn normalized(content: &[u8]) -> Result<Vec<u8>, Error> {
    let mut node = goyaml::parse(content).map_err(Error::Yaml)?;
    super::super::node::sort_keys(&mut node);
    Ok(to_yaml(&node))
}
