//! Files that a user names and a command needs several times. A pipe and standard input can be read only once:
//! `-f <(sops -d secrets.yaml)`.

use super::values_files::ValuesFiles;
use crate::profile::Profile;
use crate::values::{ReadError, ReadFile};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

type Contents = Result<Vec<u8>, ReadError>;

/// The contents of pipes and standard input, by name, for as long as the command runs.
#[derive(Debug)]
pub(super) struct Inputs {
    /// The Helm to be for servers.
    profile: Profile,
    once: Mutex<HashMap<String, Contents>>,
}

impl Inputs {
    /// Nothing is read yet.
    pub(super) fn new(profile: Profile) -> Inputs {
        Inputs {
            profile,
            once: Mutex::default(),
        }
    }

    /// Returns what `read` gives for a file; for anything but a regular file, what it gave the first time.
    pub(super) fn read(&self, name: &str, read: impl FnOnce() -> Contents) -> Contents {
        if Path::new(name).is_file() {
            return read();
        }
        // Others wait: there may be two who want the same.
        let mut once = self.once.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name.trim_matches(gostd::unicode::is_space);
        once.entry(name.to_owned()).or_insert_with(read).clone()
    }

    /// A file of `-f` or `--set-file`; see [`ValuesFiles`].
    pub(super) fn file(&self, name: &str) -> Contents {
        self.read(name, || {
            let profile = &self.profile;
            ValuesFiles { profile }.read(name)
        })
    }
}

impl ReadFile for &Inputs {
    fn read(&mut self, name: &str) -> Contents {
        self.file(name)
    }
}
