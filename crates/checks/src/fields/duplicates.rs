//! Lists that may not have the same item twice.

use super::{Check, Step};
use crate::rules;
use goyaml::Node;
use kubernetes::fields::Field;
use rustc_hash::FxHashMap;

/// Lists by name of which an API server takes the same name twice: the last one counts. (Helm 4 applies on the
/// server's side, which refuses them.)
const OVERRIDDEN: &[&str] = &["env", "ports", "imagePullSecrets", "hostAliases", "secrets"];

impl<'r> Check<'r> {
    /// Tells of items that a list has twice.
    pub(super) fn repeated(&mut self, list: &'r [Node], field: Field<'static>) {
        let keys: Vec<&str> = field.keys().collect();
        if list.len() < 2 || keys.is_empty() && !field.is_set() {
            return;
        }
        let mut first_items: FxHashMap<Vec<String>, &Node> = FxHashMap::default();
        for (index, item) in list.iter().enumerate() {
            let Some(name) = name(item, &keys) else {
                continue;
            };
            let Some(first) = first_items.get(&name) else {
                first_items.insert(name, item);
                continue;
            };
            let (same, first) = (first.is_same(item), first.mark);
            // An item that is nothing but its name is the same.
            let rule = match keys.is_empty() || self.overrides(field.name) {
                true if same => &rules::REPEATED_ITEM,
                true => &rules::OVERRIDDEN_ITEM,
                false => &rules::DUPLICATE_ITEM,
            };
            let what = match keys.is_empty() {
                true => String::new(),
                false => format!(" with the {} {}", keys.join(" and "), name.join(" and ")),
            };
            self.path.push(Step::Index(index));
            let message = format!(
                "{} of {} is the second item{what}",
                self.display_path(None),
                self.resource.title(),
            );
            self.path.pop();
            let first = self.at(first);
            self.add(
                self.finding(rule, item.mark, message)
                    .relate(first, "the first one"),
            );
        }
    }

    /// Returns true if of two items the last one counts. Ports of a Service are unique.
    fn overrides(&self, list: &str) -> bool {
        OVERRIDDEN.contains(&list) && self.resource.kind != "Service"
    }
}

/// The name of an item among others: its keys' values, or itself.
fn name(item: &Node, keys: &[&str]) -> Option<Vec<String>> {
    if keys.is_empty() {
        return Some(vec![item.coerced_text()?.into_owned()]);
    }
    let values = keys.iter().enumerate().map(|(at, key)| {
        let value = item.get(key).and_then(Node::coerced_text);
        match (value, at) {
            (Some(value), _) => Some(value.into_owned()),
            (None, 0) => None,
            (None, _) => Some(
                kubernetes::merge_keys::default(key)
                    .unwrap_or_default()
                    .into(),
            ),
        }
    });
    values.collect()
}
