//! `--output-dir`: manifests in files of their own, one for each template.

use super::template::without_debug;
use super::terminal::{self, CliError};
use crate::action::{HookFilter, Manifests, write_with_source_header};
use crate::chart::OsError;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use indexmap::IndexMap;
use std::path::{Path, PathBuf};

/// The target of the files.
#[derive(Debug)]
pub(super) struct OutputDir<'a> {
    /// The directory, as given.
    pub(super) directory: &'a str,
    /// The release's directory in it, with `--release-name`. CRDs do not go there.
    pub(super) release: Option<&'a str>,
}

/// The contents of each file.
type Files = IndexMap<String, Vec<u8>>;

fn write_all(files: &Files) -> Result<(), OsError> {
    let mut output = AtomicFiles::new(FileMode::Default);
    for (file, text) in files {
        output.add(file, text);
    }
    output.commit()
}

/// The contents of a file that is added to. It must be readable: leaving it out would lose it.
fn existing(file: &Path) -> Result<Vec<u8>, CliError> {
    let read = input::read(file, NamedBy::User, LIMITS.answer_bytes);
    read.map_err(|error| without_debug(OsError::new("read", file, &error)))
}

impl OutputDir<'_> {
    /// Writes every document to the file of its template and prints a line for each. A template's
    /// first document starts its file anew, but hooks are added to a file that is there already,
    /// even from another time. Files appear whole, and all of them or none; no link is followed out
    /// of the directory.
    pub(super) fn write(&self, manifests: &Manifests, filter: HookFilter) -> Result<(), CliError> {
        let mut files = Files::new();
        let mut report = Vec::new();
        let mut add = |files: &mut Files, file: String, path: &str, text: &[u8]| {
            report.extend_from_slice(format!("wrote {file}\n").as_bytes());
            write_with_source_header(files.entry(file).or_default(), path, text);
        };
        for (path, text) in &manifests.crds {
            add(&mut files, format!("{}/{path}", self.directory), path, text);
        }
        for document in &manifests.manifests {
            let file = self.file(&document.path);
            add(&mut files, file, &document.path, &document.text);
        }
        for hook in manifests.hooks(filter) {
            let document = &hook.document;
            let file = self.file(&document.path);
            if !files.contains_key(&file) {
                self.stay_inside(&file)?;
                // What is no file is written through, which adds to it.
                if Path::new(&file).is_file() {
                    files.insert(file.clone(), existing(Path::new(&file))?);
                }
            }
            add(&mut files, file, &document.path, &document.text);
        }
        for file in files.keys() {
            self.stay_inside(file)?;
        }
        write_all(&files).map_err(without_debug)?;
        terminal::print(&report)
    }

    fn file(&self, path: &str) -> String {
        match self.release {
            None => format!("{}/{path}", self.directory),
            Some(release) => {
                let joined = gostd::path::join([self.directory, release]);
                format!("{}/{path}", String::from_utf8_lossy(&joined))
            }
        }
    }

    /// Refuses a file that a link below the directory leads out of it.
    fn stay_inside(&self, file: &str) -> Result<(), CliError> {
        let Ok(inside) = Path::new(self.directory).canonicalize() else {
            // It is still to be made: nothing is in it.
            return Ok(());
        };
        let below = Path::new(file).strip_prefix(self.directory);
        let below = below.unwrap_or(Path::new(file));
        let mut place = PathBuf::from(self.directory);
        for part in below.components() {
            place.push(part);
            let is_link = place
                .symlink_metadata()
                .is_ok_and(|metadata| metadata.is_symlink());
            if is_link
                && !place
                    .canonicalize()
                    .is_ok_and(|real| real.starts_with(&inside))
            {
                let (link, directory) = (place.display(), self.directory);
                return Err(CliError::new(format!(
                    "cannot write {file}: {link} is a link that leads out of {directory}"
                )));
            }
        }
        Ok(())
    }
}
