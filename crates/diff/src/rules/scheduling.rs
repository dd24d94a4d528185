//! Where pods may run.

use super::super::node::{at, entries, items, same, text_at};
use super::pods::both;
use super::{Pair, Problems};
use goyaml::Node;
use std::collections::BTreeMap;

/// Tells of pods that fewer nodes take.
pub(super) fn narrowed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((Some(old), new)) = both(pair) else {
        return;
    };
    let name = pair.new.map_or("", |new| &*new.key.name);
    let labels = |spec: &Node| -> BTreeMap<String, String> {
        let entries = spec
            .get("nodeSelector")
            .map(entries)
            .unwrap_or_default()
            .iter();
        let text = |node: &Node| node.coerced_text().unwrap_or_default().into_owned();
        entries
            .map(|entry| (entry.key.to_string(), text(&entry.value)))
            .collect()
    };
    let was = labels(old);
    for (key, value) in labels(new) {
        if was.get(&key) != Some(&value) && !(key == "kubernetes.io/os" && value == "linux") {
            problems.add(format!(
                "the pods of {name} run only on nodes with {key}={value} now"
            ));
        }
    }
    let required = [
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ];
    if let Some(now) = at(new, &required)
        && !at(old, &required).is_some_and(|was| same(was, now))
    {
        problems.add(format!(
            "the pods of {name} require other nodes (nodeAffinity)"
        ));
    }
    let list =
        |spec: &'_ Node, path: &[&str]| at(spec, path).map(items).unwrap_or_default().to_vec();
    let came = |path: &[&str], counts: &dyn Fn(&Node) -> bool| {
        let was = list(old, path);
        list(new, path)
            .iter()
            .any(|one| counts(one) && !was.iter().any(|other| same(other, one)))
    };
    let apart = [
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ];
    if came(&apart, &|_| true) {
        problems.add(format!("the pods of {name} must be apart from others now: without enough nodes some do not start (podAntiAffinity)"));
    }
    if came(&["topologySpreadConstraints"], &|one| {
        text_at(one, &["whenUnsatisfiable"]) == "DoNotSchedule"
    }) {
        problems.add(format!("the pods of {name} must be spread now: without enough nodes some do not start (topologySpreadConstraints)"));
    }
    let now = list(new, &["tolerations"]);
    for toleration in list(old, &["tolerations"]) {
        let is_every = |one: &Node| {
            text_at(one, &["key"]).is_empty() && text_at(one, &["operator"]) == "Exists"
        };
        if !now
            .iter()
            .any(|other| same(other, &toleration) || is_every(other))
        {
            let what = match text_at(&toleration, &["key"]) {
                "" => "all taints",
                key => key,
            };
            problems.add(format!(
                "the pods of {name} tolerate {what} no longer: nodes with that taint take none"
            ));
        }
    }
    for (key, what) in [
        ("schedulerName", "another scheduler places them"),
        ("runtimeClassName", "nodes without that runtime take none"),
        (
            "priorityClassName",
            "others may push them out, or they others",
        ),
    ] {
        let default = |text: &'_ str| match (key, text) {
            ("schedulerName", "default-scheduler") => String::new(),
            (_, text) => text.to_owned(),
        };
        let (was, now) = (default(text_at(old, &[key])), default(text_at(new, &[key])));
        if was != now {
            let shown = |text: &str| {
                if text.is_empty() {
                    "none".to_owned()
                } else {
                    text.to_owned()
                }
            };
            problems.add(format!(
                "the pods of {name} have the {key} {}, before {}: {what}",
                shown(&now),
                shown(&was)
            ));
        }
    }
}

/// Tells of pods that may all run on one node.
pub(super) fn spread_removed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((Some(old), new)) = both(pair) else {
        return;
    };
    let name = pair.new.map_or("", |new| &*new.key.name);
    let is_there = |spec: &Node, path: &[&str]| {
        let node = at(spec, path);
        node.is_some_and(|node| !items(node).is_empty() || !entries(node).is_empty())
    };
    for path in [
        &["affinity", "podAntiAffinity"][..],
        &["topologySpreadConstraints"],
    ] {
        if is_there(old, path) && !is_there(new, path) {
            problems.add(format!(
                "the pods of {name} lose {}: all of them may run on one node",
                path.join(".")
            ));
        }
    }
}
