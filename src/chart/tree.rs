//! Charts whose directory is in memory: the files that `.helmignore` leaves of it.

use super::ignore::Rules;
use super::{Error, File, Loaded, from_files};
use crate::profile::Profile;

/// Loads a chart from all files of its directory, as the directory would be loaded; names are
/// relative to it, with `/`.
pub fn from_directory(mut files: Vec<File>, profile: &Profile) -> Result<Loaded, Error> {
    let ignore = files.iter().find(|file| file.name() == ".helmignore");
    let rules = match ignore {
        Some(file) => Rules::parse(file.bytes()?)?,
        None => Rules::parse(b"")?,
    };
    files.retain(|file| {
        let name = file.name();
        let parents = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
        !rules.ignores(name, false) && !parents.into_iter().any(|dir| rules.ignores(dir, true))
    });
    from_files(files, profile)
}
