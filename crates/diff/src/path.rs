//! Places inside resources: as JSON Pointers (RFC 6901), as people write them, and as patterns.

use goyaml::{Kind, Node};
use std::fmt;

/// One step down into a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a map.
    Key(Box<str>),
    /// An item of a list.
    Item {
        /// Its index in the old list (in the new one, if it is only there).
        old: usize,
        /// Its index in the new list (in the old one, if it is only there).
        new: usize,
        /// Its merge key's value, if the list has a merge key.
        name: Option<Box<str>>,
    },
}

/// A place inside a resource. Its `Display` is the way people write it:
/// `spec.containers[web].image`, `metadata.labels["helm.sh/chart"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The JSON Pointer in the old resource.
    pub fn old_pointer(&self) -> String {
        self.pointer(|old, _| old)
    }

    /// The JSON Pointer in the new resource.
    pub fn new_pointer(&self) -> String {
        self.pointer(|_, new| new)
    }

    fn pointer(&self, choose: impl Fn(usize, usize) -> usize) -> String {
        let mut pointer = String::new();
        for step in &self.0 {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Step::Item { old, new, .. } => pointer.push_str(&choose(*old, *new).to_string()),
            }
        }
        pointer
    }

    /// The keys, items left out: `spec`, `containers`, `image`.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Item { .. } => None,
        })
    }

    /// Returns true if the keys begin with these.
    pub fn starts_with(&self, keys: &[&str]) -> bool {
        let mut own = self.keys();
        keys.iter().all(|key| own.next() == Some(key))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_plain(key) => {
                    write!(f, "{}{key}", if at > 0 { "." } else { "" })?;
                }
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Item { name, new, .. } => match name {
                    Some(name) if is_plain(name) => write!(f, "[{name}]")?,
                    Some(name) => write!(f, "[{name:?}]")?,
                    None => write!(f, "[{new}]")?,
                },
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !key.is_empty() && key.chars().all(plain)
}

/// A place or several: the way [`Path`] is shown, `*` for any characters of a step, `**` for any
/// steps. It means everything below the place too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Box<str>>);

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("path {text}: {problem}")]
pub struct PatternError {
    text: String,
    problem: &'static str,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let error = |problem| PatternError {
            text: text.into(),
            problem,
        };
        let mut steps: Vec<Box<str>> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix("[\"") {
                let end = inner.find("\"]").ok_or_else(|| error("a [\" has no \"]"))?;
                let (key, after) = inner.split_at(end);
                steps.push(key.into());
                rest = after.get(2..).unwrap_or_default();
            } else if let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']').ok_or_else(|| error("a [ has no ]"))?;
                let (key, after) = inner.split_at(end);
                steps.push(key.into());
                rest = after.get(1..).unwrap_or_default();
            } else {
                let part = rest.strip_prefix('.').filter(|_| !steps.is_empty());
                let part = part.unwrap_or(rest);
                let end = part.find(['.', '[']).unwrap_or(part.len());
                let (key, after) = part.split_at(end);
                if key.is_empty() {
                    return Err(error("a step is empty"));
                }
                steps.push(key.into());
                rest = after;
            }
        }
        match steps.is_empty() {
            true => Err(error("it is empty")),
            false => Ok(Pattern(steps)),
        }
    }

    /// Returns true if the pattern means a place.
    pub(super) fn matches(&self, path: &[Step]) -> bool {
        matches(&self.0, path)
    }
}

fn matches(pattern: &[Box<str>], path: &[Step]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return true;
    };
    if &**first == "**" {
        return (0..=path.len()).any(|at| matches(rest, path.get(at..).unwrap_or_default()));
    }
    let Some((step, below)) = path.split_first() else {
        return false;
    };
    let fits = match step {
        Step::Key(key) => glob(first, key),
        Step::Item { name, new, .. } => {
            name.as_ref().is_some_and(|name| glob(first, name)) || glob(first, &new.to_string())
        }
    };
    fits && matches(rest, below)
}

/// Returns true if a text fits a pattern in which `*` stands for any characters.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Goes through all places of a resource, parents first. Below places for which `visit` says no it
/// does not go.
pub(super) fn walk(
    node: &Node,
    names: super::merge_keys::Names,
    visit: &mut dyn FnMut(&[Step], &Node) -> bool,
) {
    let mut path = Vec::new();
    walk_at(node, names, &mut path, visit);
}

fn walk_at(
    node: &Node,
    names: super::merge_keys::Names,
    path: &mut Vec<Step>,
    visit: &mut dyn FnMut(&[Step], &Node) -> bool,
) {
    if !visit(path, node) {
        return;
    }
    for entry in super::node::entries(node) {
        path.push(Step::Key(entry.key.clone()));
        walk_at(&entry.value, names, path, visit);
        path.pop();
    }
    let items = super::node::items(node);
    let keyed = names.of(path, items);
    for (at, item) in items.iter().enumerate() {
        let name = keyed.as_ref().and_then(|names| names.get(at)).cloned();
        path.push(Step::Item {
            old: at,
            new: at,
            name,
        });
        walk_at(item, names, path, visit);
        path.pop();
    }
}

/// The treatment that [`change`] gives a place it visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visit {
    /// It stays, and what is below it is visited.
    Descend,
    /// It goes; maps that it leaves empty go too.
    Remove,
}

/// Goes through all places of a resource as [`walk`] does, to change them.
pub(super) fn change(
    node: &mut Node,
    names: super::merge_keys::Names,
    visit: &mut dyn FnMut(&[Step], &mut Node) -> Visit,
) {
    change_at(node, names, &mut Vec::new(), visit);
}

/// Gives whether the node stays.
fn change_at(
    node: &mut Node,
    names: super::merge_keys::Names,
    path: &mut Vec<Step>,
    visit: &mut dyn FnMut(&[Step], &mut Node) -> Visit,
) -> bool {
    if visit(path, node) == Visit::Remove {
        return false;
    }
    match &mut node.kind {
        Kind::Map(entries) if !entries.is_empty() => {
            entries.retain_mut(|entry| {
                path.push(Step::Key(entry.key.clone()));
                let stays = change_at(&mut entry.value, names, path, visit);
                path.pop();
                stays
            });
            !entries.is_empty()
        }
        Kind::Seq(items) => {
            let keyed = names.of(path, items);
            let mut at = 0;
            items.retain_mut(|item| {
                let name = keyed.as_ref().and_then(|names| names.get(at)).cloned();
                path.push(Step::Item {
                    old: at,
                    new: at,
                    name,
                });
                let stays = change_at(item, names, path, visit);
                path.pop();
                at += 1;
                stays
            });
            true
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn path() -> Path {
        Path(vec![
            Step::Key("spec".into()),
            Step::Key("containers".into()),
            Step::Item {
                old: 1,
                new: 0,
                name: Some("web".into()),
            },
            Step::Key("a/b~c".into()),
        ])
    }

    #[test]
    fn places_are_shown() {
        assert_eq!(path().to_string(), "spec.containers[web][\"a/b~c\"]");
        assert_eq!(path().old_pointer(), "/spec/containers/1/a~1b~0c");
        assert_eq!(path().new_pointer(), "/spec/containers/0/a~1b~0c");
    }

    #[test]
    fn patterns_match_a_place_and_what_is_below() {
        for pattern in [
            "spec",
            "spec.containers",
            "spec.containers[*]",
            "spec.containers[web]",
            "spec.containers[0][\"a/b~c\"]",
            "spec.containers[w*].a*c",
            "**[\"a/*\"]",
            "**.containers",
        ] {
            assert!(
                Pattern::parse(pattern).unwrap().matches(&path().0),
                "{pattern}"
            );
        }
        for pattern in [
            "spec.container",
            "spec.containers[db]",
            "containers",
            "**.x",
        ] {
            assert!(
                !Pattern::parse(pattern).unwrap().matches(&path().0),
                "{pattern}"
            );
        }
        for pattern in ["", "a..b", "a[\"b", "a[0"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
