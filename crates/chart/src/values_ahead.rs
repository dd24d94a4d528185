//! Reading the values files of a chart on disk ahead, while its other files are looked for.

// Reads charts from disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use super::disk::{Directory, Kind};
use super::{Error, File, MAX_NESTING, archive, values_file};
use background::Task;
use compat::profile::Profile;
use goyaml::Node;
use std::cmp::Reverse;
use std::collections::HashMap;
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
        if let Ok(metadata) = fs::symlink_metadata(&path)
            && metadata.is_file()
            && metadata.len() <= archive::MAX_FILE_SIZE
        {
            let size = metadata.len() as usize; // not above the limit
            candidates.push(File::on_disk(format!("{name}values.yaml"), path, size));
        }
        let dir = dir.join("charts");
        let Ok(directory) = Directory::open(&dir) else {
            continue;
        };
        let is_chart = |kind| kind == Kind::Directory && depth < MAX_NESTING;
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
    let values = move |file: File| values_file::read(file.bytes().ok()?, &profile).ok();
    let offer = |file: File| {
        let name = file.name().to_owned();
        (name, Task::spawn(move || values(file)))
    };
    let offers: Vec<_> = candidates.into_iter().map(offer).collect();
    let files = find()?;
    offers.iter().for_each(|(_, offer)| offer.do_unless_begun());
    let offers = offers.into_iter();
    let mut tasks: HashMap<String, Task<Option<Node>>> = offers.collect();
    for file in &files {
        if let Some(values) = tasks.remove(file.name()).and_then(Task::result) {
            file.keep_values(values);
        }
    }
    Ok(files)
}
