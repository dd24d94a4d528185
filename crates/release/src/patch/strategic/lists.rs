//! The difference of two lists whose items are merged.

use super::diff::{Differ, text};
use super::order::{deduplicate, like, sort_by_text, sort_scalars};
use super::{DELETE, DIRECTIVE, Fields, Items, PatchError, items_of, keyed};
use kubernetes::PatchType;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// How a list changes.
#[derive(Debug, Default)]
pub(super) struct ListDifference {
    /// Items that are changed or added, and maps that are deleted, with the directive.
    pub(super) items: Vec<Value>,
    /// Scalars that are deleted.
    pub(super) deletions: Vec<Value>,
    /// The order of all items.
    pub(super) order: Vec<Value>,
}

impl Differ {
    /// The difference of two lists whose items have the type `of` and are told apart by `key`.
    pub(super) fn lists(
        self,
        original: &[Value],
        modified: &[Value],
        of: PatchType,
        key: &str,
    ) -> Result<ListDifference, PatchError> {
        if original.is_empty() {
            let items = match self.tells_changes {
                true => modified.to_vec(),
                false => Vec::new(),
            };
            return Ok(ListDifference {
                items,
                ..ListDifference::default()
            });
        }
        match items_of(&[original, modified])? {
            Items::Maps => self.lists_of_maps(original, modified, of, key),
            Items::Scalars => self.lists_of_scalars(original, modified),
        }
    }

    fn lists_of_maps(
        self,
        original: &[Value],
        modified: &[Value],
        of: PatchType,
        key: &str,
    ) -> Result<ListDifference, PatchError> {
        let (items, deletions) = self.changes_and_deletions(original, modified, of, key)?;
        let mut items = like(items, modified, key, Items::Maps)?;
        let same_order = is_same_order(original, modified, key)?;
        items.extend(deletions);
        let changes = !items.is_empty() || self.tells_changes && !same_order;
        let order = match changes {
            true => modified
                .iter()
                .map(|item| json!({ key: item.get(key).cloned().unwrap_or_default() }))
                .collect(),
            false => Vec::new(),
        };
        Ok(ListDifference {
            items,
            order,
            ..ListDifference::default()
        })
    }

    /// Walks through both lists, sorted by their items' keys.
    fn changes_and_deletions(
        self,
        original: &[Value],
        modified: &[Value],
        of: PatchType,
        key: &str,
    ) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
        let original = sorted(original, key);
        let modified = sorted(modified, key);
        let (mut before, mut after) = (original.iter().peekable(), modified.iter().peekable());
        let (mut items, mut deletions) = (Vec::new(), Vec::new());
        loop {
            let keys = (
                before.peek().map(|item| keyed(item, key)).transpose()?,
                after.peek().map(|item| keyed(item, key)).transpose()?,
            );
            let order = match (&keys.0, &keys.1) {
                (None, None) => return Ok((items, deletions)),
                (None, _) => Ordering::Greater,
                (_, None) => Ordering::Less,
                (Some((_, before)), Some((_, after))) => text(before).cmp(&text(after)),
            };
            match (order, keys) {
                (Ordering::Equal, (Some((old, _)), Some((new, value)))) => {
                    let mut patch = self.maps(old, new, of)?;
                    if !patch.is_empty() {
                        patch.insert(key.to_owned(), value.clone());
                        items.push(Value::Object(patch));
                    }
                }
                (Ordering::Less, (Some((_, value)), _)) if !self.tells_changes => {
                    deletions.push(json!({ key: value, DIRECTIVE: DELETE }));
                }
                (Ordering::Greater, (_, Some((new, _)))) if self.tells_changes => {
                    items.push(Value::Object(Fields::clone(new)));
                }
                _ => {}
            }
            if order.is_le() {
                before.next();
            }
            if order.is_ge() {
                after.next();
            }
        }
    }

    fn lists_of_scalars(
        self,
        original: &[Value],
        modified: &[Value],
    ) -> Result<ListDifference, PatchError> {
        // Go sorts the original in place and compares it afterwards.
        let mut original = original.to_vec();
        sort_scalars(&mut original);
        let mut sorted = modified.to_vec();
        sort_scalars(&mut sorted);
        let (mut items, mut deletions) = (Vec::new(), Vec::new());
        let (mut before, mut after) = (original.iter().peekable(), sorted.iter().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => break,
                (None, _) => Ordering::Greater,
                (_, None) => Ordering::Less,
                (Some(before), Some(after)) => text(before).cmp(&text(after)),
            };
            let old = before.next_if(|_| order.is_le());
            let new = after.next_if(|_| order.is_ge());
            match order {
                Ordering::Less if !self.tells_changes => deletions.extend(old.cloned()),
                Ordering::Greater if self.tells_changes => items.extend(new.cloned()),
                _ => {}
            }
        }
        deduplicate(&mut deletions);
        let items = like(items, modified, "", Items::Scalars)?;
        let changes = match self.tells_changes {
            true => original != modified,
            false => !deletions.is_empty(),
        };
        let order = match changes {
            true => modified.to_vec(),
            false => Vec::new(),
        };
        Ok(ListDifference {
            items,
            deletions,
            order,
        })
    }
}

/// The items in the order of their keys' texts.
fn sorted(list: &[Value], key: &str) -> Vec<Value> {
    let mut list = list.to_vec();
    sort_by_text(&mut list, |item| {
        text(item.get(key).unwrap_or(&Value::Null))
    });
    list
}

fn is_same_order(original: &[Value], modified: &[Value], key: &str) -> Result<bool, PatchError> {
    if original.len() != modified.len() {
        return Ok(false);
    }
    for (before, after) in original.iter().zip(modified) {
        if keyed(before, key)?.1 != keyed(after, key)?.1 {
            return Ok(false);
        }
    }
    Ok(true)
}
