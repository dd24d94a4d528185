//! Rules on `crds/`, which Helm 4 has (`rules/crds.go`).

use super::documents::Documents;
use super::source::EntryKind;
use super::{Linter, Severity};
use chart::{Chart, File};

const DIRECTORY: &str = "crds/";

pub(super) fn check(linter: &mut Linter<'_>) {
    let verdict = match linter.source.find("crds") {
        EntryKind::Nothing(error) if error.is_missing() => return,
        EntryKind::Nothing(error) => Err(error.to_string()),
        EntryKind::File => Err("not a directory".into()),
        EntryKind::Directory => Ok(()),
    };
    if !linter.rule(Severity::Error, DIRECTORY, verdict) {
        return;
    }
    let loaded = linter.chart().map_err(|e| e.to_string());
    let Some(chart) = linter.value(Severity::Error, DIRECTORY, loaded) else {
        return;
    };
    let mut files = Vec::new();
    collect(&chart, &mut files);
    for file in files {
        if !definition(linter, file) {
            return;
        }
    }
}

/// The definitions of a chart, then those of the charts in it.
fn collect<'c>(chart: &'c Chart, files: &mut Vec<&'c File>) {
    files.extend(chart.crds().map(|file| &**file));
    for subchart in &chart.dependencies {
        collect(subchart, files);
    }
}

/// Checks one file. Gives whether it could be read: Helm looks no further otherwise.
fn definition(linter: &mut Linter<'_>, file: &File) -> bool {
    let path = file.name();
    let bytes = file.bytes().map_err(|e| e.to_string());
    let Some(text) = linter.value(Severity::Error, path, bytes) else {
        return false;
    };
    for resource in Documents::new(text, linter.profile().lint.resource_struct) {
        let resource = resource.map_err(|e| format!("unable to parse YAML: {e}"));
        let Some(resource) = linter.value(Severity::Error, path, resource) else {
            return false;
        };
        let Some(resource) = resource else { continue };
        if !resource.api_version.starts_with("apiextensions.k8s.io") {
            let text = "apiVersion is not in 'apiextensions.k8s.io'";
            linter.rule(Severity::Error, path, Err(text));
        }
        if resource.kind != "CustomResourceDefinition" {
            let text = "object kind is not 'CustomResourceDefinition'";
            linter.rule(Severity::Error, path, Err(text));
        }
    }
    true
}
