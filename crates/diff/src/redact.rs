//! Hiding secrets before anything is shown or judged: only sizes are left.

use super::merge_keys::Names;
use super::node::{entries, map, string, text_at, to_yaml};
use super::path::{Path, Step, Visit, change, walk};
use super::resource::{Key, Resource};
use diagnostics::secrets::{is_secret_name, may_be_secret, url_passwords};
use engine::action::Manifests;
use goyaml::{Entry, Kind, Node};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The visibility of secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Sizes.
    #[default]
    Redact,
    /// Values as they are.
    Show,
    /// Values of Secret `data` decoded.
    Decode,
}

/// Annotations that hold a whole object.
const EMBEDDING: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    "objectset.rio.cattle.io/applied",
    "banzaicloud.com/last-applied",
];

/// The values to hide, and how to hide them.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// The form that hidden values take.
    pub secrets: Secrets,
    /// Parts of names beside [`SECRET_NAMES`](diagnostics::secrets::SECRET_NAMES).
    pub names: Vec<String>,
}

/// Hides in rendered manifests what `diff` hides: the values of Secrets, and those of environment variables,
/// ConfigMaps and annotations that are secret by their names; in lists too. A document that has one is
/// written anew, without its comments, and knows no more where its lines come from.
pub fn hide_secrets(manifests: &mut Manifests) {
    let hooks = manifests.hooks.iter_mut().map(|hook| &mut hook.document);
    for document in manifests.manifests.iter_mut().chain(hooks) {
        // Heads are read of all documents: what is no YAML has failed before.
        let Ok(mut root) = goyaml::parse(&document.text) else {
            continue;
        };
        if hide_in(&mut root) {
            let ended = document.text.ends_with(b"\n");
            document.text = to_yaml(&root);
            document.text.pop_if(|last| *last == b'\n' && !ended);
            document.offset = None;
        }
    }
}

/// Hides the secrets of a resource, or of those in a list. Gives whether there is one.
fn hide_in(root: &mut Node) -> bool {
    let mut any = false;
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if !text_at(node, &["kind"]).ends_with("List") || node.get("items").is_none() {
            any |= hide(node);
        } else if let Kind::Map(fields) = &mut node.kind {
            let items = fields.iter_mut().filter(|field| &*field.key == "items");
            open.extend(items.flat_map(|field| match &mut field.value.kind {
                Kind::Seq(items) => items.iter_mut(),
                _ => [].iter_mut(),
            }));
        }
    }
    any
}

/// Hides the secrets of a resource. Gives whether it has any.
fn hide(node: &mut Node) -> bool {
    let api_version = text_at(node, &["apiVersion"]);
    let resource = || Resource {
        key: Key {
            namespace: String::new(),
            name: String::new(),
            kind: text_at(node, &["kind"]).into(),
            group: api_version
                .rsplit_once('/')
                .map_or("", |(group, _)| group)
                .into(),
            is_cluster_scoped: false,
            ordinal: 0,
        },
        api_version: api_version.into(),
        node: node.clone(),
        source: None,
    };
    // Both sides are the same: nothing has been added or taken away.
    let (mut hidden, mut same) = (resource(), resource());
    Redaction::default().redact(Some(&mut hidden), Some(&mut same));
    let changes = hidden.node != *node;
    *node = hidden.node;
    changes
}

/// Marks of a value that both sides have, that the old one has, that the new one has.
const MARKS: [&str; 3] = ["REDACTED", "--------", "++++++++"];

impl Redaction {
    /// Hides the secrets of both sides of a resource. Values that both sides have at the same place
    /// get another mark than those that differ.
    pub(super) fn redact(&self, old: Option<&mut Resource>, new: Option<&mut Resource>) {
        if self.secrets == Secrets::Show {
            return;
        }
        let mut sides = [old, new];
        for side in sides.iter_mut().flatten() {
            if side.key.kind == "Secret" {
                unify_data(&mut side.node, self.secrets);
            }
        }
        if self.secrets == Secrets::Decode {
            return;
        }
        let secrets = sides.each_ref().map(|side| match side {
            Some(side) => self.find(side),
            None => FxHashMap::default(),
        });
        let [in_old, in_new] = &secrets;
        for (number, side) in sides.into_iter().enumerate() {
            let Some(side) = side else { continue };
            let (own, other) = match number {
                0 => (in_old, in_new),
                _ => (in_new, in_old),
            };
            let names = Names::of_group(&side.key.group);
            change(&mut side.node, names, &mut |path, node| {
                if own.is_empty() || matches!(node.kind, Kind::Map(_) | Kind::Seq(_)) {
                    return Visit::Descend;
                }
                let place = Path(path.to_vec()).to_string();
                if let Some(bytes) = own.get(&place) {
                    let same = other.get(&place) == Some(bytes);
                    let mark = if same { MARKS[0] } else { MARKS[number + 1] };
                    let text = format!("{mark} # ({} bytes)", bytes.len());
                    node.kind = Kind::Str(text.into());
                }
                Visit::Descend
            });
        }
    }

    /// The secrets of a resource, by their place.
    fn find(&self, resource: &Resource) -> FxHashMap<String, Vec<u8>> {
        let names = Names::of_group(&resource.key.group);
        let mut secrets = FxHashMap::default();
        walk(&resource.node, names, &mut |path, node| {
            if !self.is_secret(resource, path, node) {
                return true;
            }
            if let Some(bytes) = bytes(node, resource, path) {
                secrets.insert(Path(path.to_vec()).to_string(), bytes);
            }
            // Below a secret map or list, everything is.
            matches!(node.kind, Kind::Map(_) | Kind::Seq(_))
        });
        secrets
    }

    /// Returns true if everything at a place is secret.
    fn is_secret(&self, resource: &Resource, path: &[Step], node: &Node) -> bool {
        let [first, rest @ ..] = path else {
            return false;
        };
        let Step::Key(first) = first else {
            return false;
        };
        match (&*resource.key.kind, &**first, rest) {
            ("Secret", "apiVersion" | "kind" | "metadata" | "type" | "immutable", _) => {}
            ("Secret", ..) => return true,
            ("ConfigMap", "data" | "binaryData", [Step::Key(key), ..]) => {
                return self.is_secret_value(key, node);
            }
            _ => {}
        }
        if let ("metadata", [Step::Key(annotations), Step::Key(key)]) = (&**first, rest)
            && &**annotations == "annotations"
        {
            return EMBEDDING.contains(&&**key) || embeds_object(node);
        }
        self.is_secret_variable(resource, path, node)
    }

    /// Returns true if a place is in `value` of an item of `env` whose name is that of a secret.
    fn is_secret_variable(&self, resource: &Resource, path: &[Step], node: &Node) -> bool {
        let env = path.iter().rposition(|step| match step {
            Step::Key(key) => &**key == "env",
            Step::Item { .. } => false,
        });
        let Some(env) = env else { return false };
        let Some([Step::Item { old, .. }, Step::Key(value), ..]) = path.get(env + 1..) else {
            return false;
        };
        if &**value != "value" {
            return false;
        }
        let list = path.get(..=env).and_then(|path| find(&resource.node, path));
        let item = list.and_then(|list| super::node::items(list).get(*old));
        item.is_some_and(|item| self.is_secret_value(text_at(item, &["name"]), node))
    }

    /// Returns true if a value is secret because of its name; below a map or list, everything is.
    fn is_secret_value(&self, name: &str, node: &Node) -> bool {
        let may_be = match &node.kind {
            Kind::Map(_) | Kind::Seq(_) => true,
            Kind::Null | Kind::Bool(_) => false,
            _ => node.coerced_text().is_some_and(|text| may_be_secret(&text)),
        };
        may_be && (is_secret_name(name, &self.names) || has_url_password(node))
    }
}

/// Returns true if a text of one line holds a URL with a password.
fn has_url_password(node: &Node) -> bool {
    let text = node.as_str().unwrap_or_default().trim_end();
    !text.contains('\n') && !url_passwords(text.as_bytes()).is_empty()
}

/// Returns true if a text is the JSON of a resource.
fn embeds_object(node: &Node) -> bool {
    let text = node.as_str().map(str::trim_start).unwrap_or_default();
    text.starts_with('{') && text.contains("\"kind\"") && text.contains("\"apiVersion\"")
}

/// The text of a secret value: of Secret `data`, the decoded one. None of maps and lists.
fn bytes(node: &Node, resource: &Resource, path: &[Step]) -> Option<Vec<u8>> {
    let text = match &node.kind {
        Kind::Map(_) | Kind::Seq(_) => return None,
        Kind::Null => return Some(Vec::new()),
        _ => node.coerced_text()?,
    };
    let is_data = matches!(path.first(), Some(Step::Key(key)) if &**key == "data");
    match gostd::base64::decode(text.as_bytes()) {
        Ok(bytes) if is_data && resource.key.kind == "Secret" => Some(bytes),
        _ => Some(text.into_owned().into_bytes()),
    }
}

/// Puts `stringData` into `data`, as Kubernetes does, or for people all of it decoded into
/// `stringData`.
fn unify_data(node: &mut Node, secrets: Secrets) {
    let Kind::Map(fields) = &mut node.kind else {
        return;
    };
    // What is no map stays where it is.
    let is_odd = |entry: &Entry| !matches!(entry.value.kind, Kind::Map(_) | Kind::Null);
    let parts = ["data", "stringData"];
    let part = |entry: &Entry| parts.contains(&&*entry.key);
    if fields.iter().any(|entry| part(entry) && is_odd(entry)) {
        return;
    }
    let mut values: BTreeMap<Box<str>, Node> = BTreeMap::new();
    for name in parts {
        let Some(field) = fields.iter().find(|entry| &*entry.key == name) else {
            continue;
        };
        for entry in entries(&field.value) {
            let value = match (name, secrets, entry.value.coerced_text()) {
                ("stringData", Secrets::Redact, Some(text)) => {
                    string(gostd::base64::encode(text.as_bytes()))
                }
                ("data", Secrets::Decode, Some(text)) => {
                    match gostd::base64::decode(text.as_bytes()) {
                        Ok(bytes) => string(String::from_utf8_lossy(&bytes)),
                        Err(_) => entry.value.clone(),
                    }
                }
                _ => entry.value.clone(),
            };
            values.insert(entry.key.clone(), value);
        }
    }
    fields.retain(|entry| !part(entry));
    if !values.is_empty() {
        let name = match secrets {
            Secrets::Decode => "stringData",
            Secrets::Redact | Secrets::Show => "data",
        };
        let Node { kind, .. } = map([(name.into(), map(values))]);
        if let Kind::Map(entries) = kind {
            fields.extend(entries);
        }
    }
    super::node::sort_keys(node);
}

fn find<'n>(node: &'n Node, path: &[Step]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Item { old, .. } => super::node::items(node).get(*old),
    })
}
