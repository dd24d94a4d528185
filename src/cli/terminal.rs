//! Writing results to stdout and everything else to stderr.

use crate::notice::Notice;
use crate::profile::{CommandLine, Profile};
use std::error::Error;
use std::ffi::OsString;
use std::fmt::{self, Display};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// The switch that leaves hints out.
pub(super) const NO_HINTS: &str = "no-hints";

/// The failure of a command, with its lines for stderr: first Helm's, then hints.
#[derive(Debug)]
pub(super) struct CliError {
    /// A line of Helm's log that comes before its error.
    log: Option<String>,
    /// Helm's text, to follow `Error: `; none where there is nothing to say. It is made when it is written: that
    /// of a schema's errors may be as long as memory is large.
    error: Option<Box<dyn Error + Send + Sync>>,
    /// The text before it.
    prefix: String,
    /// rhelm's own advice, each item of one or more lines.
    hints: Vec<String>,
    /// The exit status.
    status: u8,
}

impl CliError {
    /// Helm's text of an error.
    pub(super) fn new(error: impl Display) -> Self {
        CliError::of(error.to_string())
    }

    /// An error whose text is made when it is written.
    pub(super) fn of(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        CliError {
            error: Some(error.into()),
            ..CliError::silent(1)
        }
    }

    /// An exit status about which there is nothing to say.
    pub(super) fn silent(status: u8) -> Self {
        CliError {
            log: None,
            error: None,
            prefix: String::new(),
            hints: Vec::new(),
            status,
        }
    }

    /// A failure of which Helm's log alone tells, in a line without its newline.
    pub(super) fn logged(line: String) -> Self {
        CliError {
            log: Some(line),
            ..CliError::silent(1)
        }
    }

    /// The same with another exit status.
    pub(super) fn with_status(mut self, status: u8) -> Self {
        self.status = status;
        self
    }

    /// Puts a text before Helm's: which of several charts it is about.
    pub(super) fn with_prefix(mut self, prefix: &str) -> Self {
        self.prefix.insert_str(0, prefix);
        self
    }

    /// The lines that Helm prints about it on stderr.
    pub(super) fn text(&self) -> impl Display {
        fmt::from_fn(|f| {
            if let Some(line) = &self.log {
                writeln!(f, "{line}")?;
            }
            match &self.error {
                Some(error) => writeln!(f, "Error: {}{error}", self.prefix),
                None => Ok(()),
            }
        })
    }

    /// The same with advice of rhelm's own, of one or more lines.
    pub(super) fn hint(mut self, advice: impl Into<String>) -> Self {
        self.hints.push(advice.into());
        self
    }

    /// Says it on stderr, and gives the exit status. What Helm says is one block; each line that
    /// follows begins with `hint: `.
    pub(super) fn report(self, with_hints: bool) -> ExitCode {
        // Nobody can be told where writing fails.
        let _ = self.write(with_hints);
        ExitCode::from(self.status)
    }

    fn write(&self, with_hints: bool) -> io::Result<()> {
        let mut stderr = BufWriter::new(io::stderr().lock());
        write!(stderr, "{}", self.text())?;
        let hints = self.hints.iter().filter(|_| with_hints);
        for line in hints.flat_map(|hint| hint.lines()) {
            writeln!(stderr, "hint: {line}")?;
        }
        stderr.flush()
    }
}

/// Returns true if failures give hints: not with `--no-hints`, of which the last one counts, nor where
/// `RHELM_NO_HINTS` is set to anything but a Go boolean that is false. Read from the arguments as they
/// are, since arguments that are wrong give hints too.
pub(super) fn wants_hints(arguments: &[OsString]) -> bool {
    let is_false = |text: &[u8]| gostd::strconv::parse_bool(text) == Ok(false);
    let mut flags = arguments.iter().skip(1).filter_map(|argument| {
        let rest = argument
            .to_str()?
            .strip_prefix("--")?
            .strip_prefix(NO_HINTS)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(is_false(value.as_bytes())),
            None => rest.is_empty().then_some(false),
        }
    });
    flags.next_back().unwrap_or_else(|| {
        std::env::var_os("RHELM_NO_HINTS")
            .is_none_or(|value| value.is_empty() || is_false(value.as_encoded_bytes()))
    })
}

/// Writes a result. A reader that has gone away is no failure.
pub(super) fn print(bytes: &[u8]) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    end_output(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// The end of writing to stdout. A reader that has gone away is no failure.
fn end_output(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::new(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a result as it is made. A reader that has gone away is no failure.
pub(super) fn stream<E>(write: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<(), CliError>
where
    E: Display + Error + 'static,
{
    let mut stdout = BufWriter::new(io::stdout().lock());
    let result = write(&mut stdout);
    let Err(error) = result else {
        return end_output(stdout.flush());
    };
    let own = (&error as &(dyn Error + 'static)).downcast_ref();
    let source = || error.source().and_then(|cause| cause.downcast_ref());
    let source: Option<&io::Error> = own.or_else(source);
    match source {
        Some(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(CliError::new(error)),
    }
}

/// Prints what Helm says of charts in registries: Helm 3 on stderr, Helm 4 on stdout.
pub(super) fn tell(words: &str, profile: &Profile) {
    match profile.command_line {
        CommandLine::Helm3 => warn(words.as_bytes()),
        // What cannot be printed does not stop the work.
        CommandLine::Helm4 => drop(print(words.as_bytes())),
    }
}

/// Writes to stderr. Errors are ignored: it is the last resort.
pub(super) fn warn(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}

/// Writes notices as Helm does while it works.
pub(super) fn notify(notices: &[Notice], profile: &Profile) {
    warn(notice_text(notices, profile).as_bytes());
}

/// Notices as Helm prints them while it works.
pub(super) fn notice_text(notices: &[Notice], profile: &Profile) -> String {
    let mut text = String::new();
    for notice in notices {
        text.push_str(&notice.line(profile));
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}
