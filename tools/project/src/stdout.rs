//! Printing to a reader that may go away: `cargo xtask parity DIR | head` ends quietly.

#![allow(clippy::print_stderr)]

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;

/// The exit status that a shell gives a program that SIGPIPE ended.
const READER_GONE: u8 = 141;

/// Unwinds to [`printing`], so that temporary files and servers go on the way.
struct Unwritable(io::Error);

/// `println!` that ends the program where nobody reads on.
#[macro_export]
macro_rules! say {
    ($($format:tt)*) => { $crate::stdout::line(format_args!($($format)*)) };
}
/// Prints a line; see [`say!`].
pub fn line(text: Arguments) {
    write_line(&mut io::stdout().lock(), text);
}

fn write_line(stdout: &mut impl Write, text: Arguments) {
    if let Err(error) = stdout.write_fmt(format_args!("{text}\n")) {
        resume_unwind(Box::new(Unwritable(error)));
    }
}

/// Runs a command, and gives its exit status, or that of one whose reader went away.
pub fn printing(command: impl FnOnce() -> ExitCode) -> ExitCode {
    let payload = match catch_unwind(AssertUnwindSafe(command)) {
        Ok(code) => return code,
        Err(payload) => payload,
    };
    match payload.downcast::<Unwritable>() {
        Ok(error) if error.0.kind() == ErrorKind::BrokenPipe => ExitCode::from(READER_GONE),
        Ok(error) => {
            eprintln!("error: cannot write to stdout: {}", error.0);
            ExitCode::FAILURE
        }
        Err(payload) => resume_unwind(payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_ends_the_command_on_whatever_thread() {
        let code = printing(|| {
            crate::parallel::run(2, &[1, 2], |n| {
                write_line(&mut Closed, format_args!("{n}"));
            });
            ExitCode::SUCCESS
        });
        assert_eq!(code, ExitCode::from(READER_GONE));
    }
}
