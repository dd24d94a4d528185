//! The targets of selectors: a workload's own pods, and the pods of the release.

use crate::required::pod_spec;
use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest;
use engine::manifest::fields::{at, entries, items};
use engine::manifest::selectors::{Labels, is_part, labels, pod_labels};
use goyaml::Node;

/// Looks at workloads' selectors beside the labels of the pods that they make.
pub(crate) fn own(release: &Release<'_>) -> Vec<Finding> {
    release.resources.iter().filter_map(own_pods).collect()
}

fn own_pods(resource: &Resource) -> Option<Finding> {
    let path: &[&str] = match (resource.group(), &*resource.kind) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
            &["spec", "selector", "matchLabels"]
        }
        ("", "ReplicationController") => &["spec", "selector"],
        _ => return None,
    };
    let node = at(&resource.node, path)?;
    let pods = pod_labels(&resource.kind, &resource.node).unwrap_or_default();
    let different = entries(node).iter().find(|entry| {
        let value = entry.value.coerced_text().unwrap_or_default();
        pods.get(&*entry.key) != Some(&value.into_owned())
    })?;
    let message = match pods.get(&*different.key) {
        Some(is) => format!(
            "{} selects {key}={}, but its own pods have {key}={is}",
            resource.title(),
            different.value.coerced_text().unwrap_or_default(),
            key = different.key,
        ),
        None => format!(
            "{} selects by the label {}, which its own pods do not have",
            resource.title(),
            different.key
        ),
    };
    let at = resource.at(different.mark);
    Some(Finding::new(&rules::SELECTOR_MISMATCH, at, message).of(resource))
}

/// Pods, or other candidates, that are looked at for a slip of the pen: in a release of thousands it would take for ever.
pub(crate) const MOST_CANDIDATES: usize = 300;

/// What is a pod or makes pods, with its namespace and the labels of the pods.
pub(crate) fn pods<'r>(release: &'r Release<'_>) -> Vec<(&'r str, Labels, &'r Resource)> {
    let all = release.resources.iter().filter_map(|resource| {
        let labels = pod_labels(&resource.kind, &resource.node)?;
        Some((release.namespace_of(resource), labels, resource))
    });
    all.collect()
}

/// Looks at what Services and other resources select of the release.
pub(crate) fn others(release: &Release<'_>) -> Vec<Finding> {
    let pods = pods(release);
    let mut findings = Vec::new();
    for resource in release.resources {
        for (node, what) in selectors(resource) {
            let labels_of = labels(node);
            if labels_of.is_empty() || labels_of.len() < entries(node).len() {
                continue;
            }
            let own = release.namespace_of(resource);
            let (here, there): (Vec<_>, Vec<_>) =
                pods.iter().partition(|(namespace, ..)| *namespace == own);
            let here: Vec<&Labels> = here.into_iter().map(|(_, labels, _)| labels).collect();
            if here.iter().any(|labels| is_part(&labels_of, labels)) {
                continue;
            }
            let elsewhere = there
                .iter()
                .find(|(_, labels, _)| is_part(&labels_of, labels));
            let elsewhere = elsewhere.map(|(namespace, ..)| *namespace);
            findings.extend(nothing(
                resource,
                (node, what),
                &labels_of,
                &here,
                elsewhere,
            ));
        }
    }
    findings
}

/// What a selector is for, which decides what its having no pods says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Traffic: without pods there is none.
    Service,
    /// Pods that need not be there.
    Budget,
    /// Pods of the release or of others.
    Other,
}

/// The labels that a resource selects pods by, where it does so by labels alone.
fn selectors(resource: &Resource) -> Vec<(&Node, Purpose)> {
    let by_labels = |selector: &'_ Node| -> bool {
        let others = selector.get("matchExpressions").map(items);
        others.unwrap_or_default().is_empty()
    };
    let of = |path: &[&str], purpose: Purpose| {
        let selector = at(&resource.node, path).filter(|selector| by_labels(selector));
        let labels = selector.and_then(|selector| selector.get("matchLabels"));
        labels.map(|labels| (labels, purpose)).into_iter().collect()
    };
    match (resource.group(), &*resource.kind) {
        ("", "Service") => {
            let selector = at(&resource.node, &["spec", "selector"]);
            selector
                .map(|node| (node, Purpose::Service))
                .into_iter()
                .collect()
        }
        ("policy", "PodDisruptionBudget") => of(&["spec", "selector"], Purpose::Budget),
        ("networking.k8s.io", "NetworkPolicy") => of(&["spec", "podSelector"], Purpose::Other),
        _ => pod_spec(resource).map_or_else(Vec::new, |spec| {
            let terms = placement(spec).into_iter();
            let terms = terms.filter_map(|term| term.get("labelSelector"));
            let labels = terms.filter(|selector| by_labels(selector));
            let labels = labels.filter_map(|selector| selector.get("matchLabels"));
            labels.map(|labels| (labels, Purpose::Other)).collect()
        }),
    }
}

/// What of a pod's placement looks at other pods.
fn placement(spec: &Node) -> Vec<&Node> {
    let spreads = spec.get("topologySpreadConstraints").map(items);
    let mut terms: Vec<&Node> = spreads.unwrap_or_default().iter().collect();
    for when in ["required", "preferred"] {
        let list = format!("{when}DuringSchedulingIgnoredDuringExecution");
        let list = at(spec, &["affinity", "podAntiAffinity", &list]).map(items);
        let list = list.unwrap_or_default().iter();
        terms.extend(list.map(|term| term.get("podAffinityTerm").unwrap_or(term)));
    }
    terms
}

fn nothing(
    resource: &Resource,
    (node, purpose): (&Node, Purpose),
    selector: &Labels,
    pods: &[&Labels],
    elsewhere: Option<&str>,
) -> Option<Finding> {
    let place = resource.at(node.mark);
    let title = resource.title();
    // Pods that are not there do no harm to others than a Service.
    if let Some(slip) = nearly(selector, pods, purpose != Purpose::Service) {
        let entry = entries(node).iter().find(|entry| *entry.key == **slip.key);
        let place = entry.map_or(place, |entry| resource.at(entry.mark));
        let value = selector.get(slip.key).map_or("", |value| value);
        let message = format!(
            "{title} selects no pod of the release: it wants {}={value}",
            slip.key
        );
        let finding = Finding::new(&rules::SELECTS_NOTHING, place, message);
        return Some(finding.suggest(slip.help));
    }
    if let Some(namespace) = elsewhere.filter(|_| purpose == Purpose::Service) {
        let message = format!("{title} selects no pod of its namespace");
        let finding = Finding::new(&rules::SELECTS_NOTHING, place, message);
        return Some(finding.suggest(format!("its pods are in the namespace {namespace}")));
    }
    if purpose == Purpose::Other {
        return None;
    }
    let message = format!("{title} selects no pod of the release");
    Some(Finding::new(&rules::SELECTS_NOTHING_HERE, place, message))
}

/// The one label by which a selector selects nothing, and what to do.
pub(crate) struct Slip<'a> {
    pub(crate) key: &'a String,
    pub(crate) help: String,
}

/// The one label that is wrong, where others have all the rest of what a selector wants. With `is_careful`, only a slip of the pen
/// counts, since another value or label may be that of something which is not there.
pub(crate) fn nearly<'a>(
    selector: &'a Labels,
    others: &[&'a Labels],
    is_careful: bool,
) -> Option<Slip<'a>> {
    let slip = |labels: &&'a Labels| {
        let mut different = selector
            .iter()
            .filter(|(key, value)| labels.get(*key) != Some(value));
        let (key, value) = different.next()?;
        if different.next().is_some() {
            return None;
        }
        let is_alone = selector.len() == 1;
        let help = match labels.get(key) {
            Some(is) if is_slip(value, is) => suggest::did_you_mean(is),
            Some(_) if is_careful || is_alone => return None,
            Some(is) => format!("pods with its other labels have {key}={is}"),
            None => {
                let same = labels.iter().filter(|(_, is)| *is == value);
                let near = suggest::nearest(key, same.map(|(key, _)| key.as_str()));
                match near {
                    Some(near) => suggest::did_you_mean(near),
                    None if is_careful || is_alone || !OF_CHARTS.contains(&key.as_str()) => {
                        return None;
                    }
                    None => format!("pods with its other labels have no {key}"),
                }
            }
        };
        Some(Slip { key, help })
    };
    others.iter().take(MOST_CANDIDATES).find_map(slip)
}

/// Labels that charts give their pods; others may come from whoever runs them.
const OF_CHARTS: [&str; 7] = [
    "app",
    "app.kubernetes.io/component",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/name",
    "component",
    "release",
    "tier",
];

/// Values of three letters or more, one slip apart, of letters alone.
fn is_slip(value: &str, is: &str) -> bool {
    let is_word = |text: &str| text.len() > 2 && !text.bytes().any(|b| b.is_ascii_digit());
    let is_plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
    is_word(value)
        && is_word(is)
        && !is_plural(value, is)
        && !is_plural(is, value)
        && suggest::nearest(value, [is]).is_some()
}
