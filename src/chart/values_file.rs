//! The documents of a values file: one (Helm 3) or all of them merged (Helm 4, through
//! k8s.io/apimachinery's YAML reader).

use super::File;
use super::decode::json_kind;
use crate::profile::{Profile, ValuesDocuments};
use goyaml::{Kind, Mark, Node};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// With this many bytes in several values files, a second thread helps to read them: it costs as much
/// as reading a tenth of that.
const MANY: usize = 64 << 10;

/// Reads the values files of a chart and its dependencies on two threads, if they are large, and keeps what
/// they say with them. Mistakes are left to whoever reads the file next.
///
/// Values are a sixth of a cold render of a large chart.
pub(super) fn read_ahead(files: &[File], profile: &Profile) {
    let mut files: Vec<&File> = files.iter().filter(|file| is_values(file.name())).collect();
    let size: usize = files.iter().map(|file| file.size()).sum();
    if files.len() < 2 || size < MANY {
        return;
    }
    // The largest first, so that neither thread is left with it in the end.
    files.sort_by_key(|file| std::cmp::Reverse(file.size()));
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Ok(values) = file.bytes().map(|text| read(text, profile))
                && let Ok(values) = values
            {
                file.keep_values(values);
            }
        }
    };
    thread::scope(|scope| {
        // Without a second thread, this one does it all.
        let _ = thread::Builder::new()
            .name("values".into())
            .spawn_scoped(scope, work);
        work();
    });
}

/// Whether a path is that of a values file: `values.yaml`, `charts/a/charts/b/values.yaml`.
fn is_values(path: &str) -> bool {
    match path
        .strip_prefix("charts/")
        .and_then(|path| path.split_once('/'))
    {
        Some((_, inside)) => is_values(inside),
        None => path == "values.yaml",
    }
}

/// Reads the text of a values file: a map, or null where there is nothing. The error is Helm's
/// text after the file's name.
pub(crate) fn read(text: &[u8], profile: &Profile) -> Result<Node, String> {
    match profile.values_documents {
        ValuesDocuments::First => table(goyaml::parse(text)),
        ValuesDocuments::Merged => {
            let mut values = None;
            for document in goyaml::documents(text) {
                let document = document.map_err(|e| format!("error reading yaml document: {e}"))?;
                let node = goyaml::parse_after(&document.text, document.lines_before);
                let mut node =
                    table(node).map_err(|e| format!("cannot unmarshal yaml document: {e}"))?;
                values = Some(match values {
                    None => node,
                    Some(mut before) => {
                        merge(&mut before, &mut node);
                        before
                    }
                });
            }
            Ok(values.unwrap_or(Node {
                mark: Mark::default(),
                kind: Kind::Null,
            }))
        }
    }
}

/// What was read must be a map or null.
fn table(read: Result<Node, goyaml::Error>) -> Result<Node, String> {
    let node = read.map_err(|e| e.to_string())?;
    match node.kind {
        Kind::Map(_) | Kind::Null => Ok(node),
        _ => Err(format!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value \
             of type map[string]interface {{}}",
            json_kind(&node)
        )),
    }
}

/// Helm's `MergeMaps`: maps merge, everything else is replaced.
fn merge(target: &mut Node, later: &mut Node) {
    let Kind::Map(new) = &mut later.kind else {
        return;
    };
    let Kind::Map(old) = &mut target.kind else {
        std::mem::swap(target, later);
        return;
    };
    let places: BTreeMap<Box<str>, usize> = old
        .iter()
        .enumerate()
        .map(|(index, entry)| (entry.key.clone(), index))
        .collect();
    for mut entry in new.drain(..) {
        match places.get(&entry.key).and_then(|at| old.get_mut(*at)) {
            None => old.push(entry),
            Some(before) => {
                let both = (&before.value.kind, &entry.value.kind);
                if matches!(both, (Kind::Map(_), Kind::Map(_))) {
                    merge(&mut before.value, &mut entry.value);
                } else {
                    *before = entry;
                }
            }
        }
    }
}
