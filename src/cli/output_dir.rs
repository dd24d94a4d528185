//! `--output-dir`: manifests in files of their own, one for each template.

use super::template::without_debug;
use super::terminal::{self, Failure};
use crate::action::{HookFilter, Manifests, frame};
use crate::chart::OsError;
use indexmap::IndexMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where files go.
#[derive(Debug)]
pub(super) struct OutputDir<'a> {
    /// The directory, as given.
    pub(super) directory: &'a str,
    /// The release's directory in it, with `--release-name`. CRDs do not go there.
    pub(super) release: Option<&'a str>,
}

/// What goes into each file.
type Files = IndexMap<String, Vec<u8>>;

impl OutputDir<'_> {
    /// Writes every document to the file of its template and prints a line for each. A template's
    /// first document starts its file anew, but hooks are added to a file that is there already,
    /// even from another time. Files appear whole, and all of them or none; no link is followed out
    /// of the directory.
    pub(super) fn write(&self, manifests: &Manifests, filter: HookFilter) -> Result<(), Failure> {
        let mut files = Files::new();
        let mut printed = Vec::new();
        let mut add = |files: &mut Files, file: String, path: &str, text: &[u8]| {
            printed.extend_from_slice(format!("wrote {file}\n").as_bytes());
            frame(files.entry(file).or_default(), path, text);
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
                if let Ok(before) = fs::read(&file) {
                    files.insert(file.clone(), before);
                }
            }
            add(&mut files, file, &document.path, &document.text);
        }
        for file in files.keys() {
            self.stay_inside(file)?;
        }
        let mut written = Written::default();
        for (file, text) in &files {
            written.add(Path::new(file), text).map_err(without_debug)?;
        }
        written.keep().map_err(without_debug)?;
        terminal::print(&printed)
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
    fn stay_inside(&self, file: &str) -> Result<(), Failure> {
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
                .is_ok_and(|found| found.is_symlink());
            if is_link
                && !place
                    .canonicalize()
                    .is_ok_and(|real| real.starts_with(&inside))
            {
                let (link, directory) = (place.display(), self.directory);
                return Err(Failure::new(format!(
                    "cannot write {file}: {link} is a link that leads out of {directory}"
                )));
            }
        }
        Ok(())
    }
}

/// Files that are written under other names and get their own all at once. What is not kept is removed.
#[derive(Debug, Default)]
struct Written {
    /// The name that a file has meanwhile, and its own.
    parts: Vec<(PathBuf, PathBuf)>,
    /// Directories that were made, each before those below it.
    directories: Vec<PathBuf>,
}

impl Written {
    /// Writes a file, and makes its directory if need be.
    fn add(&mut self, file: &Path, text: &[u8]) -> Result<(), OsError> {
        self.make_directory(file.parent().unwrap_or(Path::new(".")))?;
        if file.is_dir() {
            let error = io::ErrorKind::IsADirectory.into();
            return Err(OsError::new("open", file, &error));
        }
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = file.with_file_name(name);
        self.parts.push((part.clone(), file.to_owned()));
        let written = fs::File::create(&part).and_then(|mut f| f.write_all(text));
        written.map_err(|error| OsError::new("open", file, &error))
    }

    fn make_directory(&mut self, directory: &Path) -> Result<(), OsError> {
        match directory.metadata() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(OsError::new("stat", directory, &error));
            }
            _ => {}
        }
        let missing: Vec<&Path> = directory
            .ancestors()
            .take_while(|d| !d.as_os_str().is_empty() && d.symlink_metadata().is_err())
            .collect();
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory).map_err(|error| OsError::new("mkdir", directory, &error))?;
            self.directories.push(directory.to_owned());
        }
        match directory.is_dir() {
            true => Ok(()),
            false => {
                let error = io::ErrorKind::NotADirectory.into();
                Err(OsError::new("mkdir", directory, &error))
            }
        }
    }

    /// Gives all files their names.
    fn keep(mut self) -> Result<(), OsError> {
        for (part, file) in self.parts.drain(..) {
            fs::rename(&part, &file).map_err(|error| OsError::new("open", &file, &error))?;
        }
        self.directories.clear();
        Ok(())
    }
}

impl Drop for Written {
    /// The error that is told is the one that led here: what cannot be removed stays.
    fn drop(&mut self) {
        for (part, _) in &self.parts {
            let _ = fs::remove_file(part);
        }
        for directory in self.directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
    }
}
