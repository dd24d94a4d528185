//! Autoscalers beside what their workloads say themselves.

use super::super::node::{at, text_at};
use super::super::resource::{Key, Resource};
use super::references::each_resource;
use super::{Problem, RuleInput};
use goyaml::Kind;
use std::collections::BTreeMap;

/// Tells of workloads with a number of replicas that an autoscaler sets, too, where it was not so before.
pub(super) fn against_replicas(input: &RuleInput<'_>) -> Vec<Problem> {
    let is_part = |resource: &Resource| {
        resource.key.kind == "HorizontalPodAutoscaler" || has_replicas(resource)
    };
    let [_, new] = input.rest;
    if !new.iter().any(is_part) {
        return Vec::new();
    }
    let before = conflicts(input, 0);
    let conflicts = conflicts(input, 1).into_iter();
    let new_ones = conflicts.filter(|(key, _)| !before.contains_key(key));
    new_ones
        .map(|(key, (api_version, scaler))| Problem {
            message: format!(
                "{} {} has spec.replicas, which HorizontalPodAutoscaler {scaler} sets, too: each upgrade sets it back",
                key.kind, key.name
            ),
            key,
            api_version,
        })
        .collect()
}

fn has_replicas(resource: &Resource) -> bool {
    matches!(&*resource.key.kind, "Deployment" | "StatefulSet")
        && at(&resource.node, &["spec", "replicas"]).is_some_and(|node| node.kind != Kind::Null)
}

/// The workloads of a side that say their replicas and have an autoscaler, with its name.
fn conflicts(input: &RuleInput<'_>, side: usize) -> BTreeMap<Key, (String, String)> {
    let mut scaled = Vec::new();
    each_resource(input, side, "HorizontalPodAutoscaler", &mut |resource| {
        if resource.key.kind == "HorizontalPodAutoscaler" {
            let target = |key| text_at(&resource.node, &["spec", "scaleTargetRef", key]).to_owned();
            let key = &resource.key;
            scaled.push((
                key.namespace.clone(),
                target("kind"),
                target("name"),
                key.name.clone(),
            ));
        }
    });
    let mut conflicts = BTreeMap::new();
    for (namespace, kind, name, scaler) in scaled {
        each_resource(input, side, &name, &mut |resource| {
            let key = &resource.key;
            let is_target = key.namespace == namespace && key.kind == kind && key.name == name;
            if is_target && has_replicas(resource) {
                let of = (resource.api_version.clone(), scaler.clone());
                conflicts.insert(key.clone(), of);
            }
        });
    }
    conflicts
}
