//! The objects that templates look up, as client-go's discovery and dynamic clients ask for them.

use super::connection::{Cluster, Message};
use super::error::Error;
use super::path;
use http::Method;
use release::{ClusterError, LookupFailure, Reference};
use serde::Deserialize;
use serde_json::Value;
use std::rc::Rc;

/// What a server tells of a version of a group.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VersionKinds {
    resources: Vec<VersionKind>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct VersionKind {
    name: String,
    kind: String,
    namespaced: bool,
}

impl Cluster {
    pub(super) fn look_up_object(&self, object: &Reference<'_>) -> Result<Value, LookupFailure> {
        let (group, version) = object.group_version();
        let kinds = self.kinds_of_version(group, version);
        let kinds = kinds.map_err(|error| LookupFailure::Kinds(error.into()))?;
        // Where there is no such kind, client-go asks all the same, at a path that leads nowhere.
        let mut base = "/api".to_owned();
        let mut kind = VersionKind::default();
        let is_it = |one: &&VersionKind| one.kind == object.kind && !one.name.contains('/');
        if let Some(known) = kinds.resources.iter().find(is_it) {
            kind = known.clone();
            base = path::of_version(group, version);
        }
        self.read_object(&base, &kind, object)
            .map_err(LookupFailure::Object)
    }

    fn read_object(
        &self,
        base: &str,
        kind: &VersionKind,
        object: &Reference<'_>,
    ) -> Result<Value, ClusterError> {
        let namespace = match kind.namespaced {
            true => object.namespace,
            false => "",
        };
        path::check("namespace", namespace)?;
        path::check("resource name", object.name)?;
        let mut at = base.to_owned();
        if !namespace.is_empty() {
            path::push(&mut at, "namespaces");
        }
        for part in [namespace, &kind.name, object.name] {
            path::push(&mut at, part);
        }
        let message = Message::new(Method::GET, &at, &[], (&kind.name, object.name));
        let mut answer: Value = match self.send_message(&message) {
            Ok(body) => serde_json::from_slice(&body)
                .map_err(|error| ClusterError::from(Error::Answer(error.to_string())))?,
            Err(error) if error.is_not_found() => return Ok(Value::Null),
            Err(error) => return Err(error.into()),
        };
        if object.name.is_empty() {
            complete_list(&mut answer);
        }
        Ok(answer)
    }

    /// The kinds of a version, which is asked once. There may be no core group at all.
    fn kinds_of_version(&self, group: &str, version: &str) -> Result<Rc<VersionKinds>, Error> {
        let at = path::of_version(group, version);
        if version.is_empty() {
            let text = "groupVersion shouldn't be empty";
            return Err(Error::Unanswered(text.to_owned()));
        }
        if let Some(kinds) = self.version_kinds.borrow().get(&at) {
            return Ok(Rc::clone(kinds));
        }
        let kinds = match self.get(&at, &[("timeout", "32s")], ("", "")) {
            Ok(body) => {
                serde_json::from_slice(&body).map_err(|error| Error::Answer(error.to_string()))?
            }
            Err(error) if at == "/api/v1" && error.is_not_found() => VersionKinds::default(),
            Err(error) => return Err(error),
        };
        let kinds = Rc::new(kinds);
        let known = Rc::clone(&kinds);
        self.version_kinds.borrow_mut().insert(at, known);
        Ok(kinds)
    }
}

/// Servers leave out of a list what each item is: client-go adds it. A list has items, even where there are none.
fn complete_list(list: &mut Value) {
    let text = |name: &str| list.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = text("kind").trim_end_matches("List").to_owned();
    let api_version = text("apiVersion").to_owned();
    let Some(fields) = list.as_object_mut() else {
        return;
    };
    let items = fields.entry("items").or_insert(Value::Null);
    if items.is_null() {
        *items = Value::Array(Vec::new());
    }
    for item in items.as_array_mut().into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for (name, text) in [("kind", &kind), ("apiVersion", &api_version)] {
            let value = item.entry(name).or_insert(Value::Null);
            if value.as_str().is_none_or(str::is_empty) {
                *value = Value::from(&**text);
            }
        }
    }
}
