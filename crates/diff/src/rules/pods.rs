//! The pods of a workload, on both sides.

use super::super::node::{at, items, text_at};
use super::super::resource::Resource;
use super::Pair;
use goyaml::Node;

/// The specification of the pods that a resource of Kubernetes' own kinds is or makes.
pub(super) fn pod_spec(resource: &Resource) -> Option<&Node> {
    let path: &[&str] = match (&*resource.key.group, &*resource.key.kind) {
        ("", "Pod") => &["spec"],
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("batch", "Job") => {
            &["spec", "template", "spec"]
        }
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => return None,
    };
    at(&resource.node, path)
}

/// Both sides' pods, where there are pods on the new side and something may have changed in them.
pub(super) fn both<'p>(pair: &Pair<'p>) -> Option<(Option<&'p Node>, &'p Node)> {
    let is_new = pair.old.is_none() && !pair.is_first;
    if pair.fields.is_empty() && !is_new {
        return None;
    }
    let old = pair.old.and_then(pod_spec);
    let new = pod_spec(pair.new?)?;
    Some((old, new))
}

/// All containers of a pod.
pub(super) fn containers(spec: &Node) -> impl Iterator<Item = &Node> {
    let lists = ["initContainers", "containers"];
    let lists = lists.into_iter().map(|key| spec.get(key).map(items));
    lists.flat_map(Option::unwrap_or_default)
}

/// Containers of the new side, each with the old side's of the same name.
pub(super) fn container_pairs<'p>(
    old: Option<&'p Node>,
    new: &'p Node,
) -> impl Iterator<Item = (Option<&'p Node>, &'p Node)> {
    containers(new).map(move |container| {
        let name = text_at(container, &["name"]);
        let mut before = old.into_iter().flat_map(containers);
        let before = before.find(|before| text_at(before, &["name"]) == name);
        (before, container)
    })
}
