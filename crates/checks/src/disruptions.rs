//! Budgets of disruptions and autoscalers beside the workloads that they are for.

use crate::pods::containers;
use crate::required::pod_spec;
use crate::selectors::pods;
use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, items, text_at};
use engine::manifest::selectors::{Labels, is_part, labels};
use goyaml::{Kind, Node};
use std::cell::LazyCell;

/// Looks at what a complete release has of both.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let pods = LazyCell::new(|| pods(release));
    for resource in release.resources {
        match (resource.group(), &*resource.kind) {
            ("policy", "PodDisruptionBudget") => findings.extend(budget(release, &pods, resource)),
            ("autoscaling", "HorizontalPodAutoscaler") => {
                findings.extend(metrics(release, resource));
            }
            _ => {}
        }
    }
    findings
}

/// The workload that an autoscaler scales.
fn target<'r>(release: &'r Release<'_>, scaler: &Resource) -> Option<&'r Resource> {
    let target = at(&scaler.node, &["spec", "scaleTargetRef"])?;
    let (kind, name) = (text_at(target, &["kind"]), text_at(target, &["name"]));
    let here = release.namespace_of(scaler);
    release.resources.iter().find(|other| {
        other.kind == kind && other.name == name && release.namespace_of(other) == here
    })
}

/// A budget that lets no pod of several go.
fn budget(
    release: &Release<'_>,
    pods: &[(&str, Labels, &Resource)],
    budget: &Resource,
) -> Option<Finding> {
    let spec = budget.node.get("spec")?;
    let selector = at(spec, &["selector", "matchLabels"]).map(labels)?;
    let here = release.namespace_of(budget);
    let workloads = pods
        .iter()
        .filter(|(namespace, labels, _)| *namespace == here && is_part(&selector, labels));
    let mut workloads = workloads.map(|(.., workload)| *workload);
    let (Some(workload), None) = (workloads.next(), workloads.next()) else {
        return None;
    };
    let mut scalers = release.resources.iter();
    let is_scaled = scalers.any(|other| {
        other.kind == "HorizontalPodAutoscaler"
            && target(release, other).is_some_and(|of| std::ptr::eq(of, workload))
    });
    let replicas = match at(&workload.node, &["spec", "replicas"])?.kind {
        Kind::Int(replicas) if replicas > 1 && !is_scaled => replicas,
        _ => return None,
    };
    let (least, most) = (spec.get("minAvailable"), spec.get("maxUnavailable"));
    let blocks = |node: &Node| match &node.kind {
        Kind::Int(number) => match most.is_some() {
            true => *number == 0,
            false => *number >= replicas,
        },
        Kind::Str(text) => &**text == if most.is_some() { "0%" } else { "100%" },
        _ => false,
    };
    let node = most.or(least).filter(|node| blocks(node))?;
    let message = format!(
        "{} lets none of the {replicas} pods of {} go",
        budget.title(),
        workload.title()
    );
    let finding = Finding::new(&rules::BLOCKED_EVICTION, budget.at(node.mark), message);
    Some(finding.of(budget))
}

/// Shares of what containers request, where one requests nothing.
fn metrics(release: &Release<'_>, scaler: &Resource) -> Vec<Finding> {
    let Some((workload, spec)) = target(release, scaler).and_then(|of| Some((of, pod_spec(of)?)))
    else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for metric in at(&scaler.node, &["spec", "metrics"])
        .map(items)
        .unwrap_or_default()
    {
        let Some(name) = at(metric, &["resource", "name"]) else {
            continue;
        };
        let text = name.as_str().unwrap_or_default();
        let asks_share = at(metric, &["resource", "target", "averageUtilization"]).is_some();
        if !asks_share || !matches!(text, "cpu" | "memory") {
            continue;
        }
        let lacks = |container: &&Node| {
            let amount = |field| at(container, &["resources", field, text]);
            amount("requests").is_none() && amount("limits").is_none()
        };
        let later = spec.get("initContainers").map(items).unwrap_or_default();
        let is_first = |container: &&Node| later.iter().any(|one| std::ptr::eq(one, *container));
        let mut running = containers(spec).filter(|container| !is_first(container));
        if let Some(container) = running.find(lacks) {
            let message = format!(
                "{} scales by a share of the {text} that containers request, and {} of {} requests none",
                scaler.title(),
                text_at(container, &["name"]),
                workload.title()
            );
            let finding = Finding::new(&rules::UNMEASURED_SCALING, scaler.at(name.mark), message);
            findings.push(finding.of(scaler));
        }
    }
    findings
}
