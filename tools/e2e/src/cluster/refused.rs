//! Refusals of Kubernetes: manifests with one mistake each, sent to a real API server by a dry run.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Result, ensure};
use goyaml::{Kind, Node};
use mutants::{Mutant, to_json};

use super::Cluster;

/// Kinds whose objects are named after what is in them.
const NAMED: &[&str] = &["APIService", "CustomResourceDefinition"];

/// Asks the API server of every mutant and writes down what it says.
pub(super) fn record(cluster: &Cluster) -> Result<String> {
    let text = verdicts(cluster)?;
    fs::write(mutants::dir().join("verdicts.txt"), &text)?;
    Ok(format!("{} verdicts written", text.lines().count()))
}

/// Holds what was written down beside what the API server says.
pub(super) fn as_recorded(cluster: &Cluster) -> Result<String> {
    let recorded = fs::read_to_string(mutants::dir().join("verdicts.txt"))?;
    let text = verdicts(cluster)?;
    let recorded: BTreeSet<&str> = recorded.lines().collect();
    let new: Vec<&str> = text
        .lines()
        .filter(|line| !recorded.contains(line))
        .collect();
    ensure!(
        new.is_empty(),
        "other verdicts than recorded:\n{}",
        new.join("\n")
    );
    let others = mutants::refused()?;
    for other in &others {
        let said = cluster.kubectl.dry_run(&other.text)?;
        ensure!(
            !said.contains(" created (server dry run)"),
            "Kubernetes accepts what {} tells of:\n{}",
            other.rule,
            other.text
        );
    }
    Ok(format!(
        "{} verdicts are as recorded, {} more resources are refused",
        recorded.len(),
        others.len()
    ))
}

fn verdicts(cluster: &Cluster) -> Result<String> {
    let all = mutants::all()?;
    let (named, others): (Vec<_>, Vec<_>) = all
        .iter()
        .enumerate()
        .partition(|(_, mutant)| NAMED.iter().any(|kind| mutant.name.contains(kind)));
    let mut accepted = BTreeSet::new();
    for chunk in others.chunks(200) {
        let texts: Vec<String> = chunk
            .iter()
            .map(|(index, mutant)| to_json(&renamed(mutant, *index)))
            .collect();
        let said = cluster.kubectl.dry_run(&texts.join("\n---\n"))?;
        for line in said.lines() {
            let name = line.split(' ').next().unwrap_or_default();
            let index = name.rsplit("/m").next();
            let index: Option<usize> = index.and_then(|index| index.parse().ok());
            accepted.extend(index.filter(|_| line.ends_with(" created (server dry run)")));
        }
    }
    for (index, mutant) in named {
        let said = cluster.kubectl.dry_run(&to_json(&mutant.node))?;
        if said.trim_end().ends_with(" created (server dry run)") {
            accepted.insert(index);
        }
    }
    let lines = all.iter().enumerate().map(|(index, mutant)| {
        let verdict = match accepted.contains(&index) {
            true => "accepted",
            false => "refused",
        };
        format!("{verdict} {}\n", mutant.name)
    });
    Ok(lines.collect())
}

/// The same resource by the name of its index.
fn renamed(mutant: &Mutant, index: usize) -> Node {
    let mut node = mutant.node.clone();
    if let Kind::Map(entries) = &mut node.kind
        && let Some(metadata) = entries.iter_mut().find(|entry| *entry.key == *"metadata")
        && let Kind::Map(entries) = &mut metadata.value.kind
        && let Some(name) = entries.iter_mut().find(|entry| *entry.key == *"name")
    {
        name.value.kind = Kind::Str(format!("m{index}").into());
    }
    node
}
