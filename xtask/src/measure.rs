//! Measuring one command: wall time and peak memory of exactly one child.
//!
//! The system counts the peak memory of children, of all together, and a child starts with its
//! parent's peak. So each command is run by a small process of its own: this program again, told to
//! run one command and to say what it took.

use crate::stdout::say;
use std::env::{args_os, current_exe, var_os};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};

/// The hidden first argument.
const MEASURE: &str = "__measure";

/// What one command took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// From before it was started until it had ended.
    pub(crate) wall: Duration,
    /// Its peak resident memory in bytes; never below that of the measuring process.
    pub(crate) memory: u64,
}

/// Measures, when this process was started to; gives `None` when it was not.
pub(crate) fn measuring_process() -> Option<ExitCode> {
    let mut args = args_os().skip(1);
    if args.next()? != MEASURE {
        return None;
    }
    Some(match measure(args.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    })
}

fn measure(command: Vec<OsString>) -> Result<()> {
    let (program, args) = command.split_first().context("no command")?;
    let mut command = Command::new(program);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed();
    let memory = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() * 1024;
    say!(
        "{} {memory} {}",
        wall.as_nanos(),
        status.code().unwrap_or(-1)
    );
    Ok(())
}

/// Runs a command in a clean environment and tells what it took.
///
/// # Errors
/// When it cannot be run or fails.
pub(crate) fn cost(
    program: &Path,
    args: &[&str],
    dir: &Path,
    env: &[(&str, &str)],
) -> Result<Cost> {
    let output = Command::new(current_exe()?)
        .arg(MEASURE)
        .arg(program)
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("PATH", var_os("PATH").unwrap_or_default())
        .envs(env.iter().copied())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<i64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [wall, memory, status] = numbers[..] else {
        bail!(
            "cannot measure {}: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    };
    if status != 0 {
        bail!(
            "{} {} fails with status {status}",
            program.display(),
            args.join(" ")
        );
    }
    Ok(Cost {
        wall: Duration::from_nanos(wall.unsigned_abs()),
        memory: memory.unsigned_abs(),
    })
}
