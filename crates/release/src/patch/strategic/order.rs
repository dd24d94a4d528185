//! The order of lists' items, as Go's `sort` leaves it under comparisons that are no strict orders.

use super::{DELETE, DIRECTIVE, Items, PatchError, go, keyed};
use serde_json::Value;

/// Longer lists are sorted otherwise by Go's `sort.Sort`.
const SHORT: usize = 12;

/// Sorts by texts as Go's `sort.Sort` does with a comparison that is true of equal ones: these end in the opposite order.
pub(super) fn sort_by_text<T>(items: &mut Vec<T>, text: impl Fn(&T) -> String) {
    let mut keyed: Vec<(String, T)> = items.drain(..).map(|item| (text(&item), item)).collect();
    if keyed.len() <= SHORT {
        insertion_sort(&mut keyed, |(a, _), (b, _)| a <= b);
    } else {
        // Of more items, the order of equal ones is not told by anything but Go's choice of pivots.
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    items.extend(keyed.into_iter().map(|(_, item)| item));
}

fn insertion_sort<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        for at in (1..=end).rev() {
            let [.., before, item] = items.get(..=at).unwrap_or_default() else {
                break;
            };
            if !less(item, before) {
                break;
            }
            items.swap(at, at - 1);
        }
    }
}

/// Removes scalars that are there twice. The last one moves into the gap.
pub(super) fn deduplicate(items: &mut Vec<Value>) {
    let mut at = 0;
    while at < items.len() {
        let mut other = at + 1;
        while other < items.len() {
            match items.get(at) == items.get(other) {
                true => drop(items.swap_remove(other)),
                false => other += 1,
            }
        }
        at += 1;
    }
}

/// Where an item is in a list, by its merge key if it is a map.
fn position(list: &[Value], item: &Value, key: &str, items: Items) -> Option<usize> {
    let value = |item: &Value| match (items, item) {
        (Items::Scalars, item) => item.clone(),
        (Items::Maps, item) => item.get(key).cloned().unwrap_or_default(),
    };
    let wanted = value(item);
    list.iter().position(|item| value(item) == wanted)
}

/// Sorts items as another list has them; those to be deleted go to the end.
pub(super) fn like(
    list: Vec<Value>,
    order: &[Value],
    key: &str,
    items: Items,
) -> Result<Vec<Value>, PatchError> {
    let (mut list, deleted) = match items {
        Items::Scalars => (list, Vec::new()),
        Items::Maps => {
            for item in list.iter().chain(order) {
                keyed(item, key)?;
            }
            let is_deleted =
                |item: &Value| item.get(DIRECTIVE).and_then(Value::as_str) == Some(DELETE);
            list.into_iter().partition(|item| !is_deleted(item))
        }
    };
    let mut places: Vec<(Option<usize>, Value)> = list
        .drain(..)
        .map(|item| (position(order, &item, key, items), item))
        .collect();
    match places.iter().all(|(place, _)| place.is_some()) {
        true => places.sort_by_key(|(place, _)| *place),
        false => insertion_sort(&mut places, |(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => a < b,
            _ => true,
        }),
    }
    list.extend(places.into_iter().map(|(_, item)| item));
    list.extend(deleted);
    Ok(list)
}

/// Sorts the items of a patch and those that only the other side has, and joins them.
pub(super) fn joined(
    patch: Vec<Value>,
    other: Vec<Value>,
    patch_order: &[Value],
    other_order: &[Value],
    key: &str,
    items: Items,
) -> Result<Vec<Value>, PatchError> {
    let patch = like(patch, patch_order, key, items)?;
    let other = like(other, other_order, key, items)?;
    let placed = |list: Vec<Value>| {
        let place = |item| (position(other_order, &item, key, items), item);
        list.into_iter().map(place).collect::<Vec<_>>()
    };
    let mut patch = placed(patch).into_iter().peekable();
    let mut other = placed(other).into_iter().peekable();
    let mut joined = Vec::new();
    loop {
        let takes_other = match (other.peek(), patch.peek()) {
            (None, None) => return Ok(joined),
            (None, _) => false,
            (_, None) => true,
            (Some((Some(other), _)), Some((Some(patch), _))) => other < patch,
            _ => false,
        };
        let next = match takes_other {
            true => other.next(),
            false => patch.next(),
        };
        joined.extend(next.map(|(_, item)| item));
    }
}

/// Sorts scalars by what they print.
pub(super) fn sort_scalars(items: &mut Vec<Value>) {
    sort_by_text(items, go::text);
}
