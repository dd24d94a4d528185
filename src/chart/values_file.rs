//! The documents of a values file: one (Helm 3) or all of them merged (Helm 4, through
//! k8s.io/apimachinery's YAML reader).

use super::decode::json_kind;
use super::disk::{Directory, Kind as FileKind};
use super::file::BOM;
use super::{Error, File, MAX_NESTING, archive};
use crate::profile::{Profile, ValuesDocuments};
use goyaml::{Kind, Mark, Node};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// With this many bytes in values files, a second thread reads them: it costs as much as reading a tenth
/// of that.
const MANY: u64 = 32 << 10;

/// A file that may be one of a chart's values files.
struct Candidate {
    /// Its name in the chart.
    name: String,
    path: PathBuf,
    size: u64,
}

/// The values files of a chart and its dependencies, which threads take one after the other.
struct Row {
    waiting: Vec<Candidate>,
    next: AtomicUsize,
    /// What they say, by name.
    read: Mutex<HashMap<String, Node>>,
}

impl Row {
    /// Looks for values files where charts have them. What is behind links is left out.
    fn of_chart(top: &Path) -> Row {
        let mut waiting = Vec::new();
        let mut charts = vec![(String::new(), top.to_path_buf(), 0)];
        while let Some((name, dir, depth)) = charts.pop() {
            let path = dir.join("values.yaml");
            if let Ok(found) = fs::symlink_metadata(&path)
                && found.is_file()
                && found.len() <= archive::MAX_FILE_SIZE
            {
                waiting.push(Candidate {
                    name: format!("{name}values.yaml"),
                    path,
                    size: found.len(),
                });
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
        // The largest first, so that neither thread is left with it in the end.
        waiting.sort_by_key(|candidate| Reverse(candidate.size));
        Row {
            waiting,
            next: AtomicUsize::new(0),
            read: Mutex::default(),
        }
    }

    /// Reads what waits. Mistakes are left to whoever reads the file next.
    fn read(&self, profile: &Profile) {
        let next = || self.waiting.get(self.next.fetch_add(1, Ordering::Relaxed));
        while let Some(candidate) = next() {
            if let Ok(text) = fs::read(&candidate.path)
                && let Ok(values) = read(text.strip_prefix(BOM).unwrap_or(&text), profile)
            {
                let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(candidate.name.clone(), values);
            }
        }
    }
}

/// Has `find` find the files of the chart in the directory `top`. If there is much in the values files of the
/// chart and its dependencies, a second thread begins to read them meanwhile, and what they say is kept with
/// them.
///
/// Values are a sixth of a cold render of a large chart, and finding its files a tenth.
pub(super) fn read_ahead(
    top: &Path,
    profile: &Profile,
    find: impl FnOnce() -> Result<Vec<File>, Error>,
) -> Result<Vec<File>, Error> {
    let row = Row::of_chart(top);
    if row.waiting.iter().map(|file| file.size).sum::<u64>() < MANY {
        return find();
    }
    let files = thread::scope(|scope| {
        // Without a second thread, this one does it all.
        let _ = thread::Builder::new()
            .name("values".into())
            .spawn_scoped(scope, || row.read(profile));
        let files = find();
        match &files {
            Ok(_) => row.read(profile),
            Err(_) => row.next.store(row.waiting.len(), Ordering::Relaxed),
        }
        files
    })?;
    let mut known = row
        .read
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    for file in &files {
        if let Some(values) = known.remove(file.name()) {
            file.keep_values(values);
        }
    }
    Ok(files)
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
