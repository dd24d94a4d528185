//! To which release a resource belongs: three marks that Helm sets on each, and looks for on what exists.

use super::super::cluster::{Cluster, ClusterError, Resource, Verb};
use super::name_of;
use compat::profile::{CommandLine, Profile};
use gostd::strconv::quote;
use serde_json::{Map, Value};

const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "Helm");
const RELEASE_NAME: &str = "meta.helm.sh/release-name";
const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";

/// A release that owns resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
}

impl Owner<'_> {
    /// The annotations that tell of it.
    fn annotations(&self) -> [(&'static str, &str); 2] {
        [
            (RELEASE_NAME, self.name),
            (RELEASE_NAMESPACE, self.namespace),
        ]
    }

    /// The reason why an object is not the release's.
    pub(crate) fn refuse(&self, object: &Value) -> Option<String> {
        let labels = texts(object, "labels");
        let annotations = texts(object, "annotations");
        let label =
            missing(&labels, MANAGED_BY).map(|cause| format!("label validation error: {cause}"));
        let notes = self.annotations();
        let notes = notes.iter().filter_map(|mark| {
            missing(&annotations, *mark)
                .map(|cause| format!("annotation validation error: {cause}"))
        });
        let causes: Vec<String> = label.into_iter().chain(notes).collect();
        match causes.is_empty() {
            true => None,
            false => Some(format!("invalid ownership metadata; {}", causes.join("; "))),
        }
    }
}

/// Marks resources as a release's (Helm's `setMetadataVisitor`).
pub fn claim(resources: &mut [Resource], owner: &Owner<'_>) {
    for resource in resources {
        set(&mut resource.object, "labels", &[MANAGED_BY]);
        set(&mut resource.object, "annotations", &owner.annotations());
    }
}

/// The resources that exist, of those that are to be made new. An owner must be theirs, too; without one
/// (`--take-ownership`) anybody may be.
///
/// # Errors
/// Helm's text on a resource that exists and is not the owner's. What goes before it (`unable to continue with
/// install`) is the caller's.
pub fn existing(
    cluster: &dyn Cluster,
    resources: &[Resource],
    owner: Option<&Owner<'_>>,
    profile: &Profile,
) -> Result<Vec<Resource>, ClusterError> {
    let knows_generated_names = profile.command_line == CommandLine::Helm4;
    let mut asked = Vec::new();
    let mut both_names = false;
    for resource in resources {
        let is_generated = knows_generated_names
            && resource
                .object
                .pointer("/metadata/generateName")
                .and_then(Value::as_str)
                .is_some_and(|name| !name.is_empty());
        match (is_generated, resource.name.is_empty()) {
            (true, true) => {}
            (true, false) => {
                // Those before it are asked for first.
                both_names = true;
                break;
            }
            (false, _) => asked.push(resource),
        }
    }
    let requests: Vec<(&Resource, Verb)> = asked.iter().map(|one| (*one, Verb::Get)).collect();
    let mut found = Vec::new();
    for (resource, answer) in asked.into_iter().zip(cluster.send(&requests)) {
        let live = match answer {
            Ok(live) => live,
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                let words = format!(
                    "could not get information about the resource {}",
                    name_of(resource)
                );
                return Err(error.context(words));
            }
        };
        if let Some(cause) = owner.and_then(|owner| owner.refuse(&live)) {
            return Err(ClusterError::new(format!(
                "{} exists and cannot be imported into the current release: {cause}",
                name_of(resource)
            )));
        }
        found.push(resource.clone());
    }
    match both_names {
        true => Err(ClusterError::new(
            "metadata.name and metadata.generateName cannot both be set",
        )),
        false => Ok(found),
    }
}

/// A map of texts in `metadata`; one with anything else in it counts as empty.
fn texts<'v>(object: &'v Value, field: &str) -> Vec<(&'v str, &'v str)> {
    let map = object
        .get("metadata")
        .and_then(|metadata| metadata.get(field));
    let map = map.and_then(Value::as_object);
    let pairs = map.into_iter().flatten();
    let pairs: Option<Vec<_>> = pairs
        .map(|(key, value)| Some((&**key, value.as_str()?)))
        .collect();
    pairs.unwrap_or_default()
}

/// What is wrong with a mark.
fn missing(texts: &[(&str, &str)], (key, value): (&str, &str)) -> Option<String> {
    let quoted = |text: &str| quote(text.as_bytes());
    match texts.iter().find(|(name, _)| *name == key) {
        None => Some(format!(
            "missing key {}: must be set to {}",
            quoted(key),
            quoted(value)
        )),
        Some((_, actual)) if *actual != value => Some(format!(
            "key {} must equal {}: current value is {}",
            quoted(key),
            quoted(value),
            quoted(actual)
        )),
        Some(_) => None,
    }
}

fn set(object: &mut Value, field: &str, pairs: &[(&str, &str)]) {
    let kept: Vec<(String, Value)> = texts(object, field)
        .into_iter()
        .map(|(key, value)| (key.to_owned(), Value::from(value)))
        .collect();
    let mut map: Map<String, Value> = kept.into_iter().collect();
    for (key, value) in pairs {
        map.insert((*key).to_owned(), Value::from(*value));
    }
    let Some(object) = object.as_object_mut() else {
        return;
    };
    let metadata = object
        .entry("metadata")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.insert(field.to_owned(), Value::Object(map));
    }
}
