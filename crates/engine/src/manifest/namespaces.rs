//! Writing a namespace into objects that have none, as an install does (kubectl's `SetNamespace`): into the
//! text, of which every other byte stays as it is.

mod edit;

use super::fields::text_at;
use super::split::split;
use compat::profile::Profile;
use edit::{FORMS, Text};
use goyaml::{Entry, Kind, Node};

/// A document with namespaces in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: Vec<u8>,
    /// The lines that were added, counted from 1 in the new text; none where the document could not be edited
    /// and was written anew.
    pub lines: Option<Vec<usize>>,
}

/// A predicate: true if objects of an `apiVersion` and a `kind` are given a namespace.
pub type IsNamespaced<'f> = &'f dyn Fn(&str, &str) -> bool;

/// The document with `namespace` in all its objects that are in namespaces and name none; nothing where there
/// are no such objects. Lists have it in their items.
pub fn fill(document: &[u8], namespace: &str, is_namespaced: IsNamespaced<'_>) -> Option<Filled> {
    // What is no YAML has failed before, or is none of Kubernetes' objects.
    let mut root = goyaml::parse(document).ok()?;
    let unplaced = unplaced(&root, is_namespaced);
    if unplaced.is_empty() {
        return None;
    }
    let text = Text::new(document, namespace);
    let edits = FORMS.map(|form| {
        let edits = unplaced
            .iter()
            .map(|path| form(&text, metadata(&root, path)?));
        edits.collect::<Option<Vec<_>>>()
    });
    for path in &unplaced {
        take_namespace(&mut root, path);
    }
    let is_same = |filled: &Filled| {
        let Ok(mut read) = goyaml::parse(&filled.text) else {
            return false;
        };
        let mut namespaces = unplaced.iter().map(|path| take_namespace(&mut read, path));
        namespaces.all(|own| own.as_deref() == Some(namespace)) && read.is_same(&root)
    };
    let edited = edits.into_iter().flatten().map(|edits| text.with(edits));
    // A text cannot always be changed for one object alone: several may share an anchor.
    edited.into_iter().find(is_same).or_else(|| {
        for path in &unplaced {
            put_namespace(&mut root, path, namespace);
        }
        let text = goyaml::to_yaml(&root.into_value()).ok()?;
        Some(Filled { text, lines: None })
    })
}

/// [`fill`] for each document of a text, with all that is between them.
pub fn fill_all(text: &[u8], namespace: &str, is_namespaced: IsNamespaced<'_>) -> Vec<u8> {
    let mut all = Vec::with_capacity(text.len());
    let mut done = 0;
    for document in split(text, &Profile::helm4()) {
        if let Some(filled) = fill(document, namespace, is_namespaced) {
            let start = document.as_ptr() as usize - text.as_ptr() as usize;
            all.extend_from_slice(text.get(done..start).unwrap_or_default());
            all.extend_from_slice(&filled.text);
            done = start + document.len();
        }
    }
    all.extend_from_slice(text.get(done..).unwrap_or_default());
    all
}

/// The way from a document to an object in it: indexes of items, from list to list.
type Path = Vec<usize>;

/// The objects that are in namespaces and name none, in their order. Items of a list of one kind need not say
/// what they are.
fn unplaced<'n>(root: &'n Node, is_namespaced: IsNamespaced<'_>) -> Vec<Path> {
    let mut unplaced = Vec::new();
    let mut open = vec![(root, Path::new(), "", "")];
    while let Some((node, path, default_kind, default_version)) = open.pop() {
        let or = |own: &'n str, default| if own.is_empty() { default } else { own };
        let kind = or(text_at(node, &["kind"]), default_kind);
        let version = or(text_at(node, &["apiVersion"]), default_version);
        if let Some(Kind::Seq(items)) = node.get("items").map(|items| &items.kind) {
            let (kind, version) = match kind.strip_suffix("List").unwrap_or_default() {
                "" => ("", ""),
                kind => (kind, version),
            };
            for (index, item) in items.iter().enumerate().rev() {
                let path = [&path[..], &[index]].concat();
                open.push((item, path, kind, version));
            }
            continue;
        }
        let metadata = node.get("metadata");
        let own = metadata.and_then(|metadata| metadata.get("namespace"));
        let is_unplaced = match own.map(|own| &own.kind) {
            None => metadata.is_some_and(|metadata| matches!(metadata.kind, Kind::Map(_))),
            Some(Kind::Str(own)) => own.is_empty(),
            Some(own) => *own == Kind::Null,
        };
        let is_object = !kind.is_empty() && !version.is_empty();
        if is_unplaced && is_object && is_namespaced(version, kind) {
            unplaced.push(path);
        }
    }
    unplaced
}

fn metadata<'n>(root: &'n Node, path: &[usize]) -> Option<&'n Node> {
    let object = path.iter().try_fold(root, |node, index| {
        super::fields::items(node.get("items")?).get(*index)
    });
    object?.get("metadata")
}

/// The entries of an object's metadata.
fn metadata_mut<'n>(root: &'n mut Node, path: &[usize]) -> Option<&'n mut Vec<Entry>> {
    fn value<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
        let Kind::Map(entries) = &mut node.kind else {
            return None;
        };
        let entry = entries.iter_mut().find(|entry| &*entry.key == key);
        entry.map(|entry| &mut entry.value)
    }
    let mut object = root;
    for index in path {
        let Kind::Seq(items) = &mut value(object, "items")?.kind else {
            return None;
        };
        object = items.get_mut(*index)?;
    }
    match &mut value(object, "metadata")?.kind {
        Kind::Map(entries) => Some(entries),
        _ => None,
    }
}

/// Takes the namespace out of an object, and gives it if it is a text.
fn take_namespace(root: &mut Node, path: &[usize]) -> Option<Box<str>> {
    let entries = metadata_mut(root, path)?;
    let at = entries.iter().position(|entry| &*entry.key == NAMESPACE)?;
    match entries.remove(at).value.kind {
        Kind::Str(own) => Some(own),
        _ => None,
    }
}

fn put_namespace(root: &mut Node, path: &[usize], namespace: &str) {
    let mark = goyaml::Mark::default();
    if let Some(entries) = metadata_mut(root, path) {
        let kind = Kind::Str(namespace.into());
        entries.push(Entry {
            key: NAMESPACE.into(),
            mark,
            value: Node { mark, kind },
        });
    }
}

const NAMESPACE: &str = "namespace";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::manifest::Scopes;

    fn is_namespaced(version: &str, kind: &str) -> bool {
        !Scopes::default().is_cluster_scoped(version, kind)
    }

    fn filled(text: &str) -> String {
        let filled = fill(text.as_bytes(), "prod", &is_namespaced).unwrap();
        let lines: Vec<&str> = std::str::from_utf8(&filled.text).unwrap().lines().collect();
        for line in filled.lines.unwrap_or_default() {
            assert!(lines.get(line - 1).unwrap().contains(NAMESPACE), "{text}");
        }
        String::from_utf8(filled.text).unwrap()
    }

    #[test]
    fn a_line_stands_behind_the_name() {
        for (text, expected) in [
            (
                "kind: A\napiVersion: v1\nmetadata:\n  name: a # c\n  labels: {}\nspec: \"x\"\n",
                "kind: A\napiVersion: v1\nmetadata:\n  name: a # c\n  namespace: prod\n  labels: {}\nspec: \"x\"\n",
            ),
            (
                "kind: A\napiVersion: v1\nmetadata:\n    labels: {}\n    name: a",
                "kind: A\napiVersion: v1\nmetadata:\n    labels: {}\n    name: a\n    namespace: prod",
            ),
            (
                "kind: A\r\napiVersion: v1\r\nmetadata:\r\n  name: a\r\n",
                "kind: A\r\napiVersion: v1\r\nmetadata:\r\n  name: a\r\n  namespace: prod\r\n",
            ),
            (
                "kind: A\napiVersion: v1\nmetadata:\n  name: >-\n    a\n  labels: {}\n",
                "kind: A\napiVersion: v1\nmetadata:\n  namespace: prod\n  name: >-\n    a\n  labels: {}\n",
            ),
            (
                "kind: A\napiVersion: v1\nmetadata:\n  generateName: a-\n",
                "kind: A\napiVersion: v1\nmetadata:\n  namespace: prod\n  generateName: a-\n",
            ),
            (
                "kind: A\napiVersion: v1\nmetadata: &m\n  name: a\n",
                "kind: A\napiVersion: v1\nmetadata: &m\n  name: a\n  namespace: prod\n",
            ),
        ] {
            assert_eq!(filled(text), expected);
        }
    }

    #[test]
    fn flow_stays_flow_and_json_json() {
        for (text, expected) in [
            (
                "kind: A\napiVersion: v1\nmetadata: {name: a} # c\n",
                "kind: A\napiVersion: v1\nmetadata: {namespace: prod, name: a} # c\n",
            ),
            (
                "kind: A\napiVersion: v1\nmetadata: {}\n",
                "kind: A\napiVersion: v1\nmetadata: {namespace: prod}\n",
            ),
            (
                r#"{"kind":"A","apiVersion":"v1","metadata":{"name":"a"}}"#,
                r#"{"kind":"A","apiVersion":"v1","metadata":{"namespace":"prod","name":"a"}}"#,
            ),
            (
                "{\n  \"kind\": \"A\", \"apiVersion\": \"v1\",\n  \"metadata\": {\n    \"name\": \"a\"\n  }\n}\n",
                "{\n  \"kind\": \"A\", \"apiVersion\": \"v1\",\n  \"metadata\": {\n    \"namespace\": \"prod\",\n    \
                 \"name\": \"a\"\n  }\n}\n",
            ),
            (
                "{\"kind\":\"A\",\"apiVersion\":\"v1\",\"metadata\":{}}",
                "{\"kind\":\"A\",\"apiVersion\":\"v1\",\"metadata\":{\"namespace\":\"prod\"}}",
            ),
        ] {
            assert_eq!(filled(text), expected);
        }
    }

    #[test]
    fn an_empty_namespace_is_none() {
        for (text, expected) in [
            ("namespace: \"\" # c", "namespace: prod # c"),
            ("namespace: ''", "namespace: prod"),
            ("namespace: ~", "namespace: prod"),
            ("namespace: null", "namespace: prod"),
            ("namespace:", "namespace: prod"),
            ("namespace: # c", "namespace: prod # c"),
            ("\"namespace\": \"\"", "\"namespace\": \"prod\""),
        ] {
            for (before, after) in [
                ("kind: A\napiVersion: v1\nmetadata:\n  ", "\n  name: a\n"),
                ("kind: A\napiVersion: v1\nmetadata:\n  name: a\n  ", "\n"),
            ] {
                let text = format!("{before}{text}{after}");
                assert_eq!(filled(&text), format!("{before}{expected}{after}"));
            }
        }
        let json = r#"{"kind":"A","apiVersion":"v1","metadata":{"name":"a","namespace":""}}"#;
        assert_eq!(filled(json), json.replace("\"\"", "\"prod\""));
    }

    #[test]
    fn items_of_lists_are_objects() {
        let text = "kind: ConfigMapList\napiVersion: v1\nitems:\n- metadata: {name: a}\n- metadata:\n    \
                    name: b\n- kind: Node\n  apiVersion: v1\n  metadata: {name: c}\n";
        // Both forms in one list: there is no edit for all of it.
        assert_eq!(
            filled(text),
            "apiVersion: v1\nitems:\n- metadata:\n    name: a\n    namespace: prod\n- metadata:\n    name: \
             b\n    namespace: prod\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: c\nkind: \
             ConfigMapList\n"
        );
        let text = "kind: List\nitems:\n- kind: A\n  apiVersion: v1\n  metadata:\n    name: a\n- kind: B\n  apiVersion: v1\n  metadata:\n    name: b\n";
        assert_eq!(
            filled(text),
            text.replace("a\n-", "a\n    namespace: prod\n-") + "    namespace: prod\n"
        );
    }

    #[test]
    fn what_shares_its_text_is_written_anew() {
        let text =
            "kind: A\napiVersion: v1\nmetadata: &m {name: a}\nspec: {template: {metadata: *m}}\n";
        assert_eq!(
            filled(text),
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace: prod\nspec:\n  template:\n    metadata:\n      name: a\n"
        );
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "kind: A\napiVersion: v1\nmetadata: {name: a, namespace: b}\n",
            "kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n",
            "kind: ClusterRole\napiVersion: rbac.authorization.k8s.io/v1\nmetadata: {name: a}\n",
            "kind: A\nmetadata: {name: a}\n",
            "apiVersion: v1\nmetadata: {name: a}\n",
            "kind: A\napiVersion: v1\n",
            "kind: A\napiVersion: v1\nmetadata:\n",
            "# nothing\n",
            "- 1\n",
            "a: [\n",
        ] {
            assert_eq!(fill(text.as_bytes(), "prod", &is_namespaced), None);
        }
        let text =
            "# a\n---\nkind: A\napiVersion: v1\nmetadata: {name: a}\n--- # b\n\n---\nkind: B\n";
        assert_eq!(
            fill_all(text.as_bytes(), "1", &is_namespaced),
            text.replace("{", "{namespace: \"1\", ").as_bytes()
        );
    }
}
