//! The charts that are measured, and finding them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use project::say;

/// The public charts of the table: what to call them, and the end of their path in a checkout of their
/// repository.
const NAMED: [(&str, &str); 5] = [
    ("bitnami/airflow", "bitnami/airflow"),
    ("kube-prometheus-stack", "charts/kube-prometheus-stack"),
    ("argo-cd", "charts/argo-cd"),
    ("istio base", "manifests/charts/base"),
    ("grafana/lgtm-distributed", "charts/lgtm-distributed"),
];

/// A chart to measure.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) dir: PathBuf,
    pub(super) note: &'static str,
}

/// The chart that `helm create` makes.
pub(super) fn created(helm: &Path, dir: &Path) -> Result<Subject> {
    let output = Command::new(helm)
        .args(["create", "created"])
        .current_dir(dir)
        .env("HOME", dir)
        .output()?;
    if !output.status.success() {
        bail!("helm create: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(Subject {
        name: "`helm create`".to_owned(),
        dir: dir.join("created"),
        note: "",
    })
}

/// The bundled chart.
pub(super) fn bundled() -> Option<Subject> {
    let dir = project::root().join("charts/istio-remote");
    dir.exists().then(|| Subject {
        name: "istio-remote".to_owned(),
        dir,
        note: "",
    })
}

/// Those of [`NAMED`] that are below the directories.
pub(super) fn named(dirs: &[PathBuf]) -> Result<Vec<Subject>> {
    let all = everything(dirs)?;
    let mut subjects = Vec::new();
    for (name, end) in NAMED {
        match all.iter().find(|chart| chart.dir.ends_with(end)) {
            Some(chart) => subjects.push(Subject {
                name: name.to_owned(),
                ..chart.clone()
            }),
            None if dirs.is_empty() => {}
            None => say!("no chart …/{end} below --charts"),
        }
    }
    Ok(subjects)
}

/// All charts below the directories.
pub(super) fn everything(dirs: &[PathBuf]) -> Result<Vec<Subject>> {
    let mut subjects = Vec::new();
    for dir in dirs {
        let charts = project::charts::find(dir)?;
        subjects.extend(charts.into_iter().map(|chart| Subject {
            name: chart.name,
            dir: chart.dir,
            note: "",
        }));
    }
    Ok(subjects)
}

/// The chart in this directory.
pub(super) fn at(dir: &Path) -> Result<Subject> {
    let dir = dir
        .canonicalize()
        .with_context(|| format!("no chart {}", dir.display()))?;
    Ok(Subject {
        name: dir.file_name().unwrap_or_default().to_string_lossy().into(),
        dir,
        note: "",
    })
}

/// The chart, or where dependencies are not in its `charts/`, which Helm refuses, a copy that does
/// not ask for them.
pub(super) fn complete(subject: &Subject, helm: &Path, scratch: &Path) -> Result<Subject> {
    const MISSING: &str = "missing in charts/ directory: ";
    let output = Command::new(helm)
        .args(["template", "demo", "."])
        .current_dir(&subject.dir)
        .env("HOME", scratch)
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let Some((_, missing)) = text.split_once(MISSING) else {
        return Ok(subject.clone());
    };
    let missing: Vec<&str> = missing.trim().split(", ").collect();
    let dir = scratch
        .join("complete")
        .join(subject.name.replace('/', "-"));
    copy(&subject.dir, &dir)?;
    for list in ["Chart.yaml", "requirements.yaml"] {
        let list = dir.join(list);
        if let Ok(text) = fs::read_to_string(&list) {
            fs::write(&list, without(&text, &missing))?;
        }
    }
    Ok(Subject {
        dir,
        note: "without the dependencies that are not in charts/",
        ..subject.clone()
    })
}

/// A list of dependencies without those of these names.
fn without(text: &str, names: &[&str]) -> String {
    let mut remaining = String::new();
    let mut dropping = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        // An item goes up to the next line that is not further in than its dash.
        dropping = dropping.filter(|dash| indent > *dash);
        if let Some(name) = body.strip_prefix("- name:")
            && names.contains(&name.trim().trim_matches('"'))
        {
            dropping = Some(indent);
        }
        if dropping.is_none() {
            remaining.push_str(line);
        }
    }
    remaining
}

/// Copies a directory.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).follow_links(true) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
