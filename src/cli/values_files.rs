//! Values files wherever a user may have them: on disk, on standard input, in a git revision.

use crate::git::{self, Location};
use crate::values::{LocalFiles, ReadError, ReadFile};
use std::path::Path;

/// Reads the files that `-f` and `--set-file` name: local files, and with `git:REVISION:PATH` those of a git
/// revision. What is on disk under that name wins, as it would with Helm.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValuesFiles;

impl ReadFile for ValuesFiles {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        let location =
            Location::parse(name).filter(|_| Path::new(name).symlink_metadata().is_err());
        match location {
            Some(location) => {
                git::read_file(&location).map_err(|error| format!("{name}: {error}").into())
            }
            None => LocalFiles.read(name),
        }
    }
}
