//! The documents of a values file: one (Helm 3) or all of them merged (Helm 4, through
//! k8s.io/apimachinery's YAML reader).

// Reads charts from disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use super::disk::{Directory, Kind as FileKind};
use super::{Error, File, MAX_NESTING, archive};
use background::Task;
use compat::profile::{Profile, ValuesDocuments};
use goyaml::{Kind, Mark, Node};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// With this many bytes in values files, the worker reads them: to wake it takes as long as reading a tenth
/// of that.
const MANY: usize = 32 << 10;

/// Looks for values files where the chart in the directory `top` and its dependencies have them. What is behind
/// links is left out.
fn candidates(top: &Path) -> Vec<File> {
    let mut candidates = Vec::new();
    let mut charts = vec![(String::new(), top.to_path_buf(), 0)];
    while let Some((name, dir, depth)) = charts.pop() {
        let path = dir.join("values.yaml");
        if let Ok(found) = fs::symlink_metadata(&path)
            && found.is_file()
            && found.len() <= archive::MAX_FILE_SIZE
        {
            let size = found.len() as usize; // not above the limit
            candidates.push(File::on_disk(format!("{name}values.yaml"), path, size));
        }
        let dir = dir.join("charts");
        let Ok(directory) = Directory::open(&dir) else {
            continue;
        };
        let is_chart = |kind| kind == FileKind::Directory && depth < MAX_NESTING;
        for (base, _) in directory.entries().filter(|(_, kind)| is_chart(*kind)) {
            let name = format!("{name}charts/{}/", base.to_string_lossy());
            charts.push((name, dir.join(base), depth + 1));
        }
    }
    candidates
}

/// Has `find` find the files of the chart in the directory `top`. If there is much in the values files of the
/// chart and its dependencies, the [worker](background) begins to read them meanwhile, and what they say is
/// kept with them.
///
/// Values are a sixth of a cold render of a large chart, and finding its files a tenth.
pub(super) fn read_ahead(
    top: &Path,
    profile: &Profile,
    find: impl FnOnce() -> Result<Vec<File>, Error>,
) -> Result<Vec<File>, Error> {
    let mut candidates = candidates(top);
    if candidates.iter().map(File::size).sum::<usize>() < MANY {
        return find();
    }
    // The largest first, so that neither thread is left with it in the end.
    candidates.sort_by_key(|file| Reverse(file.size()));
    let profile = *profile;
    // Mistakes are left to whoever reads the file next.
    let values = move |file: File| read(file.bytes().ok()?, &profile).ok();
    let offer = |file: File| {
        let name = file.name().to_owned();
        (name, Task::spawn(move || values(file)))
    };
    let offers: Vec<_> = candidates.into_iter().map(offer).collect();
    let files = find()?;
    offers.iter().for_each(|(_, offer)| offer.do_unless_begun());
    let offers = offers.into_iter();
    let mut known: HashMap<String, Task<Option<Node>>> = offers.collect();
    for file in &files {
        if let Some(values) = known.remove(file.name()).and_then(Task::result) {
            file.keep_values(values);
        }
    }
    Ok(files)
}

/// Reads the text of a values file: a map, or null where there is nothing. The error is Helm's
/// text after the file's name.
pub fn read(text: &[u8], profile: &Profile) -> Result<Node, String> {
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
            node.json_kind()
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
