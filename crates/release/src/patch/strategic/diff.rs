//! The difference of two objects: changes and additions alone, or deletions alone.

use super::order::sort_scalars;
use super::{
    DELETE_FROM_LIST, DIRECTIVE, Fields, MERGE, ORDER, PatchError, REPLACE, RETAIN_KEYS, go,
};
use kubernetes::PatchType;
use serde_json::Value;

/// What differences are told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Differ {
    /// Changes and additions; otherwise deletions.
    pub(super) tells_changes: bool,
    /// The patch of a map names the keys that stay.
    pub(super) retains_keys: bool,
}

impl Differ {
    /// Tells changes and additions.
    pub(super) const CHANGES: Differ = Differ {
        tells_changes: true,
        retains_keys: false,
    };
    /// Tells deletions.
    pub(super) const DELETIONS: Differ = Differ {
        tells_changes: false,
        retains_keys: false,
    };

    /// The patch from one map to another.
    pub(super) fn maps(
        self,
        original: &Fields,
        modified: &Fields,
        of: PatchType,
    ) -> Result<Fields, PatchError> {
        let mut patch = Fields::new();
        for (key, after) in modified {
            let Some(before) = original.get(key) else {
                self.replace(key, after, &mut patch);
                continue;
            };
            if key == DIRECTIVE {
                let (Value::String(before), Value::String(_)) = (before, after) else {
                    let text = format!("invalid value for special key: {DIRECTIVE}");
                    return Err(PatchError(text));
                };
                if after != before {
                    patch.insert(key.clone(), after.clone());
                }
                continue;
            }
            match (before, after) {
                (Value::Object(before), Value::Object(after)) => {
                    self.map_fields(key, before, after, &mut patch, of)?;
                }
                (Value::Array(before), Value::Array(after)) => {
                    self.list_fields(key, before, after, &mut patch, of)?;
                }
                (before, after) if before == after => {}
                (_, after) => self.replace(key, after, &mut patch),
            }
        }
        if !self.tells_changes {
            for key in original.keys().filter(|key| !modified.contains_key(*key)) {
                patch.insert(key.clone(), Value::Null);
            }
        }
        if self.retains_keys {
            retain_keys(original, modified, &mut patch);
        }
        Ok(patch)
    }

    fn replace(self, key: &str, after: &Value, patch: &mut Fields) {
        if self.tells_changes {
            patch.insert(key.to_owned(), after.clone());
        }
    }

    fn map_fields(
        self,
        key: &str,
        before: &Fields,
        after: &Fields,
        patch: &mut Fields,
        of: PatchType,
    ) -> Result<(), PatchError> {
        let field = match of.field(key) {
            Ok(field) => field,
            Err(_) if before == after => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if field.strategy == REPLACE {
            self.replace(key, &Value::Object(after.clone()), patch);
            return Ok(());
        }
        let differ = Differ {
            retains_keys: field.retains_keys,
            ..self
        };
        let inner = differ.maps(before, after, field.field_type)?;
        if !inner.is_empty() {
            patch.insert(key.to_owned(), Value::Object(inner));
        }
        Ok(())
    }

    fn list_fields(
        self,
        key: &str,
        before: &[Value],
        after: &[Value],
        patch: &mut Fields,
        of: PatchType,
    ) -> Result<(), PatchError> {
        let field = match of.list(key) {
            Ok(field) => field,
            Err(_) if before == after => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if field.strategy != MERGE {
            if before != after {
                self.replace(key, &Value::Array(after.to_vec()), patch);
            }
            return Ok(());
        }
        let differ = Differ {
            retains_keys: field.retains_keys,
            ..self
        };
        let difference = differ.lists(before, after, field.field_type, field.merge_key)?;
        let mut add = |key: String, list: Vec<Value>| {
            if !list.is_empty() {
                patch.insert(key, Value::Array(list));
            }
        };
        add(key.to_owned(), difference.items);
        add(format!("{DELETE_FROM_LIST}/{key}"), difference.deletions);
        add(format!("{ORDER}/{key}"), difference.order);
        Ok(())
    }
}

/// Adds the keys that stay where a patch changes or removes something.
fn retain_keys(original: &Fields, modified: &Fields, patch: &mut Fields) {
    let keys = modified.iter().filter(|(_, value)| !value.is_null());
    let mut keys: Vec<Value> = keys.map(|(key, _)| Value::from(&**key)).collect();
    let mut gone = original.iter();
    let some_go = gone.any(|(key, value)| !value.is_null() && !modified.contains_key(key));
    if !keys.is_empty() && (!patch.is_empty() || some_go) {
        sort_scalars(&mut keys);
        patch.insert(RETAIN_KEYS.into(), Value::Array(keys));
    }
}

/// The text by which items are told apart.
pub(super) fn text(value: &Value) -> String {
    go::text(value)
}
