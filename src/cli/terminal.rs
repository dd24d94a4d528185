//! Writing results to stdout and everything else to stderr.

use crate::notice::Notice;
use crate::profile::Profile;
use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a command failed, with what there is to say on stderr.
#[derive(Debug)]
pub(super) struct Failure {
    /// rhelm's own lines, which come before Helm's.
    hints: Vec<String>,
    /// Helm's text, to follow `Error: `; none where there is nothing to say.
    text: Option<String>,
    /// The exit status.
    status: u8,
}

impl Failure {
    /// Helm's text of an error.
    pub(super) fn new(error: impl Display) -> Self {
        Failure {
            hints: Vec::new(),
            text: Some(error.to_string()),
            status: 1,
        }
    }

    /// A failure that Helm has no `Error:` for.
    pub(super) fn silent() -> Self {
        Failure {
            hints: Vec::new(),
            text: None,
            status: 1,
        }
    }

    /// The same with another exit status.
    pub(super) fn with_status(mut self, status: u8) -> Self {
        self.status = status;
        self
    }

    /// The same with a line of rhelm's own before it.
    pub(super) fn hint(mut self, line: impl Into<String>) -> Self {
        self.hints.push(line.into());
        self
    }

    /// Says it, and gives the exit status.
    pub(super) fn report(self) -> ExitCode {
        let mut text = String::new();
        for hint in &self.hints {
            text.push_str(hint);
            text.push('\n');
        }
        if let Some(error) = &self.text {
            text.push_str("Error: ");
            text.push_str(error);
            text.push('\n');
        }
        warn(text.as_bytes());
        ExitCode::from(self.status)
    }
}

/// Writes a result. A reader that has gone away is no failure.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a result as it is made. A reader that has gone away is no failure.
pub(super) fn stream<E>(write: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<(), Failure>
where
    E: Display + Error + 'static,
{
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let result = write(&mut stdout);
    let Err(error) = result else {
        return Ok(());
    };
    let source: Option<&io::Error> = error.source().and_then(|cause| cause.downcast_ref());
    match source {
        Some(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Failure::new(error)),
    }
}

/// Writes to stderr. Nobody can be told where that fails.
pub(super) fn warn(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}

/// Writes what Helm would say while it works.
pub(super) fn notify(notices: &[Notice], profile: &Profile) {
    let mut text = String::new();
    for notice in notices {
        text.push_str(&notice.line(profile));
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    warn(text.as_bytes());
}
