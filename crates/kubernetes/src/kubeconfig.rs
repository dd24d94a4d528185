//! kubeconfig files, merged as client-go merges them: the first file that has something counts.

use goyaml::{Kind, Node};

/// The content of kubeconfig files, in their order.
#[derive(Clone, Debug)]
pub struct Kubeconfig<'n> {
    files: Vec<&'n Node>,
}

/// An entry of one of the lists `clusters`, `users`, `contexts`.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'n> {
    /// The number of the file that has it, counted from 0.
    pub file: usize,
    /// Its place in the list, counted from 0.
    pub index: usize,
    /// Its name, empty where there is none; nothing where it is no text.
    pub name: Option<&'n str>,
    /// All of it: `{name: …, context: {…}}`.
    pub node: &'n Node,
}

/// A list of a kubeconfig that is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAList {
    /// The number of the file that has it, counted from 0.
    pub file: usize,
}

impl std::fmt::Display for NotAList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("is not a list")
    }
}

impl std::error::Error for NotAList {}

/// Returns true if a document is a kubeconfig: a map whose kind, if it has one, is `Config`.
pub fn is_kubeconfig(document: &Node) -> bool {
    let kind = text(document, "kind");
    matches!(document.kind, Kind::Map(_)) && kind.is_none_or(|kind| kind == "Config")
}

impl<'n> Kubeconfig<'n> {
    /// The documents of files, of which each [is a kubeconfig](is_kubeconfig) or null.
    pub fn new(files: impl IntoIterator<Item = &'n Node>) -> Kubeconfig<'n> {
        Kubeconfig {
            files: files.into_iter().collect(),
        }
    }

    /// The name of the current context.
    pub fn current_context(&self) -> Option<&'n str> {
        self.files
            .iter()
            .find_map(|file| text(file, "current-context"))
    }

    /// The entries of a list, of all files.
    ///
    /// # Errors
    /// When it is no list in one of them.
    pub fn entries(&self, list: &str) -> Result<Vec<Entry<'n>>, NotAList> {
        let mut entries = Vec::new();
        for (file, document) in self.files.iter().enumerate() {
            let nodes = match document.get(list).map(|list| &list.kind) {
                None | Some(Kind::Null) => continue,
                Some(Kind::Seq(nodes)) => nodes,
                Some(_) => return Err(NotAList { file }),
            };
            entries.extend(nodes.iter().enumerate().map(|(index, node)| Entry {
                file,
                index,
                name: name(node),
                node,
            }));
        }
        Ok(entries)
    }
}

fn name(entry: &Node) -> Option<&str> {
    match entry.get("name") {
        None => Some(""),
        Some(name) if matches!(name.kind, Kind::Null) => Some(""),
        Some(name) => name.as_str(),
    }
}

/// The text of a key, which is not empty.
fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let text = node.get(key).and_then(Node::as_str);
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_first_file_that_has_something_counts() {
        let first = goyaml::parse(b"contexts: [{name: a}, {name: b}]").unwrap();
        let second =
            goyaml::parse(b"current-context: b\ncontexts: [{name: b, context: {}}]").unwrap();
        let config = Kubeconfig::new([&first, &second]);
        assert_eq!(config.current_context(), Some("b"));
        let entries = config.entries("contexts").unwrap();
        let places: Vec<_> = entries
            .iter()
            .map(|entry| (entry.file, entry.index))
            .collect();
        assert_eq!(places, [(0, 0), (0, 1), (1, 0)]);
        assert!(config.entries("users").unwrap().is_empty());
        let names = goyaml::parse(b"users: [{}, {name: null}, {name: 1}, {name: a}]").unwrap();
        let entries = Kubeconfig::new([&names]).entries("users").unwrap();
        let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(names, [Some(""), Some(""), None, Some("a")]);
    }

    #[test]
    fn other_documents_are_no_kubeconfigs() {
        let is = |text: &[u8]| is_kubeconfig(&goyaml::parse(text).unwrap());
        assert!(is(b"{kind: Config}") && is(b"{}"));
        assert!(!is(b"{kind: Pod}") && !is(b"[]") && !is(b"text"));
        let lists = goyaml::parse(b"contexts: {}").unwrap();
        let error = Kubeconfig::new([&lists]).entries("contexts").unwrap_err();
        assert_eq!(error, NotAList { file: 0 });
    }
}
