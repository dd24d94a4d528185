//! The configuration file of all commands, as they find it.

use super::terminal::CliError;
use diagnostics::config::CONFIG_FILE;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::io;
use std::path::{Path, PathBuf};

/// A configuration that was read.
pub(super) struct ConfigText {
    /// The file, for errors.
    pub(super) name: String,
    /// Its content.
    pub(super) text: Vec<u8>,
}

/// The `.rhelm.yaml` of the working directory or above it, up to the root of the repository; none where there is
/// no such file.
pub(super) fn read_config() -> Result<Option<ConfigText>, CliError> {
    let Some(path) = nearest() else {
        return Ok(None);
    };
    let unread = |error| CliError::new(format!("cannot read {}: {error}", path.display()));
    ConfigText::read(&path).map(Some).map_err(unread)
}

impl ConfigText {
    /// A configuration file.
    pub(super) fn read(path: &Path) -> io::Result<ConfigText> {
        let text = input::read(path, NamedBy::User, LIMITS.argument_bytes)?;
        let name = path.display().to_string();
        Ok(ConfigText { name, text })
    }
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    for directory in here.ancestors() {
        let path = directory.join(CONFIG_FILE);
        if path.is_file() {
            return Some(match directory == here {
                true => CONFIG_FILE.into(),
                false => path,
            });
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    None
}
