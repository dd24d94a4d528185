//! `--recreate-pods` of Helm 3.

use super::super::cluster::{PodSelector, Resource, Verb};
use super::super::readiness::selector_text;
use super::Actions;
use super::hooks::text;
use serde_json::json;

impl Actions<'_> {
    /// Deletes the pods of changed resources, so that others come. What fails there is no failure: Helm only logs it.
    pub(super) fn recreate_pods(&self, updated: &[Resource], target: &[Resource]) {
        for place in updated {
            let resource = target.iter().find(|one| one.is_same_object(place));
            let Some(selector) = resource.and_then(selector) else {
                continue;
            };
            let labels = PodSelector::Labels(&selector);
            let Ok(pods) = self.cluster.pods(&place.namespace, labels) else {
                return;
            };
            for pod in &pods {
                let resource = Resource {
                    version: "v1".into(),
                    kind: "Pod".into(),
                    plural: "pods".into(),
                    is_namespaced: true,
                    namespace: text(pod, "/metadata/namespace").to_owned(),
                    name: text(pod, "/metadata/name").to_owned(),
                    ..Resource::default()
                };
                let uid = text(pod, "/metadata/uid").to_owned();
                let answers = self.cluster.send(&[(&resource, Verb::DeleteOne(uid))]);
                if answers.iter().any(Result::is_err) {
                    return;
                }
            }
        }
    }
}

/// The labels of the pods of a resource, if it has some (client-go's `SelectorsForObject`).
fn selector(resource: &Resource) -> Option<String> {
    let selector = resource.object.pointer("/spec/selector")?;
    match &*resource.kind {
        "ReplicaSet" | "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => {
            Some(selector_text(selector))
        }
        "Service" | "ReplicationController" => {
            Some(selector_text(&json!({ "matchLabels": selector })))
        }
        _ => None,
    }
}
