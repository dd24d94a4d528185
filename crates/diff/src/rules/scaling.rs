//! Autoscalers and budgets beside what their workloads say themselves.

use super::super::node::{at, text_at};
use super::super::resource::{Key, Resource};
use super::label_index::LabelIndex;
use super::{Problem, RuleInput};
use engine::manifest::selectors::{Labels, is_part, labels, pod_labels};
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// A namespace, a kind and a name.
type Target = (String, String, String);

/// The parts of a side that say how many pods there are.
#[derive(Default)]
struct Side {
    /// The name and the least number of each autoscaler, by what it scales.
    scalers: BTreeMap<Target, (String, i64)>,
    workloads: Vec<Workload>,
    /// The workloads by the labels of their pods.
    by_label: LabelIndex,
    budgets: Vec<(Key, String, Budget)>,
}

/// A workload with the number that it says, and the labels of its pods.
struct Workload {
    target: Target,
    key: Key,
    api_version: String,
    replicas: Option<i64>,
    labels: Labels,
}

struct Budget {
    selector: Labels,
    /// What has to stay.
    least: Amount,
    /// What may go.
    most: Amount,
}

/// A number of pods, or a part of them.
#[derive(Clone, Copy, PartialEq)]
enum Amount {
    None,
    Pods(i64),
    Percent(i64),
}

/// Returns true if a resource is read here.
pub(super) fn matters(resource: &Resource) -> bool {
    matches!(
        &*resource.key.kind,
        "HorizontalPodAutoscaler" | "PodDisruptionBudget" | "Deployment" | "StatefulSet"
    )
}

/// Tells of workloads with a number of replicas that an autoscaler sets, too, where it was not so before.
pub(super) fn against_replicas(input: &RuleInput<'_>) -> Vec<Problem> {
    let Some([old, new]) = sides(input) else {
        return Vec::new();
    };
    let conflicts = |side: &Side| -> BTreeMap<Target, String> {
        let said = side.workloads.iter().filter(|one| one.replicas.is_some());
        let scaled = said.filter_map(|one| {
            let (scaler, _) = side.scalers.get(&one.target)?;
            Some((one.target.clone(), scaler.clone()))
        });
        scaled.collect()
    };
    let (before, now) = (conflicts(&old), conflicts(&new));
    let mut problems = Vec::new();
    for workload in &new.workloads {
        let target = &workload.target;
        let Some(scaler) = now.get(target).filter(|_| !before.contains_key(target)) else {
            continue;
        };
        let Key { kind, name, .. } = &workload.key;
        problems.push(Problem {
            message: format!(
                "{kind} {name} has spec.replicas, which HorizontalPodAutoscaler {scaler} sets, too: each upgrade sets it back"
            ),
            key: workload.key.clone(),
            api_version: workload.api_version.clone(),
        });
    }
    problems
}

/// Tells of budgets that let nothing be evicted, where it was not so before.
pub(super) fn budget_blocks(input: &RuleInput<'_>) -> Vec<Problem> {
    let Some([old, new]) = sides(input) else {
        return Vec::new();
    };
    let blocking = |side: &Side| -> BTreeMap<Key, (String, String)> {
        let blocks = side
            .budgets
            .iter()
            .filter_map(|(key, api_version, budget)| {
                let why = side.blocks(key, budget)?;
                Some((key.clone(), (api_version.clone(), why)))
            });
        blocks.collect()
    };
    let before = blocking(&old);
    let now = blocking(&new)
        .into_iter()
        .filter(|(key, _)| !before.contains_key(key));
    now.map(|(key, (api_version, why))| Problem {
        message: format!(
            "PodDisruptionBudget {} lets no pod be evicted{why}: nodes that run one cannot be drained",
            key.name
        ),
        key,
        api_version,
    })
    .collect()
}

/// Both sides, if anything of them that says how many pods there are has changed, and there was something before.
fn sides(input: &RuleInput<'_>) -> Option<[Side; 2]> {
    let [old, new] = input.rest;
    if !new.iter().any(matters) || old.is_empty() && input.equal.is_empty() {
        return None;
    }
    let mut sides = [Side::default(), Side::default()];
    for (side, (rest, namespace)) in sides.iter_mut().zip(input.sides()) {
        rest.iter().for_each(|resource| side.add(resource));
        let words = [
            &b"HorizontalPodAutoscaler"[..],
            b"PodDisruptionBudget",
            b"replicas",
        ];
        let has = |text: &[u8]| {
            words
                .iter()
                .any(|word| memchr::memmem::find(text, word).is_some())
        };
        for document in input.equal.iter().filter(|document| has(&document.text)) {
            document
                .resources(namespace)
                .iter()
                .for_each(|resource| side.add(resource));
        }
    }
    Some(sides)
}

impl Side {
    fn add(&mut self, resource: &Resource) {
        if !matters(resource) {
            return;
        }
        let (key, node) = (&resource.key, &resource.node);
        let number = |path: &[&str]| match at(node, path)?.kind {
            Kind::Int(number) => Some(number),
            _ => None,
        };
        match &*key.kind {
            "HorizontalPodAutoscaler" => {
                let target = |key| text_at(node, &["spec", "scaleTargetRef", key]).to_owned();
                let least = number(&["spec", "minReplicas"]).unwrap_or(1);
                let target = (key.namespace.clone(), target("kind"), target("name"));
                self.scalers.insert(target, (key.name.clone(), least));
            }
            "PodDisruptionBudget" => {
                let selector = at(node, &["spec", "selector", "matchLabels"]).map(labels);
                let amount = |key| amount(at(node, &["spec", key]));
                let budget = Budget {
                    selector: selector.unwrap_or_default(),
                    least: amount("minAvailable"),
                    most: amount("maxUnavailable"),
                };
                self.budgets
                    .push((key.clone(), resource.api_version.clone(), budget));
            }
            kind => {
                let workload = Workload {
                    target: (key.namespace.clone(), kind.to_owned(), key.name.clone()),
                    key: key.clone(),
                    api_version: resource.api_version.clone(),
                    replicas: number(&["spec", "replicas"]),
                    labels: pod_labels(kind, node).unwrap_or_default(),
                };
                let place = self.workloads.len();
                self.by_label.add(&key.namespace, &workload.labels, place);
                self.workloads.push(workload);
            }
        }
    }

    /// Why a budget lets nothing be evicted, in words that follow what it does.
    fn blocks(&self, key: &Key, budget: &Budget) -> Option<String> {
        match (budget.least, budget.most) {
            (_, Amount::Pods(0) | Amount::Percent(0)) | (Amount::Percent(100..), _) => {
                Some(String::new())
            }
            (Amount::Pods(least), _) if least > 0 && !budget.selector.is_empty() => {
                let candidates = self
                    .by_label
                    .candidates(&key.namespace, &budget.selector)
                    .iter();
                let workloads = candidates.filter_map(|place| self.workloads.get(*place));
                let selected = workloads.filter(|one| is_part(&budget.selector, &one.labels));
                let counts = selected.map(|workload| match self.scalers.get(&workload.target) {
                    Some((_, least)) => workload.replicas.unwrap_or(*least).max(*least),
                    None => workload.replicas.unwrap_or(1),
                });
                let mut counts = counts.peekable();
                counts.peek()?;
                let count: i64 = counts.fold(0, i64::saturating_add);
                (0 < count && count <= least)
                    .then(|| format!(" (minAvailable is {least}, and there are {count})"))
            }
            _ => None,
        }
    }
}

fn amount(node: Option<&Node>) -> Amount {
    let Some(node) = node else {
        return Amount::None;
    };
    let text = node.coerced_text().unwrap_or_default();
    match (text.strip_suffix('%'), text.parse()) {
        (Some(percent), _) => percent.parse().map_or(Amount::None, Amount::Percent),
        (None, Ok(pods)) => Amount::Pods(pods),
        (None, Err(_)) => Amount::None,
    }
}
