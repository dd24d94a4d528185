//! Questions to the user, on the terminal or answered by stdin.

use super::terminal::{self, CliError};
use files::input;
use gostd::limits::LIMITS;
use std::io::{self, BufRead, IsTerminal};

/// All of stdin, as a password: without the end of its last line.
///
/// # Errors
/// Those of reading.
pub(super) fn password_from_stdin() -> Result<String, CliError> {
    let text = input::read_stdin(LIMITS.argument_bytes).map_err(CliError::new)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// Asks for a line.
///
/// # Errors
/// There is none: `EOF`.
pub(super) fn line(question: &str) -> Result<String, CliError> {
    terminal::print(question.as_bytes())?;
    read_line()
}

/// Asks on the terminal, on stderr, whether something is to be done. None where there is no terminal to ask at.
///
/// # Errors
/// There is no answer: `EOF`.
pub(super) fn consent(question: &str) -> Result<Option<bool>, CliError> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    terminal::warn(format!("{question}? [y/N] ").as_bytes());
    Ok(Some(matches!(read_line()?.trim(), "y" | "Y" | "yes")))
}

/// Asks for a line that is not shown. That needs a terminal.
///
/// # Errors
/// There is no terminal, in Go's words, or no line.
pub(super) fn secret(question: &str) -> Result<String, CliError> {
    terminal::print(question.as_bytes())?;
    if !io::stdin().is_terminal() {
        return Err(CliError::new("inappropriate ioctl for device")
            .hint("give the password with --password-stdin"));
    }
    let line = without_echo(read_line)?;
    terminal::print(b"\n")?;
    line
}

fn read_line() -> Result<String, CliError> {
    let mut line = Vec::new();
    let mut input = io::Read::take(io::stdin().lock(), LIMITS.argument_bytes);
    let read = input.read_until(b'\n', &mut line);
    match read.map_err(CliError::new)? {
        0 => Err(CliError::new("EOF")),
        _ => {
            let line = String::from_utf8_lossy(&line).into_owned();
            Ok(line.trim_end_matches(['\n', '\r']).to_owned())
        }
    }
}

/// Runs something while the terminal does not show what is typed.
#[cfg(unix)]
fn without_echo<T>(run: impl FnOnce() -> T) -> Result<T, CliError> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let failed = |error: rustix::io::Errno| {
        CliError::new(files::reason(&io::Error::from_raw_os_error(
            error.raw_os_error(),
        )))
    };
    let terminal = io::stdin();
    let before = tcgetattr(&terminal).map_err(failed)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    silent
        .local_modes
        .insert(LocalModes::ICANON | LocalModes::ISIG);
    tcsetattr(&terminal, OptionalActions::Now, &silent).map_err(failed)?;
    let result = run();
    tcsetattr(&terminal, OptionalActions::Now, &before).map_err(failed)?;
    Ok(result)
}

/// Runs something while the terminal does not show what is typed.
#[cfg(not(unix))]
fn without_echo<T>(_: impl FnOnce() -> T) -> Result<T, CliError> {
    Err(CliError::new("there is no way to hide what is typed here")
        .hint("give the password with --password-stdin"))
}
