//! The names of list items: the values of their merge keys.

use super::path::Step;
use goyaml::{Kind, Node};
use kubernetes::merge_keys::{self, MergeKey};
use rustc_hash::FxHashSet;

/// The merge keys of lists, if they have any: those of other types than Kubernetes' own do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Names {
    is_builtin: bool,
}

impl Names {
    /// Those of a resource's API group.
    pub(super) fn of_group(group: &str) -> Names {
        Names {
            is_builtin: !group.contains('.') || group.ends_with(".k8s.io"),
        }
    }

    /// The names of a list's items, if all have one and no two the same.
    pub(super) fn of(self, list: &[Step], items: &[Node]) -> Option<Vec<Box<str>>> {
        self.keys(list).find_map(|key| names(key, items))
    }

    /// The names of the items of two lists at one place, and whether their order counts.
    pub(super) fn of_both(
        self,
        list: &[Step],
        old: &[Node],
        new: &[Node],
    ) -> Option<([Vec<Box<str>>; 2], bool)> {
        self.keys(list)
            .find_map(|key| Some(([names(key, old)?, names(key, new)?], key.ordered)))
    }

    fn keys(self, list: &[Step]) -> impl Iterator<Item = &'static MergeKey> {
        let name = match list.last() {
            Some(Step::Key(key)) if self.is_builtin => Some(&**key),
            _ => None,
        };
        name.into_iter().flat_map(merge_keys::of_list)
    }
}

fn names(key: &MergeKey, items: &[Node]) -> Option<Vec<Box<str>>> {
    let mut unique = FxHashSet::default();
    let mut names = Vec::with_capacity(items.len());
    for item in items {
        let name = name(key, item)?;
        if !unique.insert(name.clone()) {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

fn name(key: &MergeKey, item: &Node) -> Option<Box<str>> {
    let mut name = String::new();
    for (number, part) in key.keys.iter().enumerate() {
        let default = merge_keys::default(part);
        let text = match (item.get(part).map(|value| &value.kind), default) {
            (Some(Kind::Str(text)), _) => text.to_string(),
            (Some(Kind::Int(n)), _) => n.to_string(),
            (None | Some(Kind::Null), _) if number == 0 => return None,
            (None | Some(Kind::Null), Some(default)) => default.to_owned(),
            (None | Some(Kind::Null), None) => String::new(),
            _ => return None,
        };
        if number > 0 && !text.is_empty() {
            name.push('/');
        }
        name.push_str(&text);
    }
    matches!(item.kind, Kind::Map(_)).then(|| name.into())
}
