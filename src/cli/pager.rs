//! Long output on a terminal goes through a pager, as git's does.

use super::CommandResult;
use super::terminal;
use clap::Args;
use files::interrupts;
use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

/// The pager where no variable names one: it ends by itself where all fits the screen.
const DEFAULT: &str = "less -FRX";

/// The exit status with which a shell says that there is no such program.
const NO_PROGRAM: i32 = 127;

/// The flag of commands that print long reports.
#[derive(Debug, Args)]
pub(super) struct Pager {
    /// Print without a pager (RHELM_PAGER, PAGER or less), which is used on terminals alone
    #[arg(long)]
    no_pager: bool,
}

impl Pager {
    /// Writes a result: through the pager where somebody sits in front of a terminal. A pager that is closed early is no
    /// failure.
    pub(super) fn print(&self, bytes: &[u8]) -> CommandResult {
        match self.command() {
            Some(command) if page(&command, bytes) => Ok(()),
            _ => terminal::print(bytes),
        }
    }

    /// The pager's command line; none where there is to be no pager.
    fn command(&self) -> Option<OsString> {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
        if self.no_pager || is_set("CI") || is_dumb {
            return None;
        }
        if !(io::stdout().is_terminal() && io::stdin().is_terminal()) {
            return None;
        }
        let own = env::var_os("RHELM_PAGER").or_else(|| env::var_os("PAGER"));
        let command = own.unwrap_or_else(|| DEFAULT.into());
        // As in git, an empty one and `cat` are none.
        let is_none = command.is_empty() || command == "cat";
        (!is_none).then_some(command)
    }
}

/// Gives a text to a pager, and waits for its end. False if there is no such program.
fn page(command: &OsString, bytes: &[u8]) -> bool {
    let mut pager = shell(command);
    pager.stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        pager.env("LESS", "FRX");
    }
    // Ctrl-C is the pager's, which has the terminal.
    let held = interrupts::hold();
    let Ok(mut pager) = pager.spawn() else {
        return false;
    };
    if let Some(mut text) = pager.stdin.take() {
        // Where it is closed early, the rest is not wanted.
        let _ = text.write_all(bytes);
    }
    let status = pager.wait();
    held.forget_interrupt();
    status.is_ok_and(|status| status.code() != Some(NO_PROGRAM))
}

/// A command line as the system's shell reads it.
fn shell(command: &OsString) -> Command {
    let (program, flag) = match cfg!(windows) {
        true => ("cmd", "/C"),
        false => ("sh", "-c"),
    };
    let mut shell = Command::new(program);
    shell.arg(flag).arg(command);
    shell
}
