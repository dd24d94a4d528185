//! The files before and after a run: Helm's, and those of a case's directory that it may change.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use super::masks;

/// When the files of a case were changed, whatever the checkout says: a time with a fraction, which archives round.
const MODIFIED: Duration = Duration::from_millis(1_767_323_045_600);

/// The files of a directory before a run.
pub(super) struct Before(BTreeMap<String, Vec<u8>>);

impl Before {
    pub(super) fn of(dir: &Path) -> Result<Before> {
        Ok(Before(files(dir)?))
    }

    /// The changes since: each file that is new or has other contents, and a note for each that is gone. The
    /// files' names begin with `prefix`.
    pub(super) fn changes(&self, dir: &Path, prefix: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut changes = BTreeMap::new();
        let after = files(dir)?;
        for (path, contents) in &after {
            if self.0.get(path) != Some(contents) {
                changes.insert(format!("{prefix}{path}"), contents.clone());
            }
        }
        for path in self.0.keys().filter(|path| !after.contains_key(*path)) {
            changes.insert(format!("{prefix}{path} (gone)"), Vec::new());
        }
        Ok(changes)
    }
}

/// The files of a directory, as they are compared.
fn files(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(dir)?.to_string_lossy();
        if entry.file_type().is_file() {
            let contents = masks::readable(&path, &fs::read(entry.path())?);
            files.insert(path.into_owned(), contents);
        }
    }
    Ok(files)
}

/// Gives all files below a directory the same time.
pub(super) fn set_times(dir: &Path) -> Result<()> {
    for entry in WalkDir::new(dir) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let file = File::options().write(true).open(entry.path());
            let file = file.with_context(|| format!("cannot open {}", entry.path().display()))?;
            file.set_modified(SystemTime::UNIX_EPOCH + MODIFIED)?;
        }
    }
    Ok(())
}

/// Makes the directory of Helm's files, with what a case has for it; `fill` puts addresses and paths into texts.
pub(super) fn fill_home(from: &Path, to: &Path, fill: &dyn Fn(&str) -> String) -> Result<()> {
    fs::create_dir_all(to)?;
    if !from.exists() {
        return Ok(());
    }
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
            continue;
        }
        let contents = fs::read(entry.path())?;
        let contents = match String::from_utf8(contents) {
            Ok(text) => fill(&text).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        fs::write(target, contents)?;
    }
    Ok(())
}
