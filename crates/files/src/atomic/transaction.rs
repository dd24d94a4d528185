//! Changes to files that are undone unless all of them succeed.

use super::target::Target;
use super::{FileMode, parent};
use crate::OsError;
use crate::input::{self, NamedBy};
use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Up to which size a file that is written in place is remembered, to be written back after an error.
const LONGEST_MEMORY: u64 = 64 << 20;

/// Files that wait for their names, and what has been done so far.
#[derive(Debug)]
pub(super) struct Transaction<'c> {
    #[cfg_attr(not(unix), allow(dead_code))] // Files have none elsewhere.
    mode: FileMode,
    staged: Vec<Staged<'c>>,
    done: Vec<Change>,
    /// Directories that were made, each before those below it.
    directories: Vec<PathBuf>,
    /// Names that were made up, of files that are there for the time being.
    temporary: Vec<PathBuf>,
}

/// A file to be written.
#[derive(Debug)]
struct Staged<'c> {
    /// Its path as given.
    path: PathBuf,
    target: Target,
    contents: &'c [u8],
    /// The file with the contents that is to get the target's name; none where it is written in place.
    part: Option<PathBuf>,
}

/// Something that was done, and can be undone.
#[derive(Debug)]
enum Change {
    /// There was no such file.
    Made(PathBuf),
    /// A file was replaced or removed; it is the second path meanwhile.
    Replaced(PathBuf, PathBuf),
    /// A file was written in place; what was in it, if it is remembered.
    Overwritten(PathBuf, Option<Vec<u8>>),
}

impl<'c> Transaction<'c> {
    pub(super) fn new(mode: FileMode) -> Self {
        Transaction {
            mode,
            staged: Vec::new(),
            done: Vec::new(),
            directories: Vec::new(),
            temporary: Vec::new(),
        }
    }

    /// Makes a file's directory if need be, and writes the file under another name.
    pub(super) fn stage(&mut self, path: &Path, contents: &'c [u8]) -> Result<(), OsError> {
        self.make_directory(parent(path))?;
        let target = Target::resolve(path).map_err(|error| OsError::new("open", path, &error))?;
        let path = path.to_owned();
        let mut staged = Staged {
            path,
            target,
            contents,
            part: None,
        };
        if !staged.target.has_other_links() {
            staged.part = self.write_part(&staged)?;
        }
        self.staged.push(staged);
        Ok(())
    }

    /// A new file with the contents; none where only the file itself may be written.
    fn write_part(&mut self, staged: &Staged<'c>) -> Result<Option<PathBuf>, OsError> {
        let Staged { path, target, .. } = staged;
        let (part, mut file) = match self.create_part(target) {
            Ok(created) => created,
            Err(error) if target.before.is_some() && is_closed_directory(&error) => {
                return Ok(None);
            }
            Err(error) => return Err(OsError::new("open", path, &error)),
        };
        let result = file.write_all(staged.contents);
        let result = result.and_then(|()| target.keep_attributes(&file));
        result.map_err(|error| OsError::new("write", path, &error))?;
        Ok(Some(part).filter(|part| !target.is_kept_by_owner(part)))
    }

    fn create_part(&mut self, target: &Target) -> io::Result<(PathBuf, File)> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if target.before.is_some() || self.mode == FileMode::Private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        loop {
            let part = temporary_name(&target.path);
            match options.open(&part) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    self.temporary.push(part.clone());
                    return Ok((part, file));
                }
            }
        }
    }

    fn make_directory(&mut self, directory: &Path) -> Result<(), OsError> {
        match directory.metadata() {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => {
                let error = io::ErrorKind::NotADirectory.into();
                return Err(OsError::new("mkdir", directory, &error));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(OsError::new("stat", directory, &error)),
        }
        let missing: Vec<&Path> = directory
            .ancestors()
            .take_while(|d| !d.as_os_str().is_empty() && d.metadata().is_err())
            .collect();
        for directory in missing.into_iter().rev() {
            match fs::create_dir(directory) {
                Ok(()) => self.directories.push(directory.to_owned()),
                // `new/..` is there as soon as `new` is.
                Err(_) if directory.is_dir() => {}
                Err(error) => return Err(OsError::new("mkdir", directory, &error)),
            }
        }
        Ok(())
    }

    /// Gives all files their names, writes those that are written in place, and removes some others.
    pub(super) fn commit(mut self, removals: &[PathBuf]) -> Result<(), OsError> {
        let staged = std::mem::take(&mut self.staged);
        let is_single = staged.len() + removals.len() == 1;
        // What cannot be undone for certain comes last.
        let (renamed, mut in_place): (Vec<_>, Vec<_>) =
            staged.into_iter().partition(|file| file.part.is_some());
        for file in renamed {
            match self.rename(&file, is_single) {
                Ok(()) => {}
                Err(_) if file.target.before.is_some() => in_place.push(file),
                Err(error) => return Err(OsError::new("open", &file.path, &error)),
            }
        }
        for path in removals {
            let backup = temporary_name(path);
            fs::rename(path, &backup).map_err(|error| OsError::new("remove", path, &error))?;
            self.temporary.push(backup.clone());
            self.done.push(Change::Replaced(path.clone(), backup));
        }
        for file in &in_place {
            self.overwrite(&file.target.path, file.contents)
                .map_err(|error| OsError::new("write", &file.path, &error))?;
        }
        self.done.clear();
        self.directories.clear();
        Ok(())
    }

    /// Replaces a file. A single one needs no backup: a rename is done or not.
    fn rename(&mut self, file: &Staged<'_>, is_single: bool) -> io::Result<()> {
        let Some(part) = &file.part else {
            return Ok(());
        };
        let target = &file.target.path;
        let is_new = file.target.before.is_none();
        let backup = match is_new || is_single {
            true => None,
            false => self.back_up(target),
        };
        fs::rename(part, target).inspect_err(|_| {
            if let Some(backup) = &backup {
                let _ = fs::remove_file(backup);
            }
        })?;
        if is_new {
            self.done.push(Change::Made(target.clone()));
        } else if let Some(backup) = backup {
            self.done.push(Change::Replaced(target.clone(), backup));
        }
        Ok(())
    }

    /// The file under another name too, or a copy where the file system has no hard links.
    fn back_up(&mut self, file: &Path) -> Option<PathBuf> {
        let backup = temporary_name(file);
        self.temporary.push(backup.clone());
        let result = fs::hard_link(file, &backup).or_else(|_| fs::copy(file, &backup).map(drop));
        result.is_ok().then_some(backup)
    }

    fn overwrite(&mut self, path: &Path, contents: &[u8]) -> io::Result<()> {
        let before = input::read(path, NamedBy::User, LONGEST_MEMORY).ok();
        self.done.push(Change::Overwritten(path.to_owned(), before));
        overwrite(path, contents)
    }
}

impl Drop for Transaction<'_> {
    /// The error that is told is the one that led here: what cannot be undone stays.
    fn drop(&mut self) {
        for change in self.done.drain(..).rev() {
            let _ = match change {
                Change::Made(path) => fs::remove_file(path),
                Change::Replaced(path, backup) => fs::rename(backup, path),
                Change::Overwritten(path, Some(before)) => overwrite(&path, &before),
                Change::Overwritten(_, None) => Ok(()),
            };
        }
        for path in &self.temporary {
            let _ = fs::remove_file(path);
        }
        for directory in self.directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
    }
}

/// A name beside a file, which no other thread or process has: containers that share a directory may have the same
/// numbers for their processes. It is short, so that it fits whatever length the file's own has.
fn temporary_name(file: &Path) -> PathBuf {
    let random = RandomState::new().hash_one(file);
    parent(file).join(format!(".rhelm-{random:016x}.part"))
}

fn overwrite(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    file.write_all(contents)?;
    file.set_len(contents.len() as u64)
}

/// Returns true if an error says that nothing new may be made in a directory.
fn is_closed_directory(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}
