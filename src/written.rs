//! Files that appear whole, and all of them or none.

use crate::chart::OsError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whom the user's umask lets.
    Usual,
    /// The user alone (mode 0600), from the first byte on.
    OwnerOnly,
}

impl Readers {
    fn create(self, file: &Path) -> io::Result<File> {
        if self == Readers::Usual {
            return File::create(file);
        }
        let mut options = File::options();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // One that is there already may be another's to read.
        let _ = fs::remove_file(file);
        options.write(true).create_new(true).open(file)
    }
}

/// Files that are written under other names and get their own all at once. What is not kept is removed.
#[derive(Debug)]
pub(crate) struct Written {
    readers: Readers,
    /// The name that a file has meanwhile, and its own.
    parts: Vec<(PathBuf, PathBuf)>,
    /// Directories that were made, each before those below it.
    directories: Vec<PathBuf>,
}

impl Written {
    /// No file yet.
    pub(crate) fn for_readers(readers: Readers) -> Written {
        Written {
            readers,
            parts: Vec::new(),
            directories: Vec::new(),
        }
    }

    /// Writes a file, and makes its directory if need be.
    pub(crate) fn add(&mut self, file: &Path, text: &[u8]) -> Result<(), OsError> {
        let directory = file.parent().filter(|d| !d.as_os_str().is_empty());
        self.make_directory(directory.unwrap_or(Path::new(".")))?;
        if file.is_dir() {
            let error = io::ErrorKind::IsADirectory.into();
            return Err(OsError::new("open", file, &error));
        }
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = file.with_file_name(name);
        self.parts.push((part.clone(), file.to_owned()));
        let created = self.readers.create(&part);
        let written = created.and_then(|mut f| f.write_all(text));
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
    pub(crate) fn keep(mut self) -> Result<(), OsError> {
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
