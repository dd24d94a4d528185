//! Rules on what Chart.yaml declares and what is in `charts/` (`rules/dependencies.go`).

use super::{Linter, Severity, Verdict};
use chart::Chart;
use std::collections::HashSet;

type Rule = fn(&Chart) -> Verdict;

const RULES: &[(Severity, Rule)] = &[
    (Severity::Error, check_declared),
    (Severity::Error, unique),
    (Severity::Warning, present),
];

pub(super) fn check(linter: &mut Linter<'_>) {
    let loaded = linter.chart();
    let loaded = loaded.map_err(|e| format!("unable to load chart\n\t{e}"));
    let Some(chart) = linter.value(Severity::Error, "", loaded) else {
        return;
    };
    let directory = linter.source.name();
    for (severity, rule) in RULES {
        linter.rule(*severity, &directory, rule(&chart));
    }
}

/// Every chart in `charts/` is declared.
fn check_declared(chart: &Chart) -> Verdict {
    let is_declared = |name: &str| chart.metadata.declared().any(|d| d.name == name);
    let names = chart.dependencies.iter().map(Chart::name);
    report(
        "chart metadata is missing these dependencies",
        names.filter(|name| !is_declared(name)),
    )
}

/// No two dependencies go by one name or alias.
fn unique(chart: &Chart) -> Verdict {
    let mut names = HashSet::new();
    let keys = chart.metadata.declared().map(|d| match &*d.alias {
        "" => &*d.name,
        alias => alias,
    });
    report(
        "multiple dependencies with name or alias",
        keys.filter(|key| !names.insert(*key)),
    )
}

/// Every declared chart is in `charts/`.
fn present(chart: &Chart) -> Verdict {
    let there = |name: &str| chart.dependencies.iter().any(|d| d.name() == name);
    let names = chart.metadata.declared().map(|d| &*d.name);
    report(
        "chart directory is missing these dependencies",
        names.filter(|name| !there(name)),
    )
}

fn report<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> Verdict {
    let names: Vec<_> = names.collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(format!("{what}: {}", names.join(","))),
    }
}
