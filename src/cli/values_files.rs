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
        if is_remote(name, self.profile) {
            return fetch(name, self.profile);
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

/// Returns true if a client of HTTP or a plugin has to fetch a file, as Helm decides by its name alone.
fn is_remote(name: &str, profile: &Profile) -> bool {
    let url = Url::parse(name.as_bytes());
    url.is_ok_and(|url| match &*url.scheme {
        b"http" | b"https" => true,
        b"" | b"git" => false,
        scheme => plugin::knows(scheme, profile),
    })
}

fn fetch(url: &str, profile: &Profile) -> Result<Vec<u8>, ReadError> {
    let access = Access {
        url: url.to_owned(),
        ..Access::default()
    };
    let client = plugin::client(profile);
    let contents = client.get(url, &access, "", LIMITS.argument_bytes);
    contents.map_err(|error| error.to_string().into())
}
