//! What an update would make of what lives, as the plugin helm-diff asks the server: a merge of three states, which the server
//! makes and does not keep (its `manifest.Generate`).

use super::cluster::{Cluster, ClusterError, Resource, Verb};
use super::patch::{Patch, create as create_patch, create_merge};
use gostd::json;
use gostd::strconv::quote;
use serde_json::Value;

const SEPARATOR: &str = "\n---\n";

/// Annotations that are the cluster's.
const OF_CLUSTER: &[&str] = &[
    "meta.helm.sh/release-name",
    "meta.helm.sh/release-namespace",
    "deployment.kubernetes.io/revision",
];

/// Two manifests: what the cluster has of the objects of a release, and what an update to `target` would make of them.
/// `original` is the manifest of the release.
///
/// # Errors
/// helm-diff's text.
pub fn three_way_manifests(
    cluster: &dyn Cluster,
    original: &str,
    target: &str,
) -> Result<(String, String), ClusterError> {
    let build = |manifest: &str, which: &str| {
        let built = cluster.build(manifest, false);
        built.map_err(|error| {
            error.context(format_args!(
                "unable to build kubernetes objects from {which} release manifest"
            ))
        })
    };
    let original = build(original, "original")?;
    let target = build(target, "new")?;
    let (mut old, mut new) = (String::new(), String::new());
    let is_same = |a: &Resource, b: &Resource| a.is_same_object(b) && a.version == b.version;
    for one in &original {
        if !target.iter().any(|other| is_same(one, other)) {
            add(&mut old, &one.object)?;
        }
    }
    let unable = "could not get information about the resource";
    for one in &target {
        if original.iter().any(|other| is_same(one, other)) {
            continue;
        }
        // What exists already is taken for the release's.
        if let Err(error) = get(cluster, one) {
            return Err(error.context(unable).context(
                "rendered manifests contain a resource that already exists. Unable to continue with update",
            ));
        }
    }
    for one in &target {
        let Some(live) = get(cluster, one).map_err(|error| error.context(unable))? else {
            add(&mut new, &one.object)?;
            continue;
        };
        add(&mut old, &tidy(live.clone()))?;
        let before = original.iter().find(|other| other.is_same_object(one));
        let before = before.unwrap_or(one);
        let patch = patch(before, one, &live)?;
        let Patch { patch, body } = patch;
        let answer = cluster
            .send(&[(one, Verb::Try(Box::new(Verb::Patch { patch, body })))])
            .pop();
        let merged = answer.unwrap_or(Ok(Value::Null)).map_err(|error| {
            let name = quote(one.name.as_bytes());
            error.context(format_args!("cannot patch {name} with kind {}", one.kind))
        })?;
        add(&mut new, &tidy(merged))?;
    }
    Ok((old, new))
}

fn patch(before: &Resource, after: &Resource, live: &Value) -> Result<Patch, ClusterError> {
    // helm-diff, unlike Helm, takes these for objects of unknown types.
    let patch = match &*after.kind {
        "CustomResourceDefinition" => create_merge(&before.object, &after.object),
        _ => create_patch(after, &before.object, &after.object, live, false),
    };
    patch.map_err(|error| ClusterError::new(error.to_string()))
}

/// The object as it is now, if it is there.
fn get(cluster: &dyn Cluster, resource: &Resource) -> Result<Option<Value>, ClusterError> {
    match cluster.send(&[(resource, Verb::Get)]).pop() {
        Some(Ok(live)) => Ok(Some(live)),
        Some(Err(error)) if !error.is_not_found() => Err(error),
        _ => Ok(None),
    }
}

fn add(manifest: &mut String, object: &Value) -> Result<(), ClusterError> {
    let wrong = |error: &dyn std::fmt::Display| ClusterError::new(error.to_string());
    let value = json::decode(object.to_string().as_bytes()).map_err(|error| wrong(&error))?;
    let text = goyaml::to_yaml(&value).map_err(|error| wrong(&error))?;
    manifest.push_str(SEPARATOR);
    manifest.push_str(&String::from_utf8_lossy(&text));
    Ok(())
}

/// The object without what the cluster adds.
fn tidy(mut object: Value) -> Value {
    let Some(fields) = object.as_object_mut() else {
        return object;
    };
    fields.remove("status");
    let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) else {
        return object;
    };
    for field in [
        "managedFields",
        "generation",
        "creationTimestamp",
        "resourceVersion",
        "uid",
    ] {
        metadata.remove(field);
    }
    let annotations = metadata.get_mut("annotations");
    if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
        annotations.retain(|name, _| !OF_CLUSTER.contains(&&**name));
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    object
}
