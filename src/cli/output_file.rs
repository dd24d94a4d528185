//! A file that a flag names to write to; `-` is stdout.

use super::terminal::{self, CliError};
use files::atomic::{AtomicFiles, FileMode, is_stdout};
use std::path::Path;

/// The target of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Standard output, whatever it was called: nothing else belongs there.
    Stdout,
    /// A file, a device or a pipe.
    File,
}

/// Writes a text to a file, whole or not at all, or to stdout. `mode` is that of a new file.
pub(super) fn write(file: &Path, text: &[u8], mode: FileMode) -> Result<Destination, CliError> {
    if file == Path::new("-") || is_stdout(file) {
        return terminal::print(text).map(|()| Destination::Stdout);
    }
    let mut output = AtomicFiles::new(mode);
    output.add(file, text);
    output.commit().map_err(CliError::new)?;
    Ok(Destination::File)
}
