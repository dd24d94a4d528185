//! `--output-dir`: manifests in files of their own, one for each template.

use super::terminal::{self, Failure};
use super::whole_file::{Readers, write_whole};
use crate::action::{HookFilter, Manifests, frame};
use indexmap::IndexMap;
use std::fs;
use std::path::Path;

/// Where files go.
#[derive(Debug)]
pub(super) struct OutputDir<'a> {
    /// The directory, as given.
    pub(super) directory: &'a str,
    /// The release's directory in it, with `--release-name`. CRDs do not go there.
    pub(super) release: Option<&'a str>,
}

impl OutputDir<'_> {
    /// Writes every document to the file of its template and prints a line for each. A template's
    /// first document starts its file anew, but hooks are added to a file that is there already,
    /// even from another time. Files appear whole or not at all.
    pub(super) fn write(&self, manifests: &Manifests, filter: HookFilter) -> Result<(), Failure> {
        let mut files: IndexMap<String, Vec<u8>> = IndexMap::new();
        let mut printed = Vec::new();
        let mut add =
            |files: &mut IndexMap<String, Vec<u8>>, file: String, path: &str, text: &[u8]| {
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
            if !files.contains_key(&file)
                && let Ok(before) = fs::read(&file)
            {
                files.insert(file.clone(), before);
            }
            add(&mut files, file, &document.path, &document.text);
        }
        for (file, text) in &files {
            write_whole(Path::new(file), text, Readers::Usual)
                .map_err(|error| Failure::new(format!("cannot write {file}: {error}")))?;
        }
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
}
