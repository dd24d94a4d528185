//! `lookup` on a cluster: what Helm's function makes of the server's answers (`pkg/engine/lookup_func.go`).

use super::super::cluster::{Cluster, LookupFailure, Reference};
use compat::notice::{Level, Notice};
use compat::profile::{CommandLine, Profile};
use gostd::host::{LookupError, Objects, WithObjects};
use gostd::map::Entries;
use gostd::{Entry, GoType, List, Map, Origin, Text, Value};

/// A host whose `lookup` asks a cluster.
pub type LookupHost<'h> = WithObjects<'h, ClusterObjects<'h>>;

/// What a cluster answers.
pub struct ClusterObjects<'h> {
    /// The cluster.
    pub cluster: &'h dyn Cluster,
    /// The Helm to be.
    pub profile: &'h Profile,
    /// Takes what Helm logs meanwhile.
    pub notify: &'h dyn Fn(&[Notice]),
}

impl std::fmt::Debug for ClusterObjects<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterObjects").finish_non_exhaustive()
    }
}

impl ClusterObjects<'_> {
    /// The kinds of a version could not be asked for: Helm logs that twice.
    fn without_kinds(&self, object: &Reference<'_>, cause: &str) -> LookupError {
        let (group_version, kind) = names(object);
        let notices = match self.profile.command_line {
            CommandLine::Helm3 => [
                Notice::log(
                    "lookup_func.go:130",
                    format!(
                        "[ERROR] unable to retrieve resource list for: {group_version} , error: {cause}"
                    ),
                ),
                Notice::log(
                    "lookup_func.go:104",
                    format!(
                        "[ERROR] unable to get apiresource from unstructured: {kind} , error {cause}"
                    ),
                ),
            ],
            CommandLine::Helm4 => [
                Notice::structured(
                    Level::Error,
                    "unable to retrieve resource list",
                    vec![("GroupVersion", group_version), ("error", cause.to_owned())],
                ),
                Notice::structured(
                    Level::Error,
                    "unable to get apiresource",
                    vec![
                        ("groupVersionKind", kind.clone()),
                        ("error", cause.to_owned()),
                    ],
                ),
            ],
        };
        (self.notify)(&notices);
        LookupError(format!(
            "unable to get apiresource from unstructured: {kind}: {cause}"
        ))
    }
}

/// The group with its version, and the kind in it, as Go prints them.
fn names(object: &Reference<'_>) -> (String, String) {
    let (group, version) = object.group_version();
    let group_version = match group {
        "" => version.to_owned(),
        group => format!("{group}/{version}"),
    };
    (
        group_version,
        format!("{group}/{version}, Kind={}", object.kind),
    )
}

impl Objects for ClusterObjects<'_> {
    fn lookup_object(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Map, LookupError> {
        let object = Reference {
            api_version,
            kind,
            namespace,
            name,
        };
        match self.cluster.look_up(&object) {
            Ok(serde_json::Value::Object(fields)) => Ok(map(fields)),
            Ok(_) => Ok(Map::new()),
            Err(LookupFailure::Kinds(error)) => Err(self.without_kinds(&object, &error.message)),
            Err(LookupFailure::Object(error)) => Err(LookupError(error.message)),
        }
    }
}

fn map(fields: serde_json::Map<String, serde_json::Value>) -> Map {
    let mut entries = Entries::new();
    for (key, field) in fields {
        let entry = Entry {
            value: value(field),
            origin: Origin::COMPUTED,
        };
        entries.insert(Text::from(&*key), entry);
    }
    Map::from_entries(GoType::Interface, entries)
}

/// A value as Kubernetes' own JSON reader gives it: numbers without a fraction are int64.
fn value(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(integer) => Value::int64(integer),
            None => Value::Float64(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::from(&*text),
        serde_json::Value::Array(items) => {
            Value::List(List::new(items.into_iter().map(self::value).collect()))
        }
        serde_json::Value::Object(fields) => Value::Map(map(fields)),
    }
}
