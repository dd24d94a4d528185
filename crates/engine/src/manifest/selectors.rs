//! Labels, and what selectors select.

use super::fields::{at, entries};
use goyaml::Node;
use std::collections::BTreeMap;

/// Labels, or what a selector wants of them.
pub type Labels = BTreeMap<String, String>;

/// Returns true if labels have all that a selector wants.
pub fn is_part(selector: &Labels, labels: &Labels) -> bool {
    let mut pairs = selector.iter();
    pairs.all(|(key, value)| labels.get(key) == Some(value))
}

/// The place of a resource's pod metadata: its own, or that of the pods it makes.
pub fn pod_metadata(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pod" => &["metadata"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "metadata"],
        _ => &["spec", "template", "metadata"],
    }
}

/// The labels of a pod, or of the pods that a workload makes.
pub fn pod_labels(kind: &str, node: &Node) -> Option<Labels> {
    at(node, pod_metadata(kind))?.get("labels").map(labels)
}

/// The labels that a map holds, all as text.
pub fn labels(node: &Node) -> Labels {
    let pairs = entries(node).iter().filter_map(|entry| {
        let value = entry.value.coerced_text()?;
        Some((entry.key.to_string(), value.into_owned()))
    });
    pairs.collect()
}
