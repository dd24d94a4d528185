//! The file that a path leads to, and what has to be kept of it.

use super::parent;
use super::stream::MAX_LINKS;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

/// The target of a write.
#[derive(Debug)]
pub(super) struct Target {
    /// Its own name: that of no link.
    pub(super) path: PathBuf,
    /// The metadata of the file that is there, if there is one.
    pub(super) before: Option<Metadata>,
}

impl Target {
    /// Follows links, the last of which may lead to nothing. What is there must be a file that the user may
    /// write: a rename would not ask.
    pub(super) fn resolve(path: &Path) -> io::Result<Target> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            let before = match fs::symlink_metadata(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Target { path, before: None });
                }
                other => other?,
            };
            if before.is_symlink() {
                path = parent(&path).join(fs::read_link(&path)?);
                continue;
            }
            if before.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            File::options().write(true).open(&path)?;
            let before = Some(before);
            return Ok(Target { path, before });
        }
        Err(io::Error::other("too many levels of symbolic links"))
    }

    /// Returns true if a rename would take the file from its other names.
    pub(super) fn has_other_links(&self) -> bool {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            return std::os::unix::fs::MetadataExt::nlink(before) > 1;
        }
        false
    }

    /// Returns true if only its owner may rename over it, as in `/tmp`; `part` is a file that the user made there.
    pub(super) fn is_kept_by_owner(&self, part: &Path) -> bool {
        #[cfg(not(unix))]
        let _ = part;
        #[cfg(unix)]
        if let (Some(before), Ok(part), Ok(directory)) = (
            &self.before,
            part.symlink_metadata(),
            parent(&self.path).metadata(),
        ) {
            use std::os::unix::fs::MetadataExt;
            const STICKY: u32 = 0o1000;
            let user = part.uid();
            return directory.mode() & STICKY != 0
                && user != 0
                && before.uid() != user
                && directory.uid() != user;
        }
        false
    }

    /// Gives a new file the owner, group and mode of the one that it replaces, as far as the user may.
    pub(super) fn keep_attributes(&self, file: &File) -> io::Result<()> {
        let Some(before) = &self.before else {
            return Ok(());
        };
        file.set_permissions(self.permissions(before, file)?)
    }

    #[cfg(unix)]
    fn permissions(&self, before: &Metadata, file: &File) -> io::Result<Permissions> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
        let new = file.metadata()?;
        let mut mode = before.mode() & 0o7777;
        if new.uid() != before.uid() && fchown(file, Some(before.uid()), None).is_err() {
            mode &= !0o4000;
        }
        if new.gid() != before.gid() && fchown(file, None, Some(before.gid())).is_err() {
            // Another group must not get what the first one was allowed.
            mode = mode & !0o2070 | (mode & 0o7) << 3;
        }
        Ok(Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    fn permissions(&self, before: &Metadata, _file: &File) -> io::Result<Permissions> {
        Ok(before.permissions())
    }
}
