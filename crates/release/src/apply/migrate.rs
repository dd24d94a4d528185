//! From client-side writes to server-side apply: the fields that Helm owns change hands (client-go's `csaupgrade`).

use super::super::cluster::{ClusterError, FIELD_MANAGER, PatchType, Resource, Verb};
use super::{Applier, TRIES, kind_of};
use serde_json::{Map, Value, json};

impl Applier<'_> {
    /// Turns what Helm owns of an object by writes of its own into what it owns by apply. `live` is the object as it is.
    pub(super) fn migrate(&self, original: &Resource, live: &Value) -> Result<(), ClusterError> {
        let object = || {
            format!(
                "{}/{} {}",
                original.namespace,
                original.name,
                kind_of(original)
            )
        };
        let mut live = std::borrow::Cow::Borrowed(live);
        let mut tried = 1;
        loop {
            let Some(body) = patch(&live) else {
                return Ok(());
            };
            let patch = PatchType::Json;
            match self.one(original, Verb::Patch { patch, body }) {
                Ok(_) => return Ok(()),
                Err(error) if error.is_conflict() && tried < TRIES => {
                    tried += 1;
                    let now = self.one(original, Verb::Get).map_err(|error| {
                        error.context(format_args!("failed to get object {}", object()))
                    })?;
                    live = std::borrow::Cow::Owned(now);
                }
                Err(error) if error.is_conflict() => return Err(error),
                Err(error) => {
                    let words = format!(
                        "failed to patch object to upgrade CSA field manager {}",
                        object()
                    );
                    return Err(error.context(words));
                }
            }
        }
    }
}

/// The patch of an object's `managedFields`; none where nothing is to do.
fn patch(live: &Value) -> Option<Vec<u8>> {
    let metadata = live.get("metadata")?;
    let before = metadata.get("managedFields")?.as_array()?;
    let is = |entry: &Value, operation: &str| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        text("manager") == FIELD_MANAGER
            && text("operation") == operation
            && text("subresource").is_empty()
    };
    // The newest entry comes first.
    let mut writes = before.iter().filter(|entry| is(entry, "Update"));
    let first = writes.next()?;
    let target = before.iter().find(|entry| is(entry, "Apply"));
    let target = target.unwrap_or(first);
    let fields = |entry: &Value| {
        let fields = entry.get("fieldsV1").and_then(Value::as_object);
        fields.cloned().unwrap_or_default()
    };
    let mut joined = fields(target);
    // Only writes of the same version can be joined; Helm forgets the others.
    let version = |entry: &Value| entry.get("apiVersion").cloned();
    let source = before
        .iter()
        .find(|entry| is(entry, "Update") && version(entry) == version(target));
    if let Some(source) = source {
        join(&mut joined, fields(source));
    }
    let after: Vec<Value> = before
        .iter()
        .filter(|entry| std::ptr::eq(*entry, target) || !is(entry, "Update"))
        .map(|entry| match (std::ptr::eq(entry, target), entry) {
            (true, Value::Object(entry)) => {
                let mut entry = entry.clone();
                entry.insert("operation".into(), Value::from("Apply"));
                entry.insert("fieldsV1".into(), Value::Object(joined.clone()));
                Value::Object(entry)
            }
            (_, entry) => entry.clone(),
        })
        .collect();
    let patch = json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": after},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion")},
    ]);
    serde_json::to_vec(&patch).ok()
}

/// Joins two sets of fields. An empty set below a field means the field itself; with others beside it, `.` does.
fn join(into: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, value) in other {
        let Value::Object(mut value) = value else {
            continue;
        };
        match into.get_mut(&key) {
            Some(Value::Object(there)) if there.is_empty() != value.is_empty() && key != "." => {
                let itself = || Value::Object(Map::new());
                value.entry(".").or_insert_with(itself);
                there.entry(".").or_insert_with(itself);
                join(there, value);
            }
            Some(Value::Object(there)) => join(there, value),
            _ => {
                into.insert(key, Value::Object(value));
            }
        }
    }
}
