//! kubeconfig files, merged as client-go merges them: the first file that has something counts.

mod types;

use gostd::json;
use goyaml::{Kind, Mark, Node};
use std::fmt;
use std::path::Path;

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

/// A text that is no kubeconfig. Its own text is client-go's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(String);

impl ReadError {
    /// The error on several files, or on one that cannot be opened.
    pub fn new(text: impl Into<String>) -> ReadError {
        ReadError(text.into())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

/// Reads a kubeconfig (client-go's `clientcmd.Load`); null where the text is empty.
///
/// # Errors
/// A text that is not YAML, a document of another kind or version, a value of a wrong type, and two entries of a list
/// with the same name.
pub fn read(text: &[u8]) -> Result<Node, ReadError> {
    let document = goyaml::parse(text).map_err(|error| ReadError(error.bare().to_owned()))?;
    check_kind(&document).map_err(ReadError)?;
    types::CONFIG.check(&document).map_err(ReadError)?;
    for (list, of) in [
        ("clusters", "Cluster"),
        ("users", "AuthInfo"),
        ("contexts", "Context"),
    ] {
        check_names(&document, list, of).map_err(ReadError)?;
    }
    Ok(document)
}

/// Checks kind and version, which a kubeconfig may leave out.
fn check_kind(document: &Node) -> Result<(), String> {
    const HEAD: &str = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; \
                        Kind string \"json:\\\"kind,omitempty\\\"\" }";
    let of_no_head = |node: &Node, target: String| {
        let problem = json::mismatch(node.json_kind(), target);
        Err(format!(
            "couldn't get version/kind; json parse error: {problem}"
        ))
    };
    let entries = match &document.kind {
        Kind::Null => return Ok(()),
        Kind::Map(entries) => entries,
        _ => return of_no_head(document, format!("value of type {HEAD}")),
    };
    for entry in entries {
        let is_text = matches!(entry.value.kind, Kind::Str(_) | Kind::Null);
        if matches!(&*entry.key, "apiVersion" | "kind") && !is_text {
            let target = format!("struct field .{} of type string", entry.key);
            return of_no_head(&entry.value, target);
        }
    }
    let version = text(document, "apiVersion").unwrap_or("v1");
    let kind = text(document, "kind").unwrap_or("Config");
    if version.matches('/').count() > 1 {
        return Err(format!("unexpected GroupVersion string: {version}"));
    }
    match (version, kind) {
        ("v1", "Config") => Ok(()),
        _ => Err(format!(
            "no kind {kind:?} is registered for version {version:?} in scheme \"pkg/runtime/scheme.go:111\""
        )),
    }
}

/// Checks that no two entries of a list have the same name. client-go prints all entries, secrets too: that is left out.
fn check_names(document: &Node, list: &str, of: &str) -> Result<(), String> {
    let entries = Kubeconfig::new([document]).entries(list);
    let entries = entries.unwrap_or_default();
    let mut names = std::collections::BTreeSet::new();
    match entries.iter().find(|entry| !names.insert(entry.name)) {
        None => Ok(()),
        Some(entry) => {
            let name = entry.name.unwrap_or_default();
            Err(format!(
                "error converting *[]Named{of} into *map[string]*api.{of}: duplicate name \"{name}\" in list"
            ))
        }
    }
}

/// Makes the relative paths of a kubeconfig's files paths to the file's directory (client-go's `ResolveLocalPaths`).
pub fn resolve_paths(document: &mut Node, directory: &Path) {
    let cluster_files: &[&str] = &["certificate-authority"];
    let user_files = &["client-certificate", "client-key", "tokenFile"];
    for (list, key, files) in [
        ("clusters", "cluster", cluster_files),
        ("users", "user", user_files),
    ] {
        let Some(Kind::Seq(entries)) = document.get_mut(list).map(|list| &mut list.kind) else {
            continue;
        };
        for entry in entries.iter_mut().filter_map(|entry| entry.get_mut(key)) {
            for file in files {
                resolve(entry.get_mut(file), directory);
            }
            // A mere name is looked for in `PATH`.
            let command = entry
                .get_mut("exec")
                .and_then(|exec| exec.get_mut("command"));
            resolve(
                command.filter(|name| name.as_str().is_some_and(|name| name.contains('/'))),
                directory,
            );
        }
    }
}

fn resolve(path: Option<&mut Node>, directory: &Path) {
    let Some(Kind::Str(path)) = path.map(|path| &mut path.kind) else {
        return;
    };
    if !path.is_empty() && Path::new(&**path).is_relative() {
        *path = directory.join(&**path).to_string_lossy().into();
    }
}

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

    /// All files in one: the entries of all lists, and the current context.
    pub fn merged(&self) -> Node {
        let node = |kind| Node {
            mark: Mark::default(),
            kind,
        };
        let mut entries = Vec::new();
        let mut add = |key: &str, kind| {
            entries.push(goyaml::Entry {
                key: key.into(),
                mark: Mark::default(),
                value: node(kind),
            });
        };
        for list in ["clusters", "users", "contexts"] {
            let items = self.entries(list).unwrap_or_default().into_iter();
            add(
                list,
                Kind::Seq(items.map(|item| item.node.clone()).collect()),
            );
        }
        if let Some(context) = self.current_context() {
            add("current-context", Kind::Str(context.into()));
        }
        node(Kind::Map(entries))
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
    fn relative_paths_are_to_the_file() {
        let mut config = read(
            b"clusters: [{name: a, cluster: {certificate-authority: ca.pem}}]\n\
              users: [{name: a, user: {tokenFile: /token, exec: {command: bin/login}}}, {name: b, user: {exec: {command: login}}}]",
        )
        .unwrap();
        resolve_paths(&mut config, Path::new("/etc/kube"));
        let text = goyaml::to_yaml(&config.into_value());
        let text = String::from_utf8(text.unwrap()).unwrap();
        for part in [
            "/etc/kube/ca.pem",
            " /token",
            "/etc/kube/bin/login",
            " login",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
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
