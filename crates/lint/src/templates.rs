//! Rules on `templates/` and on what the templates write (`rules/template.go`).

use super::documents::{Documents, ResourceHead};
use super::source::EntryKind;
use super::{Linter, Severity, Text, Verdict, deprecated_apis, names};
use chart::{Chart, Decoder, File};
use engine::values;
use gostd::strconv::quote;
use gostd::unicode::trim_space;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const DIRECTORY: &str = "templates/";

/// The longest line that Go's `bufio.Scanner` reads.
const LONGEST_LINE: usize = 64 * 1024;

pub(super) fn check(linter: &mut Linter<'_>) {
    if !directory(linter) {
        return;
    }
    let loaded = linter.chart().map_err(|e| e.to_string());
    let Some(chart) = linter.value(Severity::Error, DIRECTORY, loaded) else {
        return;
    };
    let Some(rendered) = rendered(linter, &chart) else {
        return;
    };
    for file in &chart.templates {
        if !template(linter, file, &rendered) {
            return;
        }
    }
}

/// Returns true if there may be templates.
fn directory(linter: &mut Linter<'_>) -> bool {
    let strict = linter.profile().lint.wants_templates;
    let (severity, verdict) = match linter.source.find("templates") {
        EntryKind::Directory => return true,
        EntryKind::Nothing(_) if !strict => return true,
        EntryKind::Nothing(error) if error.is_missing() => {
            (Severity::Warning, "directory does not exist".to_owned())
        }
        EntryKind::Nothing(error) => (Severity::Error, error.to_string()),
        EntryKind::File => {
            let severity = match strict {
                true => Severity::Error,
                false => Severity::Warning,
            };
            (severity, "not a directory".into())
        }
    };
    linter.rule(severity, DIRECTORY, Err(verdict))
}

/// The output of every template of the chart itself, by its path in the chart. None where rendering failed,
/// which is told, or where values could not even be put together, which Helm passes over.
fn rendered(linter: &mut Linter<'_>, chart: &Chart) -> Option<HashMap<String, Vec<u8>>> {
    let request = &linter.request.render;
    let profile = &request.profile;
    let options = values::Options {
        skip_schema_validation: request.skip_schema_validation,
        lint: request.lint,
    };
    let mut notices = Vec::new();
    let prepared = values::prepare(chart, linter.supplied, options, profile, &mut notices);
    linter.note(notices);
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error @ (values::Error::Schema(_) | values::Error::Chart(_))) => {
            let text = Text::Error(Arc::new(error));
            linter.rule(Severity::Error, DIRECTORY, Err(text));
            return None;
        }
        Err(_) => return None,
    };
    let own = format!("{}/", chart.name());
    let mut files = HashMap::new();
    let mut notices = Vec::new();
    let result = request.render_with_notices(
        &prepared,
        None,
        |file| {
            if let Some(path) = file.path.strip_prefix(&own) {
                files.insert(path.to_owned(), file.text.into_bytes());
            }
        },
        &mut notices,
    );
    linter.note(notices);
    linter.value(
        Severity::Error,
        DIRECTORY,
        result.map_err(|e| e.to_string()),
    )?;
    Some(files)
}

/// Checks one template. Gives whether what it writes could be read: Helm looks no further otherwise.
fn template(linter: &mut Linter<'_>, file: &File, rendered: &HashMap<String, Vec<u8>>) -> bool {
    let path = file.name();
    let lint = linter.profile().lint;
    linter.rule(Severity::Error, path, allowed_extension(path));
    if lint.looks_for_helm_2 {
        let text = file.bytes().unwrap_or_default();
        linter.rule(Severity::Warning, path, no_crd_hook(text));
        linter.rule(Severity::Error, path, no_release_time(text));
    }
    if !is_yaml(path, lint.reads_yml) {
        return true;
    }
    let text = rendered.get(path).map_or(&[][..], Vec::as_slice);
    if trim_space(text).is_empty() {
        return true;
    }
    linter.rule(Severity::Warning, path, no_indent(text));
    for resource in Documents::new(text, lint.resource_struct) {
        let resource = resource.map_err(|e| format!("unable to parse YAML: {e}"));
        let Some(resource) = linter.value(Severity::Error, path, resource) else {
            return false;
        };
        if let Some(resource) = resource {
            check_resource(linter, path, &resource, text);
        }
    }
    true
}

fn check_resource(linter: &mut Linter<'_>, path: &str, resource: &ResourceHead, text: &[u8]) {
    let name = names::check(&resource.kind, &resource.name);
    linter.rule(Severity::Warning, path, name);
    let request = linter.request;
    let kube = request.kube_version.as_ref();
    let deprecated = deprecated_apis::check(resource, kube, request.render.profile.kube_minor);
    linter.rule(Severity::Warning, path, deprecated);
    linter.rule(Severity::Error, path, has_selector(resource, text));
    let lower_case = linter.profile().lower_case_errors;
    let annotations = list_annotations(resource, text, lower_case);
    linter.rule(Severity::Error, path, annotations);
}

fn extension(path: &str) -> &str {
    let extension = gostd::path::ext(path.as_bytes());
    std::str::from_utf8(extension).unwrap_or_default()
}

fn is_yaml(path: &str, reads_yml: bool) -> bool {
    let extension = extension(path);
    match reads_yml {
        true => matches!(&*extension.to_lowercase(), ".yaml" | ".yml"),
        false => extension == ".yaml",
    }
}

fn allowed_extension(path: &str) -> Verdict {
    match extension(path) {
        ".yaml" | ".yml" | ".tpl" | ".txt" => Ok(()),
        other => Err(format!(
            "file extension '{other}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
        )),
    }
}

/// Helm's pattern is `"?helm\.sh/hook"?:\s+crd-install`.
fn no_crd_hook(text: &[u8]) -> Verdict {
    const KEY: &[u8] = b"helm.sh/hook";
    let is_hook = memchr::memmem::find_iter(text, KEY).any(|at| {
        let rest = text.get(at + KEY.len()..).unwrap_or_default();
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        let Some(rest) = rest.strip_prefix(b":") else {
            return false;
        };
        let blank = |b: &u8| matches!(b, b'\t' | b'\n' | 0x0c | b'\r' | b' ');
        let blanks = rest.iter().take_while(|b| blank(b)).count();
        let value = rest.get(blanks..).unwrap_or_default();
        blanks > 0 && value.starts_with(b"crd-install")
    });
    match is_hook {
        true => Err(
            "manifest is a crd-install hook. This hook is no longer supported in v3 and all CRDs \
             should also exist the crds/ directory at the top level of the chart"
                .into(),
        ),
        false => Ok(()),
    }
}

fn no_release_time(text: &[u8]) -> Verdict {
    match memchr::memmem::find(text, b".Release.Time") {
        Some(_) => Err(
            ".Release.Time has been removed in v3, please replace with the `now` function in your \
             templates"
                .into(),
        ),
        None => Ok(()),
    }
}

/// The first line that is not blank must start at the margin.
fn no_indent(text: &[u8]) -> Verdict {
    for line in text.split_inclusive(|b| *b == b'\n') {
        let line = match line.strip_suffix(b"\n") {
            Some(line) if line.len() < LONGEST_LINE => line.strip_suffix(b"\r").unwrap_or(line),
            None if line.len() < LONGEST_LINE => line.strip_suffix(b"\r").unwrap_or(line),
            _ => return Err("bufio.Scanner: token too long".into()),
        };
        if trim_space(line).is_empty() {
            continue;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(format!(
                "document starts with an illegal indent: {}, which may cause parsing problems",
                quote(line)
            ));
        }
        return Ok(());
    }
    Ok(())
}

/// Checks that the file of a resource that needs a selector names one anywhere.
fn has_selector(resource: &ResourceHead, text: &[u8]) -> Verdict {
    const KINDS: [&str; 4] = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"];
    let ResourceHead { kind, name, .. } = resource;
    let mentions = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    if !KINDS.contains(&&**kind) || mentions(b"matchLabels") || mentions(b"matchExpressions") {
        return Ok(());
    }
    Err(format!(
        "a {kind} must contain matchLabels or matchExpressions, and {} does not",
        quote(name.as_bytes())
    ))
}

/// Items of a List must not ask Helm to keep them: it does not look there. Of a file with several
/// documents the first is looked at, whichever is the List.
fn list_annotations(resource: &ResourceHead, text: &[u8], lower_case: bool) -> Verdict {
    if resource.kind != "List" {
        return Ok(());
    }
    let items = items(text).map_err(|e| format!("unable to parse YAML: {e}"))?;
    let asks = |annotations: &Annotations| {
        let mut keys = annotations.iter().flat_map(BTreeMap::keys);
        keys.any(|key| key == "helm.sh/resource-policy")
    };
    if !items.iter().any(asks) {
        return Ok(());
    }
    let first = if lower_case { 'a' } else { 'A' };
    Err(format!(
        "{first}nnotation 'helm.sh/resource-policy' within List objects are ignored"
    ))
}

type Annotations = Option<BTreeMap<String, String>>;

/// The annotations of the items in a List.
fn items(text: &[u8]) -> Result<Vec<Annotations>, String> {
    const METADATA: &str = "struct { Annotations map[string]string }";
    const ITEM: &str = "struct { Metadata struct { Annotations map[string]string } }";
    let node = goyaml::parse(text).map_err(|e| e.to_string())?;
    let mut items: Option<Vec<Annotations>> = None;
    let mut decoder = Decoder::new("rules");
    let of_list = |d: &mut Decoder, _, list: &_| {
        let items_type = format!("[]{ITEM}");
        d.slice(list, &items_type, &mut items, |d, item, annotations| {
            d.fields(item, ITEM, &["Metadata"], |d, _, metadata| {
                d.fields(metadata, METADATA, &["Annotations"], |d, _, value| {
                    d.annotations(value, annotations);
                });
            });
        });
    };
    let whole = "struct { Items []struct { Metadata struct { Annotations map[string]string } } }";
    decoder.fields(&node, whole, &["Items"], of_list);
    decoder.finish()?;
    Ok(items.unwrap_or_default())
}
