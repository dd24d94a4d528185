//! Values files wherever a user may have them: on disk, on standard input, at an address, in a git revision.

use super::plugin;
use crate::git::{self, Location};
use crate::profile::Profile;
use crate::sources::Access;
use crate::values::{LocalFiles, ReadError, ReadFile};
use gostd::limits::LIMITS;
use gostd::url::Url;
use std::path::Path;

/// Reads the files that `-f` and `--set-file` name: local files, what is at `http://` and `https://`, and with
/// `git:REVISION:PATH` files of a git revision. What is on disk under such a name wins, as it would with Helm.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValuesFiles<'p> {
    /// The Helm to be for the servers that are asked.
    pub(super) profile: &'p Profile,
}

impl ReadFile for ValuesFiles<'_> {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        if let Some(contents) = self.fetch(name) {
            return contents;
        }
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

impl ValuesFiles<'_> {
    /// What a client of HTTP or a plugin fetches, as Helm decides by the name alone; nothing for other names.
    fn fetch(&self, name: &str) -> Option<Result<Vec<u8>, ReadError>> {
        let url = Url::parse(name.as_bytes()).ok()?;
        if matches!(&*url.scheme, b"" | b"git") {
            return None;
        }
        let client = plugin::client(self.profile);
        if !client.knows(&url.scheme) {
            return None;
        }
        let access = Access {
            url: name.to_owned(),
            ..Access::default()
        };
        let contents = client.get(name, &access, "", LIMITS.argument_bytes);
        Some(contents.map_err(|error| error.to_string().into()))
    }
}
