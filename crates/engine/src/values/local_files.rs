//! Values files on this machine.

use super::error::ReadError;
use super::layers::ReadFile;
use chart::OsError;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::path::Path;

/// Files on disk and standard input.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalFiles;

impl ReadFile for LocalFiles {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        if name.trim_matches(gostd::unicode::is_space) == "-" {
            return input::read_stdin(LIMITS.argument_bytes)
                .map_err(|e| format!("read /dev/stdin: {}", chart::reason(&e)).into());
        }
        check_url(name)?;
        let path = Path::new(name);
        let read = input::read(path, NamedBy::User, LIMITS.argument_bytes);
        read.map_err(|e| OsError::new("open", path, &e).to_string().into())
    }
}

/// Helm parses every file name as a URL first, and takes some for remote.
fn check_url(name: &str) -> Result<(), ReadError> {
    let url = gostd::url::Url::parse(name.as_bytes()).map_err(|error| error.to_string())?;
    if matches!(&*url.scheme, b"http" | b"https" | b"oci") {
        let text = format!("{name}: rhelm reads values from local files only; fetch it first");
        return Err(text.into());
    }
    Ok(())
}
